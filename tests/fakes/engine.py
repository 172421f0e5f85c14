"""A scripted engine: says what a test wrote down, and fails the way a real one fails.

Implements `runtime.engine_interface.EngineInterface` without a process, a model or a clock. Typical use:

    engine = FakeEngine([turn(final("Hello."), analysis="A greeting.")])
    engine = FakeEngine([turn(call("get_current_date")), turn(final("Saturday."))])
    engine = FakeEngine([turn(final("a long answer"), hold_after=2)])     # waits there for cancel()
    engine = FakeEngine([turn(final("cut sho"), crash="The engine crashed. Try again.")])

`hold_after` blocks the iterating thread until `cancel()` or `release()`: no sleeps in tests.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from models.errors import Cancelled
from runtime.conversation import Channel, Message, Role
from runtime.events import (
    Device,
    DeviceKind,
    EngineFailed,
    EngineReady,
    LoadEvent,
    LoadProgress,
    LoadRequest,
    PromptProgress,
    Span,
    StopReason,
    TextDelta,
    TurnEnded,
    TurnEvent,
    TurnRequest,
    Usage,
)

# A test that waits longer than this for cancel() or release() is broken; fail instead of hanging.
PATIENCE_S = 10.0

CPU = Device("cpu", DeviceKind.CPU, "Fake CPU", 16 << 30, "CPUExecutionProvider")
READY = EngineReady("demo", CPU, "scalar", 4096, 0.25)


def analysis(text: str) -> Message:
    return Message(Role.ASSISTANT, text, Channel.ANALYSIS)


def preamble(text: str) -> Message:
    return Message(Role.ASSISTANT, text, Channel.COMMENTARY)


def final(text: str) -> Message:
    return Message(Role.ASSISTANT, text, Channel.FINAL)


def call(tool: str = "get_current_date", arguments: str = "{}") -> Message:
    return Message(
        Role.ASSISTANT, arguments, Channel.COMMENTARY, f"functions.{tool}", content_type="<|constrain|>json"
    )


@dataclass(frozen=True, slots=True)
class ScriptedTurn:
    """What one `run` does.

    Attributes:
        messages: the answer; streamed word by word.
        reason: how it ends; TOOL_CALL by itself when the last message has a recipient.
        prompt_tokens, cached_tokens: as reported.
        hold_after: block after this many deltas until `cancel()` or `release()`.
        hold_in_prefill: block after the first of two `PromptProgress` events likewise.
        crash: after the last delta, end with reason ERROR and this sentence (the engine's process died;
            this is what the client makes of it).
        raises: raised before anything else (`InputError` when the conversation does not fit), or, with
            `raises_late`, after the last delta.
    """

    messages: tuple[Message, ...] = ()
    reason: StopReason = StopReason.STOP
    prompt_tokens: int = 40
    cached_tokens: int = 0
    hold_after: int | None = None
    hold_in_prefill: bool = False
    crash: str | None = None
    raises: Exception | None = None
    raises_late: bool = False


def turn(
    *messages: Message,
    reason: StopReason | None = None,
    prompt_tokens: int = 40,
    cached_tokens: int = 0,
    hold_after: int | None = None,
    hold_in_prefill: bool = False,
    crash: str | None = None,
    raises: Exception | None = None,
    raises_late: bool = False,
) -> ScriptedTurn:
    """A `ScriptedTurn` that works its own reason out."""
    if reason is None:
        called = bool(messages) and messages[-1].recipient is not None
        reason = StopReason.TOOL_CALL if called else StopReason.STOP
    return ScriptedTurn(
        messages,
        reason,
        prompt_tokens,
        cached_tokens,
        hold_after,
        hold_in_prefill,
        crash,
        raises,
        raises_late,
    )


class FakeEngine:
    """A scripted engine.

    Attributes:
        loads, requests: every `LoadRequest` and `TurnRequest` received.
        cancels: how often `cancel` was called.
        closed: whether `close` was called.
        holding: set while a turn or load waits for `cancel()` or `release()`; tests wait on it.
    """

    def __init__(
        self,
        turns: Iterable[ScriptedTurn] | Callable[[TurnRequest], ScriptedTurn] = (),
        *,
        ready: EngineReady | EngineFailed = READY,
        hold_load: bool = False,
    ) -> None:
        self.loads: list[LoadRequest] = []
        self.requests: list[TurnRequest] = []
        self.cancels = 0
        self.closed = False
        self.holding = threading.Event()
        self._reply = turns if callable(turns) else None
        self._turns = iter(()) if callable(turns) else iter(turns)
        self._ready = ready
        self._hold_load = hold_load
        self._go_on = threading.Event()
        self._cancelled = threading.Event()

    def load(self, request: LoadRequest) -> Iterator[LoadEvent]:
        self.loads.append(request)
        self._cancelled.clear()
        yield LoadProgress("checking")
        yield LoadProgress("mapping", 1, 2)
        if self._hold_load:
            self._hold()
        if self._cancelled.is_set():
            raise Cancelled
        yield LoadProgress("starting")
        yield self._ready

    def run(self, request: TurnRequest) -> Iterator[TurnEvent]:
        self.requests.append(request)
        script = self._reply(request) if self._reply else next(self._turns, None)
        assert script is not None, "the script has no more turns"
        self._cancelled.clear()
        if script.raises and not script.raises_late:
            raise script.raises
        yield from self._prefill(request.turn_id, script)
        said: list[Message] = []
        deltas = 0
        for index, message in enumerate(script.messages):
            said.append(replace(message, content=""))
            for word in re.findall(r"\S+\s*|\s+", message.content) or [""]:
                if script.hold_after == deltas:
                    self._hold()
                if self._cancelled.is_set():
                    if not said[-1].content:
                        said.pop()
                    yield self._end(request.turn_id, script, said, deltas, StopReason.CANCELLED)
                    return
                said[-1] = replace(said[-1], content=said[-1].content + word)
                deltas += 1
                yield TextDelta(
                    request.turn_id,
                    index,
                    message.role,
                    message.channel,
                    message.recipient,
                    message.content_type,
                    word,
                )
        if script.hold_after is not None and script.hold_after >= deltas:
            self._hold()
        if script.raises:
            raise script.raises
        reason = StopReason.ERROR if script.crash else script.reason
        if self._cancelled.is_set():
            reason = StopReason.CANCELLED
        yield self._end(request.turn_id, script, said, deltas, reason)

    def cancel(self) -> None:
        self.cancels += 1
        self._cancelled.set()
        self._go_on.set()

    def release(self) -> None:
        """Let a holding turn or load go on."""
        self._go_on.set()

    def close(self) -> None:
        self.closed = True
        self.cancel()

    def _prefill(self, turn_id: int, script: ScriptedTurn) -> Iterator[TurnEvent]:
        total, cached = script.prompt_tokens, script.cached_tokens
        yield PromptProgress(turn_id, (total + cached) // 2, total, cached)
        if script.hold_in_prefill:
            self._hold()
        if not self._cancelled.is_set():
            yield PromptProgress(turn_id, total, total, cached)

    def _hold(self) -> None:
        self._go_on.clear()
        if self._cancelled.is_set():
            return
        self.holding.set()
        assert self._go_on.wait(PATIENCE_S), "nobody cancelled or released the scripted engine"
        self.holding.clear()

    def _end(
        self, turn_id: int, script: ScriptedTurn, said: list[Message], tokens: int, reason: StopReason
    ) -> TurnEnded:
        return TurnEnded(
            turn_id,
            reason,
            tuple(said),
            tuple(Span(len(message.content.split()), 0.5) for message in said),
            Usage(script.prompt_tokens, tokens, script.cached_tokens),
            prefill_seconds=0.5,
            decode_seconds=0.5 * len(said),
            error=script.crash if reason is StopReason.ERROR else None,
        )
