"""Byte-pair encoding of one word: joins its bytes, the most frequent pairs of the training first.

The `tokenizers` library does the same, but takes half a second to build its tables from gpt-oss's 400,000
entries, which is longer than loading the model. Here the tables are two dicts that
come out of a file in some tens of milliseconds (`vocabulary`), and words that were met before are remembered.
The library is what this is compared with (`tests/runtime/test_byte_pairs.py`).
"""

from __future__ import annotations

import heapq
from itertools import pairwise

from runtime.vocabulary import JOIN_BITS, Vocabulary, pair_key

_LOW = (1 << JOIN_BITS) - 1
_NONE = 1 << 62  # greater than any rank
_REMEMBERED = 50_000  # words
_SHORT = 48  # pieces; from here on, looking through all pairs again for each join is the slower way


class BytePairs:
    """Encodes words written in the byte alphabet."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._pieces = vocabulary.pieces
        self._joins = vocabulary.joins
        self._whole_words = vocabulary.ignore_merges
        self._words: dict[str, tuple[int, ...]] = {}

    def encode(self, word: str) -> tuple[int, ...]:
        """The ids of one word. Every character must be a piece, as those of the byte alphabet are."""
        known = self._words.get(word)
        if known is not None:
            return known
        whole = self._pieces.get(word) if self._whole_words else None
        if whole is not None:
            ids = [whole]
        else:
            ids = [self._pieces[character] for character in word]
            ids = self._join(ids) if len(ids) < _SHORT else self._join_many(ids)
        if len(self._words) >= _REMEMBERED:
            self._words.clear()
        self._words[word] = found = tuple(ids)
        return found

    def _join(self, ids: list[int]) -> list[int]:
        """Join the pair of lowest rank, of equal ones the first, until none is left."""
        joins = self._joins
        found = [joins.get(pair_key(a, b), _NONE) for a, b in pairwise(ids)]
        while found and (best := min(found)) != _NONE:
            at = found.index(best)
            ids[at : at + 2] = [best & _LOW]
            del found[at]
            if at > 0:
                found[at - 1] = joins.get(pair_key(ids[at - 1], ids[at]), _NONE)
            if at < len(found):
                found[at] = joins.get(pair_key(ids[at], ids[at + 1]), _NONE)
        return ids

    def _join_many(self, ids: list[int]) -> list[int]:
        """The same for long words, with a heap and links to the neighbours instead of moving what follows."""
        joins = self._joins
        end = len(ids)
        before, after = list(range(-1, end - 1)), list(range(1, end + 1))
        heap = [
            (join, at)
            for at, pair in enumerate(pairwise(ids))
            if (join := joins.get(pair_key(*pair), _NONE)) != _NONE
        ]
        heapq.heapify(heap)
        while heap:
            join, at = heapq.heappop(heap)
            right = after[at]
            # One of the two may have been joined with another since; ids[at] is -1 when it is gone.
            if ids[at] < 0 or right == end or joins.get(pair_key(ids[at], ids[right])) != join:
                continue
            ids[at], ids[right] = join & _LOW, -1
            after[at] = after[right]
            if after[at] < end:
                before[after[at]] = at
            for left in (before[at], at):
                if left >= 0 and after[left] < end:
                    new = joins.get(pair_key(ids[left], ids[after[left]]), _NONE)
                    if new != _NONE:
                        heapq.heappush(heap, (new, left))
        return [token for token in ids if token >= 0]
