"""What says that the conversation goes on below: a veil over its lower edge, and the button that goes there."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from ui.glyphs import GlyphTextButton
from ui.words import tr

VEIL = 20  # pixels high


class MoreBelow:
    """The veil and the button `jump`, shown together over the lower edge of `parent`."""

    def __init__(self, parent: QWidget) -> None:
        self._veil = _Veil(parent)
        self.jump = GlyphTextButton("down", tr("Jump to latest"), parent, kind="plain")
        self.jump.hide()

    def place(self, area: QRect, visible: bool) -> None:
        """Stand at the lower edge of `area`, or go."""
        self._veil.setVisible(visible)
        self._veil.setGeometry(area.left(), area.bottom() + 1 - VEIL, area.width(), VEIL)
        size = self.jump.sizeHint()
        left = area.left() + (area.width() - size.width()) // 2
        self.jump.setGeometry(left, area.bottom() - size.height() - 12, size.width(), size.height())
        self.jump.setVisible(visible)
        self.jump.raise_()


class _Veil(QWidget):
    """From clear at the top to the page's colour at the bottom; the pointer goes through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = self.palette().color(QPalette.ColorRole.Window)
        clear = QColor(colour)
        clear.setAlpha(0)
        veil = QLinearGradient(0, 0, 0, self.height())
        veil.setColorAt(0, clear)
        veil.setColorAt(1, colour)
        QPainter(self).fillRect(self.rect(), veil)
