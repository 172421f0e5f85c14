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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from models.disk import Disk, disk_error, is_plain_name, native
from models.errors import InputError, ModelError
from models.manifest import (
    INSTALLATION,
    PARTIAL,
    PLAN,
    FileRecord,
    ModelInstallation,
    Plan,
    as_json,
    files_from,
    plan_from,
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
        self.disk.write_json(folder / PLAN, as_json(plan))

    def finish(self, plan: Plan, digests: Mapping[str, str]) -> ModelInstallation:
        """Make the folder `installed`; `digests` has each file's SHA-256. Raises `OSError`."""
        folder = self.folder(plan.model)
        files = tuple(replace(file, sha256=digests[file.name]) for file in plan.files)
        plan = replace(plan, files=files, recheck=())
        self.disk.write_json(folder / INSTALLATION, as_json(plan))
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
                names.update(record.name for record in (files_from(raw) if raw else ()))
            except ValueError:
                names.update(name for name in self.disk.names(folder) if _is_published_name(name))
        return sorted(names)


def state_of(folder: Path, disk: Disk | None = None) -> State:
    """What `folder` is, wherever it lies."""
    disk = disk or Disk()
    if not native(folder).is_dir():
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


def _is_published_name(name: str) -> bool:
    from models.catalog import is_wanted

    return is_wanted(name.removesuffix(PARTIAL))


def _read_plan(folder: Path, disk: Disk) -> Plan | None:
    try:
        raw = disk.read_json(folder / PLAN)
        return None if raw is None else plan_from(raw, folder.name)
    except (ValueError, OSError):
        return None
