"""The engine as the window sees it: an `EngineInterface` whose work happens in another process.

A process, because computing must never freeze the window, and because a native crash or an out-of-memory
kill must cost one answer and not the app: the client notices, keeps what was streamed, and the next turn
starts a fresh process and loads the model again. Read next: `engine_process`, the other side.
"""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.context import SpawnProcess
from typing import Any

from models.errors import Cancelled, EngineError
from runtime.conversation import Message
from runtime.engine_process import Finished, Pipe
from runtime.events import (
    EngineFailed,
    EngineReady,
    LoadEvent,
    LoadProgress,
    LoadRequest,
    Span,
    StopReason,
    TextDelta,
    TurnEnded,
    TurnEvent,
    TurnRequest,
    Usage,
)
from runtime.kv.values import KeepOrder

# A cancel is asked for first; an engine that has not obeyed by then is killed.
CANCEL_GRACE_S = 2.0


class _EngineDiedError(Exception):
    """The pipe broke. `args[0]` is a sentence for the user."""


class EngineClient:
    """Starts the engine process when first needed, and again after it died.

    Args:
        target: runs in the new process with its end of the pipe; a module-level function.
        on_death: told the exit code (None if unknown) when the process ends in the middle of its work.
    """

    def __init__(
        self, target: Callable[[Pipe], None], on_death: Callable[[int | None], None] = lambda code: None
    ) -> None:
        self._target = target
        self._on_death = on_death
        self._process: SpawnProcess | None = None
        self._connection: Pipe | None = None
        self._loaded: LoadRequest | None = None
        self._is_ready = False  # whether that model is in the process there is now
        self._serial = 0
        self._active: int | None = None
        self._cancel_asked = False
        self._killer: threading.Timer | None = None
        self._lock = threading.Lock()  # guards sending and the fields `cancel` shares with the worker

    @property
    def process_id(self) -> int | None:
        """The system's number of the engine's process; None if there is none. From any thread."""
        process = self._process
        return None if process is None else process.pid

    def load(self, request: LoadRequest) -> Iterator[LoadEvent]:
        """See `EngineInterface.load`. A crash while loading is an `EngineFailed`."""
        self._loaded, self._is_ready = request, False
        try:
            for event in self._ask("load", request):
                self._is_ready = isinstance(event, EngineReady)
                yield event
        except _EngineDiedError as died:
            if self._cancel_asked:
                raise Cancelled from None
            yield EngineFailed(str(died))

    def run(self, request: TurnRequest) -> Iterator[TurnEvent]:
        """See `EngineInterface.run`. After a crash, or a load cut short, the model is first loaded again.

        Raises:
            EngineError: no model was loaded, or it cannot be loaded again.
        """
        process = self._process
        if not self._is_ready or process is None or not process.is_alive():
            yield from self._reload()
        said = _Said(request)
        try:
            for event in self._ask("run", request):
                said.take(event)
                yield event
        except _EngineDiedError as died:
            if said.is_whole:
                return  # it died after its last word
            cancelled = self._cancel_asked
            reason = StopReason.CANCELLED if cancelled else StopReason.ERROR
            yield said.end(reason, None if cancelled else str(died))

    def cancel(self) -> None:
        """See `EngineInterface.cancel`."""
        with self._lock:
            self._cancel(self._active)

    def _cancel(self, serial: int | None) -> None:
        """Cancel this command if it is the one under way. Holding `_lock`."""
        if serial is not None and serial == self._active and not self._cancel_asked:
            self._cancel_asked = True
            self._killer = threading.Timer(CANCEL_GRACE_S, _kill, (self._process,))
            self._killer.daemon = True
            self._killer.start()
            self._try_send((0, "cancel", serial))

    def keep(self, order: KeepOrder) -> None:
        """Have the process keep its cache of a conversation, in the background; from any thread."""
        with self._lock:
            self._try_send((0, "keep", order))

    def forget(self, path: str) -> None:
        """Have the process let go of a file with such a cache and delete it; from any thread."""
        with self._lock:
            self._try_send((0, "forget", path))

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._try_send((0, "close", None))
        # Held here: the worker, who hears the process end at the same moment, drops it too.
        if (process := self._process) is not None:
            process.join(CANCEL_GRACE_S)
            _kill(process)
        self._drop()

    def _reload(self) -> Iterator[LoadProgress]:
        if self._loaded is None:
            raise EngineError("No model is loaded. Choose a model first.")
        for event in self.load(self._loaded):
            if isinstance(event, LoadProgress):
                yield event
            elif isinstance(event, EngineFailed):
                raise EngineError(event.user_text, event.detail)

    def _ask(self, verb: str, argument: Any) -> Iterator[Any]:
        """Send a command; yield its events, raise its exception."""
        connection = self._connected()
        with self._lock:
            self._serial += 1
            serial = self._active = self._serial
            self._cancel_asked = False
            self._try_send((serial, verb, argument))
        try:
            while True:
                try:
                    number, value = connection.recv()
                except (EOFError, OSError):
                    raise _EngineDiedError(self._obituary()) from None
                if number != serial:  # a late event of a turn that is over
                    continue
                if isinstance(value, Finished):
                    return
                if isinstance(value, BaseException):
                    raise value
                yield value
        except GeneratorExit:
            with self._lock:
                self._cancel(serial)  # whoever listened has left; nobody wants the rest
            raise
        finally:
            with self._lock:
                if self._active == serial:  # else a newer command has taken over
                    self._active = None
                    if self._killer is not None:
                        self._killer.cancel()
                        self._killer = None

    def _connected(self) -> Pipe:
        if self._connection is not None and self._process is not None and self._process.is_alive():
            return self._connection
        self._drop()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(
            target=self._target, args=(theirs,), name="chorale-engine", daemon=True
        )
        self._process.start()
        theirs.close()  # so that its end is the only one, and its death is heard here
        self._connection = ours
        return ours

    def _try_send(self, command: tuple[int, str, Any]) -> None:
        if self._connection is not None:
            with suppress(OSError):  # the process is gone; `recv` will say so
                self._connection.send(command)

    def _obituary(self) -> str:
        code = None
        if (process := self._process) is not None:
            process.join(CANCEL_GRACE_S)
            code = process.exitcode
        self._drop()
        self._on_death(code)
        if code == -9:
            return "The engine was ended by the system, most likely because memory ran out. Close other programs and try again."
        return f"The engine stopped unexpectedly (exit code {code}). Try again; the model is loaded anew."

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._process = None
        self._is_ready = False


def _kill(process: SpawnProcess | None) -> None:
    if process is not None and process.is_alive():
        process.kill()


class _Said:
    """What a turn has streamed, for the case that its engine dies before saying it whole (`is_whole`)."""

    def __init__(self, request: TurnRequest) -> None:
        self.is_whole = False
        self._turn_id = request.turn_id
        self._going_on = request.conversation.messages[-1] if request.conversation.is_open else None
        self._texts: dict[int, list[TextDelta]] = {}
        self._seconds: dict[int, float] = {}  # of each message; the first token's time is the prompt's
        self._last: float | None = None

    def take(self, event: TurnEvent) -> None:
        if isinstance(event, TextDelta):
            index, now = event.message_index, time.perf_counter()
            self._texts.setdefault(index, []).append(event)
            spent = now - (now if self._last is None else self._last)
            self._seconds[index] = self._seconds.get(index, 0.0) + spent
            self._last = now
        self.is_whole = isinstance(event, TurnEnded)

    def end(self, reason: StopReason, error: str | None) -> TurnEnded:
        messages, spans = [], []
        for index, deltas in self._texts.items():
            first = deltas[0]
            content = "".join(delta.text for delta in deltas)
            if index == 0 and self._going_on is not None:
                content = self._going_on.content + content
            messages.append(Message(first.role, content, first.channel, first.recipient, first.content_type))
            spans.append(Span(sum(delta.tokens for delta in deltas), self._seconds[index]))
        tokens = sum(span.tokens for span in spans)
        usage = Usage(completion_tokens=tokens)
        seconds = sum(self._seconds.values())
        return TurnEnded(self._turn_id, reason, tuple(messages), tuple(spans), usage, 0.0, seconds, error)
