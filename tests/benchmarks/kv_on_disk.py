"""What coming back to a conversation costs: reading its prompt anew, against its KV cache from the disk.

    python -m tests.benchmarks.kv_on_disk --tokens 4096 MODEL_FOLDER

MODEL_FOLDER is a checkpoint (`tests.benchmarks.synthetic_checkpoint` writes one of any number of layers). The file
is written and read in the system's folder for temporary files, or in --folder. `cold` is read after the system was
asked to forget the file, where it can be asked.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.bench.memory import forget
from runtime.engine import Engine
from runtime.events import EngineFailed, LoadRequest
from runtime.kv.keeper import KvKeeper
from runtime.kv.values import KvPlace
from runtime.sequence import TokenSequence

KEY = bytes(range(32))
_PATIENCE_S = 600


def main(arguments: list[str] | None = None, say: Callable[[str], object] = sys.stdout.write) -> int:
    parser = argparse.ArgumentParser(description="Time keeping a KV cache on the disk.")
    parser.add_argument("--tokens", type=int, default=4096)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--folder", type=Path, help="where the file is written")
    parser.add_argument("model", type=Path)
    options = parser.parse_args(arguments)
    ids = [int(each) for each in np.random.default_rng(1).integers(10, 200, options.tokens + 1)]
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        place = KvPlace(str(Path(folder) / "one.kv"), KEY, most_bytes=1 << 40, worth_s=0.0)
        first, last = _write(options, place, ids, say)
        size = Path(place.path).stat().st_size
        say(f"file: {size / 1e6:.1f} MB, {size / options.tokens:.0f} bytes a token\n")
        for name in ("warm", "cold"):
            if name == "cold" and not forget([Path(place.path)]):
                continue
            seconds, logits = _read(options, place, ids)
            say(
                f"restore, {name}: {seconds:.3f} s, {first / seconds:.0f} times as fast as reading the prompt\n"
            )
            say(f"  next token's logits: {'equal' if np.array_equal(logits, last) else 'DIFFERENT'}\n")
    return 0


def _write(
    options: argparse.Namespace, place: KvPlace, ids: list[int], say: Callable[[str], object]
) -> tuple[float, np.ndarray]:
    """Read the prompt and keep it; seconds of reading, and the logits behind one more token."""
    engine, sequence, keeper = _load(options)
    began = time.perf_counter()
    for _ in sequence.prefill(ids[:-1], 1, lambda: None):
        pass
    reading = time.perf_counter() - began
    say(f"prefill: {reading:.2f} s for {len(ids) - 1} tokens, {(len(ids) - 1) / reading:.0f} tokens/s\n")
    began = time.perf_counter()
    keeper.keep(place, len(ids) - 1)
    writer = keeper._writer
    if writer is None or not writer.wait(_PATIENCE_S):
        raise SystemExit("Nothing was kept: prefill is quicker than the file would be, or the disk is full.")
    say(f"save, in the background: {time.perf_counter() - began:.2f} s\n")
    last: np.ndarray = sequence.feed(ids[-1:], 1)[0]
    engine.close()
    return reading, last


def _read(options: argparse.Namespace, place: KvPlace, ids: list[int]) -> tuple[float, np.ndarray]:
    """Bring it back in an engine that knows nothing; seconds, and the logits behind one more token."""
    engine, sequence, keeper = _load(options)
    began = time.perf_counter()
    keeper.recall(place, ids[:-1], lambda: None)
    seconds = time.perf_counter() - began
    if len(sequence.ids) != len(ids) - 1:
        raise SystemExit("Nothing came back.")
    last: np.ndarray = sequence.feed(ids[-1:], 1)[0]
    engine.close()
    return seconds, last


def _load(options: argparse.Namespace) -> tuple[Engine, TokenSequence, KvKeeper]:
    engine = Engine()
    cache = options.model.absolute().with_name(options.model.name + ".derived")
    cache.mkdir(exist_ok=True)
    request = LoadRequest(str(options.model.absolute()), str(cache), threads=options.threads)
    for event in engine.load(request):
        if isinstance(event, EngineFailed):
            raise SystemExit(event.user_text)
    _, sequence, _ = engine._loaded()
    if engine._kv is None:
        raise SystemExit("This model is not on the CPU.")
    return engine, sequence, engine._kv


if __name__ == "__main__":
    sys.exit(main())
