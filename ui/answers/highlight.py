"""Colours in code: `pygments` says what each word is, a theme of ours what colour that has.

A `Highlighter` reads its code in slices of some milliseconds between two turns of the window, and while the code
still grows it begins again only after a pause in proportion to what it took. `pygments` is imported with the first
block of a language that it knows, and of its lexers only that one. Code that is very long, or that a lexer reads
too slowly, stays plain.

Read next: `ui.answers.code_block`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from functools import cache
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QColor, QTextCharFormat, QTextDocument, QTextLayout

LONGEST = 200_000  # characters; longer code is plain
LONGEST_LINE = 4000
SLICE_S = 0.003
STALLED_S = 0.25  # a slice that took this long is the last: the lexer cannot be stopped within a token
SHARE = 0.2  # of the time may go into reading code that grows
_ALIASES = {"jsx": "javascript", "vue": "html", "svelte": "html", "shellscript": "bash", "node": "javascript"}


@dataclass(frozen=True, slots=True)
class CodeColours:
    """Colours of words in code; `#rrggbb` each, all at 4.5:1 or more on the ground of code."""

    keyword: str
    string: str
    number: str
    comment: str
    function: str
    kind: str
    marked: str
    removed: str


LIGHT = CodeColours("#7a2a8c", "#2c661d", "#934300", "#625e57", "#1c559a", "#17625e", "#7d5200", "#a3361f")
DARK = CodeColours("#d8a8ea", "#a8d18d", "#f0b37a", "#a6a29a", "#92bff2", "#7fcac2", "#e3c46f", "#f19a88")
LIGHT_CONTRAST = CodeColours(
    "#5a1175", "#1b4a0f", "#6e3000", "#3d3d3d", "#0a3a7a", "#004b47", "#5c3c00", "#8a1c06"
)
DARK_CONTRAST = CodeColours(
    "#e8c4f6", "#c6ecae", "#ffd2a3", "#d2d2d2", "#b9d8ff", "#a6e7e0", "#ffe08a", "#ffb7a8"
)


def theme(ground: QColor) -> CodeColours:
    """The colours for code that stands on `ground`: black and white are the grounds of high contrast."""
    dark = ground.lightness() < 128
    if ground.lightness() in (0, 255):
        return DARK_CONTRAST if dark else LIGHT_CONTRAST
    return DARK if dark else LIGHT


@cache
def _names() -> dict[str, str]:
    """The lexers that come with the library, by alias; those of other packages are left alone."""
    from pygments.lexers import get_all_lexers  # type: ignore[import-untyped]

    return {alias: name for name, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases}


def lexer_for(language: str) -> Any | None:
    """The lexer for a fence's words; None for a language that is not known, or for none."""
    words = language.replace("{", " ").replace("}", " ").replace(",", " ").split()
    alias = words[0].lower().removeprefix(".").removeprefix("language-") if words else ""
    alias = _ALIASES.get(alias, alias)
    if not alias or alias in ("text", "plaintext", "txt", "plain", "none", "output"):
        return None
    name = _names().get(alias)
    if name is None:
        return None
    from pygments.lexers import find_lexer_class

    found = find_lexer_class(name)
    return found() if found is not None else None


@cache
def _kinds() -> tuple[tuple[Any, str], ...]:
    """What each kind of token is painted as; the first that fits."""
    from pygments.token import (  # type: ignore[import-untyped]
        Comment,
        Generic,
        Keyword,
        Name,
        Number,
        Operator,
        String,
    )

    return (
        (Comment, "comment"),
        (String, "string"),
        (Number, "number"),
        (Keyword.Type, "kind"),
        (Keyword.Constant, "number"),
        (Keyword, "keyword"),
        (Operator.Word, "keyword"),
        (Name.Function, "function"),
        (Name.Class, "kind"),
        (Name.Builtin, "kind"),
        (Name.Exception, "kind"),
        (Name.Decorator, "marked"),
        (Name.Attribute, "function"),
        (Name.Tag, "keyword"),
        (Name.Variable, "marked"),
        (Name.Label, "function"),
        (Generic.Heading, "function"),
        (Generic.Subheading, "function"),
        (Generic.Inserted, "string"),
        (Generic.Deleted, "removed"),
        (Generic.Prompt, "comment"),
    )


@cache
def kind_of(token: Any) -> str:
    """The colour's name for a kind of token; empty for plain text."""
    return next((name for kind, name in _kinds() if token in kind), "")


class Highlighter(QObject):
    """Colours one document of code that may still grow.

    Attributes:
        finished: whether all of the code has its colours, or none by intent.
    """

    def __init__(self, document: QTextDocument, language: str, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._language = document, language
        self._lexer: Any = None
        self._known = False
        self._given_up = False
        self._code = ""
        self._reading: Iterator[tuple[int, Any, str]] | None = None
        self._read = ""  # what the present pass reads
        self._spent = 0.0
        self._line: list[QTextLayout.FormatRange] = []
        self._number = 0  # of the line
        self._at = 0  # where the line begins
        self._formats: dict[str, QTextCharFormat] = {}
        self.finished = True
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._slice)

    def set_code(self, code: str, colours: CodeColours) -> None:
        """The document now holds `code`; colour what is new when there is time."""
        self._formats = _formats(colours)
        self._code = code
        if self._given_up or not self._language or len(code) > LONGEST:
            return
        self.finished = False
        if not self._timer.isActive():
            self._timer.start(0)

    def repaint(self, colours: CodeColours) -> None:
        """The theme has changed."""
        self._reading = None
        self._read = ""
        self.set_code(self._code, colours)

    def _slice(self) -> None:
        began = time.perf_counter()
        if not self._known:
            self._known = True
            self._lexer = lexer_for(self._language)
            self._given_up = self._lexer is None
        elif self._reading is None:
            self._begin()
        if self._given_up:
            self.finished = True
            return
        done = self._reading is not None and self._go_on(began + SLICE_S)
        spent = time.perf_counter() - began
        self._spent += spent
        if spent > STALLED_S and not done and self._reading is not None:
            self._given_up = self.finished = True
            return
        if not done:
            self._timer.start(4)
        elif self._read != self._code:
            self._timer.start(max(60, int(self._spent / SHARE * 1000)))
        else:
            self.finished = True

    def _begin(self) -> None:
        self._read = self._code
        if max(map(len, self._read.split("\n"))) > LONGEST_LINE:
            self._given_up = True
            return
        self._reading = self._lexer.get_tokens_unprocessed(self._read + "\n")
        self._spent, self._line, self._number, self._at = 0.0, [], 0, 0

    def _go_on(self, until: float) -> bool:
        """Read on; True at the end."""
        assert self._reading is not None
        for count, (index, token, value) in enumerate(self._reading):
            self._take(index, kind_of(token), value)
            if count % 16 == 15 and time.perf_counter() > until:
                return False
        self._end_line(len(self._read) + 1)
        self._reading = None
        return True

    def _take(self, index: int, kind: str, value: str) -> None:
        for i, part in enumerate(value.split("\n")):
            if i:
                self._end_line(index)
            if kind and part:
                span = QTextLayout.FormatRange()
                span.start, span.length = index - self._at, len(part)
                span.format = self._formats[kind]
                self._line.append(span)
            index += len(part) + 1

    def _end_line(self, next_at: int) -> None:
        block = self._document.findBlockByNumber(self._number)
        if block.isValid():
            layout = block.layout()
            if layout.formats() != self._line:
                layout.setFormats(self._line)
                self._document.markContentsDirty(block.position(), block.length())
        self._line = []
        self._number += 1
        self._at = next_at


@cache
def _formats(colours: CodeColours) -> dict[str, QTextCharFormat]:
    made: dict[str, QTextCharFormat] = {}
    for name, colour in zip(CodeColours.__slots__, astuple(colours), strict=True):
        made[name] = QTextCharFormat()
        made[name].setForeground(QColor(colour))
    return made
