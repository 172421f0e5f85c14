"""The engine's side of the pipe: whoever leaves does not wait for what is under way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import SimpleQueue
from typing import Any

from models.errors import Cancelled
from runtime.engine_process import EngineServer
from runtime.events import LoadEvent, LoadProgress, LoadRequest, TurnEvent, TurnRequest
from runtime.kv.values import KeepOrder


class Pipe:
    """What the client sends, and what it got."""

    def __init__(self) -> None:
        self.commands: SimpleQueue[Any] = SimpleQueue()
        self.got: list[Any] = []

    def send(self, value: Any, /) -> None:
        self.got.append(value)

    def recv(self) -> Any:
        return self.commands.get()

    def close(self) -> None: ...


class LongLoad:
    """An engine that loads until it is cancelled."""

    is_spent = False

    def __init__(self, began: threading.Event) -> None:
        self._began = began
        self._cancelled = threading.Event()
        self.is_closed = False

    def load(self, request: LoadRequest) -> Iterator[LoadEvent]:
        yield LoadProgress("testing")
        self._began.set()
        if not self._cancelled.wait(20):
            raise TimeoutError
        raise Cancelled

    def run(self, request: TurnRequest) -> Iterator[TurnEvent]:
        yield from ()

    def keep(self, order: KeepOrder) -> None:
        pass

    def forget(self, path: str) -> None:
        pass

    def cancel(self) -> None:
        self._cancelled.set()

    def close(self) -> None:
        self.is_closed = True


def test_closing_the_app_ends_a_load_that_is_under_way() -> None:
    pipe, began = Pipe(), threading.Event()
    engine = LongLoad(began)
    serving = threading.Thread(target=EngineServer(engine, pipe).serve)
    serving.start()
    pipe.commands.put((1, "load", LoadRequest("model", "cache")))
    assert began.wait(10)
    pipe.commands.put((0, "close", None))
    serving.join(10)
    assert not serving.is_alive()
    assert engine.is_closed
    assert isinstance(pipe.got[-1][1], Cancelled)
