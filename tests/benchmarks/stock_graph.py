"""The network as ONNX Runtime's stock operators run it: QMoE with int4 experts, 8-bit MatMulNBits, GroupQueryAttention.

This is the form that published ONNX builds of gpt-oss for the CPU have, and it does not compute the same: int4 cannot
hold MXFP4's numbers, so the experts are quantised a second time (symmetric, a scale for each 32 weights). All weights
are initialisers in one file beside the model, which ONNX Runtime copies and rearranges in memory of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto

from models.checkpoint import Checkpoint
from models.graph.builder import CONTRIB
from models.graph.cpu import SWIGLU_ALPHA, _CpuGraph
from tests.support.safetensors_file import map_checkpoint, widen_bf16

Array = NDArray[Any]
BLOCK = 32
MODEL, WEIGHTS = "model.onnx", "weights.bin"
_E2M1 = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6, 0, -0.5, -1, -1.5, -2, -3, -4, -6], np.float32)
_ROWS = 2048


def write_stock_model(checkpoint: Path, out: Path) -> None:
    """Write the model into the folder `out`, made if need be, unless it is there."""
    if (out / MODEL).exists():
        return
    out.mkdir(parents=True, exist_ok=True)
    with (out / WEIGHTS).open("wb") as file:
        graph = _StockGraph(Checkpoint.open(checkpoint), map_checkpoint(checkpoint), file)
        model = onnx.load_from_string(graph.build().model)
    model.graph.initializer.extend(graph.external)
    (out / MODEL).write_bytes(model.SerializeToString())


class _StockGraph(_CpuGraph):
    """The app's exact graph with its own operators replaced."""

    def __init__(self, checkpoint: Checkpoint, tensors: dict[str, Array], file: BinaryIO) -> None:
        super().__init__(checkpoint, None)
        self.external: list[TensorProto] = []
        self._tensors = tensors
        self._file = file

    def _linear(self, x: str, name: str, output: str, *, bias: bool = True) -> str:
        weight = self._tensors[f"{name}.weight"]
        rows, columns = weight.shape
        scales: list[Array] = []

        def quantised() -> Iterator[Array]:
            for row in range(0, rows, _ROWS):
                blocks = widen_bf16(weight[row : row + _ROWS]).reshape(-1, columns // BLOCK, BLOCK)
                scale = np.abs(blocks).max(axis=2) / 127
                scales.append(scale)
                inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale > 0)
                yield (np.rint(blocks * inverse[..., None]) + 128).astype(np.uint8)

        inputs = [
            x,
            self._store(f"{name}.q8", TensorProto.UINT8, (rows, columns // BLOCK, BLOCK), quantised()),
            self._store(f"{name}.scales", TensorProto.FLOAT, (rows * columns // BLOCK,), iter(scales)),
            "",
            "",
            self._f32(f"{name}.bias") if bias else "",
        ]
        while not inputs[-1]:
            inputs.pop()
        numbers = {"K": columns, "N": rows, "bits": 8, "block_size": BLOCK, "accuracy_level": 4}
        return self.g.node("MatMulNBits", inputs, output, domain=CONTRIB, **numbers)

    def _experts(self, number: int, normed: str) -> str:
        prefix, config = f"model.layers.{number}.mlp", self.config
        router = self.g.constant(
            f"{prefix}.router.weight.t",
            np.ascontiguousarray(widen_bf16(self._tensors[f"{prefix}.router.weight"]).T),
        )
        product = self.g.node("MatMul", [normed, router], f"{prefix}.router.product")
        shape = self.g.constant("rows", np.array([-1, config.experts]))
        scores = self.g.node("Add", [product, self._f32(f"{prefix}.router.bias")], f"{prefix}.router.sum")
        inputs = [normed, self.g.node("Reshape", [scores, shape], f"{prefix}.router.rows")]
        for matrix in ("gate_up", "down"):
            inputs += self._quantised_experts(f"{prefix}.experts.{matrix}_proj")
            inputs.append(self._f32(f"{prefix}.experts.{matrix}_proj_bias"))
        return self.g.node(
            "QMoE",
            inputs,
            f"{prefix}.out",
            domain=CONTRIB,
            k=config.experts_per_token,
            activation_type="swiglu",
            activation_alpha=SWIGLU_ALPHA,
            activation_beta=1.0,
            swiglu_fusion=1,
            swiglu_limit=config.swiglu_limit,
            normalize_routing_weights=1,
            expert_weight_bits=4,
            block_size=BLOCK,
        )

    def _quantised_experts(self, name: str) -> list[str]:
        blocks, exponents = self._tensors[f"{name}_blocks"], self._tensors[f"{name}_scales"]
        experts, rows, count, _ = blocks.shape
        scales: list[Array] = []

        def quantised() -> Iterator[Array]:
            for expert in range(experts):
                codes = np.stack([blocks[expert] & 15, blocks[expert] >> 4], axis=-1).reshape(
                    rows, count, BLOCK
                )
                values = _E2M1[codes]
                scale = np.abs(values).max(axis=2) / 7
                inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale > 0)
                nibbles = (np.rint(values * inverse[..., None]) + 8).astype(np.uint8)
                scales.append(np.ldexp(scale, exponents[expert].astype(np.int32) - 127).astype(np.float32))
                yield nibbles[..., 0::2] | nibbles[..., 1::2] << 4

        packed = self._store(
            f"{name}.q4", TensorProto.UINT8, (experts, rows, count * BLOCK // 2), quantised()
        )
        return [
            packed,
            self._store(f"{name}.q4_scales", TensorProto.FLOAT, (experts, rows, count), iter(scales)),
        ]

    def _store(self, name: str, kind: int, shape: tuple[int, ...], parts: Iterator[Array]) -> str:
        """An initialiser in the file; its name."""
        self._file.write(bytes(-self._file.tell() % 4096))
        start = self._file.tell()
        for part in parts:
            self._file.write(np.ascontiguousarray(part).data)
        tensor = TensorProto(name=name, data_type=kind, dims=shape, data_location=TensorProto.EXTERNAL)
        entries = {"location": WEIGHTS, "offset": start, "length": self._file.tell() - start}
        for key, value in entries.items():
            tensor.external_data.add(key=key, value=str(value))
        self.external.append(tensor)
        return name
