"""Chorale on Windows, as far as Wine can tell: the other tests, run there, and the same numbers as here.

They take many minutes, so the environment variable CHORALE_WINDOWS says how many of them are wanted: none if it is not
set, `quick` for those that only Windows can answer, `1` for all. They set up what they need themselves
(`python -m tests.windows.setup --directml`), where the machine can. Wine cannot tell how a driver, a real screen,
SmartScreen or a screen reader behave.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import models
from tests.support.random_checkpoint import NAMED, write_random_checkpoint
from tests.windows import place
from tests.windows.run import run_python

pytestmark = [
    pytest.mark.slow,
    pytest.mark.windows,
    pytest.mark.skipif(sys.platform == "win32", reason="this is Windows"),
]

PYTEST = ("-m", "pytest", "-p", "no:cacheprovider", "-q")
# Wine keeps variables named QT_* from the programs it runs.
ON_THE_SCREEN = f"""
import os, sys, pytest
os.environ["QT_QPA_PLATFORM"] = "windows"
sys.exit(pytest.main([*{PYTEST[2:]!r}, "tests/ui/test_window.py"]))
"""
DEMO = Path(models.__path__[0]) / "demo"
TIMEOUT_S = 1800
WANTED = os.environ.get("CHORALE_WINDOWS", "")
whole = pytest.mark.skipif(WANTED == "quick", reason="takes many minutes; set CHORALE_WINDOWS=1 to run it")


@pytest.fixture(scope="module", autouse=True)
def windows() -> None:
    """Windows, ready; else the tests are skipped with the reason."""
    if WANTED not in ("1", "quick"):
        pytest.skip("takes many minutes; set CHORALE_WINDOWS=1 (or quick) to run it")
    command = [sys.executable, "-m", "tests.windows.setup", "--directml"]
    done = subprocess.run(command, cwd=place.ROOT, capture_output=True, text=True, check=False)
    if WANTED == "quick" and done.returncode:
        pytest.skip(f"Windows could not be set up: {done.stderr.strip()[-500:]}")
    assert done.returncode == 0, done.stderr
    if "not available:" in done.stderr:
        pytest.skip(done.stderr.strip())
    try:
        place.check_available()
    except place.NotAvailableError as reason:
        pytest.skip(f"not available: {reason}")
    if not place.is_ready():
        pytest.skip("Windows is not set up; run: python -m tests.windows.setup --directml")


def run_there(*arguments: str, scratch: Path | None = None, display: bool = False) -> str:
    """Run Windows Python, which must succeed; what it said."""
    done = run_python(arguments, scratch=scratch, timeout_s=TIMEOUT_S, capture=True, display=display)
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout


@whole
@pytest.mark.parametrize("folder", ["models", "runtime/kernels", "runtime", "app", "ui"])
def test_the_tests_pass_on_windows(folder: str) -> None:
    # The compiler runs on Linux only, and the kernels' folder has a turn of its own.
    without = ["--ignore=tests/runtime/kernels"] if folder == "runtime" else []
    without += ["--ignore=tests/runtime/kernels/test_kernel_build.py"]
    run_there(*PYTEST, f"tests/{folder}", *without)


@pytest.mark.parametrize("name", ["tiny", "odd_sizes"])
def test_a_random_model_says_the_same_as_on_linux(tmp_path: Path, name: str) -> None:
    # The folder's name has letters of no single Windows code page.
    folder = write_random_checkpoint(tmp_path / "Größe 模型" / name, NAMED[name])
    here, there = tmp_path / "here.json", tmp_path / "there.json"
    check = ["-m", "tests.windows.check_engine"]
    native = [str(folder), str(tmp_path / "cache"), str(here)]
    subprocess.run([sys.executable, *check, *native], cwd=place.ROOT, check=True)
    scratch = r"Z:\scratch"
    there_model = f"{scratch}\\Größe 模型\\{name}"
    run_there(*check, there_model, f"{scratch}\\cache-there", f"{scratch}\\there.json", scratch=tmp_path)
    compare(json.loads(here.read_text()), json.loads(there.read_text()))


def compare(here: dict[str, Any], there: dict[str, Any]) -> None:
    assert list(here["kernels"]) == list(there["kernels"])
    for kernel, wanted in here["kernels"].items():
        got = there["kernels"][kernel]
        assert got["tokens"] == wanted["tokens"], kernel
        # ONNX Runtime was built by another compiler, and exp() is the system's.
        scale = np.abs(wanted["logits"]).max()
        np.testing.assert_allclose(got["logits"], wanted["logits"], rtol=0, atol=1e-4 * scale, err_msg=kernel)
    assert there["answer"] == here["answer"]


@pytest.mark.skipif(not (DEMO / "model.safetensors").is_file(), reason="the demo model is not built yet")
def test_the_demo_answers_in_the_terminal_as_on_linux() -> None:
    question = ["-m", "app", "ask", "What is Chorale?", "--model", "demo", "--temperature", "0", "--json"]
    native = subprocess.run([sys.executable, *question], cwd=place.ROOT, capture_output=True, check=True)
    wanted = [json.loads(line) for line in native.stdout.decode().splitlines()]
    said = [json.loads(line) for line in run_there(*question).splitlines()]
    assert [line for line in said if line["type"] == "text"] == [
        line for line in wanted if line["type"] == "text"
    ]
    assert said[-1]["usage"] == wanted[-1]["usage"]


def test_doctor_tells_what_it_runs_on() -> None:
    report = run_there("-m", "app", "doctor")
    assert "Windows" in report
    assert "avx2" in report.lower()


@whole
def test_the_window_opens_on_the_screen() -> None:
    """Qt's Windows plugin instead of `offscreen`, on a screen that nobody sees."""
    run_there("-c", ON_THE_SCREEN, display=True)


def test_directml_runs_gpt_oss_exactly_and_keeps_its_cache(tmp_path: Path) -> None:
    if not place.is_ready(directml=True):
        pytest.skip("DirectML is not set up; run: python -m tests.windows.setup --directml")
    for name in ("tiny", "odd_sizes"):
        write_random_checkpoint(tmp_path / name, NAMED[name])
    # In a hurry: that it is DirectML which computes, and how well in the precision that is used.
    some = ("node", "float16") if WANTED == "quick" else ()
    run_there("-m", "tests.windows.check_directml", r"Z:\scratch", *some, scratch=tmp_path, display=True)
