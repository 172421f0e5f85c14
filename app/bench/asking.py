"""Asks an engine so that it can be measured: a load, a turn, and the numbers of each. Read next: `measure`."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from models.errors import Cancelled, EngineError
from runtime.conversation import Conversation, Message, Role
from runtime.engine_interface import EngineInterface
from runtime.events import (
    EngineFailed,
    EngineReady,
    LoadEvent,
    LoadRequest,
    Sampling,
    StopReason,
    TurnEnded,
    TurnEvent,
    TurnRequest,
)
from runtime.harmony import render
from runtime.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class Reading:
    """What one turn took.

    Attributes:
        fed: tokens of the prompt that were read; `cached` more were still in the cache.
        decoded: tokens drawn after the first one, which belongs to the prompt.
    """

    fed: int
    cached: int
    prefill_seconds: float
    decoded: int
    decode_seconds: float

    @property
    def prefill_rate(self) -> float:
        """Tokens a second."""
        return self.fed / self.prefill_seconds

    @property
    def decode_rate(self) -> float:
        """Tokens a second; not a number if the model ended its turn at once."""
        return self.decoded / self.decode_seconds if self.decoded else float("nan")

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def load(engine: EngineInterface, request: LoadRequest) -> Iterator[LoadEvent]:
    """The load's events; the last one is `EngineReady`.

    Raises:
        EngineError: it failed.
    """
    for event in engine.load(request):
        if isinstance(event, EngineFailed):
            raise EngineError(event.user_text, event.detail)
        yield event
        if isinstance(event, EngineReady):
            return
    raise EngineError("The engine stopped while loading. Try again.")


def ready(engine: EngineInterface, request: LoadRequest) -> EngineReady:
    """Load to the end; raises as `load`."""
    *_, last = load(engine, request)
    assert isinstance(last, EngineReady)
    return last


def question(text: str) -> Conversation:
    """The conversation of one question."""
    return Conversation((Message(Role.USER, text),))


def ask(engine: EngineInterface, turn_id: int, text: str, max_tokens: int) -> Iterator[TurnEvent | Reading]:
    """One turn, drawn greedily: its events, and last of all its `Reading`.

    Raises:
        EngineError: the turn failed.
        Cancelled: somebody cancelled it.
    """
    request = TurnRequest(turn_id, question(text), Sampling(temperature=0), max_tokens)
    for event in engine.run(request):
        yield event
        if isinstance(event, TurnEnded):
            if event.reason is StopReason.CANCELLED:
                raise Cancelled
            if event.error:
                raise EngineError(event.error)
            usage = event.usage
            yield Reading(
                fed=usage.prompt_tokens - usage.cached_tokens,
                cached=usage.cached_tokens,
                prefill_seconds=event.prefill_seconds,
                decoded=usage.completion_tokens - 1,
                decode_seconds=event.decode_seconds,
            )
            return
    raise EngineError("The engine ended its turn without a word.")


def reading(engine: EngineInterface, turn_id: int, text: str, max_tokens: int) -> Reading:
    """One turn to its end; raises as `ask`."""
    *_, last = ask(engine, turn_id, text, max_tokens)
    assert isinstance(last, Reading)
    return last


def random_text(tokenizer: Tokenizer, number: int, tokens: int) -> str:
    """Made-up words whose conversation has `tokens` tokens more than an empty one, or a few more than that.

    Drawn at random, because repeated words would ask the same few experts again and again; other words for each
    `number`, so that nothing is in a cache already. For one number, longer texts begin with shorter ones.
    """
    draw = random.Random(number)
    words: list[str] = []
    empty = _length(tokenizer, "")
    while (missing := tokens - (_length(tokenizer, " ".join(words)) - empty)) > 0:
        words += [_word(draw) for _ in range(max(missing // 8, 1))]
    return " ".join(words)


def _word(draw: random.Random) -> str:
    return "".join(draw.choices(string.ascii_lowercase, k=draw.randint(2, 9)))


def _length(tokenizer: Tokenizer, text: str) -> int:
    return len(render(question(text), tokenizer))
