"""The experts stay on disk: mapped where they lie, they take no private memory and are never written."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.random_checkpoint import NAMED, write_random_checkpoint

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")]

MEASURE = """
import sys
from runtime.engine import Engine
from runtime.events import EngineReady, LoadRequest

def private_and_mapped():
    lines = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
    return [int(lines[key].split()[0]) * 1024 for key in ("RssAnon", "RssFile")]

engine = Engine()
before = private_and_mapped()
*_, last = engine.load(LoadRequest(sys.argv[1], sys.argv[2]))
assert isinstance(last, EngineReady), last
engine.logits(range(64))
after = private_and_mapped()
print(after[0] - before[0], after[1] - before[1])
"""


def growth(folder: Path, cache: Path) -> tuple[int, int]:
    """Bytes of private and of mapped memory that loading and one run cost, in a process of its own."""
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(folder), str(cache)],
        capture_output=True,
        text=True,
        check=True,
        cwd=root,
    )
    private, mapped = (int(word) for word in done.stdout.split())
    return private, mapped


def expert_bytes(folder: Path) -> int:
    from models.checkpoint import Checkpoint

    tensors = Checkpoint.open(folder).tensors.values()
    return sum(tensor.size for tensor in tensors if ".experts." in tensor.name)


def test_private_memory_does_not_grow_with_the_experts(tmp_path: Path) -> None:
    few = replace(NAMED["tiny"], hidden_size=512, intermediate_size=1024, num_experts_per_tok=2)
    many = replace(few, num_local_experts=8 * few.num_local_experts)
    folders = [
        write_random_checkpoint(tmp_path / str(config.num_local_experts), config) for config in (few, many)
    ]
    digests = [hashlib.sha256((folder / "model.safetensors").read_bytes()).digest() for folder in folders]
    more_experts = expert_bytes(folders[1]) - expert_bytes(folders[0])
    assert more_experts > 150e6
    for folder in folders:
        growth(folder, folder.with_suffix(".cache"))  # makes the derived file, so that neither run has to
    costs = [growth(folder, folder.with_suffix(".cache")) for folder in folders]
    assert costs[1][0] - costs[0][0] < 0.05 * more_experts
    # 64 tokens through 2 of 64 experts touch most of them: what was read is mapped, not copied.
    assert costs[1][1] - costs[0][1] > 0.5 * more_experts
    after = [hashlib.sha256((folder / "model.safetensors").read_bytes()).digest() for folder in folders]
    assert after == digests
