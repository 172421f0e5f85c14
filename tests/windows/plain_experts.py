"""The experts of gpt-oss for one token, from plain ONNX operators, and the same in numpy as a reference.

What DirectML's provider has: the packed bytes of the chosen experts are gathered, decoded by integer
operators and multiplied. Nothing is a custom op, and nothing is materialised but the chosen experts. A nibble
is a code of E2M1: with m = code & 7, twice its magnitude is max(m, 2m - 4, 4m - 16); bit 3 is the sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

Array = npt.NDArray[Any]
E2M1 = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6])


@dataclass(frozen=True, slots=True)
class Experts:
    """Sizes, and weights by their graph's input name: blocks u8 [E, rows, columns/32, 16], the rest f32."""

    hidden: int
    width: int
    experts: int
    active: int
    weights: dict[str, Array]


def random_experts(hidden: int = 128, width: int = 160, experts: int = 8, active: int = 4) -> Experts:
    """Random weights whose outputs are near 1."""
    rng = np.random.default_rng(7)
    weights: dict[str, Array] = {
        "router": rng.standard_normal((hidden, experts)).astype(np.float32) / np.float32(hidden**0.5),
        "router_bias": rng.standard_normal(experts).astype(np.float32),
    }
    for name, rows, columns in (("gate_up", 2 * width, hidden), ("down", hidden, width)):
        weights[f"{name}_blocks"] = rng.integers(0, 256, (experts, rows, columns // 32, 16), dtype=np.uint8)
        exponents = rng.integers(-4, 0, (experts, rows, columns // 32))
        weights[f"{name}_scales"] = np.exp2(exponents).astype(np.float32) / np.float32(columns**0.5)
        weights[f"{name}_bias"] = rng.standard_normal((experts, rows)).astype(np.float32)
    return Experts(hidden, width, experts, active, weights)


def reference(experts: Experts, x: Array) -> npt.NDArray[np.float64]:
    """The output for x [1, hidden], f64 [1, hidden]."""
    weights = experts.weights
    logits = (x.astype(np.float64) @ weights["router"] + weights["router_bias"])[0]
    chosen = np.argsort(-logits)[: experts.active]
    shares = np.exp(logits[chosen] - logits[chosen].max())
    total = np.zeros((1, experts.hidden))
    for expert, share in zip(chosen, shares / shares.sum(), strict=True):
        both = (
            x[0].astype(np.float64) @ _dense(weights, "gate_up", expert).T + weights["gate_up_bias"][expert]
        )
        gate, up = np.minimum(both[0::2], 7), np.clip(both[1::2], -7, 7)
        middle = gate / (1 + np.exp(-1.702 * gate)) * (up + 1)
        total[0] += share * (middle @ _dense(weights, "down", expert).T + weights["down_bias"][expert])
    return total


def _dense(weights: dict[str, Array], name: str, expert: int) -> npt.NDArray[np.float64]:
    blocks = weights[f"{name}_blocks"][expert].astype(np.uint8)
    values = E2M1[np.stack([blocks & 15, blocks >> 4], axis=-1)].reshape(*blocks.shape[:2], 32)
    scaled: npt.NDArray[np.float64] = values * weights[f"{name}_scales"][expert][..., None]
    return scaled.reshape(blocks.shape[0], -1)


class _Graph:
    """Collects nodes; every method gives back the name of its result."""

    def __init__(self, weights: dict[str, Array]) -> None:
        self.nodes: list[NodeProto] = []
        self.initializers = [numpy_helper.from_array(value, name) for name, value in weights.items()]

    def op(self, kind: str, *inputs: str, outputs: int = 1, **attributes: Any) -> str:
        names = [f"{kind}_{len(self.nodes)}_{index}" for index in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names[0]

    def constant(self, value: object, dtype: type[np.generic]) -> str:
        name = f"constant_{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(np.asarray(value, dtype), name))
        return name

    def number(self, value: float) -> str:
        return self.constant(value, np.float32)

    def shaped(self, value: str, *shape: int) -> str:
        return self.op("Reshape", value, self.constant(shape, np.int64))

    def every_second(self, value: str, first: int, *shape: int) -> str:
        """Elements first, first + 2, … of the last axis, reshaped."""
        pairs = self.shaped(value, *shape, 2)
        bounds = [self.constant([n], np.int64) for n in (first, first + 1, len(shape))]
        return self.shaped(self.op("Slice", pairs, *bounds), *shape)

    def decoded(self, codes: str) -> str:
        """Codes of E2M1, u8 -> their values, f32."""
        m = self.op("BitwiseAnd", codes, self.constant(7, np.uint8))
        m = self.op("Cast", m, to=TensorProto.FLOAT)
        twice = self.op("Sub", self.op("Mul", m, self.number(2)), self.number(4))
        four = self.op("Sub", self.op("Mul", m, self.number(4)), self.number(16))
        # Two operators of two inputs: one of three would split the fused node.
        magnitude = self.op("Max", self.op("Max", m, twice), four)
        sign = self.op("Cast", self.op("BitwiseAnd", codes, self.constant(8, np.uint8)), to=TensorProto.FLOAT)
        sign = self.op("Sub", self.number(0.5), self.op("Div", sign, self.number(8)))
        return self.op("Mul", magnitude, sign)

    def product(
        self, name: str, chosen: str, x: str, count: int, rows: int, columns: int, inputs: int
    ) -> str:
        """W·x + b of `count` chosen experts; x is [inputs, columns], the result [count, rows]."""
        blocks = self.op("Gather", f"{name}_blocks", chosen, axis=0)
        scales = self.shaped(
            self.op("Gather", f"{name}_scales", chosen, axis=0), count, rows, columns // 32, 1
        )
        nibbles = (
            self.op("BitwiseAnd", blocks, self.constant(15, np.uint8)),
            self.op("BitShift", blocks, self.constant(4, np.uint8), direction="RIGHT"),
        )
        halves = []
        for first, codes in enumerate(nibbles):  # low nibbles are the even columns
            dense = self.op("Mul", self.decoded(codes), scales)
            dense = self.shaped(dense, count, rows, columns // 2)
            part = self.shaped(self.every_second(x, first, inputs, columns // 2), inputs, columns // 2, 1)
            halves.append(self.op("MatMul", dense, part))
        total = self.shaped(self.op("Add", *halves), count, rows)
        return self.op("Add", total, self.op("Gather", f"{name}_bias", chosen, axis=0))


def graph(experts: Experts) -> ModelProto:
    """A model from x [1, hidden] to y [1, hidden]."""
    g = _Graph(experts.weights)
    count, width, hidden = experts.active, experts.width, experts.hidden
    logits = g.op("Add", g.op("MatMul", "x", "router"), "router_bias")
    best = g.op("TopK", logits, g.constant([count], np.int64), outputs=2, axis=-1)
    shares = g.shaped(g.op("Softmax", best, axis=-1), count, 1)
    chosen = g.shaped(best[:-1] + "1", count)
    both = g.product("gate_up", chosen, "x", count, 2 * width, hidden, 1)
    gate = g.op("Min", g.every_second(both, 0, count, width), g.number(7))
    up = g.op("Clip", g.every_second(both, 1, count, width), g.number(-7), g.number(7))
    swish = g.op("Mul", gate, g.op("Sigmoid", g.op("Mul", gate, g.number(1.702))))
    middle = g.op("Mul", swish, g.op("Add", up, g.number(1)))
    down = g.product("down", chosen, middle, count, hidden, width, count)
    total = g.op("ReduceSum", g.op("Mul", down, shares), g.constant([0], np.int64), keepdims=1)
    g.nodes.append(helper.make_node("Identity", [total], ["y"]))
    shape = [1, hidden]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("x", "y")]
    made = helper.make_graph(g.nodes, "experts", ends[:1], ends[1:], g.initializers)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
