"""One of several, from a list that opens: a combo box drawn like the fields around it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPalette, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from ui.glyphs import draw


class ChoiceBox(QComboBox):
    """`name` is what a screen reader says before the choice."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    def sizeHint(self) -> QSize:
        return QSize(160, self.fontMetrics().height() + 16)

    def minimumSizeHint(self) -> QSize:
        return QSize(90, self.sizeHint().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # whoever scrolls by changes nothing

    def paintEvent(self, event: QPaintEvent) -> None:
        palette, role = QGuiApplication.palette(), QPalette.ColorRole
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.hasFocus()
        painter.setPen(QPen(palette.color(role.Link if focused else role.Dark), 2 if focused else 1))
        painter.setBrush(palette.color(role.Midlight if self.underMouse() else role.Base))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        ink = palette.color(role.WindowText if self.isEnabled() else role.PlaceholderText)
        painter.setPen(ink)
        box = self.rect().adjusted(12, 0, -30, 0)
        words = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
        draw(painter, "open", QRectF(self.width() - 24, (self.height() - 12) / 2, 12, 12), ink)
