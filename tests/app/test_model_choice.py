"""What is said about a PC before anything is downloaded is true of it, and says what to do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.model_choice import Choice, Fit, ThisPc, choose, judge, look_at_pc
from models.catalog import CatalogModel, catalog, find
from models.checkpoint import expected_tensors
from models.config import ModelConfig
from models.safetensors import ELEMENT_BYTES
from runtime.events import Device, DeviceKind
from tests.support.gpt_oss_layout import RandomConfig, write_side_files

GB = 10**9
PC = ThisPc(32 * GB, 24 * GB, 500 * GB, "D:\\models", ("avx2", "fma"))


def model(name: str) -> CatalogModel:
    found = find(name)
    assert found is not None
    return found


def of(pc: ThisPc, name: str = "gpt-oss-20b") -> Choice:
    return judge(pc, model(name))


@pytest.mark.parametrize(
    ("memory", "free", "small", "large"),
    [
        (8, 5, Fit.NOT, Fit.NOT),
        (12, 8, Fit.SLOWLY, Fit.NOT),
        (16, 9, Fit.WELL, Fit.NOT),
        (32, 24, Fit.WELL, Fit.NOT),
        (64, 50, Fit.WELL, Fit.SLOWLY),
        (128, 110, Fit.WELL, Fit.WELL),
    ],
)
def test_memory_decides_how_a_model_runs(memory: int, free: int, small: Fit, large: Fit) -> None:
    pc = replace(PC, memory_bytes=memory * GB, available_bytes=free * GB)
    assert (of(pc).fit, of(pc, "gpt-oss-120b").fit) == (small, large)
    assert f"{memory}.0 GB" in of(pc).sentences[0] or of(pc).fit is Fit.WELL


def test_a_disk_that_is_too_small_is_said_with_what_to_free() -> None:
    choice = of(replace(PC, disk_free_bytes=10 * GB))
    assert not choice.fits_disk
    assert "15.1 GB" in choice.sentences[-1]
    assert "10.0 GB are free at D:\\models: free 5.1 GB there" in choice.sentences[-1]


def test_a_speed_is_told_only_where_it_was_measured() -> None:
    assert of(PC).tokens_per_second is None
    assert "tokens" not in " ".join(of(PC).sentences)
    least, most = of(replace(PC, bandwidth=25.63e9)).tokens_per_second or (0, 0)
    assert (least, most) == pytest.approx((5, 9))  # a token reads 2.563 GB


def test_a_processor_that_is_too_old_is_told_so() -> None:
    choice = of(replace(PC, cpu_features=("sse4_2", "avx")))
    assert choice.fit is Fit.NOT
    assert "AVX2" in choice.sentences[0]
    assert of(replace(PC, cpu_features=("asimd", "dotprod"))).fit is Fit.WELL  # ARM64
    assert of(replace(PC, cpu_features=())).fit is Fit.WELL  # unknown


def test_a_graphics_card_is_mentioned_for_what_it_can_do() -> None:
    card = Device("dml:0", DeviceKind.GPU, "Some card", 24 * GB, "DmlExecutionProvider")
    assert "Some card has enough memory" in " ".join(of(replace(PC, devices=(card,))).sentences)
    small = replace(card, memory_bytes=8 * GB)
    assert "too little memory" in " ".join(of(replace(PC, devices=(small,))).sentences)
    broken = replace(card, usable=False, why_not="It failed its test.")
    assert "Some card" not in " ".join(of(replace(PC, devices=(broken,))).sentences)


def test_the_best_model_for_the_pc_comes_first_and_the_demo_last() -> None:
    def order(pc: ThisPc) -> list[str]:
        return [choice.model.id for choice in choose(pc, catalog())]

    assert order(PC) == ["gpt-oss-20b", "gpt-oss-120b", "demo"]
    assert order(replace(PC, memory_bytes=128 * GB, available_bytes=120 * GB))[0] == "gpt-oss-120b"
    assert order(replace(PC, memory_bytes=8 * GB, available_bytes=4 * GB))[0] == "gpt-oss-20b"


def test_this_pc_can_be_looked_at(tmp_path: Path) -> None:
    pc = look_at_pc(tmp_path / "not made yet")
    assert pc.memory_bytes > pc.available_bytes > 0
    assert pc.disk_free_bytes > 0


@pytest.mark.parametrize("name", ["gpt-oss-20b", "gpt-oss-120b"])
def test_the_catalogs_numbers_are_those_of_the_published_layout(name: str, tmp_path: Path) -> None:
    known = model(name)
    shape = RandomConfig(
        num_hidden_layers=known.layers,
        num_local_experts=known.experts,
        vocab_size=201088,
        first_special=199998,
    )
    write_side_files(tmp_path, shape)
    tensors = expected_tensors(ModelConfig.read(tmp_path))

    def size(*endings: str) -> int:
        total = 0
        for tensor, (dtype, dimensions) in tensors.items():
            if tensor.endswith(endings):
                count = ELEMENT_BYTES[dtype]
                for dimension in dimensions:
                    count *= dimension
                total += count
        return total

    assert known.download_bytes == pytest.approx(size(""), rel=0.01)
    dense = size("_proj.weight", "lm_head.weight") // 2
    assert known.derived_bytes == pytest.approx(dense * 34 / 32, rel=0.01)
    experts = size("_blocks", "_scales", "gate_up_proj_bias", "down_proj_bias")
    assert known.token_bytes == pytest.approx(experts * 4 / known.experts + dense * 34 / 32, rel=0.01)
