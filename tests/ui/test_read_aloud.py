"""An answer is read aloud sentence by sentence, one at a time, and stops when it should."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from tests.fakes.speech import FakeSpeech
from tests.ui.speaking import speaking
from ui.read_aloud import ReadAloud


def reader(speech: FakeSpeech) -> tuple[ReadAloud, list[str]]:
    made, told = ReadAloud(speech, speech.find), list[str]()
    made.began.connect(lambda about: told.append(f"began {about}"))
    made.ended.connect(lambda about: told.append(f"ended {about}"))
    made.failed.connect(lambda: told.append("failed"))
    return made, told


@pytest.fixture
def speech(qapp: QApplication) -> FakeSpeech:
    return FakeSpeech()


def test_it_goes_on_with_the_next_sentence_until_the_last(speech: FakeSpeech) -> None:
    read, told = reader(speech)
    read.start("a", "# One.\n\n**Two.** Three.\n\n```sh\nls\n```")
    heard = ["One.", "Two.", "Three.", "Code, sh", "End of code, 1 line"]
    for count in range(1, len(heard) + 1):
        assert speech.heard == heard[:count]
        assert read.about == "a"
        speech.said.emit()
    assert read.about is None
    assert told == ["began a", "ended a"]


def test_another_text_takes_the_place_of_the_first(speech: FakeSpeech) -> None:
    read, told = reader(speech)
    read.start("a", "One. Two.")
    read.start("b", "Three.")
    assert speech.heard == ["One.", "", "Three."]
    assert told == ["began a", "ended a", "began b"]
    speech.said.emit()
    assert speech.heard == ["One.", "", "Three."]  # nothing of the first comes back


def test_after_a_stop_nothing_more_is_said(speech: FakeSpeech) -> None:
    read, told = reader(speech)
    read.start("a", "One. Two.")
    read.stop()
    speech.said.emit()
    read.stop()
    assert speech.heard == ["One.", ""]
    assert told == ["began a", "ended a"]


def test_a_voice_that_fails_ends_it_and_is_told(speech: FakeSpeech) -> None:
    read, told = reader(speech)
    read.start("a", "One. Two.")
    speech.failed.emit()
    assert told == ["began a", "ended a", "failed"]
    assert speech.heard == ["One."]
    speech.failed.emit()
    assert told[-1:] == told[2:]


def test_the_pc_is_asked_once_and_not_before_it_is_wanted(qapp: QApplication) -> None:
    speech = FakeSpeech(is_there=False)
    with speaking(qapp, "de"):
        read, told = reader(speech)
        assert speech.asked == []
        read.start("a", "One.")
        assert not read.is_possible()
    assert speech.asked == ["de_DE"]
    assert told == []


def test_a_text_without_words_is_not_begun(speech: FakeSpeech) -> None:
    read, told = reader(speech)
    read.start("a", "---\n\n***\n")
    assert told == []
    assert isinstance(read, QObject)
    assert speech.heard == []
