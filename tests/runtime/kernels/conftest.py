"""Every test here gets a built library, and leaves the automatic choice of kernel behind."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from runtime import kernels
from runtime.kernels.build import build
from runtime.kernels.place import host_target

ARM_KERNELS = ("neon-i8mm", "neon-dotprod", "scalar", "scalar-f32")  # elsewhere: test_neon.py
PC_KERNELS = ("avx512vnni", "avxvnni", "avx2", "scalar", "scalar-f32")
ALL_KERNELS = ARM_KERNELS if host_target().startswith("aarch64") else PC_KERNELS


@pytest.fixture(scope="session", autouse=True)
def built_library() -> None:
    """Build the library if a source changed; seconds then, nothing otherwise."""
    if sys.platform != "win32":  # there `tests/windows` has built it, from outside
        build()


@pytest.fixture(autouse=True)
def automatic_choice() -> Iterator[None]:
    """Undo what a test selected."""
    yield
    kernels.select(None)


@pytest.fixture(params=ALL_KERNELS)
def kernel(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each kernel in turn, selected; at the end the counters must show that it ran."""
    yield from _selected(request.param)


@pytest.fixture(params=ALL_KERNELS[:-1])
def int8_kernel(request: pytest.FixtureRequest) -> Iterator[str]:
    """As `kernel`, but only those whose activations are int8."""
    yield from _selected(request.param)


def _selected(name: str) -> Iterator[str]:
    if name not in kernels.supported():
        pytest.skip(f"this CPU cannot run {name}")
    kernels.select(name)
    before = kernels.calls(name)
    yield name
    assert kernels.calls(name) > before, f"{name} was selected, and never ran"
