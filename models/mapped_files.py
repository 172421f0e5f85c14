"""Maps the tensors of safetensors files into memory. Apart from `safetensors`, which the window needs before numpy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.disk import native
from models.errors import ModelError
from models.safetensors import TensorLocation

# By the dtype's name in the header. numpy has no bfloat16: its bits are viewed as uint16.
DTYPES: dict[str, type[np.generic]] = {
    "BF16": np.uint16,
    "F16": np.float16,
    "F32": np.float32,
    "U8": np.uint8,
    "I8": np.int8,
}


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
        return np.ndarray(tensor.shape, DTYPES[tensor.dtype], buffer=mapped, offset=tensor.offset)
