"""The network for DirectML: plain operators only, fixed shapes, everything on the device.

DirectML compiles a graph for its shapes. So there are a few graphs, one for each number of tokens fed at a time and
each capacity of the cache, which share their weights and the cache as inputs:

`build_directml_graph`: embedded tokens → layers of (norm, attention, norm, experts)
    embedded         f32 [S, H]     rows of the embedding; looked up on the CPU, where it stays
    rope_cos, rope_sin  f32 [S, 1, D/2]   of the positions fed
    seen             [1, C]         0 for cached positions, `HIDDEN` behind them
    recent           [S, R]         the same for the recent positions, query by query
    seen.W, recent.W [S, W], [S, R] the same for layers with a window of W
    rows.W           i32 [W]        the W cached positions before the recent ones
    newest           bool [1, R, 1] (S = 1 only) the recent position that is fed
    past.N.key, past.N.value        [kv_heads, C, D]
    recent.N.key, recent.N.value    [kv_heads, R, D] (S = 1 only)
    hidden           f32 [S, H]     out
    present.N.key, present.N.value  [kv_heads, R, D], out: the recent positions, with those that are fed

`build_directml_head`: hidden f32 [1, H] → norm → lm_head → logits f32 [1, vocabulary]

`build_cache_writer`: puts recent positions into one cache buffer, by writing another
    past, present    [kv_heads, C, D]
    recent           [kv_heads, R, D]
    rows             i32 [C]        which recent position belongs there
    taken            bool [1, C, 1] whether one does

What has no type here is of the activations' type. Norms, the router, rotary positions and the stream between layers
are f32 always: the stream grows beyond what float16 holds well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.checkpoint import Checkpoint
from models.config import ModelConfig
from models.graph.device_weights import DeviceWeight
from models.graph.plain import BOOL, FLOAT, INT32, Float, PlainGraph, linear, norm
from models.graph.plain_attention import PlainAttention
from models.graph.plain_experts import PlainExperts
from models.safetensors import TensorLocation


@dataclass(frozen=True, slots=True)
class DeviceGraph:
    """A graph for a device.

    Attributes:
        model: the serialised ONNX model.
        weights: input name → what to put there, once.
    """

    model: bytes
    weights: dict[str, DeviceWeight]


def build_directml_graph(
    checkpoint: Checkpoint,
    dense: Mapping[str, TensorLocation] | None,
    *,
    tokens: int,
    capacity: int,
    dtype: Float = np.float16,
) -> DeviceGraph:
    """The layers, for `tokens` tokens at a time over a cache of `capacity` positions.

    Args:
        dense: tensors of the derived 8-bit file; None takes the checkpoint's bf16 matrices, for checking numbers.
        dtype: of activations and cache.
    """
    g, config = PlainGraph(dtype), checkpoint.config
    stream = g.input("embedded", FLOAT, [tokens, config.hidden])
    attention = PlainAttention(g, checkpoint, dense, tokens, capacity)
    experts = PlainExperts(g, checkpoint, tokens)
    for layer in range(config.layers):
        prefix = f"model.layers.{layer}"
        normed = norm(g, checkpoint, stream, f"{prefix}.input_layernorm.weight")
        attended = g.widened(attention.add(layer, g.activation(normed)))
        stream = g.op("Add", stream, attended)
        normed = norm(g, checkpoint, stream, f"{prefix}.post_attention_layernorm.weight")
        inputs = [stream, experts.add(layer, normed)]
        name = "hidden" if layer == config.layers - 1 else f"{prefix}.out"
        stream = g.node("Add", inputs, name)
    g.output("hidden", FLOAT, [tokens, config.hidden])
    return DeviceGraph(g.model(f"gpt-oss-{tokens}"), g.device_weights)


def build_directml_head(
    checkpoint: Checkpoint, dense: Mapping[str, TensorLocation] | None, *, dtype: Float = np.float16
) -> DeviceGraph:
    """The last norm and lm_head, for one position."""
    g, config = PlainGraph(dtype), checkpoint.config
    hidden = g.input("hidden", FLOAT, [1, config.hidden])
    normed = g.activation(norm(g, checkpoint, hidden, "model.norm.weight"))
    dense = dict(dense) if dense is not None else None
    logits = linear(g, checkpoint, dense, normed, "lm_head", bias=False)
    g.node("Cast", [logits], "logits", to=FLOAT)
    g.output("logits", FLOAT, [1, config.vocabulary])
    return DeviceGraph(g.model("gpt-oss-head"), g.device_weights)


def build_cache_writer(
    config: ModelConfig, *, capacity: int, recent: int, dtype: Float = np.float16
) -> DeviceGraph:
    """Puts `recent` positions into a cache buffer, by writing another one of `capacity` positions."""
    g = PlainGraph(dtype)
    shapes = {
        name: [config.kv_heads, length, config.head_dim]
        for name, length in (("past", capacity), ("recent", recent), ("present", capacity))
    }
    for name in ("past", "recent"):
        g.input(name, g.onnx_dtype, shapes[name])
    g.input("rows", INT32, [capacity])
    g.input("taken", BOOL, [1, capacity, 1])
    g.output("present", g.onnx_dtype, shapes["present"])
    placed = g.op("Gather", "recent", "rows", axis=1)
    g.node("Where", ["taken", placed, "past"], "present")
    return DeviceGraph(g.model("cache-writer"), {})
