"""Which rows of the KV cache a conversation needs to go on, and as which bytes they are kept.

    layers that see everything   every row: whole chunks of 128 rows, and a rest
    layers with a window         the rows of the last window, and some before them

"Some before": the next question may come in place of the last one, a little further up. Rows lie as in the cache,
so they are copied and never computed; a row's bytes are the same whichever tokens were fed together with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.config import ModelConfig

CHUNK_ROWS = 128
SLACK_ROWS = 256
VERSION = 1  # raise it when bytes come to mean something else

Rows = Mapping[str, npt.NDArray[np.float16]]  # "0.key", "0.value", …: [kv_heads, capacity, head_dim]


@dataclass(frozen=True, slots=True)
class Layout:
    """What the bytes mean.

    Attributes:
        model: digest of the model's files and of what is derived from them.
        kernel: whose arithmetic made the rows; another one rounds otherwise.
        windows: see `ModelConfig`.
    """

    model: str
    kernel: str
    windows: tuple[int, ...]
    kv_heads: int
    head_dim: int

    @staticmethod
    def of(config: ModelConfig, model: str, kernel: str) -> Layout:
        return Layout(model, kernel, config.windows, config.kv_heads, config.head_dim)

    @property
    def tag(self) -> bytes:
        """16 bytes that differ wherever rows cannot be used in place of each other."""
        return hashlib.blake2b(f"{VERSION} {self!r}".encode(), digest_size=16).digest()

    @property
    def chunk_bytes(self) -> int:
        return sum(1 for _ in self._full()) * CHUNK_ROWS * self._row_bytes

    def bytes_for(self, length: int) -> int:
        """About what `length` rows take."""
        return length * sum(1 for _ in self._full()) * self._row_bytes + self.tail_rows_bytes

    @property
    def tail_rows_bytes(self) -> int:
        """The most that the windowed layers take."""
        return sum((window + SLACK_ROWS) * self._row_bytes * 2 for window in self.windows if window)

    def tail_start(self, window: int, length: int, least: int = 0) -> int:
        """First row kept of a layer with `window`, of `length` rows; rows before `least` are not there.

        `least` is the shortest length that the cache can go on from (`TokenSequence.least`).
        """
        return max(length - window - SLACK_ROWS, least - window, 0)

    def least(self, length: int, least: int = 0) -> int:
        """The shortest length that can be gone on from with what is kept of `length` rows."""
        starts = [(window, self.tail_start(window, length, least)) for window in self.windows if window]
        return max((start + window for window, start in starts if start), default=0)

    def pack_chunk(self, rows: Rows, number: int) -> bytes:
        """The bytes of the whole chunk `number` of the layers that see everything."""
        begin = number * CHUNK_ROWS
        return b"".join(rows[name][:, begin : begin + CHUNK_ROWS].tobytes() for name in self._full())

    def unpack_chunk(self, rows: Rows, number: int, data: bytes) -> None:
        """Put `pack_chunk`'s bytes back. Raises `ValueError` if there are too few or too many."""
        begin = number * CHUNK_ROWS
        self._fill(rows, [(name, begin, begin + CHUNK_ROWS) for name in self._full()], data)

    def pack_tail(self, rows: Rows, length: int, least: int = 0) -> bytes:
        """What chunks do not hold: the rest behind them, and the rows of windowed layers."""
        return b"".join(rows[name][:, begin:end].tobytes() for name, begin, end in self._tail(length, least))

    def unpack_tail(self, rows: Rows, length: int, least: int, data: bytes) -> None:
        """Put `pack_tail`'s bytes back. Raises `ValueError` if there are too few or too many."""
        self._fill(rows, list(self._tail(length, least)), data)

    @property
    def _row_bytes(self) -> int:
        return self.kv_heads * self.head_dim * np.dtype(np.float16).itemsize

    def _full(self) -> Iterator[str]:
        for layer, window in enumerate(self.windows):
            if not window:
                yield f"{layer}.key"
                yield f"{layer}.value"

    def _tail(self, length: int, least: int) -> Iterator[tuple[str, int, int]]:
        for name in self._full():
            yield name, length - length % CHUNK_ROWS, length
        for layer, window in enumerate(self.windows):
            if window:
                start = self.tail_start(window, length, least)
                yield f"{layer}.key", start, length
                yield f"{layer}.value", start, length

    def _fill(self, rows: Rows, places: list[tuple[str, int, int]], data: bytes) -> None:
        sizes = [(end - begin) * self._row_bytes for _, begin, end in places]
        if sum(sizes) != len(data):
            raise ValueError(f"{len(data)} bytes, expected {sum(sizes)}")
        at = 0
        for (name, begin, end), size in zip(places, sizes, strict=True):
            part = np.frombuffer(data, np.float16, size // 2, at)
            rows[name][:, begin:end] = part.reshape(self.kv_heads, end - begin, self.head_dim)
            at += size
