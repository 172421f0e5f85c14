"""Cuts Markdown that still grows into what is worth saying aloud: whole sentences, and a word for code and tables.

    sentences = Sentences()
    sentences.take("One. Tw")            # ["One."]
    sentences.take("One. Two", True)     # ["Two"]
    sentences_of("One. Two")             # ["One.", "Two"]

No signs of Markdown are said. Code is told with its language and how long it was, a table with how many rows it
has: nobody wants them letter by letter, and both can be read where they stand. Read next: `ui.speaker`, which
lets a screen reader say them, and `ui.read_aloud`, which speaks itself.
"""

from __future__ import annotations

import re

from ui.answers.formula_spans import find
from ui.answers.plain_text import plain_text
from ui.words import tr

_FENCE = re.compile(r"^\s*(?:[-*+]\s+|\d{1,9}[.)]\s+)?(`{3,}|~{3,})\s*([^`]*)$")
_END = re.compile(r"[.!?…][\"'”’»)\]*_]*(?:\s+|$)|[。！？]")
_NUMBERING = re.compile(r"^\s*(?:[-*+]\s+)?(?:\d{1,9}|\w)[.)]\s*$")
_BULLET = re.compile(r"^\s*(?:>\s*)*(?:[-*+]\s+)?")
_RULE = re.compile(r"^\s*\|?[\s:|-]+\|?\s*$")
_ADDRESS_BEHIND = re.compile(r" \((?:https?://|mailto:)[^\s()]+\)")  # as `plain_text` writes a link
_ADDRESS = re.compile(r"https?://(?:www\.)?([^\s/?#()<>]+)[^\s<>]*?(?=[.,;:!?)\]\"']*(?:\s|$))")


class Sentences:
    """What of one growing text has been given out."""

    def __init__(self) -> None:
        self._at = 0  # all before it has been given out
        self._fence = ""  # what ends the code that stands here
        self._lines = 0  # of that code
        self._rows = 0  # of the table that stands here

    def take(self, text: str, is_whole: bool = False) -> list[str]:
        """What of `text` can be said by now; `is_whole` when no more will come."""
        said: list[str] = []
        while self._at < len(text):
            end = text.find("\n", self._at)
            is_line = end >= 0 or is_whole
            end = len(text) if end < 0 else end
            piece = text[self._at : end]
            starts_line = self._at == 0 or text[self._at - 1] == "\n"
            if is_line:
                self._take_line(piece, said, starts_line)
                self._at = min(end + 1, len(text))
            elif self._fence or (starts_line and piece.lstrip()[:1] in ("`", "~", "|", "")):
                break  # what it is shows when its line is whole
            else:
                self._at += self._take_begun(piece, said)
                break
        if is_whole:
            self._end_table(said)
            self._end_code(said)
        return said

    def _take_line(self, line: str, said: list[str], starts_line: bool) -> None:
        if self._fence:
            if line.strip().startswith(self._fence) and not line.strip().strip(self._fence[0]):
                self._end_code(said)
            else:
                self._lines += 1
            return
        fence = _FENCE.match(line) if starts_line else None
        if starts_line and line.lstrip().startswith("|"):
            self._rows += 0 if _RULE.match(line) else 1
            return
        self._end_table(said)
        if fence:
            self._fence, self._lines = fence[1], 0
            language = fence[2].split(" ")[0].strip()
            said.append(tr("Code, {language}").format(language=language) if language else tr("Code"))
        else:
            _say(line, said)

    def _take_begun(self, piece: str, said: list[str]) -> int:
        """The whole sentences of a line that goes on; how many characters they are."""
        taken = 0
        for match in _END.finditer(piece):
            if match.end() == len(piece) and not match[0][-1:].isspace() and match[0] not in "。！？":
                break  # 3.5 may follow 3.
            if not _NUMBERING.match(piece[: match.end()]):
                taken = match.end()
        if taken:
            self._end_table(said)
            _say(piece[:taken], said)
        return taken

    def _end_code(self, said: list[str]) -> None:
        if self._fence:
            lines = tr("1 line") if self._lines == 1 else tr("{count} lines").format(count=self._lines)
            said.append(tr("End of code, {lines}").format(lines=lines))
            self._fence = ""

    def _end_table(self, said: list[str]) -> None:
        if self._rows:
            words = tr("Table, 1 row") if self._rows == 1 else tr("Table, {count} rows")
            said.append(words.format(count=self._rows))
            self._rows = 0


def _say(markdown: str, said: list[str]) -> None:
    words = plain_text(_BULLET.sub("", markdown, count=1)).strip()
    if any(letter.isalnum() for letter in words):
        said.append(words)


def sentences_of(markdown: str) -> list[str]:
    """All that is worth hearing of a text that is whole, one sentence each.

    Of a link its words are heard, of an address its host; of a formula what stands there if that can be said, else
    a word.
    """
    pieces = Sentences().take(_with_formulas_told(markdown), is_whole=True)
    return [sentence for piece in pieces for sentence in _apart(_without_addresses(piece))]


def _with_formulas_told(markdown: str) -> str:
    parts: list[str] = []
    at = 0
    for each in find(markdown).formulas:
        said = tr("formula") if "\\" in each.tex else each.tex.strip()
        parts += [markdown[at : each.start], said]
        at = each.end
    return "".join([*parts, markdown[at:]])


def _without_addresses(text: str) -> str:
    return _ADDRESS.sub(lambda match: match[1], _ADDRESS_BEHIND.sub("", text))


def _apart(text: str) -> list[str]:
    """Sentence by sentence; a number at the start of a line stays with what it counts."""
    said: list[str] = []
    at = 0
    for match in _END.finditer(text):
        begun = text[at : match.end()]
        following = text[match.end() : match.end() + 1]
        if following.islower() or following.isdigit() or _NUMBERING.match(begun):
            continue  # an abbreviation
        said.append(begun.strip())
        at = match.end()
    return [sentence for sentence in (*said, text[at:].strip()) if sentence]
