"""What the person said: plain text in a quiet box at the right. A very long one is folded."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QPushButton, QWidget

from ui.style import READING_WIDTH, SIDE_GAP, SIDE_WIDTH, WIDE
from ui.text_view import TextView
from ui.words import tr

FOLD_CHARACTERS = 3000
FOLD_LINES = 30
PADDING = 14
SHARE = 0.84  # of the column, at most


class QuestionView(QWidget):
    """Shows one message of the person.

    Signals:
        resized: it needs another height.
    """

    resized = Signal()

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._whole = text
        self._short = fold(text)
        self._box = QRectF()
        self.text = TextView(self)
        self.text.setAccessibleName(tr("You"))
        self.text.has_boxes = False
        self.more = QPushButton(tr("Show all"), self)
        self.more.setProperty("kind", "quiet")
        self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.more.setVisible(len(self._short) < len(text))
        self.more.clicked.connect(self.unfold)
        self._write(self._short)

    def unfold(self) -> None:
        """Show all of a folded message."""
        self.more.hide()
        self._write(self._whole)
        self.resized.emit()

    def arrange(self, width: int) -> int:
        """Place everything, `width` pixels wide; the height it needs."""
        column = min(READING_WIDTH, width - SIDE_GAP - SIDE_WIDTH) if width >= WIDE else width
        most = int(column * SHARE) - 2 * PADDING
        self.text.arrange(most)
        used = min(most, int(self.text.document().idealWidth()) + 2)
        height = self.text.arrange(used)
        below = 0 if self.more.isHidden() else self.more.sizeHint().height() + 4
        if below:
            used = max(used, self.more.sizeHint().width())
        left = column - used - 2 * PADDING
        self._box = QRectF(left, 0, used + 2 * PADDING, height + below + 2 * PADDING - 10)
        self.text.setGeometry(left + PADDING, PADDING - 3, used, height)
        self.more.setGeometry(left + PADDING - 10, PADDING + height, self.more.sizeHint().width(), below)
        self.update()
        return int(self._box.height())

    def _write(self, text: str) -> None:
        self.text.clear()
        cursor = QTextCursor(self.text.document())
        form = QTextBlockFormat()
        distance = self.font().pointSizeF() * 0.4
        form.setLineHeight(distance, QTextBlockFormat.LineHeightTypes.LineDistanceHeight.value)
        cursor.setBlockFormat(form)
        cursor.insertText(text)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.text.setFont(self.font())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.AlternateBase))
        painter.drawRoundedRect(self._box, 14, 14)


def fold(text: str) -> str:
    """`text`, or its beginning if it is very long."""
    if len(text) <= FOLD_CHARACTERS and text.count("\n") <= FOLD_LINES:
        return text
    lines = text[:FOLD_CHARACTERS].split("\n")[:FOLD_LINES]
    return "\n".join(lines).rstrip() + " …"
