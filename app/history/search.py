"""Finding what was said: words of titles, questions and answers, by FTS5, inside the encryption.

Words are folded and scripts without spaces cut into pairs as for documents (`runtime.documents.index`). What
attached documents and tools said is not searched: it is long and not the person's or the model's; names of files
are. Titles come first, then what was said last: ranking by how often a word stands there would read every place
of a common word (a quarter of a second in a large history), and who looks for a conversation thinks in time.

The index knows no order of words, so runs of Chinese or Japanese are looked for again in the text of what was
found. A removed text's words are cut out of the index at once (FTS5's `secure-delete`), many by rewriting it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import apsw

from app.history.tree import Answer, Question
from runtime.conversation import Channel, Role
from runtime.documents.index import PAIRED, tokens_of

SNIPPET = 160  # characters
_BEFORE = 40  # of them before the first word found
_MOST_WORDS = 20  # of a query
_LONGEST_WORD = 64  # characters of it that are told apart; only data has longer ones
_MANY = 400  # texts; from here on, rewriting the index is quicker than cutting words out
_PLACES = 50  # that are looked at for the best snippet


@dataclass(frozen=True, slots=True)
class Words:
    """What is looked for.

    Attributes:
        terms: folded words, all of which must be there; `*` ends one that may be a beginning.
        pieces: what to find in a folded text, in the query's order.
        runs: those of the pieces that have to stand in the text as they are.
    """

    terms: tuple[str, ...]
    pieces: re.Pattern[str]
    runs: tuple[str, ...]

    @staticmethod
    def of(query: str) -> Words | None:
        """The words of a query, all of which must be there; the last may be a beginning. None if it has none."""
        words = list(dict.fromkeys(_tokens(query)))[:_MOST_WORDS]
        if not words:
            return None
        terms = tuple(_term(word, is_last=word is words[-1]) for word in words)
        folded = unicodedata.normalize("NFKC", query).casefold()
        runs = tuple(dict.fromkeys(run.translate(_FOLDED) for run in PAIRED.findall(folded)))
        patterns = [re.escape(run) for run in runs]
        for word in words:
            if not PAIRED.fullmatch(word):
                end = "" if word is words[-1] else r"(?!\w)"
                patterns.append(rf"(?<!\w){re.escape(word)}{end}")
        return Words(terms, re.compile("|".join(patterns)), runs)

    @property
    def match(self) -> str:
        """In FTS5's language. Words hold letters and digits only, so quoting them is all that it needs."""
        return " AND ".join(f'"{term.rstrip("*")}"{"*" if term.endswith("*") else ""}' for term in self.terms)

    def are_in(self, text: str) -> bool:
        """Whether what has to stand together does, in a text whose words fit."""
        if not self.runs:
            return True
        folded = _fold(text)
        return all(run in folded for run in self.runs)

    def fit(self, text: str) -> bool:
        """Whether a text would be found: what the index answers, without one."""
        there = _indexed(text).split(" ")
        return self.are_in(text) and all(
            any(word.startswith(term[:-1]) if term.endswith("*") else word == term for word in there)
            for term in self.terms
        )

    def snippet(self, text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
        """One line of the text around most of the words, and where they are in it."""
        text = " ".join(unicodedata.normalize("NFC", text).split())
        found = [place for place, _ in zip(self.pieces.finditer(_fold(text)), range(_PLACES), strict=False)]
        begin = max(0, _best_place(found) - _BEFORE)
        if begin:
            begin = text.find(" ", begin, begin + _BEFORE) + 1 or begin
        end = min(len(text), begin + SNIPPET)
        before, after = "… " if begin else "", " …" if end < len(text) else ""
        shift = len(before) - begin
        marks = [(m.start() + shift, m.end() + shift) for m in found if m.start() >= begin and m.end() <= end]
        return before + text[begin:end] + after, tuple(marks)


def said_in(content: Question | Answer) -> str:
    """What can be found of a question or an answer: the answer first, the reasoning after it."""
    if isinstance(content, Question):
        return "\n".join((content.text, *content.files))
    spoken = [
        message for message in content.messages if message.role is Role.ASSISTANT and not message.recipient
    ]
    final = [message.content for message in spoken if message.channel is Channel.FINAL]
    rest = [message.content for message in spoken if message.channel is not Channel.FINAL]
    return "\n".join((*final, *rest))


def add(connection: apsw.Connection, table: str, row: int, text: str) -> None:
    """Make a text findable by its row."""
    connection.execute(f"INSERT INTO {table}(rowid, words) VALUES (?, ?)", (row, _indexed(text)))


def forget(connection: apsw.Connection, table: str, texts: Iterable[tuple[int, str]], count: int) -> None:
    """Leave nothing of texts in the index; rows, and the texts as they were added, and how many."""
    is_many = count >= _MANY
    if is_many:
        connection.execute(f"INSERT INTO {table}({table}, rank) VALUES ('secure-delete', 0)")
    connection.executemany(
        f"INSERT INTO {table}({table}, rowid, words) VALUES ('delete', ?, ?)",
        ((row, _indexed(text)) for row, text in texts),
    )
    if is_many:
        connection.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")
        connection.execute(f"INSERT INTO {table}({table}, rank) VALUES ('secure-delete', 1)")


def rows(connection: apsw.Connection, table: str, words: Words) -> Iterator[int]:
    """The rows with these words, last ones first, one by one as they are asked for."""
    found = connection.execute(
        f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid DESC", (words.match,)
    )
    return (row for (row,) in found)


def _tokens(text: str) -> Iterator[str]:
    return (token[:_LONGEST_WORD] for token in tokens_of(text))


def _indexed(text: str) -> str:
    """Each word once, as the index takes it."""
    return " ".join(dict.fromkeys(token[:_LONGEST_WORD] for token in tokens_of(text, ends=True)))


def _term(word: str, *, is_last: bool) -> str:
    # A single character of a script without spaces is the beginning of pairs.
    is_character = len(word) == 1 and PAIRED.fullmatch(word) is not None
    is_beginning = is_last and not PAIRED.fullmatch(word)
    return word + "*" if is_character or is_beginning else word


def _best_place(found: list[re.Match[str]]) -> int:
    """Where the snippet with most different words begins."""
    best, most = 0, 0
    for first, match in enumerate(found):
        near = {each[0] for each in found[first:] if each.end() <= match.start() - _BEFORE + SNIPPET}
        if len(near) > most:
            best, most = match.start(), len(near)
    return best


class _Folding(dict[int, str]):
    """One character for one, so that places stay what they are: small letters without accents."""

    def __missing__(self, code: int) -> str:
        folded = next(iter("".join(tokens_of(chr(code)))), chr(code))
        self[code] = folded
        return folded


_FOLDED = _Folding()


def _fold(text: str) -> str:
    return text.lower() if text.isascii() else text.translate(_FOLDED)
