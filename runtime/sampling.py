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
# How far below the likeliest to look for the tokens of top-k and top-p, in units of e: the first that is
# enough. exp(-30) = 1e-13: even 200,000 tokens below weigh nothing.
_DEPTHS = (4.0, 8.0, 16.0, 30.0)


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
            EngineError: they are not numbers; drawing from them would look like an answer.
        """
        s = self._sampling
        if not np.isfinite(largest := logits.max()):
            raise EngineError(
                "The model computed something that is no number. Try again; if it stays so, verify its files."
            )
        if s.temperature <= 0 or s.top_k == 1:
            return int(logits.argmax())
        weights = logits - largest
        weights *= np.float32(min(1 / s.temperature, 1e30))  # infinite times zero is no number
        np.exp(weights, out=weights)
        if s.top_k <= 0 and s.top_p >= 1:
            return _pick(weights, self._random.random())
        ids = _likeliest(weights, s.top_k, s.top_p)
        return int(ids[_pick(weights[ids], self._random.random())])


def _likeliest(weights: npt.NDArray[np.float32], top_k: int, top_p: float) -> npt.NDArray[np.intp]:
    """Ids that top-k and then top-p leave, the likeliest first; of equal ones the lower id first."""
    mass = float(weights.sum(dtype=np.float64))
    ids = np.empty(0, np.intp)
    for depth in _DEPTHS:
        ids = np.flatnonzero(weights >= np.exp(-depth))
        if len(ids) >= top_k if top_k > 0 else weights[ids].sum(dtype=np.float64) >= top_p * mass:
            break
    ids = ids[np.argsort(-weights[ids], kind="stable")]
    if top_k > 0:
        ids = ids[:top_k]
        mass = float(weights[ids].sum(dtype=np.float64))
    if top_p < 1:
        # Nucleus sampling: the fewest tokens that together reach top_p, at least one.
        reached = np.cumsum(weights[ids], dtype=np.float64)
        ids = ids[: int(np.searchsorted(reached, top_p * mass)) + 1]
    return ids


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
