"""Buttons with a drawn sign: a few strokes on a grid of 16, in the colour of the button's text.

Drawn rather than loaded, so that they are sharp at every scale and follow the palette by themselves.
Read next: `ui.style`, which dresses the buttons by their property `kind`.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPainterPath, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QPushButton,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QToolButton,
    QWidget,
)


def _lines(*strokes: tuple[tuple[float, float], ...]) -> QPainterPath:
    path = QPainterPath()
    for stroke in strokes:
        path.moveTo(*stroke[0])
        for point in stroke[1:]:
            path.lineTo(*point)
    return path


def _copy() -> QPainterPath:
    path = _lines(((10.5, 5.5), (10.5, 2.5), (2.5, 2.5), (2.5, 10.5), (5.5, 10.5)))
    path.addRoundedRect(QRectF(5.5, 5.5, 8, 8), 1.5, 1.5)
    return path


def _again() -> QPainterPath:
    path = QPainterPath()
    path.arcMoveTo(QRectF(2.5, 2.5, 11, 11), 20)
    path.arcTo(QRectF(2.5, 2.5, 11, 11), 20, 300)
    path.addPath(_lines(((13.6, 2.6), (13.4, 6.4), (9.8, 5.8))))
    return path


def _stop() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(4, 4, 8, 8), 1.5, 1.5)
    return path


def _warning() -> QPainterPath:
    path = _lines(((8, 2.2), (14.4, 13.4), (1.6, 13.4), (8, 2.2)), ((8, 6.4), (8, 9.6)))
    path.addEllipse(QPointF(8, 11.5), 0.4, 0.4)
    return path


def _clip() -> QPainterPath:
    path = QPainterPath(QPointF(13.4, 7.4))
    path.lineTo(7.8, 13.0)
    path.cubicTo(5.0, 15.6, 0.8, 11.4, 3.4, 8.6)
    path.lineTo(9.2, 2.8)
    path.cubicTo(11.0, 1.2, 13.8, 4.0, 12.1, 5.8)
    path.lineTo(6.7, 11.1)
    path.cubicTo(5.7, 12.0, 4.3, 10.6, 5.2, 9.6)
    path.lineTo(9.8, 5.0)
    return path


def _file() -> QPainterPath:
    path = _lines(((9.5, 1.8), (3.2, 1.8), (3.2, 14.2), (12.8, 14.2), (12.8, 5.2), (9.5, 1.8)))
    path.addPath(_lines(((9.3, 2), (9.3, 5.4), (12.6, 5.4)), ((5.6, 8.4), (10.4, 8.4)), ((5.6, 11), (9, 11))))
    return path


def _chat() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(2, 2.5, 12, 8.5), 2, 2)
    path.addPath(_lines(((5, 11), (5, 14), (8, 11))))
    return path


def _models() -> QPainterPath:
    path = _lines(((2, 5), (8, 2), (14, 5), (8, 8), (2, 5)))
    path.addPath(_lines(((2, 8), (8, 11), (14, 8)), ((2, 11), (8, 14), (14, 11))))
    return path


def _dots() -> QPainterPath:
    path = QPainterPath()
    for x in (3.2, 8.0, 12.8):
        path.addEllipse(QPointF(x, 8), 1.3, 1.3)
    return path


def _side() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(1.8, 2.8, 12.4, 10.4), 2, 2)
    path.addPath(_lines(((6.2, 2.8), (6.2, 13.2))))
    return path


def _search() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(7, 7), 4.4, 4.4)
    path.addPath(_lines(((10.3, 10.3), (13.8, 13.8))))
    return path


def _pin() -> QPainterPath:
    path = _lines(((5.4, 2.4), (10.6, 2.4)), ((6.2, 2.4), (6.2, 6.6), (4.2, 9.2), (11.8, 9.2), (9.8, 6.6)))
    path.addPath(_lines(((9.8, 6.6), (9.8, 2.4)), ((8, 9.2), (8, 14))))
    return path


def _folder() -> QPainterPath:
    return _lines(((1.8, 12.8), (1.8, 3.4), (6.2, 3.4), (7.8, 5.2), (14.2, 5.2), (14.2, 12.8), (1.8, 12.8)))


def _edit() -> QPainterPath:
    return _lines(
        ((2.6, 13.4), (3.2, 10.4), (11, 2.6), (13.4, 5), (5.6, 12.8), (2.6, 13.4)), ((9.4, 4.2), (11.8, 6.6))
    )


def _trash() -> QPainterPath:
    path = _lines(((2.6, 4.2), (13.4, 4.2)), ((6, 4.2), (6, 2.2), (10, 2.2), (10, 4.2)))
    path.addPath(
        _lines(
            ((4, 4.2), (4.6, 13.8), (11.4, 13.8), (12, 4.2)),
            ((6.7, 6.8), (6.9, 11.2)),
            ((9.3, 6.8), (9.1, 11.2)),
        )
    )
    return path


def _quote() -> QPainterPath:
    return _lines(
        ((2.4, 3), (2.4, 13)), ((5.6, 4.4), (13.6, 4.4)), ((5.6, 8), (13.6, 8)), ((5.6, 11.6), (10.6, 11.6))
    )


def _sliders() -> QPainterPath:
    path = _lines(
        ((2, 4.6), (8.2, 4.6)), ((12.2, 4.6), (14, 4.6)), ((2, 11.4), (3.8, 11.4)), ((7.8, 11.4), (14, 11.4))
    )
    path.addEllipse(QPointF(10.2, 4.6), 2, 2)
    path.addEllipse(QPointF(5.8, 11.4), 2, 2)
    return path


def _prompt() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(2, 2.4, 12, 11.2), 2, 2)
    path.addPath(_lines(((9.6, 5), (6.4, 11))))
    return path


def _lock() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(3, 7, 10, 7), 1.6, 1.6)
    path.moveTo(5.2, 7)
    path.cubicTo(5.2, 1, 10.8, 1, 10.8, 7)
    return path


def _unkept() -> QPainterPath:
    path = _chat()
    path.addPath(_lines(((1.6, 14), (14.4, 1.6))))
    return path


GLYPHS: dict[str, Callable[[], QPainterPath]] = {
    "send": lambda: _lines(((8, 13), (8, 3)), ((3.8, 7.2), (8, 3), (12.2, 7.2))),
    "stop": _stop,
    "copy": _copy,
    "done": lambda: _lines(((3, 8.5), (6.5, 12), (13, 4.5))),
    "again": _again,
    "closed": lambda: _lines(((6, 4), (10, 8), (6, 12))),
    "open": lambda: _lines(((4, 6), (8, 10), (12, 6))),
    "new": lambda: _lines(((8, 3), (8, 13)), ((3, 8), (13, 8))),
    "down": lambda: _lines(((8, 3), (8, 13)), ((3.8, 8.8), (8, 13), (12.2, 8.8))),
    "warning": _warning,
    "pulse": lambda: _lines(((1.5, 8.5), (4.5, 8.5), (6.5, 3), (9.5, 13), (11.5, 8.5), (14.5, 8.5))),
    "pause": lambda: _lines(((5.5, 3.5), (5.5, 12.5)), ((10.5, 3.5), (10.5, 12.5))),
    "resume": lambda: _lines(((4.5, 3), (12.5, 8), (4.5, 13), (4.5, 3))),
    "close": lambda: _lines(((4, 4), (12, 12)), ((12, 4), (4, 12))),
    "back": lambda: _lines(((10, 4), (6, 8), (10, 12))),
    "clip": _clip,
    "file": _file,
    "chat": _chat,
    "models": _models,
    "more": _dots,
    "side": _side,
    "search": _search,
    "pin": _pin,
    "folder": _folder,
    "edit": _edit,
    "trash": _trash,
    "quote": _quote,
    "sliders": _sliders,
    "prompt": _prompt,
    "lock": _lock,
    "unkept": _unkept,
}
_FILLED = {"stop", "more"}


def draw(painter: QPainter, glyph: str, box: QRectF, colour: QColor) -> None:
    """Draw `glyph` into `box`."""
    path = GLYPHS[glyph]()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / 16, box.height() / 16)
    if glyph in _FILLED:
        painter.fillPath(path, colour)
    else:
        pen = QPen(colour, 1.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(path, pen)
    painter.restore()


class GlyphButton(QToolButton):
    """A small button that shows only a sign; its name is its tooltip and what a screen reader says."""

    def __init__(self, glyph: str, name: str, parent: QWidget | None = None, kind: str = "quiet") -> None:
        super().__init__(parent)
        self._glyph = glyph
        self.setProperty("kind", kind)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.rename(glyph, name)

    @property
    def glyph(self) -> str:
        return self._glyph

    def rename(self, glyph: str, name: str) -> None:
        """Show another sign under another name."""
        self._glyph = glyph
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(28, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        side = 16.0 if min(self.width(), self.height()) >= 26 else 14.0
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        draw(painter, self._glyph, box, _ink(self))
        _ring(painter, self)


class GlyphTextButton(QPushButton):
    """A button with a sign before its text; where there is no room for words, the sign alone."""

    def __init__(self, glyph: str, text: str, parent: QWidget | None = None, kind: str = "quiet") -> None:
        super().__init__(text, parent)
        self._glyph = glyph
        self._has_words = True
        self.setProperty("kind", kind)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_glyph(self, glyph: str) -> None:
        """Show another sign."""
        self._glyph = glyph
        self.update()

    def show_words(self, are_shown: bool) -> None:
        """Show the text beside the sign, or the sign alone; its name stays."""
        if are_shown is not self._has_words:
            self._has_words = are_shown
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        whole = super().sizeHint() + QSize(20, 0)
        return whole if self._has_words else QSize(whole.height(), whole.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        text, option.text = option.text, ""
        if not self._has_words:
            side = QRectF((self.width() - 16) / 2, (self.height() - 16) / 2, 16, 16)
            painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
            draw(painter, self._glyph, side, _ink(self))
            _ring(painter, self)
            return
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        ink = _ink(self)
        text_width = self.fontMetrics().horizontalAdvance(text)
        left = (self.width() - text_width - 20) / 2
        draw(painter, self._glyph, QRectF(left, (self.height() - 14) / 2, 14, 14), ink)
        painter.setPen(ink)
        painter.drawText(
            QRectF(left + 20, 0, text_width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, text
        )
        _ring(painter, self)


class TextButton(QPushButton):
    """A button with words alone."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        _ring(QPainter(self), self)


def _ring(painter: QPainter, button: QAbstractButton) -> None:
    """On the accent no border stands out enough, so the main button has its ring inside, in its text's colour."""
    if button.property("kind") != "main" or not button.hasFocus():
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QGuiApplication.palette().color(QPalette.ColorRole.BrightText), 2))
    painter.drawRoundedRect(QRectF(button.rect()).adjusted(4, 4, -4, -4), 5, 5)


def _ink(button: QAbstractButton) -> QColor:
    # The application's palette: a stylesheet thins the quiet text of a widget's own.
    palette, role = QGuiApplication.palette(), QPalette.ColorRole
    if not button.isEnabled():
        return palette.color(QPalette.ColorGroup.Disabled, role.ButtonText)
    if button.property("kind") == "main":
        return palette.color(role.BrightText)
    plain = button.property("kind") == "plain"
    strong = plain or button.underMouse() or button.hasFocus()
    return palette.color(role.WindowText if strong else role.PlaceholderText)
