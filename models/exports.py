"""Copies a model out, to a stick or a share: a folder like the installed one, or a ZIP archive of it.

What is copied is hashed on the way, so a damaged model is found here and not where it arrives. `carry` says what
an export is and brings it in again.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from models.disk import Disk, disk_error
from models.download import ModelInstalled, install
from models.errors import ModelError
from models.manifest import INSTALLATION, PARTIAL, ModelInstallation, Plan
from models.progress import Clock, Control, DownloadProgress, Pace, Stage
from models.sources import FolderSource
from models.store import State, Store
from models.transfer import PIECE

LARGEST_MANIFEST = 1 << 20  # bytes
_FAT32_LIMIT = (1 << 32) - 1  # bytes a file may have there
_FAT32_NAMES = ("vfat", "msdos", "fat32", "fat")


@dataclass(frozen=True, slots=True)
class ModelExported:
    """The copy is complete; the last event of an export.

    Attributes:
        place: the folder or archive.
        manifest: SHA-256 of its installation.json, for whoever imports it to compare.
    """

    place: Path
    manifest: str


def manifest_digest(folder: Path, disk: Disk | None = None) -> str:
    """SHA-256 of installation.json in `folder`, which names every file with its hash. Raises `OSError`."""
    with (disk or Disk()).open(folder / INSTALLATION, "rb") as file:
        return hashlib.sha256(file.read(LARGEST_MANIFEST)).hexdigest()


def export_folder(
    store: Store,
    installation: ModelInstallation,
    place: Path,
    *,
    control: Control | None = None,
    clock: Clock | None = None,
) -> Iterator[DownloadProgress | ModelExported]:
    """Copy a model to `place`/<its name>, file by file; goes on where an earlier try ended.

    Raises:
        AppError: it stopped, or a file of the model is damaged.
        Cancelled: `Control.cancel`.
    """
    _refuse_fat32(place, max(file.size for file in installation.files))
    target = Store(place, store.disk)
    places = {file.name: installation.folder / file.name for file in installation.files}
    plan = installation.plan()

    def make_plan() -> Plan | None:
        if target.state(plan.model) is not State.INSTALLED:
            refuse_plain(target, plan.model)
        elif target.installation(plan.model).files == plan.files:
            return None
        return replace(plan, recheck=tuple(places))

    doing = f"exporting {plan.model}"
    source = FolderSource(places, store.disk)
    for event in install(
        target,
        plan.model,
        make_plan,
        (source,),
        control=control or Control(),
        clock=clock or Clock(),
        accept=lambda folder: None,
        doing=doing,
    ):
        if isinstance(event, ModelInstalled):
            folder = event.installation.folder
            try:
                manifest = manifest_digest(folder, store.disk)
            except OSError as error:
                raise disk_error(error, folder, doing) from error
            yield ModelExported(folder, manifest)
        else:
            yield event


def export_archive(
    store: Store,
    installation: ModelInstallation,
    place: Path,
    *,
    control: Control | None = None,
    clock: Clock | None = None,
) -> Iterator[DownloadProgress | ModelExported]:
    """Write a model into the ZIP archive `place`, replacing what is there; begins anew after a kill.

    Raises:
        AppError: it stopped, or a file of the model is damaged; nothing half is left under that name.
        Cancelled: `Control.cancel`.
    """
    _refuse_fat32(place, installation.size)
    control, clock, disk = control or Control(), clock or Clock(), store.disk
    partial = place.with_name(place.name + PARTIAL)
    pace, done, told = Pace(clock), 0, clock.now()
    try:
        disk.make_folder(place.parent)
        if (free := disk.free(place.parent)) < installation.size:
            raise ModelError(
                f"{installation.model} has {installation.size / 1e9:.2f} GB, and {free / 1e9:.2f} GB are free in "
                f"{place.parent}. Free some space there, or choose another place."
            )
        try:
            with disk.open(partial, "wb") as raw:
                with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
                    with disk.open(installation.folder / INSTALLATION, "rb") as record:
                        manifest = record.read()
                    archive.writestr(f"{installation.model}/{INSTALLATION}", manifest)
                    for file in installation.files:
                        info = zipfile.ZipInfo(f"{installation.model}/{file.name}")
                        info.external_attr = 0o644 << 16
                        digest = hashlib.sha256()
                        with (
                            disk.open(installation.folder / file.name, "rb") as source,
                            archive.open(info, "w", force_zip64=True) as member,
                        ):
                            while piece := source.read(PIECE):
                                control.took(len(piece))
                                member.write(piece)
                                digest.update(piece)
                                done += len(piece)
                                if clock.now() - told >= 0.25:
                                    told = clock.now()
                                    speed, left = pace.of(done, installation.size)
                                    yield DownloadProgress(
                                        Stage.COPYING, done, installation.size, speed, left, control.is_paused
                                    )
                        if digest.hexdigest() != file.sha256:
                            raise ModelError(
                                f"{installation.folder / file.name} is damaged, so it was not exported. "
                                f"Run: chorale models verify {installation.model}"
                            )
                disk.sync(raw)
            disk.replace(partial, place)
        except BaseException:
            with suppress(OSError):
                disk.remove(partial)
            raise
    except OSError as error:
        raise disk_error(error, place.parent, f"exporting {installation.model}") from error
    yield DownloadProgress(Stage.COPYING, installation.size, installation.size)
    yield ModelExported(place, hashlib.sha256(manifest).hexdigest())


def _refuse_fat32(place: Path, largest: int) -> None:
    """Raise `ModelError` if the disk of `place` is formatted so that it holds no file of `largest` bytes."""
    if largest <= _FAT32_LIMIT:
        return
    mounts = []
    with suppress(OSError, RuntimeError):  # then the copying says what is wrong
        resolved = place.resolve()
        mounts = [
            part for part in psutil.disk_partitions(all=True) if resolved.is_relative_to(part.mountpoint)
        ]
    nearest = max(mounts, key=lambda part: len(part.mountpoint), default=None)
    if nearest is not None and nearest.fstype.lower() in _FAT32_NAMES:
        raise ModelError(
            f"The disk at {nearest.mountpoint} is formatted as FAT32, which holds no file over 4 GB, and this model "
            "has one. Format the stick as exFAT or NTFS, which deletes what is on it, or use another."
        )


def refuse_plain(store: Store, model: str) -> None:
    """Raise `ModelError` if the folder of `model` is one of the user's own."""
    if store.state(model) is State.PLAIN:
        raise ModelError(
            f"There is a folder {store.folder(model)} already, which Chorale did not make. Move it away first."
        )
