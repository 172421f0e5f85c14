"""How exact the numbers are: logits of Chorale and of llama.cpp against a float64 computation of the same weights.

    python -m tests.benchmarks.accuracy MODEL [--gguf FILE.gguf --peer-python PYTHON] [--reference FILE.npy]

The float64 logits come from `tests.support.reference_model`, in plain numpy; at full width they take minutes, so
`--reference` keeps them. A GGUF file with the embedding in bf16 (`tests.benchmarks.gguf_checkpoint --embedding bf16`)
holds the same numbers up to the 8-bit rounding of the dense matrices, which both sides do.

What 8-bit dense matrices cost is told apart: the graph with bf16 matrices against the graph with 8-bit ones, both with
float activations, as the mean Kullback-Leibler divergence of what they would say next. Random weights (a checkpoint of
`tests.benchmarks.synthetic_checkpoint`) say only how the programs compare; what a trained model loses is less, since
its choices are clearer, and the demo model is the trained one that is at hand.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
from numpy.typing import NDArray

from app.bench.asking import ready
from app.bench.runner import LlamaRunner
from models.config import ModelConfig
from runtime.engine import Engine
from runtime.events import LoadRequest
from runtime.tokenizer import Tokenizer
from tests.support.random_checkpoint import random_ids
from tests.support.reference_model import ReferenceModel

Logits = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Error:
    """How far logits are from the right ones.

    Attributes:
        l2: the difference's L2 norm, as a part of the right logits'.
        largest: the largest difference, as a part of the largest right logit.
        kl: mean Kullback-Leibler divergence over the positions, in nats.
        agreed: the share of positions where both think the same token likeliest.
    """

    l2: float
    largest: float
    kl: float
    agreed: float


def error(got: Logits, right: Logits) -> Error:
    """`got` and `right` are [positions, vocabulary]."""
    difference = got.astype(np.float64) - right
    p, q = (_log_softmax(logits.astype(np.float64)) for logits in (right, got))
    return Error(
        l2=float(np.linalg.norm(difference) / np.linalg.norm(right)),
        largest=float(np.abs(difference).max() / np.abs(right).max()),
        kl=float((np.exp(p) * (p - q)).sum(axis=1).mean()),
        agreed=float((got.argmax(axis=1) == right.argmax(axis=1)).mean()),
    )


def _log_softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    shifted = logits - logits.max(axis=1, keepdims=True)
    scaled: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return scaled


def chorale_logits(folder: Path, cache: Path, ids: list[int], kernel: str | None, exact: bool) -> Logits:
    """Chorale's logits of every position."""
    engine = Engine()
    try:
        ready(engine, LoadRequest(str(folder), str(cache), kernel=kernel, exact=exact))
        return engine.logits(ids)
    finally:
        engine.close()


def llama_logits(folder: Path, gguf: Path, python: Path, ids: list[int]) -> Logits:
    """llama.cpp's."""
    threads = psutil.cpu_count(logical=False) or 1
    runner = LlamaRunner(
        gguf, Tokenizer.load(folder), threads=threads, context=len(ids) + 64, repack=True, python=python
    )
    try:
        runner.load()
        with tempfile.TemporaryDirectory() as scratch:
            out = Path(scratch) / "logits.npy"
            runner.logits(ids, out)
            logits: Logits = np.load(out)
            return logits
    finally:
        runner.close()


def compare(options: argparse.Namespace) -> Iterator[tuple[str, Error]]:
    """Everything against float64, then 8-bit dense matrices against bf16 ones."""
    folder, cache = options.model, options.cache
    ids = [int(token) for token in random_ids(options.tokens, ModelConfig.read(folder).vocabulary)]
    if options.ids:
        ids = np.load(options.ids).tolist()
    right = _reference(folder, ids, options.reference)
    yield "Chorale", error(chorale_logits(folder, cache, ids, None, False), right)
    if options.gguf:
        yield "llama.cpp", error(llama_logits(folder, options.gguf, options.peer_python, ids), right)
    exact = chorale_logits(folder, cache, ids, None, True)
    yield "Chorale, exact", error(exact, right)
    eight = chorale_logits(folder, cache, ids, "scalar-f32", False)
    yield "8-bit against bf16 dense matrices", error(eight, exact.astype(np.float64))


def _reference(folder: Path, ids: list[int], kept: Path | None) -> NDArray[np.float64]:
    if kept is not None and kept.exists():
        stored: NDArray[np.float64] = np.load(kept)
        return stored
    logits = ReferenceModel(folder).logits(ids)
    if kept is not None:
        np.save(kept, logits)
    return logits


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Compare logits with a float64 computation.")
    parser.add_argument("model", type=Path, metavar="MODEL", help="a checkpoint's folder")
    parser.add_argument("--cache", type=Path, help="derived files; default: beside the model, NAME-cache")
    parser.add_argument("--gguf", type=Path, metavar="FILE.gguf", help="the same weights for llama.cpp")
    parser.add_argument("--peer-python", type=Path, default=Path(sys.executable), metavar="PYTHON")
    parser.add_argument("--tokens", type=int, default=64, help="how many random ids (64)")
    parser.add_argument("--ids", type=Path, metavar="FILE.npy", help="these ids instead")
    parser.add_argument("--reference", type=Path, metavar="FILE.npy", help="keeps the float64 logits")
    options = parser.parse_args(arguments)
    options.model = options.model.absolute()
    options.cache = options.cache or options.model.with_name(options.model.name + "-cache")
    sys.stdout.write(
        "| | L2 error | largest error | mean KL, nats | same likeliest token |\n|---|---|---|---|---|\n"
    )
    for name, e in compare(options):
        sys.stdout.write(f"| {name} | {e.l2:.2e} | {e.largest:.2e} | {e.kl:.2e} | {100 * e.agreed:.0f} % |\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
