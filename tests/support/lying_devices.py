"""Devices that compute something else than they are asked to, each in a way that a real one has been seen to.

None adds noise. Each is the CPU's own session, over a checkpoint or a configuration that lacks what the lie
leaves out, or with calls that go astray. `LIES` names them; each takes a model folder and a folder to write in.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.checkpoint import Checkpoint
from models.config import ModelConfig
from models.dense import make_dense, open_dense
from models.graph import build_cpu_graph
from models.safetensors import TensorLocation
from runtime.self_test import Logits, LogitsSource
from runtime.session import ModelSession

LIMIT = 1024
_BF16_MINUS_INFINITY = 0xFF80

Bytes = npt.NDArray[np.uint8]


def cpu_session(
    folder: Path, scratch: Path, *, exact: bool = False, config: ModelConfig | None = None
) -> ModelSession:
    """An honest one: the CPU on `folder`, with derived files in `scratch`; another `config` makes it lie."""
    checkpoint = Checkpoint.open(folder)
    dense = None
    if not exact and (dense := open_dense(checkpoint, scratch)) is None:
        for _ in make_dense(checkpoint, scratch):
            pass
        dense = open_dense(checkpoint, scratch)
    if config is not None:
        checkpoint = replace(checkpoint, config=config)
    return ModelSession(build_cpu_graph(checkpoint, dense), checkpoint.config, threads=1, limit=LIMIT)


class _Wrapped:
    def __init__(self, source: LogitsSource) -> None:
        self.source = source
        self.vocabulary = source.vocabulary


class NotANumberLate(_Wrapped):
    """Overflows once more than 600 positions are cached."""

    def run(self, ids: Sequence[int], past: int, positions: int) -> Logits:
        logits = self.source.run(ids, past, positions)
        if past + len(ids) > 600:
            logits[-1, 7] = np.nan
        return logits


class ForgetsThePast(_Wrapped):
    """Ignores what is cached when several tokens are fed to a cache that went back, as a second turn does."""

    def __init__(self, source: LogitsSource) -> None:
        super().__init__(source)
        self._cached = 0

    def run(self, ids: Sequence[int], past: int, positions: int) -> Logits:
        forgets = past < self._cached and len(ids) > 1
        self._cached = past + len(ids)
        return self.source.run(ids, 0 if forgets else past, positions)


class CannotGoBack(_Wrapped):
    """Appends to its cache, whatever position it is told to go on from, except the first."""

    def __init__(self, source: LogitsSource) -> None:
        super().__init__(source)
        self._cached = 0

    def run(self, ids: Sequence[int], past: int, positions: int) -> Logits:
        past = self._cached if past else 0
        self._cached = past + len(ids)
        return self.source.run(ids, past, positions)


def _no_window(folder: Path, scratch: Path) -> LogitsSource:
    config = ModelConfig.read(folder)
    return cpu_session(folder, scratch, config=replace(config, windows=(0,) * config.layers))


def _no_yarn(folder: Path, scratch: Path) -> LogitsSource:
    return cpu_session(folder, scratch, config=replace(ModelConfig.read(folder), rope_scaling=None))


def _edited(
    names: str, edit: Callable[[TensorLocation, Bytes], Bytes]
) -> Callable[[Path, Path], LogitsSource]:
    """A device that reads the tensors whose name ends with `names` as `edit` makes them."""

    def make(folder: Path, scratch: Path) -> LogitsSource:
        copy = scratch / "copy"
        shutil.copytree(folder, copy)
        for tensor in Checkpoint.open(copy).tensors.values():
            if tensor.name.endswith(names):
                data = np.memmap(tensor.file, np.uint8, "r+", tensor.offset, (tensor.size,))
                data[:] = edit(tensor, np.array(data))
                data.flush()
        return cpu_session(copy, scratch)

    return make


def _minus_infinity(tensor: TensorLocation, data: Bytes) -> Bytes:
    return np.full(data.size // 2, _BF16_MINUS_INFINITY, np.uint16).view(np.uint8)


def _heads_transposed(tensor: TensorLocation, data: Bytes) -> Bytes:
    """o_proj as if it were given [head_dim, heads] where it is given [heads, head_dim]."""
    rows, columns = tensor.shape
    matrix = data.view(np.uint16).reshape(rows, -1, ModelConfig.read(tensor.file.parent).head_dim)
    turned: Bytes = np.ascontiguousarray(matrix.swapaxes(1, 2)).reshape(rows, columns).view(np.uint8).ravel()
    return turned


def _nibbles_swapped(tensor: TensorLocation, data: Bytes) -> Bytes:
    swapped: Bytes = (data >> 4 | data << 4).astype(np.uint8)
    return swapped


LIES: dict[str, Callable[[Path, Path], LogitsSource]] = {
    "ignores the window": _no_window,
    "drops the sinks": _edited("self_attn.sinks", _minus_infinity),
    "is not a number after 600 tokens": lambda *where: NotANumberLate(cpu_session(*where)),
    "forgets the past in a second turn": lambda *where: ForgetsThePast(cpu_session(*where)),
    "cannot go back": lambda *where: CannotGoBack(cpu_session(*where)),
    "transposes the heads": _edited("o_proj.weight", _heads_transposed),
    "turns positions by another rule": _no_yarn,
    "swaps the two weights of a byte": _edited("down_proj_blocks", _nibbles_swapped),
}
