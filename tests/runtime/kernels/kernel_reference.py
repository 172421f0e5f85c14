"""What the ops compute, written again in numpy float64 from the published definition, sharing no code.

MXFP4: byte j of a block holds weight 2j in its low nibble and 2j + 1 in its high one; 32 weights share
the scale 2^(byte - 127). Rows of gate_up alternate gate, up. Values with the test files beside this one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]

E2M1 = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6], dtype=np.float64)
CODES = np.concatenate([E2M1, -E2M1])


def to_bf16(values: NDArray[np.floating]) -> NDArray[np.uint16]:
    """The bf16 bit patterns of floats, cut rather than rounded (tests need some bf16 value, not the nearest)."""
    return (np.ascontiguousarray(values, dtype=np.float32).view(np.uint32) >> 16).astype(np.uint16)


def from_bf16(bits: NDArray[np.uint16]) -> F64:
    """The values of bf16 bit patterns."""
    return (bits.astype(np.uint32) << 16).view(np.float32).astype(np.float64)


def dequantise(blocks: NDArray[np.uint8], scales: NDArray[np.uint8]) -> F64:
    """[..., B, 16] codes and [..., B] scale bytes -> [..., 32 * B] weights."""
    pairs = np.stack([CODES[blocks & 15], CODES[blocks >> 4]], axis=-1)
    values = pairs.reshape(*blocks.shape[:-1], 32) * np.exp2(scales.astype(np.float64) - 127)[..., None]
    return values.reshape(*blocks.shape[:-2], -1)


WEIGHT_NAMES = (
    "router_weight",
    "router_bias",
    "gate_up_blocks",
    "gate_up_scales",
    "gate_up_bias",
    "down_blocks",
    "down_scales",
    "down_bias",
)


@dataclass
class Experts:
    """Random weights of one MoE layer, as stored in a checkpoint; bf16 as uint16."""

    hidden: int
    width: int
    experts: int
    top_k: int
    seed: int = 0
    scale_bytes: tuple[int, ...] = (118, 119, 120, 121)
    alpha: float = 1.702
    limit: float = 7.0
    router_weight: NDArray[np.uint16] = field(init=False)
    router_bias: NDArray[np.uint16] = field(init=False)
    gate_up_blocks: NDArray[np.uint8] = field(init=False)
    gate_up_scales: NDArray[np.uint8] = field(init=False)
    gate_up_bias: NDArray[np.uint16] = field(init=False)
    down_blocks: NDArray[np.uint8] = field(init=False)
    down_scales: NDArray[np.uint8] = field(init=False)
    down_bias: NDArray[np.uint16] = field(init=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        e, h, i = self.experts, self.hidden, self.width
        self.router_weight = to_bf16(rng.normal(0, 2 / np.sqrt(h), (e, h)))
        self.router_bias = to_bf16(rng.normal(0, 0.5, e))
        self.gate_up_blocks = rng.integers(0, 256, (e, 2 * i, h // 32, 16), dtype=np.uint8)
        self.gate_up_scales = rng.choice(np.array(self.scale_bytes, np.uint8), (e, 2 * i, h // 32))
        self.gate_up_bias = to_bf16(rng.normal(0, 0.3, (e, 2 * i)))
        self.down_blocks = rng.integers(0, 256, (e, h, i // 32, 16), dtype=np.uint8)
        self.down_scales = rng.choice(np.array(self.scale_bytes, np.uint8), (e, h, i // 32))
        self.down_bias = to_bf16(rng.normal(0, 0.3, (e, h)))

    def arrays(self) -> list[NDArray[np.uint8] | NDArray[np.uint16]]:
        """The weight inputs of the op, in its order."""
        return [getattr(self, name) for name in WEIGHT_NAMES]

    def weights(self) -> dict[str, NDArray[np.uint8] | NDArray[np.uint16]]:
        """The same by name."""
        return dict(zip(WEIGHT_NAMES, self.arrays(), strict=True))


def moe(layer: Experts, x: NDArray[np.float32]) -> F64:
    """x [T, H] -> [T, H]."""
    x64 = x.astype(np.float64)
    logits = x64 @ from_bf16(layer.router_weight).T + from_bf16(layer.router_bias)
    y = np.zeros_like(x64)
    gate_up = dequantise(layer.gate_up_blocks, layer.gate_up_scales)
    down = dequantise(layer.down_blocks, layer.down_scales)
    for t in range(len(x)):
        chosen = np.argsort(-logits[t], kind="stable")[: layer.top_k]
        weights = np.exp(logits[t, chosen] - logits[t, chosen].max())
        weights /= weights.sum()
        for e, weight in zip(chosen, weights, strict=True):
            hidden = gate_up[e] @ x64[t] + from_bf16(layer.gate_up_bias[e])
            gate = np.minimum(hidden[0::2], layer.limit)
            up = np.clip(hidden[1::2], -layer.limit, layer.limit)
            inside = gate * np.exp(-np.logaddexp(0, -layer.alpha * gate)) * (up + 1)
            y[t] += weight * (down[e] @ inside + from_bf16(layer.down_bias[e]))
    return y


@dataclass
class Attention:
    """One attention layer's shape, tables and sinks, and a conversation of `length` random q, k, v."""

    length: int
    q_heads: int = 4
    kv_heads: int = 2
    dim: int = 16
    window: int = 0
    seed: int = 0
    q: NDArray[np.float32] = field(init=False)
    k: NDArray[np.float32] = field(init=False)
    v: NDArray[np.float32] = field(init=False)
    cos: NDArray[np.float32] = field(init=False)
    sin: NDArray[np.float32] = field(init=False)
    sinks: NDArray[np.uint16] = field(init=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        self.q = rng.normal(0, 2, (self.length, self.q_heads * self.dim)).astype(np.float32)
        self.k = rng.normal(0, 2, (self.length, self.kv_heads * self.dim)).astype(np.float32)
        self.v = rng.normal(0, 2, (self.length, self.kv_heads * self.dim)).astype(np.float32)
        angles = np.arange(self.length)[:, None] / 1000.0 ** (np.arange(self.dim // 2) / (self.dim // 2))
        self.cos, self.sin = (
            (1.2 * np.cos(angles)).astype(np.float32),
            (1.2 * np.sin(angles)).astype(np.float32),
        )
        self.sinks = to_bf16(rng.normal(0, 2, self.q_heads))

    @property
    def scale(self) -> float:
        """Of the scores."""
        return float(np.float32(self.dim**-0.5))


def rotated(layer: Attention, x: NDArray[np.float32], heads: int) -> F64:
    """[T, heads * D] -> [T, heads, D]: the halves of a head are the two coordinates that turn."""
    shaped = x.astype(np.float64).reshape(len(x), heads, 2, layer.dim // 2)
    cos, sin = layer.cos.astype(np.float64)[:, None], layer.sin.astype(np.float64)[:, None]
    first, second = shaped[:, :, 0], shaped[:, :, 1]
    return np.concatenate([first * cos - second * sin, second * cos + first * sin], axis=-1)


def attention(layer: Attention, first: int = 0) -> F64:
    """Queries `first` to the last, [T - first, q_heads * D]; keys and values rounded to f16 as in the cache."""
    q = rotated(layer, layer.q, layer.q_heads)[first:] * layer.scale
    k = rotated(layer, layer.k, layer.kv_heads).astype(np.float16).astype(np.float64)
    v = layer.v.astype(np.float16).astype(np.float64).reshape(k.shape)
    out = np.zeros_like(q)
    position = np.arange(layer.length)
    seen = position[None] <= position[first:, None]
    if layer.window:
        seen &= position[None] > position[first:, None] - layer.window
    sinks = from_bf16(layer.sinks)
    for head in range(layer.q_heads):
        kv = head // (layer.q_heads // layer.kv_heads)
        scores = np.where(seen, q[:, head] @ k[:, kv].T, -np.inf)
        top = np.maximum(scores.max(axis=1), sinks[head])[:, None]
        weights = np.exp(scores - top)
        total = weights.sum(axis=1, keepdims=True) + np.exp(sinks[head] - top)
        out[:, head] = weights @ v[:, kv] / total
    return out.reshape(layer.length - first, -1)


def relative_error(value: NDArray[np.floating], reference: F64) -> float:
    """The L2 norm of the difference over that of the reference; 0 for empty arrays."""
    norm = float(np.linalg.norm(reference))
    return float(np.linalg.norm(value.astype(np.float64) - reference)) / norm if norm else 0.0
