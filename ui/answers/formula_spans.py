"""Where formulas and code stand in Markdown, found in one pass over the text.

Formulas are `\\( … \\)`, `$ … $`, `\\[ … \\]` and `$$ … $$`. A dollar is also money: as in pandoc, an opening dollar
has something other than space right after it, a closing one something other than space right before it and no
digit right after it, and the next dollar is the only one that may close; beyond pandoc, neither stands inside a word
(`US$5`, `$HOME/$USER`). A formula never crosses an empty line, one in single dollars no line at all. Whatever
stays open is text.

The time taken grows with the length of the text and no faster, whatever stands in it.
Read next: `ui.answers.formula`, which draws, `ui.answers.plain_text`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

_TOKENS = re.compile(
    r"(?P<fence>^[ \t>]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)*(?P<run>`{3,}|~{3,})[^`\n]*$)"
    r"|(?P<ticks>`+)"
    r"|(?P<slash>\\[()\[\]])"
    r"|(?P<escape>\\.)"
    r"|(?P<dollars>\$+)"
    r"|(?P<gap>\n[ \t]*(?=\n))"
    r"|(?P<line>\n)",
    re.MULTILINE,
)
_CLOSERS = {r"\(": r"\)", r"\[": r"\]"}


@dataclass(frozen=True, slots=True)
class Formula:
    """One formula: `source[start:end]` with its signs, `tex` without them.

    Attributes:
        display: whether it asks for a line of its own.
    """

    start: int
    end: int
    tex: str
    display: bool


@dataclass(frozen=True, slots=True)
class Spans:
    """What in a text is not plain Markdown, in order and never overlapping.

    Attributes:
        formulas: the formulas.
        code: (start, end) of spans and fenced blocks of code, with their signs.
    """

    formulas: tuple[Formula, ...]
    code: tuple[tuple[int, int], ...]


def find(source: str) -> Spans:
    """The formulas and the code in `source`."""
    return _Finder(source).spans()


class _Finder:
    """One pass: tokens first, then from opening to closing ones."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._tokens = list(_TOKENS.finditer(source))
        self._gaps: list[int] = []
        self._lines: list[int] = []
        self._closers: dict[str, list[int]] = {}  # by sign, indexes of tokens that may close
        for i, token in enumerate(self._tokens):
            kind, text = token.lastgroup, token[0]
            if kind == "run":
                kind = "fence"
            if kind == "gap":
                self._gaps.append(i)
            if kind in ("gap", "line"):
                self._lines.append(i)
            elif kind in ("slash", "ticks", "dollars"):
                self._closers.setdefault(text, []).append(i)

    def spans(self) -> Spans:
        formulas: list[Formula] = []
        code: list[tuple[int, int]] = []
        i = 0
        while i < len(self._tokens):
            token = self._tokens[i]
            if token["fence"] is not None:
                i, end = self._fence_end(i)
                code.append((token.start(), end))
            elif token["ticks"] is not None:
                closing = self._next(token[0], i, self._gaps)
                if closing is not None:
                    code.append((token.start(), self._tokens[closing].end()))
                    i = closing
            elif (formula := self._formula(i)) is not None:
                closing, found = formula
                formulas.append(found)
                i = closing
            i += 1
        return Spans(tuple(formulas), tuple(code))

    def _formula(self, i: int) -> tuple[int, Formula] | None:
        token, text = self._tokens[i], self._tokens[i][0]
        if token["slash"] is not None:
            closing = self._next(_CLOSERS.get(text, ""), i, self._gaps)
        elif token["dollars"] is not None and self._can_open(token):
            closing = self._next(text, i, self._gaps if text == "$$" else self._lines)
            if closing is not None and not self._can_close(self._tokens[closing]):
                return None
        else:
            return None
        if closing is None:
            return None
        end = self._tokens[closing]
        tex = self._source[token.end() : end.start()].strip()
        if not tex:
            return None
        return closing, Formula(token.start(), end.end(), tex, text in ("$$", r"\["))

    def _next(self, sign: str, i: int, stops: list[int]) -> int | None:
        """The token after `i` that closes with `sign`, before the next of `stops`."""
        closers = self._closers.get(sign, [])
        at = bisect_right(closers, i)
        if at == len(closers):
            return None
        stop = bisect_right(stops, i)
        return None if stop < len(stops) and stops[stop] < closers[at] else closers[at]

    def _fence_end(self, i: int) -> tuple[int, int]:
        """The token that closes the fence at `i` and where it ends; the end of the text if none does."""
        run = self._tokens[i]["run"]
        for j in range(i + 1, len(self._tokens)):
            other = self._tokens[j]["run"]
            if other and other[0] == run[0] and len(other) >= len(run) and self._tokens[j][0].endswith(other):
                return j, self._tokens[j].end()
        return len(self._tokens), len(self._source)

    def _can_open(self, token: re.Match[str]) -> bool:
        if len(token[0]) == 2:
            return True
        before, after = self._around(token)
        return len(token[0]) == 1 and bool(after.strip()) and not (before.isalnum() or before in ("_", "$"))

    def _can_close(self, token: re.Match[str]) -> bool:
        if len(token[0]) == 2:
            return True
        before, after = self._around(token)
        return len(token[0]) == 1 and bool(before.strip()) and not (after.isalnum() or after == "_")

    def _around(self, token: re.Match[str]) -> tuple[str, str]:
        start, end = token.span()
        return self._source[max(0, start - 1) : start], self._source[end : end + 1]
