"""Opens the window and runs it to its end: the one thing `app/__main__` calls of `ui`.

In order: the application, its look, the window, loading the model once the window is on the screen;
and what happens to a bug while it runs (`ui.crash`).
Read next: `ui.window`, and `ui.services` for what is asked of the caller.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from ui import single
from ui.appearance import dress
from ui.crash import watching
from ui.language import speak
from ui.mark import window_icon
from ui.services import Services
from ui.single import FirstComer
from ui.tray import Tray
from ui.window import Window

__all__ = ["Services", "hand_over", "run"]


def run(services: Services) -> int:
    """Show the window until it is closed; the exit code."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    app.setApplicationName("Chorale")
    app.setApplicationDisplayName("Chorale")
    app.setDesktopFileName("chorale")
    speak(app, services.settings.get("window.language"))
    dress(app, services.settings)
    hints = app.styleHints()
    hints.colorSchemeChanged.connect(lambda: dress(app, services.settings))
    contrast = hints.accessibility()  # held: what it gives goes with it
    contrast.contrastPreferenceChanged.connect(lambda: dress(app, services.settings))
    app.setWindowIcon(window_icon())
    window = Window(services)
    if services.settings.get("window.tray") is True and Tray.isSystemTrayAvailable():
        Tray(window).show()
    window.show()
    QTimer.singleShot(0, window.controller.load)
    first = FirstComer(services.meeting, window) if services.meeting is not None else None
    if first is not None:
        first.arrived.connect(window.welcome)
        window.closed.connect(first.close)
    if services.files:
        window.attach(services.files)
    with watching(window):
        return app.exec()


def hand_over(meeting: Path, files: tuple[str, ...]) -> bool:
    """Hand `files` to the window that is open already, if one is; `meeting` as in `Services`."""
    if not single.is_held(meeting):
        return False
    app = QApplication.instance() or QApplication(sys.argv[:1])  # sockets need one
    return bool(app) and single.hand_over(meeting, files)
