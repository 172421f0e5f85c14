"""Where the window stands: remembered from one start to the next.

It is written some seconds after the window was moved or made larger, and when it closes, so that a session that
ends without closing it (a shutdown, SIGTERM) loses nothing. While nothing moves, nothing wakes up.
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from ui.services import SettingsInterface

GEOMETRY = "window.geometry"
FIRST = (1280, 800)  # pixels
SETTLED_MS = 2_000  # after the last change
_CHANGES = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.WindowStateChange)


class WindowPlace(QObject):
    """Recalls and keeps the place of `window`."""

    def __init__(self, window: QWidget, settings: SettingsInterface) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self._settled = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._settled.timeout.connect(self.keep)
        window.installEventFilter(self)

    def recall(self) -> None:
        """Stand where the window stood."""
        geometry = self._settings.get(GEOMETRY)
        place = (
            QByteArray.fromBase64(geometry.encode("ascii", "ignore")) if isinstance(geometry, str) else None
        )
        if place is None or not self._window.restoreGeometry(place):
            self._window.resize(*FIRST)

    def keep(self) -> None:
        """Remember where it stands now."""
        self._settled.stop()
        geometry = bytes(self._window.saveGeometry().toBase64().data()).decode("ascii")
        if geometry != self._settings.get(GEOMETRY):
            self._settings.set(GEOMETRY, geometry)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _CHANGES and self._window.isVisible():
            self._settled.start()
        return super().eventFilter(watched, event)
