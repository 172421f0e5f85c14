"""Whether a device computes what the CPU computes: the same tokens through both, logit by logit.

Devices lie without an error: a window that is not kept shows only past 128 tokens, a past that is forgotten only
in the second turn, an overflow only when numbers grow. So the tokens go through every way a conversation takes:
a short prompt, one token past the window, a long prompt in chunks, token by token, and a second turn, for which
the cache goes back to a common beginning.

How much may differ is measured, not guessed. Rounding alone changes logits, in one model more than in another:
where two experts are nearly tied, the last bit decides which is asked. The CPU computes the first tokens twice,
with 8-bit dense matrices, our attention and an f16 cache, and with the published bf16 ones, ONNX Runtime's
attention and an f32 cache. What lies between those two is what this model makes of rounding, and a device may lie
twice as far from the CPU: f16 rounds less than 8 bits do, and twice leaves room for both at once. Medians
are compared, which one tie more or less does not move, and the ninetieth percentile of all positions together.

Read next: `device_gate`, which runs this at a device's first use and keeps the result.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Logits = npt.NDArray[np.float32]

_CHUNK, _LONG_CHUNK = 64, 512  # the engine's first and its largest
_SAME_PAST = 128  # the window: the next token is the first that does not see everything
_TIMES = 16  # different next tokens, so that a median says something
_BACK_TO, _NEW, _STEPS = 300, 40, 16
_LONGEST = 600 + _STEPS  # positions that the whole test needs

# A device may differ by this many times what rounding makes on the CPU. KL grows with the square.
_FACTOR = 2.0
# Whatever the CPU's own two ways make, this much is allowed, and more than that never: a device beyond the upper
# ones would be useless, even with a model that no two computers agree on.
_RELATIVE_LIMITS = (0.03, 0.30)
_KL_LIMITS = (0.005, 0.15)
_TAIL_LIMITS = (0.10, 0.60)


class LogitsSource(Protocol):
    """What is compared: `runtime.session.ModelSession` is one.

    Attributes:
        vocabulary: how many logits there are.
    """

    vocabulary: int

    def run(self, ids: Sequence[int], past: int, positions: int) -> Logits:
        """Logits f32 [positions, vocabulary] of the last `positions` of `ids`, fed after `past` cached ones."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """One call of `LogitsSource.run`, and the part of the test it belongs to."""

    part: str
    ids: tuple[int, ...]
    past: int
    positions: int


@dataclass(frozen=True, slots=True)
class Distance:
    """How far two sets of logits are from each other.

    Attributes:
        relative: median over positions of the largest difference, in shares of the position's largest logit.
        tail: the ninetieth percentile of the same.
        kl: median over positions of the Kullback-Leibler divergence, in nats.
        top_1: share of positions with the same most likely token.
        positions: how many there are.
        not_numbers: positions with infinities or NaN in the second set.
    """

    relative: float
    tail: float
    kl: float
    top_1: float
    positions: int
    not_numbers: int = 0


@dataclass(frozen=True, slots=True)
class Allowed:
    """The most a device may differ; see `Distance`."""

    relative: float
    tail: float
    kl: float

    @classmethod
    def of(cls, rounding: Distance) -> Allowed:
        """What is allowed for a model that rounding alone moves by `rounding`."""
        return cls(
            _between(_FACTOR * rounding.relative, _RELATIVE_LIMITS),
            _between(_FACTOR * rounding.tail, _TAIL_LIMITS),
            _between(_FACTOR**2 * rounding.kl, _KL_LIMITS),
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it.

    Attributes:
        parts: each part's name and distance, in order.
        whole: the distance over all positions.
        rounding: how far the CPU is from itself.
        allowed: what follows from that.
        failure: the first thing that is wrong, without the device's name or a full stop; empty if nothing is.
    """

    parts: tuple[tuple[str, Distance], ...]
    whole: Distance
    rounding: Distance
    allowed: Allowed
    failure: str

    @property
    def passed(self) -> bool:
        return not self.failure


def steps(vocabulary: int, limit: int) -> tuple[Step, ...]:
    """The test for a model with `vocabulary` tokens and at most `limit` positions; the same ones for ever."""
    short, middle, long_, turn, others = (
        _ids(count, vocabulary, seed)
        for seed, count in enumerate((_CHUNK, _SAME_PAST, _LONGEST, _NEW + _STEPS // 2, _TIMES), 1)
    )
    made = [Step("64 tokens", short, 0, _CHUNK)]
    for start in range(0, _SAME_PAST, _CHUNK):
        made.append(Step("129 tokens", middle[start : start + _CHUNK], start, 0))
    made += [Step("129 tokens", (other,), _SAME_PAST, 1) for other in others]
    name = "600 tokens in chunks"
    ends = (_CHUNK, _CHUNK + _LONG_CHUNK, 600)
    for start, end in zip((0, *ends[:-1]), ends, strict=True):
        made.append(Step(name, long_[start:end], start, min(end - start, 32)))
    made += [
        Step("600 tokens and more, one by one", long_[at : at + 1], at, 1) for at in range(600, _LONGEST)
    ]
    name = "a second turn"
    made.append(Step(name, turn[:_NEW], _BACK_TO, _NEW))
    for index in range(_NEW, len(turn)):
        made.append(Step(name, turn[index : index + 1], _BACK_TO + index, 1))
    return tuple(step for step in made if step.past + len(step.ids) <= limit)


def first_tokens(vocabulary: int, limit: int) -> tuple[Step, ...]:
    """The part of the test that the CPU computes twice, to see what rounding makes."""
    ids = _ids(_CHUNK, vocabulary, 1)
    return (Step("64 tokens", ids[:limit], 0, min(_CHUNK, limit)),)


def run_steps(source: LogitsSource, todo: Sequence[Step]) -> Generator[int, None, list[Logits]]:
    """Feed `todo` to `source`; yields how many tokens are through after each step, returns each step's logits."""
    done, logits = 0, []
    for step in todo:
        logits.append(source.run(list(step.ids), step.past, step.positions))
        done += len(step.ids)
        yield done
    return logits


def tokens_of(todo: Sequence[Step]) -> int:
    return sum(len(step.ids) for step in todo)


def compare(
    todo: Sequence[Step], wanted: Sequence[Logits], got: Sequence[Logits], rounding: Distance
) -> Report:
    """Judge `got`, a device's logits of `todo`, by `wanted`, the CPU's.

    Args:
        rounding: how far the CPU's two forms are from each other over `first_tokens`.
    """
    allowed = Allowed.of(rounding)
    parts = []
    for name in dict.fromkeys(step.part for step in todo):
        chosen = [index for index, step in enumerate(todo) if step.part == name and step.positions]
        parts.append((name, distance([wanted[i] for i in chosen], [got[i] for i in chosen])))
    whole = distance(wanted, got)
    failure = next((why for name, part in parts if (why := _failure(name, part, allowed))), "")
    if not failure and whole.tail > allowed.tail:
        failure = (
            f"at one position in ten the logits differ by {_percent(whole.tail)} of the largest or more "
            f"(allowed {_percent(allowed.tail)})"
        )
    return Report(tuple(parts), whole, rounding, allowed, failure)


def distance(wanted: Sequence[Logits], got: Sequence[Logits]) -> Distance:
    """How far `got` is from `wanted`: arrays [positions, vocabulary], of the same shapes.

    Positions of `got` that are no numbers are counted, and left out of the rest.
    """
    relative: list[float] = []
    divergence: list[float] = []
    same, wrong, positions = 0, 0, 0
    for right, other in zip(wanted, got, strict=True):
        for a, b in zip(right, other, strict=True):
            positions += 1
            if not np.isfinite(b).all():
                wrong += 1
                continue
            relative.append(float(np.abs(a - b).max() / max(float(np.abs(a).max()), 1e-6)))
            divergence.append(_kl(a, b))
            same += int(a.argmax() == b.argmax())
    if not relative:
        return Distance(np.inf, np.inf, np.inf, 0.0, positions, wrong)
    return Distance(
        float(np.median(relative)),
        float(np.quantile(relative, 0.9)),
        float(np.median(divergence)),
        same / positions,
        positions,
        wrong,
    )


def _kl(wanted: npt.NDArray[np.float32], got: npt.NDArray[np.float32]) -> float:
    """KL(wanted || got) of two vectors of logits, in nats."""
    p, q = (_log_softmax(logits.astype(np.float64)) for logits in (wanted, got))
    return float(np.sum(np.exp(p) * (p - q)))


def _log_softmax(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    shifted = logits - logits.max()
    result: npt.NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum())
    return result


def _failure(name: str, part: Distance, allowed: Allowed) -> str:
    if part.not_numbers:
        return f"at {name}, {part.not_numbers} of {part.positions} positions are not numbers"
    if part.relative > allowed.relative:
        return (
            f"at {name} the logits differ by {_percent(part.relative)} of the largest "
            f"(allowed {_percent(allowed.relative)})"
        )
    if part.kl > allowed.kl:
        return f"at {name} the probabilities differ by {part.kl:.3f} nats (allowed {allowed.kl:.3f})"
    return ""


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %" if share < 0.995 else f"{100 * share:.0f} %"


def _between(value: float, limits: tuple[float, float]) -> float:
    return min(max(value, limits[0]), limits[1])


def _ids(count: int, vocabulary: int, seed: int) -> tuple[int, ...]:
    """`count` token ids, each as likely as another; Knuth's MMIX generator, so the same with any numpy."""
    ids, state = [], seed * 0x9E3779B97F4A7C15
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        ids.append((state >> 33) % vocabulary)
    return tuple(ids)
