"""Guesses how an answer goes on, from where its last words stood before: in the prompt, or in the answer.

Summaries quote, code edits repeat the code. Several guessed tokens are then fed in one step and checked
against what the model would have said: right ones cost less than steps of their own, wrong ones are
overwritten. The answer is the same, bit for bit, because a token's logits do not depend on which tokens are
computed with it (`kernels/src/kernel.h`); only the time differs.

It does not always win: with experts, each further token of a step reads other weights. So how often guesses
are right is counted all the time, also of those that are not fed, and a guess is fed only if it pays. Costs:
`tests/benchmarks/prompt_lookup.py`. The method is prompt lookup decoding (Saxena 2023).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

_GRAM = 3  # as many equal tokens make a place worth a guess
_LONGEST_MATCH = 32
# Guesses behind longer matches are right more often: each class of match length has its own count.
_CLASSES = (5, 9, 17)
_PRIOR = (0.5, 0.6, 0.7, 0.8)
_PRIOR_WEIGHT = 4.0
_MEMORY = 0.97  # of earlier guesses, at each new one: a text changes from quoting to telling

# Tokens in one step → its time, relative to a step of one. Measured at full width, 24 layers, two cores.
_STEP_COST = {1: 1.0, 3: 2.0, 4: 2.32, 6: 2.98, 8: 3.81, 12: 4.35, 16: 5.34}
_WORTH = 1.08  # the gain that a guess must promise


class PromptLookup:
    """Follows one sequence, the prompt first and then what is drawn."""

    def __init__(self, ids: Sequence[int]) -> None:
        self._ids: list[int] = []
        self._places: dict[tuple[int, ...], int] = {}  # a gram → the position behind where it last stood
        self._next: int | None = None  # position of the guess: what stood behind the same words before
        self._matched = 0
        self._right = [p * _PRIOR_WEIGHT for p in _PRIOR]
        self._tried = [_PRIOR_WEIGHT] * len(_PRIOR)
        for token in ids:
            self._append(token)
        self._look_up()

    def push(self, token: int) -> None:
        """The token that was drawn; counts whether the guess was right."""
        if self._next is not None:
            kind = bisect_right(_CLASSES, self._matched)
            right = self._ids[self._next] == token
            self._right[kind] = self._right[kind] * _MEMORY + right
            self._tried[kind] = self._tried[kind] * _MEMORY + 1
            self._next = self._next + 1 if right else None
            self._matched += 1
        self._append(token)
        if self._next is None:
            self._look_up()

    def guess(self, most: int) -> list[int]:
        """Tokens, at most `most`, worth feeding behind the one drawn last; often none."""
        if self._next is None:
            return []
        kind = bisect_right(_CLASSES, self._matched)
        probability = self._right[kind] / self._tried[kind]
        count = _best_count(probability, min(most, len(self._ids) - self._next))
        return self._ids[self._next : self._next + count]

    def _append(self, token: int) -> None:
        # A gram is entered when the token behind it is known, so that it is never found as its own past.
        if len(self._ids) >= _GRAM:
            self._places[tuple(self._ids[-_GRAM:])] = len(self._ids)
        self._ids.append(token)

    def _look_up(self) -> None:
        ids = self._ids
        self._next = self._places.get(tuple(ids[-_GRAM:]))
        if self._next is None:
            return
        matched, here, there = _GRAM, len(ids), self._next
        while matched < min(_LONGEST_MATCH, there) and ids[here - matched - 1] == ids[there - matched - 1]:
            matched += 1
        self._matched = matched


def _best_count(probability: float, most: int) -> int:
    """How many guesses to feed, each right with `probability` if those before it are; 0 if none pay."""
    best, count = _WORTH, 0
    for width, cost in _STEP_COST.items():
        if 1 < width <= most + 1:
            # The token itself, and each guess that is right up to the first that is not.
            gain = sum(probability**i for i in range(width)) / cost
            if gain > best:
                best, count = gain, width - 1
    return count
