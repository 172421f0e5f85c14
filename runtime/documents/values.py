"""What a document is once it has been read: frozen values that every layer may share.

A *page* is what a citation names. Where a format has pages or slides they are those; elsewhere the text is
split at paragraphs into parts of some 3,000 characters, sheets into blocks of rows, and the parts are
counted. `Page.label` says it for people ("page 3", "slide 3", "Budget, rows 2-80").
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PageKey = tuple[str, int]  # document id as in prompts, page number


class PageState(StrEnum):
    """What became of a page."""

    READ = "read"
    BLANK = "blank"
    PICTURES = "pictures"  # holds only pictures, as a scanned page does
    DAMAGED = "damaged"  # could not be read


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: `level` from 1 on, and where in the page's text it stands."""

    level: int
    offset: int
    title: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        number: from 1 on, without gaps, in the file's order.
        text: lines separated by `\\n`; no other control characters but tabs. Empty unless READ.
        state: what became of it.
        label: how to name it to people.
        headings: in order.
        note: one sentence if it is DAMAGED or only partly read, else empty.
    """

    number: int
    text: str
    state: PageState = PageState.READ
    label: str = ""
    headings: tuple[Heading, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read.

    Attributes:
        name: the file's name, without folders.
        kind: `PDF document`, `Word document` … for people.
        pages: what was read, in order; it may end early (see `pages_total`).
        pages_total: how many pages the file has.
        problems: sentences about what could not be read, other than whole pages.
        size_bytes: of the file.
        has_real_pages: whether page numbers are the file's own, as printed or shown in its program.
    """

    name: str
    kind: str
    pages: tuple[Page, ...]
    pages_total: int
    problems: tuple[str, ...] = ()
    size_bytes: int = 0
    has_real_pages: bool = False

    @property
    def has_text(self) -> bool:
        return any(page.state is PageState.READ for page in self.pages)


@dataclass(frozen=True, slots=True)
class Citation:
    """One page named in a text.

    Attributes:
        document: its id, `D1`; empty if the text does not say which of several it is.
        page: its number.
        was_shown: whether the model had been shown that page.
        start, end: where the brackets stand in the text.
    """

    document: str
    page: int
    was_shown: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take.

    Attributes:
        seconds: wall time; what was read until then is kept.
        memory_bytes: of the reading process, beyond what it has when it starts to read.
        characters: of text in all; what was read until then is kept.
        pages: likewise.
        file_bytes: a larger file is refused.
        unpacked_bytes: what one part of a packed file (DOCX, EPUB …) may unpack to.
        depth: of files within files (attachments of mail).
    """

    seconds: float = 120.0
    memory_bytes: int = 1 << 30
    characters: int = 60_000_000
    pages: int = 50_000
    file_bytes: int = 1 << 29
    unpacked_bytes: int = 1 << 28
    depth: int = 4


@dataclass(frozen=True, slots=True)
class ReadProgress:
    """Reading goes on: `done` of `total` pages (None if unknown)."""

    name: str
    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """Reading is over."""

    document: Document


ReadEvent = ReadProgress | DocumentRead
