"""One turn's state: what was asked, what has been said so far, and what it cost. Runs nothing itself."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from runtime.conversation import Channel
from runtime.events import Span, StopReason, TextDelta, TurnEnded, TurnRequest, Usage
from runtime.harmony import Delta, Parser
from runtime.tokenizer import Tokenizer


class Turn:
    """Follows an answer token by token.

    Attributes:
        prompt_tokens, cached_tokens: length of the prompt, and how much of it was still in the cache.
        completion_tokens: tokens drawn so far, the one that ends the turn included.
        ids: what was drawn.
    """

    def __init__(
        self, request: TurnRequest, tokenizer: Tokenizer, prompt_tokens: int, cached_tokens: int
    ) -> None:
        self.prompt_tokens = prompt_tokens
        self.cached_tokens = cached_tokens
        self.completion_tokens = 0
        self._id = request.turn_id
        going_on = request.conversation.messages[-1] if request.conversation.is_open else None
        self._parser = Parser(tokenizer, inside=going_on)
        self.ids: list[int] = []
        self._seconds: list[float] = []
        self._started = self._last = time.perf_counter()
        self._prefilled: float | None = None

    def prefilled(self) -> None:
        """The prompt has been read; decoding starts now."""
        self._prefilled = self._last = time.perf_counter()

    def drew(self, token: int) -> Iterator[TextDelta]:
        """Take the token just drawn; yields the text it completes."""
        self.completion_tokens += 1
        self.ids.append(token)
        index = self._parser.message_index
        deltas = self._parser.feed(token)
        now = time.perf_counter()
        self._seconds.extend([0.0] * (index + 1 - len(self._seconds)))
        self._seconds[index] += now - self._last
        self._last = now
        yield from self._text(deltas)

    @property
    def answered(self) -> bool:
        """Whether a whole message in `final` has been said: the answer, with which a turn is over.

        It should end with `<|return|>`, but a model sometimes ends it with `<|end|>`, as answers in its
        prompt do, and would then go on to make up the user's next question and answer that, too.
        """
        if not self._parser.complete:
            return False
        messages = self._parser.messages
        return bool(messages) and messages[-1].channel is Channel.FINAL and messages[-1].recipient is None

    def end(
        self, reason: StopReason, error: str | None = None, reserved: int = 0
    ) -> Iterator[TextDelta | TurnEnded]:
        """What was held back, then the end; `reserved` as in `TurnEnded`."""
        yield from self._text(self._parser.finish())
        messages, counts = self._parser.messages, self._parser.token_counts
        if reason is StopReason.STOP and messages and messages[-1].recipient is not None:
            reason = StopReason.TOOL_CALL
        seconds = self._seconds + [0.0] * len(messages)
        now = time.perf_counter()
        prefilled = now if self._prefilled is None else self._prefilled
        yield TurnEnded(
            turn_id=self._id,
            reason=reason,
            messages=messages,
            spans=tuple(Span(count, spent) for count, spent in zip(counts, seconds, strict=False)),
            usage=Usage(self.prompt_tokens, self.completion_tokens, self.cached_tokens),
            prefill_seconds=prefilled - self._started,
            decode_seconds=now - prefilled,
            error=error,
            reserved=reserved,
        )

    def _text(self, deltas: Iterable[Delta]) -> Iterator[TextDelta]:
        for d in deltas:
            yield TextDelta(
                self._id,
                d.message_index,
                d.role,
                d.channel,
                d.recipient,
                d.content_type,
                d.text,
                d.tokens,
            )
