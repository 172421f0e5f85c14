"""The panes beside an answer: closed and open, remembered, and stacked where the window is narrow."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from runtime.conversation import Channel, Message, Role
from runtime.events import StopReason, TextDelta
from tests.fakes.chat import FakeChat, FakeSettings, call, end, result, say, think
from tests.ui.conftest import OpenWindow
from ui.answers.answer import AnswerView
from ui.answers.pane_text import PaneText
from ui.answers.voice_pane import CommentaryPane, pretty
from ui.answers.voices import Voice, Voices
from ui.chat.chat_page import PANES
from ui.window import Window

Ask = Callable[..., None]

SCRIPT = [
    *think("A thought that is long enough to take a line or two in a narrow pane beside the answer."),
    *call("get_current_date", "{}"),
    end(StopReason.TOOL_CALL),
    result("get_current_date", '{"date": "2026-11-20"}'),
    *say("The answer."),
    end(),
]


def last(window: Window) -> AnswerView:
    view = window.chat.transcript.last_view()
    assert view is not None
    return view


def test_reasoning_is_closed_at_first_and_labelled_as_raw(open_window: OpenWindow, ask: Ask) -> None:
    window = open_window(FakeChat(SCRIPT))
    ask(window)
    pane = last(window).panes[Voice.ANALYSIS]
    assert not pane.is_open
    assert not pane.text.isVisible()
    assert last(window).panes[Voice.COMMENTARY].is_open
    pane.header.click()
    assert pane.text.isVisible()
    assert "raw, unfiltered reasoning" in pane.caption.text()
    assert pane.caption.isVisible()
    assert pane.text.toPlainText().startswith("A thought")


def test_voices_stand_side_by_side_in_a_wide_window(open_window: OpenWindow, ask: Ask) -> None:
    window = open_window(FakeChat(SCRIPT))
    ask(window)
    view = last(window)
    pane = view.panes[Voice.ANALYSIS]
    assert pane.x() > view.text.geometry().right()
    assert pane.y() == view.text.y()
    assert view.panes[Voice.COMMENTARY].y() > pane.geometry().bottom()


def test_panes_stack_above_the_answer_in_a_narrow_window(
    open_window: OpenWindow, ask: Ask, qtbot: QtBot
) -> None:
    window = open_window(FakeChat(SCRIPT))
    ask(window)
    window.resize(560, 800)
    view = last(window)
    qtbot.waitUntil(lambda: view.panes[Voice.ANALYSIS].x() == 0)
    commentary = view.panes[Voice.COMMENTARY]
    assert commentary.geometry().bottom() < view.text.y()
    assert commentary.width() == view.width()
    assert view.geometry().right() <= window.width()


@pytest.mark.slow
def test_what_was_opened_stays_open_for_the_next_answer_and_the_next_window(
    open_window: OpenWindow, ask: Ask
) -> None:
    settings = FakeSettings()
    window = open_window(FakeChat(SCRIPT), settings=settings)
    ask(window)
    last(window).panes[Voice.ANALYSIS].header.click()
    last(window).panes[Voice.COMMENTARY].header.click()
    assert settings.values[PANES[Voice.ANALYSIS]] is True
    assert settings.values[PANES[Voice.COMMENTARY]] is False
    ask(window)
    assert last(window).panes[Voice.ANALYSIS].is_open
    assert not last(window).panes[Voice.COMMENTARY].is_open
    window.close()
    again = open_window(FakeChat(SCRIPT), settings=settings)
    ask(again)
    assert last(again).panes[Voice.ANALYSIS].is_open
    assert not last(again).panes[Voice.COMMENTARY].is_open


@pytest.mark.slow
def test_opening_a_pane_does_not_move_it_away_from_the_pointer(open_window: OpenWindow, ask: Ask) -> None:
    window = open_window(FakeChat([*think("word " * 800), *say("line\n\n" * 30), end()]))
    for _ in range(3):
        ask(window)
    pane = last(window).panes[Voice.ANALYSIS]
    before = pane.mapTo(window, pane.rect().topLeft()).y()
    pane.header.click()
    assert pane.text.isVisible()
    assert pane.mapTo(window, pane.rect().topLeft()).y() == before


def test_a_pane_opens_by_keyboard(open_window: OpenWindow, ask: Ask, qtbot: QtBot) -> None:
    window = open_window(FakeChat(SCRIPT))
    ask(window)
    header = last(window).panes[Voice.ANALYSIS].header
    header.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(header, Qt.Key.Key_Space)
    assert last(window).panes[Voice.ANALYSIS].is_open
    assert header.accessibleDescription() == "open"
    assert header.accessibleName().startswith("analysis: Thought for")


@pytest.mark.slow
def test_a_long_thought_scrolls_in_its_pane(open_window: OpenWindow, ask: Ask) -> None:
    window = open_window(
        FakeChat([*think("word " * 3000), *say("Short."), end()]),
        settings=FakeSettings(**{PANES[Voice.ANALYSIS]: True}),
    )
    ask(window)
    pane = last(window).panes[Voice.ANALYSIS]
    assert pane.height() < 600
    assert pane.text.verticalScrollBar().maximum() > 0


def test_tool_arguments_that_are_not_json_are_shown_as_they_are() -> None:
    assert pretty('{"a":[1,2]}') == '{\n  "a": [\n    1,\n    2\n  ]\n}'
    assert pretty('{"a": ') == '{"a": '
    assert pretty("print(1)") == "print(1)"
    assert pretty('"text"') == '"text"'
    assert pretty("{}") == "{}"
    assert pretty("[" * 100_000) == "[" * 100_000


def test_tool_arguments_are_indented_but_otherwise_shown_as_they_were_sent() -> None:
    sent = r'{ "a":1.10,"a" : [ ],"b":{"x\"{,:":"\u00e9"}, "c":[true,null,-1E5] }'
    assert (
        pretty(sent)
        == r"""{
  "a": 1.10,
  "a": [],
  "b": {
    "x\"{,:": "\u00e9"
  },
  "c": [
    true,
    null,
    -1E5
  ]
}"""
    )


GROWING = [
    Message(Role.ASSISTANT, '{"text": "one\ntwo",\n  "more":', Channel.COMMENTARY, "functions.note"),
    Message(Role.ASSISTANT, "First I look.\nThen I say what I saw.", Channel.COMMENTARY),
]


def growing(message: Message, length: int) -> TextDelta:
    text = message.content[length : length + 3]
    return TextDelta(0, 0, message.role, message.channel, message.recipient, message.content_type, text)


@pytest.mark.parametrize("message", GROWING)
def test_a_long_tool_argument_is_not_written_anew_at_every_word_and_looks_the_same(
    message: Message, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[PaneText] = []
    begin = PaneText.begin

    def counted(self: PaneText) -> QTextCursor:
        begun.append(self)
        return begin(self)

    monkeypatch.setattr(PaneText, "begin", counted)
    parent = QWidget()
    qtbot.addWidget(parent)
    pane, voices = CommentaryPane(True, parent), Voices()
    for length in range(0, len(message.content), 3):
        voices.feed([growing(message, length)])
        pane.refresh(voices)
        fresh = CommentaryPane(True, parent)
        fresh.refresh(voices)
        assert pane.text.toHtml() == fresh.text.toHtml()
    assert begun.count(pane.text) == 1
    assert pane.text.toPlainText().endswith(message.content)


def test_tool_arguments_are_indented_once_they_are_whole(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    pane, voices = CommentaryPane(True, parent), Voices()
    message = Message(Role.ASSISTANT, '{"a":1}', Channel.COMMENTARY, "functions.note")
    for length in (0, 3, 6):
        voices.feed([growing(message, length)])
        pane.refresh(voices)
    assert pane.text.toPlainText() == 'note\n{"a":1}'
    voices.close()
    pane.refresh(voices)
    assert pane.text.toPlainText() == 'note\n{\n  "a": 1\n}'
