"""Reads a text aloud, sentence by sentence, with the voice of this PC: one at a time, and silent at once when told.

    read_aloud.start(about, markdown)      # `about` is whatever the text belongs to
    read_aloud.about                       # None when it has been read, or was stopped

Which sentences there are is as a screen reader is told (`ui.spoken`): no signs of Markdown, a word for code and
tables. The PC is asked for its voice at the first wish, never at the start. Read next: `ui.system_speech`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QLocale, QObject, Signal, SignalInstance

from ui import system_speech
from ui.spoken import sentences_of
from ui.words import locale


class SpeechInterface(Protocol):
    """What says a sentence; `ui.system_speech.SystemSpeech` is one, with what its signals mean."""

    @property
    def said(self) -> SignalInstance: ...

    @property
    def failed(self) -> SignalInstance: ...

    def say(self, text: str) -> None: ...

    def stop(self) -> None: ...


Find = Callable[[QLocale, QObject], SpeechInterface | None]


class ReadAloud(QObject):
    """Reads.

    Signals:
        began(object), ended(object): of that `about`; `ended` whatever the reason was.
        failed: the voice of this PC did not work, and nothing is read any more.

    Attributes:
        about: what is being read, as it was given to `start`; None if nothing is.
    """

    began = Signal(object)
    ended = Signal(object)
    failed = Signal()

    def __init__(self, parent: QObject, find: Find | None = None) -> None:
        """`find` looks for a voice, once; by default `ui.system_speech.find_speech`."""
        super().__init__(parent)
        self.about: object | None = None
        self._find = find
        self._was_asked = False
        self._speech: SpeechInterface | None = None
        self._waiting: deque[str] = deque()

    def is_offered(self) -> bool:
        """Whether there is a voice, as far as can be told without waiting."""
        return self._speech is not None if self._was_asked else system_speech.is_likely()

    def is_possible(self) -> bool:
        """Whether there is a voice. The first time, the PC is asked, which may take a while (`find_speech`)."""
        if not self._was_asked:
            self._was_asked = True
            self._speech = (self._find or system_speech.find_speech)(locale(), self)
            if self._speech is not None:
                self._speech.said.connect(self._say_next)
                self._speech.failed.connect(self._give_up)
        return self._speech is not None

    def start(self, about: object, markdown: str) -> None:
        """Read `markdown`, in place of what is read now; nothing where there is no voice or nothing to say."""
        self.stop()
        said = sentences_of(markdown)
        if not said or not self.is_possible():
            return
        self._waiting.extend(said)
        self.about = about
        self.began.emit(about)
        self._say_next()

    def stop(self) -> None:
        """Read no more."""
        if self._speech is not None and self.about is not None:
            self._speech.stop()
            self._end()

    def _say_next(self) -> None:
        if self._speech is None or self.about is None:
            return
        if self._waiting:
            self._speech.say(self._waiting.popleft())
        else:
            self._end()

    def _give_up(self) -> None:
        if self.about is not None:
            self._end()
            self.failed.emit()

    def _end(self) -> None:
        about, self.about = self.about, None
        self._waiting.clear()
        self.ended.emit(about)
