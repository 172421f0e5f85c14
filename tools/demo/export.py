"""Write a trained network as a checkpoint in the layout that OpenAI publishes gpt-oss in."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from tools.demo.network import GptOss, Layer, Shape, mxfp4

_ATTENTION = {
    "self_attn.q_proj.weight": "q", "self_attn.q_proj.bias": "q_bias",
    "self_attn.k_proj.weight": "k", "self_attn.k_proj.bias": "k_bias",
    "self_attn.v_proj.weight": "v", "self_attn.v_proj.bias": "v_bias",
    "self_attn.o_proj.weight": "o", "self_attn.o_proj.bias": "o_bias",
    "self_attn.sinks": "sinks",
    "input_layernorm.weight": "input_norm", "post_attention_layernorm.weight": "post_norm",
    "mlp.router.weight": "router", "mlp.router.bias": "router_bias",
    "mlp.experts.gate_up_proj_bias": "gate_up_bias", "mlp.experts.down_proj_bias": "down_bias",
}  # fmt: skip


def export(network: GptOss, folder: Path, specials: dict[str, int]) -> None:
    """Write model.safetensors, config.json and generation_config.json into `folder`.

    `specials` gives the ids of Harmony's special tokens by name.
    """
    tensors = {
        "model.embed_tokens.weight": _bfloat16(network.embed),
        "model.norm.weight": _bfloat16(network.norm),
        "lm_head.weight": _bfloat16(network.head),
    }
    for index, layer in enumerate(network.layers):
        assert isinstance(layer, Layer)
        prefix = f"model.layers.{index}."
        for name, attribute in _ATTENTION.items():
            tensors[prefix + name] = _bfloat16(getattr(layer, attribute))
        for name, weights in (("gate_up_proj", layer.gate_up), ("down_proj", layer.down)):
            codes, scales = mxfp4(weights.detach())
            # Weight 2j in the low nibble of byte j, 2j + 1 in the high one.
            tensors[f"{prefix}mlp.experts.{name}_blocks"] = (
                codes[..., ::2] | codes[..., 1::2] << 4
            ).contiguous()
            tensors[f"{prefix}mlp.experts.{name}_scales"] = scales.contiguous()
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)  # the library makes it its owner's alone
    _write_json(folder / "config.json", _config(network.shape, specials))
    _write_json(
        folder / "generation_config.json",
        {
            "bos_token_id": specials["<|startoftext|>"],
            "do_sample": False,
            "eos_token_id": [specials[name] for name in ("<|return|>", "<|endoftext|>", "<|call|>")],
            "pad_token_id": specials["<|endoftext|>"],
        },
    )


def _config(shape: Shape, specials: dict[str, int]) -> dict[str, object]:
    kinds = ("sliding_attention", "full_attention")
    return {
        "architectures": ["GptOssForCausalLM"],
        "attention_bias": True,
        "attention_dropout": 0.0,
        "eos_token_id": specials["<|return|>"],
        "experts_per_token": shape.experts_per_token,
        "head_dim": shape.head_dim,
        "hidden_act": "silu",
        "hidden_size": shape.hidden,
        "initial_context_length": shape.rope_original,
        "initializer_range": 0.02,
        "intermediate_size": shape.width,
        "layer_types": [kinds[index % 2] for index in range(shape.layers)],
        # Trained on talks of some 1,000 tokens; gpt-oss's 131,072 would be a promise it cannot keep.
        "max_position_embeddings": 4096,
        "model_type": "gpt_oss",
        "num_attention_heads": shape.heads,
        "num_experts_per_tok": shape.experts_per_token,
        "num_hidden_layers": shape.layers,
        "num_key_value_heads": shape.kv_heads,
        "num_local_experts": shape.experts,
        "output_router_logits": False,
        "pad_token_id": specials["<|endoftext|>"],
        "quantization_config": {
            "modules_to_not_convert": [
                "model.layers.*.self_attn",
                "model.layers.*.mlp.router",
                "model.embed_tokens",
                "lm_head",
            ],
            "quant_method": "mxfp4",
        },
        "rms_norm_eps": shape.epsilon,
        "rope_scaling": {
            "beta_fast": 32.0,
            "beta_slow": 1.0,
            "factor": shape.rope_factor,
            "original_max_position_embeddings": shape.rope_original,
            "rope_type": "yarn",
            "truncate": False,
        },
        "rope_theta": int(shape.rope_theta),
        "router_aux_loss_coef": 0.9,
        "sliding_window": shape.window,
        "swiglu_limit": shape.limit,
        "tie_word_embeddings": False,
        "use_cache": True,
        "vocab_size": shape.vocabulary,
    }


def _bfloat16(parameter: Tensor) -> Tensor:
    return parameter.detach().to(torch.bfloat16).contiguous()


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
