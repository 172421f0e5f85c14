"""One line of text that ends in an ellipsis where there is no room for all of it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QWidget

from ui.style import quiet_colour

LEAST = 72


class ElidedLabel(QLabel):
    """A label that may be made narrower than its text; the whole text is then its tooltip."""

    def __init__(self, text: str = "", parent: QWidget | None = None, *, is_quiet: bool = True) -> None:
        super().__init__(text, parent)
        self._is_quiet = is_quiet
        self.setTextFormat(Qt.TextFormat.PlainText)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())  # below `LEAST` it shows nothing

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        if self.width() < LEAST and shown != self.text():
            return  # two letters and an ellipsis tell nobody anything
        painter = QPainter(self)
        painter.setPen(
            quiet_colour() if self._is_quiet else self.palette().color(QPalette.ColorRole.WindowText)
        )
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, shown)
