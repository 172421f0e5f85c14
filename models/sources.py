"""Where the files of a model come from when they do not come from the hub: a folder, or an archive of ours.

An archive is a ZIP file (ZIP64, as it is larger than 4 GB) whose members are stored as they are: any Windows
opens it with a double click, and a file in it can be read without unpacking the others. Nothing that an archive
says is believed: which files there are, and how large, comes from the manifest in it, whose every name was
checked (`store.records`); the paths, links, rights and sizes of the archive's own directory are never used to
write anything. Read next: `carry`.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from models.disk import Disk
from models.errors import ModelError
from models.manifest import FileRecord, Plan
from models.progress import Stage
from models.transfer import PIECE, Body

_LARGEST_DIRECTORY = 1 << 20  # bytes; ours have some thousand
_END, _LOCATOR, _END_64 = 22, 20, 56  # bytes of the records at the end of a ZIP file without a comment


class FileBody:
    """The bytes of a file on this PC from `start` on; a context manager and a `transfer.Body`."""

    def __init__(self, path: Path, start: int, disk: Disk | None = None) -> None:
        self.start = start
        self._path = path
        self._disk = disk or Disk()
        self._file: BinaryIO | None = None
        self._is_aborted = False

    def __enter__(self) -> FileBody:
        self._file = self._disk.open(self._path, "rb")
        self._file.seek(self.start)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def chunks(self) -> Iterator[bytes]:
        """The bytes, a megabyte at a time. Raises `OSError`."""
        while self._file is not None and not self._is_aborted and (piece := self._file.read(PIECE)):
            yield piece

    def abort(self) -> None:
        """End after the piece at hand."""
        self._is_aborted = True


class FolderSource:
    """A folder with files under their published names; links are followed when reading.

    Args:
        places: where each file really lies, by name.
    """

    stage = Stage.COPYING
    workers = 1  # a disk reads one file after another best

    def __init__(self, places: dict[str, Path], disk: Disk | None = None) -> None:
        self._places = places
        self._disk = disk or Disk()

    def local(self, plan: Plan, file: FileRecord) -> Path | None:
        """Where the file lies."""
        return self._places.get(file.name)

    def open(self, plan: Plan, file: FileRecord, start: int) -> AbstractContextManager[Body]:
        """The file's bytes from `start` on."""
        return FileBody(self._places[file.name], start, self._disk)


class ArchiveSource:
    """A ZIP archive. Use it as a context manager.

    Raises (when entered):
        ModelError: it is not a ZIP file, or one that cannot be ours.
    """

    stage = Stage.COPYING
    workers = 1

    def __init__(self, path: Path, disk: Disk | None = None) -> None:
        self._path = path
        self._disk = disk or Disk()

    def __enter__(self) -> ArchiveSource:
        self._file = self._disk.open(self._path, "rb")
        try:
            if _directory_size(self._file) > _LARGEST_DIRECTORY:
                raise zipfile.BadZipFile("its directory is too large")
            self._zip = zipfile.ZipFile(self._file)
            self._members = {info.filename: info for info in self._zip.infolist()}
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
            self._file.close()
            raise self.damaged(str(error)) from error
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()
        self._file.close()

    def find(self, name: str) -> str | None:
        """The folder in the archive (with a slash at its end, or empty) that holds `name`; None if none does."""
        found = [member[: -len(name)] for member in self._members if _ends(member, name)]
        return found[0] if len(found) == 1 else None

    def read(self, member: str, most: int) -> bytes:
        """A small member, whole. Raises `ModelError`."""
        with self._member(member) as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise self.damaged(f"{member} is too large")
        return data

    def within(self, folder: str) -> ArchiveFolder:
        """The source of the files in a folder of the archive."""
        return ArchiveFolder(self, folder)

    def damaged(self, why: str) -> ModelError:
        """The sentence for an archive that cannot be used."""
        return ModelError(
            f"{self._path} is not an archive of a model that Chorale exported, or it is damaged. Export it again.",
            why,
        )

    @contextmanager
    def _member(self, name: str) -> Iterator[zipfile.ZipExtFile]:
        info = self._members.get(name)
        try:
            if info is None:
                raise zipfile.BadZipFile(f"{name} is missing")
            if info.flag_bits & 1 or stat.S_ISLNK(info.external_attr >> 16):
                raise zipfile.BadZipFile(f"{name} is encrypted or a link")
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise zipfile.BadZipFile(f"{name} is compressed in an unusual way")
            with self._zip.open(info) as file:
                yield file  # type: ignore[misc]
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError) as error:
            raise self.damaged(str(error)) from error


class ArchiveFolder:
    """The files in one folder of an archive; a `transfer.Source`."""

    stage = Stage.COPYING
    workers = 1

    def __init__(self, archive: ArchiveSource, folder: str) -> None:
        self._archive, self._folder = archive, folder

    def local(self, plan: Plan, file: FileRecord) -> Path | None:
        """Nothing in an archive can be linked."""
        return None

    @contextmanager
    def open(self, plan: Plan, file: FileRecord, start: int) -> Iterator[Body]:
        """The file's bytes, from its beginning: what is there already is skipped."""
        with self._archive._member(self._folder + file.name) as member:
            yield _MemberBody(member)


class _MemberBody:
    start = 0

    def __init__(self, member: zipfile.ZipExtFile) -> None:
        self._member = member
        self._is_aborted = False

    def chunks(self) -> Iterator[bytes]:
        # Pieces are bounded also where the archive is compressed: what one megabyte becomes is not.
        while not self._is_aborted and (piece := self._member.read(PIECE)):
            yield piece

    def abort(self) -> None:
        self._is_aborted = True


def _ends(member: str, name: str) -> bool:
    """Whether `member` is the file `name`, at the top or in one folder."""
    folder, _, last = member.rpartition("/")
    return last == name and "/" not in folder and "\\" not in folder


def _directory_size(file: BinaryIO) -> int:
    """Bytes of a ZIP file's directory, which `zipfile` reads whole. Raises `BadZipFile`.

    Looked for where `zipfile` looks when the file ends without a comment. One with a comment is refused, because
    that could hold other, smaller records for us to find.
    """
    size = file.seek(0, 2)
    file.seek(max(size - _END_64 - _LOCATOR - _END, 0))
    tail = file.read()
    file.seek(0)
    end = tail[-_END:]
    if len(end) < _END or not end.startswith(b"PK\x05\x06") or end[-2:] != b"\0\0":
        raise zipfile.BadZipFile("it has no end record, or a comment")
    if tail[-_END - _LOCATOR :].startswith(b"PK\x06\x07") and tail.startswith(b"PK\x06\x06"):
        return int(struct.unpack_from("<Q", tail, 40)[0])
    return int(struct.unpack_from("<L", end, 12)[0])
