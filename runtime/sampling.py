"""Draws the next token from logits: temperature, top-k, top-p, by seed.

The vocabulary has 201,088 entries and a decode step some tens of milliseconds, so nothing here sorts all of
it or adds it up one by one: half a millisecond a token (`tests/benchmarks/step_overhead.py`).
"""

from __future__ import annotations

import secrets

import numpy as np
import numpy.typing as npt

from models.errors import EngineError
from runtime.events import Sampling

_BLOCK = 512  # weights added up together, so that a draw walks through one block only
_SORTED = 2048  # few enough to sort


class NotNumbersError(EngineError):
    """Logits are not numbers, and so is what they were computed from: nothing of it is to be used again."""


class Sampler:
    """Draws tokens for one turn.

    Attributes:
        seed: what the draws follow from; the same seed and logits draw the same tokens.
    """

    def __init__(self, sampling: Sampling) -> None:
        self._sampling = sampling
        self.seed = secrets.randbits(63) if sampling.seed is None else sampling.seed
        self._random = np.random.Generator(np.random.PCG64(self.seed))

    def draw(self, logits: npt.NDArray[np.float32]) -> int:
        """The next token's id, from logits f32 [vocabulary].

        Raises:
            NotNumbersError: they are not numbers; drawing from them would look like an answer.
        """
        s = self._sampling
        if not np.isfinite(largest := logits.max()):
            raise NotNumbersError(
                "The model computed something that is no number. Try again; if it stays so, verify its files."
            )
        if s.temperature <= 0 or s.top_k == 1:
            return int(logits.argmax())
        weights = logits - largest
        weights *= np.float32(min(1 / s.temperature, 1e30))  # infinite times zero is no number
        np.exp(weights, out=weights)
        if s.top_k <= 0 and s.top_p >= 1:
            return _pick(weights, self._random.random())
        ids = np.arange(len(weights))
        if s.top_k > 0:
            ids = _heaviest(ids, weights, np.ones_like(weights), min(s.top_k, len(ids)))
        if s.top_p < 1:
            # Nucleus sampling: the fewest tokens that together reach top_p, at least one.
            ids = _heaviest(ids, weights, weights, s.top_p * float(weights[ids].sum(dtype=np.float64)))
        return int(ids[_pick(weights[ids], self._random.random())])


def _heaviest(
    ids: npt.NDArray[np.intp],
    weights: npt.NDArray[np.float32],
    counted: npt.NDArray[np.float32],
    target: float,
) -> npt.NDArray[np.intp]:
    """The fewest of `ids`, heaviest first, whose `counted` reach `target`; of equal ones the lower id first.

    Divides the candidates at a pivot, as quickselect does, and sorts only the last few.
    """
    sure = [np.empty(0, np.intp)]
    reached = 0.0
    share = 0.98  # a model is mostly sure of few tokens: try these first, then halves
    while len(ids) > _SORTED:
        own = weights[ids]
        above = own >= np.quantile(own[:: len(ids) // 1024], share)
        share = 0.5
        upper = ids[above]
        if len(upper) == len(ids):
            break  # all as heavy as the pivot
        added = float(counted[upper].sum(dtype=np.float64))
        if reached + added >= target:
            ids = upper
        else:
            sure.append(upper)
            reached, ids = reached + added, ids[~above]
    ids = ids[np.argsort(-weights[ids], kind="stable")]
    sums = reached + np.cumsum(counted[ids], dtype=np.float64)
    return np.concatenate([*sure, ids[: int(np.searchsorted(sums, target)) + 1]])


def _pick(weights: npt.NDArray[np.float32], number: float) -> int:
    """The index whose share of the summed weights `number` (0 <= number < 1) falls into."""
    blocks = np.cumsum(np.add.reduceat(weights, np.arange(0, len(weights), _BLOCK)), dtype=np.float64)
    wanted = number * blocks[-1]
    block = min(int(np.searchsorted(blocks, wanted, side="right")), len(blocks) - 1)
    start = block * _BLOCK
    before = blocks[block - 1] if block else 0.0
    inside = np.cumsum(weights[start : start + _BLOCK], dtype=np.float64)
    index = int(np.searchsorted(inside, wanted - before, side="right"))
    # The block's sum and its parts round differently: never step on a weight of nothing behind the last.
    return start + min(index, int(np.flatnonzero(weights[start : start + _BLOCK])[-1]))
