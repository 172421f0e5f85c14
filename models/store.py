"""The models folder: which models are in it, what state each is in, and what names every file with its hash.

A model that Chorale fetched is a folder `<models>/<id>` with the published files, untouched, and one or both
of two files of ours:

    installation.json   every file with size and SHA-256, the commit, where it came from
    download.json       the plan: what is being fetched, and which files must be hashed before they are trusted

A file has its published name only when its bytes are complete and were hashed while they were written, unless
the plan says `recheck` of it; until then it is `NAME.partial`. From that follow the states, of which exactly
one is a model:

    state        download.json   installation.json   means
    absent       no              no, and no folder, or an empty one
    plain        no              no                  a folder of the user's; used as it is, never written to
    unfinished   yes             any                 not a model: a download, import, repair or removal to go on with
    damaged      no              unreadable, or a file is missing or has another size; not a model
    installed    no              yes, all sizes right

    absent ──begin──► unfinished ──finish──► installed ──begin (repair)──► unfinished
                          └────────────── remove ───────────────┴──► unfinished ──► absent

`begin` writes the plan first of all. `finish` writes installation.json once every file is there and hashed,
and only then takes the plan away. `remove` writes a plan too (`is_removal`), takes away installation.json, the
files, and the plan last. So a kill or a power cut between any two steps leaves `unfinished`, which the next
run completes, and never a model with a file missing.

Read next: `download`, which walks through these states.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from models.disk import Disk, disk_error, is_plain_name
from models.errors import InputError, ModelError

INSTALLATION = "installation.json"
PLAN = "download.json"
PARTIAL = ".partial"
_FORMAT = 1
_HEX = {40: re.compile(r"[0-9a-f]{40}"), 64: re.compile(r"[0-9a-f]{64}")}
_MOST_FILES = 1000
_LARGEST_FILE = 1 << 44  # bytes; no file system of a PC has more


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file of a model.

    Attributes:
        name: plain, without folders.
        size: in bytes.
        sha256: of its bytes, in hexadecimal; None where only git's id is known.
        git_oid: id of the file as git computes it; None where only the SHA-256 is known.
    """

    name: str
    size: int
    sha256: str | None = None
    git_oid: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a folder is to become.

    Attributes:
        model: its name.
        repository, revision: on the hub, and the commit; empty if it came from neither.
        source: where from, for people: an address or a folder.
        licence: SPDX identifier; empty if unknown.
        files: all of them.
        recheck: names of files that lie there under their own name and must be hashed before they are trusted.
        is_removal: whether the folder is being removed.
    """

    model: str
    repository: str
    revision: str
    source: str
    licence: str
    files: tuple[FileRecord, ...]
    recheck: tuple[str, ...] = ()
    is_removal: bool = False

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True)
class ModelInstallation:
    """A complete model in the models folder. Attributes as in `Plan`; every file has its SHA-256."""

    model: str
    folder: Path
    repository: str
    revision: str
    source: str
    licence: str
    files: tuple[FileRecord, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    def plan(self, recheck: Iterable[str] = ()) -> Plan:
        """What would make this installation again."""
        return Plan(
            self.model,
            self.repository,
            self.revision,
            self.source,
            self.licence,
            self.files,
            tuple(recheck),
        )


class State(StrEnum):
    """See the module's docstring."""

    ABSENT = "absent"
    PLAIN = "plain"
    UNFINISHED = "unfinished"
    DAMAGED = "damaged"
    INSTALLED = "installed"


class Store:
    """One models folder.

    Attributes:
        models_folder: absolute; may not exist yet.
        disk: does what is done there.
    """

    def __init__(self, models_folder: Path, disk: Disk | None = None) -> None:
        self.models_folder = models_folder
        self.disk = disk or Disk()

    def folder(self, model: str) -> Path:
        """Where `model` is or will be. Raises `InputError` if that cannot be a folder's name."""
        if not is_plain_name(model):
            raise InputError(
                f"{model!r} cannot be the name of a model. Use letters, digits, dots and dashes."
            )
        return self.models_folder / model

    def state(self, model: str) -> State:
        """What `<models>/<model>` is; quick: of the files, only the sizes are looked at."""
        return state_of(self.folder(model), self.disk)

    def installation(self, model: str) -> ModelInstallation:
        """The installed model of that name.

        Raises:
            ModelError: it is not there, not complete, or damaged; says which and what to do.
        """
        return installation_of(self.folder(model), self.disk)

    def plan(self, model: str) -> Plan | None:
        """What is to be completed in that folder; None if nothing is, or if the plan cannot be read."""
        return _read_plan(self.folder(model), self.disk)

    def damaged_plan(self, model: str) -> Plan | None:
        """What the installation.json of a damaged folder says; None if it cannot be read."""
        folder = self.folder(model)
        try:
            raw = self.disk.read_json(folder / INSTALLATION)
            return None if raw is None else plan_from(raw, folder.name)
        except (ValueError, OSError):
            return None

    @contextmanager
    def locked(self, model: str) -> Iterator[bool]:
        """Hold this model against other processes; gives False where another one holds it."""
        name = self.folder(model).name
        self.disk.make_folder(self.models_folder)
        with self.disk.try_lock(self.models_folder / f".{name}.lock") as held:
            yield held

    def begin(self, plan: Plan) -> None:
        """Make the folder `unfinished` with this plan, or change its plan. Raises `OSError`."""
        folder = self.folder(plan.model)
        self.disk.make_folder(folder)
        self.disk.write_json(folder / PLAN, {"format": _FORMAT, **_as_json(plan)})

    def finish(self, plan: Plan, digests: Mapping[str, str]) -> ModelInstallation:
        """Make the folder `installed`; `digests` has each file's SHA-256. Raises `OSError`."""
        folder = self.folder(plan.model)
        files = tuple(replace(file, sha256=digests[file.name]) for file in plan.files)
        plan = replace(plan, files=files, recheck=())
        self.disk.write_json(folder / INSTALLATION, {"format": _FORMAT, **_as_json(plan)})
        self.disk.remove(folder / PLAN)
        self.disk.sync_folder(folder)
        return ModelInstallation(
            plan.model, folder, plan.repository, plan.revision, plan.source, plan.licence, files
        )

    def remove(self, model: str) -> None:
        """Remove what Chorale put into the folder of `model`, and the folder if nothing else is in it.

        Call it with the model locked.

        Raises:
            ModelError: Chorale did not put it there, or the disk refused; the next call goes on.
        """
        folder = self.folder(model)
        state = self.state(model)
        if state is State.ABSENT:
            raise ModelError(f"There is no model {model} to remove: {folder} does not exist.")
        if state is State.PLAIN:
            raise ModelError(
                f"{folder} was not downloaded or imported by Chorale, so Chorale does not remove it. "
                "Delete the folder yourself if you do not need it."
            )
        try:
            names = self._files_of(folder)
            files = tuple(FileRecord(name, 0) for name in names)
            plan = Plan(model, "", "", "", "", files, is_removal=True)
            try:
                self.begin(plan)
            except OSError as error:
                if error.errno != errno.ENOSPC or not names:
                    raise
                # The disk is too full for a plan. Without its largest file the model is `damaged`, so no half one
                # is offered, and there is room.
                self.disk.remove(folder / max(names, key=lambda name: self.disk.size(folder / name) or 0))
                self.begin(plan)
            self.disk.remove(folder / INSTALLATION)
            for name in names:
                self.disk.remove(folder / name)
                self.disk.remove(folder / (name + PARTIAL))
            self.disk.remove(folder / (INSTALLATION + ".new"))
            self.disk.remove(folder / PLAN)
            self.disk.remove_folder(folder)
        except OSError as error:
            raise disk_error(error, folder, f"removing {model}") from error

    def _files_of(self, folder: Path) -> list[str]:
        """Names of the published files that were put into `folder`; for a damaged one, what looks like it."""
        names: set[str] = set()
        for file in (PLAN, INSTALLATION):
            try:
                raw = self.disk.read_json(folder / file)
                names.update(record.name for record in (_files(raw) if raw else ()))
            except ValueError:
                names.update(name for name in self.disk.names(folder) if _is_published_name(name))
        return sorted(names)


def state_of(folder: Path, disk: Disk | None = None) -> State:
    """What `folder` is, wherever it lies."""
    disk = disk or Disk()
    if not folder.is_dir():
        return State.ABSENT
    if disk.size(folder / PLAN) is not None:
        return State.UNFINISHED
    if disk.size(folder / INSTALLATION) is None:
        # Made for a plan that could not be written, or left by a removal.
        is_empty = not set(disk.names(folder)) - {PLAN + ".new"}
        return State.ABSENT if is_empty else State.PLAIN
    try:
        installation_of(folder, disk)
    except ModelError:
        return State.DAMAGED
    return State.INSTALLED


def installation_of(folder: Path, disk: Disk | None = None) -> ModelInstallation:
    """What `folder`/installation.json says, once every file has the size it says.

    Raises:
        ModelError: there is none, it is damaged, or a file is missing or of another size.
    """
    disk, name = disk or Disk(), folder.name
    if disk.size(folder / PLAN) is not None:
        raise unfinished(folder)
    try:
        raw = disk.read_json(folder / INSTALLATION)
        if raw is None:
            raise ModelError(f"{folder} has no {INSTALLATION}: Chorale did not put this model there.")
        plan = plan_from(raw, name)
        if any(file.sha256 is None for file in plan.files):
            raise ValueError("a file has no hash")
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{folder / INSTALLATION} is damaged. Run: chorale models verify {name}", repr(error)
        ) from error
    except OSError as error:
        raise ModelError(
            f"{folder} cannot be read: {error.strerror}. Check the disk and its rights."
        ) from error
    for file in plan.files:
        size = disk.size(folder / file.name)
        if size != file.size:
            found = "is missing" if size is None else f"has {size:,} bytes instead of {file.size:,}"
            raise ModelError(f"{folder / file.name} {found}. Run: chorale models verify {name}")
    return ModelInstallation(
        name, folder, plan.repository, plan.revision, plan.source, plan.licence, plan.files
    )


def unfinished(folder: Path) -> ModelError:
    """The sentence for a folder that is not a model yet, or no longer one."""
    return ModelError(
        f"{folder.name} is not complete yet: a download, import or removal in {folder} did not end. "
        f"Go on with: chorale models download {folder.name}"
    )


def records(entries: Any) -> tuple[FileRecord, ...]:
    """The file list of a JSON file of ours or of a manifest. Raises `ValueError` for anything unsafe."""
    if not isinstance(entries, list) or not 0 < len(entries) <= _MOST_FILES:
        raise ValueError("no list of files")
    found = []
    for entry in entries:
        if not isinstance(entry, dict) or not is_plain_name(entry.get("name")):
            raise ValueError("a file's name is not a plain one")
        size = entry.get("size")
        if type(size) is not int or not 0 <= size <= _LARGEST_FILE:
            raise ValueError("a file's size is not a number")
        record = FileRecord(entry["name"], size, entry.get("sha256"), entry.get("git_oid"))
        for digest, length in ((record.sha256, 64), (record.git_oid, 40)):
            if digest is not None and not (isinstance(digest, str) and _HEX[length].fullmatch(digest)):
                raise ValueError("a file's hash is not one")
        if _is_ours(record.name):
            raise ValueError("a file has the name of one of Chorale's own")
        found.append(record)
    if len({record.name.casefold() for record in found}) != len(found):
        raise ValueError("two files have the same name")
    return tuple(found)


def as_entries(files: Iterable[FileRecord]) -> list[dict[str, Any]]:
    """A file list for JSON."""
    return [
        {"name": file.name, "size": file.size}
        | ({"sha256": file.sha256} if file.sha256 else {})
        | ({"git_oid": file.git_oid} if file.git_oid else {})
        for file in files
    ]


def _is_ours(name: str) -> bool:
    return name.casefold() in (INSTALLATION, PLAN) or name.casefold().endswith((PARTIAL, ".new"))


def _is_published_name(name: str) -> bool:
    from models.catalog import is_wanted

    return is_wanted(name.removesuffix(PARTIAL))


def _as_json(plan: Plan) -> dict[str, Any]:
    return (
        {
            "model": plan.model,
            "repository": plan.repository,
            "revision": plan.revision,
            "source": plan.source,
            "licence": plan.licence,
            "files": as_entries(plan.files),
        }
        | ({"recheck": list(plan.recheck)} if plan.recheck else {})
        | ({"is_removal": True} if plan.is_removal else {})
    )


def _files(raw: Mapping[str, Any]) -> tuple[FileRecord, ...]:
    return records(raw.get("files"))


def plan_from(raw: Mapping[str, Any], name: str) -> Plan:
    """What a JSON object of ours says. Raises `ValueError`."""
    if raw.get("format") != _FORMAT:
        raise ValueError(f"format {raw.get('format')!r} is not {_FORMAT}")
    texts = [raw.get(key) for key in ("repository", "revision", "source", "licence")]
    recheck = raw.get("recheck", [])
    if not all(isinstance(text, str) for text in texts) or not isinstance(recheck, list):
        raise ValueError("a field is not text")
    repository, revision, source, licence = (str(text) for text in texts)
    return Plan(
        name,
        repository,
        revision,
        source,
        licence,
        _files(raw),
        tuple(str(entry) for entry in recheck),
        raw.get("is_removal") is True,
    )


def _read_plan(folder: Path, disk: Disk) -> Plan | None:
    try:
        raw = disk.read_json(folder / PLAN)
        return None if raw is None else plan_from(raw, folder.name)
    except (ValueError, OSError):
        return None
