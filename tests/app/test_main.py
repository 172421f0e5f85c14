"""Chorale as people start it: real processes, a real engine, a real Ctrl+C, and where the window opens."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import psutil
import pytest

from app import __main__ as main_module
from app.private_files import write_whole
from app.settings import Settings, all_settings
from runtime.conversation import Effort
from tests.support.command_line import Cli
from ui import window_place
from ui.chat import chat_page
from ui.conversations import beside
from ui.services import Services

ROOT = Path(__file__).resolve().parents[2]
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="displays are Linux's matter")
TIMEOUT_S = 60


WITHOUT_END = ("--json", "--max-tokens", "100000", "--temperature", "0", "Hi")


def chorale_process(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        **options,
    )


@pytest.mark.slow
def test_a_question_goes_through_the_engine_process_and_back(tiny_model: Path) -> None:
    line = ("ask", "--model", str(tiny_model), "--json", "--max-tokens", "5", "--seed", "1", "Grüße")
    out, err = chorale_process(*line).communicate(timeout=TIMEOUT_S)
    end = json.loads(out.splitlines()[-1])
    assert err == ""
    assert (end["reason"], end["device"], end["error"]) == ("length", "cpu", None)
    assert end["usage"]["completion_tokens"] == 5
    assert end["seconds"]["load"] > 0


@pytest.mark.slow
def test_the_second_question_of_a_conversation_reuses_the_first(tiny_model: Path) -> None:
    line = ("chat", "--model", str(tiny_model), "--max-tokens", "3", "--temperature", "0")
    process = chorale_process(*line)
    out, err = process.communicate("one\ntwo\n", timeout=TIMEOUT_S)
    assert (process.returncode, err) == (0, "")
    assert out.count("(cut: no room for more tokens)") == 2


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl+C by console, not by process group")
def test_ctrl_c_in_a_terminal_cancels_the_answer_and_ends_both_processes(endless_model: Path) -> None:
    process = chorale_process("ask", "--model", str(endless_model), *WITHOUT_END, start_new_session=True)
    assert process.stdout is not None
    first = process.stdout.readline()
    started = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: everything started from it gets the signal
    out, err = process.communicate(timeout=TIMEOUT_S)
    assert (process.returncode, err) == (130, "")
    assert json.loads(first)["type"] == "text"
    assert json.loads(out.splitlines()[-1])["reason"] == "cancelled"
    assert started
    assert psutil.wait_procs(started, timeout=TIMEOUT_S)[1] == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="pipes break otherwise on Windows")
def test_a_reader_that_leaves_early_gets_no_traceback(endless_model: Path) -> None:
    with chorale_process("ask", "--model", str(endless_model), *WITHOUT_END) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(TIMEOUT_S) == 1


@linux_only
def test_without_a_display_no_window_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main_module.why_no_window() == "There is no display here."


@linux_only
@pytest.mark.slow
@pytest.mark.parametrize(
    ("platform", "why"),
    [
        ("offscreen", "None"),
        ("no such platform", "Qt cannot open a window here; libraries it needs may be missing."),
    ],
)
def test_a_display_that_qt_cannot_use_is_found_out_before_it_ends_the_process(
    platform: str, why: str
) -> None:
    said = subprocess.run(
        [sys.executable, "-c", "from app.__main__ import why_no_window; print(why_no_window())"],
        env={**os.environ, "QT_QPA_PLATFORM": platform},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=True,
    )
    assert (said.stdout.strip(), said.stderr) == (why, "")


@linux_only
@pytest.mark.slow
def test_a_display_that_does_not_answer_is_not_waited_for_for_ever() -> None:
    program = (
        "import time; from ui import trial; trial.QGuiApplication = lambda given: time.sleep(600);"
        "print(trial.why_not(0.2))"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=TIMEOUT_S, check=True
    )
    assert said.stdout.strip() == "The display does not answer."


@pytest.mark.parametrize("model", ["demo", "folder"])
def test_the_window_is_given_all_it_needs(
    chorale: Cli, tiny_model: Path, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    given: list[Services] = []

    def run(services: Services) -> int:
        given.append(services)
        return 0

    monkeypatch.setattr("ui.start.run", run)
    monkeypatch.setattr("signal.signal", lambda number, action: None)
    monkeypatch.setattr(main_module, "new_engine", lambda: chorale.engine)
    monkeypatch.setattr(chorale, "_open_window", main_module.open_window)
    assert chorale("--model", "demo" if model == "demo" else str(tiny_model)) == 0
    (services,) = given
    assert services.is_demo is (model == "demo")
    assert services.model_title == ("Chorale demo" if model == "demo" else "tiny")
    assert [type(event).__name__ for event in services.load()][-1] == "EngineReady"
    assert services.chat.conversation.messages == ()
    assert services.diagnostics is not None
    loaded = services.diagnostics.look().loaded
    assert loaded is not None
    assert len(loaded.model_hash) == 64
    services.close()
    assert chorale.engine.closed


def test_files_of_a_second_start_go_to_the_first_and_nothing_is_opened(
    chorale: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[tuple[Path, tuple[str, ...]]] = []

    def hand_over(meeting: Path, files: tuple[str, ...]) -> bool:
        handed.append((meeting, files))
        return True

    monkeypatch.setattr("ui.start.hand_over", hand_over)
    monkeypatch.setattr("ui.start.run", lambda services: pytest.fail("a second window"))
    monkeypatch.setattr(chorale, "_open_window", main_module.open_window)
    (tmp_path / "report.pdf").write_text("A report.")
    assert chorale("--demo", str(tmp_path / "report.pdf")) == 0
    assert handed == [(chorale.paths.data / "window", (str(tmp_path / "report.pdf"),))]


def test_the_window_is_told_what_is_wrong_with_the_settings(
    chorale: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Services] = []

    def run(services: Services) -> int:
        given.append(services)
        return 0

    monkeypatch.setattr("ui.start.run", run)
    monkeypatch.setattr("signal.signal", lambda number, action: None)
    monkeypatch.setattr(main_module, "new_engine", lambda: chorale.engine)
    monkeypatch.setattr(chorale, "_open_window", main_module.open_window)
    chorale.paths.config.mkdir()
    chorale.paths.settings_file.write_text("{")
    assert chorale("--demo") == 0
    assert "settings.damaged-1.json" in given[0].problems[0]


def test_what_is_chosen_in_the_window_is_saved_by_another_thread_before_chorale_ends(
    chorale: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    writers: list[threading.Thread] = []

    def write(path: Path, text: str) -> None:
        writers.append(threading.current_thread())
        write_whole(path, text)

    def run(services: Services) -> int:
        services.settings.set(chat_page.EFFORT, "high")
        return 0

    monkeypatch.setattr("app.settings.write_whole", write)
    monkeypatch.setattr("ui.start.run", run)
    monkeypatch.setattr("signal.signal", lambda number, action: None)
    monkeypatch.setattr(main_module, "new_engine", lambda: chorale.engine)
    monkeypatch.setattr(chorale, "_open_window", main_module.open_window)
    assert chorale("--demo") == 0
    assert Settings(chorale.paths.settings_file).effort is Effort.HIGH
    assert threading.main_thread() not in writers


def test_every_setting_the_window_remembers_exists(tmp_path: Path) -> None:
    keys = {window_place.GEOMETRY, chat_page.EFFORT, *chat_page.PANES.values(), beside.OPEN}
    assert keys <= {setting.key for setting in all_settings()}
    settings = Settings(tmp_path / "settings.json")
    for key in chat_page.PANES.values():
        settings.set(key, True)
    settings.set(window_place.GEOMETRY, "AdnQywADAAA=")
    assert Settings(tmp_path / "settings.json").get(window_place.GEOMETRY) == "AdnQywADAAA="
