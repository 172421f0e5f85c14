"""ONNX Runtime's stock path runs the same network, so that its speed may be compared; only less exactly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.accuracy import chorale_logits, error
from tests.benchmarks.contender_stock import StockContender
from tests.support.random_checkpoint import NAMED, write_random_checkpoint


@pytest.mark.slow
def test_int4_experts_say_about_the_same_and_measurably_less_well(tmp_path: Path) -> None:
    folder = write_random_checkpoint(tmp_path / "model", NAMED["two_shards"])
    ids = np.random.default_rng(1).integers(0, 400, 160).tolist()  # past the window of 128
    right = chorale_logits(folder, tmp_path / "cache", ids, None, True).astype(np.float64)
    contender = StockContender(folder, tmp_path / "stock", threads=1, context=512)
    try:
        contender.load()
        contender.logits(ids, tmp_path / "logits.npy")
        stock = error(np.load(tmp_path / "logits.npy"), right)
        answer = contender.ask("Hello", 4)
    finally:
        contender.close()
    ours = error(chorale_logits(folder, tmp_path / "cache", ids, None, False), right)
    assert ours.l2 < stock.l2 < 0.15
    assert (answer.cached, answer.decoded) == (0, 3)
