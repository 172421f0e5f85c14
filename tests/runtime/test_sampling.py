"""Sampling draws what the numbers say, the same again for the same seed."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt
import pytest

from models.errors import EngineError
from runtime.events import Sampling
from runtime.sampling import Sampler

LOGITS = np.log(np.array([0.1, 0.4, 0.2, 0.3], np.float32))
DRAWS = 20_000


def frequencies(sampling: Sampling, logits: npt.NDArray[np.float32] = LOGITS) -> dict[int, float]:
    sampler = Sampler(sampling)
    counts = Counter(sampler.draw(logits) for _ in range(DRAWS))
    return {token: count / DRAWS for token, count in counts.items()}


def test_temperature_zero_takes_the_likeliest() -> None:
    assert frequencies(Sampling(temperature=0, seed=1)) == {1: 1.0}


def test_tokens_come_as_often_as_their_probability() -> None:
    assert frequencies(Sampling(seed=1)) == pytest.approx({0: 0.1, 1: 0.4, 2: 0.2, 3: 0.3}, abs=0.02)


@pytest.mark.parametrize("temperature", [1e-6, 1e-45, 5e-324])
def test_a_temperature_next_to_zero_takes_the_likeliest(temperature: float) -> None:
    assert frequencies(Sampling(temperature=temperature, seed=1)) == {1: 1.0}


def test_a_low_temperature_sharpens() -> None:
    squares = np.array([0.1, 0.4, 0.2, 0.3]) ** 2
    expected = dict(enumerate(squares / squares.sum()))
    assert frequencies(Sampling(temperature=0.5, seed=1)) == pytest.approx(expected, abs=0.02)


def test_top_k_keeps_the_k_likeliest() -> None:
    found = frequencies(Sampling(top_k=2, seed=1))
    assert found == pytest.approx({1: 4 / 7, 3: 3 / 7}, abs=0.02)


def test_top_p_keeps_the_fewest_that_reach_it() -> None:
    assert set(frequencies(Sampling(top_p=0.69, seed=1))) == {1, 3}
    assert set(frequencies(Sampling(top_p=0.71, seed=1))) == {1, 2, 3}
    assert set(frequencies(Sampling(top_p=1e-9, seed=1))) == {1}


def test_the_same_seed_draws_the_same_tokens_and_no_seed_does_not() -> None:
    flat = np.zeros(1000, dtype=np.float32)

    def draws(seed: int | None) -> list[int]:
        sampler = Sampler(Sampling(seed=seed))
        return [sampler.draw(flat) for _ in range(20)]

    assert draws(7) == draws(7)
    assert draws(7) != draws(8)
    assert draws(None) != draws(None)


def test_a_turn_without_a_seed_can_be_repeated_by_the_one_it_drew() -> None:
    flat = np.zeros(1000, dtype=np.float32)
    first = Sampler(Sampling())
    again = Sampler(Sampling(seed=first.seed))
    assert [first.draw(flat) for _ in range(20)] == [again.draw(flat) for _ in range(20)]


def test_tokens_of_no_weight_are_never_drawn() -> None:
    logits = np.full(201_088, -1e9, dtype=np.float32)
    logits[[5, 200_000]] = 0
    assert set(frequencies(Sampling(seed=3), logits)) == {5, 200_000}


def test_in_a_large_vocabulary_tokens_come_as_often_as_their_probability() -> None:
    logits = np.full(201_088, -30, dtype=np.float32)
    ids = [0, 511, 512, 100_000, 201_087]  # first and last, and both sides of a block's edge
    logits[ids] = np.log([0.1, 0.2, 0.3, 0.15, 0.25])
    assert frequencies(Sampling(seed=2), logits) == pytest.approx(
        dict(zip(ids, [0.1, 0.2, 0.3, 0.15, 0.25], strict=True)), abs=0.02
    )


@pytest.mark.parametrize("top_p", [0.01, 0.5, 0.9, 0.999])
def test_top_p_in_a_large_vocabulary_keeps_what_sorting_everything_keeps(top_p: float) -> None:
    logits = (np.random.default_rng(4).standard_normal(50_000) * 2).astype(np.float32)
    order = np.argsort(-logits, kind="stable")
    shares = np.exp(logits[order].astype(np.float64))
    shares /= shares.sum()
    count = int(np.searchsorted(np.cumsum(shares), top_p)) + 1
    sampler = Sampler(Sampling(top_p=top_p, seed=5))
    drawn = {sampler.draw(logits) for _ in range(2000)}
    assert drawn <= set(order[: count + 1].tolist())  # one more: float32 sums may round over the edge
    if count > 1:
        assert len(drawn) > 1


@pytest.mark.parametrize("top_k", [1, 2, 100, 5000, 50_000, 60_000])
def test_top_k_in_a_large_vocabulary_draws_none_below_the_k_likeliest(top_k: int) -> None:
    logits = (np.random.default_rng(4).standard_normal(50_000) / 4).astype(np.float32)
    allowed = set(np.argsort(-logits, kind="stable")[:top_k].tolist())
    sampler = Sampler(Sampling(top_k=top_k, seed=5))
    drawn = {sampler.draw(logits) for _ in range(1000)}
    assert drawn <= allowed
    assert len(drawn) > min(top_k, 1000) * 0.5


def test_many_equal_tokens_are_cut_at_the_lower_ids() -> None:
    flat = np.zeros(10_000, np.float32)
    sampler = Sampler(Sampling(top_k=100, seed=6))
    assert {sampler.draw(flat) for _ in range(3000)} == set(range(100))


def test_minus_infinity_is_no_trouble() -> None:
    logits = np.array([-np.inf, 0, -np.inf], np.float32)
    assert frequencies(Sampling(seed=3), logits) == {1: 1.0}


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_what_is_no_number_is_refused_and_not_drawn_from(temperature: float) -> None:
    with pytest.raises(EngineError, match="no number"):
        Sampler(Sampling(temperature=temperature)).draw(np.array([0, np.nan, 1], np.float32))
