"""Work for the engine while nobody asks anything: on a thread of its own, given up at once when somebody does."""

from __future__ import annotations

import threading
from collections.abc import Callable

from app.logs import log_bug

_PATIENCE_S = 10.0  # an engine that has not let go by then is not waited for


class Idle:
    """One piece of such work at a time.

    Args:
        cancel: makes the engine end what it does.
    """

    def __init__(self, cancel: Callable[[], None]) -> None:
        self._cancel = cancel
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, work: Callable[[threading.Event], None]) -> None:
        """Do `work` unless something is done already; it ends soon after its event is set."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                return
            stopping = self._stopping = threading.Event()
            self._thread = threading.Thread(
                target=_run, args=(work, stopping), name="chorale-idle", daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        """End it and wait until the engine is free. On a worker thread."""
        with self._lock:
            thread = self._thread
            self._stopping.set()
        if thread is not None and thread.is_alive():
            self._cancel()
            thread.join(_PATIENCE_S)

    def wait(self, seconds: float) -> None:
        """Wait until it has ended by itself."""
        if (thread := self._thread) is not None:
            thread.join(seconds)


def _run(work: Callable[[threading.Event], None], stopping: threading.Event) -> None:
    try:
        work(stopping)
    except Exception as error:  # nobody waits for what it does
        log_bug(error)
