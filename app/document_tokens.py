"""Counting documents in a model's tokens: in pieces, so that the window goes on, and each only once."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from runtime.documents.chunks import Count

# Characters counted at once; the tokenizer lets nothing else run meanwhile, the window included.
_PIECE = 4000
_LINE = re.compile(r"(?<=\n)[\w<]")


@dataclass(slots=True)
class TokenCount:
    """The model that is talked to, as far as documents are concerned."""

    count: Count
    context_length: int
    long_texts: dict[int, int] = field(default_factory=dict)

    def tokens(self, text: str) -> int:
        """Tokens of `text`; a document is counted when it is read, and not again when it is sent."""
        if len(text) < 2 * _PIECE:
            return self.count(text)
        key = hash(text)
        if key not in self.long_texts:
            self.long_texts[key] = sum(map(self.count, _pieces(text)))
        return self.long_texts[key]


def _pieces(text: str) -> Iterator[str]:
    """`text` cut before lines that begin with a word or mark, where no token goes across."""
    begin = 0
    for line in _LINE.finditer(text):
        if line.start() - begin >= _PIECE:
            yield text[begin : line.start()]
            begin = line.start()
    yield text[begin:]


def lazily(make: Callable[[], Count]) -> Count:
    """Counts with what `make` gives, which is made when the first text is counted: it takes memory and time."""
    lock = threading.Lock()
    made: list[Count] = []

    def count(text: str) -> int:
        with lock:
            if not made:
                made.append(make())
        return made[0](text)

    return count
