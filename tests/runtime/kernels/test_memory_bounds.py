"""Weights are mapped from a file: reading one byte past the last tensor would end the process.

Each weight is laid so that it ends where an unreadable page begins. A read too far is a crash, so the work
is done in a process of its own. Linux only: Windows protects pages by other calls, and the code is the same.
"""

from __future__ import annotations

import ctypes
import mmap
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from runtime import kernels
from tests.runtime.kernels.direct import Cache, run_attention, run_linear, run_moe
from tests.runtime.kernels.kernel_reference import Attention, Experts, to_bf16

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="pages are protected by mprotect"),
]
_KEPT: list[mmap.mmap] = []


def at_the_edge(array: NDArray[Any]) -> NDArray[Any]:
    """A copy whose last byte is the last readable one before a forbidden page."""
    page = mmap.PAGESIZE
    readable = -(-array.nbytes // page) * page
    memory = mmap.mmap(-1, readable + page)
    _KEPT.append(memory)
    start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    libc = ctypes.CDLL(None)
    assert libc.mprotect(ctypes.c_void_p(start + readable), ctypes.c_size_t(page), 0) == 0
    copy = np.frombuffer(memory, array.dtype, array.size, readable - array.nbytes)
    copy.flags.writeable = True
    copy[:] = array.reshape(-1)
    return copy.reshape(array.shape)


def run_everything() -> None:
    """All ops and kernels, sizes with every remainder of a group, one token and many."""
    rng = np.random.default_rng(1)
    for name in kernels.supported():
        kernels.select(name)
        for hidden, width in ((32, 96), (64, 32), (96, 160), (128, 64)):
            layer = Experts(hidden, width, experts=2, top_k=2)
            weights = [at_the_edge(array) for array in layer.arrays()]
            for count in (1, 5):
                x = at_the_edge(rng.normal(size=(count, hidden)).astype(np.float32))
                run_moe(layer, x, weights)
                for rows in (1, 16, 35):
                    int8 = at_the_edge(rng.integers(-9, 9, (rows, hidden), dtype=np.int8))
                    run_linear(x, int8, at_the_edge(np.ones((rows, hidden // 32), np.float16)))
                    narrow = at_the_edge(np.ascontiguousarray(x[:, :-5]))
                    run_linear(narrow, at_the_edge(to_bf16(rng.normal(size=(rows, hidden - 5)))))
        for dim in (16, 24, 40):
            attention = Attention(37, dim=dim)
            for part in ("q", "k", "v", "cos", "sin", "sinks"):
                setattr(attention, part, at_the_edge(getattr(attention, part)))
            cache = Cache(attention, 37)
            cache.key, cache.value = at_the_edge(cache.key), at_the_edge(cache.value)
            run_attention(attention, cache, 36)
            run_attention(attention, cache, 1)
    sys.stdout.write("all read within bounds\n")


def test_no_kernel_reads_past_a_weight() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "tests.runtime.kernels.test_memory_bounds"],
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout == "all read within bounds\n", f"exit code {result.returncode}: {result.stderr}"


if __name__ == "__main__":
    run_everything()
