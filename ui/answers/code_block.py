"""A fenced code block: a box with its language, a copy button, and lines that scroll rather than wrap.

Read next: `ui.answers.highlight`, which colours it.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QWidget

from ui.answers.highlight import CodeColours, Highlighter, theme
from ui.glyphs import GlyphButton
from ui.style import mono_font, scaled
from ui.words import tr

HEADER = 34
PADDING = 14
COPIED_MS = 1500
SCROLL_BAR = 18  # with some room above it


class CodeBlock(QWidget):
    """Code of one language; `set_code` may be called again and again while the code still grows."""

    def __init__(self, language: str, code: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._code = ""
        self._label = QLabel(language or tr("code"), self)
        self._label.setProperty("kind", "quiet")
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._text = _CodeText(self)
        name = tr("Code, {language}").format(language=language) if language else tr("Code")
        self._text.setAccessibleName(name)
        self._highlighter = Highlighter(self._text.document(), language, self)
        self._copy = GlyphButton("copy", tr("Copy code"), self)
        self._copy.clicked.connect(self.copy)
        self._copied = QTimer(self, singleShot=True, interval=COPIED_MS)
        self._copied.timeout.connect(lambda: self._copy.rename("copy", tr("Copy code")))
        self._dress()
        self.set_code(code)

    @property
    def highlighter(self) -> Highlighter:
        """What colours the code."""
        return self._highlighter

    @property
    def code(self) -> str:
        return self._code

    def set_code(self, code: str) -> None:
        """Show `code`; what is there already stays, with its selection, if `code` only adds to it."""
        if code == self._code:
            return
        if self._code and code.startswith(self._code):
            cursor = QTextCursor(self._text.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertText(code[len(self._code) :])
        else:
            self._text.setPlainText(code)
        self._code = code
        self._highlighter.set_code(code, self._colours())

    def copy(self) -> None:
        """Put the code on the clipboard."""
        QGuiApplication.clipboard().setText(self._code)
        self._copy.rename("done", tr("Copied"))
        self._copied.start()

    def arrange(self, width: int) -> int:
        """Place everything, `width` pixels wide; the height it needs."""
        self._label.setGeometry(PADDING, 0, width - 2 * PADDING - 32, HEADER)
        self._copy.setGeometry(width - 32, 3, 28, 28)
        text = self._text
        height = math.ceil(text.document().blockCount() * text.line_height())
        longest = text.document().size().width()
        too_long = longest > width - PADDING - 4
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOn if too_long else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        text.setHorizontalScrollBarPolicy(policy)
        if too_long:
            height += SCROLL_BAR
        text.setGeometry(PADDING, HEADER + 2, width - PADDING - 4, height)
        return HEADER + 2 + height + 10

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._dress()
        elif event.type() == QEvent.Type.PaletteChange:
            self._highlighter.repaint(self._colours())

    def _colours(self) -> CodeColours:
        return theme(self.palette().color(QPalette.ColorRole.AlternateBase))

    def _dress(self) -> None:
        self._text.setFont(mono_font(self.font()))
        self._label.setFont(scaled(self.font(), 0.86))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setBrush(palette.color(QPalette.ColorRole.AlternateBase))
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        if self._text.hasFocus():
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Link), 2.5))
            box.adjust(1, 1, -1, -1)
        painter.drawRoundedRect(box, 10, 10)


class _CodeText(QPlainTextEdit):
    """The lines: read-only, no wrapping; only sideways scrolling is its own."""

    def __init__(self, block: QWidget) -> None:
        super().__init__(block)
        self._block = block
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.setUndoRedoEnabled(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    def line_height(self) -> float:
        """Height of one line, in pixels; a font's own metrics are a fraction off."""
        return self.blockBoundingRect(self.document().firstBlock()).height()

    def sizeHint(self) -> QSize:
        return QSize(100, 20)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if abs(event.angleDelta().x()) > abs(event.angleDelta().y()):
            super().wheelEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._block.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._block.update()
