"""The rows of documents: what answers cite lies beside them, and goes with its conversation.

Only files that a message or a summary told the model of, of conversations that are kept. Text is packed, in the
same encrypted file as all else. What cannot be read any more is left out: a citation of it opens no page then.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from typing import Any

import apsw

from app.history.values import KeptDocument
from runtime.documents.values import Document, Heading, Page, PageState

MOST_CHARACTERS = 8_000_000  # some 3,000 pages; of longer documents only the name is kept
_DAMAGE = (ValueError, TypeError, KeyError, AttributeError, RecursionError, zlib.error)
_DAMAGED_FILE = (apsw.CorruptError, apsw.IOError, apsw.NotADBError)


def put(connection: apsw.Connection, entry: int, kept: KeptDocument) -> None:
    """Keep a document, in place of what has its id."""
    document = kept.document
    name = document.name.encode("utf-8", "replace").decode()
    values = (entry, kept.id, name, kept.is_summarised, packed(document))
    connection.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?)", values)


def of(connection: apsw.Connection, entry: int) -> tuple[KeptDocument, ...]:
    """All of a conversation that can be read."""
    found = []
    try:
        rows: list[Any] = connection.execute(
            "SELECT id, name, is_summarised, content FROM documents WHERE conversation = ? ORDER BY length(id), id",
            (entry,),
        ).fetchall()
    except _DAMAGED_FILE:
        return ()  # the messages are read without them
    for id, name, is_summarised, content in rows:
        try:
            found.append(KeptDocument(id, unpacked(name, content), bool(is_summarised)))
        except _DAMAGE:
            continue
    return tuple(found)


def names(connection: apsw.Connection, entry: int) -> tuple[tuple[str, str], ...]:
    """What the documents of a conversation are called, by id."""
    try:
        rows: list[Any] = connection.execute(
            "SELECT id, name FROM documents WHERE conversation = ? ORDER BY length(id), id", (entry,)
        ).fetchall()
    except _DAMAGED_FILE:
        return ()
    return tuple((id, name) for id, name in rows)


def take_out(connection: apsw.Connection, entry: int, ids: Sequence[str]) -> None:
    """Remove some documents of a conversation."""
    connection.executemany(
        "DELETE FROM documents WHERE conversation = ? AND id = ?", ((entry, id) for id in ids)
    )


def packed(document: Document) -> bytes:
    """A document without its name."""
    is_long = sum(len(page.text) for page in document.pages) > MOST_CHARACTERS
    values = {
        "kind": document.kind,
        "total": document.pages_total,
        "bytes": document.size_bytes,
        "real": document.has_real_pages,
        "pages": [] if is_long else [_page_values(page) for page in document.pages],
    }
    return zlib.compress(json.dumps(values, separators=(",", ":")).encode("ascii"))


def _page_values(page: Page) -> list[Any]:
    headings = [[heading.level, heading.offset, heading.title] for heading in page.headings]
    return [page.text, page.state.value, page.label, page.note, headings]


def unpacked(name: str, content: bytes) -> Document:
    """The document of `packed`. Raises what `json` and `zlib` raise, and `TypeError`, if it is damaged."""
    values = json.loads(zlib.decompress(content))
    pages = tuple(_page(number, *each) for number, each in enumerate(values["pages"], 1))
    return Document(
        name,
        _text(values["kind"]),
        pages,
        int(values["total"]),
        size_bytes=int(values["bytes"]),
        has_real_pages=bool(values["real"]),
    )


def _page(number: int, text: str, state: str, label: str, note: str, headings: list[Any]) -> Page:
    found = tuple(Heading(int(level), int(offset), _text(title)) for level, offset, title in headings)
    return Page(number, _text(text), PageState(state), _text(label), found, _text(note))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
