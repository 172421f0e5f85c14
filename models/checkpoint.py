"""A gpt-oss checkpoint as OpenAI publishes it: which tensors there must be, and where each one lies.

Only headers are read. `Checkpoint.open` refuses, with the file, the tensor and what was expected,
anything that the graph could not run. Read next: `graph`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from models.config import MXFP4_BLOCK, ModelConfig
from models.disk import is_plain_name
from models.errors import ModelError
from models.safetensors import TensorLocation, read_header

INDEX = "model.safetensors.index.json"
SINGLE = "model.safetensors"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A complete checkpoint.

    Attributes:
        folder: where the published files are.
        config: the network's numbers.
        tensors: every tensor of the network, by its published name.
    """

    folder: Path
    config: ModelConfig
    tensors: dict[str, TensorLocation]

    @classmethod
    def open(cls, folder: Path) -> Checkpoint:
        """Read the headers in `folder`.

        Raises:
            ModelError: something is missing, damaged, misshapen or outside the folder.
        """
        config = ModelConfig.read(folder)
        found: dict[str, TensorLocation] = {}
        for path, names in _shards(folder).items():
            header = read_header(path)
            for name in header.tensors if names is None else names:
                if name not in header.tensors:
                    raise ModelError(
                        f"{path} lacks the tensor {name}, which {INDEX} says is in it. Download both files again."
                    )
                found[name] = header.tensors[name]
        expected = expected_tensors(config)
        for name, (dtype, shape) in expected.items():
            if name not in found:
                raise ModelError(
                    f"{folder}: the tensor {name} is missing (expected {dtype} {list(shape)}). "
                    "Download the model's safetensors files again."
                )
            tensor = found[name]
            if (tensor.dtype, tensor.shape) != (dtype, shape):
                raise ModelError(
                    f"{tensor.file}, tensor {name}: expected {dtype} {list(shape)}, found {tensor.dtype} "
                    f"{list(tensor.shape)}. These are not the published files for this config.json."
                )
        return cls(folder, config, {name: found[name] for name in expected})

    @property
    def files(self) -> tuple[Path, ...]:
        """The safetensors files in use, in name order."""
        return tuple(sorted({tensor.file for tensor in self.tensors.values()}))


def _shards(folder: Path) -> dict[Path, list[str] | None]:
    """Files to read and the tensors each must hold (None: whatever it holds)."""
    index = folder / INDEX
    if not index.exists():
        if not (folder / SINGLE).exists():
            raise ModelError(
                f"{folder} has neither {SINGLE} nor {INDEX}. Choose the folder that holds the published files."
            )
        return {folder / SINGLE: None}
    try:
        weight_map = json.loads(index.read_text("utf-8"))["weight_map"]
        entries = [(str(name), str(file)) for name, file in weight_map.items()]
    except (OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"{index} is damaged: expected a JSON object with a weight_map. Download this file again.",
            str(error),
        ) from error
    shards: dict[Path, list[str] | None] = {}
    for name, file in entries:
        # Every system's rules on every system: an index made on one may be opened on the other.
        if not is_plain_name(file):
            raise ModelError(
                f"{index} places the tensor {name} in {file!r}; expected the name of a file in the same folder. "
                "Download this file again."
            )
        names = shards.setdefault(folder / file, [])
        assert names is not None
        names.append(name)
    return shards


def expected_tensors(config: ModelConfig) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Published name → (dtype, shape) of every tensor a checkpoint of this configuration has."""
    c = config
    hidden_blocks, width_blocks = c.hidden // MXFP4_BLOCK, c.expert_width // MXFP4_BLOCK
    q, kv = c.heads * c.head_dim, c.kv_heads * c.head_dim
    layer: dict[str, tuple[str, tuple[int, ...]]] = {
        "input_layernorm.weight": ("BF16", (c.hidden,)),
        "self_attn.sinks": ("BF16", (c.heads,)),
        "post_attention_layernorm.weight": ("BF16", (c.hidden,)),
        "mlp.router.weight": ("BF16", (c.experts, c.hidden)),
        "mlp.router.bias": ("BF16", (c.experts,)),
        "mlp.experts.gate_up_proj_blocks": ("U8", (c.experts, 2 * c.expert_width, hidden_blocks, 16)),
        "mlp.experts.gate_up_proj_scales": ("U8", (c.experts, 2 * c.expert_width, hidden_blocks)),
        "mlp.experts.gate_up_proj_bias": ("BF16", (c.experts, 2 * c.expert_width)),
        "mlp.experts.down_proj_blocks": ("U8", (c.experts, c.hidden, width_blocks, 16)),
        "mlp.experts.down_proj_scales": ("U8", (c.experts, c.hidden, width_blocks)),
        "mlp.experts.down_proj_bias": ("BF16", (c.experts, c.hidden)),
    }
    for name, rows, columns in (
        ("q", q, c.hidden),
        ("k", kv, c.hidden),
        ("v", kv, c.hidden),
        ("o", c.hidden, q),
    ):
        layer[f"self_attn.{name}_proj.weight"] = ("BF16", (rows, columns))
        layer[f"self_attn.{name}_proj.bias"] = ("BF16", (rows,))
    tensors: dict[str, tuple[str, tuple[int, ...]]] = {
        "model.embed_tokens.weight": ("BF16", (c.vocabulary, c.hidden))
    }
    for number in range(c.layers):
        tensors.update({f"model.layers.{number}.{name}": value for name, value in layer.items()})
    tensors["model.norm.weight"] = ("BF16", (c.hidden,))
    tensors["lm_head.weight"] = ("BF16", (c.vocabulary, c.hidden))
    return tensors
