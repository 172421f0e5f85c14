"""Rows of a table as pages: a block of rows each, its columns named again at the top of every page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from runtime.documents.text import PAGE_CHARACTERS, one_line
from runtime.documents.values import Heading, Page

_SEPARATOR = " | "
_HEADER_CHARACTERS = 600  # a longer first row is not repeated


def pages_of_rows(sheet: str, rows: Iterable[Sequence[str]]) -> Iterator[Page]:
    """Pages of one sheet. Empty rows are left out, but counted. `sheet` may be empty."""
    header = ""
    lines: list[str] = []
    length = first = last = 0
    for number, row in enumerate(rows, 1):
        line = _SEPARATOR.join(one_line(cell) for cell in row).rstrip(" |")
        if not line:
            continue
        if lines and length + len(line) > PAGE_CHARACTERS:
            yield _page(sheet, header if first > 1 else "", lines, first, last)
            lines, length = [], 0
        if not header and not last:
            header = line if len(row) > 1 and len(line) <= _HEADER_CHARACTERS else ""
        if not lines:
            first = number
        last = number
        lines.append(line)
        length += len(line) + 1
    if lines:
        yield _page(sheet, header if first > 1 else "", lines, first, last)


def _page(sheet: str, header: str, lines: list[str], first: int, last: int) -> Page:
    rows = f"rows {first}-{last}" if last > first else f"row {first}"
    label = f"{sheet}, {rows}" if sheet else rows
    top = [f"# {sheet}"] if sheet else []
    if header:
        top.append(f"Columns: {header}")
    headings = (Heading(1, 0, sheet),) if sheet and first == 1 else ()
    return Page(0, "\n".join([*top, *lines]), label=label, headings=headings)
