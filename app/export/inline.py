"""What stands in a line of an answer: emphasis, code, formulas, links. Read by `html`.

A formula stays as it is written. A link is its words and its address, an image likewise: a file that was exported
refers to nothing outside of itself. Never fails; a span longer than a thousand characters is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_DEEPEST = 6
_TOKEN = re.compile(
    r"(?P<ticks>`+)"
    r"|(?P<formula>\\\(.{1,1000}?\\\)|\\\[.{1,1000}?\\\]|\$\$.{1,1000}?\$\$)"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<break>[ ]{2,8}\n|\\\n)"
    r"|!?\[(?P<words>[^\[\]\n]{0,500})\]\(<?(?P<address>[^()\s<>]{1,2000}(?:\([^()\s<>]{0,200}\)[^()\s<>]{0,200}){0,3})>?"
    r"(?:[ ]\"[^\"\n]{0,200}\")?\)"
    r"|<(?P<auto>(?:https?://|mailto:)[^\s<>]{1,2000})>"
    r"|(?P<two>\*\*|__)(?=\S)(?P<strong>.{1,1000}?)(?<=\S)(?P=two)"
    r"|~~(?=\S)(?P<struck>.{1,1000}?)(?<=\S)~~"
    r"|(?P<one>\*|(?<!\w)_)(?=[^\s*_])(?P<soft>.{1,1000}?)(?<=[^\s*_])(?P=one)(?![\w*])",
    re.DOTALL,
)


class Kind(StrEnum):
    """What a span is."""

    TEXT = "text"
    CODE = "code"
    FORMULA = "formula"
    ADDRESS = "address"  # of a link, as it is written
    BREAK = "break"
    STRONG = "strong"
    EMPHASIS = "emphasis"
    STRUCK = "struck"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of a line. The last three kinds have `spans` within, the others `text`."""

    kind: Kind
    text: str = ""
    spans: tuple[Span, ...] = ()


def spans(source: str, depth: int = 0) -> tuple[Span, ...]:
    """The spans of a paragraph, a heading or a cell."""
    return tuple(_read(source, depth))


def _read(source: str, depth: int) -> Iterator[Span]:
    at = start = 0
    unmatched: set[int] = set()  # lengths of runs of ticks that nothing closes
    while match := _TOKEN.search(source, at):
        at = match.end()
        if ticks := match["ticks"]:
            end = -1 if len(ticks) in unmatched else _closing(source, at, len(ticks))
            if end < 0:
                unmatched.add(len(ticks))
                continue
            yield from _text(source[start : match.start()])
            yield Span(Kind.CODE, _code(source[at : end - len(ticks)]))
            start = at = end
            continue
        yield from _text(source[start : match.start()])
        yield from _span(match, depth)
        start = at
    yield from _text(source[start:])


def _closing(source: str, at: int, length: int) -> int:
    """Behind the run of exactly `length` ticks that comes next; -1 if there is none."""
    found = re.compile(rf"(?<!`)`{{{length}}}(?!`)").search(source, at)
    return found.end() if found else -1


def _code(text: str) -> str:
    text = text.replace("\n", " ")
    return text[1:-1] if text.strip() and text[0] == text[-1] == " " else text


def _text(text: str) -> Iterator[Span]:
    if text:
        yield Span(Kind.TEXT, text)


def _span(match: re.Match[str], depth: int) -> Iterator[Span]:
    if match["formula"]:
        yield Span(Kind.FORMULA, match["formula"])
    elif match["escaped"]:
        yield Span(Kind.TEXT, match["escaped"])
    elif match["break"]:
        yield Span(Kind.BREAK)
    elif match["auto"]:
        yield Span(Kind.ADDRESS, match["auto"])
    elif match["address"]:
        words = match["words"]
        if words and words != match["address"]:
            yield from _within(words, depth)
            yield Span(Kind.TEXT, " ")
        yield Span(Kind.ADDRESS, match["address"])
    else:
        for group, kind in (("strong", Kind.STRONG), ("struck", Kind.STRUCK), ("soft", Kind.EMPHASIS)):
            if match[group] is not None:
                yield Span(kind, spans=tuple(_within(match[group], depth)))


def _within(source: str, depth: int) -> Iterator[Span]:
    if depth >= _DEEPEST:
        return _text(source)
    return _read(source, depth + 1)
