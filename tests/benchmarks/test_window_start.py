"""What the window is made of is on the screen before anything heavy is loaded, and the benchmark that measures it runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.benchmarks import history, window_probe, window_start

# The key of an encrypted history is in the keychain, so `keyring` is needed for the list.
LATER = set(window_probe.HEAVY) - {"keyring"}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the screen in memory is set up for Linux")
def test_the_window_is_seen_before_anything_heavy_is_imported(tmp_path: Path) -> None:
    environment = window_start.environment_of(tmp_path)
    window_start.fill(tmp_path, history.Words(), conversations=3, messages=2_420)
    environment[window_probe.PLAN] = json.dumps({"words": [], "open": [["open the longest", 2]]})
    seen = window_start.start(environment)
    for moment in ("window made", "window painted", "list painted"):
        assert not LATER & set(seen["heavy"][moment]), moment
    assert {"engine ready", "list painted"} <= set(seen["marks"])
    assert len(seen["took"]["open the longest"]) == 1
