"""A table of an answer: as wide as its column, or scrolled sideways where that would break its words.

It scrolls by its bar, by the wheel, and by Left and Right once Tab has reached it. Read next: `ui.answers.text_view`.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QTextTable, QWheelEvent
from PySide6.QtWidgets import QTextBrowser, QWidget

from ui.answers.text_view import TextView

COLUMN = 150  # pixels that a column may have, if it needs them, before the table scrolls
STEP = 60  # pixels an arrow key scrolls
BAR = 14


class TableView(TextView):
    """Shows a document that is one table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.is_wide = False

    def arrange(self, width: int) -> int:
        """Lay the table out for a column `width` pixels wide; the height it needs."""
        needed = self._needed()
        self.is_wide = needed > width
        policy = (
            Qt.ScrollBarPolicy.ScrollBarAlwaysOn if self.is_wide else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        if policy != self.horizontalScrollBarPolicy():
            self.setHorizontalScrollBarPolicy(policy)
        height = super().arrange(max(width, needed))
        return height + (BAR if self.is_wide else 0)

    def _needed(self) -> int:
        """How wide the table has to be for its cells to be read."""
        document = self.document()
        document.setTextWidth(-1)
        tables = [frame for frame in document.rootFrame().childFrames() if isinstance(frame, QTextTable)]
        columns = max((table.columns() for table in tables), default=0)
        return min(int(document.idealWidth()) + 2, columns * COLUMN)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -STEP, Qt.Key.Key_Right: STEP}.get(Qt.Key(event.key()), 0)
        if step and self.is_wide and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() + step)
            event.accept()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if abs(event.angleDelta().x()) > abs(event.angleDelta().y()):
            QTextBrowser.wheelEvent(self, event)
        else:
            event.ignore()
