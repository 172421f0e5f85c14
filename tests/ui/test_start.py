"""Opening the window the way `app/__main__` does."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.fakes.chat import FakeChat, services
from ui.controller import Stage
from ui.start import run
from ui.window import Window


def test_the_window_loads_its_model_and_ends_with_exit_code_0(qapp: QApplication, qtbot: QtBot) -> None:
    chat = FakeChat()
    closed: list[str] = []
    stages: list[Stage] = []

    def close_when_ready() -> None:
        for window in qapp.topLevelWidgets():
            if isinstance(window, Window) and window.isVisible():
                stages.append(window.controller.stage)
                if stages[-1] is Stage.READY:
                    assert not window.windowIcon().isNull()
                    window.close()

    timer = QTimer(interval=20)
    timer.timeout.connect(close_when_ready)
    timer.start()
    given = services(chat)
    code = run(
        type(given)(
            given.chat,
            given.load,
            given.model_title,
            given.is_demo,
            given.suggestions,
            given.settings,
            lambda: closed.append("closed"),
        )
    )
    timer.stop()
    assert code == 0
    assert stages[-1] is Stage.READY
    assert closed == ["closed"]
