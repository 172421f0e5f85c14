"""What can be done at a question or an answer: nothing said is overwritten, and only deleting is for ever."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.history.tree import Answer, Question
from models.errors import InputError
from runtime.events import StopReason
from tests.fakes.chat import FakeChat, end, hold, say, think
from tests.fakes.kept_chat import answer
from tests.ui.conftest import OpenWindow
from ui.answers.answer import AnswerState, AnswerView
from ui.answers.text_view import TextView
from ui.answers.voices import Voice
from ui.chat.question import QuestionState, QuestionView
from ui.chat.row_actions import RowAction
from ui.controller import Stage
from ui.window import Window

Ask = Callable[..., None]
ONE, TWO, THREE = ([*say(words), end()] for words in ("One.", "Two.", "Three."))


def shown(window: Window) -> list[str]:
    """What stands on the screen, from top to bottom."""
    return [
        row.content.text if isinstance(row.content, QuestionState) else row.content.voices.text(Voice.FINAL)
        for row in window.chat.transcript.rows
    ]


def question(window: Window, index: int = 0) -> QuestionView:
    view = window.chat.transcript.row_views.of(window.chat.transcript.rows[index])
    assert isinstance(view, QuestionView)
    return view


def answered(window: Window, index: int = -1) -> AnswerView:
    view = window.chat.transcript.row_views.of(window.chat.transcript.rows[index])
    assert isinstance(view, AnswerView)
    return view


def act(window: Window, index: int, action: RowAction) -> None:
    window.chat.acting.act(window.chat.transcript.rows[index], action)


def wait_ready(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)


# -- editing -----------------------------------------------------------------------------------------


def test_an_edited_question_is_asked_beside_the_old_one(
    open_window: OpenWindow, ask: Ask, qtbot: QtBot
) -> None:
    chat = FakeChat(ONE, TWO, THREE)
    window = open_window(chat)
    ask(window, "First?")
    ask(window, "Second?")
    question(window).edit_button.click()
    edit = question(window).edit
    assert edit is not None
    assert edit.field.hasFocus()
    assert edit.field.toPlainText() == "First?"
    edit.field.setPlainText("Otherwise?")
    QTest.keyClick(edit.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    wait_ready(window, qtbot)
    assert shown(window) == ["Otherwise?", "Three."]
    bar = question(window).bar
    assert bar.place.text() == "2 / 2"
    assert bar.width() == bar.sizeHint().width()  # all of it can be seen
    question(window).bar.older.click()
    assert shown(window) == ["First?", "One.", "Second?", "Two."]


def test_escape_leaves_a_question_as_it_was(open_window: OpenWindow, ask: Ask) -> None:
    chat = FakeChat(ONE)
    window = open_window(chat)
    ask(window, "First?")
    question(window).edit_button.click()
    edit = question(window).edit
    assert edit is not None
    QTest.keyClicks(edit.field, " more")
    QTest.keyClick(edit.field, Qt.Key.Key_Escape)
    assert question(window).edit is None
    assert question(window).edit_button.hasFocus()
    assert chat.asked == ["First?"]
    assert question(window).text.isVisible()


def test_an_edit_that_is_refused_can_be_edited_further(
    open_window: OpenWindow, ask: Ask, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = FakeChat(ONE)
    window = open_window(chat)
    ask(window, "First?")

    def refuse(_node: int, _text: str) -> None:
        raise InputError("This is too long.")

    monkeypatch.setattr(chat, "edit", refuse)
    question(window).begin_edit("Far too long")
    question(window).edited.emit("Far too long")
    wait_ready(window, qtbot)
    qtbot.waitUntil(lambda: question(window).edit is not None)
    edit = question(window).edit
    assert edit is not None
    assert edit.field.toPlainText() == "Far too long"
    assert window.chat.notice.text() == "This is too long."
    assert shown(window) == ["First?", "One."]


def test_the_text_of_files_is_never_shown_their_names_are(open_window: OpenWindow) -> None:
    chat = FakeChat()
    asked = chat.tree.add(None, Question("What does it say?", "TEXT OF THE FILE " * 50, ("report.pdf",)))
    chat.tree.add(asked.id, answer("Nothing new."))
    window = open_window(chat)
    text = question(window).text.toPlainText()
    assert text == "What does it say?\n\nWith report.pdf"
    question(window).begin_edit()
    edit = question(window).edit
    assert edit is not None
    assert edit.field.toPlainText() == "What does it say?"


# -- answers -----------------------------------------------------------------------------------------


def test_trying_again_keeps_the_old_answer_a_step_away(
    open_window: OpenWindow, ask: Ask, qtbot: QtBot
) -> None:
    window = open_window(FakeChat(ONE, TWO))
    ask(window, "First?")
    answered(window).again.click()
    wait_ready(window, qtbot)
    assert shown(window) == ["First?", "Two."]
    bar = answered(window).bar
    assert (bar.place.text(), bar.older.isEnabled(), bar.newer.isEnabled()) == ("2 / 2", True, False)
    assert bar.place.accessibleName() == "Version 2 of 2"
    bar.older.click()
    assert shown(window) == ["First?", "One."]
    assert answered(window).bar.newer.hasFocus()  # the way back; the way on is at its end
    answered(window).bar.newer.click()
    assert shown(window) == ["First?", "Two."]


def test_an_older_answer_tried_again_opens_a_branch_there(
    open_window: OpenWindow, ask: Ask, qtbot: QtBot
) -> None:
    window = open_window(FakeChat(ONE, TWO, THREE))
    ask(window, "First?")
    ask(window, "Second?")
    answered(window, 1).again.click()
    wait_ready(window, qtbot)
    assert shown(window) == ["First?", "Three."]
    answered(window).bar.older.click()
    assert shown(window) == ["First?", "One.", "Second?", "Two."]


def test_walking_branches_keeps_the_place_that_is_read(
    open_window: OpenWindow, ask: Ask, qtbot: QtBot
) -> None:
    long = [*say("A line.\n\n" * 80), end()]
    window = open_window(FakeChat(long, long, TWO))
    ask(window, "First?")
    ask(window, "Second?")
    answered(window).again.click()
    wait_ready(window, qtbot)
    before = answered(window).mapTo(window, QPoint(0, 0)).y()
    answered(window).bar.older.click()
    assert shown(window)[-1] != "Two."
    assert answered(window).mapTo(window, QPoint(0, 0)).y() == before


def test_a_cut_answer_is_completed_where_it_stopped(open_window: OpenWindow, ask: Ask, qtbot: QtBot) -> None:
    window = open_window(FakeChat([*say("Half a "), end(StopReason.LENGTH)], [*say("sentence."), end()]))
    ask(window, "First?")
    view = answered(window)
    assert view.go_on.isVisible()
    view.go_on.click()
    wait_ready(window, qtbot)
    assert shown(window) == ["First?", "Half a sentence."]
    assert not answered(window).go_on.isVisible()
    assert answered(window).bar.place.isHidden()  # the same answer, not another


def test_what_is_added_stands_behind_what_was_there_while_it_streams(
    open_window: OpenWindow, ask: Ask, qtbot: QtBot
) -> None:
    chat = FakeChat([*think("Hm."), *say("Half a "), end(StopReason.LENGTH)], [*say("sentence"), hold, end()])
    window = open_window(chat)
    ask(window, "First?")
    answered(window).go_on.click()
    qtbot.waitUntil(lambda: answered(window).text.source == "Half a sentence")
    assert answered(window).state.voices.text(Voice.ANALYSIS) == "Hm."
    chat.release()
    wait_ready(window, qtbot)


def test_an_answer_chorale_was_ended_in_says_so(open_window: OpenWindow) -> None:
    chat = FakeChat()
    asked = chat.tree.add(None, Question("Why?"))
    chat.tree.add(asked.id, Answer(answer("Because").messages))
    window = open_window(chat)
    assert "Broken off" in answered(window).note.text()
    assert answered(window).go_on.isVisible()


def test_what_an_answer_cost_is_still_known_when_it_is_opened_again(open_window: OpenWindow) -> None:
    chat = FakeChat()
    asked = chat.tree.add(None, Question("Why?"))
    chat.tree.add(asked.id, answer("Because."))
    window = open_window(chat)
    assert answered(window).cost.text() == "212 tokens · 23.3 tokens/s"


# -- words -------------------------------------------------------------------------------------------


def test_an_answer_is_copied_as_markdown_and_as_plain_text(open_window: OpenWindow, ask: Ask) -> None:
    window = open_window(FakeChat([*say("An **answer**."), end()]))
    ask(window, "First?")
    answered(window).copy.click()
    assert QGuiApplication.clipboard().text() == "An **answer**."
    assert answered(window).copy.accessibleName() == "Copied"
    act(window, 1, RowAction.COPY_PLAIN)
    assert QGuiApplication.clipboard().text().strip() == "An answer."
    question(window).copy.click()
    assert QGuiApplication.clipboard().text() == "First?"


def test_an_answer_is_quoted_behind_what_is_written_already(open_window: OpenWindow, ask: Ask) -> None:
    window = open_window(FakeChat([*say("One.\n\nTwo."), end()]))
    ask(window, "First?")
    window.chat.composer.set_text("You said:")
    act(window, 1, RowAction.QUOTE)
    assert window.chat.composer.text == "You said:\n\n> One.\n>\n> Two.\n\n"
    assert window.chat.composer.field.hasFocus()


# -- deleting ----------------------------------------------------------------------------------------


def test_deleting_is_asked_first_and_takes_what_followed(open_window: OpenWindow, ask: Ask) -> None:
    chat = FakeChat(ONE, TWO)
    window = open_window(chat)
    ask(window, "First?")
    ask(window, "Second?")
    act(window, 2, RowAction.REMOVE)
    asked = window.chat.foot.ask
    assert asked.isVisible()
    assert "all that followed" in asked.sentence.text()
    asked.no.click()
    assert len(chat.path) == 4
    act(window, 2, RowAction.REMOVE)
    asked.yes.click()
    assert shown(window) == ["First?", "One."]
    assert len(chat.tree.nodes) == 2
    act(window, 0, RowAction.REMOVE)
    asked.yes.click()
    assert shown(window) == []
    assert window.chat.empty.isVisible()


def test_while_an_answer_is_written_branches_stay_where_they_are(
    open_window: OpenWindow, ask: Ask, qtbot: QtBot
) -> None:
    chat = FakeChat(ONE, TWO, [*say("word"), hold, end()])
    window = open_window(chat)
    ask(window, "First?")
    window.chat.retry()
    wait_ready(window, qtbot)
    window.chat.send("Second?")
    qtbot.waitUntil(lambda: shown(window)[-1] == "word")
    for action in (RowAction.OLDER, RowAction.REMOVE, RowAction.AGAIN):
        act(window, 1, action)
        assert "still being written" in window.chat.notice.text()
    assert not window.chat.foot.ask.isVisible()
    assert shown(window)[:2] == ["First?", "Two."]
    chat.release()
    wait_ready(window, qtbot)


# -- calm --------------------------------------------------------------------------------------------


def test_buttons_are_drawn_for_the_pointer_and_for_the_keyboard(
    open_window: OpenWindow, ask: Ask, qtbot: QtBot
) -> None:
    window = open_window(FakeChat(ONE, TWO))
    ask(window, "First?")
    ask(window, "Second?")
    window.activateWindow()
    assert answered(window).bar.is_lit  # the last answer's, all the time
    bar = answered(window, 1).bar
    assert not bar.is_lit
    assert all(button.isVisible() for button in (answered(window, 1).copy, bar.more))  # for Tab
    answered(window, 1).copy.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: bar.is_lit)
    window.chat.composer.setFocus()
    qtbot.waitUntil(lambda: not bar.is_lit)


def test_the_menu_offers_everything_by_keyboard(open_window: OpenWindow, ask: Ask) -> None:
    window = open_window(FakeChat(ONE))
    ask(window, "First?")
    menu = answered(window).bar.menu()
    assert [action.text() for action in menu.actions() if action.text()] == [
        "Copy",
        "Copy as plain text",
        "Quote in a message",
        "Try again",
        "Delete…",
    ]
    menu.actions()[2].trigger()
    assert window.chat.composer.text == "> One.\n\n"


def test_the_menu_of_a_text_offers_what_can_be_done_with_its_row(open_window: OpenWindow, ask: Ask) -> None:
    window = open_window(FakeChat(ONE))
    ask(window, "First?")
    text = answered(window).text.widgets[0]
    assert isinstance(text, TextView)
    words = [action.text() for action in text.menu(QPoint(2, 2)).actions()]
    assert words[-4:] == ["Quote in a message", "Try again", "", "Delete…"]
    words = [action.text() for action in question(window).text.menu(QPoint(2, 2)).actions()]
    assert "Edit" in words


def test_a_path_shown_anew_keeps_the_widgets_of_what_stayed(
    open_window: OpenWindow, ask: Ask, qtbot: QtBot
) -> None:
    window = open_window(FakeChat(ONE, TWO, THREE))
    ask(window, "First?")
    ask(window, "Second?")
    first = answered(window, 1)
    window.chat.retry()
    wait_ready(window, qtbot)
    answered(window).bar.older.click()
    assert answered(window, 1) is first
    assert isinstance(first.state, AnswerState)
