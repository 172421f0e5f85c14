"""Runs an engine's blocking generator for a command, so that Ctrl+C works at every moment.

The generator is iterated on a worker thread. The first Ctrl+C asks it to stop and the events go on to its
proper end; the second gives up waiting. (Iterated on the main thread, Ctrl+C would break the pipe to the
engine mid-message, and on Windows not be heard at all until the next event.)
"""

from __future__ import annotations

import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Generic, TypeVar

T = TypeVar("T")
# Windows does not interrupt a waiting main thread; this often it looks up by itself.
_LOOK_UP_S = 0.1
_PATIENCE_S = 5.0  # more than an engine takes to end or be killed


@dataclass(frozen=True, slots=True)
class _Step(Generic[T]):
    """One event, or the end, perhaps with what was raised."""

    events: tuple[T, ...] = ()
    error: BaseException | None = None


def iterate(start: Callable[[], Iterable[T]], stop: Callable[[], None]) -> Iterator[T]:
    """Yield what `start()` yields, on the calling thread; raise what it raises.

    Args:
        start: called and iterated on a worker thread.
        stop: called, on a thread of its own, at the first Ctrl+C, or when the caller stops iterating.

    Raises:
        KeyboardInterrupt: at the second Ctrl+C.
    """
    steps: queue.SimpleQueue[_Step[T]] = queue.SimpleQueue()

    def work() -> None:
        if sys.platform != "win32":
            # Ctrl+C reaches every process of the terminal. The engine process, which is started from this
            # thread and inherits its mask, must not die of it before it has said that it ignores it.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            for event in start():
                steps.put(_Step((event,)))
        except BaseException as error:
            steps.put(_Step(error=error))
        else:
            steps.put(_Step())

    # A daemon: the second Ctrl+C must not wait for it.
    worker = threading.Thread(target=work, name="chorale-worker", daemon=True)
    with _interrupts_call(stop):
        worker.start()
        try:
            while True:
                try:
                    step = steps.get(timeout=_LOOK_UP_S)
                except queue.Empty:
                    continue
                yield from step.events
                if step.error is not None:
                    raise step.error
                if not step.events:
                    return
        except GeneratorExit:
            # The engine does one thing at a time, so whoever iterates next must not meet this worker.
            stop()
            worker.join(_PATIENCE_S)
            raise


@contextmanager
def _interrupts_call(stop: Callable[[], None]) -> Iterator[None]:
    """Turn the first Ctrl+C into a call of `stop`; only the main thread can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard = 0

    def hear(number: int, frame: FrameType | None) -> None:
        nonlocal heard
        heard += 1
        if heard > 1:
            raise KeyboardInterrupt
        # Not called here: the main thread may be holding the very lock that `stop` takes.
        threading.Thread(target=stop, name="chorale-stop", daemon=True).start()

    before = signal.signal(signal.SIGINT, hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
