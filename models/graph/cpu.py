"""The network for the CPU: embedding → layers of (norm, attention, norm, experts) → norm → lm_head.

Inputs
    input_ids    i64 [1, S]      the tokens of this step
    past_length  i64 [1]         how many positions of the cache are filled before it
    logits_from  i64 [1]         logits are computed for positions logits_from … S-1 of this step; S for none
    rope_cos, rope_sin  f32 [C, head_dim / 2]
    past.N.key, past.N.value     f16 or f32 [1, kv_heads, C, head_dim]; C is the cache's capacity
Outputs
    logits       f32 [1, S - logits_from, vocabulary]
    present.N.key, present.N.value   the same buffers as past.N.*, when bound so: updated in place

Weights: the experts, router, embedding, biases and sinks lie in the checkpoint. The rest comes in two forms:
fast, with dense matrices at 8 bits from the derived file (`models.dense`), our SinkAttention and an f16
cache; and exact, with the checkpoint's bf16 matrices, ONNX Runtime's own attention and an f32 cache. Each
is the other's twin in the tests.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from onnx import TensorProto, helper

from models.checkpoint import Checkpoint
from models.graph.builder import CONTRIB, DOMAIN, Graph, GraphBuilder
from models.mapped_files import MappedFiles
from models.safetensors import TensorLocation

SWIGLU_ALPHA = 1.702  # fixed in gpt-oss, not in config.json
END = np.array([np.iinfo(np.int64).max], dtype=np.int64)


def build_cpu_graph(checkpoint: Checkpoint, dense: Mapping[str, TensorLocation] | None) -> Graph:
    """The graph of `checkpoint`.

    Args:
        dense: tensors of the derived 8-bit file (`name.q8`, `name.scales`), for the fast form; None builds
            the exact one.
    """
    return _CpuGraph(checkpoint, dense).build()


class _CpuGraph:
    def __init__(self, checkpoint: Checkpoint, dense: Mapping[str, TensorLocation] | None) -> None:
        self.checkpoint = checkpoint
        self.config = checkpoint.config
        self.dense = dense
        self.stock_attention = dense is None
        self.kv_dtype = np.float32 if self.stock_attention else np.float16
        self.g = GraphBuilder()
        self.maps = MappedFiles()

    def build(self) -> Graph:
        g, config = self.g, self.config
        cache_shape: list[int | str] = [1, config.kv_heads, "capacity", config.head_dim]
        ids = g.input("input_ids", TensorProto.INT64, [1, "tokens"])
        g.input("past_length", TensorProto.INT64, [1])
        g.input("logits_from", TensorProto.INT64, [1])
        for name in ("rope_cos", "rope_sin"):
            g.input(name, TensorProto.FLOAT, ["capacity", config.head_dim // 2])
        if self.stock_attention:
            self._cache_lengths(ids)
        kv_type = helper.np_dtype_to_tensor_dtype(np.dtype(self.kv_dtype))

        embedded = g.node("Gather", [self._weight("model.embed_tokens.weight"), ids], "embedded.bf16")
        stream = g.node("Cast", [embedded], "embedded", to=TensorProto.FLOAT)
        for number in range(config.layers):
            for part in ("key", "value"):
                g.input(f"past.{number}.{part}", kv_type, cache_shape)
                g.output(f"present.{number}.{part}", kv_type, cache_shape)
            stream = self._layer(number, stream)

        last = g.node(
            "Slice",
            [stream, "logits_from", g.constant("end", END), g.constant("axis.1", np.array([1]))],
            "last",
        )
        final = self._norm(last, "model.norm.weight", "final_norm")
        g.output("logits", TensorProto.FLOAT, [1, "positions", config.vocabulary])
        self._linear(final, "lm_head", "logits", bias=False)
        return g.build("gpt-oss", self.kv_dtype)

    def _cache_lengths(self, ids: str) -> None:
        """The counts GroupQueryAttention asks for, from `past_length`."""
        g = self.g
        tokens = g.node("Shape", [ids], "tokens", start=1, end=2)
        total = g.node("Add", ["past_length", tokens], "total")
        last = g.node("Sub", [total, g.constant("one", np.array([1]))], "total.last")
        g.node("Cast", [last], "seqlens_k", to=TensorProto.INT32)
        total32 = g.node("Cast", [total], "total.i32", to=TensorProto.INT32)
        g.node("Squeeze", [total32], "total_length")

    def _layer(self, number: int, stream: str) -> str:
        g, prefix = self.g, f"model.layers.{number}"
        normed = self._norm(stream, f"{prefix}.input_layernorm.weight", f"{prefix}.input_norm")
        attended = self._attention(number, normed)
        projected = self._linear(attended, f"{prefix}.self_attn.o_proj", f"{prefix}.attention.out")
        stream = g.node("Add", [stream, projected], f"{prefix}.attention.sum")
        normed = self._norm(stream, f"{prefix}.post_attention_layernorm.weight", f"{prefix}.experts.norm")
        return g.node("Add", [stream, self._experts(number, normed)], f"{prefix}.experts.sum")

    def _attention(self, number: int, normed: str) -> str:
        g, config, prefix = self.g, self.config, f"model.layers.{number}.self_attn"
        q, k, v = (self._linear(normed, f"{prefix}.{p}_proj", f"{prefix}.{p}") for p in "qkv")
        scale = 1.0 / math.sqrt(config.head_dim)
        cache = [f"past.{number}.key", f"past.{number}.value"]
        outputs = [f"{prefix}.attended", f"present.{number}.key", f"present.{number}.value"]
        if not self.stock_attention:
            return g.node(
                "SinkAttention",
                [q, k, v, *cache, "past_length", "rope_cos", "rope_sin", self._weight(f"{prefix}.sinks")],
                f"{prefix}.attended",
                outputs=outputs,
                domain=DOMAIN,
                window=config.windows[number],
                scale=scale,
            )
        sinks = self._f32(f"{prefix}.sinks")
        return g.node(
            "GroupQueryAttention",
            [q, k, v, *cache, "seqlens_k", "total_length", "rope_cos", "rope_sin", "", "", sinks],
            f"{prefix}.attended",
            outputs=outputs,
            domain=CONTRIB,
            num_heads=config.heads,
            kv_num_heads=config.kv_heads,
            scale=scale,
            local_window_size=config.windows[number] or -1,
            do_rotary=1,
            rotary_interleaved=0,
        )

    def _experts(self, number: int, normed: str) -> str:
        prefix = f"model.layers.{number}.mlp"
        names = ["router.weight", "router.bias"]
        for matrix in ("gate_up", "down"):
            names += [f"experts.{matrix}_proj_{part}" for part in ("blocks", "scales", "bias")]
        return self.g.node(
            "MXFP4MoE",
            [normed, *(self._weight(f"{prefix}.{name}") for name in names)],
            f"{prefix}.out",
            domain=DOMAIN,
            top_k=self.config.experts_per_token,
            swiglu_alpha=SWIGLU_ALPHA,
            swiglu_limit=self.config.swiglu_limit,
        )

    def _linear(self, x: str, name: str, output: str, *, bias: bool = True) -> str:
        if self.dense is None:
            matrix = [self._weight(f"{name}.weight"), ""]
        else:
            matrix = [self.g.weight(self.dense[f"{name}.{part}"]) for part in ("q8", "scales")]
        inputs = [x, *matrix, self._weight(f"{name}.bias") if bias else ""]
        while not inputs[-1]:
            inputs.pop()
        return self.g.node("Linear", inputs, output, domain=DOMAIN)

    def _norm(self, x: str, weight: str, output: str) -> str:
        return self.g.node(
            "SimplifiedLayerNormalization",
            [x, self._f32(weight)],
            output,
            axis=-1,
            epsilon=self.config.norm_epsilon,
        )

    def _weight(self, name: str) -> str:
        return self.g.weight(self.checkpoint.tensors[name])

    def _f32(self, name: str) -> str:
        """A small bf16 vector, widened and stored in the graph: stock operators take no bf16 there."""
        bits = self.maps.view(self.checkpoint.tensors[name]).astype(np.uint32) << 16
        return self.g.constant(f"{name}.f32", bits.view(np.float32))
