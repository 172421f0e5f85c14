"""Writing and sending: the keys, the growing field, and that no text is ever lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QGuiApplication, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from runtime.conversation import Effort
from runtime.events import StopReason
from tests.fakes.chat import FakeChat, FakeSettings, end, hold, say
from tests.ui.conftest import OpenWindow
from ui.chat.chat_page import EFFORT
from ui.chat.question import QuestionState
from ui.chat.rows import Row
from ui.controller import Stage
from ui.window import Window

Ask = Callable[..., None]


def questions(window: Window) -> list[str]:
    return [row.content.text for row in window.chat.transcript.rows if isinstance(row.content, QuestionState)]


def test_empty_lines_behind_a_message_are_not_sent(open_window: OpenWindow) -> None:
    composer = open_window().chat.composer
    sent: list[str] = []
    composer.sent.connect(sent.append)
    composer.set_text("    indented\nsecond\n\n ")
    composer.send()
    assert sent == ["    indented\nsecond"]


def test_enter_sends_and_shift_enter_breaks_the_line(open_window: OpenWindow, qtbot: QtBot) -> None:
    chat = FakeChat()
    window = open_window(chat)
    field = window.chat.composer.field
    QTest.keyClicks(field, "one")
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(field, "two")
    assert chat.asked == []
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert chat.asked == ["one\ntwo"]
    assert window.chat.composer.text == ""
    assert questions(window) == ["one\ntwo"]


def test_a_blank_message_is_not_sent(open_window: OpenWindow, qtbot: QtBot) -> None:
    chat = FakeChat()
    window = open_window(chat)
    QTest.keyClicks(window.chat.composer.field, "   ")
    assert not window.chat.composer.button.isEnabled()
    QTest.keyClick(window.chat.composer.field, Qt.Key.Key_Return)
    assert chat.asked == []
    assert not window.chat.transcript.rows


def test_a_message_too_long_for_the_model_stays_in_the_composer(
    open_window: OpenWindow, ask: Ask, qtbot: QtBot
) -> None:
    chat = FakeChat([*say("Fine."), end()])
    chat.longest = 20
    window = open_window(chat)
    ask(window, "Short.")
    window.chat.composer.set_text("This is far too long for it.")
    window.chat.composer.send()
    qtbot.waitUntil(lambda: window.chat.notice.isVisible())
    assert window.chat.notice.text() == "The message is 8 characters too long. Shorten it."
    assert window.chat.composer.text == "This is far too long for it."
    assert questions(window) == ["Short."]
    view = window.chat.transcript.last_view()
    assert view is not None
    assert view.text.source == "Fine."
    assert view.again.isVisible()
    QTest.keyClicks(window.chat.composer.field, "x")
    assert not window.chat.notice.isVisible()  # it goes as soon as the person does something about it


def test_what_was_typed_while_a_message_was_refused_is_kept_too(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    chat = FakeChat()
    chat.longest = 3
    window = open_window(chat)
    window.chat.composer.set_text("Too long")
    window.chat.composer.send()
    window.chat.composer.set_text("and more")
    qtbot.waitUntil(lambda: window.chat.notice.isVisible())
    assert window.chat.composer.text == "Too long\nand more"
    assert window.chat.empty.isVisible()


def test_the_empty_field_shows_at_once_that_the_model_is_loaded(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    composer = open_window(FakeChat()).chat.composer
    composer.set_ready(False, "Loading")
    viewport = composer.field.viewport()
    qtbot.waitUntil(lambda: not viewport.visibleRegion().isEmpty())
    for _ in range(10):
        QApplication.processEvents()  # what is still to be painted of before
    painted: list[QRect] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if isinstance(event, QPaintEvent):
                painted.append(event.rect())
            return False

    watch = Watch()
    viewport.installEventFilter(watch)
    composer.set_ready(True, "Ask something")
    qtbot.waitUntil(lambda: viewport.rect() in painted, timeout=1000)


def test_escape_stops_the_answer_and_keeps_what_was_said(open_window: OpenWindow, qtbot: QtBot) -> None:
    chat = FakeChat([*say("The beginning"), hold, *say(" of much more"), end()])
    window = open_window(chat)
    window.chat.send("Go")
    qtbot.waitUntil(lambda: bool(window.chat.transcript.last_view()) and _text(window) == "The beginning")
    assert window.chat.composer.button.accessibleName().startswith("Stop")
    QTest.keyClick(window.chat.composer.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert chat.stops == 1
    assert _text(window) == "The beginning"
    view = window.chat.transcript.last_view()
    assert view is not None
    assert view.note.text() == "Stopped."
    assert window.chat.composer.button.accessibleName().startswith("Send")


def test_the_button_stops_while_an_answer_runs(open_window: OpenWindow, qtbot: QtBot) -> None:
    chat = FakeChat([*say("a"), hold, end()])
    window = open_window(chat)
    window.chat.send("Go")
    QTest.mouseClick(window.chat.composer.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert chat.stops >= 1


def test_a_message_written_while_an_answer_runs_is_kept_for_later(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    chat = FakeChat([hold, *say("Done."), end()])
    window = open_window(chat)
    window.chat.send("First")
    window.chat.composer.set_text("Second")
    QTest.keyClick(window.chat.composer.field, Qt.Key.Key_Return)
    assert window.chat.composer.text == "Second"
    assert "still being written" in window.chat.notice.text()
    chat.release()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert chat.asked == ["First"]
    assert window.chat.composer.text == "Second"
    assert window.chat.composer.button.isEnabled()


@pytest.mark.parametrize("lines", range(1, 8))
def test_no_line_of_a_message_is_hidden_while_the_field_can_grow(
    open_window: OpenWindow, qtbot: QtBot, lines: int
) -> None:
    composer = open_window(size=(900, 900)).chat.composer
    composer.set_text("\n".join(f"Line {line}" for line in range(lines)))
    bar = composer.field.verticalScrollBar()
    qtbot.waitUntil(lambda: (bar.value(), bar.maximum()) == (0, 0))


def test_the_field_grows_to_a_third_of_the_window_and_then_scrolls(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window(size=(900, 720))
    small = window.chat.composer.height()
    window.chat.composer.set_text("\n".join(["line"] * 4))
    qtbot.waitUntil(lambda: window.chat.composer.height() > small)
    window.chat.composer.set_text("\n".join(["line"] * 200))
    qtbot.waitUntil(lambda: window.chat.composer.height() > 0.25 * window.height())
    assert window.chat.composer.height() <= window.height() / 3 + 1
    assert window.chat.composer.field.verticalScrollBar().maximum() > 0
    window.chat.composer.clear()
    qtbot.waitUntil(lambda: window.chat.composer.height() == small)


@pytest.mark.parametrize("effort", [Effort.LOW, Effort.HIGH])
def test_effort_is_used_from_the_next_message_on_and_remembered(
    open_window: OpenWindow, effort: Effort
) -> None:
    settings, chat = FakeSettings(), FakeChat()
    window = open_window(chat, settings=settings)
    window.chat.composer.effort.buttons[effort].click()
    assert chat.effort is effort
    assert settings.values[EFFORT] == effort.value
    again = FakeChat()
    window = open_window(again, settings=settings)
    assert again.effort is effort
    assert window.chat.composer.effort.effort is effort


def test_a_new_conversation_forgets_the_old_one(open_window: OpenWindow, ask: Ask, qtbot: QtBot) -> None:
    chat = FakeChat()
    window = open_window(chat)
    assert not window.chat.header.new.isEnabled()
    ask(window)
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert chat.clears == 1
    assert not window.chat.transcript.rows
    assert window.chat.empty.isVisible()
    assert window.chat.composer.field.hasFocus()


def test_a_new_conversation_in_the_middle_of_an_answer_stops_it(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    chat = FakeChat([*say("old words"), hold, *say("more"), end()], [*say("New."), end(StopReason.STOP)])
    window = open_window(chat)
    window.chat.send("Old")
    qtbot.waitUntil(lambda: bool(window.chat.transcript.last_view()) and _text(window) == "old words")
    window.chat.new_conversation()
    assert window.controller.stage is Stage.READY
    window.chat.send("New")
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert questions(window) == ["New"]
    assert _text(window) == "New."
    assert len(window.chat.transcript.rows) == 2
    assert isinstance(window.chat.transcript.rows[0], Row)


def _text(window: Window) -> str:
    view = window.chat.transcript.last_view()
    return view.text.source if view is not None else ""


def test_a_stop_that_comes_before_the_answer_begins_still_counts(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    chat = FakeChat([hold, *say("old"), end()], [hold, *say("never said"), end()])
    window = open_window(chat)
    window.chat.send("Old")
    qtbot.waitUntil(lambda: chat.asked == ["Old"])
    window.chat.new_conversation()
    window.chat.send("New")
    window.controller.stop()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert questions(window) == ["New"]
    assert _text(window) == ""


def test_the_last_answer_is_copied_by_keyboard(open_window: OpenWindow, ask: Ask, qtbot: QtBot) -> None:
    window = open_window(FakeChat([*say("An *answer*."), end()]))
    ask(window)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window, Qt.Key.Key_C, both)
    assert QGuiApplication.clipboard().text() == "An *answer*."
