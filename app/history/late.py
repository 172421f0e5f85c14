"""A history that opens while the window comes up: the keychain may ask for a password, or not answer for a minute.

Whoever asks it something before it is open waits, so the window asks on worker threads. Read next: `store`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, cast

from app.history.interface import HistoryInterface


def opened_later(make: Callable[[], HistoryInterface]) -> HistoryInterface:
    """The history that `make` opens, on a thread of its own. What it raises, every question raises."""
    return cast("HistoryInterface", _Late(make))


class _Late:
    def __init__(self, make: Callable[[], HistoryInterface]) -> None:
        self._opened: Future[HistoryInterface] = Future()
        # A daemon: a keychain that does not answer must not keep the process alive.
        threading.Thread(target=self._open, args=(make,), name="chorale-history-open", daemon=True).start()

    def _open(self, make: Callable[[], HistoryInterface]) -> None:
        try:
            self._opened.set_result(make())
        except BaseException as error:  # whoever asks is told
            self._opened.set_exception(error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._opened.result(), name)

    def close(self) -> None:
        """Close it, now or as soon as it is open."""
        self._opened.add_done_callback(_close)


def _close(opened: Future[HistoryInterface]) -> None:
    if opened.exception() is None:
        opened.result().close()
