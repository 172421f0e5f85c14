"""Attention with sinks and a window from plain operators, over a cache and the newest positions beside it.

A graph cannot change a buffer that DirectML reads in the same run, and to write a cache anew for each token would
move all of it. So the newest positions lie in a small buffer of their own, `recent`, which is written anew, and the
large one, `past`, only gets them when there are many (`directml.build_cache_writer`). Scores are computed against
both, and go through one softmax together with the sink, a score without a value.

Which positions a query may see comes as masks (0, or `HIDDEN`), made where they are cheap: on the CPU.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from models.checkpoint import Checkpoint
from models.graph.plain import BOOL, FLOAT, INT32, PlainGraph, linear
from models.safetensors import TensorLocation

HIDDEN = -30_000.0  # added to a score: exp() of it is 0, and float16 holds it
RECENT = 64  # positions in the small buffer while decoding


def recent_rows(tokens: int) -> int:
    """Positions in the small buffer: those of a chunk, or of the last tokens one by one."""
    return RECENT if tokens == 1 else tokens


class PlainAttention:
    """Adds attention to a graph: first its common inputs, then layer by layer."""

    def __init__(
        self,
        g: PlainGraph,
        checkpoint: Checkpoint,
        dense: Mapping[str, TensorLocation] | None,
        tokens: int,
        capacity: int,
    ) -> None:
        self.g = g
        self.checkpoint = checkpoint
        self.config = checkpoint.config
        self.dense = dict(dense) if dense is not None else None
        self.tokens = tokens
        self.capacity = capacity
        self.recent = recent_rows(tokens)
        half = self.config.head_dim // 2
        self.rope = [g.input(f"rope_{name}", FLOAT, [tokens, 1, half]) for name in ("cos", "sin")]
        g.input("seen", g.onnx_dtype, [1, capacity])
        g.input("recent", g.onnx_dtype, [tokens, self.recent])
        for window in sorted({window for window in self.config.windows if window}):
            g.input(f"seen.{window}", g.onnx_dtype, [tokens, window])
            g.input(f"recent.{window}", g.onnx_dtype, [tokens, self.recent])
            g.input(f"rows.{window}", INT32, [window])
        if tokens == 1:
            g.input("newest", BOOL, [1, self.recent, 1])

    def add(self, layer: int, normed: str) -> str:
        """normed [S, H] of the activations' type → [S, H] of it."""
        g, config, prefix = self.g, self.config, f"model.layers.{layer}.self_attn"
        q, k, v = (linear(g, self.checkpoint, self.dense, normed, f"{prefix}.{p}_proj") for p in "qkv")
        group = config.heads // config.kv_heads
        q = self._turned(q, config.heads, 1.0 / math.sqrt(config.head_dim))
        q = g.shaped(q, self.tokens, config.kv_heads, group, config.head_dim)
        q = g.op("Transpose", q, perm=[1, 2, 0, 3])
        q = g.shaped(q, config.kv_heads, group * self.tokens, config.head_dim)
        v = g.shaped(v, self.tokens, config.kv_heads, config.head_dim)
        keys, values = (
            self._buffers(layer, part, g.op("Transpose", new, perm=[1, 0, 2]))
            for part, new in (("key", self._turned(k, config.kv_heads, 1.0)), ("value", v))
        )
        window = config.windows[layer]
        suffix = f".{window}" if window else ""
        scores = [
            self._scores(q, key, mask, length)
            for key, mask, length in zip(
                keys,
                (f"seen{suffix}", f"recent{suffix}"),
                (window or self.capacity, self.recent),
                strict=True,
            )
        ]
        mixed = self._mixed(layer, scores, values, window or self.capacity)
        mixed = g.shaped(mixed, config.kv_heads, group, self.tokens, config.head_dim)
        mixed = g.op("Transpose", mixed, perm=[2, 0, 1, 3])
        mixed = g.shaped(mixed, self.tokens, config.heads * config.head_dim)
        return linear(g, self.checkpoint, self.dense, mixed, f"{prefix}.o_proj")

    def _turned(self, x: str, heads: int, scale: float) -> str:
        """Rotary positions, in f32, and a scale: [S, heads·D] → [S, heads, D]."""
        g, half = self.g, self.config.head_dim // 2
        x = g.widened(g.shaped(x, self.tokens, heads, 2 * half))
        first, second = (g.sliced(x, 2, start, start + half) for start in (0, half))
        cos, sin = self.rope
        left = g.op("Sub", g.op("Mul", first, cos), g.op("Mul", second, sin))
        right = g.op("Add", g.op("Mul", second, cos), g.op("Mul", first, sin))
        turned = g.op("Concat", left, right, axis=2)
        if scale != 1.0:
            turned = g.op("Mul", turned, g.value(scale, np.float32))
        return g.activation(turned)

    def _buffers(self, layer: int, part: str, new: str) -> tuple[str, str]:
        """The cached positions that this layer looks at, and the recent ones: [kv, …, D] each.

        `new` [kv, S, D] becomes the recent positions, or the one of them that `newest` says.
        """
        g, config = self.g, self.config
        past = f"past.{layer}.{part}"
        g.input(past, g.onnx_dtype, [config.kv_heads, self.capacity, config.head_dim])
        window = config.windows[layer]
        cached = g.op("Gather", past, f"rows.{window}", axis=1) if window else past
        shape = [config.kv_heads, self.recent, config.head_dim]
        present = f"present.{layer}.{part}"
        g.output(present, g.onnx_dtype, shape)
        if self.tokens > 1:
            g.node("Reshape", [new, g.value(shape)], present)
        else:
            before = g.input(f"recent.{layer}.{part}", g.onnx_dtype, shape)
            g.node("Where", ["newest", new, before], present)
        return cached, present

    def _scores(self, q: str, key: str, mask: str, length: int) -> str:
        """[kv, group, S, length], masked."""
        g, config = self.g, self.config
        scores = g.op("FusedMatMul", q, key, transB=1)
        group = config.heads // config.kv_heads
        return g.op("Add", g.shaped(scores, config.kv_heads, group, self.tokens, length), mask)

    def _mixed(self, layer: int, scores: list[str], values: tuple[str, str], seen: int) -> str:
        """Softmax over both scores and the sink, times the values: [kv, group·S, D]."""
        g, config = self.g, self.config
        kv, group = config.kv_heads, config.heads // config.kv_heads
        tensor = self.checkpoint.tensors[f"model.layers.{layer}.self_attn.sinks"]
        sink = g.device_weight(tensor, g.dtype, (kv, group, 1, 1))
        sink = g.op("Expand", sink, g.value([kv, group, self.tokens, 1]))
        shares = g.op("Softmax", g.op("Concat", *scores, sink, axis=3), axis=3)
        parts = []
        for value, start, length in ((values[0], 0, seen), (values[1], seen, self.recent)):
            share = g.shaped(g.sliced(shares, 3, start, start + length), kv, group * self.tokens, length)
            parts.append(g.op("MatMul", share, value))
        return g.op("Add", *parts)
