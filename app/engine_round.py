"""One run of the engine: what it says, as it says it; its end, however it comes.

An answer that calls tools takes several rounds; `app.chat` goes from one to the next.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Iterator
from dataclasses import replace

from models.errors import AppError, Cancelled, EngineError
from runtime.conversation import Message, Role
from runtime.engine_interface import EngineInterface
from runtime.events import (
    LoadProgress,
    StopReason,
    TextDelta,
    TurnEnded,
    TurnEvent,
    TurnRequest,
    Usage,
)

BROKEN = (StopReason.ERROR, StopReason.CANCELLED)  # the model did not end by itself
# Ids are unique in the process, so that a late event of one chat is never taken for another's.
turn_ids = itertools.count(1)


class EngineRound:
    """What one engine round said.

    Attributes:
        messages: from the deltas heard, until `TurnEnded` replaces them; the message that it goes on with, if it
            does, is the first of them from the beginning.
        has_ended: whether `ended` is there.
    """

    def __init__(self, request: TurnRequest) -> None:
        self.request = request
        self.messages: tuple[Message, ...] = ()
        self.has_ended = False
        self.ended: TurnEnded  # once `has_ended`
        self._heard: dict[int, Message] = {}
        if request.conversation.is_open:
            self._heard[0] = request.conversation.messages[-1]
            self.messages = (self._heard[0],)

    @property
    def has_begun(self) -> bool:
        """Whether it is an answer, be it an empty one, and not only a try that broke off."""
        return bool(self.messages) or (self.has_ended and self.ended.reason not in BROKEN)

    def run(self, engine: EngineInterface, stopping: threading.Event) -> Iterator[TurnEvent]:
        """Run the engine once, yielding all but its `TurnEnded`, which is left in `ended`."""
        turn_id = self.request.turn_id
        if stopping.is_set():
            self._end(ended(turn_id, StopReason.CANCELLED))
            return
        events = engine.run(self.request)
        try:
            for event in events:
                if self.has_ended:
                    continue  # nothing more is heard, but only at the very end is the engine free
                if stopping.is_set():
                    # stop() may have come before the engine began, when there was nothing to cancel.
                    engine.cancel()
                if isinstance(event, LoadProgress):  # the engine died before and is loaded again
                    yield event
                elif event.turn_id != turn_id:
                    continue
                elif isinstance(event, TurnEnded):
                    self._end(event)
                else:
                    self._hear(event)
                    yield event
        except GeneratorExit:
            engine.cancel()
            with contextlib.suppress(AppError, Cancelled):
                for event in events:  # the engine still ends its turn, with the whole answer
                    if isinstance(event, TurnEnded) and event.turn_id == turn_id:
                        self._end(event)
            raise
        except Cancelled:
            self._end(ended(turn_id, StopReason.CANCELLED))
        if not self.has_ended:
            raise EngineError("The engine stopped without ending its answer. Try again.")

    def _hear(self, event: TurnEvent) -> None:
        if not isinstance(event, TextDelta):
            return
        heard = self._heard.get(event.message_index) or Message(
            Role.ASSISTANT, "", event.channel, event.recipient, event.content_type
        )
        self._heard[event.message_index] = replace(heard, content=heard.content + event.text)
        self.messages = tuple(self._heard[index] for index in sorted(self._heard))

    def _end(self, event: TurnEnded) -> None:
        # A turn that ended without the engine knows nothing better than what was heard.
        messages = event.messages or self.messages
        # Whatever header the model wrote, its words are the assistant's, never the user's.
        self.messages = tuple(
            message if message.role is Role.ASSISTANT else replace(message, role=Role.ASSISTANT, name=None)
            for message in messages
        )
        self.ended = event
        self.has_ended = True


def ended(turn_id: int, reason: StopReason, error: str | None = None) -> TurnEnded:
    """The end of a turn that the engine had no part in."""
    return TurnEnded(turn_id, reason, (), (), Usage(), prefill_seconds=0.0, decode_seconds=0.0, error=error)
