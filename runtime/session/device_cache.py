"""The KV cache on a device: a large buffer for each layer's keys and values, and a small one for the newest.

A large buffer is written as a whole, because no operator may change what it reads: 48 KiB a position for
gpt-oss-20b. That is done once for each chunk of a prompt, and once for each `RECENT` tokens of an answer; in between
new positions go to the small buffers, which the graph itself writes anew (3 MiB, twice, so that it can read one and
write the other). Going back to an earlier position is counting: what lies behind is hidden, then overwritten.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from models.config import ModelConfig
from models.graph.directml import build_cache_writer
from models.graph.plain import Float
from models.graph.plain_attention import RECENT
from runtime.session.compute_device import ComputeDevice, Program


class DeviceCache:
    """The buffers, and which positions they hold.

    Attributes:
        capacity: positions the large buffers have room for.
        settled: positions in the large buffers, from 0 on.
        fresh: positions in the small buffers, which follow those.
        past: the large buffers by layer and part, `3.key`.
    """

    def __init__(self, device: ComputeDevice, config: ModelConfig, dtype: Float, capacity: int) -> None:
        self.capacity = capacity
        self.settled = 0
        self.fresh = 0
        self._device = device
        self._config = config
        self._dtype: Float = dtype
        self._names = [f"{layer}.{part}" for layer in range(config.layers) for part in ("key", "value")]
        self._writers: dict[int, Program] = {}
        self._chunks: dict[int, dict[str, Any]] = {}
        self.past = {name: self._zeros(capacity) for name in self._names}
        self._spare = self._zeros(capacity)
        self._small = [{name: self._zeros(RECENT) for name in self._names} for _ in range(2)]

    @property
    def length(self) -> int:
        return self.settled + self.fresh

    def rewind(self, length: int) -> None:
        """Keep the first `length` positions."""
        self.settled = min(self.settled, length)
        self.fresh = min(self.fresh, length - self.settled)

    def grow(self, capacity: int) -> None:
        """Make room for `capacity` positions, keeping those in the large buffers.

        Old and new buffers are there together for a moment, so that if memory is too short nothing has changed.
        """
        larger = {}
        for name, value in self.past.items():
            array = np.zeros(self._shape(capacity), self._dtype)
            array[:, : self.settled] = self._device.get(value, self._dtype)[:, : self.settled]
            larger[name] = self._device.put(array)
        self._spare = self._zeros(capacity)
        self.past, self.capacity = larger, capacity
        self._writers.clear()

    def step(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Inputs and outputs of a run that feeds one token: small buffers to read and to write."""
        now, then = self._small
        return (
            {f"recent.{name}": value for name, value in now.items()},
            {f"present.{name}": value for name, value in then.items()},
        )

    def stepped(self) -> None:
        """That run is done: what it wrote holds one position more."""
        self._small.reverse()
        self.fresh += 1

    def chunk(self, rows: int) -> dict[str, Any]:
        """Outputs of a run that feeds `rows` tokens."""
        if rows not in self._chunks:
            self._chunks[rows] = {f"present.{name}": self._zeros(rows) for name in self._names}
        return self._chunks[rows]

    def settle_chunk(self, rows: int, count: int) -> None:
        """That run is done: its first `count` positions go to the large buffers, behind the others there."""
        chunk = self._chunks[rows]
        self._settle(rows, count, {name: chunk[f"present.{name}"] for name in self._names})

    def settle(self) -> None:
        """Empty the small buffers into the large ones."""
        if self.fresh:
            self._settle(RECENT, self.fresh, self._small[0])
            self.fresh = 0

    def _settle(self, rows: int, count: int, recent: dict[str, Any]) -> None:
        if rows not in self._writers:
            graph = build_cache_writer(self._config, capacity=self.capacity, recent=rows, dtype=self._dtype)
            self._writers[rows] = self._device.program(graph.model)
        place = np.arange(self.capacity) - self.settled
        taken = (place >= 0) & (place < count)
        inputs = {
            "rows": np.where(taken, place, 0).astype(np.int32),
            "taken": taken.reshape(1, -1, 1),
        }
        for name in self._names:
            buffers = {"past": self.past[name], "recent": recent[name]}
            self._writers[rows].run({**inputs, **buffers}, {"present": self._spare})
            self.past[name], self._spare = self._spare, self.past[name]
        self.settled += count

    def _shape(self, length: int) -> tuple[int, int, int]:
        return self._config.kv_heads, length, self._config.head_dim

    def _zeros(self, length: int) -> Any:
        return self._device.put(np.zeros(self._shape(length), self._dtype))
