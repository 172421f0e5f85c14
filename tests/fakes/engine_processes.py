"""Engine processes that misbehave: what the client must survive. Each function is a target for `EngineClient`."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

from models.errors import Cancelled, EngineError, InputError
from runtime.conversation import Channel, Message, Role
from runtime.engine_process import EngineServer, Pipe
from runtime.events import (
    Device,
    DeviceKind,
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

WORDS = ("Once", " upon", " a", " time")
EXIT_CODE = 41
SLOW_S = 0.5  # what loading the model `slow` takes


def delta(turn_id: int, text: str) -> TextDelta:
    return TextDelta(turn_id, 0, Role.ASSISTANT, Channel.FINAL, None, None, text)


class _Engine:
    """Says `WORDS`, then waits for a cancel if the question is `wait`."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._loaded = False
        self.is_spent = False

    def load(self, request: LoadRequest) -> Iterator[LoadEvent]:
        self._loaded = False
        self._cancelled.clear()
        yield LoadProgress("starting")
        if request.folder == "crash":
            os._exit(EXIT_CODE)
        if request.folder == "slow":
            self._cancelled.wait(SLOW_S)
        if self._cancelled.is_set():
            raise Cancelled
        if request.folder == "missing":
            yield EngineFailed("missing is not a model folder.")
            return
        device = Device("cpu", DeviceKind.CPU, "a CPU", None, "CPUExecutionProvider")
        # The process id stands in for the kernel's name, so that a test can tell processes apart.
        self._loaded = True
        yield EngineReady(request.folder, device, str(os.getpid()), 1000, 0.0)

    def run(self, request: TurnRequest) -> Iterator[TurnEvent]:
        if not self._loaded:
            raise EngineError("No model is loaded. Choose a model first.")
        self._cancelled.clear()
        return self._run(request)

    def _run(self, request: TurnRequest) -> Iterator[TurnEvent]:
        question = request.conversation.messages[-1].content
        if question == "too long":
            raise InputError("It is 5 too long.")
        if question == "broken":
            raise EngineError("The model stopped.", "detail")
        for word in WORDS:
            yield delta(request.turn_id, word)
        if question == "crash":
            os._exit(EXIT_CODE)
        reason = StopReason.STOP
        if question == "wait":
            self._cancelled.wait()
            reason = StopReason.CANCELLED
        if question == "ignore":
            threading.Event().wait()
        message = Message(Role.ASSISTANT, "".join(WORDS), Channel.FINAL)
        usage = Usage(3, len(WORDS), 0)
        yield TurnEnded(request.turn_id, reason, (message,), (Span(4, 0.1),), usage, 0.0, 0.1)
        if question == "crash at the end":
            os._exit(EXIT_CODE)
        self.is_spent = question == "lose the device"

    def keep(self, order: KeepOrder) -> None:
        Path(order.place.path).write_bytes(order.place.key)

    def forget(self, path: str) -> None:
        Path(path).unlink()

    def cancel(self) -> None:
        self._cancelled.set()

    def close(self) -> None:
        pass


def serve(connection: Pipe) -> None:
    """Answers by script: `crash`, `crash at the end`, `wait` (for a cancel), `ignore` (a cancel), `too long`,
    `broken`, `lose the device`."""
    EngineServer(_Engine(), connection).serve()
