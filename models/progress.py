"""How far a long piece of work on a model's files is, and how to hold, slow or stop it.

    control = Control(limit=2_000_000)          # bytes a second
    for event in download(..., control=control):    # on a worker thread
        ...
    control.pause(); control.resume(); control.cancel()     # from any thread

Progress is numbers, None for unknown; the view makes words of them. Times are taken from a monotonic clock,
so setting the PC's clock moves no estimate and ends no wait. Read next: `download`.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from models.errors import Cancelled

_SPEED_WINDOW_S = 10.0  # speeds are of the last ten seconds
_LONGEST_SLEEP_S = 0.5  # a change of the limit is felt within this time


class Stage(StrEnum):
    """What goes on."""

    WAITING = "waiting"  # another Chorale is at work on the same model
    LOOKING = "looking"  # the list of files is asked for
    CHECKING = "checking"  # what is on the disk is hashed
    DOWNLOADING = "downloading"
    COPYING = "copying"
    REMOVING = "removing"


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """One report of a download, an import, an export, a check or a removal; some four a second.

    Attributes:
        stage: what goes on now.
        done: bytes on the disk and good, of all files.
        total: bytes of all files; None while unknown.
        bytes_per_second: of the last ten seconds; None while unknown.
        seconds_left: at that speed; None while unknown.
        is_paused: whether it is held by `Control.pause`.
        note: one sentence when something holds it up, else empty: what, and when it is tried again.
    """

    stage: Stage
    done: int
    total: int | None
    bytes_per_second: float | None = None
    seconds_left: float | None = None
    is_paused: bool = False
    note: str = ""


class Clock:
    """Time as it is. Tests have another one."""

    def now(self) -> float:
        """Seconds since some moment; never goes back."""
        return time.monotonic()

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait that long or until `event` is set; whether it is."""
        return event.wait(seconds)


class Control:
    """Holds, slows or stops work that runs on other threads; every method may be called from any thread.

    Attributes:
        limit: bytes a second to stay under; None is as fast as it goes. May be set at any time.
    """

    def __init__(self, *, limit: int | None = None, clock: Clock | None = None) -> None:
        self.limit = limit
        self._clock = clock or Clock()
        self._cancelled = threading.Event()
        self._running = threading.Event()
        self._running.set()
        self._lock = threading.Lock()
        self._free_at = 0.0  # when the bytes taken so far fit under the limit

    @property
    def is_paused(self) -> bool:
        return not self._running.is_set()

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()

    def pause(self) -> None:
        """Hold the work after the piece it is at; nothing is lost."""
        self._running.clear()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._running.set()

    def cancel(self) -> None:
        """End the work for good; what is on the disk is kept."""
        self._cancelled.set()
        self._running.set()

    def check(self) -> None:
        """Wait while paused. Raises `Cancelled`."""
        self._running.wait()
        self.raise_if_cancelled()

    def raise_if_cancelled(self) -> None:
        """Raises `Cancelled`; does not wait while paused."""
        if self._cancelled.is_set():
            raise Cancelled

    def sleep(self, seconds: float) -> None:
        """Wait. Raises `Cancelled` as soon as that happens."""
        if self._clock.wait(self._cancelled, seconds):
            raise Cancelled

    def took(self, count: int) -> None:
        """Wait until taking `count` bytes more stays under the limit. Raises `Cancelled`."""
        self.check()
        with self._lock:
            limit, now = self.limit, self._clock.now()
            if limit is None:
                self._free_at = now
                return
            self._free_at = max(self._free_at, now) + count / limit
            until = self._free_at
        while self.limit is not None and (left := until - self._clock.now()) > 0:
            self.sleep(min(left, _LONGEST_SLEEP_S))


class Pace:
    """Speed and time left, from the counts of the last seconds. Used by one thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._marks: deque[tuple[float, int]] = deque()

    def of(self, done: int, total: int | None) -> tuple[float | None, float | None]:
        """Note that `done` bytes of `total` are there: (bytes a second, seconds left), None for unknown."""
        now = self._clock.now()
        self._marks.append((now, done))
        while len(self._marks) > 2 and now - self._marks[0][0] > _SPEED_WINDOW_S:
            self._marks.popleft()
        began, first = self._marks[0]
        if now - began < 0.5 or done <= first:
            return None, None
        speed = (done - first) / (now - began)
        return speed, None if total is None else max(total - done, 0) / speed

    def restart(self) -> None:
        """Forget what was, after a pause."""
        self._marks.clear()
