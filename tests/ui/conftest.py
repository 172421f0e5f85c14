"""What the window's tests share: one dressed application, and windows that are closed again."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before Qt is imported

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.fakes.chat import FakeChat, services
from tests.ui.everywhere import FIRST_RUN, whole_window
from ui import style
from ui.controller import Stage
from ui.window import Window

OpenWindow = Callable[..., Window]


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> None:
    """Tests see the colours and fonts that people see."""
    if not qapp.styleSheet():
        style.apply(qapp, dark=False)


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test speaks, not even on a PC that can: whether there is a voice is for the test to say."""
    monkeypatch.setattr("ui.system_speech.find_speech", lambda locale, parent: None)
    monkeypatch.setattr("ui.system_speech.is_likely", lambda: False)


@pytest.fixture
def open_window(qtbot: QtBot) -> Iterator[OpenWindow]:
    """Opens windows: `open_window(chat, size=(w, h), ready=True, **services)`; they close with the test."""
    windows: list[Window] = []

    def open_one(
        chat: FakeChat | None = None,
        size: tuple[int, int] = (1180, 800),
        ready: bool = True,
        **given: Any,
    ) -> Window:
        window = Window(services(chat or FakeChat(), **given))
        windows.append(window)
        window.resize(*size)
        with qtbot.waitExposed(window):
            window.show()
        window.controller.load()
        if ready:
            qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
        return window

    yield open_one
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def ask(qtbot: QtBot) -> Callable[[Window, str], None]:
    """Asks a question and waits for the whole answer."""

    def ask_one(window: Window, text: str = "A question?") -> None:
        window.chat.send(text)
        qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)

    return ask_one


@pytest.fixture
def whole(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., Window]]:
    """Opens a window with every page there is, for a state of `tests.ui.everywhere`; it closes with the test."""
    windows: list[Window] = []

    def open_one(name: str = "", size: tuple[int, int] = (1180, 800), **given: Any) -> Window:
        window = whole_window(tmp_path, is_first_run=name == FIRST_RUN, **given)
        windows.append(window)
        window.resize(*size)
        with qtbot.waitExposed(window):
            window.show()
        window.controller.load()
        qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
        return window

    yield open_one
    for window in windows:
        window.close()
        window.deleteLater()
