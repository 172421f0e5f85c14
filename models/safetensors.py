"""Reads and maps safetensors files: the header says where each tensor lies; no weight is loaded.

A file is 8 bytes (little-endian length of the header), a JSON header, then the tensors' bytes one after
another (https://github.com/huggingface/safetensors, "Format"). The `safetensors` package does not tell
offsets, which mapping in place needs; the format is small enough to read here.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.disk import native
from models.errors import ModelError

# dtype name in the header → (bytes an element, numpy dtype of the mapped view).
# numpy has no bfloat16: its bits are viewed as uint16.
DTYPES: dict[str, tuple[int, type[np.generic]]] = {
    "BF16": (2, np.uint16),
    "F16": (2, np.float16),
    "F32": (4, np.float32),
    "U8": (1, np.uint8),
    "I8": (1, np.int8),
}
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
    if dtype in DTYPES and (size := DTYPES[dtype][0] * math.prod(shape)) != end - begin:
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


class MappedFiles:
    """Maps files into memory, read-only, each once; views stay valid as long as this object or they live."""

    def __init__(self) -> None:
        self._maps: dict[Path, np.memmap[Any, Any]] = {}

    def view(self, tensor: TensorLocation) -> npt.NDArray[Any]:
        """The tensor in place, `shape` of the dtype in `DTYPES` (bf16 as uint16); possibly unaligned.

        Raises:
            ModelError: the file is gone or cannot be mapped.
        """
        mapped = self._maps.get(tensor.file)
        if mapped is None:
            try:
                # As text: numpy would resolve a Path, which not every Windows file system can for a long one.
                mapped = np.memmap(str(native(tensor.file)), dtype=np.uint8, mode="r")
            except (OSError, ValueError) as error:
                raise ModelError(
                    f"{tensor.file} cannot be mapped into memory. Check that it is still there.", str(error)
                ) from error
            self._maps[tensor.file] = mapped
        return np.ndarray(tensor.shape, DTYPES[tensor.dtype][1], buffer=mapped, offset=tensor.offset)
