"""What `config.json` says of a gpt-oss model, checked once, so that everything after can rely on it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import ModelError

MXFP4_BLOCK = 32  # weights that share one scale byte


@dataclass(frozen=True, slots=True)
class RopeScaling:
    """YaRN's parameters (Peng et al., 2023), as gpt-oss uses them."""

    factor: float
    original_context: int
    beta_fast: float
    beta_slow: float
    truncate: bool


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """The numbers that shape a gpt-oss network.

    Attributes:
        windows: per layer, how many positions attention sees (the query's own included); 0 is everything.
        context_length: longest sequence the model was made for.
    """

    vocabulary: int
    hidden: int
    expert_width: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    experts: int
    experts_per_token: int
    windows: tuple[int, ...]
    context_length: int
    rope_theta: float
    rope_scaling: RopeScaling | None
    norm_epsilon: float
    swiglu_limit: float

    @classmethod
    def read(cls, folder: Path) -> ModelConfig:
        """Read `folder`/config.json.

        Raises:
            ModelError: the file is missing, damaged, or not of a gpt-oss model this program can run.
        """
        path = folder / "config.json"
        try:
            raw = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            raise ModelError(
                f"{folder} is not a model folder: it has no config.json. Choose the folder that holds the "
                "published files."
            ) from None
        except (OSError, ValueError, RecursionError) as error:  # not UTF-8, not JSON, nested too deep
            raise ModelError(
                f"{path} cannot be read. Copy or download this file again.",
                f"{type(error).__name__}: {error}",
            ) from error
        if not isinstance(raw, dict):
            raise ModelError(f"{path} is damaged: it should hold a JSON object. Download this file again.")
        return _Reader(path, raw).config()


class _Reader:
    """Takes values out of the JSON object, with a sentence for each that is wrong."""

    def __init__(self, path: Path, raw: Mapping[str, Any]) -> None:
        self._path = path
        self._raw = raw

    def config(self) -> ModelConfig:
        model_type = self._raw.get("model_type")
        if model_type != "gpt_oss":
            raise ModelError(
                f"{self._path} describes a model of type {model_type!r}; Chorale runs 'gpt_oss' only. "
                "Choose a folder with gpt-oss in its published form."
            )
        quantization = self._raw.get("quantization_config")
        method = quantization.get("quant_method") if isinstance(quantization, dict) else None
        if method != "mxfp4":
            raise ModelError(
                f"{self._path}: the experts should be in MXFP4 (quant_method 'mxfp4'), but it says {method!r}. "
                "Use OpenAI's published files, not a converted copy."
            )
        layers = self._count("num_hidden_layers")
        config = ModelConfig(
            vocabulary=self._count("vocab_size"),
            hidden=self._count("hidden_size", MXFP4_BLOCK),
            expert_width=self._count("intermediate_size", MXFP4_BLOCK),
            layers=layers,
            heads=self._count("num_attention_heads"),
            kv_heads=self._count("num_key_value_heads"),
            head_dim=self._count("head_dim", 16),
            experts=self._count("num_local_experts"),
            experts_per_token=self._count("num_experts_per_tok"),
            windows=self._windows(layers),
            context_length=self._count("max_position_embeddings"),
            rope_theta=self._number("rope_theta", 150_000.0),
            rope_scaling=self._rope_scaling(),
            norm_epsilon=self._number("rms_norm_eps", 1e-5),
            swiglu_limit=self._number("swiglu_limit", 7.0),
        )
        if config.heads % config.kv_heads:
            raise self._wrong("num_attention_heads", f"a multiple of num_key_value_heads ({config.kv_heads})")
        if config.experts_per_token > config.experts:
            raise self._wrong("num_experts_per_tok", f"at most num_local_experts ({config.experts})")
        if (config.heads * config.head_dim) % MXFP4_BLOCK:
            raise self._wrong("head_dim", f"such that heads x head_dim is a multiple of {MXFP4_BLOCK}")
        return config

    def _wrong(self, key: str, expected: str) -> ModelError:
        return ModelError(
            f"{self._path}: {key} is {self._raw.get(key)!r}; expected {expected}. Download this file again."
        )

    def _count(self, key: str, multiple_of: int = 1) -> int:
        value = self._raw.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value <= 0 or value % multiple_of:
            wanted = "a positive whole number"
            raise self._wrong(key, wanted if multiple_of == 1 else f"{wanted}, a multiple of {multiple_of}")
        return value

    def _number(self, key: str, default: float) -> float:
        value = self._raw.get(key, default)
        if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
            raise self._wrong(key, "a positive number")
        return float(value)

    def _windows(self, layers: int) -> tuple[int, ...]:
        window = self._count("sliding_window")
        kinds = self._raw.get("layer_types")
        if kinds is None:
            kinds = ["sliding_attention" if n % 2 == 0 else "full_attention" for n in range(layers)]
        known = {"sliding_attention": window, "full_attention": 0}
        if (
            not isinstance(kinds, list)
            or len(kinds) != layers
            or any(kind not in list(known) for kind in kinds)
        ):
            raise self._wrong("layer_types", f"{layers} times 'sliding_attention' or 'full_attention'")
        return tuple(known[kind] for kind in kinds)

    def _rope_scaling(self) -> RopeScaling | None:
        raw = self._raw.get("rope_scaling")
        if raw is None:
            return None
        if not isinstance(raw, dict) or raw.get("rope_type") != "yarn":
            raise self._wrong("rope_scaling", "an object with rope_type 'yarn'")
        try:
            scaling = RopeScaling(
                factor=float(raw["factor"]),
                original_context=int(raw["original_max_position_embeddings"]),
                beta_fast=float(raw.get("beta_fast", 32.0)),
                beta_slow=float(raw.get("beta_slow", 1.0)),
                truncate=bool(raw.get("truncate", True)),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise self._wrong(
                "rope_scaling", "numbers for factor and original_max_position_embeddings"
            ) from error
        if min(scaling.factor, scaling.original_context, scaling.beta_fast, scaling.beta_slow) <= 0:
            raise self._wrong("rope_scaling", "numbers above 0")
        return scaling
