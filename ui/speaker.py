"""Reads an answer to a screen reader while it is written: sentence by sentence, politely, and never in a flood.

Nothing is said while nobody listens. The reasoning is read only where its pane is open; else one word tells that
the model thinks. What is said waits here and not in the screen reader, so that a stop, or another question, ends
it at once. Read next: `ui.spoken`, which cuts, and `ui.announce`.
"""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from runtime.events import StopReason
from ui.announce import announce, is_listening
from ui.answers.voices import Voice, Voices, plain_name
from ui.sentences import translated
from ui.spoken import Sentences
from ui.words import tr

LEAST_MS = 1000  # between two announcements
MS_PER_LETTER = 25  # screen readers are often set to speak about that fast
MOST_LETTERS = 240  # at once, unless one sentence is longer


class Speaker(QObject):
    """Follows the answer that is being written.

    Attributes:
        waiting: what has yet to be said.
    """

    def __init__(self, widget: QWidget) -> None:
        """`widget` is what the words are about."""
        super().__init__(widget)
        self._widget = widget
        self.waiting: deque[str] = deque()
        self._voices: Voices | None = None
        self._final, self._analysis = Sentences(), Sentences()
        self._doing = ""
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._say_next)

    def follow(self, voices: Voices, *, is_thinking_open: bool) -> None:
        """The answer has grown."""
        if not is_listening():
            return
        if voices is not self._voices:
            self.forget()
            self._voices = voices
            self._final, self._analysis, self._doing = Sentences(), Sentences(), ""
        self._tell_doing(voices)
        thought = self._analysis.take(voices.text(Voice.ANALYSIS), voices.speaking is not Voice.ANALYSIS)
        if is_thinking_open:
            self.waiting.extend(thought)
        self.waiting.extend(self._final.take(voices.text(Voice.FINAL), voices.finished))
        self._say_next()

    def end(self, voices: Voices, *, is_thinking_open: bool) -> None:
        """No more comes: say the rest, and how it ended. After a stop, or if it broke off, only that."""
        reason = voices.ended.reason if voices.ended is not None else None
        if voices.failure or reason is StopReason.CANCELLED:
            self.forget()
            self._final.take(voices.text(Voice.FINAL))
            announce(self._widget, translated(voices.failure) or tr("Stopped."), at_once=True)
            return
        self.follow(voices, is_thinking_open=is_thinking_open)
        if is_listening():
            cut = reason is StopReason.LENGTH
            words = tr("Cut off here: there is no room for more tokens.") if cut else tr("Answer finished")
            self.waiting.append(words)
            self._say_next()

    def forget(self) -> None:
        """Say nothing more of it."""
        self.waiting.clear()
        self._pause.stop()

    def _tell_doing(self, voices: Voices) -> None:
        """Say once what goes on before and between answers."""
        doing = ""
        if voices.running_tool:
            doing = tr("Running {tool}").format(tool=plain_name(voices.running_tool))
        elif voices.speaking is Voice.ANALYSIS:
            doing = tr("Thinking")
        if doing and doing != self._doing:
            self.waiting.append(doing)
        self._doing = doing or self._doing

    def _say_next(self) -> None:
        if self._pause.isActive() or not self.waiting:
            return
        words = self.waiting.popleft()
        while self.waiting and len(words) + len(self.waiting[0]) < MOST_LETTERS:
            words = f"{words}\n{self.waiting.popleft()}"
        announce(self._widget, words)
        self._pause.start(max(LEAST_MS, len(words) * MS_PER_LETTER))
