"""Measures what a decode step costs beside the model: drawing, parsing, Python, ONNX Runtime's own calls.

    python -m tests.benchmarks.step_overhead MODEL [--cache DIR] [--tokens N]

The time inside of `ModelSession.run` is taken step by step and compared with the whole loop. With it, the time
that the session's graph takes on one layer's worth of nothing is not known: what ONNX Runtime spends between
our operators counts as the model's.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from runtime.conversation import Conversation, Message, Role
from runtime.engine import Engine
from runtime.events import EngineReady, LoadRequest, Sampling, TurnRequest
from runtime.prompt_lookup import PromptLookup
from runtime.sampling import Sampler
from runtime.sequence import TokenSequence
from runtime.turn import Turn


class Timed(TokenSequence):
    """Adds up the seconds spent in the model."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.seconds: list[float] = []

    def feed(self, ids: Sequence[int], positions: int) -> npt.NDArray[np.float32]:
        began = time.perf_counter()
        logits = super().feed(ids, positions)
        self.seconds.append(time.perf_counter() - began)
        return logits


def measure(engine: Engine, tokens: int, sampling: Sampling) -> tuple[float, float]:
    """Seconds a step: in the model, and around it."""
    session, _, tokenizer = engine._loaded()
    sequence = Timed(session)
    prompt = list(range(1000, 1064))
    (logits,) = sequence.prefill(prompt, 1, lambda: None)
    request = TurnRequest(1, Conversation((Message(Role.USER, "?"),)), sampling)
    sequence.seconds.clear()
    turn, sampler, lookup = Turn(request, tokenizer, 64, 0), Sampler(sampling), PromptLookup(prompt)
    began = time.perf_counter()
    for _ in engine.decode(sequence, logits, turn, sampler, lookup, (), tokens):
        pass
    total = time.perf_counter() - began
    inside = sum(sequence.seconds)
    return inside / len(sequence.seconds), (total - inside) / tokens


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Measure what a decode step costs beside the model.")
    parser.add_argument("model", type=Path, metavar="MODEL", help="a model folder")
    parser.add_argument("--cache", type=Path, help="for derived files; default: beside the model, NAME-cache")
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args(arguments)
    folder: Path = options.model.absolute()
    cache: Path = options.cache or folder.with_name(folder.name + "-cache")
    engine = Engine()
    *_, ready = engine.load(LoadRequest(str(folder), str(cache.absolute())))
    if not isinstance(ready, EngineReady):
        sys.stderr.write(f"{ready}\n")
        return 1
    sys.stdout.write("| sampling | model, ms a step | around it, ms a token | share |\n|---|---|---|---|\n")
    for name, sampling in (
        ("temperature 1", Sampling(seed=1)),
        ("greedy", Sampling(temperature=0)),
        ("top-p 0.9", Sampling(top_p=0.9, seed=1)),
        ("top-k 40", Sampling(top_k=40, seed=1)),
    ):
        found = [measure(engine, options.tokens, sampling) for _ in range(options.repeats)]
        inside, around = (1e3 * statistics.median(pair[i] for pair in found) for i in (0, 1))
        sys.stdout.write(f"| {name} | {inside:.1f} | {around:.2f} | {around / (inside + around):.1%} |\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
