"""With logs switched on, whoever helps can see what happened, and nothing of what was said."""

from __future__ import annotations

import io
import logging
import multiprocessing.resource_tracker
import os
import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import app
from app import __main__ as main_module
from app import cli
from app.logs import ROOT, log_bug, start_logging, stop_logging
from app.paths import user_paths
from app.settings import Settings
from app.terminal import Terminal
from app.tools import Tool, ToolRegistry
from models.errors import EngineError, InputError
from runtime.conversation import ToolSpec
from runtime.events import EngineFailed
from tests.fakes.engine import FakeEngine, ScriptedTurn, analysis, call, final, turn

SAID = ("zebra", "quagga", "okapi")  # the question, the reasoning, the answer
Log = Callable[[], str]


class Chorale:
    """`chorale` as `app/__main__` puts it together, with a scripted engine and logs switched on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.die: Callable[[int | None], None]
        self.engine = FakeEngine()
        Settings(user_paths().settings_file).keep_logs = True

        def client(target: object, on_death: Callable[[int | None], None]) -> FakeEngine:
            self.die = on_death
            return self.engine

        monkeypatch.setattr("runtime.engine_client.EngineClient", client)
        monkeypatch.setattr(multiprocessing.resource_tracker, "ensure_running", lambda: None)
        monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # to be put back

    def ask(self, *turns: ScriptedTurn) -> int:
        self.engine = FakeEngine(turns)
        return self.run("ask", "--model", "demo", SAID[0])

    def run(self, *line: str) -> int:
        terminal = Terminal(io.StringIO(), io.StringIO(), io.StringIO(), {})
        return cli.run(line, terminal, main_module.make_house)

    def log(self) -> str:
        return (user_paths().logs / f"chorale-{os.getpid()}.log").read_text("utf-8")


@pytest.fixture
def chorale(monkeypatch: pytest.MonkeyPatch) -> Iterator[Chorale]:
    yield Chorale(monkeypatch)
    for handler in list(logging.getLogger(ROOT).handlers):
        stop_logging(handler)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    handler = start_logging(tmp_path)
    yield lambda: (tmp_path / f"chorale-{os.getpid()}.log").read_text("utf-8")
    stop_logging(handler)


def test_a_question_leaves_start_load_turns_and_tools_in_the_log_and_no_word(chorale: Chorale) -> None:
    asks_for_the_date = turn(analysis(SAID[1]), call(), prompt_tokens=40)
    answers = turn(final(SAID[2]), prompt_tokens=60, cached_tokens=41)
    assert chorale.ask(asks_for_the_date, answers) == 0
    first, second = (request.turn_id for request in chorale.engine.requests)
    result = chorale.engine.requests[1].conversation.messages[-1].content
    log = chorale.log()
    assert (
        f"chorale.start: chorale {app.__version__}, python {platform.python_version()}, onnxruntime 1." in log
    )
    assert "chorale.engine: load of demo begins: device auto, kernel auto, threads auto" in log
    assert "loaded demo in 0.25 s: device cpu (Fake CPU), kernel scalar, 4096 tokens of context" in log
    assert f"turn {first}: tool_call, 40 prompt tokens (0 cached) in 0.50 s, 2 completion tokens" in log
    assert "chorale.tools: get_current_date: ok" in log
    assert f"turn {second}: stop, 60 prompt tokens (41 cached) in 0.50 s, 1 completion tokens" in log
    assert "weekday" in result
    assert not any(word in log for word in (*SAID, "weekday", result))


def test_without_the_setting_nothing_is_written(chorale: Chorale) -> None:
    Settings(user_paths().settings_file).keep_logs = False
    assert chorale.ask(turn(final(SAID[2]))) == 0
    assert not user_paths().logs.exists()


def test_a_model_that_cannot_be_loaded_leaves_the_kind_of_failure(chorale: Chorale) -> None:
    chorale.engine = FakeEngine(ready=EngineFailed("It is damaged.", "9 of\n10 bytes", "ModelError"))
    assert chorale.run("ask", "--model", "demo", SAID[0]) == 1
    assert "ERROR chorale.engine: load failed: ModelError (9 of 10 bytes)" in chorale.log()


def test_a_crash_of_the_engine_leaves_its_exit_code_and_what_the_turn_came_to(chorale: Chorale) -> None:
    assert chorale.ask(turn(final(SAID[2]), crash=f"It crashed on {SAID[1]}.")) == 1
    chorale.die(-11)
    log = chorale.log()
    assert "ERROR chorale.engine: the engine process ended, exit code -11" in log
    assert f"turn {chorale.engine.requests[0].turn_id}: error, 40 prompt tokens" in log
    assert not any(word in log for word in SAID)


def test_a_question_that_does_not_fit_leaves_only_the_kind_of_refusal(chorale: Chorale) -> None:
    assert chorale.ask(turn(raises=InputError(f"{SAID[0]} is too long."))) == 1
    assert f"turn {chorale.engine.requests[0].turn_id}: InputError\n" in chorale.log()
    assert SAID[0] not in chorale.log()


def test_a_bug_nobody_caught_leaves_its_place_without_its_message(
    chorale: Chorale, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: shown.append(kind))
    with pytest.raises(ZeroDivisionError) as raised:
        chorale.ask(turn(raises=ZeroDivisionError(SAID[0])))
    sys.excepthook(raised.type, raised.value, raised.tb)
    log = chorale.log()
    assert "ERROR chorale.bugs: a bug\n" in log
    assert "in ask" in log
    assert "ZeroDivisionError" in log
    assert SAID[0] not in log
    assert shown == [ZeroDivisionError]


def test_what_is_no_bug_is_not_logged_as_one(log: Log) -> None:
    for error in (EngineError("It stopped."), KeyboardInterrupt(), BrokenPipeError()):
        log_bug(error)
    assert log() == ""


@pytest.mark.parametrize(
    ("tool", "arguments", "line"),
    [
        ("zebra", "{}", "a tool that does not exist was called"),
        ("search", "{zebra", "search: the arguments are not JSON"),
        ("search", '["zebra"]', "search: the arguments do not fit"),
        ("search", '{"query": "zebra"}', "search: InputError"),
    ],
)
def test_a_tool_call_that_fails_leaves_the_kind_of_error_alone(
    log: Log, tool: str, arguments: str, line: str
) -> None:
    def search(given: Any) -> dict[str, Any]:
        raise InputError(f"Nothing about {given['query']}.")

    tools = ToolRegistry([Tool(ToolSpec("search", "Searches."), search)])
    assert "error" in tools.answer(call(tool, arguments)).content
    assert log().endswith(f"INFO chorale.tools: {line}\n")
    assert "zebra" not in log()
