"""Opens pages of documents beside what they are looked up from, turns them, and gives the keyboard back.

The page to talk on and the page of documents have one each. Read next: `ui.documents.document_pane`.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtWidgets import QApplication, QWidget

from app.attachments import PageText
from ui.answers.citation_links import asked_page
from ui.documents.document_pane import DocumentPane
from ui.services import DocumentsInterface

BESIDE = 900  # pixels; with less, a page stands in place of what it is looked up from
PAGE_WIDTH = 440


class PageReader(QObject):
    """A pane for pages of documents.

    Attributes:
        pane: the widget, for `parent` to place.

    Signals:
        laid_out: the pane was opened or closed.

    Args:
        home: gets the keyboard where what had it before is gone.
    """

    laid_out = Signal()

    def __init__(self, documents: DocumentsInterface, home: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._documents, self._home = documents, home
        self._before: QWidget | None = None
        self.pane = DocumentPane(parent)
        self.pane.turned.connect(self._turn)
        self.pane.closed.connect(self._give_back)

    def open_link(self, url: QUrl) -> None:
        """Open the page that a citation names."""
        document, number, claim = asked_page(url)
        page = self._documents.page(document, number, claim)
        if page is not None:
            self._open(page, was_cited=True)

    def show_file(self, key: int) -> None:
        """Open the first page of a file."""
        page = self._documents.first_page_of(key)
        if page is not None:
            self._open(page)

    def arrange(self, beside: QWidget, room: int) -> int:
        """Share `room` pixels between the pane and what it stands beside; how many are left for that."""
        if self.pane.isHidden():
            beside.show()
            return room
        is_wide = room >= BESIDE
        beside.setVisible(is_wide)
        width = min(PAGE_WIDTH, room * 2 // 5) if is_wide else room
        self.pane.setFixedWidth(width)
        return room - width

    def _open(self, page: PageText, *, was_cited: bool = False) -> None:
        if self.pane.isHidden():
            self._before = QApplication.focusWidget()
        self.pane.show_page(page, was_cited=was_cited)
        self.laid_out.emit()

    def _turn(self, document: str, number: int) -> None:
        page = self._documents.page(document, number)
        if page is not None:
            self.pane.show_page(page, take_focus=False)

    def _give_back(self) -> None:
        self.laid_out.emit()
        before, self._before = self._before, None
        try:
            is_there = before is not None and before.isVisible()
        except RuntimeError:  # Qt has deleted it meanwhile
            is_there = False
        if is_there and before is not None:
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._home.setFocus()
