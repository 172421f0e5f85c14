"""A download that is killed at any moment leaves no half model, and the next one finishes.

A few rounds here; `python -m tests.models.kill_rounds --rounds 200` is the long form.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="processes are forked")
def test_killed_downloads_leave_no_half_model_and_lose_no_good_file() -> None:
    # A program of its own: it forks, which a process with threads must not.
    command = [sys.executable, "-m", "tests.models.kill_rounds", "--rounds", "12", "--seed", "3"]
    done = subprocess.run(
        command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["killed"] > 0
