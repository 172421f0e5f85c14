"""A small plot of how fast the last answers were written: one bar an answer, the newest at the right.

Painted with the palette's own colours, so that it follows the scheme and high contrast. What it shows stands in
words beside it (`speeds_in_words`), which is also what a screen reader says of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.diagnostics_values import Speed
from ui.style import GAP, scaled
from ui.words import decimal, number, speed, tr

SLOTS = 30
_HEIGHT = 132
_MOST_BAR = 22.0


class SpeedPlot(QWidget):
    """Bars from the bottom up to `top` tokens a second; the running answer's is an outline."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._speeds: tuple[Speed, ...] = ()
        self.top = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._dress()
        self.show_speeds(())

    def show_speeds(self, speeds: Sequence[Speed]) -> None:
        """Show the last `SLOTS` of these, oldest first."""
        self._speeds = tuple(speeds[-SLOTS:])
        self.top = round_up(max((each.per_second for each in self._speeds), default=0.0))
        self.setAccessibleName(tr("Speed of the last answers"))
        self.setAccessibleDescription(speeds_in_words(self._speeds))
        self.update()

    def bars(self) -> list[QRectF]:
        """Where each bar stands, oldest first."""
        box = self._box()
        step = box.width() / SLOTS
        width = min(_MOST_BAR, 0.7 * step)
        left = box.right() - step * len(self._speeds)
        heights = [max(2.0, box.height() * each.per_second / self.top) for each in self._speeds]
        return [
            QRectF(left + step * i + (step - width) / 2, box.bottom() - height, width, height)
            for i, height in enumerate(heights)
        ]

    def sizeHint(self) -> QSize:
        return QSize(320, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, _HEIGHT)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._dress()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, role = QGuiApplication.palette(), QPalette.ColorRole
        box, quiet = self._box(), palette.color(role.PlaceholderText)
        for part in (0.0, 0.5, 1.0):
            y = round(box.bottom() - part * box.height()) + 0.5
            painter.setPen(QPen(palette.color(role.Mid), 1))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(quiet)
            label = QRectF(0, y - 12, box.left() - GAP, 24)
            words = figure(part * self.top)
            painter.drawText(label, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        accent = palette.color(role.Link)
        for each, bar in zip(self._speeds, self.bars(), strict=True):
            round_ = min(3.0, bar.width() / 2)
            if each.is_running:
                painter.setPen(QPen(accent, 1.5, Qt.PenStyle.DashLine))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(bar.adjusted(0.75, 0.75, -0.75, -0.75), round_, round_)
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(accent)
                painter.drawRoundedRect(bar, round_, round_)

    def _box(self) -> QRectF:
        """Where bars stand: right of the figures, half a line of which stands above and below."""
        widest = max(
            self.fontMetrics().horizontalAdvance(figure(part * self.top)) for part in (0.0, 0.5, 1.0)
        )
        edge = self.fontMetrics().height() / 2 + 1
        return QRectF(self.rect()).adjusted(widest + GAP, edge, -1, -edge)

    def _dress(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setFont(scaled(parent.font(), 0.8))


def round_up(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15 …, so that the figures at the side are round."""
    if value <= 1:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if value <= step * power)


def figure(value: float) -> str:
    """`0`, `2.5`, `50`."""
    return number(round(value)) if value == round(value) else decimal(value)


def speeds_in_words(speeds: Sequence[Speed]) -> str:
    """What the plot shows, for those who read."""
    done = [each for each in speeds if not each.is_running]
    running = [each for each in speeds if each.is_running]
    if not speeds:
        return tr("Nothing has been answered since Chorale was started.")
    said = []
    if running:
        said.append(tr("Now {speed}.").format(speed=speed(running[-1].per_second)))
    if len(done) == 1:
        said.append(tr("The last answer: {speed}.").format(speed=speed(done[-1].per_second)))
    elif done:
        rates = [each.per_second for each in done]
        words = tr("The last {count} answers: {slowest} to {fastest} tokens/s, the newest {newest}.")
        said.append(
            words.format(
                count=number(len(done)),
                slowest=_plain(min(rates)),
                fastest=_plain(max(rates)),
                newest=_plain(rates[-1]),
            )
        )
    reading = next((each.read_per_second for each in reversed(done) if each.read_per_second), None)
    if reading is not None:
        said.append(tr("The prompt was last read at {speed}.").format(speed=speed(reading)))
    return " ".join(said)


def _plain(value: float) -> str:
    return decimal(value) if value < 100 else number(round(value))
