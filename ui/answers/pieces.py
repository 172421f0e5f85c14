"""Cuts Markdown into pieces: text, fenced code, tables.

A fenced code block is a piece of its own (it gets a box, a language and a copy button), and so is a table, which may
be wider than its column; the text between is cut where it grows long, so that while an answer streams only its last
piece is made again. Read next: `ui.answers.markdown`, which makes a text into a document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONG_PIECE = 4000  # characters; a text is cut at the next safe place after this many
_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*([^`\n]*)$")
_UNSAFE_START = re.compile(r"\s|[-*+>|]|\d+[.)]|$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the source: Markdown text, or what a fenced block holds.

    Attributes:
        source: Markdown, or the code itself.
        language: as the fence names it; None for text.
        start: where it begins in the source; cutting the source from there gives this piece and the rest.
        is_table: whether it is one table and nothing else.
    """

    source: str
    language: str | None = None
    start: int = 0
    is_table: bool = False


def split(source: str, start: int = 0) -> list[Piece]:
    """Cut `source`, from `start` on, into pieces.

    A fence still open at the end is a code piece: more of it may come.
    """
    pieces: list[Piece] = []
    lines: list[str] = []
    length = 0
    fence: str | None = None
    language = ""
    at = piece_at = start

    in_table = False

    def cut(of_language: str | None, next_at: int) -> None:
        nonlocal length, piece_at, in_table
        text = "\n".join(lines)
        if of_language is not None or text.strip():
            pieces.append(Piece(text, of_language, piece_at, in_table))
        lines.clear()
        length = 0
        piece_at = next_at
        in_table = False

    whole = source[start:].split("\n")
    for i, line in enumerate(whole):
        line_at, at = at, at + len(line) + 1
        match = _FENCE.match(line)
        if fence is None:
            if match:
                cut(None, line_at)
                fence, language = match[1], match[2].strip()
                continue
            if in_table:
                if not line.strip():
                    cut(None, line_at)
            elif _begins_table(whole, i):
                cut(None, line_at)
                in_table = True
            elif length > LONG_PIECE and lines and not lines[-1].strip() and not _UNSAFE_START.match(line):
                cut(None, line_at)
        elif match and match[1][0] == fence[0] and len(match[1]) >= len(fence) and not match[2]:
            cut(language, at)
            fence = None
            continue
        lines.append(line)
        length += len(line) + 1
    cut(None if fence is None else language, at)
    return pieces


def _begins_table(lines: list[str], i: int) -> bool:
    """Whether a table of its own begins at line `i`: one in a list or a quote stays with it."""
    line = lines[i]
    if "|" not in line or line[:1] in " \t>-*+" or i + 1 >= len(lines) or (i and lines[i - 1].strip()):
        return False
    rule = lines[i + 1]
    return "|" in rule and "-" in rule and not rule.strip("|:- \t")
