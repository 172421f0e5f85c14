"""A weight as a device wants it: where its bytes lie, and what is made of them on their way there.

A graphics card has memory of its own, so its weights are copied, and may change their form on the way: bfloat16,
which DirectML does not know, is widened; the derived file's signed 8-bit weights become unsigned ones with 128 as
their zero point. The experts' packed bytes and scales stay as published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from models.mapped_files import MappedFiles
from models.safetensors import TensorLocation

ZERO_POINT = 128


@dataclass(frozen=True, slots=True)
class DeviceWeight:
    """One input of a device's graph.

    Attributes:
        shape: as the graph declares it; as many elements as the tensor has.
        dtype: float16, float32 or uint8.
        tensor: where its values lie; None for `ZERO_POINT` everywhere.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    tensor: TensorLocation | None

    @property
    def size(self) -> int:
        """Bytes on the device."""
        return int(np.prod(self.shape)) * self.dtype.itemsize

    def read(self, maps: MappedFiles) -> npt.NDArray[Any]:
        """The values, contiguous; mapped memory where nothing has to change."""
        if self.tensor is None:
            return np.full(self.shape, ZERO_POINT, self.dtype)
        values = maps.view(self.tensor)
        if self.tensor.dtype == "I8":
            values = values.view(np.uint8) ^ np.uint8(ZERO_POINT)
        elif self.tensor.dtype == "BF16":
            values = np.left_shift(values, 16, dtype=np.uint32).view(np.float32)
        return values.astype(self.dtype, copy=False).reshape(self.shape)
