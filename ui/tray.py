"""A sign in the system's tray while the window is open, for who asked for it: brings the window back, or closes it.

Read next: `ui.start`, which makes it.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from ui.mark import window_icon
from ui.words import tr


class Tray(QSystemTrayIcon):
    """Belongs to `window`, and goes with it; `show` puts it there."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window_icon(), window)
        self._window = window
        self.setToolTip(tr("Chorale"))
        self.menu = QMenu()
        self.menu.addAction(tr("Show the window"), self.bring_back)
        self.menu.addAction(tr("Quit"), window.close)
        self.setContextMenu(self.menu)
        self.activated.connect(self._on_activated)

    def bring_back(self) -> None:
        """Show the window in front of others."""
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self.bring_back()
