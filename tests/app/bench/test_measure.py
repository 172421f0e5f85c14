"""What is measured comes in a fair order, and what could not be measured is left out rather than made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.bench import measure as measuring
from app.bench.asking import Reading, random_text, reading
from app.bench.measure import Measurement, Plan, measure, ratio
from app.bench.memory import Held
from app.installs import demo_folder
from models.config import ModelConfig
from models.errors import Cancelled, EngineError
from runtime.events import StopReason
from runtime.tokenizer import Tokenizer
from tests.fakes.engine import FakeEngine, final, turn


class ScriptedRunner:
    """Notes down what it is asked for in `told`, which several may share."""

    details = "scripted"
    files: tuple[Path, ...] = ()

    def __init__(self, name: str, told: list[str], decoded: int = 3) -> None:
        self.name = name
        self._told = told
        self._decoded = decoded

    def load(self) -> float:
        self._told.append(f"{self.name} loads")
        return 2.0

    def ask(self, text: str, max_tokens: int) -> Reading:
        self._told.append(f"{self.name} answers {max_tokens}")
        return Reading(100, 5, 1.0, min(self._decoded, max_tokens - 1), 0.5)

    def held(self) -> Held:
        return Held(7_000_000, 9_000_000)

    def cancel(self) -> None:
        self._told.append(f"{self.name} cancelled")

    def close(self) -> None:
        self._told.append(f"{self.name} closed")


@pytest.fixture(autouse=True)
def known_bandwidth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "read_bandwidth", lambda threads: 1e9)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.load(demo_folder())


def measured(
    tokenizer: Tokenizer, plan: Plan, *runners: ScriptedRunner
) -> dict[tuple[str, str], Measurement]:
    config = ModelConfig.read(demo_folder())
    items = measure(runners, plan, tokenizer, config)
    return {(row.name, row.program): row for row in items if isinstance(row, Measurement)}


def test_programs_take_turns_in_every_round(tokenizer: Tokenizer) -> None:
    told: list[str] = []
    both = [ScriptedRunner(name, told) for name in "ab"]
    measured(tokenizer, Plan(prompt=9, decode=4, repeats=2), *both)
    assert [line for line in told if line.endswith("answers 5")] == ["a answers 5", "b answers 5"] * 2
    # Once to make what is made once, once from disk, twice warm.
    assert [line for line in told if line.endswith("loads")] == ["a loads", "b loads"] * 4


def test_time_to_the_first_token_is_the_load_and_the_prompt(tokenizer: Tokenizer) -> None:
    rows = measured(tokenizer, Plan(repeats=3), ScriptedRunner("a", []))
    assert rows["load", "a"].values == (2.0, 2.0, 2.0)
    assert rows["first_token", "a"].values == (3.0, 3.0, 3.0)
    assert rows["first_token_cold", "a"].values == (3.0,)
    assert rows["prefill", "a"].values == (100.0, 100.0, 100.0)
    assert rows["decode", "a"].values == (6.0, 6.0, 6.0)
    assert rows["private_memory", "a"].values == (7.0,)


def test_where_files_cannot_be_dropped_there_is_no_cold_load(
    tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "forget", lambda files: False)
    assert ("load_cold", "a") not in measured(tokenizer, Plan(), ScriptedRunner("a", []))


def test_a_model_that_says_nothing_has_no_speed_of_writing(tokenizer: Tokenizer) -> None:
    rows = measured(tokenizer, Plan(context=50), ScriptedRunner("a", [], decoded=0))
    assert ("decode", "a") not in rows
    assert ("decode_context", "a") not in rows
    assert ("bandwidth_used", "a") not in rows
    assert ("prefill_context", "a") in rows


def test_a_ratio_is_taken_round_by_round_and_above_one_is_better() -> None:
    ours, theirs = (Measurement("x", name, "s", values, better=-1) for name, values in
                    (("a", (1.0, 4.0)), ("b", (2.0, 4.0))))  # fmt: skip
    assert ratio(ours, theirs) == (2.0, 1.0)
    assert ratio(Measurement("x", "a", "/s", (6.0, 8.0)), Measurement("x", "b", "/s", (2.0,))) == (3.5,)


def test_prompts_are_as_long_as_asked_for_and_all_different(tokenizer: Tokenizer) -> None:
    frame = len(tokenizer.encode(random_text(tokenizer, 1, 0)))
    short, long = (random_text(tokenizer, 1, tokens) for tokens in (50, 400))
    assert frame == 0
    assert 0 <= len(tokenizer.encode(long)) - 400 < 12
    assert long.startswith(short)
    assert random_text(tokenizer, 2, 50)[:10] != short[:10]


def test_a_cancelled_turn_is_a_cancel_and_a_failed_one_an_error() -> None:
    engine = FakeEngine(
        [turn(final("a b"), reason=StopReason.CANCELLED), turn(final("a"), crash="It broke.")]
    )
    with pytest.raises(Cancelled):
        reading(engine, 1, "x", 5)
    with pytest.raises(EngineError, match=r"It broke\."):
        reading(engine, 2, "x", 5)
