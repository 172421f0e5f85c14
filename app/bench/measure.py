"""What `chorale bench` measures and in which order: loading, prompts, answers, memory, against what memory allows.

Several programs take turns in each round, so that whatever slows the PC for a while slows them all. Prefill counts
the tokens that were really read, not those still cached; decode leaves out the first token, which the prompt paid
for. Read next: `runner`, and `docs/BENCHMARKS.md` for how to read the numbers.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.bench.asking import random_text
from app.bench.memory import forget, read_through
from app.bench.runner import Runner
from models.config import ModelConfig
from runtime.bandwidth import bytes_a_token, read_bandwidth
from runtime.tokenizer import Tokenizer

HELLO = "Hello."
_WARM_UP, _DEEP = 1_000_000, 2_000_000  # numbers of texts that no round uses


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured.

    Attributes:
        prompt, decode: tokens read and written in each round.
        context: also decode after so many tokens; 0 leaves that out.
        repeats: rounds.
        cold: also load with the files not in memory.
        threads: how many read when the memory's bandwidth is measured.
    """

    prompt: int = 512
    decode: int = 32
    context: int = 0
    repeats: int = 3
    cold: bool = True
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Measurement:
    """One row: `values` of one program, one per round. `better` is +1 where more is better, -1 where less is.

    `name` is stable, for scripts; `tokens` says how many where that matters, else 0. `machine` measures itself.
    """

    name: str
    program: str
    unit: str
    values: tuple[float, ...]
    tokens: int = 0
    better: int = 1

    @property
    def median(self) -> float:
        return statistics.median(self.values)


def measure(
    runners: Sequence[Runner], plan: Plan, tokenizer: Tokenizer, config: ModelConfig
) -> Iterator[str | Measurement]:
    """Yields what is being done, for a status line, and every measurement when it is complete.

    Raises:
        AppError: a program failed.
        Cancelled: a turn was cancelled.
    """
    yield "Measuring memory"
    bandwidth = read_bandwidth(plan.threads)
    yield Measurement("read_bandwidth", "machine", "GB/s", (bandwidth / 1e9,))
    yield from _loads(runners, plan)
    rows: dict[tuple[str, str], list[float]] = {}
    for runner in runners:
        yield f"Warming up {runner.name}"
        runner.ask(random_text(tokenizer, _WARM_UP, plan.prompt), 2)
    for number in range(plan.repeats):
        text = random_text(tokenizer, number, plan.prompt)
        for runner in runners:
            yield f"Asking {runner.name}, {number + 1} of {plan.repeats}"
            turn = runner.ask(text, plan.decode + 1)
            rows.setdefault(("prefill", runner.name), []).append(turn.prefill_rate)
            rows.setdefault(("decode", runner.name), []).append(turn.decode_rate)
    for name, tokens in (("prefill", plan.prompt), ("decode", plan.decode)):
        yield from _measured(rows, runners, name, "tokens/s", tokens)
    if plan.context:
        yield from _deep(runners, plan, tokenizer)
    for runner in runners:
        held = runner.held()
        yield Measurement("private_memory", runner.name, "MB", (held.private / 1e6,), better=-1)
        yield Measurement("mapped_memory", runner.name, "MB", (held.mapped / 1e6,), better=-1)
    decoded = [rate for rate in rows["decode", runners[0].name] if not math.isnan(rate)]
    if decoded:
        read = statistics.median(decoded) * bytes_a_token(config, plan.prompt)
        yield Measurement("bandwidth_used", runners[0].name, "%", (100 * read / bandwidth,))


def _loads(runners: Sequence[Runner], plan: Plan) -> Iterator[str | Measurement]:
    """Cold, then warm; leaves every program loaded."""
    rows: dict[tuple[str, str], list[float]] = {}
    for runner in runners:
        yield f"Loading {runner.name}"
        runner.load()  # whatever is made once for a model is made now
        runner.close()
    for number in range(-1 if plan.cold else 0, plan.repeats):
        for runner in runners:
            if number < 0:
                yield f"Loading {runner.name} from disk"
                if not forget(runner.files):
                    continue
            else:
                yield f"Loading {runner.name}, {number + 1} of {plan.repeats}"
                read_through(runner.files)
            seconds = runner.load()
            first = seconds + runner.ask(HELLO, 1).prefill_seconds
            suffix = "_cold" if number < 0 else ""
            rows.setdefault((f"load{suffix}", runner.name), []).append(seconds)
            rows.setdefault((f"first_token{suffix}", runner.name), []).append(first)
    for name in ("load_cold", "first_token_cold", "load", "first_token"):
        yield from _measured(rows, runners, name, "s", better=-1)


def _deep(runners: Sequence[Runner], plan: Plan, tokenizer: Tokenizer) -> Iterator[str | Measurement]:
    """Answers to one long prompt, which is read once and stays in the cache."""
    rows: dict[tuple[str, str], list[float]] = {}
    text = random_text(tokenizer, _DEEP, plan.context)
    for runner in runners:
        yield f"{runner.name} reads {plan.context:,} tokens"
        rows["prefill_context", runner.name] = [runner.ask(text, 2).prefill_rate]
    for number in range(plan.repeats):
        for runner in runners:
            yield f"Asking {runner.name} after {plan.context:,} tokens, {number + 1} of {plan.repeats}"
            rate = runner.ask(text, plan.decode + 1).decode_rate
            rows.setdefault(("decode_context", runner.name), []).append(rate)
    for name in ("prefill_context", "decode_context"):
        yield from _measured(rows, runners, name, "tokens/s", plan.context)


def _measured(
    rows: dict[tuple[str, str], list[float]],
    runners: Sequence[Runner],
    name: str,
    unit: str,
    tokens: int = 0,
    better: int = 1,
) -> Iterator[Measurement]:
    for runner in runners:
        values = tuple(value for value in rows.get((name, runner.name), ()) if not math.isnan(value))
        if values:
            yield Measurement(name, runner.name, unit, values, tokens, better)


def ratio(ours: Measurement, theirs: Measurement) -> tuple[float, ...]:
    """How many times better `ours` is, round by round where both were measured as often, else by the medians."""
    if len(ours.values) == len(theirs.values):
        pairs = list(zip(ours.values, theirs.values, strict=True))
    else:
        pairs = [(ours.median, theirs.median)]
    return tuple(a / b if ours.better > 0 else b / a for a, b in pairs)
