"""Settings for the window's thread: setting one returns at once, a thread of its own writes it down.

Writing waits for the disk and for other windows (`settings`), longer on a slow disk than a window may stand
still. What is set while a write is under way goes into the next one, together. At a normal end of the
process everything is written, with or without `flush`.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from app.logs import log_bug
from app.settings import Settings

Value = str | int | float | bool | None


class SettingsWriter:
    """`settings`, to be read and set by key from any thread without waiting."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()  # guards what follows
        self._waiting: dict[str, Value] = {}  # set, and not yet known to be written
        self._due = False  # whether a write that will take all of it is yet to begin
        # Not a daemon: when the process ends, Python waits for what was handed in.
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="chorale-settings")

    def get(self, key: str) -> Value:
        """As `Settings.get`, what was just set included."""
        with self._lock:
            if key in self._waiting:
                return self._waiting[key]
        return self._settings.get(key)

    def set(self, key: str, value: Value) -> None:
        """As `Settings.set`; it is saved soon."""
        self._settings.check(key, value)
        with self._lock:
            self._waiting[key] = value
            if not self._due:
                self._due = True
                self._writer.submit(self._write)

    def flush(self) -> None:
        """Wait until all that was set is written, or could not be (see `Settings.problems`)."""
        self._writer.submit(lambda: None).result()

    def _write(self) -> None:
        with self._lock:
            self._due = False
            changes = dict(self._waiting)
        try:
            self._settings.save(changes)
        except Exception as error:  # nobody asks for this thread's result
            log_bug(error)
        with self._lock:
            for key, value in changes.items():
                if self._waiting[key] is value:
                    del self._waiting[key]
