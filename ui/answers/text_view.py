"""Text to read and copy, as tall as it is: the ground that questions, answers and panes stand on.

A `TextView` never scrolls by itself, fetches nothing (no image, style sheet or file named in a text is
ever loaded), and shows where a link leads before it opens. Read next: `ui.answers.markdown`, which fills it.
"""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QRectF, Qt, QUrl, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QImage,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QTextDocument,
    QTextFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QMenu, QTextBrowser, QToolTip, QWidget

from ui.answers.formula import SIGN, sources, with_sources
from ui.answers.links import address, ask_to_open, other_host, tip
from ui.words import tr

_QUOTE = QTextFormat.Property.BlockQuoteLevel
_FENCE = QTextFormat.Property.BlockCodeFence
_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)

PAGE_SCHEME = "chorale-page"  # of links to a page of a document, which never leave the window

_NOTHING = QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied)
_NOTHING.fill(Qt.GlobalColor.transparent)


class TextView(QTextBrowser):
    """Read-only rich text.

    Attributes:
        has_boxes: whether there may be code or quotes, which have something painted behind them.

    Signals:
        link_asked(QUrl): a link was activated; by then the question whether to open it is on the screen.
        page_asked(QUrl): a citation was activated (`PAGE_SCHEME`).
        menu_made(QMenu): a menu is about to be shown; more can be added.
    """

    link_asked = Signal(QUrl)
    page_asked = Signal(QUrl)
    menu_made = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        # Else the text is laid out again for whatever width the widget has at the moment.
        self.setLineWrapMode(QTextBrowser.LineWrapMode.FixedPixelWidth)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.anchorClicked.connect(self._ask)
        self.highlighted.connect(self._tell)
        self._given: QTextDocument | None = None
        self.has_boxes = True
        self._ringed = False
        self._backdrops: list[tuple[QRectF, int]] = []

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """An empty picture, whatever is named. Not None: Qt would then look for a file of that name."""
        return _NOTHING

    def replace_document(self, document: QTextDocument) -> None:
        """Show another document, keeping what is selected where the text did not change."""
        cursor = self.textCursor()
        anchor, position = cursor.anchor(), cursor.position()
        old = self.document()
        kept = anchor != position and (
            old.toRawText()[: max(anchor, position)] == document.toRawText()[: max(anchor, position)]
        )
        document.setParent(self)
        if document.documentMargin():  # only then: it lays everything out
            document.setDocumentMargin(0)
        self.setDocument(document)
        if self._given is not None:
            self._given.deleteLater()  # Qt deletes only the document that it made itself
        self._given = document
        if kept:
            cursor = self.textCursor()
            cursor.setPosition(anchor)
            cursor.setPosition(position, cursor.MoveMode.KeepAnchor)
            self.setTextCursor(cursor)

    def arrange(self, width: int) -> int:
        """Lay the text out `width` pixels wide; the height it needs."""
        if width != self.lineWrapColumnOrWidth():
            self.setLineWrapColumnOrWidth(width)
        document = self.document()
        if document.textWidth() != width:
            document.setTextWidth(width)  # only then: Qt lays everything out again, changed or not
        self._backdrops = _backdrops(document, width) if self.has_boxes else []
        height = document.size().height()
        if self._backdrops:
            height = max(height, self._backdrops[-1][0].bottom())  # a box reaches beyond its last line
        return math.ceil(height)

    def describe_formulas(self) -> None:
        """Tell who cannot see them what the formulas say, as they were written."""
        written = [source for _, source in sources(self.document())]
        told = tr("Formulas: {formulas}").format(formulas="; ".join(written)) if written else ""
        if told != self.accessibleDescription():
            self.setAccessibleDescription(told)

    def createMimeDataFromSelection(self) -> QMimeData:
        """What is copied or dragged: formulas as they were written."""
        cursor = self.textCursor()
        if SIGN not in cursor.selectedText():
            return super().createMimeDataFromSelection()
        made = with_sources(cursor)
        data = QMimeData()
        data.setText(made.toPlainText())
        data.setHtml(made.toHtml())
        return data

    def _ask(self, url: QUrl) -> None:
        if url.scheme() == PAGE_SCHEME:
            self.page_asked.emit(url)
            return
        ask_to_open(url, self.window(), self._words_of(url))
        self.link_asked.emit(url)

    def _words_of(self, url: QUrl) -> str:
        """The words of the link that leads to `url`; of several those that name another host."""
        found = ""
        block = self.document().begin()
        while block.isValid():
            iterator = block.begin()
            while not iterator.atEnd():
                fragment = iterator.fragment()
                if QUrl(fragment.charFormat().anchorHref()) == url and (
                    not found or other_host(fragment.text(), url)
                ):
                    found = fragment.text()
                iterator += 1
            block = block.next()
        return found

    def _tell(self, url: QUrl) -> None:
        """Show where the link that the keyboard has reached leads; the pointer's tip is the text's own."""
        if url.isEmpty() or url.scheme() == PAGE_SCHEME or not self.hasFocus() or self.underMouse():
            return
        QToolTip.showText(self.viewport().mapToGlobal(self.cursorRect().bottomLeft()), tip(url), self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the conversation scrolls, not one of its texts

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ringed = event.reason() in _KEYBOARD
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ringed = False
        super().focusOutEvent(event)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        scrolled = self.verticalScrollBar().value()  # panes scroll by themselves
        painter.translate(0, -scrolled)
        for box, quote_level in self._backdrops:
            if quote_level:
                painter.fillRect(QRectF(box.left(), box.top(), 3, box.height()), palette.mid())
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(palette.color(QPalette.ColorRole.AlternateBase))
                painter.drawRoundedRect(box, 8, 8)
        painter.translate(0, scrolled)
        if self._ringed:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Link), 1.5))
            painter.drawRoundedRect(QRectF(self.viewport().rect()).adjusted(0.75, 0.75, -0.75, -0.75), 4, 4)
        painter.end()
        super().paintEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu(event.pos()).popup(event.globalPos())

    def menu(self, place: QPoint) -> QMenu:
        """What can be done at `place`, with what whoever shows the text adds to it."""
        menu = self.createStandardContextMenu(place)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in menu.actions():
            if action.objectName() == "link-copy":
                menu.removeAction(action)
        code = _code_at(self, place)
        if code:
            menu.addAction(tr("Copy code"), lambda: QGuiApplication.clipboard().setText(code))
        link = self.anchorAt(place)
        if link and QUrl(link).scheme() != PAGE_SCHEME:
            menu.addAction(
                tr("Copy link address"), lambda: QGuiApplication.clipboard().setText(address(QUrl(link)))
            )
        self.menu_made.emit(menu)
        return menu


def _backdrops(document: QTextDocument, width: int) -> list[tuple[QRectF, int]]:
    """Where code and quotes stand: boxes to paint behind the text, with the quote's level (code: 0)."""
    boxes: list[tuple[QRectF, int]] = []
    layout = document.documentLayout()
    open_box: tuple[QRectF, int] | None = None
    block = document.begin()
    while block.isValid():
        block_format = block.blockFormat()
        level = block_format.intProperty(_QUOTE)
        if level or block_format.hasProperty(_FENCE):
            rect = layout.blockBoundingRect(block)
            left = float(block_format.indent()) * document.indentWidth()
            here = QRectF(left, rect.top(), width - left, rect.height())
            if not level:
                here.adjust(0, -6, 0, 6)
            if open_box and open_box[1] == level:
                open_box[0].setBottom(here.bottom())
            else:
                open_box = (here, level)
                boxes.append(open_box)
        else:
            open_box = None
        block = block.next()
    return boxes


def _code_at(view: QTextBrowser, place: QPoint) -> str:
    """The whole code block under the pointer, if there is one."""
    block = view.cursorForPosition(place).block()
    if not block.blockFormat().hasProperty(_FENCE):
        return ""
    while block.previous().isValid() and block.previous().blockFormat().hasProperty(_FENCE):
        block = block.previous()
    lines: list[str] = []
    while block.isValid() and block.blockFormat().hasProperty(_FENCE):
        lines.append(block.text())
        block = block.next()
    return "\n".join(lines)
