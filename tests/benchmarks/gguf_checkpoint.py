"""Writes a checkpoint as the GGUF file that llama.cpp reads: the same weights, for a fair comparison.

    python -m tests.benchmarks.gguf_checkpoint CHECKPOINT OUT.gguf [--embedding bf16]

Needs the `gguf` package, which is llama.cpp's own writer; the app and its tests never import this module. What is
in the file is what llama.cpp's converter makes of the published files with `--outtype q8_0`:

- experts: the checkpoint's own MXFP4 numbers, bit for bit. Only their order in a block changes: llama.cpp keeps the
  scale byte and then 16 bytes whose low nibbles are weights 0 to 15 and whose high ones are 16 to 31; published are
  neighbours in a byte. gate_up's interleaved rows become two tensors.
- attention, lm_head and embedding: Q8_0 by llama.cpp's own rounding; `--embedding bf16` keeps the embedding exact.
- router, norms, biases and sinks: f32, exact.

The tokenizer goes in when tokenizer.json holds a real vocabulary, so that loading costs what it costs.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf  # type: ignore[import-not-found, unused-ignore]
import numpy as np
from numpy.typing import NDArray

from tests.support.safetensors_file import map_checkpoint, widen_bf16

Array = NDArray[Any]
Type = gguf.GGMLQuantizationType

ROWS_AT_A_TIME = 4096
_PLAIN = {
    "input_layernorm.weight": "attn_norm.weight",
    "post_attention_layernorm.weight": "post_attention_norm.weight",
    "self_attn.sinks": "attn_sinks.weight",
    "mlp.router.weight": "ffn_gate_inp.weight",
    "mlp.router.bias": "ffn_gate_inp.bias",
}
_DENSE = {"q": "attn_q", "k": "attn_k", "v": "attn_v", "o": "attn_output"}


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor to be written: `parts` gives its bytes when asked, in order."""

    name: str
    shape: tuple[int, ...]
    type: Any
    parts: Iterator[Array]


def write_gguf(checkpoint: Path, out: Path, *, embedding: str = "q8_0") -> int:
    """Write `out`; returns its size in bytes. `embedding` is `q8_0`, as the converter does, or `bf16`."""
    config = json.loads((checkpoint / "config.json").read_text(encoding="utf-8"))
    weights = map_checkpoint(checkpoint)
    part = out.with_name(out.name + ".part")
    writer = gguf.GGUFWriter(part, "gpt-oss")
    _write_numbers(writer, config)
    _write_tokenizer(writer, checkpoint, config["vocab_size"])
    tensors = list(_tensors(weights, config["num_hidden_layers"], embedding))
    for tensor in tensors:
        size = int(np.prod(tensor.shape)) // block_of(tensor.type)[0] * block_of(tensor.type)[1]
        writer.add_tensor_info(tensor.name, tensor.shape, np.dtype(np.float32), size, tensor.type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for tensor in tensors:
        writer.write_tensor_data(np.concatenate([piece.reshape(-1) for piece in tensor.parts]))
    writer.close()
    part.replace(out)
    return out.stat().st_size


def block_of(kind: Any) -> tuple[int, int]:
    """Weights and bytes of a block of a type."""
    weights, size = gguf.GGML_QUANT_SIZES[kind]
    return int(weights), int(size)


def _tensors(weights: dict[str, Array], layers: int, embedding: str) -> Iterator[Tensor]:
    name = "model.embed_tokens.weight"
    kind = Type.Q8_0 if embedding == "q8_0" else Type.BF16
    yield _matrix("token_embd.weight", weights[name], kind)
    for number in range(layers):
        layer = {
            key.removeprefix(f"model.layers.{number}."): value
            for key, value in weights.items()
            if key.startswith(f"model.layers.{number}.")
        }
        for ours, theirs in _PLAIN.items():
            yield _plain(f"blk.{number}.{theirs}", layer[ours])
        for letter, theirs in _DENSE.items():
            yield _matrix(
                f"blk.{number}.{theirs}.weight", layer[f"self_attn.{letter}_proj.weight"], Type.Q8_0
            )
            yield _plain(f"blk.{number}.{theirs}.bias", layer[f"self_attn.{letter}_proj.bias"])
        for theirs, ours, rows in (
            ("gate", "gate_up", slice(0, None, 2)),
            ("up", "gate_up", slice(1, None, 2)),
            ("down", "down", slice(None)),
        ):
            blocks, scales, bias = (
                layer[f"mlp.experts.{ours}_proj_{part}"] for part in ("blocks", "scales", "bias")
            )
            yield _experts(f"blk.{number}.ffn_{theirs}_exps.weight", blocks[:, rows], scales[:, rows])
            yield _plain(f"blk.{number}.ffn_{theirs}_exps.bias", bias[:, rows])
    yield _plain("output_norm.weight", weights["model.norm.weight"])
    yield _matrix("output.weight", weights["lm_head.weight"], Type.Q8_0)


def _plain(name: str, bits: Array) -> Tensor:
    return Tensor(name, bits.shape, Type.F32, iter([widen_bf16(bits).view(np.uint8)]))


def _matrix(name: str, bits: Array, kind: Any) -> Tensor:
    def parts() -> Iterator[Array]:
        for row in range(0, len(bits), ROWS_AT_A_TIME):
            piece = bits[row : row + ROWS_AT_A_TIME]
            if kind == Type.BF16:
                yield piece.view(np.uint8)
            else:
                yield gguf.quants.quantize(widen_bf16(piece), kind)

    return Tensor(name, bits.shape, kind, parts())


def _experts(name: str, blocks: Array, scales: Array) -> Tensor:
    """`blocks` u8 [experts, rows, columns / 32, 16], `scales` u8 without the last dimension."""

    def parts() -> Iterator[Array]:
        for expert in range(len(blocks)):
            yield np.concatenate([scales[expert][..., None], _halves(blocks[expert])], axis=-1)

    experts, rows, count, _ = blocks.shape
    return Tensor(name, (experts, rows, count * 32), Type.MXFP4, parts())


def _halves(blocks: Array) -> Array:
    """Nibbles of weights 2j and 2j + 1 in byte j → of weights j and j + 16."""
    codes = np.empty((*blocks.shape[:-1], 32), np.uint8)
    codes[..., 0::2], codes[..., 1::2] = blocks & 15, blocks >> 4
    halves: Array = codes[..., :16] | codes[..., 16:] << 4
    return halves


def _write_numbers(writer: Any, config: dict[str, Any]) -> None:
    rope = config["rope_scaling"]
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_expert_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(config["head_dim"])
    writer.add_value_length(config["head_dim"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_expert_count(config["num_local_experts"])
    writer.add_expert_used_count(config["num_experts_per_tok"])
    writer.add_sliding_window(config["sliding_window"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
    writer.add_rope_scaling_factor(rope["factor"])
    writer.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])
    writer.add_rope_scaling_yarn_beta_fast(rope["beta_fast"])
    writer.add_rope_scaling_yarn_beta_slow(rope["beta_slow"])
    writer.add_vocab_size(config["vocab_size"])
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)


def _write_tokenizer(writer: Any, checkpoint: Path, vocabulary: int) -> None:
    tokenizer = json.loads((checkpoint / "tokenizer.json").read_text(encoding="utf-8"))
    merges = tokenizer["model"]["merges"]
    if not merges:  # spells byte by byte: a made-up checkpoint, which both are then given as ids
        writer.add_tokenizer_model("none")
        return
    tokens = [f"[PAD{number}]" for number in range(vocabulary)]
    kinds = [int(gguf.TokenType.UNUSED)] * vocabulary
    for token, number in tokenizer["model"]["vocab"].items():
        tokens[number], kinds[number] = token, int(gguf.TokenType.NORMAL)
    special = {entry["content"]: entry["id"] for entry in tokenizer["added_tokens"]}
    for token, number in special.items():
        tokens[number], kinds[number] = token, int(gguf.TokenType.CONTROL)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-4o")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    writer.add_bos_token_id(special["<|startoftext|>"])
    writer.add_eos_token_id(special["<|return|>"])
    writer.add_pad_token_id(special["<|endoftext|>"])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write a gpt-oss checkpoint as a GGUF file for llama.cpp.")
    parser.add_argument("checkpoint", type=Path, metavar="CHECKPOINT", help="a model folder")
    parser.add_argument("out", type=Path, metavar="OUT.gguf")
    parser.add_argument("--embedding", choices=("q8_0", "bf16"), default="q8_0")
    options = parser.parse_args(arguments)
    size = write_gguf(options.checkpoint, options.out, embedding=options.embedding)
    sys.stdout.write(f"{options.out}: {size / 1e9:.2f} GB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
