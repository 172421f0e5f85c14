"""A thin hand on `onnx.helper`: names nodes, and declares weights where they lie instead of copying them.

Each weight is an input of the graph, to which the session binds the mapped memory once. Initialisers would
be the usual form, but ONNX Runtime copies those it is given in memory, and those it maps by itself must all
lie in one folder that it can resolve; the derived file lies elsewhere, and the model folder may be anywhere.
The input's doc string says which bytes of which file it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from models.safetensors import TensorLocation

OPSET = 21
DOMAIN = "chorale"  # our custom operators, see runtime/kernels
CONTRIB = "com.microsoft"

_ONNX_TYPES = {
    "BF16": TensorProto.BFLOAT16,
    "F16": TensorProto.FLOAT16,
    "F32": TensorProto.FLOAT,
    "U8": TensorProto.UINT8,
    "I8": TensorProto.INT8,
}


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph ready for a session.

    Attributes:
        model: the serialised ONNX model.
        weights: input name → where its bytes are; to be bound by the session, mapped.
        kv_dtype: element type of the KV cache.
    """

    model: bytes
    weights: dict[str, TensorLocation]
    kv_dtype: type[np.float16] | type[np.float32]


class GraphBuilder:
    """Collects nodes, weights and constants, then serialises them."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._initializers: dict[str, TensorProto] = {}
        self._weights: dict[str, TensorLocation] = {}
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    def input(self, name: str, dtype: int, shape: Sequence[int | str]) -> str:
        self._inputs.append(helper.make_tensor_value_info(name, dtype, shape))
        return name

    def output(self, name: str, dtype: int, shape: Sequence[int | str]) -> None:
        self._outputs.append(helper.make_tensor_value_info(name, dtype, shape))

    def weight(self, tensor: TensorLocation) -> str:
        """Declare a tensor of a safetensors file; its name in the graph is its published one."""
        if tensor.name not in self._weights:
            self._weights[tensor.name] = tensor
            where = f"{tensor.file.name}, {tensor.size} bytes from {tensor.offset}"
            self._inputs.append(
                helper.make_tensor_value_info(
                    tensor.name, _ONNX_TYPES[tensor.dtype], tensor.shape, doc_string=where
                )
            )
        return tensor.name

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        """A small constant stored in the graph itself; same name, same value."""
        if name not in self._initializers:
            self._initializers[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def node(
        self,
        op: str,
        inputs: Sequence[str],
        name: str,
        *,
        outputs: Sequence[str] | None = None,
        domain: str = "",
        **attributes: Any,
    ) -> str:
        """Add a node; its first output is called `name` unless `outputs` are given. Returns that output."""
        outputs = [name] if outputs is None else outputs
        self._nodes.append(
            helper.make_node(op, list(inputs), list(outputs), name=name, domain=domain, **attributes)
        )
        return outputs[0]

    def build(self, name: str, kv_dtype: type[np.float16] | type[np.float32]) -> Graph:
        return Graph(self.serialized(name, (CONTRIB, DOMAIN)), dict(self._weights), kv_dtype)

    def serialized(self, name: str, domains: Sequence[str]) -> bytes:
        """The ONNX model; `domains` are those of operators that are not ONNX's own."""
        graph = helper.make_graph(
            self._nodes, name, self._inputs, self._outputs, list(self._initializers.values())
        )
        opsets = [
            helper.make_opsetid("", OPSET),
            *(helper.make_opsetid(domain, 1) for domain in domains),
        ]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="chorale")
        serialized: bytes = model.SerializeToString()
        return serialized
