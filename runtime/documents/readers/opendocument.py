"""OpenDocument texts and presentations (ODT, ODP)."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.documents.guarded_zip import End, Start, open_zip
from runtime.documents.source import Items, Opened, Source, damaged, encrypted
from runtime.documents.text import Block, pages_of

_KIND = "an OpenDocument file"
_CONTENT = "content.xml"
_SKIPPED = frozenset(
    (
        "tracked-changes",
        "note-citation",
        "annotation",
        "forms",
        "scripts",
        "font-face-decls",
        "automatic-styles",
    )
)
_MOST_SPACES = 100


def read_text(source: Source) -> Items:
    """A text. Where LibreOffice noted its page breaks, pages are those."""
    with open_zip(source, _KIND) as archive:
        _check(archive.names, source)
        if "META-INF/manifest.xml" in archive:
            manifest = archive.xml("META-INF/manifest.xml")
            if any(isinstance(event, Start) and event.name == "encryption-data" for event in manifest):
                raise encrypted(source)
        events = archive.xml(_CONTENT)
        has_pages = any(isinstance(event, Start) and event.name == "soft-page-break" for event in events)
        yield Opened("OpenDocument text", unit="page" if has_pages else "part")
        yield from pages_of(_Content(slides=False).blocks(archive.xml(_CONTENT)), split=not has_pages)


def read_slides(source: Source) -> Items:
    """A presentation: a page is a slide, its notes included."""
    with open_zip(source, _KIND) as archive:
        _check(archive.names, source)
        yield Opened("OpenDocument presentation", unit="slide")
        yield from pages_of(_Content(slides=True).blocks(archive.xml(_CONTENT)), split=False)


def _check(names: list[str], source: Source) -> None:
    if _CONTENT not in names:
        raise damaged(source, _KIND, "no content.xml")


class _Content:
    """Turns content.xml into blocks."""

    def __init__(self, *, slides: bool) -> None:
        self._slides = slides
        self._text: list[str] = []
        self._skipping = 0
        self._level = 0
        self._lists = 0
        self._row: list[str] | None = None  # cells of the table row being read, outside paragraphs
        self._seen_slide = False
        self._break = False

    def blocks(self, events: Iterator[Start | End | str]) -> Iterator[Block]:
        paragraphs = 0
        for event in events:
            match event:
                case Start(name, attributes):
                    if self._skipping or name in _SKIPPED:
                        self._skipping += 1
                    elif name in ("p", "h"):
                        paragraphs += 1
                        if name == "h":
                            self._level = _number(attributes.get("outline-level"), 1)
                    elif name == "soft-page-break":
                        if self._row is None:  # what the paragraph has until here is on the page before
                            yield from self._flush()
                        self._break = True
                    elif name == "page" and self._slides:
                        yield from self._flush()
                        if self._seen_slide:
                            self._break = True
                        self._seen_slide = True
                    else:
                        self._inline(name, attributes.get("c"))
                case End(name):
                    if self._skipping:
                        self._skipping -= 1
                    elif name in ("p", "h"):
                        paragraphs -= 1
                        if self._row is not None:
                            self._text.append(" ")
                        elif not paragraphs:  # else it is a note or a frame inside of another paragraph
                            yield from self._flush()
                        else:
                            self._text.append(" ")
                    else:
                        yield from self._end(name)
                case str(text):
                    if paragraphs and not self._skipping:
                        self._text.append(text.replace("\n", " "))
        yield from self._flush()

    def _inline(self, name: str, count: str | None) -> None:
        match name:
            case "s":
                self._text.append(" " * min(_number(count, 1), _MOST_SPACES))
            case "tab":
                self._text.append("\t")
            case "line-break":
                self._text.append("\n")
            case "note":
                self._text.append(" [note: ")
            case "list":
                self._lists += 1
            case "table-row":
                self._row = []
            case "table-cell" | "covered-table-cell":
                self._text.clear()

    def _end(self, name: str) -> Iterator[Block]:
        if name == "note":
            self._text.append("] ")
        elif name == "list":
            self._lists = max(0, self._lists - 1)
        elif name in ("table-cell", "covered-table-cell") and self._row is not None:
            self._row.append("".join(self._text).strip())
            self._text.clear()
        elif name == "table-row" and self._row is not None:
            self._text = [" | ".join(self._row).rstrip(" |")]
            self._row = None
            yield from self._flush()

    def _flush(self) -> Iterator[Block]:
        text = "".join(self._text).strip(" ")
        self._text = []
        level, self._level = self._level, 0
        if text or self._break:
            mark = "  " * (min(self._lists, 12) - 1) + "- " if self._lists and text else ""
            yield Block(mark + text, level, new_page=self._break)
            self._break = False


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdigit() and len(text) < 4 else default
