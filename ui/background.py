"""The one helper that runs background work: a generator on a worker thread, its events in batches.

Widgets never make threads. They hand a function that returns a generator to `Background.start`; it is
iterated on the worker thread, and what it yields arrives on the window's thread in lists, at most thirty
times a second however fast it comes. A producer that is far ahead waits, so that a flood never piles up.

Read next: `ui.controller`, its only user.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QThread, QTimer, Signal, Slot

from app.logs import log_bug

INTERVAL_MS = 34  # at most 30 batches a second
MOST_WAITING = 1000  # events; past this the producer waits for the window

Work = Callable[[], Iterator[Any]]


class Job(QObject):
    """One piece of background work.

    Signals:
        arrived(list): events in order, on the window's thread.
        ended(object): the last thing said: None, or the exception that ended the work.
    """

    arrived = Signal(list)
    ended = Signal(object)
    _woken = Signal()

    def __init__(self, work: Work, parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self._lock = threading.Condition()
        self._waiting: deque[Any] = deque()
        self._done = False
        self._error: BaseException | None = None
        self._dropped = False
        self._since = QElapsedTimer()
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._deliver)
        self._woken.connect(self._wake, Qt.ConnectionType.QueuedConnection)

    def drop(self) -> None:
        """Say nothing more, not even `ended`. Work that has begun goes on until it ends by itself."""
        with self._lock:
            self._dropped = True
            self._waiting.clear()
            self._lock.notify_all()
        self._timer.stop()

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
            self._woken.emit()  # under the lock: once it is let go, this object may be deleted

    def _put(self, event: Any) -> None:
        with self._lock:
            self._lock.wait_for(lambda: self._dropped or len(self._waiting) < MOST_WAITING)
            if self._dropped:
                return
            self._waiting.append(event)
            first = len(self._waiting) == 1
        if first:
            self._woken.emit()

    @Slot()
    def _wake(self) -> None:
        if self._timer.isActive():
            return
        passed = self._since.elapsed() if self._since.isValid() else INTERVAL_MS
        if passed >= INTERVAL_MS:
            self._deliver()
        else:
            self._timer.start(INTERVAL_MS - passed)

    def _deliver(self) -> None:
        with self._lock:
            if self._dropped:
                if self._done:
                    self.deleteLater()
                return
            events = list(self._waiting)
            self._waiting.clear()
            done, error = self._done, self._error
            self._done = False
            self._lock.notify_all()
        if events:
            self.arrived.emit(events)
        self._since.start()  # from here, not before: whoever is slow to take events gets a pause as well
        if done:
            self.ended.emit(error)
            self.deleteLater()


class _Worker(QThread):
    """Runs jobs one after the other."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lock = threading.Condition()
        self._jobs: deque[Job] = deque()
        self._closing = False

    def add(self, job: Job) -> None:
        with self._lock:
            self._jobs.append(job)
            self._lock.notify_all()

    def close(self) -> None:
        with self._lock:
            self._closing = True
            self._jobs.clear()
            self._lock.notify_all()

    def run(self) -> None:
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._closing or bool(self._jobs))
                if self._closing:
                    return
                job = self._jobs.popleft()
            job.run()


class Background(QObject):
    """The worker thread. Jobs run in the order they are started, one at a time."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = _Worker(self)

    def start(
        self,
        work: Work,
        on_events: Callable[[list[Any]], None],
        on_end: Callable[[BaseException | None], None],
    ) -> Job:
        """Run `work` once what was started before has ended; the callbacks come on this thread."""
        job = Job(work, self)
        job.arrived.connect(on_events)
        job.ended.connect(on_end)
        if not self._worker.isRunning():
            self._worker.start()
        self._worker.add(job)
        return job

    def close(self, patience_ms: int = 3000) -> bool:
        """Take no more work and wait for what runs; the caller has told it to stop. False if it did not."""
        for job in self.findChildren(Job):
            job.drop()
        self._worker.close()
        return self._worker.wait(patience_ms)
