"""The list of conversations beside the page to talk on; in a narrow window it lies over it while it is needed.

wide:   list │ page            narrow:   list over the page, which is dimmed; a click there closes the list

A page of a document needs room beside the conversation: while one is open, the list gives way where there is not
enough for all three, as in a narrow window, and comes back afterwards.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from ui.chat.chat_page import ChatPage
from ui.conversations.panel import WIDTH, ConversationPanel
from ui.documents.page_reader import BESIDE
from ui.services import SettingsInterface

OPEN = "window.list_open"
ROOM = 900  # pixels; with less the list lies over the page


class Beside(QWidget):
    """Places the list and the page.

    Signals:
        toggled(bool): the list is shown, or no longer.
    """

    toggled = Signal(bool)

    def __init__(
        self,
        chat: ChatPage,
        panel: ConversationPanel | None,
        settings: SettingsInterface,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.chat, self.panel = chat, panel
        self._settings = settings
        self._wanted = settings.get(OPEN) is not False
        self._laid_over = False  # in a narrow window: whether the list is there at the moment
        chat.setParent(self)
        self._dim = _Dim(self)
        self._dim.hide()  # without a list nothing is ever laid over the page
        self._dim.pressed.connect(lambda: self.show_list(False))
        if panel is not None:
            panel.setParent(self)
            panel.hide_asked.connect(lambda: self.show_list(False))
        if chat.documents is not None:
            chat.documents.reader.laid_out.connect(self._arrange)
        self._arrange()

    @property
    def is_narrow(self) -> bool:
        """Whether there is no room for the list beside the page, or a document's page has more need of it."""
        documents = self.chat.documents
        is_open = documents is not None and not documents.pane.isHidden()
        return self.width() < (BESIDE + WIDTH if is_open else ROOM)

    @property
    def is_listed(self) -> bool:
        """Whether the list is shown."""
        return self.panel is not None and (self._laid_over if self.is_narrow else self._wanted)

    def show_list(self, is_shown: bool) -> None:
        """Show the list, and give it the keyboard; or hide it, and give it back."""
        if self.panel is None or is_shown == self.is_listed:
            if self.panel is not None and is_shown:
                self.panel.take_keyboard()
            return
        if self.is_narrow:
            self._laid_over = is_shown
        else:
            self._wanted = is_shown
            self._settings.set(OPEN, is_shown)
        here = QApplication.focusWidget()
        was_inside = here is not None and self.panel.isAncestorOf(here)
        self._arrange()
        if is_shown:
            self.panel.take_keyboard()
        elif was_inside:
            self.chat.composer.setFocus()

    def toggle(self) -> None:
        """Show the list, or hide it."""
        self.show_list(not self.is_listed)

    def done_with_list(self) -> None:
        """Something was chosen in the list: it need not lie over the page any more."""
        if self.is_narrow:
            self.show_list(False)

    # -- the keyboard's way through ---------------------------------------------------------------

    def stops(self) -> list[QWidget]:
        """Where Tab stops, in reading order; a list that lies over the page keeps the keyboard."""
        if self.panel is None or not self.is_listed:
            return self.chat.stops()
        if self.is_narrow:
            return self.panel.stops()
        return [*self.panel.stops(), *self.chat.stops()]

    def parts(self) -> list[list[QWidget]]:
        """The stops of each part, as F6 goes: list (where it lies over the page, that alone), and the page's."""
        if self.panel is None or not self.is_listed:
            return self.chat.parts()
        listed = self.panel.stops()
        if self.panel.view in listed:  # the list itself before what stands above it
            listed = [self.panel.view, *(stop for stop in listed if stop is not self.panel.view)]
        return [listed] if self.is_narrow else [listed, *self.chat.parts()]

    def bring_into_sight(self, stop: QWidget) -> None:
        """Scroll to one of the `stops`, if it stands in the conversation."""
        if self.chat.isAncestorOf(stop):
            self.chat.bring_into_sight(stop)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.is_listed and self.panel is not None:
            if self.is_narrow:
                self.show_list(False)
            else:
                self.chat.composer.setFocus()
            return
        super().keyPressEvent(event)

    # -- placing ---------------------------------------------------------------------------------

    def _arrange(self) -> None:
        if not self.is_narrow:
            self._laid_over = False
        is_listed = self.is_listed
        height = self.height()
        wide = WIDTH if self.width() >= WIDTH + 80 else max(200, self.width() - 80)
        beside = wide if is_listed and not self.is_narrow else 0
        self.chat.setGeometry(QRect(beside, 0, max(1, self.width() - beside), height))
        if self.panel is None:
            return
        self.panel.setGeometry(0, 0, wide, height)
        self._dim.setGeometry(0, 0, self.width(), height)
        self._dim.setVisible(is_listed and self.is_narrow)
        self._dim.raise_()
        self.panel.raise_()
        if self.panel.isHidden() == is_listed:
            self.panel.setVisible(is_listed)
            self.toggled.emit(is_listed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()


class _Dim(QWidget):
    """Dims what the list lies over."""

    pressed = Signal()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(0, 0, 0, 90))
