"""What every engine can do, whether it runs in this process, in another, or is a fake in a test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from runtime.events import LoadEvent, LoadRequest, TurnEvent, TurnRequest


class EngineInterface(Protocol):
    """Loads one model and answers one turn at a time.

    `load` and `run` are blocking generators: call them from a worker thread and iterate to the end.
    `cancel` may be called from any thread, at any moment, and ends what is running: on the CPU
    within 0.3 s, on a GPU when it is through with the piece that it was given.
    """

    def load(self, request: LoadRequest) -> Iterator[LoadEvent]:
        """Load a model; the last event is `EngineReady` or `EngineFailed`. Raises `Cancelled`."""
        ...

    def run(self, request: TurnRequest) -> Iterator[TurnEvent]:
        """Answer; the last event is `TurnEnded`.

        Raises `InputError`, before anything else, if the conversation does not fit the context.
        """
        ...

    def cancel(self) -> None:
        """End what is running, if anything is."""
        ...

    def close(self) -> None:
        """Free the model and, if there is one, the process."""
        ...
