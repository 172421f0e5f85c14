"""The checkpoint for measuring is one that can be measured: published shapes, finite numbers, all different."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.synthetic_checkpoint import full_width, main, write_synthetic_checkpoint
from tests.support.gpt_oss_layout import RandomConfig, tensor_specs
from tests.support.reference_model import ReferenceModel
from tests.support.safetensors_file import map_checkpoint

SMALL = RandomConfig(
    hidden_size=96,
    intermediate_size=64,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=1,
    num_local_experts=4,
    num_experts_per_tok=2,
    vocab_size=400,
    shards=2,
)


def test_24_layers_are_as_large_as_the_download_and_come_in_three_shards() -> None:
    config = full_width(24)
    total = sum(spec.byte_count for spec in tensor_specs(config))
    assert config.shards == 3
    assert 13.75e9 < total < 13.77e9
    assert config.special_id("<|return|>") == 200_002
    assert config.special_id("<|call|>") == 200_012


def test_it_has_every_tensor_and_answers_with_finite_varied_logits(tmp_path: Path) -> None:
    written = write_synthetic_checkpoint(tmp_path, SMALL, stretch_items=10_007)
    tensors = map_checkpoint(tmp_path)
    assert {name: array.shape for name, array in tensors.items()} == {
        spec.name: spec.shape for spec in tensor_specs(SMALL)
    }
    assert written == sum(array.nbytes for array in tensors.values())
    logits = ReferenceModel(tmp_path).logits(np.arange(40))
    assert np.isfinite(logits).all()
    assert 1 < logits.std() < 10
    layers = [tensors[f"model.layers.{n}.self_attn.q_proj.weight"] for n in (0, 1)]
    assert not np.array_equal(layers[0], layers[1])


def test_it_does_not_write_over_what_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["--layers", "1", str(tmp_path)])
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
