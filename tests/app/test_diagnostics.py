"""Whoever helps sees how the engine does, and nothing of what was said or of who said it."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.anonymous import Person
from app.diagnostics import FAULTS_KEPT, SPEEDS_KEPT, Diagnostics
from app.diagnostics_values import Fault, Loaded
from app.support_text import support_text
from models.errors import Cancelled, EngineError, InputError
from runtime.conversation import Conversation, Message, Role
from runtime.engine_interface import EngineInterface
from runtime.events import (
    EngineFailed,
    EngineReady,
    LoadRequest,
    PromptProgress,
    StopReason,
    TextDelta,
    TurnEnded,
    TurnEvent,
    TurnRequest,
    Usage,
)
from tests.fakes.engine import CPU, READY, FakeEngine, final, turn

ADA = Person("/data/ada", "ada", "ada-laptop")
MARKER = "zebra quagga okapi"


def diagnostics(**given: object) -> Diagnostics:
    return Diagnostics(person=ADA, now=itertools.count(1000).__next__, **given)  # type: ignore[arg-type]


def load(engine: EngineInterface, folder: str = "/models/demo") -> None:
    for _ in engine.load(LoadRequest(folder, "")):
        pass


def ask(engine: EngineInterface, text: str = MARKER) -> list[TurnEvent]:
    return list(engine.run(TurnRequest(1, Conversation((Message(Role.USER, text),)))))


class OneTurn(FakeEngine):
    """Says these events, whatever is asked."""

    def __init__(self, *events: TurnEvent | Exception) -> None:
        super().__init__()
        self.events = events

    def run(self, request: TurnRequest) -> Iterator[TurnEvent]:
        for event in self.events:
            if isinstance(event, Exception):
                raise event
            yield event


def end(prompt: int, completion: int, cached: int = 0, *, error: str | None = None) -> TurnEnded:
    reason = StopReason.ERROR if error else StopReason.STOP
    return TurnEnded(1, reason, (), (), Usage(prompt, completion, cached), 2.0, 4.0, error, reserved=1024)


def delta(tokens: int = 1) -> TextDelta:
    return TextDelta(1, 0, Role.ASSISTANT, None, None, None, MARKER, tokens)


def test_what_is_loaded_is_told() -> None:
    ready = replace(READY, threads=6, position_bytes=4096, model_name="ada")
    notes = diagnostics(hash_of=lambda folder: f"hash of {folder.name}")
    assert notes.look().loaded is None
    load(notes.watch(FakeEngine(ready=ready)))
    assert notes.look().loaded == Loaded(
        "user", "hash of demo", CPU.name, "cpu", CPU.provider, READY.kernel, 6, 4096, 4096
    )


def test_while_another_model_is_loaded_the_old_one_is_not_told() -> None:
    notes = diagnostics()
    engine = notes.watch(FakeEngine([turn(final("Hello."))]))
    load(engine)
    ask(engine)
    loading = engine.load(LoadRequest("/models/other", ""))
    next(loading)
    seen = notes.look()
    assert seen.loaded is None
    assert (seen.kv_used, seen.kv_reserved) == (0, 0)


def test_speed_is_that_of_writing_and_reading() -> None:
    notes = diagnostics()
    ask(notes.watch(OneTurn(PromptProgress(1, 300, 300, 100), delta(), end(300, 20, 100))))
    ask(notes.watch(OneTurn(end(300, 20, 290))))  # hardly anything was read
    ask(notes.watch(OneTurn(end(300, 2, 0))))  # hardly anything was said
    first, second = notes.look().speeds
    assert (first.tokens, first.per_second, first.read_per_second) == (20, 5.0, 100.0)
    assert (second.per_second, second.read_per_second) == (5.0, None)


def test_the_running_answer_is_told_while_it_runs() -> None:
    notes = diagnostics(clock=itertools.count(0, 0.25).__next__)
    events = notes.watch(OneTurn(*[delta()] * 20, end(300, 20))).run(TurnRequest(1, Conversation()))
    for _ in range(9):
        next(events)
    (running,) = notes.look().speeds
    assert running.is_running
    assert (running.tokens, running.per_second) == (9, 4.0)
    assert notes.look().kv_used == 9
    list(events)
    assert [speed.is_running for speed in notes.look().speeds] == [False]


def test_an_answer_that_was_left_does_not_run_for_ever() -> None:
    notes = diagnostics(clock=itertools.count().__next__)
    events = notes.watch(OneTurn(*[delta()] * 20, end(300, 20))).run(TurnRequest(1, Conversation()))
    for _ in range(12):
        next(events)
    events.close()  # type: ignore[attr-defined]
    assert notes.look().speeds == ()


def test_only_the_last_speeds_and_errors_are_kept() -> None:
    notes = diagnostics()
    for number in range(40):
        ask(notes.watch(OneTurn(end(10, 8 + number, error=f"Error {number}."))))
    seen = notes.look()
    assert [speed.tokens for speed in seen.speeds] == list(range(48 - SPEEDS_KEPT, 48))
    assert [fault.sentence for fault in seen.faults] == [f"Error {39 - i}." for i in range(FAULTS_KEPT)]


def test_the_cache_is_told_and_a_dead_engine_holds_nothing() -> None:
    notes = diagnostics()
    engine = notes.watch(OneTurn(PromptProgress(1, 300, 300, 0), end(300, 20)))
    ask(engine)
    assert (notes.look().kv_used, notes.look().kv_reserved) == (320, 1024)
    ask(notes.watch(OneTurn(end(0, 0, error="The engine stopped unexpectedly."))))
    assert (notes.look().kv_used, notes.look().kv_reserved) == (0, 0)


def test_errors_are_the_sentences_that_were_shown_without_names() -> None:
    notes = diagnostics()
    load(notes.watch(FakeEngine(ready=EngineFailed("No model in /data/ada/models.", MARKER))))
    ask(notes.watch(OneTurn(end(10, 20, error="The engine of ada-laptop stopped."))))
    for error in (EngineError("No model is loaded.", MARKER), ValueError(MARKER)):
        with pytest.raises(type(error)):
            ask(notes.watch(OneTurn(error)))
    assert notes.look().faults == (
        Fault(1003, "Something went wrong inside Chorale (ValueError)."),
        Fault(1002, "No model is loaded."),
        Fault(1001, "The engine of computer stopped."),
        Fault(1000, "No model in ~/models."),
    )


def test_what_the_person_did_is_no_error() -> None:
    notes = diagnostics()
    for error in (Cancelled(), InputError("The message is too long.")):
        with pytest.raises(type(error)):
            ask(notes.watch(OneTurn(error)))
    assert notes.look().faults == ()


def test_memory_is_that_of_both_processes() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        seen = diagnostics(process_id=lambda: child.pid).look()
        assert seen.engine is not None
        assert seen.window is not None
        assert 0 < seen.engine.private < seen.window.private
        assert 0 < seen.memory_free < seen.memory_total
    finally:
        child.communicate(b"\n")
    assert diagnostics(process_id=lambda: child.pid).look().engine is None


def test_a_watched_engine_does_what_it_did_before() -> None:
    engine = FakeEngine([turn(final("Hello."))])
    watched = diagnostics().watch(engine)
    load(watched)
    said = ask(watched)
    assert isinstance(said[-1], TurnEnded)
    watched.cancel()
    watched.close()
    assert engine.closed
    assert engine.cancels == 2


def test_the_text_for_support_says_all_and_nothing_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    notes = diagnostics(hash_of=lambda folder: "3fa9", process_id=os.getpid)
    engine = FakeEngine([turn(final(MARKER * 3))], ready=replace(READY, threads=6, position_bytes=1 << 20))
    load(notes.watch(engine), "/data/ada/models/demo")
    ask(notes.watch(engine))
    ask(notes.watch(OneTurn(delta(), end(300, 20, error="/data/ada/models is full."))))
    text = support_text(notes.look())
    for said in (
        "model: demo, SHA-256 3fa9",
        f"kernel: {READY.kernel}, 6 threads",
        "KV cache: 320 of 1024 tokens used, 336 MB of 1074 MB",
        "  5.0 tokens/s over 20 tokens, prompt read at 150 tokens/s",
        "1970-01-01 00:16:40 UTC ~/models is full.",
        "chorale: ",
        "memory of the engine: ",
    ):
        assert said in text
    for hidden in (*MARKER.split(), "ada", str(Path.home())):
        assert hidden not in text


def test_before_anything_happened_there_is_something_to_say() -> None:
    text = support_text(diagnostics().look())
    for said in ("model: none is loaded", "speed: nothing answered yet", "errors: none since the start"):
        assert said in text
    assert "memory of the engine: no such process" in text


def test_ready_events_pass_through() -> None:
    assert any(
        isinstance(e, EngineReady) for e in diagnostics().watch(FakeEngine()).load(LoadRequest("", ""))
    )
