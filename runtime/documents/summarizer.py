"""Runs a model over documents that fit no prompt: parts → summaries → one summary, in as many levels as needed.

    part part part part part part part        every page with text in exactly one part
      └──┬──┘    └──┬──┘    └──┬─┘            each summarised with little thinking
       merge      merge      merge            as many levels as needed
         └─────────┬┴──────────┘
                 summary                      in the style asked for, pages checked

`run` is a generator for a worker thread. It can be paused (the engine stops at once; what it had read of the
part is still in its cache) and cancelled. Every finished part is kept in `memory`, so running again after a
cancel, a crash or an error goes on where it stopped. Read next: `summaries`, the words and the checks.
"""

from __future__ import annotations

import hashlib
import itertools
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from models.errors import AppError, Cancelled, EngineError, InputError
from runtime.conversation import Channel, Conversation, Effort, Message, Role
from runtime.documents.chunks import Count, Part, parts_of
from runtime.documents.prompt import Placed, title
from runtime.documents.summaries import (
    final_request,
    finished,
    instructions,
    merge_request,
    part_request,
    part_summary,
)
from runtime.documents.summary_values import (
    PartSummarised,
    StepRetried,
    SummaryEnded,
    SummaryEvent,
    SummaryOptions,
    SummaryPaused,
    SummaryProgress,
    SummaryText,
)
from runtime.documents.values import PageKey
from runtime.engine_interface import EngineInterface
from runtime.events import Sampling, StopReason, TextDelta, TurnEnded, TurnRequest

MOST_TRIES = 3
PART_TOKENS = 6_000  # longer parts are summarised less faithfully, and cost more of a pause
_PART_ANSWER = 800
_FINAL_ANSWER = 3_000
_SYSTEM_TOKENS = 160  # the system message and the frame of the others
_ANSWER_WEIGHT = 6  # one token of an answer takes about as long as so many of a prompt
_LEAST_PART = 128
_turn_ids = itertools.count(1 << 40)  # apart from those of chats


@dataclass(slots=True)
class _Item:
    """A summary on its way up, and the pages it comes from."""

    text: str
    pages: tuple[PageKey, ...]


@dataclass(slots=True)
class _Step:
    """One request to the model, and what became of it."""

    request: str
    effort: Effort
    max_tokens: int
    level: int
    text: str = ""
    reason: StopReason = StopReason.STOP
    why: str = ""


@dataclass(slots=True)
class _Clock:
    """How much is done and how long it took, pauses left out."""

    now: Callable[[], float]
    total: float = 1.0
    done: float = 0.0
    seconds: float = 0.0
    since: float = field(default=0.0)

    def finish(self, units: float, *, from_memory: bool) -> None:
        self.done += 0 if from_memory else units
        self.total -= units if from_memory else 0

    def left(self) -> float | None:
        return self.seconds / self.done * max(0.0, self.total - self.done) if self.done else None


class Summarizer:
    """Summarises with one engine, which nothing else may use meanwhile.

    Args:
        engine: with a model loaded.
        count: tokens of a text, by that model's tokenizer.
        context_length: most tokens of a conversation.
        sampling: how tokens are drawn.
        memory: keeps finished steps, by a hash of what was asked. Held in memory by whoever wants to go on
            later; it holds text of the documents.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        engine: EngineInterface,
        count: Count,
        context_length: int,
        *,
        sampling: Sampling | None = None,
        memory: MutableMapping[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._count = count
        self._context = context_length
        self._sampling = sampling or Sampling()
        self._memory = {} if memory is None else memory
        self._clock = _Clock(clock)
        self._stopping = threading.Event()
        self._going = threading.Event()
        self._going.set()

    def pause(self) -> None:
        """Stop computing until `resume`; from any thread."""
        self._going.clear()
        self._engine.cancel()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._going.set()

    def cancel(self) -> None:
        """End; from any thread. What is finished stays in `memory`."""
        self._stopping.set()
        self._going.set()
        self._engine.cancel()

    def run(
        self, placed: Sequence[Placed], options: SummaryOptions, effort: Effort = Effort.MEDIUM
    ) -> Iterator[SummaryEvent]:
        """Summarise; the last event is `SummaryEnded`. `effort` is that of the last summary.

        Raises `InputError`, before anything else, if there is no text or the context is too small.
        """
        names = max((self._count(title(each)) for each in placed), default=0)
        overhead = names + self._count(instructions(options)) + _SYSTEM_TOKENS
        sizes = _Sizes.of(self._context, overhead)
        parts = [part for each in placed for part in parts_of(each, sizes.part, self._count)]
        if not parts:
            raise InputError(
                "There is no text to summarise. Scanned pages need text recognition (OCR) first."
            )
        try:
            yield from self._run(placed, options, effort, parts, sizes)
        except Cancelled:
            yield SummaryEnded(StopReason.CANCELLED)
        except AppError as error:
            yield SummaryEnded(StopReason.ERROR, error=error.user_text)

    def _run(
        self,
        placed: Sequence[Placed],
        options: SummaryOptions,
        effort: Effort,
        parts: Sequence[Part],
        sizes: _Sizes,
    ) -> Iterator[SummaryEvent]:
        answer = _ANSWER_WEIGHT * sizes.part_answer / 2
        clock = self._clock
        # Merging reads what the parts' summaries hold once or twice more.
        clock.total = sum(part.tokens + answer for part in parts) + len(parts) * answer / 2
        failed: set[PageKey] = set()
        titles = {each.id: title(each) for each in placed}
        text, keys = f"{titles[parts[0].document]}\n{parts[0].text()}", _keys(parts[0])
        if len(parts) > 1:
            items: list[_Item] = []
            yield from self._parts(parts, titles, options, sizes, items, failed)
            level = 0
            while len(groups := self._groups(items, sizes.merge)) > 1:
                level += 1
                items = yield from self._merges(groups, level, options, sizes)
            text = "\n".join(item.text for item in items)
            keys = tuple(key for item in items for key in item.pages)
        request = final_request(text, options, of_summaries=len(parts) > 1)
        most = min(options.max_tokens or sizes.final_answer, sizes.final_answer)
        step = _Step(request, effort, most, -1)
        yield from self._carry_out(step, options)
        if step.why:
            raise EngineError(step.why)
        summary = finished(step.text, frozenset(keys), placed, failed, from_one_part=len(parts) == 1)
        yield SummaryEnded(step.reason, summary)

    def _parts(
        self,
        parts: Sequence[Part],
        titles: Mapping[str, str],
        options: SummaryOptions,
        sizes: _Sizes,
        items: list[_Item],
        failed: set[PageKey],
    ) -> Iterator[SummaryEvent]:
        why = ""
        for number, part in enumerate(parts):
            yield SummaryProgress(0, number, len(parts), self._clock.left())
            keys = _keys(part)
            text = f"{titles[part.document]}\n{part.text()}"
            step = _Step(part_request(text, options), Effort.LOW, sizes.part_answer, 0)
            yield from self._carry_out(step, options, part.tokens + _ANSWER_WEIGHT * sizes.part_answer / 2)
            if step.why:
                why = step.why
                failed.update(keys)
                continue
            items.append(_Item(part_summary(step.text, keys), keys))
            yield PartSummarised(0, keys, items[-1].text)
        if not items:
            raise EngineError(why)
        yield SummaryProgress(0, len(parts), len(parts), self._clock.left())

    def _merges(
        self, groups: Sequence[Sequence[_Item]], level: int, options: SummaryOptions, sizes: _Sizes
    ) -> Generator[SummaryEvent, None, list[_Item]]:
        merged: list[_Item] = []
        for number, group in enumerate(groups):
            yield SummaryProgress(level, number, len(groups), self._clock.left())
            if len(group) == 1:
                merged.append(group[0])
                continue
            keys = tuple(dict.fromkeys(key for item in group for key in item.pages))
            request = merge_request([item.text for item in group], options)
            step = _Step(request, Effort.LOW, sizes.part_answer, level)
            yield from self._carry_out(step, options)
            if step.why:
                raise EngineError(step.why)
            merged.append(_Item(step.text, keys))
            yield PartSummarised(level, keys, step.text)
        return merged

    def _groups(self, items: Sequence[_Item], most: int) -> list[list[_Item]]:
        """Neighbours that fit one prompt together; two at least, or no level would be the last."""
        groups: list[list[_Item]] = []
        used = 0
        for item in items:
            tokens = self._count(item.text) + 1
            if not groups or (used + tokens > most and len(groups[-1]) > 1):
                groups.append([])
                used = 0
            groups[-1].append(item)
            used += tokens
        return groups

    # One step

    def _carry_out(self, step: _Step, options: SummaryOptions, units: float = 0.0) -> Iterator[SummaryEvent]:
        """Ask until there is an answer; after `MOST_TRIES`, `step.why` says what is wrong."""
        conversation = Conversation(
            (Message(Role.USER, step.request),), step.effort, instructions=instructions(options)
        )
        key = hashlib.sha256(repr((conversation, step.max_tokens)).encode("utf-8", "replace")).hexdigest()
        if (known := self._memory.get(key)) is not None:
            step.text = known
            self._clock.finish(units, from_memory=True)
            return
        for attempt in range(1, MOST_TRIES + 1):
            began = self._clock.now()
            step.why = yield from self._try(step, conversation)
            self._clock.seconds += self._clock.now() - began
            if not step.why:
                self._clock.finish(units, from_memory=False)
                if step.reason is StopReason.STOP:
                    self._memory[key] = step.text
                return
            if attempt < MOST_TRIES:
                yield StepRetried(step.level, step.why)

    def _try(self, step: _Step, conversation: Conversation) -> Generator[SummaryEvent, None, str]:
        """One try, as often as it is paused; returns a sentence if it gave no answer."""
        while True:
            if not self._going.is_set():
                before = self._clock.now()
                yield SummaryPaused()
                self._going.wait()
                self._clock.seconds -= self._clock.now() - before
            if self._stopping.is_set():
                raise Cancelled
            request = TurnRequest(next(_turn_ids), conversation, self._sampling, step.max_tokens)
            ended: TurnEnded | None = None
            begins = True
            events = self._engine.run(request)
            try:
                for event in events:
                    if not self._going.is_set() or self._stopping.is_set():
                        self._engine.cancel()  # it may have come before the engine began
                    if isinstance(event, TurnEnded):
                        ended = event
                    elif isinstance(event, TextDelta) and step.level < 0 and event.channel is Channel.FINAL:
                        yield SummaryText(event.text, begins)
                        begins = False
            except GeneratorExit:
                self._engine.cancel()
                with suppress(AppError, Cancelled):
                    for _ in events:  # only at its end is the engine free
                        pass
                raise
            except Cancelled:
                continue
            except InputError:
                raise
            except AppError as error:
                return error.user_text
            if ended is None:
                return "The engine stopped without ending its answer."
            if ended.reason is StopReason.CANCELLED:
                if self._going.is_set() and not self._stopping.is_set():
                    raise Cancelled  # somebody else cancelled the engine
                continue
            if ended.reason is StopReason.ERROR:
                return ended.error or "The engine stopped with an error."
            step.reason = ended.reason if ended.reason is StopReason.LENGTH else StopReason.STOP
            step.text = _answer(ended, is_cut=ended.reason is StopReason.LENGTH)
            return "" if step.text else "The model gave no answer."


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Tokens: of a part, of summaries merged at once, of an answer about a part, and of the last one."""

    part: int
    merge: int
    part_answer: int
    final_answer: int

    @classmethod
    def of(cls, context: int, overhead: int) -> _Sizes:
        final = min(_FINAL_ANSWER, context // 4)
        room = context - final - overhead - context // 50
        if room < _LEAST_PART:
            raise InputError(
                f"The model's context of {context:,} tokens is too small to summarise with. Choose a larger one."
            )
        part = min(PART_TOKENS, room)
        # A quarter, so that merging makes fewer of them whatever the model says.
        return cls(part, min(2 * PART_TOKENS, room), min(_PART_ANSWER, max(part // 4, 24)), final)


def _keys(part: Part) -> tuple[PageKey, ...]:
    return tuple((part.document, page) for page in part.pages)


def _answer(ended: TurnEnded, *, is_cut: bool) -> str:
    """The answer's text; of one that was cut, the whole lines, if there are any."""
    text = "\n".join(
        message.content
        for message in ended.messages
        if message.channel in (Channel.FINAL, None) and message.recipient is None
    ).strip()
    if is_cut and "\n" in text:
        text = text.rpartition("\n")[0].rstrip()
    return text
