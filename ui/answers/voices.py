"""What one answer says, voice by voice: the value behind every answer on the screen. No widgets here.

An answer may take several rounds of the engine: a round that ends by calling a tool is followed by the
tool's result and another round. `Voices` is fed the events of all of them, in order. While a round
streams, its text is what the deltas said; when it ends, its whole messages replace that text.

Read next: `ui.answers.answer`, which shows it, and `ui.controller`, which feeds it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from app.chat import ChatEvent, ToolRan
from app.engine_round import BROKEN
from app.history.tree import Answer
from runtime.conversation import Channel, Message, Role
from runtime.events import LoadProgress, PromptProgress, Span, StopReason, TextDelta, TurnEnded


class Voice(Enum):
    """Where a message of an answer is shown."""

    ANALYSIS = "analysis"
    COMMENTARY = "commentary"
    FINAL = "final"


def voice_of(message: Message) -> Voice:
    """The voice of a message. What calls a tool or comes from one is commentary, on whatever channel;
    what names no channel is shown as the answer, so that no text is ever lost."""
    if message.role is Role.TOOL or message.recipient is not None:
        return Voice.COMMENTARY
    match message.channel:
        case Channel.ANALYSIS:
            return Voice.ANALYSIS
        case Channel.COMMENTARY:
            return Voice.COMMENTARY
        case _:
            return Voice.FINAL


@dataclass(frozen=True, slots=True)
class Part:
    """One message of the answer, whole or still growing.

    Attributes:
        message: what it says so far.
        span: what it cost; None if that is not known (a stored conversation, a tool's result).
        streaming: whether more may come.
    """

    message: Message
    span: Span | None = None
    streaming: bool = False

    @property
    def voice(self) -> Voice:
        return voice_of(self.message)

    @property
    def called_tool(self) -> str | None:
        """The tool that this message calls. A result is addressed too, to the assistant, but calls nothing."""
        return None if self.message.role is Role.TOOL else self.message.recipient


class Voices:
    """One answer as it grows.

    Attributes:
        parts: every message so far, in order.
        prompt: the last progress of reading the prompt, None once the answer has begun.
        ended: the last round's end, None while the answer goes on.
        failure: one sentence when the answer broke off, else empty; `failure_detail` for the fold.
        tokens: tokens of the answer so far.
        task: what goes on in place of an answer, in a word; else empty.
        awaits: the title of the model that is loaded before the answer; else empty. `load` is how far it is.
        is_torn: whether Chorale was ended in the middle of it.
    """

    def __init__(
        self,
        messages: Sequence[Message] = (),
        clock: Callable[[], float] = time.monotonic,
        finished: bool = False,
    ) -> None:
        """`messages` is what is known already; `finished` when nothing more will come."""
        self.parts: list[Part] = [Part(message) for message in messages]
        self.prompt: PromptProgress | None = None
        self.ended: TurnEnded | None = None
        self.failure = ""
        self.failure_detail = ""
        self.tokens = 0
        self.task = ""
        self.awaits = ""
        self.load: LoadProgress | None = None
        self.finished = finished
        self._clock = clock
        self._round_start = len(self.parts)  # index of the first part of the round that streams
        self._part_began = 0.0
        self._round_began: float | None = None
        self._round_tokens = 0
        self._last_rate: float | None = None
        self.is_torn = False

    @classmethod
    def kept(cls, answer: Answer) -> Voices:
        """Those of an answer that is kept."""
        voices = cls(answer.messages, finished=True)
        voices.is_torn = not answer.rounds and answer.error is None
        voices.failure = answer.error or ""
        voices.tokens = sum(round_.usage.completion_tokens for round_ in answer.rounds)
        if answer.rounds:
            last = answer.rounds[-1]
            cost = (last.usage, last.prefill_seconds, last.decode_seconds)
            voices.ended = TurnEnded(0, last.reason, (), (), *cost, answer.error)
            if last.decode_seconds > 0 and last.usage.completion_tokens:
                voices._last_rate = last.usage.completion_tokens / last.decode_seconds
        return voices

    # -- growing ---------------------------------------------------------------------------------

    def feed(self, events: Iterable[ChatEvent]) -> None:
        """Take events in order. Runs of deltas of one message are joined, so a batch costs little."""
        run: list[TextDelta] = []
        for event in events:
            if isinstance(event, TextDelta):
                if run and run[-1].message_index != event.message_index:
                    self._take_deltas(run)
                    run = []
                run.append(event)
                continue
            if run:
                self._take_deltas(run)
                run = []
            self._take(event)
        if run:
            self._take_deltas(run)

    def go_on(self) -> None:
        """More will come, to be added to the last message; a tool's result is whole."""
        is_open = bool(self.parts) and self.parts[-1].message.role is not Role.TOOL
        self._round_start = len(self.parts) - (1 if is_open else 0)
        self._round_began = self.ended = None
        self._part_began = self._clock()
        self.failure = self.failure_detail = ""
        self.finished = self.is_torn = False

    def fail(self, sentence: str, detail: str = "") -> None:
        """The answer broke off; what was said so far stays."""
        self.failure, self.failure_detail = sentence, detail
        self.finished = True
        self.prompt = None
        self._settle()

    def close(self) -> None:
        """No more events will come, whatever the last one was."""
        self.finished = True
        self.prompt = None
        self._settle()

    def _take(self, event: ChatEvent) -> None:
        match event:
            case PromptProgress():
                self.prompt = event
            case ToolRan():
                self._settle()
                self.parts.append(Part(event.result))
                self._round_start = len(self.parts)
            case TurnEnded():
                self._end_round(event)

    def _take_deltas(self, run: list[TextDelta]) -> None:
        first = run[0]
        now = self._clock()
        count = sum(delta.tokens for delta in run)
        text = "".join(delta.text for delta in run)
        self.prompt = None
        self.tokens += count
        if self._round_began is None:
            self._round_began, self._round_tokens = now, 0
        self._round_tokens += count
        index = self._round_start + first.message_index
        if index >= len(self.parts):
            self._settle()
            self._part_began = now
            message = Message(first.role, text, first.channel, first.recipient, first.content_type)
            self.parts.append(Part(message, Span(count, 0.0), streaming=True))
            return
        part = self.parts[index]
        span = Span((part.span.tokens if part.span else 0) + count, now - self._part_began)
        message = replace(part.message, content=part.message.content + text)
        self.parts[index] = Part(message, span, streaming=True)

    def _end_round(self, event: TurnEnded) -> None:
        streamed = self.parts[self._round_start :]
        whole = [
            Part(message, event.spans[i] if i < len(event.spans) else None)
            for i, message in enumerate(event.messages)
        ]
        said = sum(len(part.message.content) for part in streamed)
        kept = sum(len(part.message.content) for part in whole)
        # A turn that broke off may know less of its answer than what already stands on the screen.
        if event.reason not in BROKEN or kept >= said:
            self.parts[self._round_start :] = whole
        self._settle()
        self.prompt = None
        self.ended = event
        self._last_rate = (
            event.usage.completion_tokens / event.decode_seconds if event.decode_seconds > 0 else None
        )
        self._round_began = None
        self._round_start = len(self.parts)
        if event.reason is StopReason.ERROR:
            self.failure = event.error or ""
        self.finished = event.reason is not StopReason.TOOL_CALL

    def _settle(self) -> None:
        """Nothing that stands here grows any more."""
        for i in range(len(self.parts) - 1, -1, -1):
            if not self.parts[i].streaming:
                break
            self.parts[i] = replace(self.parts[i], streaming=False)

    # -- reading ---------------------------------------------------------------------------------

    def of(self, voice: Voice) -> list[Part]:
        """The parts of one voice, in order."""
        return [part for part in self.parts if part.voice is voice]

    def text(self, voice: Voice) -> str:
        """All that one voice said, messages apart by a blank line."""
        return "\n\n".join(part.message.content for part in self.of(voice) if part.message.content)

    def cost(self, voice: Voice) -> Span | None:
        """Tokens and seconds of one voice so far; None if none of it is known."""
        spans = [part.span for part in self.of(voice) if part.span is not None]
        if not spans:
            return None
        return Span(
            sum(span.tokens for span in spans), sum(span.seconds for span in spans) + self._live(voice)
        )

    def _live(self, voice: Voice) -> float:
        """Seconds since the growing part's last delta: the clock runs on while the model is silent."""
        if not self.parts or not self.parts[-1].streaming or self.parts[-1].voice is not voice:
            return 0.0
        span = self.parts[-1].span
        return self._clock() - self._part_began - (span.seconds if span else 0.0)

    @property
    def has_begun(self) -> bool:
        """Whether it is an answer, be it an empty one, and not only a try that broke off."""
        return bool(self.parts) or (self.ended is not None and self.ended.reason not in BROKEN)

    @property
    def speaking(self) -> Voice | None:
        """The voice that is speaking at this moment."""
        if self.finished or not self.parts or not self.parts[-1].streaming:
            return None
        return self.parts[-1].voice

    @property
    def running_tool(self) -> str | None:
        """The tool that was called and has not answered yet."""
        if self.finished or not self.parts or self.parts[-1].streaming:
            return None
        return self.parts[-1].called_tool

    @property
    def tokens_per_second(self) -> float | None:
        """Speed of decoding: of the round that streams, else of the last one; None if unknown."""
        if self._round_began is not None and not self.finished:
            seconds = self._clock() - self._round_began
            return self._round_tokens / seconds if seconds >= 0.25 else self._last_rate
        return self._last_rate


def plain_name(recipient: str) -> str:
    """A tool's name as a person knows it: `get_date` of `functions.get_date`."""
    return recipient.removeprefix("functions.")
