"""A model folder is accepted whole, or refused with the file, the tensor and what was expected."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.checkpoint import INDEX, SINGLE, Checkpoint, expected_tensors
from models.errors import ModelError
from tests.support.random_checkpoint import NAMED, write_random_checkpoint

SINKS = "model.layers.0.self_attn.sinks"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_random_checkpoint(tmp_path / "model", NAMED["narrow"])


@pytest.fixture
def sharded(tmp_path: Path) -> Path:
    name = next(name for name, config in NAMED.items() if config.shards > 1)
    return write_random_checkpoint(tmp_path / "sharded", NAMED[name])


def edit_config(folder: Path, **changes: Any) -> None:
    path = folder / "config.json"
    config = json.loads(path.read_text("utf-8")) | changes
    path.write_text(json.dumps(config), "utf-8")


def edit_header(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    change(header)
    raw = json.dumps(header).encode()
    path.write_bytes(len(raw).to_bytes(8, "little") + raw + data[8 + length :])


def refusal(folder: Path) -> str:
    with pytest.raises(ModelError) as caught:
        Checkpoint.open(folder)
    return caught.value.user_text


@pytest.mark.parametrize("name", [n for n, c in NAMED.items() if c.hidden_size < 1000])
def test_every_published_tensor_is_found(name: str, tmp_path: Path) -> None:
    checkpoint = Checkpoint.open(write_random_checkpoint(tmp_path / name, NAMED[name]))
    assert set(checkpoint.tensors) == set(expected_tensors(checkpoint.config))
    assert len(checkpoint.files) == NAMED[name].shards
    assert checkpoint.config.windows[:2] == (NAMED[name].sliding_window, 0)[: len(checkpoint.config.windows)]


def test_the_20b_configuration_has_the_published_size() -> None:
    # The sum over the tensors of openai/gpt-oss-20b: 13.76 GB.
    from dataclasses import replace
    from math import prod

    from models.config import ModelConfig

    config = ModelConfig(
        201_088, 2880, 2880, 24, 64, 8, 64, 32, 4, (128, 0) * 12, 131_072, 1.5e5, None, 1e-5, 7
    )
    widths = {"BF16": 2, "U8": 1}

    def size(c: ModelConfig) -> int:
        return sum(widths[dtype] * prod(shape) for dtype, shape in expected_tensors(c).values())

    assert 13.75e9 < size(config) < 13.77e9
    assert 65.2e9 < size(replace(config, layers=36, experts=128, windows=(128, 0) * 18)) < 65.3e9


def test_a_folder_without_config_is_no_model(tmp_path: Path) -> None:
    assert "config.json" in refusal(tmp_path)


def test_another_kind_of_model_is_named(folder: Path) -> None:
    edit_config(folder, model_type="llama")
    assert "'llama'" in refusal(folder)


@pytest.mark.parametrize("quantization", [{"quant_method": "bitsandbytes"}, "gptq", None])
def test_a_requantised_copy_is_refused(folder: Path, quantization: object) -> None:
    edit_config(folder, quantization_config=quantization)
    assert "MXFP4" in refusal(folder)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("hidden_size", 33),
        ("hidden_size", "many"),
        ("num_attention_heads", 0),
        ("num_experts_per_tok", 99),
        ("layer_types", ["full_attention"]),
        ("layer_types", [{}] * NAMED["narrow"].num_hidden_layers),
        ("rope_scaling", {"rope_type": "linear"}),
        ("rope_scaling", {"rope_type": "yarn", "factor": "x", "original_max_position_embeddings": 1}),
        ("rope_scaling", {"rope_type": "yarn", "factor": 0, "original_max_position_embeddings": 4096}),
        ("rope_scaling", {"rope_type": "yarn", "factor": 32, "original_max_position_embeddings": 0}),
        ("swiglu_limit", -1),
        ("num_key_value_heads", 2),
    ],
)
def test_an_impossible_number_in_config_is_named(folder: Path, key: str, value: object) -> None:
    edit_config(folder, **{key: value})
    text = refusal(folder)
    assert "config.json" in text
    assert key in text or "num_attention_heads" in text


@pytest.mark.parametrize("noise", [b"\xff{", b"[" * 100_000, b"9" * 5_000])
def test_a_config_that_is_not_json_is_refused(folder: Path, noise: bytes) -> None:
    (folder / "config.json").write_bytes(noise)
    assert "config.json" in refusal(folder)


def test_a_missing_tensor_is_named_with_its_shape(folder: Path) -> None:
    edit_header(folder / SINGLE, lambda header: header.pop(SINKS))
    text = refusal(folder)
    assert SINKS in text
    assert "BF16 [3]" in text


def test_a_misshapen_tensor_is_named_with_both_shapes(folder: Path) -> None:
    edit_config(folder, num_attention_heads=4)
    text = refusal(folder)
    assert SINGLE in text
    assert "[4]" in text
    assert "[3]" in text


def test_a_tensor_of_another_type_is_refused(folder: Path) -> None:
    def change(header: dict[str, Any]) -> None:
        header[SINKS]["dtype"] = "F16"

    edit_header(folder / SINGLE, change)
    text = refusal(folder)
    assert SINKS in text
    assert "F16" in text


def test_a_header_whose_sizes_do_not_add_up_is_refused(folder: Path) -> None:
    def change(header: dict[str, Any]) -> None:
        header[SINKS]["data_offsets"][1] += 2

    edit_header(folder / SINGLE, change)
    assert SINKS in refusal(folder)


@pytest.mark.parametrize(
    "damage",
    [
        None,
        {},
        {"dtype": "BF16", "shape": "x", "data_offsets": [0]},
        {"dtype": [], "shape": [], "data_offsets": [0, 0]},
        5,
    ],
)
def test_a_damaged_header_entry_is_refused(folder: Path, damage: object) -> None:
    def change(header: dict[str, Any]) -> None:
        header[SINKS] = damage

    edit_header(folder / SINGLE, change)
    assert SINKS in refusal(folder)


@pytest.mark.parametrize("keep", [0, 7, 100, -1])
def test_a_truncated_file_is_named_with_the_size_it_should_have(folder: Path, keep: int) -> None:
    path = folder / SINGLE
    path.write_bytes(path.read_bytes()[:keep])
    text = refusal(folder)
    assert str(path) in text
    assert "cut short" in text


def test_a_header_of_noise_is_refused(folder: Path) -> None:
    data = bytearray((folder / SINGLE).read_bytes())
    data[8:40] = b"\x00" * 32
    (folder / SINGLE).write_bytes(data)
    assert "header is not JSON" in refusal(folder)


def test_a_missing_shard_is_named(sharded: Path) -> None:
    shard = sorted(sharded.glob("model-*.safetensors"))[-1]
    shard.unlink()
    assert str(shard) in refusal(sharded)


def test_a_truncated_shard_is_named(sharded: Path) -> None:
    shard = sorted(sharded.glob("model-*.safetensors"))[-1]
    shard.write_bytes(shard.read_bytes()[:-10])
    assert str(shard) in refusal(sharded)


@pytest.mark.parametrize(
    "outside",
    ["../evil.safetensors", "/etc/passwd", "..\\evil", "C:\\x", "C:", "x:stream", "con", "sub/x", ".."],
)
def test_an_index_that_points_outside_its_folder_is_refused(sharded: Path, outside: str) -> None:
    index = json.loads((sharded / INDEX).read_text("utf-8"))
    name = next(iter(index["weight_map"]))
    index["weight_map"][name] = outside
    (sharded / INDEX).write_text(json.dumps(index), "utf-8")
    text = refusal(sharded)
    assert name in text
    assert INDEX in text


def test_an_index_that_names_a_tensor_the_shard_lacks_is_refused(sharded: Path) -> None:
    index = json.loads((sharded / INDEX).read_text("utf-8"))
    files = sorted(set(index["weight_map"].values()))
    name = next(n for n, file in index["weight_map"].items() if file == files[0])
    index["weight_map"][name] = files[1]
    (sharded / INDEX).write_text(json.dumps(index), "utf-8")
    assert name in refusal(sharded)


@pytest.mark.parametrize("text", ["", "[]", '{"weight_map": 5}', '{"weight_map": null}', "{}", "[" * 100_000])
def test_a_damaged_index_is_refused(sharded: Path, text: str) -> None:
    (sharded / INDEX).write_text(text, "utf-8")
    assert INDEX in refusal(sharded)


def test_a_folder_with_config_but_no_weights_is_refused(folder: Path) -> None:
    (folder / SINGLE).unlink()
    assert SINGLE in refusal(folder)
