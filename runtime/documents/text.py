"""Text as it may enter a page, and blocks of text as pages. Used by all readers.

What is taken out of text is what nobody sees: control characters, and the invisible tag characters
(U+E0000 …) that can hide orders to a model in a document. Every line separator becomes `\\n`, because the
prompt's marks of where a document ends are told from its text by how lines begin (`prompt`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from runtime.documents.values import Heading, Page

PAGE_CHARACTERS = 3000  # of a page in formats that have none; about 700 tokens
_SEPARATORS = re.compile("\r\n|[\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\u2060-\u2064\U000e0000-\U000e007f]"
)
_TRAILING = re.compile(r"[ \t\u00a0]+(?=\n|$)")
_EMPTY_LINES = re.compile(r"\n{3,}")
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])[\s\u3000]*|\n")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, table row or heading (`level` from 1 on); `new_page` before it, if said so."""

    text: str
    level: int = 0
    new_page: bool = False
    label: str = ""  # of the page that begins here


def clean_text(text: str) -> str:
    """`text` without what nobody sees, its lines separated by `\\n`."""
    text = _INVISIBLE.sub("", _SEPARATORS.sub("\n", text))
    # Halves of surrogate pairs cannot be encoded; a pair is one character.
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _EMPTY_LINES.sub("\n\n", _TRAILING.sub("", text)).strip("\n")


def one_line(text: str) -> str:
    """`text` on one line, for headings and table cells."""
    return " ".join(clean_text(text).split())


def pages_of(blocks: Iterable[Block], *, split: bool = True) -> Iterator[Page]:
    """Blocks as pages, all numbered 0 (`extract` counts them).

    `split` begins a new page when one is full; otherwise one begins only where a block says so.
    """
    page = _PageDraft("")
    for block in blocks:
        text = clean_text(block.text)
        if block.new_page and (page.parts or not split):
            yield page.done()
            page = _PageDraft(block.label)
        elif block.new_page:
            page.label = block.label
        if not text.strip():
            continue
        for piece in _pieces(text) if split else (text,):
            full = page.length + len(piece) > PAGE_CHARACTERS
            # A heading begins a page rather than ending one.
            late_heading = block.level > 0 and page.length > PAGE_CHARACTERS * 2 // 3
            if split and page.parts and (full or late_heading):
                label = page.label
                yield page.done()
                page = _PageDraft(label)
            page.add(piece, block.level)
    if page.parts or not split:
        yield page.done()


class _PageDraft:
    def __init__(self, label: str) -> None:
        self.label = label
        self.parts: list[str] = []
        self.length = 0
        self._headings: list[Heading] = []

    def add(self, text: str, level: int) -> None:
        if level:
            text = one_line(text)
            self._headings.append(Heading(level, self.length, text))
            text = f"{'#' * min(level, 6)} {text}"
        self.parts.append(text)
        self.length += len(text) + 1

    def done(self) -> Page:
        return Page(0, "\n".join(self.parts), label=self.label, headings=tuple(self._headings))


def _pieces(text: str) -> Iterator[str]:
    """`text` in pieces of at most a page, cut after lines or sentences, else anywhere."""
    while len(text) > PAGE_CHARACTERS:
        cut = PAGE_CHARACTERS
        for end in _SENTENCE_END.finditer(text, PAGE_CHARACTERS // 2, PAGE_CHARACTERS):
            cut = end.end()
        if cut == PAGE_CHARACTERS:  # no end of a sentence: between words, if there are any
            cut = text.rfind(" ", PAGE_CHARACTERS // 2, PAGE_CHARACTERS) + 1 or cut
        yield text[:cut].rstrip("\n")
        text = text[cut:].lstrip("\n")
    yield text
