"""Web pages, and the HTML inside of books and mail, as blocks of text with headings, lists and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from runtime.documents.readers.plain_text import decode
from runtime.documents.source import Items, Opened, Source
from runtime.documents.text import Block, pages_of

_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w:.-]+)""", re.I)
_SKIPPED = frozenset(
    ["script", "style", "template", "noscript", "svg", "math", "iframe", "object", "select", "head"]
)
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "nav",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "li",
        "table",
        "tr",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
        "address",
        "form",
        "fieldset",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "body",
        "caption",
        "details",
        "summary",
        "br",
    ]
)
_VOID = frozenset(
    ["br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr"]
)
_DEEPEST = 2000


def read(source: Source) -> Items:
    """A web page; its parts are counted."""
    yield Opened("web page")
    yield from pages_of(html_blocks(decode_html(source.read())))


def decode_html(data: bytes, named: str | None = None) -> str:
    """Text of HTML bytes, by what the page itself says of its encoding."""
    if named is None and (found := _CHARSET.search(data[:4096])):
        named = found[1].decode("ascii")
    return decode(data, named)[0]


def html_blocks(text: str) -> Iterator[Block]:
    """The visible text of HTML, block by block; never fails, however broken it is."""
    parser = _Blocks()
    for begin in range(0, len(text), 1 << 16):
        parser.feed(text[begin : begin + (1 << 16)])
        yield from parser.take()
    parser.close()
    parser.flush()
    yield from parser.take()


class _Blocks(HTMLParser):
    """Collects text until a block element begins or ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._done: list[Block] = []
        self._text: list[str] = []
        self._skipping: list[str] = []  # the skipped elements that are open
        self._level = 0
        self._pre = 0
        self._lists: list[int | None] = []  # of each open list: the last number, None if unordered
        self._mark = ""
        self._cells = 0
        self._in_row = False
        self._in_title = False

    def take(self) -> list[Block]:
        done, self._done = self._done, []
        return done

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title" and not self._done:
            self._in_title = True
        elif tag in _SKIPPED and tag not in _VOID:
            if tag == "head" or len(self._skipping) < _DEEPEST:
                self._skipping.append(tag)
        elif tag == "body":
            self._skipping.clear()  # a head that was never closed
        if self._skipping:
            return
        if tag in ("td", "th"):
            if self._cells:
                self._text.append(" | ")
            self._cells += 1
        elif tag in _BLOCKS and not (self._in_row and tag != "tr"):
            self.flush()
        elif tag in _BLOCKS:
            self._text.append(" ")
        match tag:
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                self._level = int(tag[1])
            case "pre":
                self._pre += 1
            case "ul":
                self._lists.append(None)
            case "ol":
                self._lists.append(0)
            case "li":
                self._begin_item()
            case "tr":
                self._cells, self._in_row = 0, True
            case "img":
                if alternative := dict(attrs).get("alt"):
                    self._text.append(f" [picture: {alternative}] ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        if self._skipping:
            if tag in self._skipping:
                while self._skipping.pop() != tag:
                    pass
            return
        if tag in ("tr", "table"):
            self._in_row = False
        if tag in _BLOCKS and not self._in_row:
            self.flush()
        if tag == "pre":
            self._pre = max(0, self._pre - 1)
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif tag.startswith("h") and tag[1:].isdigit():
            self._level = 0

    def handle_data(self, data: str) -> None:
        if not self._skipping and not self._in_title:
            self._text.append(data if self._pre else re.sub(r"\s+", " ", data))

    def flush(self) -> None:
        """End the block that is being collected."""
        text = "".join(self._text)
        if not self._pre:
            text = re.sub(r" {2,}", " ", text).strip()
        self._text.clear()
        if text.strip():
            self._done.append(Block(self._mark + text, self._level))
            self._mark = ""

    def _begin_item(self) -> None:
        indent = "  " * max(0, min(len(self._lists), 12) - 1)
        if self._lists and (last := self._lists[-1]) is not None:
            self._lists[-1] = last + 1
            self._mark = f"{indent}{last + 1}. "
        else:
            self._mark = f"{indent}- "
