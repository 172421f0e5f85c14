"""One answer that was asked for: in which words, how it grows, and what it takes of the context meanwhile.

Read next: `ui.controller`, which runs one after the other, and `ui.answers.voices`, which grow.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from app.chat import ChatEvent
from runtime.events import PromptProgress, TurnEnded
from ui.answers.voices import Voices
from ui.services import TalkEvent


class AskedAnswer:
    """From the question to the end.

    Attributes:
        asked: what the person wrote for it, to be given back if it cannot be asked; empty for another answer.
        voices: what it says.
    """

    def __init__(self, asked: str, voices: Voices) -> None:
        self.asked, self.voices = asked, voices
        self._stopping = threading.Event()
        self._before = 0  # tokens of the context that this answer did not add

    def stop(self) -> None:
        """If it has not begun, it is to be stopped when it does."""
        self._stopping.set()

    def begin(self, ask: Callable[[], Iterator[TalkEvent]], stop: Callable[[], None]) -> Iterator[TalkEvent]:
        """What `ask` gives. On the worker thread."""
        events = ask()
        if self._stopping.is_set():  # asked before there was an answer to stop
            stop()
        return events

    def hear(self, events: list[ChatEvent]) -> Iterator[int]:
        """Let the voices say `events`; the tokens of the context that are taken, each time that is known anew."""
        before = self.voices.tokens
        self.voices.feed(events)
        for event in events:
            match event:
                case PromptProgress():
                    self._before = event.total - before
                case TurnEnded():
                    if event.usage.prompt_tokens:  # an engine that died could not count them
                        yield event.usage.prompt_tokens + event.usage.completion_tokens
        if not self.voices.finished and self._before:
            yield self._before + self.voices.tokens

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was heard of it."""
        return not self.voices.parts and self.voices.prompt is None
