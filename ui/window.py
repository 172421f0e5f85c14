"""The window: the frame that pages stand in, and how one goes from one to another.

A page is a widget with `stops()`, where Tab stops in it in reading order, and `bring_into_sight(stop)`.
Read next: `ui.chat_page`.
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QCoreApplication, QEventLoop, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.chat_page import ChatPage
from ui.controller import Controller
from ui.services import Services
from ui.words import tr

GEOMETRY = "window.geometry"
SMALLEST = (420, 420)
FIRST = (1180, 800)


class Window(QWidget):
    """The one window.

    Signals:
        closed: it has closed, and the engine is freed.
    """

    closed = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._closed = False
        self.setWindowTitle(tr("Chorale"))
        self.setMinimumSize(*SMALLEST)
        self.controller = Controller(services, self)
        self.chat = ChatPage(services, self.controller, self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.chat)
        QShortcut(QKeySequence.StandardKey.New, self, self.chat.new_conversation)
        QShortcut(QKeySequence.StandardKey.Quit, self, self.close)
        self._recall()

    def _recall(self) -> None:
        """Stand where the window stood."""
        geometry = self._services.settings.get(GEOMETRY)
        place = (
            QByteArray.fromBase64(geometry.encode("ascii", "ignore")) if isinstance(geometry, str) else None
        )
        if place is None or not self.restoreGeometry(place):
            self.resize(*FIRST)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes in reading order."""
        order = self.chat.stops()
        here = next((i for i, widget in enumerate(order) if widget.hasFocus()), None)
        if here is None or not order:
            return super().focusNextPrevChild(forward)
        target = order[(here + (1 if forward else -1)) % len(order)]
        target.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
        self.chat.bring_into_sight(target)
        return True

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._closed:
            return
        self._closed = True
        geometry = bytes(self.saveGeometry().toBase64().data()).decode("ascii")
        self._services.settings.set(GEOMETRY, geometry)
        # Gone from the screen at once: an engine that hears nothing takes seconds to end.
        self.hide()
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        self.controller.close()
        super().closeEvent(event)
        self.closed.emit()
