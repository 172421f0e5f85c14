"""Brings in a model from a stick, a share or a folder, without a network; `exports` is the other way.

What is exported is what is installed: a folder with the published files and installation.json, which names each
with its SHA-256, or a ZIP archive of that folder (`sources`). So an exported folder on a share can also be used
in place. The SHA-256 of installation.json itself stands for all of it (`exports`): who exports tells it,
who imports compares it.

Imported is, with the same care as a download (`download.install`: taken up after a kill, hashed while copied,
nothing trusted before): an exported folder or archive, a plain folder of published files, a folder of the
Hugging Face cache. Files on the same disk are not copied but get a second name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from models import catalog
from models.catalog import CatalogModel
from models.checkpoint import Checkpoint
from models.config import ModelConfig
from models.disk import Disk, disk_error, is_plain_name
from models.download import ModelInstalled, install
from models.errors import InputError, ModelError
from models.exports import LARGEST_MANIFEST, manifest_digest, refuse_plain
from models.manifest import INSTALLATION, PLAN, FileRecord, Plan, plan_from
from models.progress import Clock, Control, DownloadProgress
from models.room import Room
from models.sources import ArchiveSource, FolderSource
from models.store import State, Store, installation_of
from models.transfer import Source

_HEX = set("0123456789abcdef")


def import_model(
    store: Store,
    place: Path,
    *,
    name: str | None = None,
    expected_manifest: str | None = None,
    control: Control | None = None,
    clock: Clock | None = None,
    room: Callable[[str], tuple[Room, ...]] = lambda model: (),
    accept: Callable[[Path], object] = Checkpoint.open,
) -> Iterator[DownloadProgress | ModelInstalled]:
    """Bring the model at `place` into the models folder.

    Args:
        place: an exported folder or archive, a folder of published files, or one of a Hugging Face cache.
        name: to keep it under; None is its own.
        expected_manifest: what `ModelExported.manifest` was where it was exported; None is not compared.
        room: what will be needed besides, for the model of that name.

    Raises:
        AppError: `place` holds no model, a damaged one, or the import stopped.
        Cancelled: `Control.cancel`.
    """
    control, clock, disk = control or Control(), clock or Clock(), store.disk

    def bring(plan: Plan, source: Source) -> Iterator[DownloadProgress | ModelInstalled]:
        if name is not None:
            plan = replace(plan, model=name)
        return install(
            store,
            plan.model,
            lambda: _import_plan(store, plan),
            (source,),
            control=control,
            clock=clock,
            room=room(plan.model),
            accept=accept,
            doing=f"importing {plan.model}",
        )

    try:
        if place.is_file():
            with ArchiveSource(place, disk) as archive:
                folder = archive.find(INSTALLATION)
                if folder is None:
                    raise archive.damaged(f"no {INSTALLATION}")
                manifest = archive.read(folder + INSTALLATION, LARGEST_MANIFEST)
                _compare(expected_manifest, hashlib.sha256(manifest).hexdigest(), place)
                try:
                    plan = _own_plan(json.loads(manifest))
                except (ValueError, RecursionError, AttributeError) as error:
                    raise archive.damaged(repr(error)) from error
                yield from bring(replace(plan, source="an archive"), archive.within(folder))
        elif place.is_dir():
            plan, source = _folder(place, disk)
            if expected_manifest is not None:
                if disk.size(place / INSTALLATION) is None:
                    raise ModelError(f"{place} has no {INSTALLATION} to compare. Import what was exported.")
                _compare(expected_manifest, manifest_digest(place, disk), place)
            yield from bring(plan, source)
        else:
            raise InputError(f"There is neither a file nor a folder {place}. Check the path.")
    except OSError as error:
        raise disk_error(error, place, "importing") from error


def _compare(expected: str | None, found: str, place: Path) -> None:
    if expected is not None and expected.lower() != found:
        raise ModelError(
            f"{place} is not what was exported: its manifest has the SHA-256 {found}, not {expected.lower()}. "
            "Copy it again, or ask who exported it."
        )


def _import_plan(store: Store, plan: Plan) -> Plan | None:
    """The plan to carry out in the store, given what is there; None if that is this very model."""
    state = store.state(plan.model)
    refuse_plain(store, plan.model)
    if state is State.INSTALLED:
        there = store.installation(plan.model)
        known = {file.name: file.sha256 for file in there.files}
        if all(known.get(file.name) == file.sha256 for file in plan.files) and len(known) == len(plan.files):
            return None
        if plan.revision != there.revision or not plan.revision:
            raise ModelError(
                f"{plan.model} is installed already, at revision {there.revision or 'unknown'}. Remove it first: "
                f"chorale models remove {plan.model}"
            )
    # What an earlier, other attempt left under the published names is hashed before it is trusted.
    there_names = set(store.disk.names(store.folder(plan.model)))
    return replace(plan, recheck=tuple(file.name for file in plan.files if file.name in there_names))


def _own_plan(raw: object) -> Plan:
    """The plan in an exported installation.json. Raises `ValueError`."""
    if not isinstance(raw, dict) or not is_plain_name(raw.get("model")) or raw["model"] == catalog.DEMO:
        raise ValueError("no name of a model")
    plan = plan_from(raw, raw["model"])
    if any(file.sha256 is None for file in plan.files):
        raise ValueError("a file has no hash")
    return replace(plan, recheck=(), is_removal=False)


def _folder(place: Path, disk: Disk) -> tuple[Plan, FolderSource]:
    """What is in a folder, and where each file of it really lies."""
    if disk.size(place / INSTALLATION) is not None and disk.size(place / PLAN) is None:
        plan = installation_of(place, disk).plan()
        plan = replace(plan, source=plan.source or "a folder")
        return plan, FolderSource({file.name: place / file.name for file in plan.files}, disk)
    place = _snapshot(place)
    names = [name for name in disk.names(place) if catalog.is_wanted(name) and is_plain_name(name)]
    lacking = [name for name in catalog.REQUIRED if name not in names]
    if lacking:
        raise ModelError(
            f"{place} holds no model: {lacking[0]} is missing. Choose the folder that holds the published files."
        )
    Checkpoint.open(place)
    known = catalog.identify(ModelConfig.read(place))
    repository, revision = _origin(place, known)
    digests = catalog.pinned_digests(known.id)[1] if known is not None else {}
    files = []
    for name in names:
        real = (place / name).resolve()
        size = disk.size(real)
        if size is None:
            raise ModelError(f"{place / name} leads nowhere. Download this file again.")
        sha256 = oid = None
        if real.parent.name == "blobs" and len(real.name) in (40, 64) and not set(real.name) - _HEX:
            sha256, oid = (real.name, None) if len(real.name) == 64 else (None, real.name)
        if name in digests:
            sha256 = digests[name].sha256
        files.append(FileRecord(name, size, sha256, oid))
    model = known.id if known is not None else place.name
    if not is_plain_name(model) or model == catalog.DEMO:
        raise InputError(f"{model!r} cannot be the name of a model. Rename the folder first.")
    licence = known.licence if known is not None else ""
    plan = Plan(model, repository, revision, "a folder", licence, tuple(files))
    return plan, FolderSource({name: (place / name).resolve() for name in names}, disk)


def _snapshot(place: Path) -> Path:
    """The folder with the files, where `place` is a model's folder in a Hugging Face cache, or all of it."""
    for model in catalog.catalog():
        owner = place / ("models--" + model.repository.replace("/", "--"))
        if model.repository and owner.is_dir():
            place = owner
            break
    snapshots = place / "snapshots"
    if not snapshots.is_dir():
        return place
    with suppress(OSError, ValueError):
        chosen = (place / "refs" / "main").read_text("ascii").strip()
        if is_plain_name(chosen) and (snapshots / chosen).is_dir():
            return snapshots / chosen
    found = sorted(folder for folder in snapshots.iterdir() if folder.is_dir())
    return found[-1] if found else place


def _origin(place: Path, known: CatalogModel | None) -> tuple[str, str]:
    """Repository and commit, as far as the names of folders in a Hugging Face cache tell."""
    owner = place.parent.parent.name
    is_commit = len(place.name) == 40 and not set(place.name) - _HEX
    if place.parent.name == "snapshots" and owner.startswith("models--") and is_commit:
        return owner.removeprefix("models--").replace("--", "/"), place.name
    return "", ""
