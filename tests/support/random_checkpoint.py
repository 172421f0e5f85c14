"""Random gpt-oss checkpoints whose numbers are the same on every machine, for ever.

Golden logits are stored for them, so their bytes must never change: not with numpy's version, not with the
processor. Only `PCG64.random_raw` is used, whose stream numpy promises to keep, and what makes numbers of it is
integer arithmetic plus single IEEE operations. Each tensor has a stream of its own, seeded by its name, so
adding a tensor or a layer leaves the others as they were.

The scale is chosen so that mistakes show. Activations stay near 1, logits spread over several units, routing is
decided (an expert's logit is rarely close to its neighbour's) and uses every expert; biases, sinks, the window,
the clamp and YaRN each move the logits by far more than any tolerance, which
`tests/models/test_reference_model.py` proves.

Read next: `reference_model`, which computes the logits of such a checkpoint in float64.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.support.gpt_oss_layout import RandomConfig, tensor_specs, write_side_files
from tests.support.safetensors_file import TensorSpec, round_to_bf16, write_checkpoint

SEED = 20

NAMED: dict[str, RandomConfig] = {
    # Four layers of the two kinds of attention; prompts cross the window of 128.
    "tiny": RandomConfig(
        hidden_size=128,
        intermediate_size=128,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        num_local_experts=8,
        vocab_size=384,
    ),
    # No dimension is a multiple of more than 32, or is even: 3 blocks in, 5 across, 3 experts, 331 tokens.
    "odd_sizes": RandomConfig(
        hidden_size=96,
        intermediate_size=160,
        num_attention_heads=8,
        num_key_value_heads=1,
        num_local_experts=3,
        num_experts_per_tok=2,
        vocab_size=331,
    ),
    # One block everywhere, and no constant of gpt-oss-20b: head size, window, experts, clamp, YaRN all differ.
    "narrow": RandomConfig(
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=3,
        num_attention_heads=3,
        num_key_value_heads=1,
        head_dim=32,
        num_local_experts=5,
        num_experts_per_tok=3,
        vocab_size=300,
        sliding_window=37,
        initial_context_length=256,
        rope_factor=8.0,
        swiglu_limit=4.0,
    ),
    # Two shards with an index; as many experts as gpt-oss-20b.
    "two_shards": RandomConfig(
        hidden_size=192,
        intermediate_size=224,
        num_attention_heads=16,
        num_key_value_heads=2,
        vocab_size=512,
        shards=2,
    ),
    # One layer of gpt-oss-20b's own width, heads and rows; fewer experts and tokens to keep it at 160 MB.
    "full_width": RandomConfig(num_hidden_layers=1, num_local_experts=8, vocab_size=512),
}

CHUNK_ITEMS = 1 << 22

# name's end: (mean, standard deviation), the latter divided by the square root of the row length for a matrix.
_SCALES: dict[str, tuple[float, float]] = {
    "embed_tokens.weight": (0.0, 1.0),
    "norm.weight": (1.0, 0.2),
    "q_proj.weight": (0.0, 1.0),
    "k_proj.weight": (0.0, 1.0),
    "v_proj.weight": (0.0, 1.0),
    "o_proj.weight": (0.0, 0.6),
    "q_proj.bias": (0.0, 0.5),
    "k_proj.bias": (0.0, 0.5),
    "v_proj.bias": (0.0, 0.3),
    "o_proj.bias": (0.0, 0.2),
    "sinks": (3.0, 1.5),
    "router.weight": (0.0, 3.0),
    "router.bias": (0.0, 1.0),
    "gate_up_proj_bias": (0.0, 1.0),
    "down_proj_bias": (0.0, 0.2),
    "lm_head.weight": (0.0, 3.0),
    "gate_up_proj_scales": (0.0, 2.5),
    "down_proj_scales": (0.0, 0.08),
}
_EMBEDDING = "embed_tokens.weight"
_UNIFORM_E2M1_RMS = math.sqrt(8.5625)  # of the 16 codes, each as likely as the others


def write_random_checkpoint(folder: Path, config: RandomConfig, seed: int = SEED) -> Path:
    """Write a checkpoint with its config and tokenizer into `folder`, made if need be; return `folder`.

    At most some 100 MB are held in memory, whatever the size of the checkpoint.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_side_files(folder, config)
    write_checkpoint(folder, tensor_specs(config), lambda spec: _fill(spec, seed), config.shards)
    return folder


def random_ids(count: int, vocabulary: int, seed: int = SEED) -> np.ndarray:
    """`count` token ids below `vocabulary`, int64; the same ones for ever."""
    raw = stream_of(f"ids of {count}", seed).random_raw(count)
    ids: np.ndarray = raw % np.uint64(vocabulary)
    return ids.astype(np.int64)


def stream_of(name: str, seed: int) -> np.random.PCG64:
    """The stream of random 64-bit words that belongs to a name."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return np.random.PCG64(int.from_bytes(digest[:16], "little"))


def _fill(spec: TensorSpec, seed: int) -> Iterator[np.ndarray]:
    """The tensor's bytes, `CHUNK_ITEMS` numbers at a time."""
    stream = stream_of(spec.name, seed)
    for begin in range(0, spec.item_count, CHUNK_ITEMS):
        yield tensor_values(spec, stream, min(CHUNK_ITEMS, spec.item_count - begin))


def tensor_values(spec: TensorSpec, stream: np.random.PCG64, count: int) -> np.ndarray:
    """The next `count` numbers of a tensor: uint8 for blocks and scales, else bit patterns of bfloat16."""
    if spec.name.endswith("_blocks"):
        raw = stream.random_raw(-(-count // 8)).astype("<u8")
        return raw.view(np.uint8)[:count]
    mean, deviation = next(scale for ending, scale in _SCALES.items() if spec.name.endswith(ending))
    if spec.name.endswith("_scales"):
        return _scale_bytes(stream.random_raw(count), deviation / math.sqrt(spec.shape[-1] * 32))
    if len(spec.shape) == 2 and spec.name.endswith(".weight") and not spec.name.endswith(_EMBEDDING):
        deviation /= math.sqrt(spec.shape[-1])
    return round_to_bf16(np.float32(mean) + np.float32(deviation) * _normal(stream.random_raw(count)))


def _scale_bytes(raw: np.ndarray, deviation: float) -> np.ndarray:
    """E8M0 bytes: three exponents in a row, one of them by chance for each block, so that rows mix scales."""
    # 2^-1, 2^0 and 2^1 have a mean square of 1.75.
    middle = round(math.log2(deviation / (_UNIFORM_E2M1_RMS * math.sqrt(1.75))))
    step: np.ndarray = (raw >> np.uint64(33)) % np.uint64(3)
    return (step.astype(np.int64) + 127 + middle - 1).astype(np.uint8)


def _normal(raw: np.ndarray) -> np.ndarray:
    """float32 numbers of mean 0 and variance 1, bell-shaped: the sum of each word's four 16-bit parts."""
    parts = raw.astype("<u8").view("<u2").reshape(-1, 4)
    centred = parts.astype(np.int32).sum(axis=1, dtype=np.int32) - 2 * 0xFFFF
    scaled: np.ndarray = centred.astype(np.float32) * np.float32(math.sqrt(3.0) / 65536.0)
    return scaled
