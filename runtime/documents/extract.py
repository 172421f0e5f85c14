"""What runs in the reading process: detects, reads, and sends pages as JSON lines through the pipe.

    {"opened": {...}} {"pages": [...]} … {"trouble": "…"} … {"ended": true} or {"error": ["sentence", "detail"]}

It imports no Qt and no engine, so it starts fast, and one process reads one file. Read next: `extractor`,
the other side, which trusts none of this.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from runtime.documents.detect import Kind, detect, mismatch
from runtime.documents.limits import ForbiddenError, bound_memory, forbid_side_effects
from runtime.documents.source import Item, Items, Opened, Source, Trouble, UnreadableError
from runtime.documents.values import Limits, Page, PageState

_SEND_AFTER_S = 0.1
_SEND_CHARACTERS = 1 << 20


class ByteSender(Protocol):
    """The sending end of the pipe."""

    def send_bytes(self, data: bytes, /) -> None: ...


def main(connection: ByteSender, path: str, limits: Limits) -> None:
    """Read the file at `path`, send what is found, end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that asked
    # Native libraries write to standard error when memory runs out; it is not theirs.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    name = Path(path).name
    out = _Out(connection, limits)
    try:
        bound_memory(limits.memory_bytes)
        source = Source(name, Path(path), limits)
        kind = detect(source)
        reader = _reader(kind)
        forbid_side_effects()
        if lie := mismatch(source, kind):
            out.put(Trouble(lie))
        for item in reader(source):
            if not out.put(item):
                break
        out.end()
    except UnreadableError as error:
        out.fail(error.user_text, error.detail)
    except MemoryError:
        out.fail(memory_sentence(name, limits))
    except ForbiddenError as error:
        out.fail(f"{name} was not read: reading it wanted more than to read.", str(error))
    except RecursionError:
        out.fail(f"{name} is nested too deep to be read. Save it anew from the program it comes from.")
    except OSError as error:
        out.fail(f"{name} cannot be read: {error.strerror or type(error).__name__}.")
    except Exception as error:  # a bug of ours or of a library costs this file, and nothing else
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else ""
        out.fail(
            f"{name} could not be read. It may be damaged: save it anew from the program it comes from.",
            f"{type(error).__name__} at {where}",
        )


def read_items(source: Source) -> Items:
    """Read `source` whatever it is. Raises `UnreadableError`."""
    kind = detect(source)
    if lie := mismatch(source, kind):
        yield Trouble(lie)
    yield from _reader(kind)(source)


def memory_sentence(name: str, limits: Limits) -> str:
    return (
        f"{name} was not read: it takes more than {limits.memory_bytes >> 20:,} MB of memory. "
        "Split it into smaller files, and attach those."
    )


def _reader(kind: Kind) -> Callable[[Source], Items]:
    """The reader of a kind; only its module is imported."""
    match kind:
        case Kind.PDF:
            from runtime.documents.readers import pdf

            return pdf.read
        case Kind.DOCX:
            from runtime.documents.readers import word

            return word.read
        case Kind.PPTX:
            from runtime.documents.readers import powerpoint

            return powerpoint.read
        case Kind.SHEET:
            from runtime.documents.readers import sheet

            return sheet.read
        case Kind.ODT | Kind.ODP:
            from runtime.documents.readers import opendocument

            return opendocument.read_text if kind is Kind.ODT else opendocument.read_slides
        case Kind.EPUB:
            from runtime.documents.readers import epub

            return epub.read
        case Kind.MSG:
            from runtime.documents.readers import outlook

            return outlook.read
        case Kind.EML:
            from runtime.documents.readers import mail

            return mail.read
        case Kind.RTF:
            from runtime.documents.readers import rtf

            return rtf.read
        case Kind.HTML:
            from runtime.documents.readers import html

            return html.read
    from runtime.documents.readers import plain_text

    readers = {Kind.MARKDOWN: plain_text.read_markdown, Kind.CSV: plain_text.read_csv}
    return readers.get(kind, plain_text.read_text)


class _Out:
    """Numbers pages, holds the limits on them, and sends them in batches."""

    def __init__(self, connection: ByteSender, limits: Limits) -> None:
        self._connection = connection
        self._limits = limits
        self._unit = "part"
        self._number = 0
        self._characters = 0
        self._batch: list[dict[str, Any]] = []
        self._batch_characters = 0
        self._sent = time.monotonic()
        self._total: int | None = None

    def put(self, item: Item) -> bool:
        """Take an item; False if a limit is reached and no more is wanted."""
        match item:
            case Opened():
                self._unit, self._total = item.unit, item.pages_total
                self._send({"opened": {"kind": item.kind, "total": item.pages_total, "unit": item.unit}})
            case Trouble(sentence):
                self._send({"trouble": sentence})
            case Page():
                return self._put_page(item)
        return True

    def _put_page(self, page: Page) -> bool:
        self._characters += len(page.text)
        if self._number >= self._limits.pages or self._characters > self._limits.characters:
            what = f"{self._number:,} {self._unit}s" if self._number else "nothing"
            self.put(Trouble(f"It holds more text than Chorale reads of one file; {what} of it were read."))
            return False
        self._number += 1
        state = page.state if page.text.strip() or page.state is not PageState.READ else PageState.BLANK
        page = replace(page, label=page.label or f"{self._unit} {self._number}", state=state)
        self._batch.append(
            {
                "text": page.text if state is PageState.READ else "",
                "state": state.value,
                "label": page.label,
                "note": page.note,
                "headings": [[heading.level, heading.offset, heading.title] for heading in page.headings],
            }
        )
        self._batch_characters += len(page.text)
        late = time.monotonic() - self._sent > _SEND_AFTER_S
        if late or self._batch_characters > _SEND_CHARACTERS:
            self._flush()
        return True

    def end(self) -> None:
        self._flush()
        self._send({"ended": True})

    def fail(self, sentence: str, detail: str = "") -> None:
        self._flush()
        self._send({"error": [sentence, detail]})

    def _flush(self) -> None:
        if self._batch:
            self._send({"pages": self._batch})
            self._batch, self._batch_characters = [], 0
            self._sent = time.monotonic()

    def _send(self, message: dict[str, Any]) -> None:
        try:
            self._connection.send_bytes(json.dumps(message, ensure_ascii=True).encode())
        except OSError:  # nobody listens any more
            sys.exit(0)
