"""Reads a file in a process of its own, within limits: an untrusted document can cost that process only.

    for event in Extractor().read(path): …      ReadProgress …, then DocumentRead; or InputError, Cancelled

What the process sends is bounded, parsed as JSON and checked field by field; nothing is unpickled. Read
next: `extract`, the other side.
"""

from __future__ import annotations

import json
import multiprocessing
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil

from models.errors import Cancelled, InputError
from runtime.documents import extract
from runtime.documents.text import clean_text
from runtime.documents.values import (
    Document,
    DocumentRead,
    Heading,
    Limits,
    Page,
    PageState,
    ReadEvent,
    ReadProgress,
)

_LARGEST_MESSAGE = 1 << 27
_LOOK_UP_S = 0.1  # how soon a cancel is noticed
_LONGEST_STEP_S = 1.0
# The process bounds itself, exactly; this is for systems that take the bound and do not hold it, as Wine.
_OWN_MEMORY = 256 << 20
_END_S = 2.0
_START_S = 30.0  # a fresh process on a busy PC; only then does the time for reading run


class Extractor:
    """Reads one file at a time.

    Args:
        limits: what one file may take.
        target: runs in the process; a module-level function.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        target: Callable[[Any, str, Limits], None] = extract.main,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits or Limits()
        self._target = target
        self._clock = clock
        self._cancelled = threading.Event()

    def read(self, path: Path) -> Iterator[ReadEvent]:
        """Read `path`; the last event is `DocumentRead`.

        Raises:
            InputError: it cannot be read; the sentence names it.
            Cancelled: `cancel` was called.
        """
        size = self._check(path)
        self._cancelled.clear()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(
            target=self._target, args=(theirs, str(path), self.limits), name="chorale-documents", daemon=True
        )
        draft = _Draft(path.name, size, self.limits)
        process.start()
        theirs.close()
        try:
            yield from self._receive(ours, draft, process.pid or 0)
        finally:
            ours.close()
            process.join(0 if draft.is_whole or process.exitcode is not None else _END_S / 10)
            if process.is_alive():
                process.kill()
            process.join(_END_S)
        if draft.failure is not None and not draft.pages:
            raise InputError(*draft.failure)
        yield DocumentRead(draft.document())

    def cancel(self) -> None:
        """End the reading under way; from any thread."""
        self._cancelled.set()

    def _check(self, path: Path) -> int:
        """The file's size. Raises `InputError` if it is none that can be read."""
        try:
            status = path.stat()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise InputError(
                f"{path.name or path} cannot be read: {reason}. Check the name and try again."
            ) from error
        except ValueError as error:
            raise InputError("The name of the file holds characters that no file name has.") from error
        if stat.S_ISDIR(status.st_mode):
            raise InputError(f"{path.name} is a folder. Attach the files in it.")
        if not stat.S_ISREG(status.st_mode):
            raise InputError(f"{path.name} is not an ordinary file. Copy it to a file first.")
        if status.st_size > self.limits.file_bytes:
            raise InputError(
                f"{path.name} has {status.st_size >> 20:,} MB; Chorale reads files of up to "
                f"{self.limits.file_bytes >> 20:,} MB. Split it into smaller files."
            )
        return status.st_size

    def _receive(self, connection: Connection[Any, Any], draft: _Draft, pid: int) -> Iterator[ReadEvent]:
        # Only time in which this process ran counts: a PC that slept in between is no slow document.
        left, last = _START_S + self.limits.seconds, self._clock()
        while not draft.is_whole:
            if self._cancelled.is_set():
                raise Cancelled
            now = self._clock()
            left, last = left - min(now - last, _LONGEST_STEP_S), now
            if left < 0:
                draft.break_off(
                    f"Reading it took more than {self.limits.seconds:g} seconds",
                    f"{draft.name} was not read: it takes more than {self.limits.seconds:g} seconds. "
                    "Split it into smaller files, and attach those.",
                )
                return
            try:
                if not connection.poll(_LOOK_UP_S):
                    if _memory_of(pid) > self.limits.memory_bytes + _OWN_MEMORY:
                        draft.break_off(
                            "Reading it took too much memory",
                            extract.memory_sentence(draft.name, self.limits),
                        )
                        return
                    continue
                message = json.loads(connection.recv_bytes(_LARGEST_MESSAGE))
            except (EOFError, OSError, ValueError, RecursionError):
                draft.break_off(
                    "The process that read it ended unexpectedly",
                    f"{draft.name} was not read: it is damaged, or takes more than "
                    f"{self.limits.memory_bytes >> 20:,} MB of memory. Save it anew, or split it.",
                )
                return
            if not draft.has_begun:
                left = self.limits.seconds
            draft.take(message)
            yield ReadProgress(draft.name, len(draft.pages), draft.total)


def _memory_of(pid: int) -> int:
    """Bytes of memory that a process occupies; 0 if it has ended."""
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except (psutil.Error, OSError):
        return 0


class _Draft:
    """What has been heard of a document so far."""

    def __init__(self, name: str, size: int, limits: Limits) -> None:
        self.name = name
        self.pages: list[Page] = []
        self.total: int | None = None
        self.failure: tuple[str, str] | None = None
        self.is_whole = False
        self.has_begun = False
        self._size = size
        self._limits = limits
        self._kind = "document"
        self._unit = "part"
        self._troubles: list[str] = []
        self._characters = 0

    def take(self, message: Any) -> None:
        """Take a message; one that makes no sense ends the reading."""
        self.has_begun = True
        try:
            match message:
                case {"opened": {"kind": str(kind), "total": total, "unit": str(unit)}}:
                    self._kind, self._unit = _line(kind), _line(unit)
                    self.total = total if isinstance(total, int) and 0 < total < 1 << 31 else None
                case {"pages": [*pages]}:
                    for page in pages:
                        self._take_page(page)
                case {"trouble": str(sentence)}:
                    if len(self._troubles) < 1000:
                        self._troubles.append(_line(sentence))
                case {"ended": True}:
                    self.is_whole = True
                case {"error": [str(sentence), str(detail)]}:
                    self.is_whole = True
                    self.failure = (_line(sentence), _line(detail))
                    if self.pages:
                        self._troubles.append(_line(sentence))
                case _:
                    raise ValueError("unknown message")
        except (ValueError, TypeError, KeyError) as error:
            self.is_whole = True
            sentence = f"{self.name} could not be read: its reader went wrong. It may be damaged."
            self.failure = (sentence, type(error).__name__)

    def _take_page(self, page: dict[str, Any]) -> None:
        text = clean_text(str(page["text"]))
        self._characters += len(text)
        if len(self.pages) >= self._limits.pages or self._characters > 2 * self._limits.characters:
            raise ValueError("more than the limits allow")
        number = len(self.pages) + 1
        headings = tuple(
            Heading(max(1, int(level)), min(max(0, int(offset)), len(text)), _line(title))
            for level, offset, title in page["headings"]
        )
        state = PageState(page["state"])
        label = _line(page["label"]) or f"{self._unit} {number}"
        self.pages.append(Page(number, text, state, label, headings, _line(page["note"])))

    def break_off(self, problem: str, failure: str) -> None:
        """End early: what was read stays, and is said to be not all."""
        self.failure = (failure, "")
        rest = f"; of {self.total:,} pages, {len(self.pages):,} were read" if self.total else ""
        self._troubles.append(f"{problem}{rest}. What follows page {len(self.pages):,} was not read.")

    def document(self) -> Document:
        total = max(self.total or 0, len(self.pages))
        return Document(
            name=self.name,
            kind=self._kind,
            pages=tuple(self.pages),
            pages_total=total,
            problems=tuple(self._troubles),
            size_bytes=self._size,
            has_real_pages=self._unit != "part",
        )


def _line(text: Any) -> str:
    with suppress(UnicodeError):
        return " ".join(clean_text(str(text)).split())[:2000]
    return ""
