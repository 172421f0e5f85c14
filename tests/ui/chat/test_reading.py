"""Answers can be heard: from the menu and by the keyboard, where there is a voice; and silence is one key away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.fakes.chat import FakeChat, end, hold, say, think
from tests.fakes.kept_chat import answer
from tests.fakes.speech import FakeSpeech
from tests.ui.conftest import OpenWindow
from ui.answers.answer import AnswerView
from ui.chat.row_actions import RowAction
from ui.controller import Stage
from ui.window import Window

Ask = Callable[..., None]
ONE = [*think("Secret."), *say("One. Two."), end()]
OTHER = [*say("Three. Four."), end()]


@pytest.fixture
def speech(monkeypatch: pytest.MonkeyPatch) -> FakeSpeech:
    made = FakeSpeech()
    monkeypatch.setattr("ui.system_speech.find_speech", made.find)
    monkeypatch.setattr("ui.system_speech.is_likely", lambda: True)
    return made


def view(window: Window, index: int = -1) -> AnswerView:
    found = window.chat.transcript.row_views.of(window.chat.transcript.rows[index])
    assert isinstance(found, AnswerView)
    return found


def offered(window: Window, index: int = -1) -> list[str]:
    return [action.text() for action in view(window, index).bar.menu().actions()]


def choose(window: Window, words: str, index: int = -1) -> None:
    next(each for each in view(window, index).bar.menu().actions() if each.text() == words).trigger()


def test_the_menu_reads_the_answer_and_not_what_was_thought(
    open_window: OpenWindow, ask: Ask, speech: FakeSpeech
) -> None:
    window = open_window(FakeChat(ONE))
    ask(window)
    assert "Stop reading" not in offered(window)
    assert speech.asked == []  # nothing is opened with the menu
    choose(window, "Read aloud")
    assert speech.heard == ["One."]
    assert view(window).stop_reading.isVisible()
    assert "Read aloud" not in offered(window)
    speech.said.emit()
    speech.said.emit()
    assert speech.heard == ["One.", "Two."]
    assert view(window).stop_reading.isHidden()
    assert "Read aloud" in offered(window)


def test_where_there_is_no_voice_nothing_is_offered(open_window: OpenWindow, ask: Ask) -> None:
    window = open_window(FakeChat(ONE))
    ask(window)
    assert "Read aloud" not in offered(window)
    assert "Copy" in offered(window)
    QTest.keyClick(
        window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert window.chat.notice.text() == "This PC has no voice to read aloud with."


def test_an_engine_that_turns_out_to_have_no_voice_is_told_once_and_offered_no_more(
    open_window: OpenWindow, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    speech = FakeSpeech(is_there=False)
    monkeypatch.setattr("ui.system_speech.find_speech", speech.find)
    monkeypatch.setattr("ui.system_speech.is_likely", lambda: True)
    window = open_window(FakeChat(ONE))
    ask(window)
    assert "Read aloud" in offered(window)
    assert speech.asked == []
    choose(window, "Read aloud")
    assert window.chat.notice.text() == "This PC has no voice to read aloud with."
    assert "Read aloud" not in offered(window)


def test_one_button_stops_it_and_hands_the_keyboard_on(
    open_window: OpenWindow, ask: Ask, speech: FakeSpeech
) -> None:
    window = open_window(FakeChat(ONE))
    ask(window)
    choose(window, "Read aloud")
    button = view(window).stop_reading
    assert button.text() == "Stop reading"  # which a screen reader says
    assert button in window.chat.stops()
    bar = view(window).bar
    assert bar.width() == bar.sizeHint().width()  # all of it can be seen
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert speech.heard == ["One.", ""]
    assert view(window).bar.more.hasFocus()


def test_the_keyboard_begins_and_escape_ends_it(
    open_window: OpenWindow, ask: Ask, speech: FakeSpeech, qtbot: QtBot
) -> None:
    window = open_window(FakeChat(ONE))
    ask(window)
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window, Qt.Key.Key_R, keys)
    assert speech.heard == ["One."]
    QTest.keyClick(window.chat.composer.field, Qt.Key.Key_Escape)
    assert speech.heard == ["One.", ""]
    QTest.keyClick(window, Qt.Key.Key_R, keys)
    QTest.keyClick(window, Qt.Key.Key_R, keys)
    assert speech.heard == ["One.", "", "One.", ""]


def test_one_answer_is_read_at_a_time(open_window: OpenWindow, ask: Ask, speech: FakeSpeech) -> None:
    window = open_window(FakeChat(ONE, OTHER))
    ask(window)
    ask(window)
    choose(window, "Read aloud", 1)
    choose(window, "Read aloud", 3)
    assert speech.heard == ["One.", "", "Three."]
    assert view(window, 1).stop_reading.isHidden()
    assert view(window, 3).stop_reading.isVisible()


def new_conversation(window: Window, _qtbot: QtBot) -> None:
    window.chat.new_conversation()


def new_answer(window: Window, qtbot: QtBot) -> None:
    window.chat.send("More?")


def try_again(window: Window, qtbot: QtBot) -> None:
    view(window).again.click()


def another_page(window: Window, _qtbot: QtBot) -> None:
    window.chat.hide()


def close(window: Window, _qtbot: QtBot) -> None:
    window.close()


@pytest.mark.parametrize("leave", [new_conversation, new_answer, try_again, another_page, close])
def test_who_leaves_the_answer_leaves_its_voice(
    open_window: OpenWindow,
    ask: Ask,
    speech: FakeSpeech,
    qtbot: QtBot,
    leave: Callable[[Window, QtBot], None],
) -> None:
    chat = FakeChat(ONE, [*say("Th"), hold, end()])
    window = open_window(chat)
    ask(window)
    choose(window, "Read aloud")
    leave(window, qtbot)
    assert speech.heard == ["One.", ""]
    assert window.chat.reading.read_aloud.about is None
    chat.release()


def test_a_deleted_answer_is_not_read_on(open_window: OpenWindow, ask: Ask, speech: FakeSpeech) -> None:
    window = open_window(FakeChat(ONE))
    ask(window)
    choose(window, "Read aloud")
    window.chat.acting.act(window.chat.transcript.rows[-1], RowAction.REMOVE)
    window.chat.foot.ask.agreed.emit()
    assert speech.heard == ["One.", ""]


def test_an_answer_that_is_being_written_is_not_read_yet(
    open_window: OpenWindow, speech: FakeSpeech, qtbot: QtBot
) -> None:
    chat = FakeChat([*say("One. Two. "), hold, end()])
    window = open_window(chat)
    window.chat.send("What?")
    qtbot.waitUntil(lambda: bool(window.chat.transcript.last_answer()))
    window.chat.reading.toggle_last()
    assert speech.heard == []
    chat.release()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    window.chat.reading.toggle_last()
    assert speech.heard == ["One."]


def test_a_voice_that_fails_is_told_in_a_sentence(
    open_window: OpenWindow, ask: Ask, speech: FakeSpeech
) -> None:
    window = open_window(FakeChat(ONE))
    ask(window)
    choose(window, "Read aloud")
    speech.failed.emit()
    assert window.chat.notice.text().startswith("Reading aloud stopped, because the voice of this PC failed")
    assert view(window).stop_reading.isHidden()


def test_a_kept_answer_can_be_heard_too(open_window: OpenWindow, speech: FakeSpeech) -> None:
    chat = FakeChat()
    chat.tree.add(None, answer("Kept words."))
    window = open_window(chat)
    choose(window, "Read aloud")
    assert speech.heard == ["Kept words."]
