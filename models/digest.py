"""The hashes that a file of a model must have, computed while it is read or written. Read next: `transfer`."""

from __future__ import annotations

import hashlib

from models.manifest import FileRecord


class Digest:
    """The hashes of a file, and whether they are those it must have."""

    def __init__(self, file: FileRecord) -> None:
        self._file = file
        self._sha256 = hashlib.sha256()
        self._git = None
        if file.git_oid is not None:
            # Not for security: it is how git names a file.
            self._git = hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)

    def add(self, data: bytes) -> None:
        self._sha256.update(data)
        if self._git is not None:
            self._git.update(data)

    def fits(self) -> bool:
        sha256, oid = self._file.sha256, self._file.git_oid
        return (sha256 is None or sha256 == self._sha256.hexdigest()) and (
            self._git is None or oid == self._git.hexdigest()
        )

    def sha256(self) -> str:
        return self._sha256.hexdigest()
