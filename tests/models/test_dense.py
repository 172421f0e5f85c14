"""The derived 8-bit file is close to the published matrices, and never stale, half-written or in the way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models.checkpoint import Checkpoint
from models.dense import FILE, make_dense, open_dense, quantise
from models.dense_names import dense_matrices
from models.errors import ModelError
from models.mapped_files import MappedFiles
from tests.support.random_checkpoint import NAMED, write_random_checkpoint


@pytest.fixture
def checkpoint(tmp_path: Path) -> Checkpoint:
    return Checkpoint.open(write_random_checkpoint(tmp_path / "model", NAMED["narrow"]))


def test_weights_come_back_within_half_a_step(checkpoint: Checkpoint, tmp_path: Path) -> None:
    steps = list(make_dense(checkpoint, tmp_path / "cache"))
    assert steps[-1][0] == steps[-1][1]
    tensors, maps = open_dense(checkpoint, tmp_path / "cache"), MappedFiles()
    assert tensors is not None
    assert set(tensors) == {f"{n}.{p}" for n in dense_matrices(checkpoint) for p in ("q8", "scales")}
    for name in dense_matrices(checkpoint):
        bits = maps.view(checkpoint.tensors[f"{name}.weight"])
        weight = (bits.astype(np.uint32) << 16).view(np.float32)
        scales = maps.view(tensors[f"{name}.scales"]).astype(np.float32).repeat(32, axis=1)
        error = np.abs(maps.view(tensors[f"{name}.q8"]) * scales - weight)
        # Half a step, and a little for the largest weight of a block, whose step was rounded to f16.
        assert (error <= scales * (0.5 + 127 * 2**-11)).all(), name


def test_blocks_of_zeros_and_of_the_tiniest_numbers_stay_finite() -> None:
    tiny = np.full(32, 1e-38, np.float32).view(np.uint32) >> 16
    bits = np.concatenate([np.zeros(32), tiny]).astype(np.uint16)[None]
    scales, weights = quantise(bits)
    assert not scales.any()
    assert not weights.any()


def test_changed_weights_make_the_derived_file_stale(checkpoint: Checkpoint, tmp_path: Path) -> None:
    list(make_dense(checkpoint, tmp_path))
    assert open_dense(checkpoint, tmp_path) is not None
    os.utime(checkpoint.files[0], ns=(1, 1))
    assert open_dense(checkpoint, tmp_path) is None


def test_a_damaged_derived_file_is_made_again_not_trusted(checkpoint: Checkpoint, tmp_path: Path) -> None:
    list(make_dense(checkpoint, tmp_path))
    (tmp_path / FILE).write_bytes((tmp_path / FILE).read_bytes()[:-1])
    assert open_dense(checkpoint, tmp_path) is None


def test_giving_up_half_way_leaves_nothing_behind(checkpoint: Checkpoint, tmp_path: Path) -> None:
    steps = make_dense(checkpoint, tmp_path / "cache")
    next(steps)
    steps.close()
    assert list((tmp_path / "cache").iterdir()) == []


def test_what_a_killed_program_left_is_cleared_away_but_not_what_another_is_making(
    checkpoint: Checkpoint, tmp_path: Path
) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    cache = tmp_path / "cache"
    cache.mkdir()
    left, making = (cache / f"{FILE}.{maker}.part" for maker in (ended.pid, other.pid))
    for file in (left, making):
        file.write_bytes(b"half")
    list(make_dense(checkpoint, cache))
    other.communicate(b"\n")
    assert set(cache.iterdir()) == {cache / FILE, making}


def test_two_windows_at_their_first_start_share_the_file_that_is_made_first(
    checkpoint: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_mapped(*places: object) -> None:
        raise PermissionError(13, "Access is denied")

    cache = tmp_path / "cache"
    list(make_dense(checkpoint, cache))
    monkeypatch.setattr(Path, "replace", is_mapped)
    list(make_dense(checkpoint, cache))
    assert open_dense(checkpoint, cache) is not None
    assert list(cache.iterdir()) == [cache / FILE]
    os.utime(checkpoint.files[0], ns=(1, 1))  # now the file there is of other weights
    with pytest.raises(ModelError, match="Access is denied"):
        list(make_dense(checkpoint, cache))


def test_a_place_that_cannot_be_written_is_named(checkpoint: Checkpoint, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file, not a folder")
    with pytest.raises(ModelError, match="cache"):
        list(make_dense(checkpoint, tmp_path / "cache"))


def test_the_published_files_are_not_touched(checkpoint: Checkpoint, tmp_path: Path) -> None:
    before = [file.read_bytes() for file in checkpoint.files]
    list(make_dense(checkpoint, tmp_path / "cache"))
    assert [file.read_bytes() for file in checkpoint.files] == before
