"""What the model is asked beside the conversation: a summary of its oldest turns, a title. Nothing of it is shown.

Both are asked behind what the KV cache holds, so that little is read again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

from app.chat import Chat, fit_for_prompt
from app.engine_round import EngineRound, turn_ids
from app.titles import MOST_TOKENS, asking, cleaned
from models.errors import AppError, Cancelled, EngineError
from runtime.conversation import Channel, Message, Role
from runtime.engine_interface import EngineInterface
from runtime.events import LoadProgress, PromptProgress, Sampling, StopReason, TurnRequest

SUMMARISE = (
    "Summarise our conversation so far for yourself, because it will not be shown to you any more: what was asked "
    "and answered, and every fact, name, number and wish that may matter later. At most 250 words, no introduction."
)
_SUMMARY_TOKENS = 500
_TITLE_SAMPLING = Sampling(temperature=0)


class Asides:
    """Asks the engine beside `chat`. One thing at a time, on worker threads, while no answer is written."""

    def __init__(self, chat: Chat, engine: EngineInterface) -> None:
        self._chat = chat
        self._engine = engine

    def title(self, prompt: tuple[Message, ...], stopping: threading.Event) -> str:
        """A title for the conversation; empty if there is none."""
        turn = EngineRound(self._request(asking(prompt), _TITLE_SAMPLING, MOST_TOKENS))
        try:
            for _ in turn.run(self._engine, stopping):
                pass
        except AppError:  # no room for it, or no engine: the next answer will tell
            return ""
        if stopping.is_set() or turn.ended.reason not in (StopReason.STOP, StopReason.LENGTH):
            return ""
        return cleaned(turn.messages[0].content)

    def summary(
        self, prompt: tuple[Message, ...], stopping: threading.Event
    ) -> Iterator[LoadProgress | PromptProgress | str]:
        """Progress, and last the summary of what `prompt` says.

        Raises `Cancelled`, or `EngineError` if there is no summary.
        """
        messages = (
            *prompt,
            Message(Role.USER, SUMMARISE),
            Message(Role.ASSISTANT, "", Channel.FINAL),
        )
        turn = EngineRound(self._request(messages, Sampling(temperature=0), _SUMMARY_TOKENS))
        for event in turn.run(self._engine, stopping):
            if isinstance(event, LoadProgress | PromptProgress):
                yield event
        if stopping.is_set() or turn.ended.reason is StopReason.CANCELLED:
            raise Cancelled
        text = turn.messages[0].content.strip()
        if turn.ended.reason is StopReason.ERROR or not text:
            raise EngineError(turn.ended.error or "The model gave no summary. Try again, or leave turns out.")
        yield text

    def _request(self, messages: tuple[Message, ...], sampling: Sampling, most: int) -> TurnRequest:
        asked_at = len(messages) - 2
        fitting = fit_for_prompt(messages, asked_at, is_open=True)
        conversation = self._chat.as_conversation(fitting, is_open=True)
        return TurnRequest(next(turn_ids), conversation, sampling, most)
