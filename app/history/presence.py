"""Who has the conversations open: any number of Chorales may, but only one may put another file in their place.

An empty SQLite database beside them does this, by its locks alone: they are the same on all systems, and end
with the process that holds them.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw

from app import private_files
from models.errors import InputError

_PATIENCE_MS = 60_000  # another Chorale may be writing everything anew
_PATIENCE_ALONE_MS = 1_000  # another one is there for long, or for a moment: a command


class Presence:
    """Says that this process has the file open, until `leave`. Raises `OSError` and what apsw raises."""

    def __init__(self, file: Path) -> None:
        private_files.make_folder(file.parent)
        os.close(private_files.open_private(str(file), os.O_CREAT | os.O_RDWR))
        self._connection = apsw.Connection(str(file))
        self._lock = threading.Lock()
        try:
            self._share()
        except BaseException:
            self._connection.close()
            raise

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep all others out. Raises `InputError` if one is there."""
        with self._lock:
            self._connection.execute("COMMIT")
            try:
                self._connection.set_busy_timeout(_PATIENCE_ALONE_MS)
                self._connection.execute("BEGIN EXCLUSIVE")
            except apsw.BusyError as error:
                self._share()
                raise InputError(
                    "Chorale is open a second time with these conversations. Close it there and try again."
                ) from error
            try:
                yield
            finally:
                self._connection.execute("COMMIT")
                self._share()

    def leave(self) -> None:
        """Also twice."""
        with self._lock:
            self._connection.close()

    def _share(self) -> None:
        self._connection.set_busy_timeout(_PATIENCE_MS)
        self._connection.execute("BEGIN")
        try:
            self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        except BaseException:
            with suppress(apsw.Error):
                self._connection.execute("ROLLBACK")
            raise
