"""The engine process's side of the pipe: takes commands, sends events, hears a cancel while computing.

Commands are `(serial, verb, argument)`: `load`, `run`, `cancel` (its argument is the serial to cancel) and
`close`. Answers are `(serial, event)`, ending with `(serial, Finished())`, or `(serial, exception)`. `keep` and
`forget`, of caches on the disk, are done in their turn and not answered.
Read next: `engine_client`, the other side.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from models.errors import AppError, Cancelled
from runtime.engine_interface import EngineInterface
from runtime.kv.values import KeepOrder


class Pipe(Protocol):
    """One end of the pipe: what `multiprocessing` calls Connection, and PipeConnection on Windows."""

    def send(self, value: Any, /) -> None: ...
    def recv(self) -> Any: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Finished:
    """The command with this serial has been carried out."""


class ServedEngine(EngineInterface, Protocol):
    """An engine that computes in this process.

    Attributes:
        is_spent: what it computed with is lost; only a new process can load a model again.
    """

    is_spent: bool

    def keep(self, order: KeepOrder) -> None: ...

    def forget(self, path: str) -> None: ...


class EngineServer:
    """Serves one client over `connection` until it closes, or until the engine is spent."""

    def __init__(self, engine: ServedEngine, connection: Pipe) -> None:
        self._engine = engine
        self._connection = connection
        self._commands: queue.SimpleQueue[tuple[int, str, Any] | None] = queue.SimpleQueue()
        self._cancelled: set[int] = set()
        self._current: int | None = None

    def serve(self) -> None:
        """Run until the client closes the pipe or says so."""
        threading.Thread(target=self._listen, name="engine-commands", daemon=True).start()
        while (command := self._commands.get()) is not None:
            serial, verb, argument = command
            if verb in ("keep", "forget"):
                self._engine.keep(argument) if verb == "keep" else self._engine.forget(argument)
                continue
            try:
                events = self._engine.load(argument) if verb == "load" else self._engine.run(argument)
                self._stream(serial, events)
                if self._engine.is_spent:
                    break  # the client hears the pipe close after the last word, and starts a new process
                self._send(serial, Finished())
            except (AppError, Cancelled) as error:
                self._send(serial, error)
            self._current = None
        self._engine.close()

    def _stream(self, serial: int, events: Iterator[Any]) -> None:
        # Order matters: the engine has cleared earlier cancels by now, and `_listen` looks at `_current`
        # only after noting the serial, so a cancel that comes at any moment reaches this command or none.
        self._current = serial
        if serial in self._cancelled:
            self._engine.cancel()
        for event in events:
            self._send(serial, event)

    def _send(self, serial: int, value: Any) -> None:
        try:
            self._connection.send((serial, value))
        except OSError:  # the client is gone, and nobody else can want the answer
            os._exit(0)

    def _listen(self) -> None:
        while True:
            try:
                serial, verb, argument = self._connection.recv()
            except (EOFError, OSError):
                # The window process ended. A native computation cannot be unwound, so leave at once; but say
                # first that whatever is under way did not end by a fault of its own.
                with suppress(Exception):
                    self._engine.cancel()
                os._exit(0)
            if verb == "cancel":
                self._cancelled.add(argument)
                if self._current == argument:
                    self._engine.cancel()
            elif verb == "close":
                if self._current is not None:
                    self._engine.cancel()  # nobody waits for the rest
                self._commands.put(None)
                return
            else:
                self._commands.put((serial, verb, argument))
