"""Full text search over the pages of many documents: SQLite FTS5, ranked by BM25, in memory only.

FTS5's `unicode61` splits at spaces, which Chinese, Japanese and Thai do not write: runs of such scripts are
given to it as overlapping pairs of characters, in the index and in the query alike, so that a word is found
within a sentence. Korean, which glues particles to words, is treated the same way. Arabic and Hebrew lose
their vowel marks and Arabic its variants of alef, which writers set or leave out as they like. English
endings are stripped by FTS5's `porter`.
"""

from __future__ import annotations

import re
import sqlite3
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from runtime.documents.values import Page, PageState

# Scripts without spaces between words, and Hangul.
PAIRED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff\u3005\u3007]+"
)
_WORD = re.compile(r"[\w]+", re.UNICODE)
_BEYOND_ASCII = re.compile("[^\0-\x7f]+")
_PHRASE = re.compile(r'"([^"]+)"|“([^”]+)”|„([^“]+)“|«([^»]+)»')
_ALEF = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None})
_MOST_TERMS = 40
_EXCERPT = 420  # characters


@dataclass(frozen=True, slots=True)
class Hit:
    """A page that was found: `excerpt` is from where it fits the query best."""

    document: str
    page: int
    excerpt: str


class PageIndex:
    """The pages of documents. May be used from any thread."""

    def __init__(self) -> None:
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._lock = threading.Lock()
        self._texts: dict[int, tuple[str, int, str]] = {}
        self._rows = 0
        self._database.execute(
            "CREATE VIRTUAL TABLE pages USING fts5(text, content='', tokenize=\"porter unicode61 remove_diacritics 0\")"
        )

    def add(self, document: str, pages: Iterable[Page]) -> None:
        """Take the pages of a document that were read."""
        rows = []
        for page in pages:
            if page.state is PageState.READ:
                self._rows += 1
                self._texts[self._rows] = (document, page.number, page.text)
                rows.append((self._rows, " ".join(tokens_of(page.text, ends=True))))
        with self._lock, self._database:
            self._database.executemany("INSERT INTO pages(rowid, text) VALUES (?, ?)", rows)

    def forget(self, document: str) -> None:
        """Find a document's pages no longer."""
        with self._lock:
            for row in [row for row, (name, _, _) in self._texts.items() if name == document]:
                del self._texts[row]

    def search(self, query: str, limit: int = 8, document: str | None = None) -> list[Hit]:
        """The pages that fit `query` best, best first; words in quotes must stand together."""
        wanted = _match(query)
        if not wanted:
            return []
        with self._lock:
            found = self._database.execute(
                "SELECT rowid FROM pages WHERE pages MATCH ? ORDER BY rank LIMIT ?",
                (wanted, limit if document is None and len(self._texts) == self._rows else -1),
            )
            rows = [self._texts[row] for (row,) in found if row in self._texts]
        chosen = [row for row in rows if document in (None, row[0])][:limit]
        words = set(tokens_of(query))
        return [Hit(name, page, _excerpt(text, words)) for name, page, text in chosen]

    def close(self) -> None:
        """Forget everything."""
        with self._lock:
            self._database.close()
            self._texts.clear()


def tokens_of(text: str, *, ends: bool = False) -> Iterator[str]:
    """The words of `text` as they are indexed: folded, scripts without spaces as pairs of characters.

    `ends` adds the last character of each such run, so that a search for one character, which looks for
    words that begin with it, finds it there as well.
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    found: list[str] = []
    at = 0
    for run in PAIRED.finditer(text) if not text.isascii() else ():
        found += _folded(text[at : run.start()])
        found += _pairs(run[0])
        if ends and len(run[0]) > 1:
            found.append(run[0][-1])
        at = run.end()
    return iter(found + _folded(text[at:]))


def _pairs(run: str) -> list[str]:
    return [first + second for first, second in pairwise(run)] or [run]


def _folded(text: str) -> list[str]:
    """Words without accents and vowel marks."""
    if not text.isascii():
        text = _BEYOND_ASCII.sub(lambda run: _bare(run[0]), text)
    return _WORD.findall(text)


@lru_cache(4096)  # the same few letters, or words, come again and again
def _bare(run: str) -> str:
    """Characters that follow each other, without marks; ASCII beside them has none and changes nothing."""
    decomposed = unicodedata.normalize("NFD", run.translate(_ALEF))
    return "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn")


def _match(query: str) -> str:
    """The query in FTS5's language: phrases and words, any of them."""
    terms: list[str] = []
    phrases = ["".join(part or "" for part in found.groups()) for found in _PHRASE.finditer(query)]
    for phrase in phrases:
        terms.append(" ".join(tokens_of(phrase)))
    rest = _PHRASE.sub(" ", query)
    for word in tokens_of(rest):
        terms.append(word)
    unique = list(dict.fromkeys(term for term in terms if term))[:_MOST_TERMS]
    if phrases and not any(True for _ in tokens_of(rest)):
        return " AND ".join(f'"{term}"' for term in unique)
    # Tokens hold letters and digits only, so quoting them is all that FTS5's syntax needs.
    return " OR ".join(
        f'"{term}"{"*" if PAIRED.fullmatch(term) and len(term) == 1 else ""}' for term in unique
    )


def _excerpt(text: str, words: set[str]) -> str:
    """The stretch of `text` that holds most of `words`."""
    if len(text) <= _EXCERPT:
        return text
    step = _EXCERPT // 3
    best = max(
        range(0, len(text) - _EXCERPT + step, step),
        key=lambda begin: (len(words.intersection(tokens_of(text[begin : begin + _EXCERPT]))), -begin),
    )
    begin = text.rfind(" ", max(0, best - 40), best) + 1 if best else 0
    end = begin + _EXCERPT
    return ("… " if begin else "") + text[begin:end].strip() + (" …" if end < len(text) else "")
