"""Plain text, Markdown and tables of values, in any encoding."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator

from runtime.documents.readers.table import pages_of_rows
from runtime.documents.source import Items, Opened, Source, Trouble
from runtime.documents.text import Block, pages_of

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESS_BYTES = 1 << 16  # of a text whose encoding has to be guessed, this much is looked at
_FEW = 0.25  # the share of letters beyond ASCII that Western languages do not exceed
_WESTERN = frozenset("€‚„…‘’“”•–—™¡¢£§©«®°±²³·»¿¼½¾×\u00a0")
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*$")
_FENCE = re.compile(r"[ ]{0,3}(```|~~~)")
_DELIMITERS = ",;\t|"


def decode(data: bytes, named: str | None = None) -> tuple[str, str | None]:
    """Text of `data` and, if its encoding had to be guessed, its name; never fails.

    `named` is the encoding that the file says it has.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, "replace"), None
    for encoding in (*([named] if named else []), "utf-8"):
        try:
            return data.decode(encoding), None
        except (UnicodeDecodeError, LookupError):
            continue
    encoding = _guess_encoding(data)
    return data.decode(encoding, "replace"), None if encoding.startswith("utf") else encoding


def _guess_encoding(data: bytes) -> str:
    head = data[:4096]
    if 0 in head:  # UTF-16 without a mark: every other byte of Western text is zero
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    # From the first byte on that is not ASCII: a long English beginning tells nothing.
    first = next((index for index, byte in enumerate(data) if byte > 127), 0)
    begin = max(0, first - 256) & ~3
    sample = data[begin : begin + _GUESS_BYTES]
    # Words with an accented letter here and there: short ones mislead the library.
    strange = [letter for letter in sample.decode("cp1252", "replace") if ord(letter) > 127]
    is_western = all(letter.isalpha() or letter in _WESTERN for letter in strange)
    if is_western and len(strange) < _FEW * len(sample):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return best.encoding if best else "cp1252"


def read_text(source: Source) -> Items:
    """Plain text: paragraphs, split into parts."""
    yield Opened("plain text")
    text, guessed = decode(source.read())
    yield from pages_of(Block(paragraph) for paragraph in _paragraphs(text))
    yield from _guess(source, guessed)


def read_markdown(source: Source) -> Items:
    """Markdown: as text, with its headings known."""
    yield Opened("Markdown text")
    text, guessed = decode(source.read())
    yield from pages_of(markdown_blocks(text))
    yield from _guess(source, guessed)


def read_csv(source: Source) -> Items:
    """A table of values, whatever separates them."""
    yield Opened("table of values")
    text, guessed = decode(source.read())
    sample = text[:20_000]
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(sample, _DELIMITERS)
    except csv.Error:
        dialect = csv.excel_tab if sample.count("\t") > sample.count(",") else csv.excel
    csv.field_size_limit(1 << 24)
    lines = (line.replace("\0", "") for line in text.splitlines(keepends=True))
    try:
        yield from pages_of_rows("", csv.reader(lines, dialect))
    except csv.Error:
        yield from pages_of(Block(paragraph) for paragraph in _paragraphs(text))
        yield Trouble(f"{source.name} is not a well-formed table; it was read as plain text.")
    yield from _guess(source, guessed)


def markdown_blocks(text: str) -> Iterator[Block]:
    """Paragraphs of Markdown; headings with their level, code fences left alone."""
    lines: list[str] = []
    fence = ""
    for line in text.splitlines():
        if mark := _FENCE.match(line):
            fence = "" if fence == mark[1] else fence or mark[1]
        heading = None if fence else _HEADING.match(line)
        if heading or (not line.strip() and not fence):
            if lines:
                yield Block("\n".join(lines) + "\n")
                lines = []
            if heading:
                yield Block(heading[2], level=len(heading[1]))
        else:
            lines.append(line)
    if lines:
        yield Block("\n".join(lines))


def _paragraphs(text: str) -> Iterable[str]:
    return (paragraph + "\n" for paragraph in re.split(r"\n[ \t]*\n|(?:\r\n){2,}", text))


def _guess(source: Source, encoding: str | None) -> Iterator[Trouble]:
    if encoding is not None and encoding != "ascii":
        yield Trouble(
            f"{source.name} does not say how its letters are encoded; it was read as {encoding}. "
            "If letters look wrong, save it as UTF-8."
        )
