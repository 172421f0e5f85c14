"""Choosing a kernel: the best that runs here, another by name, and a clear sentence when that cannot be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models.errors import EngineError
from runtime import kernels
from tests.runtime.kernels.direct import run_linear

REPOSITORY = Path(__file__).resolve().parents[3]


def answer(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python code in a process of its own, where CHORALE_KERNEL is still unread."""
    everything = {**os.environ, **environment, "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(
        [sys.executable, "-c", code], env=everything, capture_output=True, text=True, check=False
    )


def test_plain_c_is_always_there_and_best_comes_first() -> None:
    assert kernels.names()[-2:] == ("scalar", "scalar-f32")
    assert set(kernels.supported()) >= {"scalar", "scalar-f32"}
    assert kernels.select(None) == kernels.supported()[0] == kernels.in_use()


def test_the_selected_kernel_and_no_other_runs() -> None:
    x, weight = np.ones((1, 32), np.float32), np.ones((2, 32), np.uint16)
    for name in kernels.supported():
        assert kernels.select(name) == name == kernels.in_use()
        before = [kernels.calls(other) for other in kernels.names()]
        run_linear(x, weight)
        after = [kernels.calls(other) for other in kernels.names()]
        grown = [other for other, a, b in zip(kernels.names(), before, after, strict=True) if b > a]
        assert grown == [name]


def test_an_unknown_name_is_refused_with_the_names_there_are() -> None:
    kernels.select("scalar")
    with pytest.raises(EngineError, match=r'no kernel named "avx9000"; there are: .*scalar, scalar-f32'):
        kernels.select("avx9000")
    assert kernels.in_use() == "scalar"
    with pytest.raises(EngineError, match="there are"):
        kernels.calls("avx9000")


def test_a_kernel_this_cpu_cannot_run_says_what_it_needs() -> None:
    missing = [name for name in kernels.names() if name not in kernels.supported()]
    for name in missing:
        with pytest.raises(EngineError, match=f'"{name}" cannot run here: it needs a CPU'):
            kernels.select(name)
    assert missing or kernels.supported() == kernels.names()


@pytest.mark.slow
def test_the_environment_chooses_a_kernel() -> None:
    code = "from runtime import kernels; print(kernels.in_use())"
    assert answer(code, CHORALE_KERNEL="scalar").stdout.split() == ["scalar"]
    assert answer(code, CHORALE_KERNEL="").stdout.split() == [kernels.supported()[0]]


@pytest.mark.slow
def test_a_wrong_name_in_the_environment_stops_the_session_with_a_sentence() -> None:
    code = """
import onnxruntime as ort
from runtime import kernels
options = ort.SessionOptions()
try:
    options.register_custom_ops_library(str(kernels.library_path()))
except Exception as error:
    print(error)
"""
    assert 'no kernel named "quantum"' in answer(code, CHORALE_KERNEL="quantum").stdout


def test_a_library_that_is_not_built_says_how_to_build_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("runtime.kernels.library_file", lambda target: tmp_path / target)
    with pytest.raises(EngineError, match=r"run: python -m runtime\.kernels\.build"):
        kernels.library_path()
