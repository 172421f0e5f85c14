"""Gets a model into the models folder, from wherever, and is never the worse for being stopped.

    for event in download(store, hub, model, control=control):     # on a worker thread
        ...         # DownloadProgress, some four a second; the last one is ModelInstalled

1. Wait until no other Chorale is at work on this model (`Stage.WAITING`).
2. Take up the plan that is there, or make one: ask the hub for the files, sizes and hashes of one commit
   (`Stage.LOOKING`). The plan is written before anything else, so later runs stay with that commit.
3. Check that there is room for everything that is still to come, derived files included.
4. Bring every file (`transfer`), several at a time: those that are there stay, those in a Hugging Face cache
   on the same disk get a second name, the others are downloaded.
5. Read the checkpoint's headers, then write installation.json (`store.finish`).

Whatever stops this (a kill, the disk, the line, `Control.cancel`, closing the generator), the next run goes
on from there. `store` tells the states of the folder. Read next: `transfer`, `verify`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from models import catalog
from models.catalog import CatalogModel, Digest
from models.checkpoint import Checkpoint
from models.crew import Crew
from models.disk import disk_error
from models.errors import ModelError, NetworkError
from models.manifest import FileRecord, ModelInstallation, Plan
from models.patience import FIRST_PATIENCE, Interrupted, waiting_time
from models.progress import Clock, Control, DownloadProgress, Pace, Stage
from models.room import Room, check_room
from models.store import State, Store
from models.transfer import Source, Transfer

_REPORT_S = 0.25
_LOCK_POLL_S = 0.5


@dataclass(frozen=True, slots=True)
class ModelInstalled:
    """The model is complete; the last event.

    Attributes:
        received: bytes that this run took from the source.
    """

    installation: ModelInstallation
    received: int


class Hub(Source, Protocol):
    """A source that also knows what there is: `transport.HubTransport`, or a test's.

    Attributes:
        address: of the hub or mirror.
    """

    address: str

    def look_up(self, repository: str, revision: str) -> tuple[str, tuple[FileRecord, ...]]:
        """The commit that `revision` is, and every file there. Raises `NetworkError`, `Interrupted`."""


def download(
    store: Store,
    hub: Hub,
    model: CatalogModel,
    *,
    revision: str | None = None,
    donors: tuple[Source, ...] = (),
    control: Control | None = None,
    clock: Clock | None = None,
    room: tuple[Room, ...] = (),
    accept: Callable[[Path], object] = Checkpoint.open,
) -> Iterator[DownloadProgress | ModelInstalled]:
    """Download `model`, or complete or repair it; see the module.

    Args:
        revision: a branch, tag or commit; None is what is installed or begun, else the catalog's.
        donors: where files may lie on this PC already.
        room: what will be needed besides.
        accept: raises `ModelError` if the complete folder is no model.

    Raises:
        AppError: it stopped; the sentence says why and what to do.
        Cancelled: `Control.cancel`.
    """
    control, clock = control or Control(), clock or Clock()

    def make_plan() -> Plan | None:
        return _download_plan(store, hub, model, revision, control)

    yield from install(
        store,
        model.id,
        make_plan,
        (*donors, hub),
        control=control,
        clock=clock,
        room=room,
        accept=accept,
        doing=f"downloading {model.id}",
    )


def install(
    store: Store,
    model: str,
    make_plan: Callable[[], Plan | None],
    sources: tuple[Source, ...],
    *,
    control: Control,
    clock: Clock,
    room: tuple[Room, ...] = (),
    accept: Callable[[Path], object] = Checkpoint.open,
    doing: str,
) -> Iterator[DownloadProgress | ModelInstalled]:
    """Make the folder of `model` what `make_plan` says, by taking each file from the last of `sources`
    or linking it from any of them. `make_plan` is called with the model locked; None: it is there already.

    Raises: see `download`.
    """
    folder = store.folder(model)
    try:
        while True:
            with store.locked(model) as is_mine:
                if is_mine:
                    yield DownloadProgress(Stage.LOOKING, 0, None)
                    control.raise_if_cancelled()
                    plan = make_plan()
                    if plan is None:
                        yield ModelInstalled(store.installation(model), 0)
                        return
                    yield from _carry_out(store, plan, sources, control, clock, room, accept)
                    return
            yield DownloadProgress(
                Stage.WAITING, 0, None, note=f"Another Chorale is at work on {model}; this one waits for it."
            )
            control.raise_if_cancelled()
            control.sleep(_LOCK_POLL_S)
    except OSError as error:
        raise disk_error(error, folder, doing) from error


def _carry_out(
    store: Store,
    plan: Plan,
    sources: tuple[Source, ...],
    control: Control,
    clock: Clock,
    room: tuple[Room, ...],
    accept: Callable[[Path], object],
) -> Iterator[DownloadProgress | ModelInstalled]:
    folder = store.folder(plan.model)
    check_room(store.disk, folder, plan, sources, room)
    store.begin(plan)
    answered = threading.Event()
    transfers = [
        Transfer(
            file, plan, folder, sources, disk=store.disk, control=control, clock=clock, answered=answered
        )
        for file in sorted(plan.files, key=lambda file: -file.size)
    ]
    crew = Crew(transfers, control, sources[-1].workers)
    pace, stage = Pace(clock), None
    try:
        crew.start()
        while not crew.has_ended(_REPORT_S):
            control.raise_if_cancelled()  # a line that is silent does not notice by itself
            report = _report(transfers, plan, control, sources[-1])
            if report.stage is not stage or report.is_paused:
                pace.restart()
            stage = report.stage
            speed, left = pace.of(report.done, report.total)
            yield replace(report, bytes_per_second=speed, seconds_left=left)
    finally:
        crew.stop()
    digests = crew.results()
    yield DownloadProgress(Stage.CHECKING, plan.size, plan.size)
    accept(folder)
    received = sum(transfer.received for transfer in transfers)
    yield ModelInstalled(store.finish(plan, digests), received)


def _report(transfers: Iterable[Transfer], plan: Plan, control: Control, source: Source) -> DownloadProgress:
    transfers = list(transfers)
    stages = {transfer.stage for transfer in transfers}
    note = next((transfer.note for transfer in transfers if transfer.note), "")
    return DownloadProgress(
        Stage.CHECKING if Stage.CHECKING in stages and source.stage not in stages else source.stage,
        sum(transfer.have for transfer in transfers),
        plan.size,
        is_paused=control.is_paused,
        note=note,
    )


def _download_plan(
    store: Store, hub: Hub, model: CatalogModel, revision: str | None, control: Control
) -> Plan | None:
    """The plan that is there or a new one; None if the model is installed as asked for."""
    state = store.state(model.id)
    if state is State.PLAIN:
        raise ModelError(
            f"There is a folder {store.folder(model.id)} already, which Chorale did not make. It is used as it "
            "is; move it away to download the model."
        )
    known = _known_plan(store, model, state)
    # A commit that was asked for by its own name needs no look at the hub to be recognised.
    if known is not None and known.repository == model.repository and revision in (None, known.revision):
        return None if state is State.INSTALLED else replace(known, source=hub.address)
    plan = _new_plan(hub, model, revision or model.revision, control)
    is_same = known is not None and (known.revision, known.repository) == (plan.revision, plan.repository)
    if is_same and state is State.INSTALLED:
        return None
    # What lies there is of another commit or unknown: every file is hashed, and kept if it fits.
    there = set(store.disk.names(store.folder(model.id)))
    return replace(plan, recheck=tuple(file.name for file in plan.files if file.name in there))


def _known_plan(store: Store, model: CatalogModel, state: State) -> Plan | None:
    """What the folder says it is or is to become."""
    if state is State.INSTALLED:
        return store.installation(model.id).plan()
    if state is State.UNFINISHED:
        plan = store.plan(model.id)
        return None if plan is None or plan.is_removal else plan
    if state is State.DAMAGED:
        return store.damaged_plan(model.id)
    return None


def _new_plan(hub: Hub, model: CatalogModel, revision: str, control: Control) -> Plan:
    """Ask the hub, and check what it says against what is needed and what ships with Chorale."""
    commit, files = _look_up(hub, model, revision, control)
    wanted = tuple(file for file in files if catalog.is_wanted(file.name))
    names = {file.name for file in wanted}
    lacking = [name for name in catalog.REQUIRED if name not in names]
    if not any(name.endswith(".safetensors") for name in names):
        lacking.append("model.safetensors")
    if lacking:
        raise NetworkError(
            f"{hub.address} has {model.repository}, but not all of it: {', '.join(lacking)} is missing at "
            f"revision {commit}. Choose another revision or endpoint."
        )
    pinned, digests = catalog.pinned_digests(model.id)
    if pinned == commit:
        wanted = tuple(_with_digest(hub, file, digests.get(file.name)) for file in wanted)
    unknown = [file.name for file in wanted if file.sha256 is None and file.git_oid is None]
    if unknown:
        raise NetworkError(
            f"{hub.address} does not tell the hash of {unknown[0]}, so what it sends could not be checked. "
            "Use another endpoint, or import the model from a USB stick or a share."
        )
    return Plan(model.id, model.repository, commit, hub.address, model.licence, wanted)


def _look_up(
    hub: Hub, model: CatalogModel, revision: str, control: Control
) -> tuple[str, tuple[FileRecord, ...]]:
    """Ask the hub, again after a moment if the line breaks."""
    for attempt in range(FIRST_PATIENCE):
        control.raise_if_cancelled()
        try:
            return hub.look_up(model.repository, revision)
        except Interrupted as interrupted:
            if attempt + 1 == FIRST_PATIENCE:
                raise NetworkError(
                    f"{interrupted.sentence} Try again when the line is better."
                ) from interrupted
            control.sleep(waiting_time(interrupted, attempt + 1))
    raise AssertionError


def _with_digest(hub: Hub, file: FileRecord, digest: Digest | None) -> FileRecord:
    if digest is None:
        return file
    if (digest.size, digest.sha256) != (file.size, file.sha256 or digest.sha256):
        raise NetworkError(
            f"{hub.address} announces another {file.name} than the one this version of Chorale knows. Do not "
            "use it; tell whoever runs that endpoint."
        )
    return replace(file, sha256=digest.sha256)
