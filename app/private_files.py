"""Files that only their user may read, written whole or not at all. Used by `settings` and `logs`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PRIVATE_FILE = 0o600
_PRIVATE_FOLDER = 0o700


def make_folder(folder: Path) -> None:
    """Make `folder` and what leads to it, readable by nobody else. Raises `OSError`."""
    folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)


def write_whole(path: Path, content: str | bytes) -> None:
    """Replace `path` by a private file with `content`, text in UTF-8: a crash leaves the old file or the new one.

    Raises `OSError`.
    """
    make_folder(path.parent)
    # mkstemp makes it 0600, in the same folder, so that the replacement is one step.
    handle, name = tempfile.mkstemp(prefix=path.name + ".", suffix=".new", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def sync_folder(folder: Path) -> None:
    """Make sure that names made, changed and removed in `folder` are on the disk. Raises `OSError`."""
    if sys.platform == "win32":
        return  # Windows offers no such thing and does it by itself
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_private(path: str, flags: int) -> int:
    """An `opener` for `open` that makes new files private."""
    return os.open(path, flags, _PRIVATE_FILE)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path`; other processes of this user wait. Raises `OSError`."""
    make_folder(path.parent)
    with open(path, "a+b", opener=open_private) as file:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
            try:
                yield
            finally:
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)  # let go when the file is closed
            yield
