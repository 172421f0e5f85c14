"""What a gpt-oss checkpoint looks like on disk, for any size: config.json, tokenizer.json, tensor names and shapes.

Written from the published layout of openai/gpt-oss-20b, so that made-up checkpoints are files such as OpenAI's,
only with other numbers in them. Read next: `random_checkpoint` (reproducible values for comparing numbers) and
`tests/benchmarks/synthetic_checkpoint` (full size, for measuring).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.safetensors_file import TensorSpec

SPECIAL_TOKENS = (
    "<|startoftext|>",
    "<|endoftext|>",
    "<|reserved_2|>",
    "<|reserved_3|>",
    "<|return|>",
    "<|constrain|>",
    "<|reserved_6|>",
    "<|channel|>",
    "<|start|>",
    "<|end|>",
    "<|message|>",
    "<|reserved_11|>",
    "<|reserved_12|>",
    "<|reserved_13|>",
    "<|call|>",
)
"""In the order of the published tokenizer, from id 199998 there, from `first_special` here."""

BYTE_COUNT = 256


@dataclass(frozen=True, slots=True)
class RandomConfig:
    """A gpt-oss architecture: the fields of config.json that differ between sizes, under their names there.

    The defaults are those of gpt-oss-20b, except that they describe few layers and a small vocabulary.
    `hidden_size` and `intermediate_size` must be multiples of 32, the block of MXFP4; `vocab_size` must hold
    the 256 bytes and Harmony's special tokens.
    """

    hidden_size: int = 2880
    intermediate_size: int = 2880
    num_hidden_layers: int = 2
    num_attention_heads: int = 64
    num_key_value_heads: int = 8
    head_dim: int = 64
    num_local_experts: int = 32
    num_experts_per_tok: int = 4
    vocab_size: int = 512
    sliding_window: int = 128
    initial_context_length: int = 4096
    rope_factor: float = 32.0
    swiglu_limit: float = 7.0
    first_special: int = BYTE_COUNT
    shards: int = 1

    @property
    def layer_types(self) -> list[str]:
        kinds = ("sliding_attention", "full_attention")
        return [kinds[layer % 2] for layer in range(self.num_hidden_layers)]

    def special_id(self, token: str) -> int:
        return self.first_special + SPECIAL_TOKENS.index(token)


def config_json(config: RandomConfig) -> dict[str, Any]:
    """config.json with every field that openai/gpt-oss-20b has."""
    return {
        "architectures": ["GptOssForCausalLM"],
        "attention_bias": True,
        "attention_dropout": 0.0,
        "eos_token_id": config.special_id("<|return|>"),
        "experts_per_token": config.num_experts_per_tok,
        "head_dim": config.head_dim,
        "hidden_act": "silu",
        "hidden_size": config.hidden_size,
        "initial_context_length": config.initial_context_length,
        "initializer_range": 0.02,
        "intermediate_size": config.intermediate_size,
        "layer_types": config.layer_types,
        "max_position_embeddings": int(config.initial_context_length * config.rope_factor),
        "model_type": "gpt_oss",
        "num_attention_heads": config.num_attention_heads,
        "num_experts_per_tok": config.num_experts_per_tok,
        "num_hidden_layers": config.num_hidden_layers,
        "num_key_value_heads": config.num_key_value_heads,
        "num_local_experts": config.num_local_experts,
        "output_router_logits": False,
        "pad_token_id": config.special_id("<|endoftext|>"),
        "quantization_config": {
            "modules_to_not_convert": [
                "model.layers.*.self_attn",
                "model.layers.*.mlp.router",
                "model.embed_tokens",
                "lm_head",
            ],
            "quant_method": "mxfp4",
        },
        "rms_norm_eps": 1e-05,
        "rope_scaling": {
            "beta_fast": 32.0,
            "beta_slow": 1.0,
            "factor": config.rope_factor,
            "original_max_position_embeddings": config.initial_context_length,
            "rope_type": "yarn",
            "truncate": False,
        },
        "rope_theta": 150000,
        "router_aux_loss_coef": 0.9,
        "sliding_window": config.sliding_window,
        "swiglu_limit": config.swiglu_limit,
        "tie_word_embeddings": False,
        "transformers_version": "4.55.0.dev0",
        "use_cache": True,
        "vocab_size": config.vocab_size,
    }


def tensor_specs(config: RandomConfig) -> list[TensorSpec]:
    """Every tensor of the checkpoint: embedding, layers in order, final norm, lm_head."""
    hidden, width, experts = config.hidden_size, config.intermediate_size, config.num_local_experts
    query = config.num_attention_heads * config.head_dim
    key = config.num_key_value_heads * config.head_dim
    layer: dict[str, tuple[int, ...]] = {
        "input_layernorm.weight": (hidden,),
        "post_attention_layernorm.weight": (hidden,),
        "self_attn.q_proj.weight": (query, hidden),
        "self_attn.q_proj.bias": (query,),
        "self_attn.k_proj.weight": (key, hidden),
        "self_attn.k_proj.bias": (key,),
        "self_attn.v_proj.weight": (key, hidden),
        "self_attn.v_proj.bias": (key,),
        "self_attn.o_proj.weight": (hidden, query),
        "self_attn.o_proj.bias": (hidden,),
        "self_attn.sinks": (config.num_attention_heads,),
        "mlp.router.weight": (experts, hidden),
        "mlp.router.bias": (experts,),
        "mlp.experts.gate_up_proj_blocks": (experts, 2 * width, hidden // 32, 16),
        "mlp.experts.gate_up_proj_scales": (experts, 2 * width, hidden // 32),
        "mlp.experts.gate_up_proj_bias": (experts, 2 * width),
        "mlp.experts.down_proj_blocks": (experts, hidden, width // 32, 16),
        "mlp.experts.down_proj_scales": (experts, hidden, width // 32),
        "mlp.experts.down_proj_bias": (experts, hidden),
    }
    specs = [TensorSpec("model.embed_tokens.weight", "BF16", (config.vocab_size, hidden))]
    for number in range(config.num_hidden_layers):
        for name, shape in layer.items():
            dtype = "U8" if name.endswith(("_blocks", "_scales")) else "BF16"
            specs.append(TensorSpec(f"model.layers.{number}.{name}", dtype, shape))
    specs.append(TensorSpec("model.norm.weight", "BF16", (hidden,)))
    specs.append(TensorSpec("lm_head.weight", "BF16", (config.vocab_size, hidden)))
    return specs


def tokenizer_json(first_special: int) -> dict[str, Any]:
    """A tokenizer that spells every text byte by byte (id = byte) and knows Harmony's special tokens.

    Byte-level BPE as the published one, with no merges. The letters that stand for bytes are those of GPT-2:
    printable Latin-1 stands for itself, the rest is counted up from U+0100.
    """
    printable = [
        *range(ord("!"), ord("~") + 1),
        *range(ord("¡"), ord("¬") + 1),
        *range(ord("®"), ord("ÿ") + 1),
    ]
    others = [byte for byte in range(BYTE_COUNT) if byte not in printable]
    letters = {byte: chr(byte) for byte in printable}
    letters |= {byte: chr(0x100 + place) for place, byte in enumerate(others)}
    special = {token: first_special + place for place, token in enumerate(SPECIAL_TOKENS)}
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": token_id, "content": token, **flags} for token, token_id in special.items()],
        "normalizer": None,
        "pre_tokenizer": byte_level,
        "post_processor": None,
        "decoder": byte_level,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            # The special tokens too: one that the model lacks would get the next free id, not its own.
            "vocab": {letters[byte]: byte for byte in range(BYTE_COUNT)} | special,
            "merges": [],
        },
    }


def write_side_files(folder: Path, config: RandomConfig) -> None:
    """Write config.json, generation_config.json, tokenizer.json and tokenizer_config.json into `folder`."""
    endings = ("<|return|>", "<|endoftext|>", "<|call|>")
    files: dict[str, dict[str, Any]] = {
        "config.json": config_json(config),
        "generation_config.json": {
            "bos_token_id": config.special_id("<|startoftext|>"),
            "do_sample": True,
            "eos_token_id": [config.special_id(token) for token in endings],
            "pad_token_id": config.special_id("<|endoftext|>"),
        },
        "tokenizer.json": tokenizer_json(config.first_special),
        "tokenizer_config.json": {
            "bos_token": "<|startoftext|>",
            "eos_token": "<|return|>",
            "pad_token": "<|endoftext|>",
            "tokenizer_class": "PreTrainedTokenizerFast",
        },
    }
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
