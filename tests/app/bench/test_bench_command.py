"""`chorale bench`: how fast this PC is, in a table and in JSON, also against another program."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from app.bench import runner
from app.commands.bench import _WORDS
from tests.support.command_line import Cli

QUICK = ("--prompt", "40", "--decode", "4", "--repeats", "2")


@pytest.fixture
def other_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A stand-in for llama.cpp is installed; gives a GGUF file."""
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: found("json") if name == "llama_cpp" else found(name)
    )
    monkeypatch.setattr(runner, "LLAMA_MODULE", "tests.fakes.measured_program")
    file = tmp_path / "model.gguf"
    file.write_bytes(b"GGUF")
    return file


@pytest.mark.slow
def test_every_number_promised_is_there_and_above_zero(chorale: Cli) -> None:
    assert chorale("bench", "--model", "demo", *QUICK, "--context", "300", "--json") == 0, chorale.err
    *rows, machine = chorale.json()
    assert machine["type"] == "machine"
    assert machine["programs"]["Chorale"].startswith("kernel ")
    assert {row["name"] for row in rows} == set(_WORDS)
    for row in rows:
        assert row["type"] == "measurement"
        assert 0 < row["least"] <= row["median"] <= row["most"], row
    (prefill,) = (row for row in rows if row["name"] == "prefill")
    assert (prefill["tokens"], prefill["unit"], len(prefill["values"])) == (40, "tokens/s", 2)


@pytest.mark.slow
def test_people_get_a_table(chorale: Cli) -> None:
    assert chorale("bench", "--model", "demo", *QUICK, "--warm") == 0, chorale.err
    assert "reading a prompt of 40 tokens" in chorale.out
    assert "private memory" in chorale.out
    assert "not in memory" not in chorale.out
    assert chorale.err == ""


@pytest.mark.slow
def test_another_program_is_measured_beside_with_ratios(chorale: Cli, other_program: Path) -> None:
    line = ("bench", "--model", "demo", *QUICK, "--vs", "llama.cpp", "--gguf", str(other_program))
    assert chorale(*line, "--json") == 0, chorale.err
    lines = chorale.json()
    theirs = {row["name"]: row for row in lines if row.get("program") == "llama.cpp"}
    assert theirs["decode"]["values"] == [4.0, 4.0]
    assert theirs["load"]["median"] == 0.5
    assert theirs["first_token"]["median"] == 1.0
    ours = {row["name"]: row for row in lines if row.get("program") == "Chorale"}
    ratios = {row["name"]: row for row in lines if row["type"] == "ratio"}
    assert ratios["decode"]["most"] == pytest.approx(ours["decode"]["most"] / 4)
    assert ratios["load"]["most"] == pytest.approx(0.5 / ours["load"]["least"])  # less is better
    assert chorale(*line, "--warm") == 0
    assert "times better than llama.cpp" in chorale.out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "about"), [("broken.gguf", "this file is broken"), ("dying.gguf", "llama.cpp ended")]
)
def test_a_program_that_fails_is_one_sentence(
    chorale: Cli, other_program: Path, name: str, about: str
) -> None:
    file = other_program.rename(other_program.with_name(name))
    line = ("bench", "--model", "demo", *QUICK, "--warm", "--vs", "llama.cpp", "--gguf", str(file))
    assert chorale(*line) == 1
    assert about in chorale.err
    assert chorale.err.count("\n") == 1


def test_without_the_other_program_it_says_what_to_install(
    chorale: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert chorale("bench", "--model", "demo", "--vs", "llama.cpp") == 1
    assert "the package llama-cpp-python is not installed" in chorale.err
    assert chorale.err.count("\n") == 1


def test_the_other_program_needs_its_own_file(chorale: Cli, other_program: Path) -> None:
    assert chorale("bench", "--model", "demo", "--vs", "llama.cpp") == 1
    assert "--gguf FILE" in chorale.err
    assert chorale("bench", "--model", "demo", "--vs", "llama.cpp", "--gguf", "nowhere.gguf") == 1
    assert "nowhere.gguf" in chorale.err
    assert chorale.out == ""


@pytest.mark.parametrize("arguments", [("--vs", "ollama"), ("--repeats", "0"), ("--prompt", "many")])
def test_what_cannot_be_measured_is_a_usage_error(chorale: Cli, arguments: tuple[str, ...]) -> None:
    assert chorale("bench", "--model", "demo", *arguments) == 2
