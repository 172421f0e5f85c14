"""The voice of the PC: only engines that work on it, in the language of the window, and none where there is none."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QObject, QSettings
from pytestqt.qtbot import QtBot

from tests.fakes.speech import FakeEngine, State, text_to_speech
from ui.system_speech import VOICES, SystemSpeech, find_speech, is_likely

MODULE = "PySide6.QtTextToSpeech"
REGISTRY = dict.fromkeys(VOICES.values(), ("voice",))


@pytest.fixture
def parent(qapp: QCoreApplication) -> Iterator[QObject]:
    yield QObject(qapp)


def have(
    monkeypatch: pytest.MonkeyPatch,
    registry: Mapping[str, tuple[str, ...]] = REGISTRY,
    **engines: tuple[str, ...],
) -> list[FakeEngine]:
    """Be a PC with these engines, and these voices in its registry."""

    class Settings:
        Format = QSettings.Format

        def __init__(self, key: str, _form: QSettings.Format) -> None:
            self._key = key

        def childGroups(self) -> list[str]:
            return list(registry[self._key])

    module, made = text_to_speech(**engines)
    monkeypatch.setitem(sys.modules, MODULE, module)
    monkeypatch.setattr("ui.system_speech.QSettings", Settings)
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


def test_the_engine_with_a_voice_of_the_language_is_chosen(
    monkeypatch: pytest.MonkeyPatch, parent: QObject
) -> None:
    made = have(monkeypatch, winrt=("de_DE", "en_US"), sapi=("en_US",))
    speech = find_speech(QLocale("de_DE"), parent)
    assert speech is not None
    assert [engine.name for engine in made] == ["sapi", "winrt"]
    speech.say("Eins.")
    assert [engine.heard for engine in made] == [[], ["Eins."]]
    english = find_speech(QLocale("en_US"), parent)
    assert english is not None
    assert [engine.name for engine in made[2:]] == ["sapi"]


def test_where_no_voice_speaks_the_language_the_first_engine_does(
    monkeypatch: pytest.MonkeyPatch, parent: QObject
) -> None:
    made = have(monkeypatch, winrt=("en_US",), sapi=("fr_FR",))
    speech = find_speech(QLocale("de_DE"), parent)
    assert speech is not None
    speech.say("Eins.")
    assert [(engine.name, engine.heard) for engine in made] == [("sapi", ["Eins."]), ("winrt", [])]


def test_an_engine_of_windows_without_a_voice_is_not_even_opened(
    monkeypatch: pytest.MonkeyPatch, parent: QObject
) -> None:
    """Qt's `winrt` ends the program then."""
    registry = {**REGISTRY, VOICES["winrt"]: ()}
    made = have(monkeypatch, registry, winrt=("en_US",))
    assert not is_likely()
    assert find_speech(QLocale("en_US"), parent) is None
    assert made == []


def test_an_engine_that_does_not_start_leaves_the_place_to_the_next(
    monkeypatch: pytest.MonkeyPatch, parent: QObject
) -> None:
    made = have(monkeypatch, broken=("en_US",), sapi=("en_US",))
    monkeypatch.setattr("ui.system_speech.ENGINES", ("broken", "sapi"))  # the first does not start
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
    made = have(monkeypatch, winrt=voices)
    assert find_speech(QLocale(window), parent) is not None
    assert made[0].locale().name() == spoken


def test_the_country_of_the_system_is_kept(monkeypatch: pytest.MonkeyPatch, parent: QObject) -> None:
    monkeypatch.setattr("ui.system_speech.QLocale.system", lambda: QLocale("de_CH"))
    made = have(monkeypatch, winrt=("en_US", "de_DE", "de_CH"))
    assert find_speech(QLocale("de_DE"), parent) is not None
    assert made[0].locale().name() == "de_CH"


def test_no_engine_is_opened_only_to_know_whether_there_is_a_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    made = have(monkeypatch, speechd=("en_US",), mock=("en_US",))
    assert is_likely()
    assert made == []
    have(monkeypatch, mock=("en_US",))
    assert not is_likely()
    monkeypatch.setitem(sys.modules, MODULE, None)
    assert not is_likely()


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
        engine.go(state)
    QCoreApplication.processEvents()
    assert told == []
    engine.go(State.Ready)
    assert told == []  # not in the middle of the engine's own work
    QCoreApplication.processEvents()
    assert told == ["said"]


def test_a_word_that_is_said_in_no_time_is_said(parent: QObject) -> None:
    speech, engine, told = speech_of(parent)
    speech.say("One.")
    engine.go(State.Speaking)
    engine.go(State.Ready)
    QCoreApplication.processEvents()
    assert told == ["said"]


def test_a_stop_that_is_told_late_is_waited_for(parent: QObject) -> None:
    speech, engine, told = speech_of(parent)
    speech.say("One.")
    engine.go(State.Speaking)
    QCoreApplication.processEvents()
    speech.stop()
    speech.say("Other.")
    assert engine.heard == ["One.", ""]
    engine.go(State.Ready)  # of the stop
    QCoreApplication.processEvents()
    assert engine.heard == ["One.", "", "Other."]
    assert told == []
    engine.go(State.Speaking)
    engine.go(State.Ready)
    QCoreApplication.processEvents()
    assert told == ["said"]


def test_a_stop_that_is_heard_of_after_the_next_began_skips_no_sentence(parent: QObject) -> None:
    speech, engine, told = speech_of(parent)
    speech.say("One.")
    engine.go(State.Speaking)
    QCoreApplication.processEvents()
    speech.stop()
    engine.go(State.Ready)
    speech.say("Other.")  # the engine will be at it in a moment
    QCoreApplication.processEvents()
    assert engine.heard == ["One.", "", "Other."]
    assert told == []


def test_an_engine_that_never_tells_of_a_stop_goes_on_with_the_next(parent: QObject, qtbot: QtBot) -> None:
    speech, engine, told = speech_of(parent)
    speech.say("One.")
    engine.go(State.Speaking)
    QCoreApplication.processEvents()
    speech.stop()
    speech.say("Other.")
    qtbot.waitUntil(lambda: engine.heard == ["One.", "", "Other."])
    engine.go(State.Ready)
    QCoreApplication.processEvents()
    assert told == ["said"]


def test_a_second_stop_takes_back_what_waits(parent: QObject) -> None:
    speech, engine, _told = speech_of(parent)
    speech.say("One.")
    engine.go(State.Speaking)
    speech.stop()
    speech.say("Other.")
    speech.stop()
    engine.go(State.Ready)
    QCoreApplication.processEvents()
    assert engine.heard == ["One.", "", ""]


def test_a_ready_that_is_over_skips_no_sentence(parent: QObject) -> None:
    speech, engine, told = speech_of(parent)
    speech.say("One.")
    engine.go(State.Speaking)
    engine.go(State.Ready)
    engine.go(State.Speaking)  # it breathes
    QCoreApplication.processEvents()
    assert told == []


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
