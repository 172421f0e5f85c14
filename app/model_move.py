"""Moves models from one models folder to another: all are copied, byte for byte hashed, before one is removed.

Stopped at any point, every model is still in its old folder; what was begun in the new one is taken away again.
Files on the same disk are not copied but get a second name (`models.exports`). Used by `model_keeper`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from models.disk import disk_error
from models.errors import AppError, InputError, ModelError
from models.exports import ModelExported, export_folder
from models.manifest import ModelInstallation
from models.progress import Control, DownloadProgress
from models.store import State, Store


def models_to_move(here: Store, there: Store) -> tuple[ModelInstallation, ...]:
    """What Chorale put into `here`; folders of the user's own stay.

    Raises:
        InputError: `there` is no other place.
        ModelError: a model is not complete, so it would be lost from sight.
    """
    old, new = here.models_folder, there.models_folder
    if old == new:
        raise InputError(f"Models are kept in {new} already. Choose another folder.")
    if old in new.parents:
        raise InputError(f"{new} lies within the folder that is to be moved. Choose one beside it.")
    kept = []
    for name in here.disk.names(old):
        if name.startswith(".") or not (old / name).is_dir():
            continue
        match here.state(name):
            case State.INSTALLED:
                kept.append(here.installation(name))
            case State.UNFINISHED | State.DAMAGED:
                raise ModelError(
                    f"{name} is not complete, and only complete models are moved. Complete it or remove it first."
                )
    return tuple(kept)


def copy_models(
    here: Store, kept: Sequence[ModelInstallation], there: Store, control: Control
) -> Iterator[DownloadProgress]:
    """Copy all of `kept`; after an error there is nothing new in `there`.

    Raises:
        AppError: it stopped; the sentence says why.
        Cancelled: `Control.cancel`.
    """
    try:
        there.disk.make_folder(there.models_folder)
    except OSError as error:
        raise disk_error(error, there.models_folder, "making that folder") from error
    begun: list[str] = []
    total, before = sum(model.size for model in kept), 0
    try:
        for model in kept:
            if there.state(model.model) is State.ABSENT:
                begun.append(model.model)
            for event in export_folder(here, model, there.models_folder, control=control):
                if not isinstance(event, ModelExported):
                    yield replace(event, done=before + event.done, total=total)
            before += model.size
    except BaseException:
        for name in begun:
            with suppress(AppError):
                there.remove(name)
        raise
