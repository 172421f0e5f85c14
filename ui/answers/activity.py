"""The line that stands where an answer will begin: reading the prompt, thinking, running a tool."""

from __future__ import annotations

import time

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from ui.answers.voices import Voice, Voices, plain_name
from ui.load_words import load_part, load_words
from ui.motion import is_reduced
from ui.words import number, tr

HEIGHT = 40


class Activity(QWidget):
    """Says what the model does while there is no answer to read yet."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.words = ""
        self._brief = ""  # the same without what the header says, too
        self._part: float | None = None  # of the prompt that is read, or the model that is loaded

    def refresh(self, voices: Voices) -> None:
        """Say what goes on in `voices` now."""
        prompt = voices.prompt
        self._part, self._brief = None, ""
        if voices.awaits:
            self.words = tr("Loading {name}").format(name=voices.awaits)
            if voices.load is not None:
                self._brief = load_words(voices.load)
                self.words += f" · {self._brief}"
            self._part = load_part(voices.load)
        elif prompt is not None and prompt.total:
            done, total = number(prompt.done), number(prompt.total)
            self.words = tr("Reading {done} of {total} tokens").format(done=done, total=total)
            self._part = prompt.done / prompt.total
        elif voices.task:
            self.words = voices.task
        elif voices.running_tool:
            self.words = tr("Running {tool}").format(tool=plain_name(voices.running_tool))
        elif voices.speaking is Voice.ANALYSIS:
            self.words = tr("Thinking")
        elif voices.speaking is Voice.COMMENTARY:
            self.words = tr("Calling a tool") if _calls(voices) else tr("Working")
        else:
            self.words = tr("Starting")
        self.setAccessibleName(self.words)
        self.update()

    def shown_in(self, room: int) -> str:
        """The words, or where so many pixels are not enough, the most of them that makes sense."""
        metrics = self.fontMetrics()
        if self._brief and metrics.horizontalAdvance(self.words) > room:
            return metrics.elidedText(self._brief, Qt.TextElideMode.ElideRight, room)
        return metrics.elidedText(self.words, Qt.TextElideMode.ElideRight, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        quiet = palette.color(QPalette.ColorRole.PlaceholderText)
        accent = palette.color(QPalette.ColorRole.Link)
        beat = 0 if is_reduced() else int(time.monotonic() * 3) % 3
        painter.setPen(Qt.PenStyle.NoPen)
        for i in range(3):
            dot = QColor(accent)
            dot.setAlphaF(1.0 if i == beat else 0.35)
            painter.setBrush(dot)
            painter.drawEllipse(QRectF(1 + i * 9, 9, 5, 5))
        painter.setPen(quiet)
        line = QRectF(38, 0, self.width() - 38, 23)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, self.shown_in(int(line.width())))
        if self._part is not None:
            width = min(260, self.width())
            painter.fillRect(QRectF(0, 31, width, 3), palette.color(QPalette.ColorRole.Light))
            painter.fillRect(QRectF(0, 31, width * self._part, 3), accent)


def _calls(voices: Voices) -> bool:
    return voices.parts[-1].called_tool is not None
