"""`chorale replay FILE`: checks an audit, runs its answers again, and says where the first one differs.

Exit code 0: every answer was said again to the letter (with `--only-verify`: the file is whole); else 1. With
`--json` one line an answer, and a last one: `{"type":"end","result":"same|different|incomplete|whole|failed",…}`.
"""

from __future__ import annotations

import argparse
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any

from app.commands.answering import show_progress
from app.export.audit import Audit, read_audit
from app.export.replay import AnswerReplayed, Replay, Replayed, device_class
from app.foreground import iterate
from app.history.origin import model_hash
from app.history.tree import Origin
from app.house import House
from app.installs import load_request
from models.errors import AppError, EngineError, InputError, ModelError
from runtime import kernels
from runtime.events import DeviceKind, LoadProgress, LoadRequest, PromptProgress


def run(options: argparse.Namespace, house: House) -> int:
    """Check and run; the exit code. Raises `AppError`, `Cancelled`, `KeyboardInterrupt`."""
    end: dict[str, Any] = {"type": "end", "result": "failed", "error": None}
    try:
        audit = read_audit(options.file)
        end |= {"records": audit.verdict.records, "head": audit.verdict.head}
        if options.head and options.head != audit.verdict.head:
            raise InputError(
                f"{options.file} is not the file whose hash was kept: its records fit each other, but their head "
                f"is {audit.verdict.head}."
            )
        if options.only_verify:
            end["result"] = "whole"
            if not options.json:
                house.terminal.line(f"whole: {audit.verdict.records} records, head {audit.verdict.head}")
            return 0
        return _replay(audit, options, house, end)
    except AppError as error:
        end["error"] = error.user_text
        raise
    finally:
        if options.json:
            house.terminal.json(end)


def _replay(audit: Audit, options: argparse.Namespace, house: House, end: dict[str, Any]) -> int:
    engine = house.new_engine()
    finder = _Models(options, house)
    replay = Replay(audit, engine, finder.request_for)
    outcome: Replayed | None = None
    try:
        for event in iterate(replay.run, engine.cancel):
            match event:
                case LoadProgress() | PromptProgress():
                    show_progress(event, house.terminal)
                case AnswerReplayed():
                    _tell(event, options, house)
                case Replayed():
                    outcome = event
    finally:
        house.terminal.clear_status()
        engine.close()
    if outcome is None:
        raise EngineError("The engine stopped while replaying. Try again.")
    notices = list(dict.fromkeys((*finder.notices, *replay.notices)))
    end |= {
        "result": "same" if outcome.is_same else "different" if outcome.difference else "incomplete",
        "answers": outcome.answers,
        "same": outcome.same,
        "skipped": outcome.skipped,
        "difference": outcome.difference and asdict(outcome.difference),
        "notices": notices,
    }
    if not options.json:
        for notice in notices:
            house.terminal.note(f"chorale: {notice}")
        house.terminal.line(_sentence(outcome))
    return 0 if outcome.is_same else 1


class _Models:
    """Finds the model that made an answer, once for each."""

    def __init__(self, options: argparse.Namespace, house: House) -> None:
        self.notices: list[str] = []
        self._options = options
        self._house = house

    def request_for(self, origin: Origin) -> LoadRequest:
        """What to load. Raises `AppError` if it is not here, is another one, or may not be used."""
        device = device_class(origin.device)
        install = self._house.installs.resolve(self._options.model or origin.model)
        found = model_hash(install.folder)
        if not found or found != origin.model_hash:
            if not self._options.any_model:
                raise ModelError(
                    f"The model {install.name} is not the one that answered: the hash of its files is "
                    f"{found[:16] or 'not known'}, in the record {origin.model_hash[:16] or 'there is none'}. Name "
                    "another with --model, or compare in spite of it with --any-model."
                )
            self.notices.append(f"{install.name} is not known to be the model that answered.")
        threads = self._options.threads or self._house.settings.threads
        request = load_request(install, device=device, threads=threads, insist=True)
        return replace(request, kernel=_kernel(origin) if device == DeviceKind.CPU else None)


def _kernel(origin: Origin) -> str | None:
    """The kernel that computed, if this CPU has it."""
    with suppress(EngineError):
        if origin.kernel in kernels.supported():
            return origin.kernel
    return None


def _tell(event: AnswerReplayed, options: argparse.Namespace, house: House) -> None:
    if options.json:
        house.terminal.json(
            {
                "type": "answer",
                "answer": event.answer,
                "of": event.of,
                "node": event.node,
                "same": event.is_same,
                "skipped": event.why_not or None,
            }
        )
    elif event.why_not:
        house.terminal.note(f"Answer {event.answer} of {event.of} cannot be run again: {event.why_not}")
    else:
        house.terminal.status(
            f"Answer {event.answer} of {event.of}: {'same' if event.is_same else 'different'}"
        )


def _sentence(outcome: Replayed) -> str:
    if (found := outcome.difference) is not None:
        place = f"answer {found.answer} of {outcome.answers}, message {found.message}"
        if found.character:
            place += f", character {found.character}"
        return (
            f"different: {place} ({found.what})\n  recorded: {' '.join(found.recorded.split())}\n"
            f"  replayed: {' '.join(found.replayed.split())}"
        )
    if outcome.is_same:
        return f"same: all answers, {outcome.answers} of {outcome.answers}, to the letter"
    return f"incomplete: {outcome.same} of {outcome.answers} answers are the same, {outcome.skipped} cannot be run again"
