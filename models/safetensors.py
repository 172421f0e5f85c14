"""Reads the headers of safetensors files: they say where each tensor lies; no weight is loaded.

A file is 8 bytes (little-endian length of the header), a JSON header, then the tensors' bytes one after
another (https://github.com/huggingface/safetensors, "Format"). The `safetensors` package does not tell
offsets, which mapping in place needs; the format is small enough to read here. Read next: `mapped_files`.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.disk import native
from models.errors import ModelError

ELEMENT_BYTES = {"F32": 4, "BF16": 2, "F16": 2, "U8": 1, "I8": 1}  # by the dtype's name in the header
_LARGEST_HEADER = 100_000_000  # the format's own limit


@dataclass(frozen=True, slots=True)
class TensorLocation:
    """Where one tensor lies. `offset` and `size` are bytes from the start of `file`."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    file: Path
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Header:
    """All tensors of one file, by name, and the header's free metadata."""

    tensors: dict[str, TensorLocation]
    metadata: dict[str, str]


def read_header(path: Path) -> Header:
    """Read the header of the file at `path`, and check that the file is as long as it says.

    Raises:
        ModelError: missing, damaged or truncated file; names the file and, where it can, the tensor.
    """
    try:
        size = native(path).stat().st_size
        with native(path).open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or length > min(_LARGEST_HEADER, size - 8):
                raise ModelError(
                    f"{path} is cut short or not a safetensors file: its header should be {length:,} bytes long, "
                    f"the whole file has {size:,}. Download this file again."
                )
            raw = json.loads(file.read(length))
    except FileNotFoundError:
        raise ModelError(f"{path} is missing. Download this file again.") from None
    except OSError as error:
        raise ModelError(
            f"{path} cannot be read: {error.strerror}. Check the disk and its rights."
        ) from error
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, nested too deep
        raise ModelError(
            f"{path} is damaged: its header is not JSON. Download this file again.", str(error)
        ) from error
    if not isinstance(raw, dict):
        raise ModelError(f"{path} is damaged: its header is not a JSON object. Download this file again.")
    metadata = raw.pop("__metadata__", {})
    tensors = {name: _location(path, name, entry, 8 + length, size) for name, entry in raw.items()}
    return Header(tensors, metadata if isinstance(metadata, dict) else {})


def _location(path: Path, name: str, entry: Any, start: int, file_size: int) -> TensorLocation:
    try:
        dtype, shape, (begin, end) = entry["dtype"], tuple(entry["shape"]), entry["data_offsets"]
        numbers = (*shape, begin, end)
        whole = isinstance(dtype, str) and all(isinstance(n, int) and n >= 0 for n in numbers)
    except (KeyError, TypeError, ValueError):
        whole = False
    if not whole:
        raise ModelError(
            f"{path}, tensor {name}: its header entry is damaged; expected dtype, shape and data_offsets. "
            "Download this file again."
        )
    if dtype in ELEMENT_BYTES and (size := ELEMENT_BYTES[dtype] * math.prod(shape)) != end - begin:
        raise ModelError(
            f"{path}, tensor {name}: {dtype} {list(shape)} takes {size:,} bytes, the header says "
            f"{end - begin:,}. Download this file again."
        )
    if start + end > file_size:
        raise ModelError(
            f"{path} is cut short at tensor {name}: expected at least {start + end:,} bytes, the file has "
            f"{file_size:,}. Download this file again."
        )
    return TensorLocation(name, dtype, shape, path, start + begin, end - begin)
