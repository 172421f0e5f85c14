"""The first prompt does not wait for the disk page by page, and others keep their memory."""

from __future__ import annotations

import mmap
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from runtime import kernels
from runtime.prefault import PIECE_BYTES, Prefault, pieces

EXPERTS = "model.layers.0.mlp.experts.down_proj_blocks"


def mapped(path: Path, size: int) -> np.memmap[tuple[int], np.dtype[np.uint8]]:
    path.write_bytes(bytes(size))
    return np.memmap(path, np.uint8, "r")


def resident(view: np.memmap[tuple[int], np.dtype[np.uint8]]) -> float:
    """The share of the view's pages that this process's page table holds (Linux: /proc/self/pagemap)."""
    page = mmap.PAGESIZE
    first, count = view.ctypes.data // page, -(-view.nbytes // page)
    with Path("/proc/self/pagemap").open("rb") as pagemap:
        pagemap.seek(8 * first)
        entries = np.frombuffer(pagemap.read(8 * count), np.uint64)
    return float((entries >> np.uint64(63)).mean())


@pytest.mark.skipif(not Path("/proc/self/pagemap").exists(), reason="Linux tells which pages are mapped")
def test_weights_are_in_memory_before_they_are_used(tmp_path: Path) -> None:
    view = mapped(tmp_path / "weights", 5 * PIECE_BYTES // 2)
    assert resident(view) < 0.1
    walk = Prefault({"lm_head.weight": view}, room=view.nbytes)
    walk.start()
    assert walk.wait(30)
    assert resident(view) == 1.0


def test_an_odd_address_and_length_are_brought_in_too(tmp_path: Path) -> None:
    view = mapped(tmp_path / "weights", 100_001)[4093:]
    walk = Prefault({"lm_head.weight": view}, room=1 << 30)
    walk.start()
    assert walk.wait(30)


_TOO_SHORT = """
import mmap, sys
from runtime import kernels
with open(sys.argv[1], "r+b") as file:
    memory = mmap.mmap(file.fileno(), 0)
    file.truncate(0)
import ctypes
address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
kernels.library().chorale_prefault(address, len(memory))
"""


@pytest.mark.slow
@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere a mapped file cannot be cut, or there is no such call"
)
def test_a_file_that_is_cut_short_meanwhile_does_not_end_the_engine_before_it_is_used(tmp_path: Path) -> None:
    path = tmp_path / "weights"
    path.write_bytes(bytes(1 << 16))
    root = str(Path(kernels.__file__).parents[2])
    done = subprocess.run([sys.executable, "-c", _TOO_SHORT, str(path)], check=False, cwd=root)
    assert done.returncode == 0


def test_a_model_that_is_closed_at_once_is_not_read_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = mapped(tmp_path / "weights", 1000)
    touched: list[int] = []

    class Library:
        def chorale_read_ahead(self, address: int, size: int) -> None: ...

        def chorale_prefault(self, address: int, size: int) -> None:
            touched.append(size)
            walk.stop()

    monkeypatch.setattr(kernels, "library", Library)
    walk = Prefault({"a": view, "b": view, "c": view}, room=1 << 30)
    walk.start()
    assert walk.wait(30)
    assert touched == [1000]


def test_the_memory_of_other_programs_is_left_alone(tmp_path: Path) -> None:
    view = mapped(tmp_path / "weights", 1000)
    weights = {EXPERTS: view[:600], "model.layers.0.self_attn.q_proj.q8": view[600:], "a": view[:10]}
    ours = list(pieces(weights, room=500))
    assert sum(size for _, size in ours) == 500
    # What every token needs comes first: an expert that is not chosen would have been read for nothing.
    assert [size for _, size in ours] == [400, 10, 90]
    assert ours[0][0] == view.ctypes.data + 600
    assert list(pieces(weights, room=0)) == []


def test_with_room_enough_weights_come_in_the_order_of_their_use(tmp_path: Path) -> None:
    view = mapped(tmp_path / "weights", 1000)
    weights = {EXPERTS: view[:600], "lm_head.weight": view[600:]}
    assert [size for _, size in pieces(weights, room=1000)] == [600, 400]


def test_the_embedding_of_which_one_row_is_read_is_not_brought_in(tmp_path: Path) -> None:
    view = mapped(tmp_path / "weights", 1000)
    assert list(pieces({"model.embed_tokens.weight": view}, room=1 << 30)) == []


def test_a_piece_is_never_larger_than_a_slow_disk_reads_in_a_moment() -> None:
    view = np.empty(3 * PIECE_BYTES + 1, np.uint8)
    sizes = [size for _, size in pieces({"a": view}, room=1 << 40)]
    assert sizes == [PIECE_BYTES] * 3 + [1]
