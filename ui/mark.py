"""Chorale's mark: three voices, three lines of different length on one ground. Drawn, so it is always sharp."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPaintEvent, QPalette, QPixmap
from PySide6.QtWidgets import QWidget

from ui.style import LIGHT

_LINES = ((5.0, 0.55, 9.0), (10.25, 1.0, 14.0), (15.5, 0.75, 6.5))  # top, opacity, length, on a grid of 24
_ICON_SIZES = (16, 24, 32, 48, 64, 128, 256)


def draw_mark(painter: QPainter, box: QRectF, ground: QColor, ink: QColor) -> None:
    """Draw the mark into `box`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.translate(box.topLeft())
    painter.scale(box.width() / 24, box.height() / 24)
    painter.setBrush(ground)
    painter.drawRoundedRect(QRectF(0, 0, 24, 24), 6.5, 6.5)
    for top, opacity, length in _LINES:
        line = QColor(ink)
        line.setAlphaF(opacity)
        painter.setBrush(line)
        painter.drawRoundedRect(QRectF(5, top, length, 3.5), 1.75, 1.75)
    painter.restore()


def window_icon() -> QIcon:
    """The mark as the window's icon, in every size a desktop asks for."""
    icon = QIcon()
    for size in _ICON_SIZES:
        picture = QPixmap(size, size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        draw_mark(painter, QRectF(0, 0, size, size), QColor(LIGHT.accent), QColor(LIGHT.on_accent))
        painter.end()
        icon.addPixmap(picture)
    return icon


class Mark(QWidget):
    """The mark on a page."""

    def __init__(self, side: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(QSize(side, side))

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = QGuiApplication.palette()
        ground, ink = palette.color(QPalette.ColorRole.Link), palette.color(QPalette.ColorRole.BrightText)
        draw_mark(QPainter(self), QRectF(self.rect()), ground, ink)
