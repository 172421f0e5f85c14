"""The voice of the PC: only engines that work on it, in the language of the window, and none where there is none."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QObject

from tests.fakes.speech import FakeEngine, State, text_to_speech
from ui.system_speech import SystemSpeech, find_speech, is_slow

MODULE = "PySide6.QtTextToSpeech"


@pytest.fixture
def parent(qapp: QCoreApplication) -> Iterator[QObject]:
    yield QObject(qapp)


def have(monkeypatch: pytest.MonkeyPatch, **engines: tuple[str, ...]) -> list[FakeEngine]:
    module, made = text_to_speech(**engines)
    monkeypatch.setitem(sys.modules, MODULE, module)
    return made


def test_without_qts_module_there_is_no_voice(monkeypatch: pytest.MonkeyPatch, parent: QObject) -> None:
    monkeypatch.setitem(sys.modules, MODULE, None)  # Python's way to say that it cannot be imported
    assert find_speech(QLocale("en_US"), parent) is None


def test_an_engine_for_tests_an_unknown_one_and_one_without_a_voice_are_not_used(
    monkeypatch: pytest.MonkeyPatch, parent: QObject
) -> None:
    made = have(monkeypatch, mock=("en_US",), cloud=("en_US",), sapi=())
    assert find_speech(QLocale("en_US"), parent) is None
    assert [engine.name for engine in made] == ["sapi"]


def test_windows_own_voices_come_first(monkeypatch: pytest.MonkeyPatch, parent: QObject) -> None:
    made = have(monkeypatch, sapi=("en_US",), winrt=("en_US",))
    assert find_speech(QLocale("en_US"), parent) is not None
    assert [engine.name for engine in made] == ["winrt"]


def test_an_engine_that_does_not_start_leaves_the_place_to_the_next(
    monkeypatch: pytest.MonkeyPatch, parent: QObject
) -> None:
    made = have(monkeypatch, broken=("en_US",), sapi=("en_US",))
    monkeypatch.setattr("ui.system_speech.ENGINES", ("broken", "sapi"))
    assert find_speech(QLocale("en_US"), parent) is not None
    assert [engine.name for engine in made] == ["broken", "sapi"]


@pytest.mark.parametrize(
    ("voices", "window", "spoken"),
    [
        (("en_US", "de_AT", "de_DE"), "de_DE", "de_DE"),
        (("en_US", "de_AT"), "de_DE", "de_AT"),  # another country's is better than another language's
        (("en_GB", "en_US"), "en_US", "en_GB"),  # as the system is set
        (("fr_FR", "it_IT"), "de_DE", "fr_FR"),  # there is none: the system's own
    ],
)
def test_the_language_is_the_windows_if_there_is_a_voice_for_it(
    monkeypatch: pytest.MonkeyPatch, parent: QObject, voices: tuple[str, ...], window: str, spoken: str
) -> None:
    monkeypatch.setattr("ui.system_speech.QLocale.system", lambda: QLocale("C"))
    (made,) = (have(monkeypatch, winrt=voices),)
    assert find_speech(QLocale(window), parent) is not None
    assert made[0].locale().name() == spoken


def test_the_country_of_the_system_is_kept(monkeypatch: pytest.MonkeyPatch, parent: QObject) -> None:
    monkeypatch.setattr("ui.system_speech.QLocale.system", lambda: QLocale("de_CH"))
    made = have(monkeypatch, winrt=("en_US", "de_DE", "de_CH"))
    assert find_speech(QLocale("de_DE"), parent) is not None
    assert made[0].locale().name() == "de_CH"


def test_an_engine_with_thousands_of_voices_is_not_opened_only_to_ask(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = have(monkeypatch, speechd=("en_US",), mock=("en_US",))
    assert is_slow()
    have(monkeypatch, winrt=("en_US",), speechd=("en_US",))
    assert not is_slow()
    monkeypatch.setitem(sys.modules, MODULE, None)
    assert not is_slow()
    assert made == []


def speech_of(parent: QObject) -> tuple[SystemSpeech, FakeEngine, list[str]]:
    engine, told = FakeEngine("winrt", ("en_US",), parent), list[str]()
    speech = SystemSpeech(engine, parent)  # type: ignore[arg-type]
    speech.said.connect(lambda: told.append("said"))
    speech.failed.connect(lambda: told.append("failed"))
    return speech, engine, told


def test_a_sentence_is_said_when_the_engine_is_ready_again(parent: QObject) -> None:
    speech, engine, told = speech_of(parent)
    speech.say("One.")
    for state in (State.Synthesizing, State.Speaking):
        engine.stateChanged.emit(state)
    QCoreApplication.processEvents()
    assert told == []
    engine.stateChanged.emit(State.Ready)
    assert told == []  # not in the middle of the engine's own work
    QCoreApplication.processEvents()
    assert told == ["said"]


def test_a_stop_that_is_told_late_does_not_skip_a_sentence(parent: QObject) -> None:
    speech, engine, told = speech_of(parent)
    speech.say("One.")
    engine.stateChanged.emit(State.Speaking)
    QCoreApplication.processEvents()
    speech.stop()
    speech.say("Other.")
    engine.stateChanged.emit(State.Ready)  # of the stop
    QCoreApplication.processEvents()
    assert told == []
    engine.stateChanged.emit(State.Speaking)
    engine.stateChanged.emit(State.Ready)
    QCoreApplication.processEvents()
    assert told == ["said"]
    assert engine.heard == ["One.", "", "Other."]


def test_an_error_is_told_once_and_not_after_a_stop(parent: QObject) -> None:
    speech, engine, told = speech_of(parent)
    speech.say("One.")
    for _ in range(2):
        engine.errorOccurred.emit(4, "no sound")
    QCoreApplication.processEvents()
    assert told == ["failed"]
    speech.say("Two.")
    speech.stop()
    engine.errorOccurred.emit(4, "no sound")
    QCoreApplication.processEvents()
    assert told == ["failed"]


def test_the_window_starts_without_it() -> None:
    code = f"import ui.window, sys; sys.exit({MODULE!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
