"""One op in a session of ONNX Runtime, its weights as initializers, for tests and the benchmark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import TensorProto, helper

from runtime import kernels

# numpy has no bf16: in these tests uint16 arrays are bf16.
ELEMENT_TYPES = {
    "float32": TensorProto.FLOAT,
    "float16": TensorProto.FLOAT16,
    "uint8": TensorProto.UINT8,
    "int8": TensorProto.INT8,
    "int64": TensorProto.INT64,
    "uint16": TensorProto.BFLOAT16,
}
Array = NDArray[Any]


def op_session(
    op: str,
    inputs: Mapping[str, Array | None],
    weights: Mapping[str, Array | None],
    outputs: Sequence[str] = ("y",),
    threads: int = 1,
    **attributes: Any,
) -> ort.InferenceSession:
    """A session with a single node. `inputs` are examples (shapes become free), None is an absent input."""
    everything = {**inputs, **weights}
    node = helper.make_node(
        op,
        [name if value is not None else "" for name, value in everything.items()],
        list(outputs),
        domain="chorale",
        **attributes,
    )
    graph = helper.make_graph(
        [node],
        op,
        [_value(name, value) for name, value in inputs.items() if value is not None],
        [
            helper.make_tensor_value_info(
                name,
                TensorProto.FLOAT16 if name.startswith("present") else TensorProto.FLOAT,
                None,
            )
            for name in outputs
        ],
        [
            helper.make_tensor(name, _type(value), value.shape, value.tobytes(), raw=True)
            for name, value in weights.items()
            if value is not None
        ],
    )
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid("chorale", 1)],
        ir_version=10,
    )
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4
    options.register_custom_ops_library(str(kernels.library_path()))
    return ort.InferenceSession(model.SerializeToString(), options)


def _type(value: Array) -> int:
    return ELEMENT_TYPES[value.dtype.name]


def _value(name: str, value: Array) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, _type(value), [None] * np.ndim(value))
