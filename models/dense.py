"""The one derived file: the dense matrices (attention and lm_head) at 8 bits.

Every 32 weights of a row share one f16 scale, max |w| / 127; `w ≈ scale * q`, q in -127 … 127 (the layout of
llama.cpp's Q8_0, with scales and weights kept apart). The file is itself a safetensors file, holding
`NAME.q8` I8 [N, K] and `NAME.scales` F16 [N, K / 32] for each matrix NAME, and in its metadata the identity
of the checkpoint it was made from. It can be deleted at any time and is made again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import psutil

from models.checkpoint import Checkpoint
from models.dense_names import BLOCK, dense_matrices
from models.errors import ModelError
from models.mapped_files import MappedFiles
from models.safetensors import TensorLocation, read_header

FILE = "dense-q8.safetensors"
_FORMAT = "1"  # raise it when the layout changes, so that older files are made again
_ROWS = 256  # rows quantised at a time: few enough to stay in the processor's cache


def identity(checkpoint: Checkpoint) -> str:
    """A digest that changes when the published files change: names, sizes, times and layout of the shards."""
    files = [
        (file.name, stat.st_size, stat.st_mtime_ns) for file in checkpoint.files for stat in [file.stat()]
    ]
    layout = [(t.name, t.file.name, t.offset) for t in checkpoint.tensors.values()]
    return hashlib.sha256(json.dumps([_FORMAT, files, layout]).encode()).hexdigest()


def open_dense(checkpoint: Checkpoint, folder: Path) -> dict[str, TensorLocation] | None:
    """Tensors of the derived file in `folder`, or None where it is absent, damaged or of other weights."""
    try:
        header = read_header(folder / FILE)
    except ModelError:
        return None
    if header.metadata.get("source") != identity(checkpoint):
        return None
    return header.tensors


def make_dense(checkpoint: Checkpoint, folder: Path) -> Generator[tuple[int, int], None, None]:
    """Make the derived file in `folder` (created if need be); yields weights done and in all.

    It is written beside its place and moved there at the end, so a reader never sees half of it and two
    programs may make it at once. Closing the iterator early gives up and leaves nothing behind.

    Raises:
        ModelError: no room or no right to write.
    """
    part = folder / f"{FILE}.{os.getpid()}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _clear_away(folder)
        with part.open("wb") as file:
            yield from _write(checkpoint, file)
        try:
            part.replace(folder / FILE)
        except PermissionError:  # Windows replaces no file that another program has mapped
            if open_dense(checkpoint, folder) is None:
                raise
    except OSError as error:
        raise ModelError(
            f"The prepared weights could not be written to {folder}: {error.strerror}. "
            "Free some disk space there, or choose another cache folder.",
            repr(error),
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _clear_away(folder: Path) -> None:
    """Remove what programs that were killed half-way left in `folder`: over a gigabyte each."""
    for left in folder.glob(f"{FILE}.*.part"):
        maker = left.suffixes[-2].removeprefix(".")
        if not (maker.isdecimal() and psutil.pid_exists(int(maker))):
            with suppress(OSError):
                left.unlink(missing_ok=True)


def _write(checkpoint: Checkpoint, file: BinaryIO) -> Generator[tuple[int, int], None, None]:
    header: dict[str, object] = {"__metadata__": {"source": identity(checkpoint)}}
    offset = 0
    shapes = {name: checkpoint.tensors[f"{name}.weight"].shape for name in dense_matrices(checkpoint)}
    for name, (rows, columns) in shapes.items():
        for part, dtype, shape, size in (
            ("scales", "F16", [rows, columns // BLOCK], rows * columns // BLOCK * 2),
            ("q8", "I8", [rows, columns], rows * columns),
        ):
            entry = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + size]}
            header[f"{name}.{part}"] = entry
            offset += size
    raw = json.dumps(header).encode()
    raw += b" " * (-len(raw) % 64)  # tensors start at a multiple of 8, as the format asks
    file.write(len(raw).to_bytes(8, "little") + raw)

    start, maps = file.tell(), MappedFiles()
    done, total = 0, sum(rows * columns for rows, columns in shapes.values())
    for name, (rows, columns) in shapes.items():
        weight = maps.view(checkpoint.tensors[f"{name}.weight"])
        scales_at, weights_at = start, start + rows * columns // BLOCK * 2
        for row in range(0, rows, _ROWS):
            scales, quantised = quantise(weight[row : row + _ROWS])
            file.seek(scales_at)
            scales_at += file.write(scales.tobytes())
            file.seek(weights_at)
            weights_at += file.write(quantised.tobytes())
            done += quantised.size
            yield done, total
        start = weights_at


def quantise(bits: npt.NDArray[np.uint16]) -> tuple[npt.NDArray[np.float16], npt.NDArray[np.int8]]:
    """bf16 bits [N, K] → scales f16 [N, K / 32] and weights i8 [N, K]."""
    rows, columns = bits.shape
    values = np.left_shift(bits, 16, dtype=np.uint32).view(np.float32).reshape(rows, -1, BLOCK)
    scales = (np.maximum(values.max(axis=2), -values.min(axis=2)) / 127).astype(np.float16)
    divisor = scales.astype(np.float32)
    # A block of zeros, or one whose scale is below f16's smallest number, becomes zeros.
    inverse = np.divide(1.0, divisor, out=np.zeros_like(divisor), where=divisor > 0)
    values *= inverse[:, :, None]  # in place from here on: twice as fast
    np.rint(values, out=values)
    np.clip(values, -127, 127, out=values)
    return scales, values.astype(np.int8).reshape(rows, columns)
