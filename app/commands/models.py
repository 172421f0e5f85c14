"""`chorale models`: the models on this PC, and how they get here, are checked, carried and removed.

With `--json`, progress is `{"type":"progress","stage":…,"done":…,"total":…}` and the last line says what was
done; without, progress is on standard error. Ctrl+C keeps what has arrived; the same command goes on.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from app.foreground import iterate
from app.history.origin import model_hash
from app.house import House
from app.installs import Install
from app.model_jobs import ModelJobs
from models.checkpoint import Checkpoint
from models.download import ModelInstalled
from models.errors import AppError
from models.exports import ModelExported
from models.progress import Control, DownloadProgress, Stage
from models.store import State, installation_of, state_of, unfinished
from models.verify import ModelVerified
from runtime.events import LoadProgress

_STAGES = {
    Stage.WAITING: "Waiting",
    Stage.LOOKING: "Looking",
    Stage.CHECKING: "Checking",
    Stage.DOWNLOADING: "Downloading",
    Stage.COPYING: "Copying",
    Stage.REMOVING: "Removing",
}
_BAR = 24  # characters

Event = DownloadProgress | ModelInstalled | ModelVerified | ModelExported


def run(options: argparse.Namespace, house: House) -> int:
    """Do what `options.verb` says. Raises `AppError`, `Cancelled`, `KeyboardInterrupt`."""
    if options.verb == "list":
        return _list(options, house)
    jobs = ModelJobs(house.settings, house.installs)
    control = jobs.new_control()
    control.limit = getattr(options, "limit", None) or control.limit
    match options.verb:
        case "download":
            folder = options.to.expanduser().absolute() if options.to else None
            ended = _follow(
                lambda: jobs.download(
                    options.id,
                    control=control,
                    endpoint=options.endpoint,
                    revision=options.revision,
                    folder=folder,
                ),
                control,
                options,
                house,
            )
            _next(ended, jobs, control, options, house)
        case "verify":
            _follow(
                lambda: jobs.verify(options.id, control=control, endpoint=options.endpoint),
                control,
                options,
                house,
            )
        case "import":
            folder = options.to.expanduser().absolute() if options.to else None
            ended = _follow(
                lambda: jobs.import_(
                    options.path, control=control, expected_manifest=options.manifest, folder=folder
                ),
                control,
                options,
                house,
            )
            _next(ended, jobs, control, options, house)
        case "export":
            _follow(lambda: jobs.export(options.id, options.path, control=control), control, options, house)
        case "prepare":
            _prepare(options.id, jobs, control, options, house)
        case "remove":
            jobs.remove(options.id)
            if options.json:
                house.terminal.json({"type": "removed", "name": options.id})
            else:
                house.terminal.line(f"{options.id} was removed.")
    return 0


def _follow(
    start: Callable[[], Iterator[Event]], control: Control, options: argparse.Namespace, house: House
) -> Event | None:
    """Run a job to its end, showing how far it is; its last event."""
    terminal, told = house.terminal, ""
    event: Event | None = None
    for event in iterate(start, control.cancel):
        if isinstance(event, DownloadProgress):
            if options.json:
                terminal.json(progress_as_json(event))
            else:
                if event.note and event.note != told and event.stage is not Stage.WAITING:
                    terminal.note(event.note)
                told = event.note
                terminal.status(progress_line(event))
        elif options.json:
            terminal.json(ended_as_json(event))
        else:
            terminal.line(_ended(event))
    terminal.clear_status()
    return event


def _next(
    ended: Event | None, jobs: ModelJobs, control: Control, options: argparse.Namespace, house: House
) -> None:
    """After a model has come: make it ready if that was asked for, and tell how to talk to it."""
    if not isinstance(ended, ModelInstalled):
        return
    folder = ended.installation.folder
    name = ended.installation.model if folder.parent == house.installs.models_folder else str(folder)
    if options.prepare:
        _prepare(name, jobs, control, options, house)
    if not options.json:
        quoted = f'"{name}"' if " " in name else name
        if not options.prepare:
            house.terminal.line(
                "The first start prepares it, which takes a little longer. To do that now, with a test of this "
                f"PC: chorale models prepare {quoted}"
            )
        house.terminal.line(f"Talk to it: chorale chat --model {quoted}")


def _prepare(name: str, jobs: ModelJobs, control: Control, options: argparse.Namespace, house: House) -> None:
    terminal = house.terminal
    for event in iterate(lambda: jobs.prepare(name, control=control), control.cancel):
        if isinstance(event, LoadProgress):
            if options.json:
                terminal.json(
                    {"type": "progress", "stage": event.stage, "done": event.done, "total": event.total}
                )
            else:
                share = f": {100 * (event.done or 0) // event.total} %" if event.total else ""
                terminal.status(f"{event.stage.capitalize()}{share} …")
        elif options.json:
            terminal.json({"type": "prepared", **asdict(event)})
        else:
            terminal.line(
                f"{name} is ready. With {event.kernel}, its logits are within {100 * event.relative:.1f} % of "
                "the reference."
            )
    terminal.clear_status()


def progress_as_json(event: DownloadProgress) -> dict[str, Any]:
    """A report for `--json`; sizes in bytes, times in seconds."""
    return {
        "type": "progress",
        "stage": event.stage.value,
        "done": event.done,
        "total": event.total,
        "bytes_per_second": None if event.bytes_per_second is None else round(event.bytes_per_second),
        "seconds_left": None if event.seconds_left is None else round(event.seconds_left),
        "note": event.note or None,
    }


def progress_line(event: DownloadProgress) -> str:
    """A report for people, on one line."""
    if not event.total:
        return event.note or f"{_STAGES[event.stage]} …"
    filled = _BAR * event.done // event.total
    text = (
        f"{_STAGES[event.stage]} [{'#' * filled}{'.' * (_BAR - filled)}] {100 * event.done // event.total} %"
    )
    text += f", {event.done / 1e9:.2f} of {event.total / 1e9:.2f} GB"
    if event.is_paused:
        return text + ", paused"
    if event.bytes_per_second is not None:
        text += f", {event.bytes_per_second / 1e6:.1f} MB/s"
    if event.seconds_left is not None:
        text += f", {duration(event.seconds_left)} left"
    return text


def duration(seconds: float) -> str:
    """Seconds for people: 45 s, 12 min, 3 h 5 min."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def ended_as_json(event: ModelInstalled | ModelVerified | ModelExported) -> dict[str, Any]:
    """The last event for `--json`."""
    match event:
        case ModelInstalled():
            found = event.installation
            return {
                "type": "installed",
                "name": found.model,
                "folder": str(found.folder),
                "bytes": found.size,
                "received": event.received,
                "repository": found.repository or None,
                "revision": found.revision or None,
                "source": found.source,
                "files": [
                    {"name": file.name, "size": file.size, "sha256": file.sha256} for file in found.files
                ],
            }
        case ModelVerified():
            return {"type": "verified", "damaged": list(event.damaged)}
        case ModelExported():
            return {"type": "exported", "path": str(event.place), "manifest": event.manifest}


def _ended(event: ModelInstalled | ModelVerified | ModelExported) -> str:
    match event:
        case ModelInstalled():
            found = event.installation
            commit = f", revision {found.revision}" if found.revision else ""
            return f"{found.model} is complete: {found.folder}, {found.size / 1e9:.2f} GB{commit}."
        case ModelVerified():
            if event.damaged:
                return f"Damaged: {', '.join(event.damaged)}. What is damaged is fetched again."
            return "Every file is as it was published."
        case ModelExported():
            return f"Exported to {event.place}. To compare where it is imported: --manifest {event.manifest}"


def _list(options: argparse.Namespace, house: House) -> int:
    """Print one line a model. Damaged ones are listed with the reason."""
    for install in house.installs.found():
        found = describe(install)
        if options.json:
            house.terminal.json(found)
        else:
            size = "" if found["bytes"] is None else f", {found['bytes'] / 1e9:.2f} GB"
            state = "complete" if found["usable"] else f"not usable: {found['why_not']}"
            house.terminal.line(f"{found['name']}: {found['folder']}{size}, {state}")
    return 0


def describe(install: Install) -> dict[str, Any]:
    """A model for `--json`: name, folder, bytes (of its weights; None if damaged), usable, why_not; state and
    where it came from; hash (that stands for its files, as the policy AllowedModels has it; None if not known)."""
    size, why_not, source, revision = None, "", None, None
    state = state_of(install.folder)
    try:
        if state is State.UNFINISHED:
            raise unfinished(install.folder)
        if state in (State.INSTALLED, State.DAMAGED):
            installation = installation_of(install.folder)
            source, revision = installation.source or None, installation.revision or None
        checkpoint = Checkpoint.open(install.folder)
        size = sum(file.stat().st_size for file in checkpoint.files)
    except AppError as error:
        why_not = error.user_text
    except OSError as error:
        why_not = f"{install.folder} cannot be read: {error.strerror}."
    return {
        "name": install.name,
        "folder": str(install.folder),
        "bytes": size,
        "usable": not why_not,
        "why_not": why_not,
        "state": state.value,
        "source": source,
        "revision": revision,
        "hash": model_hash(install.folder) or None,
    }
