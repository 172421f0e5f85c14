"""The bandwidth shown beside the speeds is one that was measured, and a token's bytes are those of gpt-oss."""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np
import pytest

from models.config import ModelConfig
from runtime import kernels
from runtime.bandwidth import bytes_a_token, read_bandwidth
from tests.benchmarks.synthetic_checkpoint import full_width
from tests.support.gpt_oss_layout import write_side_files


def test_every_byte_is_read_and_none_beyond() -> None:
    read = kernels.library().chorale_read_memory
    read.restype = ctypes.c_ulonglong
    memory = np.arange(3 * 8 + 8, dtype=np.uint64)
    size = ctypes.c_ulonglong(3 * 64)
    assert read(memory.ctypes.data_as(ctypes.c_void_p), size) == sum(range(24))


@pytest.mark.slow
def test_the_bandwidth_is_that_of_a_computer() -> None:
    assert 1e8 < read_bandwidth(1) < 1e13


def test_a_token_of_gpt_oss_20b_reads_two_and_a_half_gigabytes(tmp_path: Path) -> None:
    write_side_files(tmp_path, full_width(24))
    config = ModelConfig.read(tmp_path)
    experts, attention, lm_head = 1.27e9, 0.68e9, 0.615e9
    assert bytes_a_token(config, 0) == pytest.approx(experts + attention + lm_head, rel=0.02)
    # 12 layers see everything, 12 a window of 128: 2 KiB of f16 keys and values a layer and position.
    grown = bytes_a_token(config, 8192) - bytes_a_token(config, 0)
    assert grown == 12 * 2048 * (8192 + 128)
