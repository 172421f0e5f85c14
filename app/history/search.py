"""Finding what was said: words of titles, questions and answers, by FTS5, inside the encryption.

Words are folded and scripts without spaces cut into pairs as for documents (`runtime.documents.index`). What
attached documents and tools said is not searched: it is long and not the person's or the model's; names of files
are. Titles come first, then what was said last: ranking by how often a word stands there would read every place
of a common word (a quarter of a second in a large history), and who looks for a conversation thinks in time.

The index knows no order of words, so runs of Chinese or Japanese are looked for again in the text of what was
found. A removed text's words are cut out of the index at once (FTS5's `secure-delete`), many by rewriting it.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import apsw

from app.history.tree import Answer, Question
from runtime.conversation import Channel, Role
from runtime.documents.index import PAIRED, tokens_of

SNIPPET = 160  # characters
_BEFORE = 40  # of them before the first word found
_MOST_WORDS = 20  # of a query
_LONGEST_WORD = 64  # characters of it that are told apart; only data has longer ones
_MANY = 400  # texts; from here on, rewriting the index is quicker than cutting words out
_MOST_ROWS = 3_000  # that one search looks at
_DOT = "· "  # between the pieces of one text
_PLACES = 8  # of each word, that are looked at for the best snippet


@dataclass(frozen=True, slots=True)
class Words:
    """What is looked for.

    Attributes:
        terms: folded words, all of which must be there; `*` ends one that may be a beginning.
        words: what to find in a folded text, at the beginning of a word or, but for the last, as a whole one.
        runs: parts of scripts without spaces, which have to stand in the text as they are.
    """

    terms: tuple[str, ...]
    words: tuple[str, ...]
    runs: tuple[str, ...]

    @staticmethod
    def of(query: str) -> Words | None:
        """The words of a query, all of which must be there; None if it has none.

        The last may be the beginning of one, from two letters on.
        """
        words = list(dict.fromkeys(_tokens(query)))[:_MOST_WORDS]
        if not words:
            return None
        terms = tuple(_term(word, is_last=word is words[-1]) for word in words)
        folded = unicodedata.normalize("NFKC", query).casefold()
        runs = tuple(dict.fromkeys(run.translate(_FOLDED) for run in PAIRED.findall(folded)))
        return Words(terms, tuple(word for word in words if not PAIRED.fullmatch(word)), runs)

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
        there = _words(text)
        return self.are_in(text) and all(
            any(word.startswith(term[:-1]) if term.endswith("*") else word == term for word in there)
            for term in self.terms
        )

    def snippet(self, text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
        """One line of the text around most of the words, and where they are in it."""
        text = " ".join(unicodedata.normalize("NFC", text).split())
        found = self._places(_fold(text))
        begin = max(0, _best_place(found) - _BEFORE)
        if begin:
            begin = text.find(" ", begin, begin + _BEFORE) + 1 or begin
            begin += len(_DOT) if text.startswith(_DOT, begin) else 0  # a piece begins here
        end = min(len(text), begin + SNIPPET)
        before, after = "… " if begin else "", " …" if end < len(text) else ""
        shift = len(before) - begin
        marks = tuple(
            (first + shift, last + shift) for first, last in found if begin <= first and last <= end
        )
        return before + text[begin:end] + after, marks

    def _places(self, folded: str) -> list[tuple[int, int]]:
        """The first places of each word and run, in the text's order, none over another."""
        places: set[tuple[int, int]] = set()
        for run in self.runs:
            places.update(itertools.islice(_all_of(run, folded), _PLACES))
        for word in self.words:
            is_begun = word is self.words[-1]
            whole = (
                (begin, end)
                for begin, end in _all_of(word, folded)
                if not _is_letter(folded[begin - 1 : begin])
                and (is_begun or not _is_letter(folded[end : end + 1]))
            )
            places.update(itertools.islice(whole, _PLACES))
        ordered = sorted(places, key=lambda place: (place[0], -place[1]))
        return [
            place for last, place in zip([(0, 0), *ordered], ordered, strict=False) if place[0] >= last[1]
        ]


def said_in(content: Question | Answer) -> str:
    """What can be found of a question or an answer: the answer first, the reasoning after it, with dots between."""
    if isinstance(content, Question):
        return _apart(content.text, *content.files)
    spoken = [
        message for message in content.messages if message.role is Role.ASSISTANT and not message.recipient
    ]
    final = [message.content for message in spoken if message.channel is Channel.FINAL]
    rest = [message.content for message in spoken if message.channel is not Channel.FINAL]
    return _apart(*final, *rest)


def _apart(*pieces: str) -> str:
    """One text that shows where a piece ends, and in which no word is made of two; the dot is none."""
    return f"\n{_DOT.strip()}\n".join(piece for piece in pieces if piece.strip())


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


def exchange(connection: apsw.Connection, table: str, row: int, before: str, after: str) -> None:
    """Make a row findable by another text: only words that came or went are touched, as while an answer grows."""
    old, new = _words(before), _words(after)
    for statement, words in (
        (f"INSERT INTO {table}({table}, rowid, words) VALUES ('delete', ?, ?)", old.keys() - new.keys()),
        (f"INSERT INTO {table}(rowid, words) VALUES (?, ?)", new.keys() - old.keys()),
    ):
        connection.execute(statement, (row, " ".join(words)))  # also without words: FTS5 counts rows


def clear(connection: apsw.Connection, table: str) -> None:
    """Forget all texts."""
    connection.execute(f"INSERT INTO {table}({table}) VALUES ('delete-all')")


def rows(connection: apsw.Connection, table: str, words: Words) -> list[int]:
    """The rows with these words, last ones first, as many as one search looks at.

    All at once: a statement of FTS5's that is left half-way keeps the connection reading, and the log uncut.
    """
    statement = f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid DESC LIMIT ?"
    found: list[Any] = connection.execute(statement, (words.match, _MOST_ROWS)).fetchall()
    return [row for (row,) in found]


def _tokens(text: str) -> Iterator[str]:
    return (token[:_LONGEST_WORD] for token in tokens_of(text))


def _words(text: str) -> dict[str, None]:
    """Each word once, as it is indexed."""
    words = dict.fromkeys(tokens_of(text, ends=True))
    if max(map(len, words), default=0) <= _LONGEST_WORD:
        return words
    return dict.fromkeys(word[:_LONGEST_WORD] for word in words)


def _indexed(text: str) -> str:
    return " ".join(_words(text))


def _term(word: str, *, is_last: bool) -> str:
    # A single character of a script without spaces is the beginning of pairs.
    is_character = len(word) == 1 and PAIRED.fullmatch(word) is not None
    is_beginning = is_last and len(word) > 1 and not PAIRED.fullmatch(word)
    return word + "*" if is_character or is_beginning else word


def _all_of(piece: str, text: str) -> Iterator[tuple[int, int]]:
    begin = text.find(piece)
    while begin >= 0:
        yield begin, begin + len(piece)
        begin = text.find(piece, begin + len(piece))


def _is_letter(character: str) -> bool:
    return character.isalnum() or character == "_"


def _best_place(found: list[tuple[int, int]]) -> int:
    """Where the snippet with most of the words begins."""
    best, most = 0, 0
    for place, (begin, _) in enumerate(found):
        near = sum(1 for _, end in found[place:] if end <= begin - _BEFORE + SNIPPET)
        if near > most:
            best, most = begin, near
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
