"""The main job without a mouse: find a conversation, open it, edit, walk, continue, delete, and ask anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from runtime.events import StopReason
from tests.fakes.chat import end, say
from tests.fakes.history import FakeHistory
from tests.fakes.kept_chat import KeptChat, keep
from tests.ui.conftest import OpenWindow
from ui.answers.voices import Voice
from ui.chat.question import QuestionState
from ui.controller import Stage
from ui.window import Window

CTRL = Qt.KeyboardModifier.ControlModifier
Opened = tuple[Window, KeptChat]


def focus() -> QWidget:
    here = QApplication.focusWidget()
    assert here is not None
    return here


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(focus(), key, modifiers)


def tab_to(name: str, most: int = 60, *, back: bool = False) -> None:
    """Press Tab until the control of that name has the keyboard."""
    for _ in range(most):
        if focus().accessibleName() == name or getattr(focus(), "text", lambda: "")() == name:
            return
        press(Qt.Key.Key_Backtab if back else Qt.Key.Key_Tab)
    raise AssertionError(f"Tab never came to {name!r}")


def shown(window: Window) -> list[str]:
    return [
        row.content.text if isinstance(row.content, QuestionState) else row.content.voices.text(Voice.FINAL)
        for row in window.chat.transcript.rows
    ]


@pytest.fixture
def opened(open_window: OpenWindow, qtbot: QtBot) -> Iterator[Opened]:
    """A window with two conversations in its list; the answers to come are Edited, and a cut one's rest."""
    history = FakeHistory()
    keep(history, "Rent", ("What does heating cost?", "80 a month."))
    keep(history, "Sky", ("Why is it red?", "Scattering."))
    chat = KeptChat(history, [*say("Edited answer"), end(StopReason.LENGTH)], [*say(", completed."), end()])
    window = open_window(chat, history=history)
    listed = window.conversations
    assert listed is not None
    qtbot.waitUntil(lambda: len(listed.shown.lines) == 3)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window, chat


def test_the_whole_way(opened: Opened, qtbot: QtBot) -> None:
    window, chat = opened
    wait: Callable[[], None] = lambda: qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)  # noqa: E731

    press(Qt.Key.Key_F, CTRL)  # search, and open the first find
    QTest.keyClicks(focus(), "heating")
    listed = window.conversations
    assert listed is not None
    qtbot.waitUntil(lambda: listed.shown.words == "heating")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown(window) == ["What does heating cost?", "80 a month."])

    tab_to("Edit question")  # edit the question, and ask it
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_A, CTRL)
    QTest.keyClicks(focus(), "And water?")
    press(Qt.Key.Key_Return, CTRL)
    wait()
    assert shown(window) == ["And water?", "Edited answer"]

    tab_to("Continue")  # complete the answer that was cut
    press(Qt.Key.Key_Space)
    wait()
    assert shown(window) == ["And water?", "Edited answer, completed."]

    tab_to("Previous version")  # back to the question as it was, and forth again
    press(Qt.Key.Key_Space)
    assert shown(window) == ["What does heating cost?", "80 a month."]
    tab_to("Next version")
    press(Qt.Key.Key_Space)
    assert shown(window)[0] == "And water?"

    press(Qt.Key.Key_L, CTRL)  # delete another conversation
    tab_to("Search conversations")
    press(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(listed.shown.lines) == 3)
    view = window.listed.view if window.listed is not None else None
    assert view is not None
    assert view.hasFocus()
    for _ in range(6):
        if [entry.title for entry in view.chosen] == ["Sky"]:
            break
        press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Delete)
    tab_to("Delete", back=True)
    press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(chat.history.entries()) == 1)

    press(Qt.Key.Key_N, CTRL)  # begin anew
    assert shown(window) == []
    assert window.chat.composer.field.hasFocus()


def test_tab_comes_by_every_stop_once_and_back_to_where_it_began(opened: Opened, qtbot: QtBot) -> None:
    window, _chat = opened
    assert window.chat.composer.field.hasFocus()
    seen: list[QWidget] = []
    for _ in range(60):
        press(Qt.Key.Key_Tab)
        seen.append(focus())
        if focus() is window.chat.composer.field:
            break
    assert seen[-1] is window.chat.composer.field
    assert len(set(map(id, seen))) == len(seen)
    names = [widget.accessibleName() or getattr(widget, "text", str)() for widget in seen]
    order = [
        "New conversation",
        "Search conversations",
        "Conversations",
        "Settings of this conversation",
        "Message",
    ]
    assert [name for name in names if name in order] == order


def test_the_keyboard_goes_to_the_list_and_back(opened: Opened) -> None:
    window, _chat = opened
    assert window.listed is not None
    press(Qt.Key.Key_B, CTRL)
    assert not window.listed.isVisible()
    assert window.chat.composer.field.hasFocus()
    press(Qt.Key.Key_B, CTRL)
    assert window.listed.isAncestorOf(focus())
    press(Qt.Key.Key_L, CTRL)
    assert window.chat.composer.field.hasFocus()
