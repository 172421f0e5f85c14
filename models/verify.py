"""Is every byte of a model still the one that was published? Hashes all files and says which are not.

    for event in verify(installation, control=control):     # on a worker thread
        ...         # DownloadProgress, the last one is ModelVerified

Only reads. To repair, give what it found to `mark_damaged`, which makes the folder `unfinished`, and download
again: the files that were found good stay, the others are fetched (`download`). A check of all sizes, which
takes no time, is made whenever a model is looked at (`store.installation`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from models.disk import disk_error
from models.manifest import ModelInstallation, Plan
from models.progress import Clock, Control, DownloadProgress, Pace, Stage
from models.store import Store
from models.transfer import PIECE

_REPORT_S = 0.25


@dataclass(frozen=True, slots=True)
class ModelVerified:
    """Everything was hashed; the last event.

    Attributes:
        damaged: names of files that are missing, or are not what was published; empty if all is well.
    """

    damaged: tuple[str, ...]


def verify(
    installation: ModelInstallation | Plan,
    store: Store,
    *,
    control: Control | None = None,
    clock: Clock | None = None,
) -> Iterator[DownloadProgress | ModelVerified]:
    """Hash every file of `installation`.

    Raises:
        ModelError: the disk cannot be read, which is not the same as a damaged file.
        Cancelled: `Control.cancel`.
    """
    control, clock = control or Control(), clock or Clock()
    folder = store.folder(installation.model)
    pace, told, before = Pace(clock), clock.now(), 0
    damaged: list[str] = []
    yield DownloadProgress(Stage.CHECKING, 0, installation.size)
    try:
        for file in installation.files:
            done = 0
            digest = hashlib.sha256()
            if store.disk.size(folder / file.name) == file.size:
                with store.disk.open(folder / file.name, "rb") as stream:
                    while piece := stream.read(PIECE):
                        control.check()
                        digest.update(piece)
                        done += len(piece)
                        if clock.now() - told >= _REPORT_S:
                            told = clock.now()
                            speed, left = pace.of(before + done, installation.size)
                            yield DownloadProgress(
                                Stage.CHECKING,
                                before + done,
                                installation.size,
                                speed,
                                left,
                                control.is_paused,
                            )
            if done != file.size or digest.hexdigest() != file.sha256:
                damaged.append(file.name)
            before += file.size
    except OSError as error:
        raise disk_error(error, folder, f"checking {installation.model}") from error
    yield DownloadProgress(Stage.CHECKING, installation.size, installation.size)
    yield ModelVerified(tuple(damaged))


def mark_damaged(store: Store, installation: ModelInstallation, damaged: tuple[str, ...]) -> None:
    """Make the model `unfinished`, so that nobody loads it and the next download repairs it.

    Raises:
        ModelError: the folder cannot be written to.
    """
    try:
        store.begin(installation.plan(recheck=damaged))
    except OSError as error:
        raise disk_error(error, installation.folder, f"repairing {installation.model}") from error


def distrust(store: Store, model: str) -> None:
    """Make a damaged or unfinished folder one whose every file is hashed again before it is trusted.

    Raises:
        ModelError: the folder cannot be written to.
    """
    known = store.plan(model) or store.damaged_plan(model)
    if known is None or known.is_removal:
        return  # nothing is known of it, so the next download hashes everything anyway
    there = set(store.disk.names(store.folder(model)))
    try:
        plan = ModelInstallation(
            model,
            store.folder(model),
            known.repository,
            known.revision,
            known.source,
            known.licence,
            known.files,
        ).plan(recheck=[file.name for file in known.files if file.name in there])
        store.begin(plan)
    except OSError as error:
        raise disk_error(error, store.folder(model), f"repairing {model}") from error
