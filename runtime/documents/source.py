"""A file to be read, or one inside another, and what a reader says of it. Used by `extract` and all readers."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from models.errors import InputError
from runtime.documents.values import Limits, Page


@dataclass(frozen=True, slots=True)
class Source:
    """Where bytes come from: a path, or bytes that were inside another file (`depth` > 0)."""

    name: str
    data: Path | bytes
    limits: Limits
    depth: int = 0

    def open(self) -> IO[bytes]:
        return io.BytesIO(self.data) if isinstance(self.data, bytes) else self.data.open("rb")

    def head(self, length: int = 4096) -> bytes:
        with self.open() as file:
            return file.read(length)

    def read(self) -> bytes:
        """All of it; limits on memory hold."""
        if isinstance(self.data, bytes):
            return self.data
        return self.data.read_bytes()

    @property
    def size(self) -> int:
        return len(self.data) if isinstance(self.data, bytes) else self.data.stat().st_size

    def inside(self, name: str, data: bytes) -> Source:
        return Source(name, data, self.limits, self.depth + 1)


@dataclass(frozen=True, slots=True)
class Opened:
    """The file could be opened.

    Attributes:
        kind: for people.
        pages_total: None if it shows only at the end.
        unit: what a page is: `page`, `slide`, or a `part` that was made up.
    """

    kind: str
    pages_total: int | None = None
    unit: str = "part"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One sentence about something that could not be read."""

    sentence: str


# What readers yield: `Opened` first, pages numbered 0.
Item = Opened | Page | Trouble
Items = Iterator[Item]


class UnreadableError(InputError):
    """A file that cannot be read at all. The sentence names it, says why, and what to do."""


def damaged(source: Source, kind: str, detail: str = "") -> UnreadableError:
    return UnreadableError(
        f"{source.name} is damaged: it begins like {kind}, but cannot be read as one. "
        "Open it in the program it comes from and save it again.",
        detail,
    )


def encrypted(source: Source) -> UnreadableError:
    return UnreadableError(
        f"{source.name} is protected by a password. Save a copy without the password, and attach that."
    )


def too_large(source: Source, what: str) -> UnreadableError:
    return UnreadableError(
        f"{source.name} was not read: {what}, which no ordinary document does. "
        "If you trust it, save it anew from the program it comes from."
    )
