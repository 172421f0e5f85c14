"""gpt-oss in plain numpy, float64: slow, readable, and always there to ask what the right logits are.

It shares nothing with the app. It reads the safetensors files itself, undoes MXFP4 with a table, and keeps no
cache: a prompt is computed whole. The stored logits of transformers' GptOssForCausalLM check it (see
`tests/goldens/numbers`); it then checks what was not stored, and what a model without sinks, or with another
window, would say.

Shapes in the comments: S tokens, H hidden size, Q query heads, K key/value heads, D head size, E experts.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.support.safetensors_file import map_checkpoint, widen_bf16

Floats = NDArray[np.float64]

E2M1 = np.array([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, -0.0, -0.5, -1.0, -1.5, -2.0, -3.0, -4.0, -6.0])
SWIGLU_ALPHA = 1.702


class ReferenceModel:
    """One checkpoint, and how to compute with it.

    Attributes:
        config: config.json, with `config_changes` applied.
        router_margins: after `logits`, for each position the smallest gap, over the layers, between the last
            expert taken and the first one left out, in router logits. A tiny gap means that rounding decides
            which expert speaks, and that no two implementations need agree there.
        expert_counts: after `logits`, [layers, E], how often each expert was taken.

    Args:
        folder: with config.json and safetensors files.
        tensor_changes: ending of a tensor's name → the value that fills it; `{"self_attn.sinks": -inf}` is the
            model without sinks.
        config_changes: replace fields of config.json.
    """

    def __init__(
        self,
        folder: Path,
        tensor_changes: Mapping[str, float] | None = None,
        config_changes: Mapping[str, Any] | None = None,
    ) -> None:
        self.config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.config |= config_changes or {}
        self._tensors = map_checkpoint(folder)
        self._changes = tensor_changes or {}
        self.router_margins = np.zeros(0)
        self.expert_counts = np.zeros((0, 0), dtype=np.int64)

    def logits(self, ids: Sequence[int] | NDArray[np.int64]) -> Floats:
        """Logits of every position: [S, vocabulary], float64."""
        config = self.config
        token_ids = np.asarray(ids, dtype=np.int64)
        self.router_margins = np.full(len(token_ids), np.inf)
        self.expert_counts = np.zeros(
            (config["num_hidden_layers"], config["num_local_experts"]), dtype=np.int64
        )
        cosine, sine = rotary_table(config, len(token_ids))
        hidden = self._tensor("model.embed_tokens.weight")[token_ids]
        for layer in range(config["num_hidden_layers"]):
            prefix = f"model.layers.{layer}."
            normed = self._norm(hidden, prefix + "input_layernorm.weight")
            hidden = hidden + self._attention(normed, layer, cosine, sine)
            normed = self._norm(hidden, prefix + "post_attention_layernorm.weight")
            hidden = hidden + self._experts(normed, layer)
        return self._norm(hidden, "model.norm.weight") @ self._tensor("lm_head.weight").T

    def expert_matrix(self, layer: int, name: str, expert: int) -> Floats:
        """One expert's `gate_up_proj` or `down_proj`, dequantised: [rows out, columns in], float64, exact."""
        prefix = f"model.layers.{layer}.mlp.experts.{name}"
        return dequantize(
            self._tensors[prefix + "_blocks"][expert], self._tensors[prefix + "_scales"][expert]
        )

    def _tensor(self, name: str) -> Floats:
        raw = self._tensors[name]
        values = (widen_bf16(raw) if raw.dtype == np.uint16 else raw).astype(np.float64)
        for ending, value in self._changes.items():
            if name.endswith(ending):
                return np.full_like(values, value)
        return values

    def _norm(self, hidden: Floats, name: str) -> Floats:
        mean_square = np.mean(hidden**2, axis=-1, keepdims=True)
        epsilon = float(self.config["rms_norm_eps"])
        return np.asarray(hidden / np.sqrt(mean_square + epsilon) * self._tensor(name))

    def _linear(self, inputs: Floats, name: str) -> Floats:
        return inputs @ self._tensor(name + ".weight").T + self._tensor(name + ".bias")

    def _attention(self, inputs: Floats, layer: int, cosine: Floats, sine: Floats) -> Floats:
        """Each query looks back at the keys it may see, and at its head's sink, which has no value. [S, H]."""
        config = self.config
        length, head_dim = len(inputs), config["head_dim"]
        heads, kv_heads = config["num_attention_heads"], config["num_key_value_heads"]
        prefix = f"model.layers.{layer}.self_attn."
        queries = self._linear(inputs, prefix + "q_proj").reshape(length, heads, head_dim)
        keys = self._linear(inputs, prefix + "k_proj").reshape(length, kv_heads, head_dim)
        values = self._linear(inputs, prefix + "v_proj").reshape(length, kv_heads, head_dim)
        queries, keys = rotate(queries, cosine, sine), rotate(keys, cosine, sine)
        sinks = self._tensor(prefix + "sinks")

        distance = np.arange(length)[:, None] - np.arange(length)[None, :]
        visible = distance >= 0
        if config["layer_types"][layer] == "sliding_attention":
            visible &= distance < config["sliding_window"]  # the token itself is one of the window's

        mixed = np.empty((length, heads, head_dim))
        for head in range(heads):
            kv_head = head // (heads // kv_heads)
            scores = queries[:, head] @ keys[:, kv_head].T / math.sqrt(head_dim)
            scores = np.where(visible, scores, -np.inf)
            highest = np.maximum(scores.max(axis=1, keepdims=True), sinks[head])
            weights = np.exp(scores - highest)
            total = weights.sum(axis=1, keepdims=True) + np.exp(sinks[head] - highest)
            mixed[:, head] = weights / total @ values[:, kv_head]
        return self._linear(mixed.reshape(length, heads * head_dim), prefix + "o_proj")

    def _experts(self, inputs: Floats, layer: int) -> Floats:
        """Each token through its best experts, weighted by the softmax over their router logits alone. [S, H]."""
        config = self.config
        prefix = f"model.layers.{layer}.mlp."
        scores = self._linear(inputs, prefix + "router")
        taken = config["num_experts_per_tok"]
        order = np.argsort(-scores, axis=1, kind="stable")
        chosen = order[:, :taken]
        chosen_scores = np.take_along_axis(scores, chosen, axis=1)
        weights = np.exp(chosen_scores - chosen_scores[:, :1])
        weights /= weights.sum(axis=1, keepdims=True)
        if taken < scores.shape[1]:
            first_left_out = np.take_along_axis(scores, order[:, taken : taken + 1], axis=1)[:, 0]
            self.router_margins = np.minimum(self.router_margins, chosen_scores[:, -1] - first_left_out)
        self.expert_counts[layer] = np.bincount(chosen.ravel(), minlength=scores.shape[1])

        gate_up_bias = self._tensor(prefix + "experts.gate_up_proj_bias")
        down_bias = self._tensor(prefix + "experts.down_proj_bias")
        output = np.zeros_like(inputs)
        for expert in np.unique(chosen):
            tokens, places = np.nonzero(chosen == expert)
            gate_up = (
                inputs[tokens] @ self.expert_matrix(layer, "gate_up_proj", expert).T + gate_up_bias[expert]
            )
            activated = swiglu(gate_up, config["swiglu_limit"])
            result = activated @ self.expert_matrix(layer, "down_proj", expert).T + down_bias[expert]
            output[tokens] += weights[tokens, places][:, None] * result
        return output


def dequantize(blocks: np.ndarray, scales: np.ndarray) -> Floats:
    """MXFP4 → float64, exact. `blocks` [rows, groups, 16], `scales` [rows, groups], both uint8 → [rows, groups * 32].

    Byte j of a block holds weight 2j in its low nibble and 2j + 1 in the high one; 2^(scale - 127) times E2M1.
    """
    codes = np.stack([blocks & 15, blocks >> 4], axis=-1).reshape(*scales.shape, 32)
    values = np.ldexp(E2M1[codes], scales.astype(np.int64)[..., None] - 127)
    return np.asarray(values.reshape(len(scales), -1))


def swiglu(gate_up: Floats, limit: float) -> Floats:
    """[…, 2n], even columns the gate and odd ones the linear part → […, n]."""
    gate = np.minimum(gate_up[..., 0::2], limit)
    linear = np.clip(gate_up[..., 1::2], -limit, limit)
    return np.asarray(gate / (1 + np.exp(-SWIGLU_ALPHA * gate)) * (linear + 1))


def rotary_table(config: Mapping[str, Any], length: int) -> tuple[Floats, Floats]:
    """YaRN's cosines and sines, scaled by its attention factor: two arrays [S, D / 2].

    Fast dimensions turn as trained, slow ones `factor` times slower, and those in between are blended; the
    blend's ends are not rounded to whole dimensions ("truncate": false).
    Formulas: YaRN (Peng et al., 2023), sections 3.2 to 3.4.
    """
    scaling = config["rope_scaling"]
    context, factor = float(scaling["original_max_position_embeddings"]), float(scaling["factor"])
    base, half = float(config["rope_theta"]), int(config["head_dim"]) // 2
    frequencies = base ** (-np.arange(half) / half)

    def dimension_of(turns: float) -> float:
        """The dimension that turns this often within the original context."""
        return half * math.log(context / (turns * 2 * math.pi)) / math.log(base)

    low = max(dimension_of(scaling["beta_fast"]), 0.0)
    high = min(dimension_of(scaling["beta_slow"]), 2.0 * half - 1)
    slowed = np.clip((np.arange(half) - low) / (high - low), 0, 1)
    frequencies = frequencies * (1 - slowed) + frequencies / factor * slowed
    attention_factor = 0.1 * math.log(factor) + 1 if factor > 1 else 1.0
    angles = np.arange(length)[:, None] * frequencies[None, :]
    return np.cos(angles) * attention_factor, np.sin(angles) * attention_factor


def rotate(heads: Floats, cosine: Floats, sine: Floats) -> Floats:
    """RoPE with halves: element i pairs with element i + D/2. `heads` [S, N, D]."""
    first, second = np.split(heads, 2, axis=-1)
    cosine, sine = cosine[:, None, :], sine[:, None, :]
    return np.concatenate([first * cosine - second * sine, second * cosine + first * sine], axis=-1)
