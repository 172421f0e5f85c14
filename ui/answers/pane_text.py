"""The text inside a voice's pane: it may be long, so it scrolls by itself, and it grows by appending.

While it stands at its end it follows what is added; anywhere else it stays where the reader is.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import (
    QFont,
    QPalette,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QTextBrowser, QWidget

from ui.answers.text_view import TextView
from ui.style import mono_font, scaled

LINE_DISTANCE = 0.34  # of the font's size, between lines


class PaneText(TextView):
    """Quiet text with a scroll bar when it is taller than it may be."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._shown = ""
        self._tall = False

    def set_plain(self, text: str) -> None:
        """Show `text` as it is; only what is new is added when it begins with what stands here."""
        if text == self._shown:
            return
        bar = self.verticalScrollBar()
        following = bar.value() >= bar.maximum() - 2
        cursor = QTextCursor(self.document())
        if self._shown and text.startswith(self._shown):
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(text[len(self._shown) :])
        else:
            self.clear()
            self.has_boxes = False
            cursor.setBlockFormat(_paragraph(self.font()))
            cursor.setBlockCharFormat(QTextCharFormat())
            cursor.insertText(text)
        self._shown = text
        if following:
            bar.setValue(bar.maximum())

    def begin(self) -> QTextCursor:
        """Empty the text and give a cursor to write with (`paragraph`, `code`)."""
        self._shown = ""
        self.has_boxes = True
        self.clear()
        return QTextCursor(self.document())

    def paragraph(self, cursor: QTextCursor, text: str, weight: QFont.Weight, quiet: bool, top: int) -> None:
        """Write a paragraph of plain text."""
        form = _paragraph(self.font())
        form.setTopMargin(top)
        letters = QTextCharFormat()
        letters.setFontWeight(weight)
        if quiet:
            letters.setForeground(self.palette().color(QPalette.ColorRole.PlaceholderText))
            letters.setFontPointSize(scaled(self.font(), 0.92).pointSizeF())
        self._write(cursor, form, letters, text)

    def code(self, cursor: QTextCursor, text: str) -> None:
        """Write lines of code in a box."""
        letters = self._code_letters()
        lines = text.split("\n")
        for i, line in enumerate(lines):
            self._write(cursor, _code_line(i == 0, i == len(lines) - 1), letters, line)

    def more(self, text: str) -> None:
        """Write on at the end, where a paragraph or code stands; what is there is not touched."""
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if not cursor.blockFormat().hasProperty(QTextFormat.Property.BlockCodeFence):
            cursor.insertText(text, cursor.blockCharFormat())
            return
        letters = self._code_letters()
        first, *lines = text.split("\n")
        cursor.insertText(first, letters)
        if lines:
            cursor.setBlockFormat(_code_line(cursor.blockFormat().topMargin() > 0, False))
        for i, line in enumerate(lines):
            self._write(cursor, _code_line(False, i == len(lines) - 1), letters, line)

    def _code_letters(self) -> QTextCharFormat:
        mono = mono_font(self.font())
        letters = QTextCharFormat()
        letters.setFontFamilies(mono.families())
        letters.setFontPointSize(mono.pointSizeF())
        return letters

    def _write(
        self, cursor: QTextCursor, form: QTextBlockFormat, letters: QTextCharFormat, text: str
    ) -> None:
        if self.document().isEmpty() and cursor.position() == 0 and cursor.block().userState() != 1:
            cursor.setBlockFormat(form)
            cursor.setBlockCharFormat(letters)
            cursor.block().setUserState(1)
        else:
            cursor.insertBlock(form, letters)
        cursor.insertText(text, letters)

    @property
    def bar_width(self) -> int:
        """What to make the widget wider than its text: the scroll bar stands beside the text."""
        return self.verticalScrollBar().sizeHint().width() if self._tall else 0

    def arrange_within(self, width: int, most: int) -> int:
        """Lay the text out `width` wide; its height, at most `most`."""
        height = self.arrange(width)
        self._tall = height > most
        return min(height, most)

    def sizeHint(self) -> QSize:
        return QSize(100, 20)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Past its ends the bar ignores the wheel, and the conversation scrolls on.
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()  # Qt would make this one text larger
        else:
            QTextBrowser.wheelEvent(self, event)


def _code_line(is_first: bool, is_last: bool) -> QTextBlockFormat:
    form = QTextBlockFormat()
    form.setProperty(QTextFormat.Property.BlockCodeFence, "`")
    form.setLeftMargin(10)
    form.setRightMargin(10)
    form.setTopMargin(10 if is_first else 0)
    form.setBottomMargin(10 if is_last else 0)
    return form


def _paragraph(font: QFont) -> QTextBlockFormat:
    form = QTextBlockFormat()
    distance = font.pointSizeF() * LINE_DISTANCE
    form.setLineHeight(distance, QTextBlockFormat.LineHeightTypes.LineDistanceHeight.value)
    return form
