"""A disk that fails at the Nth write, once or from then on: beneath SQLite and beneath the encryption.

disk = FailingDisk()
connection = disk.connect(file)        # as app.history.database.connect
disk.fail_at(7, for_ever=True)         # the seventh write, sync or cut from now on raises
disk.count                             # how many there were since
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path
from typing import Any

import apsw

_FLAGS = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI
_BASE = "win32" if sys.platform == "win32" else "unix"
_numbers = itertools.count(1)


class FailingDisk(apsw.VFS):
    """Stays registered with SQLite until `unregister`."""

    def __init__(self) -> None:
        self._name = f"failing-{next(_numbers)}"
        self.count = 0
        self.unsynced: set[str] = set()
        self._fails_at = 0
        self._for_ever = False
        super().__init__(self._name, _BASE)

    def fail_at(self, number: int, *, for_ever: bool) -> None:
        """Count anew, and fail at `number`; 0 never fails."""
        self.count, self._fails_at, self._for_ever = 0, number, for_ever

    @property
    def has_failed(self) -> bool:
        return 0 < self._fails_at <= self.count

    def connect(self, file: Path) -> apsw.Connection:
        return apsw.Connection(str(file), flags=_FLAGS, vfs=f"multipleciphers-{self._name}")

    def xOpen(self, name: Any, flags: list[int]) -> _File:
        return _File(self, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        self.work()
        super().xDelete(filename, syncdir)

    def work(self) -> None:
        """One more of what can fail."""
        self.count += 1
        if self.count == self._fails_at or (self._for_ever and self.has_failed):
            raise apsw.FullError if self.count % 2 else apsw.IOError


class _File(apsw.VFSFile):
    def __init__(self, disk: FailingDisk, name: Any, flags: list[int]) -> None:
        self._disk = disk
        self._name = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        super().__init__(_BASE, name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        self._disk.work()
        super().xWrite(data, offset)
        self._disk.unsynced.add(Path(self._name).suffix)

    def xSync(self, flags: int) -> None:
        self._disk.work()
        super().xSync(flags)
        self._disk.unsynced.discard(Path(self._name).suffix)

    def xTruncate(self, newsize: int) -> None:
        self._disk.work()
        super().xTruncate(newsize)
