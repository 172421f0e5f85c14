"""The window as a whole: what is always visible, remembered, named for screen readers, and scaled."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSize, QTimer
from PySide6.QtGui import QAccessible, QColor, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from runtime.events import StopReason
from tests.fakes.chat import FakeChat, FakeSettings, call, end, result, say, think
from tests.ui.conftest import OpenWindow
from ui import style
from ui.controller import Stage
from ui.window_place import WindowPlace
from ui.words import duration, number, speed, tokens

Ask = Callable[..., None]
ROOT = Path(__file__).resolve().parents[2]


def test_the_demo_says_what_it_is_all_the_time(open_window: OpenWindow, ask: Ask) -> None:
    window = open_window(title="Chorale demo")
    ask(window)
    assert window.chat.header.title.text() == "Chorale demo"
    assert window.chat.header.badge.isVisible()
    assert "only knows about Chorale" in window.chat.header.badge_text.text()
    assert "avx2" in window.chat.status.device.text()


def test_a_real_model_is_not_called_a_demo(open_window: OpenWindow) -> None:
    window = open_window(title="gpt-oss-20b", is_demo=False)
    assert not window.chat.header.badge.isVisible()
    assert not window.chat.header.badge_text.isVisible()
    assert "demo" not in window.chat.empty.sentence.text().lower()


def test_a_suggestion_is_asked_at_once(open_window: OpenWindow, qtbot: QtBot) -> None:
    chat = FakeChat()
    window = open_window(chat, suggestions=("What is Chorale?", "Why?"))
    assert [button.text() for button in window.chat.empty.buttons] == ["What is Chorale?", "Why?"]
    window.chat.empty.buttons[1].click()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert chat.asked == ["Why?"]
    assert window.chat.composer.field.hasFocus()
    assert not window.chat.empty.isVisible()


def test_the_window_comes_back_where_it_was(open_window: OpenWindow) -> None:
    settings = FakeSettings()
    window = open_window(settings=settings, size=(700, 600))
    window.close()
    again = open_window(settings=settings, size=(700, 600))
    assert again.size() == QSize(700, 600)
    assert isinstance(settings.values["window.geometry"], str)


def test_where_the_window_stands_outlives_a_process_that_is_ended(
    open_window: OpenWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.window_place.SETTLED_MS", 30)
    settings = FakeSettings()
    window = open_window(settings=settings, size=(700, 600))
    window.resize(640, 560)
    place = window.findChild(WindowPlace)
    assert place is not None
    settled = place.findChild(QTimer)
    assert settled is not None
    qtbot.waitUntil(lambda: not settled.isActive())
    other = QWidget()
    other.restoreGeometry(QByteArray.fromBase64(str(settings.values["window.geometry"]).encode()))
    assert other.size() == QSize(640, 560)
    written = settings.values.pop("window.geometry")
    window.repaint()
    window.setWindowTitle("changed, but not moved")
    assert not settled.isActive()  # nothing wakes up for it
    window.move(40, 30)
    assert settled.isActive()
    window.close()
    assert not settled.isActive()
    assert settings.values["window.geometry"] not in (None, written)


@pytest.mark.parametrize("geometry", ["not base64 at all", "", 7, "AAAA"])
def test_a_damaged_setting_does_not_keep_the_window_from_opening(
    open_window: OpenWindow, geometry: str | int
) -> None:
    settings = FakeSettings(
        **{"window.geometry": geometry, "window.effort": "huge", "window.analysis_open": "yes"}
    )
    window = open_window(settings=settings)
    assert window.isVisible()


def test_what_is_wrong_with_the_settings_is_said_in_the_window_until_something_is_sent(
    open_window: OpenWindow, ask: Ask
) -> None:
    window = open_window(problems=("The settings were damaged.", "They cannot be kept."))
    assert window.chat.notice.isVisible()
    assert window.chat.notice.text() == "The settings were damaged.\nThey cannot be kept."
    window.chat.composer.set_text("Hello")
    assert window.chat.notice.isVisible()
    ask(window)
    assert not window.chat.notice.isVisible()


def test_every_control_has_a_name_for_screen_readers(open_window: OpenWindow, ask: Ask) -> None:
    window = open_window(
        FakeChat(
            [
                *think("Hm."),
                *call("look", "{}"),
                end(StopReason.TOOL_CALL),
                result("look", "1"),
                *say("Text\n\n```python\nx\n```"),
                end(),
            ]
        )
    )
    ask(window)
    nameless = []
    for widget in window.findChildren(QWidget):
        focusable = widget.focusPolicy() and widget.isVisible() and widget.focusProxy() is None
        interface = QAccessible.queryAccessibleInterface(widget)
        if (focusable or isinstance(widget, QAbstractButton)) and interface is not None:
            name = interface.text(QAccessible.Text.Name)
            if not name:
                nameless.append(widget)
    assert nameless == []


def test_text_has_contrast_enough_in_both_schemes() -> None:
    for look in (style.LIGHT, style.DARK, style.colours(False, True), style.colours(True, True)):
        for paper in (look.window, look.raised, look.sunken):
            assert contrast(look.text, paper) >= 7
            assert contrast(look.quiet, paper) >= 4.5
            assert contrast(look.accent, paper) >= 4.5
            assert contrast(look.wrong, paper) >= 4.5
        assert contrast(look.on_accent, look.accent) >= 4.5
        assert contrast(look.text, look.accent_soft) >= 4.5


def contrast(one: str, other: str) -> float:
    """WCAG's contrast of two colours."""

    def luminance(colour: str) -> float:
        def linear(part: float) -> float:
            return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

        rgb = QColor(colour)
        return 0.2126 * linear(rgb.redF()) + 0.7152 * linear(rgb.greenF()) + 0.0722 * linear(rgb.blueF())

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_colours_follow_the_scheme(qapp: QApplication) -> None:
    style.apply(qapp, dark=True)
    assert qapp.palette().color(QPalette.ColorRole.Window).lightness() < 60
    style.apply(qapp, dark=False)
    assert qapp.palette().color(QPalette.ColorRole.Window).lightness() > 220


def test_numbers_are_written_as_people_read_them() -> None:
    assert number(1204) == "1,204"
    assert (tokens(1), tokens(2), tokens(1204)) == ("1 token", "2 tokens", "1,204 tokens")
    assert (duration(0.01), duration(0.32), duration(0.97)) == ("0.1 s", "0.3 s", "1 s")
    assert (duration(4.4), duration(72)) == ("4 s", "1 min 12 s")
    assert (speed(23.44), speed(290.2)) == ("23.4 tokens/s", "290 tokens/s")


_AT_TWICE_THE_SIZE = """
import sys
from PySide6.QtWidgets import QApplication, QWidget
from tests.fakes.chat import FakeChat, services
from ui import style
from ui.window import Window
app = QApplication(sys.argv)
style.apply(app)
window = Window(services(FakeChat()))
window.resize(600, 450)
window.show()
app.processEvents()
picture = window.grab()
assert picture.devicePixelRatio() == 2.0, picture.devicePixelRatio()
assert picture.width() == 1200, picture.width()
outside = [
    child
    for child in window.chat.composer.findChildren(QWidget) + window.chat.header.findChildren(QWidget)
    if child.isVisible() and not window.rect().contains(child.rect().translated(child.mapTo(window, child.pos() * 0)))
]
assert not outside, outside
window.close()
"""


@pytest.mark.slow
def test_the_window_works_at_twice_the_size() -> None:
    environment = {**os.environ, "QT_SCALE_FACTOR": "2", "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", _AT_TWICE_THE_SIZE],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
