"""The main job from a newcomer's first minute on, with nothing but keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from runtime.events import StopReason
from tests.fakes.chat import end, hold, say, think
from tests.ui.everywhere import FIRST_RUN
from ui import style
from ui.answers.voices import Voice
from ui.chat.question import QuestionState
from ui.controller import Stage
from ui.export_dialog import ExportDialog
from ui.window import CHAT, SETTINGS, Window

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
Whole = Callable[..., Window]


def focus() -> QWidget:
    here = QApplication.focusWidget()
    assert here is not None
    return here


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(focus(), key, modifiers)


def name_of(widget: QWidget) -> str:
    return widget.accessibleName() or str(getattr(widget, "text", str)())


def tab_to(name: str, most: int = 70, *, back: bool = False) -> None:
    """Press Tab until the control whose name begins so has the keyboard."""
    passed = []
    for _ in range(most):
        if name_of(focus()).startswith(name):
            return
        passed.append(name_of(focus()))
        press(KEY.Key_Backtab if back else KEY.Key_Tab)
    raise AssertionError(f"Tab never came to {name!r}, only by {passed}")


def shown(window: Window) -> list[str]:
    return [
        row.content.text if isinstance(row.content, QuestionState) else row.content.voices.text(Voice.FINAL)
        for row in window.chat.transcript.rows
    ]


@pytest.fixture
def undressed(qapp: QApplication) -> Iterator[None]:
    yield
    style.dress(qapp, "system")
    style.apply(qapp, dark=False)


@pytest.mark.slow
@pytest.mark.usefixtures("undressed")
def test_from_the_first_run_to_another_theme(whole: Whole, qtbot: QtBot, qapp: QApplication) -> None:
    script = [*think("Let me think."), *say("It is a"), hold, *say(" program."), end(StopReason.LENGTH)]
    window = whole(FIRST_RUN, script=script)
    chat = window._services.chat
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    wait: Callable[[], None] = lambda: qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)  # noqa: E731

    tab_to("Try the demo")  # past the offers, to the demo
    press(KEY.Key_Space)
    qtbot.waitUntil(lambda: window.first_run is None)
    assert window.chat.composer.field.hasFocus()

    QTest.keyClicks(focus(), "What is Chorale?")  # ask; look at what it thinks; stop
    press(KEY.Key_Return)
    qtbot.waitUntil(lambda: shown(window)[1:] == ["It is a"])
    tab_to("analysis:", back=True)
    press(KEY.Key_Space)
    view = window.chat.transcript.last_view()
    assert view is not None
    assert view.panes[Voice.ANALYSIS].text.isVisible()
    press(KEY.Key_Escape)
    wait()
    assert shown(window) == ["What is Chorale?", "It is a"]

    chat.release()  # type: ignore[attr-defined]
    tab_to("Continue")
    press(KEY.Key_Space)
    wait()
    first = shown(window)[1]
    assert len(first) > len("It is a")

    chat.release()  # type: ignore[attr-defined]
    tab_to("Edit question", back=True)  # edit, ask again, walk the branches
    press(KEY.Key_Space)
    press(KEY.Key_A, CTRL)
    QTest.keyClicks(focus(), "And who made it?")
    press(KEY.Key_Return, CTRL)
    wait()
    assert shown(window)[0] == "And who made it?"
    chat.release()  # type: ignore[attr-defined]
    tab_to("Try again")
    press(KEY.Key_Space)
    wait()
    tab_to("Previous version", back=True)
    press(KEY.Key_Space)
    tab_to("Edit question", back=True)
    tab_to("Previous version", back=True)
    press(KEY.Key_Space)
    assert shown(window) == ["What is Chorale?", first]

    listed = window.conversations  # find a conversation, and open it
    assert listed is not None
    assert window.listed is not None
    qtbot.waitUntil(lambda: len(listed.shown.lines) >= 5)
    press(KEY.Key_F, CTRL)
    QTest.keyClicks(focus(), "bread")
    qtbot.waitUntil(lambda: listed.shown.words == "bread")
    press(KEY.Key_Down)
    assert window.listed.view.hasFocus()
    assert [entry.title for entry in window.listed.view.chosen] == ["Bread"]

    tab_to("What to do with the chosen conversations")
    menu = window.listed._menu()  # the platform of the tests cannot give a menu the keyboard
    next(action for action in menu.actions() if action.text().startswith("Export")).trigger()
    dialog = window.findChild(ExportDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.isActiveWindow)
    press(KEY.Key_Down)  # another form, and out again
    assert dialog.suffix != ".md"
    press(KEY.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert window.listed.isAncestorOf(focus())  # back where it was

    keys = {key: i for i, key in enumerate(window.rail.buttons, 1)}  # another theme, and back
    press(KEY(KEY.Key_0 + keys[SETTINGS]), CTRL)
    assert window.page is window.settings_page
    tab_to("Colours:")
    before = qapp.palette().color(QPalette.ColorRole.Window)
    for _ in range(3):
        press(KEY.Key_Right)
        if qapp.palette().color(QPalette.ColorRole.Window) != before:
            break
    assert qapp.palette().color(QPalette.ColorRole.Window) != before
    press(KEY(KEY.Key_0 + keys[CHAT]), CTRL)
    assert window.rail.buttons[CHAT].isChecked()
    assert window.chat.composer.field.hasFocus()


def test_f6_goes_from_part_to_part_and_back(whole: Whole, qtbot: QtBot) -> None:
    window = whole(script=[*say("Fine."), end()])
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.chat.send("What?")
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert window.listed is not None
    parts = [window.rail, window.listed, window.chat.transcript, window.chat.composer]
    assert window.chat.composer.field.hasFocus()
    for part in parts:
        press(KEY.Key_F6)
        assert part.isAncestorOf(focus()), part
    for part in reversed(parts[:-1]):
        press(KEY.Key_F6, SHIFT)
        assert part.isAncestorOf(focus()), part
    window.show_page(SETTINGS)
    press(KEY.Key_F6)
    assert window.page.isAncestorOf(focus())
    press(KEY.Key_F6)
    assert window.rail.isAncestorOf(focus())
