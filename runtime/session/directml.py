"""The model on a device of DirectML's: plain operators, weights and cache in the device's memory.

Same interface as the CPU's `ModelSession`. What is fed is cut into pieces of a few fixed sizes, because DirectML
compiles a graph for each shape; the last piece is filled up, and what the filling computes is hidden from the rest.
The embedding stays on the CPU: a token's row is read where it lies.
Read next: `device_cache`, `models.graph.directml`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from models.checkpoint import Checkpoint
from models.errors import Cancelled, EngineError
from models.graph.directml import build_cache_writer, build_directml_graph, build_directml_head
from models.graph.plain import Float
from models.graph.plain_attention import HIDDEN, RECENT, recent_rows
from models.graph.plain_experts import block_count
from models.graph.rope import rope_tables
from models.mapped_files import MappedFiles
from models.safetensors import TensorLocation
from runtime.session.compute_device import ComputeDevice, Program
from runtime.session.device_cache import DeviceCache

CHUNKS = (64, 512)
SMALLEST_CAPACITY = 4096  # the first size of the cache; it doubles, and each size is compiled anew
# The most that one tensor of attention scores may take; there are up to three at a time.
_SCORES_BYTES = 640 << 20


class DirectMLSession:
    """Runs the network on a device, over a cache of its own. Iterate `upload` to its end before the first `run`.

    Attributes:
        capacity: positions the cache has room for now; it grows by itself up to `limit`.
        limit: positions it may grow to.
        vocabulary: how many logits there are.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        dense: Mapping[str, TensorLocation] | None,
        device: ComputeDevice,
        *,
        limit: int,
        dtype: Float = np.float16,
        chunks: Sequence[int] = CHUNKS,
        capacity: int = SMALLEST_CAPACITY,
    ) -> None:
        self._checkpoint = checkpoint
        self._config = checkpoint.config
        self._dense = dense
        self._device = device
        self._dtype: Float = dtype
        self._chunks = tuple(chunks)
        self._cancelled = False
        self.limit = limit
        self.vocabulary = self._config.vocabulary
        self._maps = MappedFiles()
        self._embedding = self._maps.view(checkpoint.tensors["model.embed_tokens.weight"])
        self._head_graph = build_directml_head(checkpoint, dense, dtype=dtype)
        self._weights: dict[str, Any] = {}
        self._programs: dict[int, Program] = {}
        self._head: Program | None = None
        self._cache: DeviceCache | None = None
        self._first_capacity = capacity
        self._rope = rope_tables(self._config, 0)

    @classmethod
    def opening(
        cls,
        checkpoint: Checkpoint,
        dense: Mapping[str, TensorLocation] | None,
        device: ComputeDevice,
        *,
        limit: int,
        dtype: Float = np.float16,
    ) -> Generator[tuple[int, int], None, DirectMLSession]:
        """A session with its weights uploaded; yields bytes done and in all, returns the session.

        Raises:
            DeviceError: they do not fit, or the device cannot be used.
        """
        session = cls(checkpoint, dense, device, limit=limit, dtype=dtype)
        yield from session.upload()
        return session

    @property
    def capacity(self) -> int:
        return self._cache.capacity if self._cache else 0

    def upload(self) -> Iterator[tuple[int, int]]:
        """Put the weights into the device's memory; yields bytes done and in all.

        Raises:
            DeviceError: they do not fit, or the device cannot be used.
        """
        graph = build_directml_graph(self._checkpoint, self._dense, tokens=1, capacity=1, dtype=self._dtype)
        weights = {**graph.weights, **self._head_graph.weights}
        done, total = 0, sum(weight.size for weight in weights.values())
        maps = MappedFiles()  # of its own: what was read for the device need not stay mapped
        yield done, total
        for name, weight in weights.items():
            self._weights[name] = self._device.put(weight.read(maps))
            done += weight.size
            yield done, total

    def begin(self) -> None:
        """Forget an earlier `terminate`; call it before the first `run` of a turn."""
        self._cancelled = False
        self._device.answering = True
        self._device.begin()

    def terminate(self) -> None:
        """Stop the run under way, from any thread; it then raises `Cancelled`."""
        self._cancelled = True
        self._device.terminate()

    def forget(self) -> None:
        """Drop the cache. A row that is no number would spoil all later ones, however hidden: 0 times it is none."""
        self._cache = None
        self._programs.clear()  # compiled for its size, and bound to it

    def run(self, ids: Sequence[int], past: int, positions: int) -> npt.NDArray[np.float32]:
        """Feed `ids` after `past` cached positions.

        Args:
            ids: S token ids, at least one.
            past: cached positions that stay; those behind are overwritten.
            positions: how many of the last positions' logits are wanted (0 … S).

        Returns:
            f32 [positions, vocabulary].

        Raises:
            Cancelled: `terminate` was called. The cache up to `past` is intact.
            DeviceError: the device failed; after some failures it can be used no more.
            EngineError: the sequence is longer than `limit`.
        """
        cache = self._reserve(past + len(ids), past)
        cache.rewind(past)
        hidden: list[npt.NDArray[np.float32]] = []
        start = 0
        while start < len(ids):
            self._raise_if_cancelled()
            size = self._size(len(ids) - start)
            part = ids[start : start + size]
            hidden.append(self._step(cache, part[0]) if size == 1 else self._chunk(cache, part, size))
            start += len(part)
        if not positions:
            return np.empty((0, self.vocabulary), np.float32)
        return self._logits(np.concatenate(hidden)[-positions:])

    def _size(self, left: int) -> int:
        """The piece to feed next when `left` tokens are left.

        What a piece costs is, above all, how many experts are decoded for it: a few tokens are cheaper one by one,
        and a large piece that is mostly filling is dearer than two small ones. Over a long cache a large piece's
        attention scores would take gigabytes.
        """
        config = self._config
        active, experts = config.experts_per_token, config.experts
        row_bytes = config.heads * self.capacity * np.dtype(self._dtype).itemsize
        largest = max(_SCORES_BYTES // row_bytes, self._chunks[0])
        sizes = [size for size in self._chunks if size <= largest]
        costs = [(size, block_count(size, active, experts)) for size in sizes]
        best, least = 1, float(left * active)
        for size, blocks in costs:
            cost = -(-left // size) * blocks
            if cost <= least:
                best, least = size, cost
        return best

    def _step(self, cache: DeviceCache, token: int) -> npt.NDArray[np.float32]:
        """Feed one token; its hidden state f32 [1, H]."""
        if cache.fresh == RECENT:
            cache.settle()
        inputs = self._inputs(cache, [token], 1)
        newest = np.zeros((1, RECENT, 1), np.bool_)
        newest[0, cache.fresh] = True
        recent, present = cache.step()
        program = self._program(1, cache)
        got = program.run(
            {**inputs, **self._past(cache), **recent, "newest": newest}, {"hidden": "cpu", **present}
        )
        cache.stepped()
        hidden: npt.NDArray[np.float32] = got["hidden"]
        return hidden

    def _chunk(self, cache: DeviceCache, part: Sequence[int], size: int) -> npt.NDArray[np.float32]:
        """Feed up to `size` tokens; their hidden states f32 [len(part), H]."""
        cache.settle()
        program = self._program(size, cache)
        inputs = {**self._inputs(cache, part, size), **self._past(cache)}
        got = program.run(inputs, {"hidden": "cpu", **cache.chunk(size)})
        cache.settle_chunk(size, len(part))
        hidden: npt.NDArray[np.float32] = got["hidden"][: len(part)]
        return hidden

    def _inputs(self, cache: DeviceCache, part: Sequence[int], size: int) -> dict[str, npt.NDArray[Any]]:
        """What the graph takes besides buffers; see `models.graph.directml`."""
        base, recent = cache.settled, recent_rows(size)
        rows = np.zeros(size, np.int64)
        rows[: len(part)] = part
        at = np.minimum(base + cache.fresh + np.arange(size), len(self._rope[0]) - 1)
        bits = self._embedding[rows].astype(np.uint32) << 16
        query = (base + cache.fresh + np.arange(size))[:, None]
        beside = base + np.arange(recent)[None]
        inputs: dict[str, npt.NDArray[Any]] = {
            "embedded": bits.view(np.float32),
            "rope_cos": self._rope[0][at][:, None],
            "rope_sin": self._rope[1][at][:, None],
            "seen": self._mask(np.arange(cache.capacity)[None] < base),
            "recent": self._mask(beside <= query),
        }
        for window in {window for window in self._config.windows if window}:
            before = base - window + np.arange(window)[None]
            inputs[f"rows.{window}"] = np.maximum(before[0], 0).astype(np.int32)
            inputs[f"seen.{window}"] = self._mask((before >= 0) & (before > query - window))
            inputs[f"recent.{window}"] = self._mask((beside <= query) & (beside > query - window))
        return inputs

    def _mask(self, visible: npt.NDArray[np.bool_]) -> npt.NDArray[Any]:
        return np.where(visible, 0.0, HIDDEN).astype(self._dtype)

    def _past(self, cache: DeviceCache) -> dict[str, Any]:
        return {f"past.{name}": value for name, value in cache.past.items()}

    def _logits(self, hidden: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """f32 [positions, H] → f32 [positions, vocabulary]."""
        if self._head is None:
            self._head = self._bound(self._device.program(self._head_graph.model))
        logits = []
        for row in hidden:
            self._raise_if_cancelled()
            logits.append(self._head.run({"hidden": row[None]}, {"logits": "cpu"})["logits"])
        return np.concatenate(logits)

    def _program(self, tokens: int, cache: DeviceCache) -> Program:
        if tokens not in self._programs:
            graph = build_directml_graph(
                self._checkpoint, self._dense, tokens=tokens, capacity=cache.capacity, dtype=self._dtype
            )
            self._programs[tokens] = self._bound(self._device.program(graph.model))
        return self._programs[tokens]

    def _bound(self, program: Program) -> Program:
        for name in program.inputs:
            if name in self._weights:
                program.bind(name, self._weights[name])
        return program

    def _reserve(self, positions: int, past: int) -> DeviceCache:
        """The cache, with room for `positions` of which the first `past` are kept."""
        if positions > self.limit:
            raise EngineError(
                f"The conversation needs {positions:,} positions, the context has {self.limit:,}."
            )
        capacity = self.capacity or min(self._first_capacity, self.limit)
        while capacity < positions:
            capacity = min(2 * capacity, self.limit)
        if self._cache is None:
            self._cache = DeviceCache(self._device, self._config, self._dtype, capacity)
        elif capacity > self.capacity:
            self._programs.clear()
            self._cache.rewind(past)
            self._cache.settle()
            self._cache.grow(capacity)
        if len(self._rope[0]) < capacity:
            self._rope = rope_tables(self._config, capacity)
        return self._cache

    def _raise_if_cancelled(self) -> None:
        if self._cancelled:
            raise Cancelled


def graphs_as_bytes(checkpoint: Checkpoint, dense: Mapping[str, TensorLocation] | None) -> bytes:
    """Every graph that is compiled for a device, at the first size of the cache: what a test's result depends on."""
    graphs = [
        build_directml_graph(checkpoint, dense, tokens=tokens, capacity=SMALLEST_CAPACITY)
        for tokens in (1, *CHUNKS)
    ]
    graphs.append(build_directml_head(checkpoint, dense))
    graphs.append(build_cache_writer(checkpoint.config, capacity=SMALLEST_CAPACITY, recent=RECENT))
    return b"".join(graph.model for graph in graphs)
