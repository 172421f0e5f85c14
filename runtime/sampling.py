"""Draws the next token from logits: temperature, top-k, top-p, by seed.

The vocabulary has 201,088 entries and a decode step some tens of milliseconds, so nothing here sorts or
exponentiates all of it: tokens whose probability cannot matter are dropped by one comparison first.
"""

from __future__ import annotations

import secrets

import numpy as np
import numpy.typing as npt

from models.errors import EngineError
from runtime.events import Sampling

# exp(-30) = 1e-13: even 200,000 such tokens together weigh less than float32 can tell from nothing.
_NEGLIGIBLE = 30.0


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
        ids = np.flatnonzero(logits >= largest - _NEGLIGIBLE * s.temperature)
        kept = logits[ids].astype(np.float64) / s.temperature
        order = np.argsort(-kept, kind="stable")  # equal logits: the lower id first
        if s.top_k > 0:
            order = order[: s.top_k]
        weights = np.exp(kept[order] - kept[order[0]])
        cumulative = np.cumsum(weights)
        if s.top_p < 1:
            # Nucleus sampling: the fewest tokens that together reach top_p, at least one.
            count = int(np.searchsorted(cumulative, s.top_p * cumulative[-1])) + 1
            cumulative = cumulative[:count]
        drawn = np.searchsorted(cumulative, self._random.random() * cumulative[-1], side="right")
        return int(ids[order[min(int(drawn), len(cumulative) - 1)]])
