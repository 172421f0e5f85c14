"""The tokens that a session's KV cache holds, and feeding it more: the engine's hand on the session.

Because position p of a sequence lies in row p of the cache, going back is forgetting: drop ids, and what is
fed next overwrites their rows. Read next: `engine`, which decides what to feed; `session`, which computes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from runtime.session import DirectMLSession, ModelSession

Logits = npt.NDArray[np.float32]

# Tokens fed at a time while reading a prompt. More are faster, because each expert's weights are then read
# and decoded for several tokens at once; but progress must move, and what a cancelled chunk had computed is
# lost. So a chunk is what this PC reads in the time below, as far as that is known.
SMALLEST_CHUNK, LARGEST_CHUNK = 64, 512
_FIRST_CHUNK = 128
_CHUNK_SECONDS = 3.5


class TokenSequence:
    """What one session's cache holds, position by position.

    Attributes:
        ids: the cached tokens.
        least: the shortest length that can be gone back to, other than nothing: what came from the disk has of
            windowed layers the last rows only.
        rate: tokens a second at which the last chunk of a prompt was read; None until there was one.
    """

    def __init__(self, session: ModelSession | DirectMLSession) -> None:
        self._session = session
        self.ids: list[int] = []
        self.least = 0
        self.rate: float | None = None
        self._chunk = _FIRST_CHUNK

    def shared_with(self, ids: Sequence[int]) -> int:
        """How many leading ids the cache holds already and can go on from."""
        shared = common_prefix(self.ids, ids)
        return 0 if shared < self.least else shared

    def rewind(self, length: int) -> None:
        """Keep the first `length` positions; 0, or at least `least`."""
        del self.ids[length:]
        if not length:
            self.least = 0

    def take_over(self, ids: Sequence[int], least: int) -> None:
        """The session's cache has been filled with the rows of these."""
        self.ids, self.least = list(ids), least

    def forget(self) -> None:
        """Keep nothing, and trust nothing of what was computed."""
        self.rewind(0)
        self._session.forget()

    def feed(self, ids: Sequence[int], positions: int) -> Logits:
        """Run `ids` after what is cached; f32 [positions, vocabulary] of the last positions."""
        logits = self._session.run(ids, len(self.ids), positions)
        self.ids += ids
        return logits

    def prefill(
        self, ids: Sequence[int], positions: int, check: Callable[[], None], chunk: int | None = None
    ) -> Iterator[Logits]:
        """Feed what of `ids` lies behind the cached positions, in chunks.

        Args:
            ids: the whole sequence; the cache must hold a prefix of it.
            positions: of how many of the last positions logits are wanted.
            check: called before each chunk; may raise.
            chunk: its size; None goes by the time one takes.

        Yields:
            Each chunk's logits: of its share of the last `positions`, so none at first.
        """
        while left := len(ids) - (start := len(self.ids)):
            check()
            size = chunk or _even(left, self._chunk)
            part = ids[start : start + size]
            wanted = min(max(start + len(part) - (len(ids) - positions), 0), len(part))
            began = time.perf_counter()
            logits = self.feed(part, wanted)
            if len(part) >= SMALLEST_CHUNK:  # fewer tokens tell little about more
                self.rate = len(part) / (time.perf_counter() - began)
                self._chunk = _chunk_for(self.rate)
            yield logits


def _chunk_for(rate: float) -> int:
    """The power of two that takes up to `_CHUNK_SECONDS` at `rate` tokens a second."""
    chunk = SMALLEST_CHUNK
    while chunk < LARGEST_CHUNK and 2 * chunk <= rate * _CHUNK_SECONDS:
        chunk *= 2
    return chunk


def _even(left: int, chunk: int) -> int:
    """About `chunk`, so that no small rest remains, which would cost nearly as much as a whole chunk."""
    parts = max(round(left / chunk), 1)
    return min(-(-left // parts), LARGEST_CHUNK)


def common_prefix(a: Sequence[int], b: Sequence[int]) -> int:
    """How many leading ids are equal."""
    for index, (x, y) in enumerate(zip(a, b, strict=False)):
        if x != y:
            return index
    return min(len(a), len(b))
