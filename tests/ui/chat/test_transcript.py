"""The conversation: long ones open at once, the scroll position is kept, and Tab goes in reading order."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.history.tree import Node
from runtime.conversation import Channel, Message, Role
from tests.fakes.chat import FakeChat, end, hold, say, think
from tests.ui.conftest import OpenWindow
from ui.answers.answer import AnswerState
from ui.answers.voices import Voice
from ui.chat.question import QuestionView
from ui.chat.row_views import MOST
from ui.chat.transcript import Transcript
from ui.controller import Stage
from ui.window import Window

Ask = Callable[..., None]


def long_conversation(messages: int) -> list[Message]:
    """Questions and answers, some with reasoning, lists, tables and code: four messages a turn."""
    made: list[Message] = []
    for i in range(messages // 4):
        made += [
            Message(Role.USER, f"Question {i}? " + "Some more words to it. " * (i % 7)),
            Message(Role.ASSISTANT, "Reasoning about it. " * 20, Channel.ANALYSIS),
            Message(Role.ASSISTANT, "I look it up.", Channel.COMMENTARY),
            Message(
                Role.ASSISTANT,
                f"Answer **{i}**.\n\n"
                + "A paragraph of the answer with `code`. " * (3 + i % 11)
                + ("\n\n- one\n- two\n" if i % 3 else "\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
                + ("\n```python\nprint(1)\nprint(2)\n```\n" if i % 4 == 0 else ""),
                Channel.FINAL,
            ),
        ]
    return made


def path_of(messages: list[Message]) -> tuple[Node, ...]:
    """The same as questions and answers."""
    chat = FakeChat()
    chat.show(messages)
    return chat.path


def show(window: Window, path: tuple[Node, ...]) -> None:
    """Show a conversation that the window's chat knows nothing of."""
    window.chat.transcript.row_views.siblings_of = lambda node: (node,)
    window.chat.transcript.show_path(path)


def visible_rows(transcript: Transcript) -> list[int]:
    """Which rows can be seen."""
    shown = []
    for i, row in enumerate(transcript.rows):
        view = transcript.views.get(row)
        if view is not None and view.isVisible() and transcript.viewport().rect().intersects(view.geometry()):
            shown.append(i)
    return shown


@pytest.mark.slow
def test_a_conversation_of_2000_messages_opens_in_under_a_second(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    path = path_of(long_conversation(2000))
    window = open_window()
    transcript = window.chat.transcript
    took, worked = [], []
    for _ in range(3):  # the best of three: the machine may be busy with something else
        began, work = time.perf_counter(), time.thread_time()
        show(window, path)
        window.chat._show_page()
        window.repaint()
        took.append(time.perf_counter() - began)
        worked.append(time.thread_time() - work)
    assert len(transcript.rows) == 1000
    assert visible_rows(transcript)[-1] == 999
    assert len(transcript.views) < 40
    assert min(took) < 1.0
    assert min(worked) < 0.5


@pytest.mark.slow
def test_scrolling_through_2000_messages_stays_smooth_and_keeps_few_widgets(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    transcript = window.chat.transcript
    show(window, path_of(long_conversation(2000)))
    window.chat._show_page()
    bar = transcript.verticalScrollBar()
    works = []
    for step in range(120):
        work = time.thread_time()
        bar.setValue(bar.value() - 150 if step % 40 else bar.maximum() * (step // 40) // 4)
        works.append(time.thread_time() - work)
    assert sorted(works)[len(works) * 9 // 10] < 0.03
    assert len(transcript.views) <= MOST + 10
    bar.setValue(0)
    assert visible_rows(transcript)[0] == 0


@pytest.mark.slow
def test_scrolling_never_jumps_though_heights_are_guessed(open_window: OpenWindow) -> None:
    window = open_window()
    transcript = window.chat.transcript
    show(window, path_of(long_conversation(400)))
    window.chat._show_page()
    bar = transcript.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    for _ in range(60):
        shown = visible_rows(transcript)
        row = transcript.rows[shown[len(shown) // 2]]
        before = transcript.views[row].y()
        bar.setValue(bar.value() - 40)
        assert transcript.views[row].y() - before == 40


@pytest.mark.slow
def test_rows_do_not_overlap(open_window: OpenWindow) -> None:
    window = open_window()
    transcript = window.chat.transcript
    show(window, path_of(long_conversation(200)))
    window.chat._show_page()
    bar = transcript.verticalScrollBar()
    for value in range(0, bar.maximum(), 700):
        bar.setValue(value)
        boxes = [transcript.views[transcript.rows[i]].geometry() for i in visible_rows(transcript)]
        for above, below in itertools.pairwise(boxes):
            assert above.bottom() < below.top()


@pytest.mark.slow
def test_the_end_is_followed_while_an_answer_streams(open_window: OpenWindow, qtbot: QtBot) -> None:
    chat = FakeChat([*say("line\n\n" * 60), hold, *say("last words"), end()])
    window = open_window(chat)
    window.chat.send("Go")
    bar = window.chat.transcript.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 500)
    assert bar.value() == bar.maximum()
    assert not window.chat.transcript.jump.isVisible()
    chat.release()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert bar.value() == bar.maximum()


@pytest.mark.slow
def test_scrolling_up_while_an_answer_streams_keeps_the_place_and_offers_the_way_back(
    open_window: OpenWindow, qtbot: QtBot, ask: Ask
) -> None:
    chat = FakeChat(
        [*say("line\n\n" * 60), end()], [*say("line\n\n" * 60), hold, *say("and more\n\n" * 50), end()]
    )
    window = open_window(chat)
    ask(window)
    window.chat.send("Go on")
    bar = window.chat.transcript.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 3000)
    bar.setValue(bar.value() - 600)
    assert window.chat.transcript.jump.isVisible()
    view = window.chat.transcript.last_view()
    assert view is not None
    place, longest = view.mapTo(window, QPoint(0, 0)).y(), bar.maximum()
    chat.release()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert bar.maximum() > longest + 500
    assert view.mapTo(window, QPoint(0, 0)).y() == place
    assert window.chat.transcript.jump.isVisible()
    window.chat.transcript.jump.click()
    assert bar.value() == bar.maximum()
    assert not window.chat.transcript.jump.isVisible()


@pytest.mark.slow
def test_a_narrower_window_keeps_what_is_being_read_in_sight(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    transcript = window.chat.transcript
    show(window, path_of(long_conversation(400)))
    window.chat._show_page()
    bar = transcript.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    first = visible_rows(transcript)[0]
    window.resize(600, 800)
    qtbot.waitUntil(lambda: transcript.width() == 600)
    assert visible_rows(transcript)[0] == first


def test_a_stored_conversation_shows_its_voices(open_window: OpenWindow) -> None:
    chat = FakeChat()
    chat.show(long_conversation(8))
    window = open_window(chat)
    view = window.chat.transcript.last_view()
    assert view is not None
    assert view.panes[Voice.ANALYSIS].header.text() == "Thought"
    assert view.panes[Voice.COMMENTARY].header.text() == "Said along the way"
    assert view.text.source.startswith("Answer **1**.")
    assert view.again.isVisible()


@pytest.mark.slow
def test_a_very_long_question_is_folded_and_can_be_unfolded(open_window: OpenWindow, ask: Ask) -> None:
    window = open_window()
    text = "A long line of words. " * 2000
    ask(window, text)
    window.chat.transcript.verticalScrollBar().setValue(0)
    view = window.chat.transcript.views[window.chat.transcript.rows[0]]
    assert isinstance(view, QuestionView)
    assert view.height() < 1500
    assert view.more.isVisible()
    view.more.click()
    assert view.text.toPlainText() == text
    assert not view.more.isVisible()


def test_tab_goes_in_reading_order_and_comes_back(open_window: OpenWindow, ask: Ask, qtbot: QtBot) -> None:
    window = open_window(FakeChat([*think("Hm."), *say("An answer."), end()]))
    ask(window)
    window.activateWindow()
    qtbot.waitUntil(window.chat.composer.field.hasFocus)
    names = []
    for _ in range(16):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        names.append(focused.accessibleName() or getattr(focused, "text", str)())
        if focused is window.chat.composer.field:
            break
    assert names == [
        "Effort: Medium",
        "Settings of this conversation",
        "New conversation",
        "You",
        "Edit question",
        "Copy question",
        "More about this question",
        "Answer",
        "Copy answer",
        "Try again",
        "More about this answer",
        "analysis: Thought for 0.1 s · 1 token",
        "Message",
    ]
    QTest.keyClick(window.chat.composer.field, Qt.Key.Key_Backtab)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.accessibleName().startswith("analysis")


@pytest.mark.slow
def test_page_keys_scroll_the_conversation_from_the_composer(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    show(window, path_of(long_conversation(40)))
    window.chat._show_page()
    bar = window.chat.transcript.verticalScrollBar()
    QTest.keyClick(window.chat.composer.field, Qt.Key.Key_PageUp)
    assert bar.value() < bar.maximum()
    QTest.keyClick(window.chat.composer.field, Qt.Key.Key_PageDown)
    assert bar.value() == bar.maximum()


def test_a_change_of_colours_keeps_the_conversation(
    open_window: OpenWindow, ask: Ask, qapp: QApplication
) -> None:
    from ui import style

    window = open_window(FakeChat([*say("An *answer*."), end()]))
    ask(window)
    view = window.chat.transcript.last_view()
    assert view is not None
    style.apply(qapp, dark=True)
    try:
        text = view.text.widgets[0]
        assert window.palette().window().color().lightness() < 60
        assert view.text.source == "An *answer*."
        assert text.isVisible()
    finally:
        style.apply(qapp, dark=False)
    assert isinstance(window.chat.transcript.rows[-1].content, AnswerState)
