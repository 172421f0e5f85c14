"""The made-up checkpoints are what the stored logits were made from, and are files such as OpenAI's."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from tests.support.gpt_oss_layout import tensor_specs
from tests.support.random_checkpoint import NAMED, random_ids, write_random_checkpoint
from tests.support.safetensors_file import map_checkpoint, round_to_bf16, widen_bf16

# Of all tensors' bytes in the order of their names. If one of these changes, the stored logits are void.
DIGESTS = {
    "tiny": "940feb55ed20c6c2",
    "odd_sizes": "daec57d66bf262ea",
    "narrow": "b0e951317549acbd",
    "two_shards": "caa25ee823f97826",
}


@pytest.mark.parametrize("name", DIGESTS)
def test_a_random_checkpoint_has_the_same_bytes_on_every_machine(name: str, tmp_path: Path) -> None:
    tensors = map_checkpoint(write_random_checkpoint(tmp_path, NAMED[name]))
    digest = hashlib.sha256()
    for tensor in sorted(tensors):
        digest.update(tensors[tensor].tobytes())
    assert digest.hexdigest()[:16] == DIGESTS[name]


def test_the_ids_of_a_prompt_are_the_same_on_every_machine() -> None:
    assert random_ids(6, 384).tolist() == [316, 366, 38, 11, 74, 104]
    assert random_ids(600, 331).max() < 331


@pytest.mark.parametrize("name", ["odd_sizes", "two_shards"])
def test_every_tensor_of_the_published_layout_is_there_with_its_shape(name: str, tmp_path: Path) -> None:
    tensors = map_checkpoint(write_random_checkpoint(tmp_path, NAMED[name]))
    expected = {spec.name: spec.shape for spec in tensor_specs(NAMED[name])}
    assert {tensor: array.shape for tensor, array in tensors.items()} == expected


def test_shards_are_named_as_published_and_their_index_is_true(tmp_path: Path) -> None:
    write_random_checkpoint(tmp_path, NAMED["two_shards"])
    shards = sorted(path.name for path in tmp_path.glob("*.safetensors"))
    assert shards == ["model-00000-of-00001.safetensors", "model-00001-of-00001.safetensors"]
    index = json.loads((tmp_path / "model.safetensors.index.json").read_text(encoding="utf-8"))
    assert set(index["weight_map"].values()) == set(shards)
    for name, shard in index["weight_map"].items():
        header_bytes = int.from_bytes((tmp_path / shard).read_bytes()[:8], "little")
        assert header_bytes % 8 == 0
        assert name in json.loads((tmp_path / shard).read_bytes()[8 : 8 + header_bytes])


def test_bf16_rounds_to_nearest_and_ties_to_even() -> None:
    one_and_steps = np.array([1.0, 1 + 2**-8, 1 + 3 * 2**-8, 1 + 2**-8 + 2**-20, -3.0], dtype=np.float32)
    assert widen_bf16(round_to_bf16(one_and_steps)).tolist() == [1.0, 1.0, 1 + 2**-6, 1 + 2**-7, -3.0]
