"""The comparison's table says what was measured, a broken-off run loses nothing, and paused programs go on."""

from __future__ import annotations

import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from app.installs import demo_folder
from models.config import ModelConfig
from runtime.bandwidth import bytes_a_token
from tests.benchmarks import freeze
from tests.benchmarks.accuracy import error
from tests.benchmarks.report import BANDWIDTH, CHORALE, LLAMA, MAPPED, ratio, table, write_into
from tests.benchmarks.samples import Sample, Samples
from tests.benchmarks.vs_llama_cpp import turns


@pytest.fixture
def samples(tmp_path: Path) -> Samples:
    found = Samples(tmp_path / "samples.jsonl")
    for number, (ours, theirs) in enumerate(((30.0, 20.0), (10.0, 5.0), (31.0, 20.0))):
        found.add(Sample("decode, short context", CHORALE, number, ours, "tokens/s"))
        found.add(Sample("decode, short context", LLAMA, number, theirs, "tokens/s"))
    return found


def test_a_ratio_is_of_the_same_round_so_a_slow_moment_does_not_show(samples: Samples) -> None:
    assert ratio(samples, "decode, short context") == "**1.55×** (1.50 to 2.00)"


def test_the_better_setting_of_the_other_program_counts(samples: Samples) -> None:
    for number, value in enumerate((2.0, 1.0, 3.0)):
        for name, factor in ((CHORALE, 1), (LLAMA, 10), (MAPPED, 5)):
            samples.add(Sample("load to first token", name, number, factor * value, "s"))
    assert ratio(samples, "load to first token") == "**5.00×** (5.00 to 5.00)"


def test_a_run_goes_on_where_it_was_broken_off(samples: Samples, tmp_path: Path) -> None:
    again = Samples(tmp_path / "samples.jsonl")
    assert list(again) == list(samples)
    assert again.has("decode, short context", LLAMA, 2)
    assert not again.has("decode, short context", LLAMA, 3)
    assert not again.has("decode, short context", MAPPED, 0)


def test_the_table_has_every_row_and_how_much_of_the_bandwidth_is_used(samples: Samples) -> None:
    config = ModelConfig.read(demo_folder())
    whole = 30.0 * bytes_a_token(config, 600) / 1e9  # what the first round's speed comes to
    samples.add(Sample(BANDWIDTH, f"short {CHORALE}", 0, 2 * whole, "GB/s"))
    samples.add(Sample("prefill 512", CHORALE, 0, 400.0, "tokens/s"))
    text = table(samples, config, 2)
    assert (
        "| decode, short context | 30.0 (10.0 to 31.0) tokens/s | 20.0 (5.0 to 20.0) tokens/s | **1.55×**"
        in text
    )
    assert "| prefill 512 | 400 tokens/s | – |  |  |" in text
    assert "| 50 % (50 to 50) |" in text
    assert "Read bandwidth: " in text


def test_a_table_takes_its_place_in_a_page_and_nothing_else_changes(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Head\n<!-- 4 layers -->\nold\n<!-- end of 4 layers -->\nFoot\n", encoding="utf-8")
    assert write_into(page, 4, "| new |\n")
    assert write_into(page, 4, "| newer |\n")
    text = page.read_text(encoding="utf-8")
    assert text == "Head\n<!-- 4 layers -->\n\n| newer |\n\n<!-- end of 4 layers -->\nFoot\n"
    assert not write_into(page, 24, "| new |\n")
    assert page.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("apart", [False, True])
def test_contenders_alternate_and_each_round_is_measured_once(apart: bool) -> None:
    options = Namespace(apart=apart, mapped=False, stock=None, rows=["load", "short", "deep8k"])
    order = [(row, name, number) for row, names, number in turns(options) for name in names]
    assert len(set(order)) == len(order)
    for row in options.rows:
        rounds = {name: [n for r, who, n in order if (r, who) == (row, name)] for name in (CHORALE, LLAMA)}
        assert rounds[CHORALE] == rounds[LLAMA] == sorted(rounds[LLAMA]) != []
    assert {name for row, name, _ in order if row == "load"} == {CHORALE, LLAMA, MAPPED}


def test_errors_are_nought_for_equal_logits_and_grow() -> None:
    right = np.random.default_rng(1).normal(size=(4, 50))
    same = error(right.astype(np.float32), right)
    assert same.l2 < 1e-7
    assert same.agreed == 1
    off = error(right + 0.1 * np.random.default_rng(2).normal(size=right.shape), right)
    assert 0.05 < off.l2 < 0.2
    assert off.kl > 1e-4 > abs(same.kl)


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Iterator[psutil.Process]:
    """A program that computes; the only one that may be paused, though it is a child of this one."""
    program = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    process = psutil.Process(program.pid)
    monkeypatch.setattr(psutil, "process_iter", lambda: [process])
    monkeypatch.setattr(freeze, "_family", set)
    monkeypatch.setattr(freeze, "BUSY_SHARE", 0.0005)  # the machine that runs the tests may be busy, too
    yield process
    program.kill()
    program.wait()


def wait_for(process: psutil.Process, stopped: bool) -> None:
    deadline = time.monotonic() + 10
    while (process.status() == psutil.STATUS_STOPPED) != stopped:
        assert time.monotonic() < deadline


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="nothing is paused there")
def test_a_busy_program_is_paused_and_goes_on_even_if_measuring_fails(busy: psutil.Process) -> None:
    with pytest.raises(ZeroDivisionError), freeze.others_paused(names=[busy.name()]) as paused:
        wait_for(busy, stopped=True)
        assert paused == {busy.name()}
        raise ZeroDivisionError
    wait_for(busy, stopped=False)


@pytest.mark.slow
def test_programs_of_other_names_are_left_alone(busy: psutil.Process) -> None:
    with freeze.others_paused(names=["no-such-program"]) as paused:
        assert paused == set()
        assert busy.status() != psutil.STATUS_STOPPED
