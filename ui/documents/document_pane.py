"""A page of a document to read beside the conversation, with the place that an answer cites marked."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFont,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QShortcut,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTextEdit, QVBoxLayout, QWidget

from app.attachments import PageText
from ui.announce import announce
from ui.answers.pane_text import LINE_DISTANCE
from ui.answers.parts import Text
from ui.elided_label import ElidedLabel
from ui.glyphs import GlyphButton
from ui.sentences import translated
from ui.style import scaled
from ui.words import number, tr


class DocumentPane(QWidget):
    """One page at a time. Esc closes it; Alt+Left and Alt+Right turn pages.

    Signals:
        turned(str, int): another page of this document is asked for.
        closed: it has been closed.
    """

    turned = Signal(str, int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page: PageText | None = None
        self._has_scrolled = False  # the person reads elsewhere than at the cited place
        self.title = ElidedLabel("", self, is_quiet=False)
        self.close_button = GlyphButton("close", tr("Close the page (Esc)"), self)
        self.before = GlyphButton("back", tr("Page before (Alt+Left)"), self)
        self.after = GlyphButton("closed", tr("Page after (Alt+Right)"), self)
        self.place = ElidedLabel("", self)
        self.note = Text("", self, kind="quiet", factor=0.9)
        self.warning = Text("", self, kind="wrong", factor=0.9)
        self.text = QTextEdit(self)
        self.text.setAcceptRichText(False)
        self.text.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.text.setReadOnly(True)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setTabChangesFocus(True)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.text.viewport().setAutoFillBackground(False)
        self.text.document().setDocumentMargin(0)
        self.text.setUndoRedoEnabled(False)
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.title, 1)
        top.addWidget(self.close_button)
        turning = QHBoxLayout()
        turning.setSpacing(4)
        turning.addWidget(self.place, 1)
        turning.addWidget(self.before)
        turning.addWidget(self.after)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 12, 12, 12)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addLayout(turning)
        layout.addWidget(self.warning)
        layout.addWidget(self.note)
        layout.addSpacing(4)  # the ring around the text stands here
        layout.addWidget(self.text, 1)
        layout.addStretch(0)  # for a page without text
        self.close_button.clicked.connect(self.close_pane)
        self.before.clicked.connect(lambda: self._turn(-1))
        self.after.clicked.connect(lambda: self._turn(1))
        for keys, step in (("Alt+Left", -1), ("Alt+Right", 1)):
            shortcut = QShortcut(QKeySequence(keys), self, partial(self._turn, step))
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.text.installEventFilter(self)
        self.text.verticalScrollBar().actionTriggered.connect(self._note_scrolled)
        self._dress()
        self.hide()

    def show_page(self, page: PageText, *, was_cited: bool = False, take_focus: bool = True) -> None:
        """Show `page`; if an answer cited it, say whether the place was found."""
        had_focus = self.text.hasFocus()
        self.page = page
        self.title.setText(page.file)
        words = tr("Page {number} of {total}").format(number=number(page.number), total=number(page.total))
        if page.label and page.label.casefold() != f"page {page.number}":
            words = f"{words} · {_label(page.label)}"
        self.place.setText(words)
        self.before.setEnabled(page.number > 1)
        self.after.setEnabled(page.number < page.total)
        unseen = was_cited and not page.was_shown
        self.warning.say(
            tr("The answer names this page, but the model was not shown it. Check what it says.")
            if unseen
            else ""
        )
        self.note.say(translated(page.note) or _found(page, was_cited))
        self.text.setPlainText(page.text)
        self.text.setVisible(bool(page.text))  # else the note says why there is none
        self._space()
        self.text.setAccessibleName(tr("{file}, page {number}").format(file=page.file, number=page.number))
        self._mark()
        self.show()
        if take_focus or (had_focus and not page.text):
            (self.text if page.text else self.close_button).setFocus(Qt.FocusReason.TabFocusReason)
        announce(self, f"{page.file}, {words}. {self.note.text()}")

    def close_pane(self) -> None:
        """Show the conversation alone."""
        if not self.isHidden():
            self.hide()
            self.page = None
            self.text.clear()
            self.closed.emit()

    def stops(self) -> list[QWidget]:
        """Where Tab stops."""
        if not self.isVisible():
            return []
        turning = [each for each in (self.before, self.after) if each.isEnabled()]
        return [self.close_button, *turning, *([self.text] if self.text.isVisible() else [])]

    def _turn(self, step: int) -> None:
        if self.page is not None and 0 < self.page.number + step <= self.page.total:
            self.turned.emit(self.page.document, self.page.number + step)

    def _space(self) -> None:
        """Lines apart, as in answers."""
        form = QTextBlockFormat()
        distance = self.text.font().pointSizeF() * LINE_DISTANCE
        form.setLineHeight(distance, QTextBlockFormat.LineHeightTypes.LineDistanceHeight.value)
        cursor = QTextCursor(self.text.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(form)

    def _mark(self) -> None:
        """Mark the cited place, by ground and line, and bring it into sight."""
        page = self.page
        if page is None or page.place is None:
            self.text.setExtraSelections([])
            self.text.moveCursor(QTextCursor.MoveOperation.Start)
            return
        start, end = (_utf16(page.text, at) for at in page.place)
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.text.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        form = QTextCharFormat()
        form.setBackground(self.palette().color(QPalette.ColorRole.Highlight))
        form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
        form.setUnderlineColor(self.palette().color(QPalette.ColorRole.Link))
        selection.cursor, selection.format = cursor, form
        self.text.setExtraSelections([selection])
        cursor.setPosition(start)
        self.text.setTextCursor(cursor)
        self._has_scrolled = False
        self._seek()

    def _seek(self) -> None:
        """Bring the cited place into sight, again with each size of the pane, until the person scrolls."""
        if self.page is None or self.page.place is None or self._has_scrolled:
            return
        bar = self.text.verticalScrollBar()
        bar.setValue(bar.value() + self.text.cursorRect().top() - self.text.viewport().height() // 3)

    def _note_scrolled(self) -> None:
        self._has_scrolled = True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_pane()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()  # the ring around the text
        elif event.type() == QEvent.Type.Resize:  # lines break elsewhere once it is laid out
            QTimer.singleShot(0, self, self._seek)
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._dress()
        elif event.type() == QEvent.Type.PaletteChange and self.page is not None:
            self._mark()

    def _dress(self) -> None:
        self.title.setFont(scaled(self.font(), 1.0, QFont.Weight.DemiBold))
        self.place.setFont(scaled(self.font(), 0.9))
        self.text.setFont(scaled(self.font(), 0.96))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        painter.fillRect(0, 0, 1, self.height(), self.palette().mid())
        if self.text.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Link), 2))
            painter.drawRoundedRect(QRectF(self.text.geometry()).adjusted(-7, -3, 5, 3), 6, 6)


def _found(page: PageText, was_cited: bool) -> str:
    if not was_cited:
        return ""
    if page.place is not None:
        return tr("The place that fits the answer best is marked.")
    return tr("No single sentence of this page clearly fits the answer.")


def _utf16(text: str, at: int) -> int:
    """Qt counts characters beyond the first 65,536 twice."""
    return at + sum(ord(letter) > 0xFFFF for letter in text[:at])


def _label(label: str) -> str:
    """`slide 3`, `Sales 2026, rows 1-40`: what stands before the comma is the document's own."""
    before, comma, kind = label.rpartition(", ")
    return before + comma + translated(kind)
