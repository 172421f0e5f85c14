"""The demo model's folder: the published layout of gpt-oss in tiny, small, and honest about what it is."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import models
from models.checkpoint import Checkpoint
from runtime.tokenizer import Tokenizer

FOLDER = Path(models.__path__[0]) / "demo"
MEGABYTE = 1_000_000

# The fields of openai/gpt-oss-20b's config.json, but for the version of the library that wrote it.
PUBLISHED_FIELDS = {
    "architectures", "attention_bias", "attention_dropout", "eos_token_id", "experts_per_token", "head_dim",
    "hidden_act", "hidden_size", "initial_context_length", "initializer_range", "intermediate_size", "layer_types",
    "max_position_embeddings", "model_type", "num_attention_heads", "num_experts_per_tok", "num_hidden_layers",
    "num_key_value_heads", "num_local_experts", "output_router_logits", "pad_token_id", "quantization_config",
    "rms_norm_eps", "rope_scaling", "rope_theta", "router_aux_loss_coef", "sliding_window", "swiglu_limit",
    "tie_word_embeddings", "use_cache", "vocab_size",
}  # fmt: skip


def read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.load(FOLDER)


def test_the_demo_takes_at_most_8_mb_of_the_repository() -> None:
    assert sum(file.stat().st_size for file in FOLDER.rglob("*") if file.is_file()) <= 8 * MEGABYTE


def test_the_demo_has_the_files_of_the_published_layout() -> None:
    assert {file.name for file in FOLDER.iterdir()} >= {
        "config.json",
        "generation_config.json",
        "model.safetensors",
        "special_tokens_map.json",
        "tokenizer.json",
        "tokenizer_config.json",
    }


def test_config_has_the_published_fields_and_no_others() -> None:
    config = read("config.json")
    assert set(config) == PUBLISHED_FIELDS
    assert config["model_type"] == "gpt_oss"
    assert config["architectures"] == ["GptOssForCausalLM"]
    assert config["quantization_config"]["quant_method"] == "mxfp4"
    assert config["layer_types"][:2] == ["sliding_attention", "full_attention"]


def test_every_tensor_is_there_in_the_published_shape() -> None:
    checkpoint = Checkpoint.open(FOLDER)
    config = checkpoint.config
    blocks = checkpoint.tensors["model.layers.0.mlp.experts.gate_up_proj_blocks"]
    assert blocks.dtype == "U8"
    assert blocks.shape == (config.experts, 2 * config.expert_width, config.hidden // 32, 16)
    assert {
        t.dtype for name, t in checkpoint.tensors.items() if "_blocks" not in name and "_scales" not in name
    } == {"BF16"}


def test_the_file_holds_the_network_and_nothing_besides() -> None:
    with (FOLDER / "model.safetensors").open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
    assert set(header) - {"__metadata__"} == set(Checkpoint.open(FOLDER).tensors)


def test_the_demo_is_a_mixture_of_experts_with_shared_keys_like_gpt_oss() -> None:
    config = Checkpoint.open(FOLDER).config
    assert config.experts_per_token < config.experts
    assert config.kv_heads < config.heads
    assert config.windows[:2] == (128, 0)


def test_the_end_tokens_of_the_two_configs_are_those_of_the_tokenizer(tokenizer: Tokenizer) -> None:
    assert set(read("generation_config.json")["eos_token_id"]) == tokenizer.stop_ids
    assert read("config.json")["eos_token_id"] == tokenizer.special.return_
    assert read("config.json")["pad_token_id"] == tokenizer.special.endoftext
    assert read("config.json")["vocab_size"] == tokenizer.vocabulary_size


def test_the_tokenizer_files_name_the_same_special_tokens(tokenizer: Tokenizer) -> None:
    listed = read("tokenizer_config.json")["added_tokens_decoder"]
    for number, token in listed.items():
        assert tokenizer.token_bytes(int(number)) == token["content"].encode()
    assert read("special_tokens_map.json")["eos_token"] == "<|return|>"


def test_digits_stand_alone_so_that_a_date_can_be_copied(tokenizer: Tokenizer) -> None:
    pieces = [tokenizer.token_bytes(token) for token in tokenizer.encode("2026-11-21, 131,072")]
    assert not [piece for piece in pieces if len(piece) > 1 and any(chr(byte).isdigit() for byte in piece)]


def test_the_words_of_headers_are_one_piece_each(tokenizer: Tokenizer) -> None:
    for word in ("system", "developer", "user", "assistant", "analysis", "commentary", "final"):
        assert len(tokenizer.encode(word)) == 1


def test_any_text_comes_back_from_its_ids(tokenizer: Tokenizer) -> None:
    @given(st.text())
    def check(text: str) -> None:
        assert tokenizer.decode(tokenizer.encode(text)) == text

    check()


def test_the_folder_says_that_this_is_not_gpt_oss() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert "It is not gpt-oss" in text
    assert "Apache" in text


def test_six_questions_are_suggested_and_each_is_one_that_the_demo_can_answer() -> None:
    data = read("questions.json")
    asked = {wording for entry in [*data["questions"], data["date"]] for wording in entry["ask"]}
    assert len(data["suggestions"]) == 6
    assert set(data["suggestions"]) <= asked


def test_a_hundred_questions_are_listed_in_at_least_six_wordings_each() -> None:
    questions = read("questions.json")["questions"]
    assert len([question for question in questions if len(question["ask"]) >= 6]) >= 100


def test_no_wording_is_both_trained_and_held_out() -> None:
    data = read("questions.json")
    entries = [*data["questions"], *data["unknown"], data["date"]]
    trained = {wording.lower() for entry in entries for wording in [*entry["ask"], *entry["missed"]]}
    assert not trained & {wording.lower() for entry in entries for wording in entry["held_out"]}


def test_nearly_all_it_was_trained_on_is_learned() -> None:
    """What it misses is listed too, so that the list does not look better than the model."""
    data = read("questions.json")
    entries = [*data["questions"], *data["unknown"], data["date"]]
    learned, missed = (sum(len(entry[kind]) for entry in entries) for kind in ("ask", "missed"))
    assert learned >= 0.9 * (learned + missed)
