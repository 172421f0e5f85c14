"""Rich text (RTF)."""

from __future__ import annotations

import re

from striprtf.striprtf import rtf_to_text

from runtime.documents.source import Items, Opened, Source, Trouble, damaged, encrypted
from runtime.documents.text import Block, pages_of

_CODE_PAGE = re.compile(rb"\\ansicpg(\d{3,5})")


def read(source: Source) -> Items:
    """The text of a rich text file; its parts are counted."""
    data = source.read()
    if b"\\passwordhash" in data[:4096]:
        raise encrypted(source)
    found = _CODE_PAGE.search(data[:4096])
    encoding = f"cp{int(found[1])}" if found else "cp1252"
    try:
        # Latin-1 keeps every byte; what they mean is said by the escapes that the library reads.
        text = rtf_text(data.decode("latin-1"), encoding)
    except (ValueError, LookupError, IndexError, KeyError, RecursionError, OverflowError) as error:
        raise damaged(source, "a rich text document", type(error).__name__) from error
    yield Opened("rich text document")
    yield from pages_of(Block(line) for line in text.split("\n"))
    if data.rstrip(b"\0\r\n \t")[-1:] != b"}":
        yield Trouble(f"{source.name} ends in the middle, so its end may be missing.")


def rtf_text(rtf: str, encoding: str) -> str:
    """The text of rich text, whose bytes are given as Latin-1; escapes are in `encoding`."""
    text: str = rtf_to_text(rtf, encoding=encoding, errors="replace")  # type: ignore[no-untyped-call]
    return text
