"""One conversation and the engine that answers it: the tool loop, stop and try again.

`Chat.send` is a generator to be iterated on a worker thread. It runs the engine, runs the tool the model
calls, runs the engine again, and so on; what it yields is what the engine said, plus `ToolRan`. The last
thing it yields is always a `TurnEnded` whose reason is not `TOOL_CALL`, unless it raises. Rounds and the
time of each tool are limited, and a tool that runs can be stopped.

What was said is committed to `conversation` before it is yielded, so that a generator closed, stopped or
broken off at any point leaves a conversation that can go on. Read next: `tools`, then
`runtime.engine_interface`.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from app.tools import ToolRegistry, result_message
from models.errors import AppError, Cancelled, EngineError, InputError
from runtime.conversation import Channel, Conversation, Effort, Message, Role
from runtime.engine_interface import EngineInterface
from runtime.events import (
    LoadProgress,
    Sampling,
    StopReason,
    TextDelta,
    TurnEnded,
    TurnEvent,
    TurnRequest,
    Usage,
)

MAX_ROUNDS = 12
TOOL_SECONDS = 30.0  # a tool that takes longer is not waited for
_LOOK_UP_S = 0.05  # how soon a stop is noticed while a tool runs
_GRACE_S = 0.2  # for a tool to end by itself after a stop
LAST_CALL = "This was the last call. Answer now, with what you have."
BROKEN = (StopReason.ERROR, StopReason.CANCELLED)  # the model did not end by itself


@dataclass(frozen=True, slots=True)
class ToolRan:
    """A tool was run: the model's `call` (the last message of turn `turn_id`) and the `result`."""

    turn_id: int
    call: Message
    result: Message


ChatEvent = TurnEvent | ToolRan

# Ids are unique in the process, so that a late event of one chat is never taken for another's.
_turn_ids = itertools.count(1)


class Chat:
    """A conversation that can be gone on with.

    Attributes:
        effort: how long the model thinks, from the next message on.
        sampling: how tokens are drawn, from the next message on.
        max_tokens: the most tokens of one engine round; None for as many as fit.
        instructions: standing instructions, or None.
        tools: what the model may call, from the next message on.
    """

    def __init__(
        self,
        engine: EngineInterface,
        *,
        tools: ToolRegistry,
        today: Callable[[], date],
        effort: Effort = Effort.MEDIUM,
        instructions: str | None = None,
        sampling: Sampling | None = None,
        max_tokens: int | None = None,
        tool_seconds: float = TOOL_SECONDS,
    ) -> None:
        self.effort = effort
        self.sampling = sampling or Sampling()
        self.max_tokens = max_tokens
        self.instructions = instructions
        self._engine = engine
        self._tool_seconds = tool_seconds
        self.tools = tools
        self._today = today
        self._messages: tuple[Message, ...] = ()
        self._asked_at: int | None = None  # where the last user message is, for retry
        self._running = threading.Lock()
        self._stopping = threading.Event()
        self._state = threading.Lock()
        self._epoch = 0  # counts clear(): what an older turn still says is dropped

    @property
    def conversation(self) -> Conversation:
        """All that was said and kept so far."""
        return self._conversation(self._messages)

    def send(self, text: str, documents: str = "") -> Iterator[ChatEvent]:
        """Say `text`; iterate over the answer.

        `documents` (`runtime.documents.prompt.documents_text`) become a message of their own before it,
        which never moves or changes, so that later prompts begin the same and the KV cache serves them.

        Raises `InputError`, with the conversation unchanged, if `text` is blank (at once) or the
        conversation would not fit the model's context (at the first step). If it is a tool's result that
        no longer fits, what was said until then stays.
        """
        if not text.strip():
            raise InputError("The message is empty. Type something first.")
        with self._state:
            self._stopping = threading.Event()
            return self._answer(text, self._epoch, self._stopping, documents)

    def retry(self) -> Iterator[ChatEvent]:
        """Ask the last user message again; its answer stays until the new one has said something.

        Raises `InputError` if nothing was asked yet.
        """
        with self._state:
            if self._asked_at is None:
                raise InputError("There is nothing to try again yet. Type a message first.")
            self._stopping = threading.Event()
            return self._answer(None, self._epoch, self._stopping)

    def take_in(self, asked: str, answer: str, *, again: bool = False) -> None:
        """Add a question and its answer that came about elsewhere, as a summary does; it can be gone on with.

        `again` puts them in place of the last question and what came after it.
        """
        with self._state:
            if not again or self._asked_at is None:
                self._asked_at = len(self._messages)
            self._messages = (
                *self._messages[: self._asked_at],
                Message(Role.USER, asked),
                Message(Role.ASSISTANT, answer, Channel.FINAL),
            )

    def stop(self) -> None:
        """End the answer being written, if one is; from any thread, also between rounds."""
        with self._state:
            self._stopping.set()
        self._engine.cancel()

    def clear(self) -> None:
        """Start an empty conversation; an answer still being written is stopped and dropped."""
        with self._state:
            self._epoch += 1
            self._messages, self._asked_at = (), None
        self.stop()

    def _conversation(self, messages: tuple[Message, ...]) -> Conversation:
        return Conversation(
            messages=messages,
            effort=self.effort,
            date=self._today().isoformat(),
            instructions=self.instructions,
            tools=self.tools.specs,
        )

    def _begin(self, text: str | None, documents: str) -> tuple[Message, ...]:
        """The messages up to and with the question: `text`, or the last one again."""
        with self._state:
            if text is not None:
                before = (Message(Role.USER, documents),) if documents else ()
                return (*self._messages, *before, Message(Role.USER, text))
            return self._messages[: (self._asked_at or 0) + 1]

    def _commit(self, epoch: int, messages: tuple[Message, ...], asked_at: int) -> None:
        with self._state:
            if self._epoch == epoch:
                self._messages, self._asked_at = messages, asked_at

    def _answer(
        self, text: str | None, epoch: int, stopping: threading.Event, documents: str = ""
    ) -> Iterator[ChatEvent]:
        if not self._running.acquire(blocking=False):
            raise InputError("An answer is still being written. Wait for it or stop it first.")
        try:
            said = self._begin(text, documents)
            asked_at = len(said) - 1
            replaces = text is None
            for round_number in range(1, MAX_ROUNDS + 1):
                turn = _Round(self._request(said, asked_at))
                try:
                    yield from self._run_round(turn, stopping)
                except InputError:
                    raise
                except BaseException:
                    # Crashed or closed early: what was heard until then is what was said.
                    if turn.has_begun or not replaces:
                        self._commit(epoch, said + turn.messages, asked_at)
                    raise
                said += turn.messages
                if turn.has_begun or not replaces:
                    self._commit(epoch, said, asked_at)
                    replaces = False
                yield turn.ended
                if turn.ended.reason is not StopReason.TOOL_CALL:
                    return
                if not stopping.is_set():
                    call = turn.messages[-1] if turn.messages else Message(Role.ASSISTANT, "")
                    if (result := self._run_tool(call, stopping)) is not None:
                        if round_number == MAX_ROUNDS - 1:
                            result = replace(result, content=f"{result.content}\n{LAST_CALL}")
                        said += (result,)
                        self._commit(epoch, said, asked_at)
                        yield ToolRan(turn.request.turn_id, call, result)
                if stopping.is_set():
                    yield _ended(next(_turn_ids), StopReason.CANCELLED)
                    return
            yield _ended(
                next(_turn_ids),
                StopReason.ERROR,
                f"The model called tools {MAX_ROUNDS} times without answering. Try again, or ask differently.",
            )
        finally:
            self._running.release()

    def _run_tool(self, call: Message, stopping: threading.Event) -> Message | None:
        """The result of a call; None if it was stopped. A tool that hangs is left behind on its thread."""
        results: list[Message] = []
        errors: list[BaseException] = []
        tools = self.tools

        def work() -> None:
            try:
                results.append(tools.answer(call))
            except BaseException as error:  # raised again below
                errors.append(error)

        thread = threading.Thread(target=work, name="chorale-tool", daemon=True)
        thread.start()
        deadline = time.monotonic() + self._tool_seconds
        while thread.is_alive() and not stopping.is_set():
            if time.monotonic() > deadline:
                return result_message(
                    call, {"error": f"The tool took more than {self._tool_seconds:g} seconds."}
                )
            thread.join(_LOOK_UP_S)
        thread.join(_GRACE_S)  # the result of a tool that was about to end is worth keeping
        if errors:
            raise errors[0]
        return results[0] if results else None

    def _request(self, said: tuple[Message, ...], asked_at: int) -> TurnRequest:
        return TurnRequest(
            turn_id=next(_turn_ids),
            conversation=self._conversation(_fit_for_prompt(said, asked_at)),
            sampling=self.sampling,
            max_tokens=self.max_tokens,
        )

    def _run_round(self, turn: _Round, stopping: threading.Event) -> Iterator[TurnEvent]:
        """Run the engine once, yielding all but its `TurnEnded`, which is left in `turn`."""
        turn_id = turn.request.turn_id
        if stopping.is_set():
            turn.end(_ended(turn_id, StopReason.CANCELLED))
            return
        events = self._engine.run(turn.request)
        try:
            for event in events:
                if turn.has_ended:
                    continue  # nothing more is heard, but only at the very end is the engine free
                if stopping.is_set():
                    # stop() may have come before the engine began, when there was nothing to cancel.
                    self._engine.cancel()
                if isinstance(event, LoadProgress):  # the engine died before and is loaded again
                    yield event
                elif event.turn_id != turn_id:
                    continue
                elif isinstance(event, TurnEnded):
                    turn.end(event)
                else:
                    turn.hear(event)
                    yield event
        except GeneratorExit:
            self._engine.cancel()
            with contextlib.suppress(AppError, Cancelled):
                for event in events:  # the engine still ends its turn, with the whole answer
                    if isinstance(event, TurnEnded) and event.turn_id == turn_id:
                        turn.end(event)
            raise
        except Cancelled:
            turn.end(_ended(turn_id, StopReason.CANCELLED))
        if not turn.has_ended:
            raise EngineError("The engine stopped without ending its answer. Try again.")


class _Round:
    """What one engine round said: `messages` from the deltas heard, until `TurnEnded` replaces them."""

    def __init__(self, request: TurnRequest) -> None:
        self.request = request
        self.messages: tuple[Message, ...] = ()
        self.has_ended = False
        self.ended: TurnEnded  # once `has_ended`
        self._heard: dict[int, Message] = {}

    @property
    def has_begun(self) -> bool:
        """Whether it is an answer, be it an empty one, and not only a try that broke off."""
        return bool(self.messages) or (self.has_ended and self.ended.reason not in BROKEN)

    def hear(self, event: TurnEvent) -> None:
        if not isinstance(event, TextDelta):
            return
        heard = self._heard.get(event.message_index) or Message(
            Role.ASSISTANT, "", event.channel, event.recipient, event.content_type
        )
        self._heard[event.message_index] = replace(heard, content=heard.content + event.text)
        self.messages = tuple(self._heard[index] for index in sorted(self._heard))

    def end(self, event: TurnEnded) -> None:
        # A turn that ended without the engine knows nothing better than what was heard.
        messages = event.messages or self.messages
        # Whatever header the model wrote, its words are the assistant's, never the user's.
        self.messages = tuple(
            message if message.role is Role.ASSISTANT else replace(message, role=Role.ASSISTANT, name=None)
            for message in messages
        )
        self.ended = event
        self.has_ended = True


def _ended(turn_id: int, reason: StopReason, error: str | None = None) -> TurnEnded:
    """The end of a turn that the engine had no part in."""
    return TurnEnded(turn_id, reason, (), (), Usage(), prefill_seconds=0.0, decode_seconds=0.0, error=error)


def _fit_for_prompt(messages: tuple[Message, ...], asked_at: int) -> tuple[Message, ...]:
    """Leave out what an answer cut short left behind and a model never sees in training.

    That is: a tool call that got no result, an assistant message without text, and the reasoning of
    answers before the question at `asked_at` (the renderer drops it only once a final message follows).
    """
    kept = []
    for index, message in enumerate(messages):
        answered = index + 1 < len(messages) and messages[index + 1].role is Role.TOOL
        if message.role is Role.ASSISTANT and not answered:
            call = message.recipient not in (None, "all") and message.channel is not Channel.FINAL
            old_thought = message.channel is Channel.ANALYSIS and index < asked_at
            if call or old_thought or not message.content:
                continue
        kept.append(message)
    return tuple(kept)
