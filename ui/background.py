"""The one helper that runs background work: a generator on a worker thread, its events in batches.

Widgets never make threads. They hand a function that returns a generator to `Background.start`; it is
iterated on the worker thread, and what it yields arrives on the window's thread in lists, at most thirty
times a second however fast it comes. A producer that is far ahead waits, so that a flood never piles up.

The worker knows nothing of Qt: the window's thread looks for events by a timer that runs only while there
is work. A signal sent by a Python thread would be quicker by some milliseconds, but PySide may then visit
its own half-made objects when Python collects garbage, and crash.

Read next: `ui.controller`, its only user.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer

from app.logs import log_bug

INTERVAL_MS = 34  # at most 30 batches a second
MOST_WAITING = 1000  # events; past this the producer waits for the window

Work = Callable[[], Iterator[Any]]


class Job:
    """One piece of background work: filled by the worker, emptied by the window's thread."""

    def __init__(
        self,
        work: Work,
        on_events: Callable[[list[Any]], None],
        on_end: Callable[[BaseException | None], None],
    ) -> None:
        self._work = work
        self._on_events = on_events
        self._on_end = on_end
        self._lock = threading.Condition()
        self._waiting: deque[Any] = deque()
        self._done = False
        self._error: BaseException | None = None
        self._dropped = False

    def drop(self) -> None:
        """Say nothing more, not even the end. Work that has begun goes on until it ends by itself."""
        with self._lock:
            self._dropped = True
            self._waiting.clear()
            self._lock.notify_all()

    def run(self) -> None:
        """Iterate to the end; on the worker thread only."""
        error: BaseException | None = None
        try:
            with self._lock:  # so that dropped work either has begun by now or never does
                events = iter(()) if self._dropped else self._work()
            for event in events:
                self._put(event)
        except BaseException as raised:
            # Whatever it is, a bug included, belongs to whoever started the work.
            error = raised
            log_bug(raised)
        with self._lock:
            self._done, self._error = True, error

    def _put(self, event: Any) -> None:
        with self._lock:
            self._lock.wait_for(lambda: self._dropped or len(self._waiting) < MOST_WAITING)
            if not self._dropped:
                self._waiting.append(event)

    def deliver(self) -> bool:
        """Hand over what has come, on the window's thread; True once there is nothing more to come."""
        with self._lock:
            events = list(self._waiting)
            self._waiting.clear()
            done, error = self._done, self._error
            self._lock.notify_all()
        if events:
            self._on_events(events)
        if done and not self._dropped:  # taking the events may have dropped it
            self._on_end(error)
        return done


class _Worker:
    """Runs jobs one after the other, on a thread that begins with the first."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._jobs: deque[Job] = deque()
        self._closing = False
        # A daemon: a window that has lost patience with its work must not keep the process alive.
        self._thread = threading.Thread(target=self._run, name="background", daemon=True)

    def add(self, job: Job) -> None:
        with self._lock:
            self._jobs.append(job)
            self._lock.notify_all()
            if not self._thread.is_alive() and not self._closing:
                self._thread.start()

    def close(self, patience_ms: int, *, finish: bool) -> bool:
        with self._lock:
            self._closing = True
            if not finish:
                self._jobs.clear()
            self._lock.notify_all()
        if self._thread.is_alive():
            self._thread.join(patience_ms / 1000)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._closing or bool(self._jobs))
                if not self._jobs:
                    return
                job = self._jobs.popleft()
            job.run()


class Background(QObject):
    """The worker thread. Jobs run in the order they are started, one at a time."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = _Worker()
        self._jobs: list[Job] = []
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._look)

    def start(
        self,
        work: Work,
        on_events: Callable[[list[Any]], None],
        on_end: Callable[[BaseException | None], None],
    ) -> Job:
        """Run `work` once what was started before has ended; the callbacks come on this thread.

        `on_events` gets lists of what the work yielded, in order; `on_end`, last of all, None or the
        exception that ended the work. What they raise is theirs: it does not stop the work.
        """
        job = Job(work, on_events, on_end)
        self._jobs.append(job)
        self._worker.add(job)
        if not self._timer.isActive():
            self._timer.start()
        return job

    def close(self, patience_ms: int = 3000, *, finish: bool = False) -> bool:
        """Take no more work and wait for what runs; the caller has told it to stop. False if it did not.

        With `finish`, what was started before is done first, though nobody hears of it.
        """
        self._timer.stop()
        if not finish:
            for job in self._jobs:
                job.drop()
        self._jobs.clear()
        return self._worker.close(patience_ms, finish=finish)

    def _look(self) -> None:
        try:
            for job in list(self._jobs):
                if job.deliver() and job in self._jobs:
                    self._jobs.remove(job)
        finally:
            # From here, not from before: whoever is slow to take events gets a pause as well.
            if self._jobs:
                self._timer.start()
