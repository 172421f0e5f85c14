"""One open file of conversations: a connection that writes, one that reads, and what SQLite is told.

    WAL, synchronous FULL   what is committed is on the disk; who reads does not wait for who writes
    secure_delete           what is deleted is overwritten
    temp_store MEMORY       nothing is put into temporary files
    busy_timeout            another Chorale with the same file is waited for

What was deleted can also stand in the write-ahead log until that is cut (`wipe`). Errors of the disk become
sentences here (`telling`). Read next: `vault`, which decides what is opened with which key.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw

from app import private_files
from app.history import schema
from app.history.key import Lock
from models.errors import AppError

_FLAGS = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI
_CIPHER = "chacha20"
_BUSY_MS = 5_000
_WIPE_PATIENCE_MS = 300
_CACHE_KIB = 16 * 1024
_COMPANIONS = ("-wal", "-shm", "-journal")

Connect = Callable[[Path], apsw.Connection]


def connect(file: Path) -> apsw.Connection:
    """A connection that nothing has been told yet. Tests put a failing disk here."""
    return apsw.Connection(str(file), flags=_FLAGS)


def companions(file: Path) -> tuple[Path, ...]:
    """The files that SQLite keeps beside a database."""
    return tuple(file.with_name(file.name + end) for end in _COMPANIONS)


class Database:
    """An open file, made if it was not there. Usable from any thread. Raises what apsw raises.

    Args:
        lock: what it is, or will be, encrypted with.
        migrations: see `schema`.
    """

    def __init__(
        self,
        file: Path,
        lock: Lock,
        migrations: tuple[schema.Migration, ...] = schema.MIGRATIONS,
        connect: Connect = connect,
    ) -> None:
        private_files.make_folder(file.parent)
        # SQLite would make it readable for others; its companions take the permissions from it.
        os.close(private_files.open_private(str(file), os.O_CREAT | os.O_RDWR))
        self._file = file
        self._write_lock = threading.RLock()
        self._read_lock = threading.RLock()
        self._must_wipe = False
        self._writer = self._reader = _opened(file, lock, connect, migrations)
        try:
            self._writer.pragma("auto_vacuum", "INCREMENTAL")
            schema.bring_up_to_date(self._writer, migrations)
            if self._writer.pragma("journal_mode") != "wal":
                self._writer.pragma("journal_mode", "WAL")
            self._reader = _opened(file, lock, connect, migrations)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def writing(self) -> Iterator[apsw.Connection]:
        """All that is written within is there afterwards, or nothing of it if it raises."""
        with self._write_lock, telling(self._file):
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise
            if self._must_wipe:
                self._wipe()

    @contextmanager
    def reading(self) -> Iterator[apsw.Connection]:
        """What is read within is of one moment."""
        with self._read_lock, telling(self._file):
            self._reader.execute("BEGIN")
            try:
                yield self._reader
            finally:
                if self._reader.in_transaction:
                    self._reader.execute("ROLLBACK")

    @contextmanager
    def deleting(self) -> Iterator[apsw.Connection]:
        """As `writing`; afterwards nothing of what was deleted is left in any of the files."""
        with self.writing() as connection:
            yield connection
            self._must_wipe = True
            connection.execute("PRAGMA incremental_vacuum").fetchall()

    def copy_to(self, target: Path, lock: Lock) -> None:
        """Write all there is into a new file, encrypted otherwise, and onto the disk."""
        with self._write_lock, telling(target):
            os.close(private_files.open_private(str(target), os.O_CREAT | os.O_EXCL | os.O_RDWR))
            key = "" if lock.pragma is None else lock.pragma
            self._writer.execute("VACUUM INTO ?", (f"{_uri(target)}?cipher={_CIPHER}&key={key}",))
            with target.open("r+b") as file:
                os.fsync(file.fileno())

    def close(self) -> None:
        """Also twice. The last one to close the file cuts the log."""
        with self._read_lock, self._write_lock:
            for connection in (self._reader, self._writer):
                with suppress(
                    apsw.Error
                ):  # what was acknowledged is in the log, which the next one to open reads
                    connection.close()

    def _wipe(self) -> None:
        """Bring the log into the file and cut it; if somebody still reads from it, after the next change."""
        self._writer.set_busy_timeout(_WIPE_PATIENCE_MS)
        try:
            self._writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            self._must_wipe = False
        except (apsw.BusyError, apsw.LockedError):
            pass
        finally:
            self._writer.set_busy_timeout(_BUSY_MS)


def _opened(
    file: Path, lock: Lock, connect: Connect, migrations: tuple[schema.Migration, ...]
) -> apsw.Connection:
    connection = connect(file)
    try:
        connection.set_busy_timeout(_BUSY_MS)
        if lock.pragma is not None:
            connection.pragma("cipher", _CIPHER)
            connection.pragma("key", lock.pragma)
        schema.check(connection, migrations)
        connection.pragma("synchronous", "FULL")
        connection.pragma("secure_delete", "ON")
        connection.pragma("temp_store", "MEMORY")
        connection.pragma("cache_size", -_CACHE_KIB)
        connection.pragma("page_size", schema.PAGE_BYTES)
    except BaseException:
        connection.close()
        raise
    return connection


def _uri(file: Path) -> str:
    """SQLite's own form: a share has its name in the path, not in the place of a host."""
    uri = file.absolute().as_uri()
    return uri if uri.startswith("file:///") else uri.replace("file://", "file:////", 1)


@contextmanager
def telling(file: Path) -> Iterator[None]:
    """What goes wrong with the file, as a sentence."""
    try:
        yield
    except apsw.Error as error:
        raise AppError(_sentence(error, file), type(error).__name__) from error
    except OSError as error:
        raise AppError(
            f"The conversations cannot be written in {file.parent} ({error.strerror}). "
            "Check the folder and try again.",
            f"{type(error).__name__} {error.errno}",
        ) from error


def _sentence(error: apsw.Error, file: Path) -> str:
    if isinstance(error, apsw.BusyError | apsw.LockedError):
        return "Another program is using the conversations. Close it and try again."
    if isinstance(error, apsw.FullError):
        return f"The disk with the conversations ({file.parent}) is full. Free some space and try again."
    if isinstance(error, apsw.ReadOnlyError | apsw.PermissionsError | apsw.CantOpenError):
        return (
            f"The conversations in {file} cannot be written. Check who may change that file, and try again."
        )
    if isinstance(error, apsw.CorruptError | apsw.NotADBError):
        return f"The conversations in {file} are damaged in a place that was needed. Restore the file from a backup."
    return f"The disk failed at the conversations in {file}. Check the disk and try again."
