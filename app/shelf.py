"""What the window shows of models: those on this PC, those that can be had, and what work on them comes to.

Frozen values only. `app.model_keeper` makes them, `ui.models.models_page` and `ui.models.first_run` show them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.model_choice import Fit
from models.progress import DownloadProgress
from runtime.events import LoadProgress

__all__ = [
    "Checked",
    "Condition",
    "Done",
    "Face",
    "Fit",
    "Offer",
    "Provenance",
    "PublishedFile",
    "Shelf",
    "ShelvedModel",
    "Work",
    "WorkEvent",
]


class Condition(StrEnum):
    """What can be done with a model on this PC."""

    READY = "ready"
    UNFINISHED = "unfinished"  # a download, import or repair to go on with
    DAMAGED = "damaged"  # a file is missing or cut short; a download mends it
    UNUSABLE = "unusable"  # a folder of the user's that holds no model


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file of a model: bytes, and SHA-256 in hexadecimal (empty if it is not known)."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a model came from; a text that is not known is empty.

    Attributes:
        repository, revision: on the hub, and the commit.
        source: the address or folder that it was taken from.
        licence: SPDX identifier.
        files: every published file.
    """

    repository: str
    revision: str
    source: str
    licence: str
    files: tuple[PublishedFile, ...]


@dataclass(frozen=True, slots=True)
class ShelvedModel:
    """A model on this PC.

    Attributes:
        name: what it is asked for by: a name in the models folder, or a path.
        title: for people.
        folder: where its files are.
        size: bytes of its files that are there.
        total: bytes it has when it is complete; None if unknown.
        derived: bytes of what was made from it, which can be made again.
        condition, why_not: what can be done with it, and if it is not READY one sentence why.
        is_demo: whether it comes with Chorale.
        is_kept: whether Chorale put it there, so that it can be checked, moved and removed.
        is_chosen: whether it is the one that is talked to, where a conversation has no model of its own.
        provenance: None if nothing is known.
        is_loaded: whether it is loaded now, or is being loaded, so that its files are in use.
        refusal: why the organisation does not let it be talked to; empty if it does.
    """

    name: str
    title: str
    folder: str
    size: int
    total: int | None = None
    derived: int = 0
    condition: Condition = Condition.READY
    why_not: str = ""
    is_demo: bool = False
    is_kept: bool = True
    is_chosen: bool = False
    provenance: Provenance | None = None
    is_loaded: bool = False
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A published model that is not on this PC, or not all of it.

    Attributes:
        name, title, repository, licence: as in `models.catalog`.
        address: of the server that it will come from.
        download: bytes to get, about.
        fit: how well it will run here.
        sentences: the reasons, and what it takes of the disk, for people.
        have: bytes of it that are here already, from a download that was broken off.
        is_advised: whether it is the one to begin with on this PC.
        refusal: why the organisation does not let it be downloaded; empty if it does.
    """

    name: str
    title: str
    repository: str
    licence: str
    address: str
    download: int
    fit: Fit
    sentences: tuple[str, ...]
    have: int = 0
    is_advised: bool = False
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """All that there is to see.

    Attributes:
        models: on this PC; the demo is the last.
        offers: what else there is, the best for this PC first.
        folder: where models are kept.
        free: bytes free there; None if the disk does not answer.
        is_folder_fixed: whether the folder is set by the organisation.
        is_read_only: whether the organisation allows no changes of what is in it, and so no copies into it.
    """

    models: tuple[ShelvedModel, ...]
    offers: tuple[Offer, ...]
    folder: str
    free: int | None
    is_folder_fixed: bool = False
    is_read_only: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """The end of a check: the names of files that are damaged or missing, and their bytes."""

    damaged: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Done:
    """The end of a download, import, repair, move or removal.

    Attributes:
        name: the model.
        received: bytes that came over the network or were copied.
        freed: bytes that are free again.
        is_tested: whether this PC was found to compute the model rightly.
    """

    name: str
    received: int = 0
    freed: int = 0
    is_tested: bool = False


@dataclass(frozen=True, slots=True)
class Face:
    """The model that is talked to from now on, as the window shows it."""

    name: str
    title: str
    is_demo: bool
    suggestions: tuple[str, ...]


WorkEvent = DownloadProgress | LoadProgress | Checked | Done


class Work(Protocol):
    """A long piece of work: iterate it on a worker thread; hold or end it from any thread.

    It ends with a `Checked` or a `Done`, or raises `AppError` or `Cancelled`.
    """

    def __iter__(self) -> Iterator[WorkEvent]: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def cancel(self) -> None: ...
