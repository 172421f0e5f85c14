"""Cuts Markdown that still grows into what is worth saying aloud: whole sentences, and a word for code and tables.

    sentences = Sentences()
    sentences.take("One. Tw")            # ["One."]
    sentences.take("One. Two", True)     # ["Two"]

No signs of Markdown are said. Code is told with its language and how long it was, a table with how many rows it
has: nobody wants them letter by letter, and both can be read where they stand. Read next: `ui.speaker`.
"""

from __future__ import annotations

import re

from ui.answers.plain_text import plain_text
from ui.words import tr

_FENCE = re.compile(r"^\s*(?:[-*+]\s+|\d{1,9}[.)]\s+)?(`{3,}|~{3,})\s*([^`]*)$")
_END = re.compile(r"[.!?…][\"'”’»)\]*_]*(?:\s+|$)|[。！？]")
_NUMBERING = re.compile(r"^\s*(?:[-*+]\s+)?(?:\d{1,9}|\w)[.)]\s*$")
_BULLET = re.compile(r"^\s*(?:>\s*)*(?:[-*+]\s+)?")
_RULE = re.compile(r"^\s*\|?[\s:|-]+\|?\s*$")


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
