"""Pauses other busy programs of this user while something is measured, and always lets them go on.

A paused program (SIGSTOP) loses nothing and does not notice; what waits for it waits. Only programs that take
processor time right now are paused, never this process, its parents or its children, and only programs by the
names given. Linux and macOS; elsewhere nothing is paused.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import psutil

NAMES = ("python", "pytest", "zig", "wine", "qemu", "cc", "clang", "gcc", "node", "cargo")
BUSY_SHARE = 0.03  # of one processor
_LOOK_S = 0.2
_LOOK_AGAIN_S = 1.5  # a look takes some 10 ms of one processor

_paused: dict[int, psutil.Process] = {}


@contextmanager
def others_paused(wanted: bool = True, names: Iterable[str] = NAMES) -> Iterator[set[str]]:
    """Pause busy programs for the length of a `with`, also those that become busy meanwhile.

    Gives the names of the paused ones, a set that grows; it stays empty if not `wanted`.
    """
    found: set[str] = set()
    if not wanted or sys.platform == "win32":
        yield found
        return
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_LOOK_AGAIN_S):
            found.update(_pause(process) for process in _busy(tuple(names)))

    watcher = threading.Thread(target=watch, name="freeze", daemon=True)
    try:
        found.update(_pause(process) for process in _busy(tuple(names)))
        watcher.start()
        yield found
    finally:
        over.set()
        if watcher.ident is not None:
            watcher.join()
        resume_all()


def resume_all() -> None:
    """Let every paused program go on; harmless when none is."""
    while _paused:
        _, process = _paused.popitem()
        with suppress(psutil.Error):
            process.resume()


def _pause(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        _paused[process.pid] = process  # first, so that a signal between the two lines loses nobody
        name = str(process.name())
        process.suspend()
        return name
    _paused.pop(process.pid, None)
    return ""


def _busy(names: tuple[str, ...]) -> list[psutil.Process]:
    own = _family()
    user = psutil.Process().username()
    before: dict[psutil.Process, float] = {}
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.pid not in own and process.username() == user and process.name().startswith(names):
                before[process] = _seconds(process)
    time.sleep(_LOOK_S)
    busy = []
    for process, seconds in before.items():
        with suppress(psutil.Error):
            if _seconds(process) - seconds > BUSY_SHARE * _LOOK_S:
                busy.append(process)
    return busy


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _family() -> set[int]:
    """This process, its parents, and everything they started for it."""
    me = psutil.Process()
    children = {child.pid for child in me.children(recursive=True)}
    return {os.getpid(), *children, *(parent.pid for parent in me.parents())}


def _end(number: int, frame: object) -> None:
    resume_all()
    raise SystemExit(128 + number)


def resume_at_exit() -> None:
    """Make sure of `resume_all` however this process ends, except by SIGKILL."""
    atexit.register(resume_all)
    for number in (signal.SIGTERM, *([signal.SIGHUP] if sys.platform != "win32" else [])):
        signal.signal(number, _end)
