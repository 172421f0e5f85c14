"""The few things that getting, keeping and removing a model does to the disk, in one place.

All of `store`, `transfer`, `download`, `verify` and `carry` go through a `Disk`, so that a test can make the
Nth of them fail, and so that what Windows and network folders need is written down once: paths longer than
260 characters, folders that cannot be synced, links that cannot be made, files that are in use.

"Synced" means that it is still there after the power was cut. Read next: `store`.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, BinaryIO

from models.errors import ModelError

LARGEST_JSON = 16 << 20  # bytes; ours have some thousand
_LONGEST_NAME = 128  # characters
_LONG_PATH = 240  # characters from which Windows needs the \\?\ form; a name is added to folders
_RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    "conin$",
    "conout$",
    *(f"{n}{i}" for n in ("com", "lpt") for i in "0123456789¹²³"),
}


class Disk:
    """The disk as it is. Every method may raise `OSError`."""

    def open(self, path: Path, mode: str) -> BinaryIO:
        """A binary file, opened as `open` does it."""
        return native(path).open(mode)  # type: ignore[return-value]

    def sync(self, file: BinaryIO) -> None:
        """Wait until what was written to `file` would survive a power cut."""
        file.flush()
        os.fsync(file.fileno())

    def replace(self, source: Path, destination: Path) -> None:
        """Give `source` the name `destination`, for good, in one step."""
        native(source).replace(native(destination))
        self.sync_folder(destination.parent)

    def link(self, source: Path, destination: Path) -> None:
        """Make `destination` a second name (hard link) of the file `source`."""
        native(destination).hardlink_to(native(source.resolve()))

    def remove(self, path: Path) -> None:
        """Remove a file; it may be gone already."""
        with suppress(FileNotFoundError):
            native(path).unlink()

    def remove_folder(self, path: Path) -> None:
        """Remove a folder, if it is empty."""
        try:
            native(path).rmdir()
        except FileNotFoundError:
            return
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise

    def make_folder(self, path: Path) -> None:
        """Make a folder and what leads to it."""
        native(path).mkdir(parents=True, exist_ok=True)

    def size(self, path: Path) -> int | None:
        """Bytes of the regular file `path`; None if there is none."""
        try:
            found = native(path).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def is_own(self, path: Path) -> bool:
        """Whether `path` is a regular file with no other name, so that changing it changes nothing else."""
        try:
            found = native(path).lstat()
        except FileNotFoundError:
            return False
        return stat.S_ISREG(found.st_mode) and found.st_nlink == 1

    def names(self, folder: Path) -> list[str]:
        """What is in a folder, sorted; nothing if there is none."""
        try:
            return sorted(path.name for path in native(folder).iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []

    def free(self, path: Path) -> int:
        """Bytes that can still be written on the disk that holds `path` or will hold it."""
        while not path.exists() and path != path.parent:
            path = path.parent
        return shutil.disk_usage(path).free

    def write_json(self, path: Path, value: Mapping[str, Any]) -> None:
        """Replace `path` by a synced JSON file, in one step."""
        new = path.with_name(path.name + ".new")
        try:
            with self.open(new, "wb") as file:
                file.write(json.dumps(value, indent=1, ensure_ascii=False).encode("utf-8") + b"\n")
                self.sync(file)
            self.replace(new, path)
        except OSError:
            with suppress(OSError):
                self.remove(new)
            raise

    def read_json(self, path: Path) -> dict[str, Any] | None:
        """The JSON object in `path`; None if there is no such file. Raises `ValueError` if it is damaged."""
        try:
            with self.open(path, "rb") as file:
                raw = file.read(LARGEST_JSON + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        try:
            value = json.loads(raw) if len(raw) <= LARGEST_JSON else None
        except RecursionError as error:
            raise ValueError("nested too deep") from error
        if not isinstance(value, dict):
            raise ValueError("not a JSON object")
        return value

    @contextmanager
    def try_lock(self, path: Path) -> Iterator[bool]:
        """Hold the lock file `path`; gives False if another process, or another thread, holds it.

        The system lets go of it when the process ends, however it ends. A folder that knows no locks (some
        network folders) counts as free.
        """
        with self.open(path, "ab") as file:
            held = _lock(file)
            try:
                yield held
            finally:
                if held:
                    _unlock(file)

    def sync_folder(self, folder: Path) -> None:
        """Wait until the names in `folder` would survive a power cut; where the system can."""
        if sys.platform == "win32":
            return  # folders cannot be opened there, and NTFS journals names
        with suppress(OSError):  # some network folders cannot
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def native(path: Path) -> Path:
    """`path` as the system's calls need it: on Windows, long ones have a prefix."""
    text = str(path)
    if sys.platform != "win32" or len(text) < _LONG_PATH or text.startswith("\\\\?\\"):
        return path
    text = str(path.absolute())
    return Path("\\\\?\\UNC\\" + text[2:] if text.startswith("\\\\") else "\\\\?\\" + text)


def is_plain_name(name: object) -> bool:
    """Whether `name` can only be a file directly in a folder, on every system, and is not hidden."""
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME or name[0] == ".":
        return False
    if not name.isprintable() or set(name) & set('<>:"/\\|?*') or name[-1] in ". ":
        return False
    if name.split(".")[0].rstrip().casefold() in _RESERVED:
        return False
    return len(PurePosixPath(name).parts) == 1 and len(PureWindowsPath(name).parts) == 1


def disk_error(error: OSError, folder: Path, what: str) -> ModelError:
    """The sentence for what the disk refused while doing `what` ("downloading gpt-oss-20b") in `folder`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        advice = f"The disk with {folder} is full. Free some space there and start again"
    elif error.errno == errno.EFBIG:
        advice = (
            f"The disk with {folder} holds no file of this size; it is probably formatted as FAT32. Choose "
            "another place, or format it as exFAT or NTFS"
        )
    elif error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        advice = (
            f"{error.filename or folder} cannot be written to, or is in use. Close what uses it, choose "
            "another folder, or ask for the right to write there; then start again"
        )
    elif error.errno == errno.ENAMETOOLONG:
        advice = f"The path of {folder} is too long for this system. Choose a folder nearer to the top"
    else:
        advice = f"{error.filename or folder}: {error.strerror or error}. Check the disk and start again"
    return ModelError(f"{what[:1].upper()}{what[1:]} stopped. {advice}; what is there is kept.", repr(error))


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError as error:
            return error.errno not in (errno.EACCES, errno.EDEADLK)  # else: a share that knows no locks
        return True

    def _unlock(file: BinaryIO) -> None:
        file.seek(0)
        with suppress(OSError):
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS):
                raise
        return True

    def _unlock(file: BinaryIO) -> None:
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_UN)
