"""A device that computes something else is caught, whatever it gets wrong; one that only rounds is not."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import models
from runtime.self_test import (
    Allowed,
    Distance,
    Logits,
    LogitsSource,
    Report,
    Step,
    compare,
    distance,
    first_tokens,
    run_steps,
    steps,
    tokens_of,
)
from tests.support.lying_devices import LIES, LIMIT, cpu_session
from tests.support.random_checkpoint import NAMED, write_random_checkpoint

DEMO = Path(models.__path__[0]) / "demo"


class Measured:
    """A model, what the CPU says of it, and what rounding makes of that."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self.folder = folder
        cpu, twin = cpu_session(folder, scratch), cpu_session(folder, scratch, exact=True)
        self.todo = steps(cpu.vocabulary, LIMIT)
        self.wanted = all_of(run_steps(cpu, self.todo))
        few = first_tokens(cpu.vocabulary, LIMIT)
        self.rounding = distance(all_of(run_steps(cpu, few)), all_of(run_steps(twin, few)))
        self.twin = twin

    def judge(self, device: LogitsSource) -> Report:
        return compare(self.todo, self.wanted, all_of(run_steps(device, self.todo)), self.rounding)


def all_of(running: Generator[int, None, list[Logits]]) -> list[Logits]:
    """What a test returns in the end."""
    while True:
        try:
            next(running)
        except StopIteration as end:
            logits: list[Logits] = end.value
            return logits


@pytest.fixture(scope="module", params=["tiny", "demo"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    scratch = tmp_path_factory.mktemp("scratch")
    if request.param == "demo":
        return Measured(Path(shutil.copytree(DEMO, scratch / "demo")), scratch)
    return Measured(write_random_checkpoint(scratch / "tiny", NAMED["tiny"]), scratch)


@pytest.mark.slow
@pytest.mark.parametrize("lie", list(LIES))
def test_a_device_is_caught_that(model: Measured, lie: str, tmp_path: Path) -> None:
    report = model.judge(LIES[lie](model.folder, tmp_path))
    assert not report.passed
    if "window" in lie:
        assert "600 tokens" in report.failure
        assert report.parts[0][1].relative == 0, "up to 128 tokens there is nothing to see"
    elif "not a number" in lie:
        assert report.failure == "at 600 tokens and more, one by one, 16 of 16 positions are not numbers"
    elif "second turn" in lie:
        assert report.failure.startswith("at a second turn the logits differ by")


@pytest.mark.slow
def test_a_device_that_rounds_otherwise_passes(model: Measured) -> None:
    """Other weights of the dense matrices, another attention, another cache: the same model."""
    report = model.judge(model.twin)
    assert report.passed, report.failure
    assert report.whole.relative > 0.005, "if it did not differ at all, it would not be another device"


@pytest.mark.slow
def test_the_smallest_lie_is_well_beyond_what_is_allowed_and_honest_rounding_well_within(
    model: Measured, tmp_path: Path
) -> None:
    """What the factor in `Allowed.of` rests on."""
    honest = model.judge(model.twin)
    assert max(part.relative for _, part in honest.parts) < 0.75 * honest.allowed.relative
    lie = model.judge(LIES["drops the sinks"](model.folder, tmp_path))
    assert lie.parts[0][1].relative > 2 * lie.allowed.relative


# The numbers themselves


def logits(*rows: list[float]) -> list[Logits]:
    return [np.array([row], np.float32) for row in rows]


def test_the_distance_of_equal_logits_is_none() -> None:
    same = logits([1, 2, 3], [4, 0, 1])
    assert distance(same, same) == Distance(0, 0, 0, 1, 2)


def test_the_distance_is_in_shares_of_the_largest_logit() -> None:
    found = distance(logits([0, -10, 5]), logits([1, -10, 5]))
    assert found.relative == pytest.approx(0.1)
    assert found.top_1 == 1


def test_a_constant_on_all_logits_is_no_other_distribution() -> None:
    found = distance(logits([1, 2, 3]), logits([2, 3, 4]))
    assert found.kl == pytest.approx(0, abs=1e-12)


def test_kl_is_that_of_the_two_distributions() -> None:
    found = distance(logits([0, 0]), logits([np.log(3), 0]))
    assert found.kl == pytest.approx(0.5 * np.log(0.5 / 0.75) + 0.5 * np.log(0.5 / 0.25), rel=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_whatever_is_not_a_number_is_counted_and_fails(bad: float) -> None:
    todo = (Step("one", (1,), 0, 1), Step("one", (2,), 1, 1))
    wanted = logits([1, 2], [3, 4])
    report = compare(todo, wanted, logits([1, 2], [3, bad]), Distance(0.01, 0.01, 0.001, 1, 64))
    assert report.failure == "at one, 1 of 2 positions are not numbers"
    assert report.whole.not_numbers == 1
    assert not compare(todo, wanted, logits([bad, 2], [3, bad]), Distance(0.01, 0.01, 0.001, 1, 64)).passed


def test_one_position_in_ten_that_is_far_off_fails_although_no_median_does() -> None:
    todo = tuple(Step(f"part {n % 2}", (n,), n, 1) for n in range(20))
    wanted = logits(*[[10.0, 0.0]] * 20)
    got = logits(*[[10.0, 8.0 if n in (3, 8, 15) else 0.0] for n in range(20)])
    report = compare(todo, wanted, got, Distance(0.01, 0.01, 0.001, 1, 64))
    assert (
        report.failure
        == "at one position in ten the logits differ by 80 % of the largest or more (allowed 10 %)"
    )


def test_what_is_allowed_follows_the_models_own_rounding_within_limits() -> None:
    usual = Distance(0.02, 0.06, 0.002, 0.97, 64)
    assert Allowed.of(usual) == Allowed(0.04, 0.12, 0.008)
    assert Allowed.of(replace(usual, relative=0, tail=0, kl=0)) == Allowed(0.03, 0.1, 0.005)
    assert Allowed.of(replace(usual, relative=5, tail=5, kl=5)) == Allowed(0.3, 0.6, 0.15)


# The steps


def test_the_steps_take_every_way_a_conversation_takes() -> None:
    todo = steps(1000, LIMIT)
    assert list(dict.fromkeys(step.part for step in todo)) == [
        "64 tokens",
        "129 tokens",
        "600 tokens in chunks",
        "600 tokens and more, one by one",
        "a second turn",
    ]
    assert max(step.past + len(step.ids) for step in todo) == 616
    past_the_window = [step for step in todo if step.part == "129 tokens" and step.positions]
    assert {step.past for step in past_the_window} == {128}
    assert len({step.ids for step in past_the_window}) > 8
    turn = next(step for step in todo if step.part == "a second turn")
    assert turn.past < 616
    assert len(turn.ids) > 1
    assert tokens_of(todo) < 900, "a PC that computes 70 tokens a second should be through in some 12 s"


def test_the_tokens_are_the_same_ones_for_ever_and_within_the_vocabulary() -> None:
    assert steps(201_088, LIMIT)[0].ids[:4] == steps(201_088, LIMIT)[0].ids[:4]
    assert steps(201_088, LIMIT)[0].ids[:4] == EXPECTED
    assert all(0 <= id_ < 331 for step in steps(331, LIMIT) for id_ in step.ids)


EXPECTED = (159120, 134822, 42917, 174881)


def test_a_model_with_a_short_context_is_tested_as_far_as_it_goes() -> None:
    assert all(step.past + len(step.ids) <= 200 for step in steps(300, 200))
    assert {step.part for step in steps(300, 200)} == {"64 tokens", "129 tokens", "600 tokens in chunks"}
    assert first_tokens(300, 16)[0].positions == len(first_tokens(300, 16)[0].ids) == 16


def test_progress_counts_tokens() -> None:
    class Zeros:
        vocabulary = 8

        def run(self, ids: object, past: int, positions: int) -> Logits:
            return np.zeros((positions, 8), np.float32)

    todo = steps(8, LIMIT)
    assert list(run_steps(Zeros(), todo))[-1] == tokens_of(todo)
