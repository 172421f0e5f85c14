"""Documents as parts that fit a number of tokens, cut where their structure has a joint.

Joints, best first: a heading, the end of a page, a paragraph, a line, a sentence, anywhere. Every character
of every page that was read is in exactly one part. A part never spans two documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from runtime.documents.prompt import Placed, as_data, page_mark
from runtime.documents.values import Page, PageState

Count = Callable[[str], int]  # tokens of a text

MARK_TOKENS = 14  # of the line before a page, at most
_BREAK_AFTER = 0.6  # a part this full ends before a chapter
_CHAPTER = 2  # headings down to this level begin a chapter
_JOINTS = (
    re.compile(r"\n\n+"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?])\s+|(?<=[。！？])"),
    re.compile(r"\s+"),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A page or a piece of one.

    Attributes:
        page: its number.
        text: as read.
        tokens: of the text and its mark.
        continued: whether the page began in a piece before.
        level: of the heading it begins with, 0 if none.
    """

    page: int
    text: str
    tokens: int
    continued: bool = False
    level: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """Pieces of one document that are read together. `tokens` is an upper bound."""

    document: str
    pieces: tuple[Piece, ...]

    @property
    def tokens(self) -> int:
        return sum(piece.tokens for piece in self.pieces)

    @property
    def pages(self) -> tuple[int, ...]:
        """The pages it holds something of, in order, each once."""
        return tuple(dict.fromkeys(piece.page for piece in self.pieces))

    def text(self) -> str:
        """As it stands in a prompt."""
        lines: list[str] = []
        last = 0
        for piece in self.pieces:
            if piece.page != last:
                lines.append(page_mark(self.document, piece.page, continued=piece.continued))
            lines.append(as_data(piece.text))
            last = piece.page
        return "\n".join(lines)


def parts_of(placed: Placed, most_tokens: int, count: Count) -> list[Part]:
    """The parts of a document, each of at most `most_tokens`. Raises `ValueError` if that is less than 64."""
    if most_tokens < 64:
        raise ValueError("parts of less than 64 tokens make no sense")
    parts: list[Part] = []
    pieces: list[Piece] = []
    used = 0
    for piece in _pieces(placed.document.pages, most_tokens, count):
        full = used + piece.tokens > most_tokens
        chapter = 0 < piece.level <= _CHAPTER and used > _BREAK_AFTER * most_tokens
        if pieces and (full or chapter):
            parts.append(Part(placed.id, tuple(pieces)))
            pieces, used = [], 0
        pieces.append(piece)
        used += piece.tokens
    if pieces:
        parts.append(Part(placed.id, tuple(pieces)))
    return parts


def _pieces(pages: Sequence[Page], most: int, count: Count) -> Iterator[Piece]:
    for page in pages:
        if page.state is not PageState.READ:
            continue
        cuts = sorted({heading.offset for heading in page.headings if heading.level <= _CHAPTER} - {0})
        levels = {heading.offset: heading.level for heading in reversed(page.headings)}
        continued = False
        for begin, end in zip((0, *cuts), (*cuts, len(page.text)), strict=True):
            level = levels.get(begin, 0)
            for text in split_text(page.text[begin:end], most - MARK_TOKENS, count):
                yield Piece(page.number, text, count(as_data(text)) + MARK_TOKENS, continued, level)
                continued, level = True, 0


def split_text(text: str, most: int, count: Count) -> Iterator[str]:
    """`text` in pieces of at most `most` tokens, cut at the best joint there is."""
    while text.strip():
        tokens = count(as_data(text))
        if tokens <= most:
            yield text
            return
        # By the average first, then shorter until it fits: tokens are not spread evenly.
        length = max(1, len(text) * most // tokens)
        while length > 1 and count(as_data(text[:length])) > most:
            length = length * 3 // 4
        cut = _joint(text, length)
        yield text[:cut]
        text = text[cut:]


def _joint(text: str, most: int) -> int:
    """Where to cut `text`, at `most` or up to half before that."""
    for pattern in _JOINTS:
        ends = [found.end() for found in pattern.finditer(text, most // 2, most) if found.end() <= most]
        if ends:
            return max(1, ends[-1])
    return max(1, most)
