"""Writing and reading safetensors files with nothing but numpy and the standard library.

The format: eight bytes with the header's length (little endian), a JSON header that gives each tensor's dtype,
shape and byte range (counted from the header's end), then the bytes. The reference writer pads the header with
spaces so that the data begins at a multiple of eight, and stores wide types before narrow ones; so do we.

Nothing here imports the app: what the app's own reader is tested with must not come from that reader.
Read next: `gpt_oss_layout`, which says what tensors a gpt-oss checkpoint has.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ITEM_BYTES = {"F32": 4, "BF16": 2, "U8": 1}


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """A tensor before its bytes are known: `dtype` as the header spells it (`BF16`, `U8`, `F32`)."""

    name: str
    dtype: str
    shape: tuple[int, ...]

    @property
    def item_count(self) -> int:
        return math.prod(self.shape)

    @property
    def byte_count(self) -> int:
        return self.item_count * ITEM_BYTES[self.dtype]


Fill = Callable[[TensorSpec], Iterable[np.ndarray]]
"""Gives a tensor's bytes, in order, as one or more contiguous arrays that together have `byte_count` bytes."""


def write_file(path: Path, specs: Sequence[TensorSpec], fill: Fill) -> None:
    """Write one safetensors file, one chunk in memory at a time.

    Raises `ValueError` if `fill` gives more or fewer bytes than a tensor has.
    """
    ordered = sorted(specs, key=lambda spec: (-ITEM_BYTES[spec.dtype], spec.name))
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for spec in ordered:
        end = offset + spec.byte_count
        header[spec.name] = {"dtype": spec.dtype, "shape": list(spec.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little"))
        file.write(text)
        for spec in ordered:
            written = sum(file.write(chunk.data) for chunk in fill(spec))
            if written != spec.byte_count:
                raise ValueError(f"{spec.name}: {written} bytes given, {spec.byte_count} expected")


def write_checkpoint(folder: Path, specs: Sequence[TensorSpec], fill: Fill, shards: int = 1) -> None:
    """Write `specs`, in their order, as one `model.safetensors`, or as several shards and their index.

    Shards are named as OpenAI named them: of three, `model-00000-of-00002.safetensors` is the first.
    """
    if shards == 1:
        write_file(folder / "model.safetensors", specs, fill)
        return
    total = sum(spec.byte_count for spec in specs)
    groups: list[list[TensorSpec]] = [[] for _ in range(shards)]
    done = 0
    for spec in specs:
        groups[min(shards - 1, done * shards // total)].append(spec)
        done += spec.byte_count
    weight_map: dict[str, str] = {}
    for number, group in enumerate(groups):
        name = f"model-{number:05d}-of-{shards - 1:05d}.safetensors"
        write_file(folder / name, group, fill)
        weight_map |= {spec.name: name for spec in group}
    index = {"metadata": {"total_size": total}, "weight_map": dict(sorted(weight_map.items()))}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8")


def map_checkpoint(folder: Path) -> dict[str, np.ndarray]:
    """Every tensor of every safetensors file in `folder`, mapped read-only.

    BF16 comes as uint16 bit patterns (numpy has no such type): see `widen_bf16`.
    """
    types: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "BF16": np.dtype("<u2"), "U8": np.dtype("u1")}
    tensors: dict[str, np.ndarray] = {}
    for path in sorted(folder.glob("*.safetensors")):
        with path.open("rb") as file:
            header_bytes = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(header_bytes))
        header.pop("__metadata__", None)
        data = np.memmap(path, dtype=np.uint8, mode="r", offset=8 + header_bytes)
        for name, entry in header.items():
            begin, end = entry["data_offsets"]
            tensors[name] = data[begin:end].view(types[entry["dtype"]]).reshape(entry["shape"])
    return tensors


def widen_bf16(bits: np.ndarray) -> np.ndarray:
    """uint16 bit patterns of bfloat16 → the same numbers as float32 (exact)."""
    return (bits.astype(np.uint32) << 16).view(np.float32)


def round_to_bf16(values: np.ndarray) -> np.ndarray:
    """float32 → bit patterns of bfloat16 as uint16, to nearest, ties to even. For finite values."""
    bits = np.ascontiguousarray(values, dtype=np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)
