"""The strip at the bottom: where the model runs, how fast, and how much of its context is used."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.context_room import Room
from runtime.events import EngineReady
from ui.elided_label import ElidedLabel
from ui.style import MARGIN, scaled
from ui.words import number, speed, tokens, tr


class StatusStrip(QWidget):
    """Device and kernel at the left, speed and context at the right; what is unknown is left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.device = ElidedLabel("", self)
        self.speed = QLabel(self)
        self.context = QLabel(self)
        self.meter = _Meter(self)
        self._length = 0
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MARGIN, 6, MARGIN, 6)
        layout.setSpacing(10)
        layout.addWidget(self.device, 1)
        layout.addWidget(self.speed)
        layout.addSpacing(10)
        layout.addWidget(self.context)
        layout.addWidget(self.meter)
        for label in (self.speed, self.context):
            label.setProperty("kind", "quiet")
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._dress()
        self.say(tr("Starting…"))
        self.show_speed(None)
        self.show_context(0)

    def say(self, words: str) -> None:
        """Show `words` where the device stands."""
        self.device.setText(words)

    def show_ready(self, ready: EngineReady) -> None:
        """The model is loaded: show where it runs."""
        self._length = ready.context_length
        kind = ready.device.kind.value.upper()
        name = ready.device.name
        device = name if name.upper().startswith(kind) else f"{kind} · {name}"
        self.say(tr("{device} · {kernel} kernel").format(device=device, kernel=ready.kernel))
        self.show_context(0)

    def show_speed(self, tokens_per_second: float | None) -> None:
        self.speed.setText(speed(tokens_per_second) if tokens_per_second else "")

    def show_context(self, used: int) -> None:
        """`used` tokens of the context are taken."""
        known = self._length > 0
        self.context.setVisible(known)
        self.meter.setVisible(known)
        if known:
            words = tr("Context {used} of {length}")
            self.context.setText(words.format(used=number(used), length=number(self._length)))
            self.meter.set_part(used / self._length)

    def show_room(self, room: Room | None) -> None:
        """What the conversation takes of the context; unknown before a model is loaded."""
        if room is None:
            self.context.setToolTip("")
            return
        self._length = room.limit
        self.show_context(room.used)
        words = tr("Context {used} of {length} · {free} free")
        figures = {"used": number(room.used), "length": number(room.limit), "free": number(room.free)}
        self.context.setText(words.format(**figures))
        self.context.setToolTip(room_words(room))
        self.context.setAccessibleDescription(room_words(room))
        self.meter.set_part(room.used / room.limit, room.cached / room.limit)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._dress()

    def _dress(self) -> None:
        for label in (self.device, self.speed, self.context):
            label.setFont(scaled(self.font(), 0.86))

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(0, 0, self.width(), 1, self.palette().mid())


class _Meter(QWidget):
    """A short bar; the words beside it say the same."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._part = self._kept = 0.0
        self.setFixedSize(QSize(56, 8))

    def set_part(self, part: float, kept: float = 0.0) -> None:
        """`part` of the context is used; `kept` of it is in memory and need not be read again."""
        self._part = min(1.0, max(0.0, part))
        self._kept = min(self._part, max(0.0, kept))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(0, 2, self.width(), 4)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1))  # hollow: a line can be black
        painter.drawRoundedRect(box.adjusted(0.5, 0, -0.5, 0), 2, 2)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._part > 0:
            painter.setBrush(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawRoundedRect(QRectF(0, 2, max(4.0, box.width() * self._part), 4), 2, 2)
        if self._kept > 0:
            painter.setBrush(self.palette().color(QPalette.ColorRole.Link))
            painter.drawRoundedRect(QRectF(0, 2, max(4.0, box.width() * self._kept), 4), 2, 2)


def room_words(room: Room) -> str:
    """What takes the context, part by part."""
    parts = [
        tr("Questions and answers: {count}").format(count=tokens(room.talk)),
        tr("Instructions and tools: {count}").format(count=tokens(room.instructions)),
    ]
    if room.documents:
        parts.append(tr("Attached files: {count}").format(count=tokens(room.documents)))
    parts.append(tr("Kept in memory, not to be read again: {count}").format(count=tokens(room.cached)))
    parts.append(tr("Free: {count}").format(count=tokens(room.free)))
    if room.left_out:
        parts.append(
            tr("Questions and answers the model is no longer told: {count}").format(count=room.left_out)
        )
    return "\n".join(parts)
