"""Graphs from plain ONNX operators, for providers that have no operators of ours: names are made up as they go.

`OPERATORS` is what a DirectML graph may consist of: each was run on Microsoft's DirectML.dll, with a way out to
the CPU forbidden. What it has in an older version only (ScatterND, ScatterElements), what ONNX Runtime does not
fuse, and DequantizeLinear by blocks of one axis, which gave wrong numbers, are not among them.
Read next: `plain_attention`, `plain_experts`, `directml`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper

from models.checkpoint import Checkpoint
from models.graph.builder import CONTRIB, GraphBuilder
from models.graph.device_weights import DeviceWeight
from models.safetensors import TensorLocation

OPERATORS = frozenset(
    (
        *("Add", "Cast", "Ceil", "Clip", "Concat", "CumSum", "Equal", "Expand", "Gather", "Gemm"),
        *("LessOrEqual", "MatMul", "Min", "Mul", "ReduceSum", "Reshape", "Sigmoid", "Slice", "Softmax"),
        *("Sub", "TopK", "Transpose", "Where"),
        *("FusedMatMul", "MatMulNBits", "SimplifiedLayerNormalization"),  # ONNX Runtime's own
    )
)
_CONTRIBUTED = ("FusedMatMul", "MatMulNBits")

Float = type[np.float16] | type[np.float32]
FLOAT, INT32, BOOL = int(TensorProto.FLOAT), int(TensorProto.INT32), int(TensorProto.BOOL)


class PlainGraph(GraphBuilder):
    """Collects plain nodes; every method gives back the name of its result.

    Attributes:
        dtype: element type of activations, and of the weights they meet.
        device_weights: input name → what to put there.
    """

    def __init__(self, dtype: Float) -> None:
        super().__init__()
        self.dtype: Float = dtype
        self.onnx_dtype = int(helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))
        self.device_weights: dict[str, DeviceWeight] = {}
        self._constant_names: dict[tuple[str, tuple[int, ...], bytes], str] = {}

    def op(self, kind: str, *inputs: str, outputs: int = 1, **attributes: Any) -> str:
        """Add a node of `OPERATORS`; its first result's name."""
        return self.ops(kind, *inputs, outputs=outputs, **attributes)[0]

    def ops(self, kind: str, *inputs: str, outputs: int, **attributes: Any) -> list[str]:
        """Add a node of `OPERATORS`; the names of all its results."""
        name = f"{kind}.{len(self._nodes)}"
        names = [name, *(f"{name}.{index}" for index in range(1, outputs))]
        domain = CONTRIB if kind in _CONTRIBUTED else ""
        self.node(kind, inputs, name, outputs=names, domain=domain, **attributes)
        return names

    def value(self, value: npt.ArrayLike, dtype: npt.DTypeLike = np.int64) -> str:
        """A small constant; the same one for the same value."""
        array = np.asarray(value, dtype)
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self._constant_names:
            name = f"constant.{len(self._constant_names)}"
            self._constant_names[key] = self.constant(name, array.reshape(array.shape))
        return self._constant_names[key]

    def number(self, value: float) -> str:
        """A constant of the activations' type."""
        return self.value(value, self.dtype)

    def shaped(self, x: str, *shape: int) -> str:
        return self.op("Reshape", x, self.value(shape))

    def sliced(self, x: str, axis: int, start: int, end: int) -> str:
        return self.op("Slice", x, self.value([start]), self.value([end]), self.value([axis]))

    def cast(self, x: str, dtype: npt.DTypeLike) -> str:
        return self.op("Cast", x, to=int(helper.np_dtype_to_tensor_dtype(np.dtype(dtype))))

    def activation(self, x: str) -> str:
        """f32 → the activations' type."""
        return x if self.dtype is np.float32 else self.cast(x, np.float16)

    def widened(self, x: str) -> str:
        """The activations' type → f32."""
        return x if self.dtype is np.float32 else self.cast(x, np.float32)

    def sum_over(self, x: str, axis: int, *, keep: bool = False) -> str:
        return self.op("ReduceSum", x, self.value([axis]), keepdims=int(keep))

    def device_weight(
        self, tensor: TensorLocation, dtype: npt.DTypeLike, shape: tuple[int, ...] | None = None
    ) -> str:
        """Declare a tensor of a safetensors file, in the form it has on the device."""
        weight = DeviceWeight(shape or tensor.shape, np.dtype(dtype), tensor)
        return self._declare(tensor.name, weight)

    def zero_points(self, rows: int, blocks: int) -> str:
        name = f"zero_points.{rows}x{blocks}"
        return self._declare(name, DeviceWeight((rows, blocks), np.dtype(np.uint8), None))

    def _declare(self, name: str, weight: DeviceWeight) -> str:
        if name not in self.device_weights:
            self.device_weights[name] = weight
            self.input(name, int(helper.np_dtype_to_tensor_dtype(weight.dtype)), weight.shape)
        return name

    def model(self, name: str) -> bytes:
        return self.serialized(name, (CONTRIB,))


def norm(g: PlainGraph, checkpoint: Checkpoint, x: str, weight: str) -> str:
    """Root mean square norm of x f32 [S, H]; f32."""
    name = g.device_weight(checkpoint.tensors[weight], np.float32)
    epsilon = checkpoint.config.norm_epsilon
    return g.op("SimplifiedLayerNormalization", x, name, axis=-1, epsilon=epsilon)


def linear(
    g: PlainGraph,
    checkpoint: Checkpoint,
    dense: dict[str, TensorLocation] | None,
    x: str,
    name: str,
    *,
    bias: bool = True,
) -> str:
    """x·Wᵀ + b for x [S, K] of the activations' type: W at 8 bits (`dense`), or as a plain matrix from bf16."""
    added = [g.device_weight(checkpoint.tensors[f"{name}.bias"], g.dtype)] if bias else []
    if dense is None:
        matrix = g.device_weight(checkpoint.tensors[f"{name}.weight"], g.dtype)
        return g.op("Gemm", x, matrix, *added, transB=1)
    weights, scales = dense[f"{name}.q8"], dense[f"{name}.scales"]
    (rows, columns), blocks = weights.shape, scales.shape[1]
    block = columns // blocks
    packed = g.device_weight(weights, np.uint8, (rows, blocks, block))
    product = g.op(
        "MatMulNBits",
        *(x, packed, g.device_weight(scales, g.dtype), g.zero_points(rows, blocks)),
        K=columns,
        N=rows,
        bits=8,
        block_size=block,
    )
    return g.op("Add", product, *added) if added else product
