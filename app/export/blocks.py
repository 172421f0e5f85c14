"""What an answer's Markdown means, as a tree of blocks, of which both readable forms are made.

One reading for both, so that a file cannot mean something else to who opens it: `html` and `markdown` write the
blocks anew, each in a form that has one meaning only. CommonMark with GitHub's tables, less what answers do not
use (HTML, which is text here; definitions of links; lazy lines of quotes). The lines of a paragraph are read by
`inline`. Never fails, whatever the text; nesting past `_DEEPEST` is text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_DEEPEST = 10
_FENCE = re.compile(r"( {0,3})(`{3,}|~{3,})[ ]*([^`]*)$")
_HEADING = re.compile(r" {0,3}(#{1,6})(?: (.*))?$")
_CLOSING = re.compile(r"(?:^|(?<=[ ]))#+$")
_RULE = re.compile(r" {0,3}(?:(?:-[ ]*){3,}|(?:\*[ ]*){3,}|(?:_[ ]*){3,})$")
_QUOTE = re.compile(r" {0,3}>[ ]?")
_ITEM = re.compile(r"( {0,3})([-*+]|(\d{1,9})[.)])( +|$)")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ ]*$")
_DELIMITER = re.compile(r"\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?$")
_LONGEST_DELIMITER = 2000  # characters of the line below a table's heading
_CELL_END = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    level: int  # 1 to 6
    text: str


@dataclass(frozen=True, slots=True)
class CodeBlock:
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    pass


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ListBlock:
    """`start` is the first number, None for a list of points."""

    start: int | None
    items: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` with the heading first; all have as many cells. `sides` are `left`, `right`, `center` or empty."""

    sides: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Heading | CodeBlock | Rule | Quote | ListBlock | Table


def blocks(source: str) -> tuple[Block, ...]:
    """The blocks of a Markdown text."""
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    return _Reader([line.expandtabs(4) for line in text.split("\n")], 0).read()


class _Reader:
    """Reads lines from the first to the last; each method takes those of one block."""

    def __init__(self, lines: Sequence[str], depth: int) -> None:
        self._lines = lines
        self._at = 0
        self._depth = depth
        self._found: list[Block] = []

    def read(self) -> tuple[Block, ...]:
        if self._depth > _DEEPEST:
            text = "\n".join(self._lines).strip()
            return (Paragraph(text),) if text else ()
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if not line.strip():
                self._at += 1
            elif match := _FENCE.match(line):
                self._fenced(match)
            elif line.startswith("    "):
                self._indented()
            elif match := _HEADING.match(line):
                self._found.append(Heading(len(match[1]), _CLOSING.sub("", (match[2] or "").strip()).strip()))
                self._at += 1
            elif _RULE.match(line):
                self._found.append(Rule())
                self._at += 1
            elif _QUOTE.match(line):
                self._quote()
            elif match := _ITEM.match(line):
                self._list(match)
            elif self._is_table():
                self._table()
            else:
                self._paragraph()
        return tuple(self._found)

    def _within(self, lines: Sequence[str]) -> tuple[Block, ...]:
        return _Reader(lines, self._depth + 1).read()

    def _fenced(self, opening: re.Match[str]) -> None:
        indent, fence, language = len(opening[1]), opening[2], opening[3].strip()
        closing = re.compile(rf" {{0,3}}{re.escape(fence[0])}{{{len(fence)},}}[ ]*$")
        code: list[str] = []
        self._at += 1
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            if closing.match(line):
                break
            code.append(line[min(indent, len(line) - len(line.lstrip(" "))) :])
        self._found.append(CodeBlock(language, "\n".join(code)))

    def _indented(self) -> None:
        code: list[str] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if line.strip() and not line.startswith("    "):
                break
            code.append(line[4:])
            self._at += 1
        self._found.append(CodeBlock("", "\n".join(code).rstrip("\n ")))

    def _quote(self) -> None:
        quoted: list[str] = []
        while self._at < len(self._lines) and (match := _QUOTE.match(self._lines[self._at])):
            quoted.append(self._lines[self._at][match.end() :])
            self._at += 1
        self._found.append(Quote(self._within(quoted)))

    def _list(self, first: re.Match[str]) -> None:
        is_numbered = first[3] is not None
        items: list[tuple[Block, ...]] = []
        while self._at < len(self._lines):
            match = _ITEM.match(self._lines[self._at])
            if match is None or (match[3] is not None) != is_numbered or _RULE.match(self._lines[self._at]):
                break
            items.append(self._within(self._item(match)))
        self._found.append(ListBlock(int(first[3]) if is_numbered else None, tuple(items)))

    def _item(self, match: re.Match[str]) -> list[str]:
        """The lines of one item, without its marker and their indentation; blank lines behind it are passed."""
        space = len(match[4])
        offset = match.end(2) + (space if 1 <= space <= 4 else 1)
        lines = [self._lines[self._at][offset:]]
        self._at += 1
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if not line.strip():
                lines.append("")
            elif line[:offset].strip() == "":
                lines.append(line[offset:])
            elif lines[-1].strip() and not self._begins_block(line) and not _ITEM.match(line):
                lines.append(line.lstrip(" "))
            else:
                break
            self._at += 1
        return lines

    def _is_table(self) -> bool:
        if self._at + 1 >= len(self._lines) or "|" not in self._lines[self._at]:
            return False
        below = self._lines[self._at + 1].strip()[:_LONGEST_DELIMITER]
        return bool(_DELIMITER.match(below)) and len(_cells(below)) == len(_cells(self._lines[self._at]))

    def _table(self) -> None:
        rows = [_cells(self._lines[self._at])]
        sides = tuple(_side(cell) for cell in _cells(self._lines[self._at + 1]))
        self._at += 2
        while self._at < len(self._lines) and "|" in (line := self._lines[self._at]):
            if self._begins_block(line):
                break
            cells = _cells(line)
            rows.append((*cells, *[""] * len(sides))[: len(sides)])
            self._at += 1
        self._found.append(Table(sides, tuple(rows)))

    def _paragraph(self) -> None:
        text: list[str] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if text and (match := _UNDERLINE.match(line)):
                self._at += 1
                self._found.append(Heading(1 if match[1][0] == "=" else 2, " ".join(text)))
                return
            if not line.strip() or (text and (self._begins_block(line) or self._is_table())):
                break
            text.append(line.lstrip(" "))
            self._at += 1
        self._found.append(Paragraph("\n".join(text).rstrip(" ")))

    def _begins_block(self, line: str) -> bool:
        """Whether a paragraph ends before this line."""
        item = _ITEM.match(line)
        return bool(
            _FENCE.match(line)
            or _HEADING.match(line)
            or _RULE.match(line)
            or _QUOTE.match(line)
            or (item and item[4] and item[3] in (None, "1", "0"))
        )


def _cells(line: str) -> tuple[str, ...]:
    cells = _CELL_END.split(line.strip())
    if cells and not cells[0].strip():
        cells = cells[1:]
    if cells and not cells[-1].strip():
        cells = cells[:-1]
    return tuple(cell.strip().replace("\\|", "|") for cell in cells)


def _side(cell: str) -> str:
    starts, ends = cell.startswith(":"), cell.endswith(":")
    if starts and ends:
        return "center"
    return "right" if ends else "left" if starts else ""
