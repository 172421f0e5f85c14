"""A program in a process of its own answers, fails in words, and rests when it is not asked."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from app.bench.contender import Contender
from app.bench.memory import held_by, read_through
from models.errors import EngineError


@pytest.fixture
def program() -> Iterator[Contender]:
    contender = Contender("Other", Path(sys.executable), "tests.fakes.measured_program")
    yield contender
    contender.close()


@pytest.mark.slow
def test_it_answers_whatever_its_libraries_print(program: Contender) -> None:
    assert program.call("load", file="a.gguf", threads=2)["seconds"] == 0.5
    assert program.call("ask", ids=[1, 2, 3], cached=1, max_tokens=4)["fed"] == 2


@pytest.mark.slow
def test_its_failure_is_told_and_it_goes_on(program: Contender) -> None:
    with pytest.raises(EngineError, match="Other failed when asked to load: ValueError: this file is broken"):
        program.call("load", file="broken.gguf")
    assert program.call("load", file="a.gguf")["seconds"] == 0.5


@pytest.mark.slow
def test_its_end_is_told(program: Contender) -> None:
    with pytest.raises(EngineError, match="Other ended while it was asked to load"):
        program.call("load", file="dying.gguf")
    with pytest.raises(EngineError, match="Other ended"):
        program.call("load", file="a.gguf")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGSTOP")
def test_between_two_questions_it_is_stopped(program: Contender) -> None:
    program.call("load", file="a.gguf")
    assert psutil.Process(program.pid).status() == psutil.STATUS_STOPPED


def test_memory_that_is_written_to_is_private_and_a_mapped_file_is_not(tmp_path: Path) -> None:
    size = 64 << 20
    file = tmp_path / "file"
    file.write_bytes(bytes(size))
    read_through([file])
    before = held_by(os.getpid())
    mapped = np.memmap(file, np.uint8, "r")
    assert int(mapped[::4096].sum()) == 0
    with_file = held_by(os.getpid())
    written = np.ones(size, np.uint8)
    with_both = held_by(os.getpid())
    if sys.platform.startswith("linux"):
        assert with_file.private - before.private < size // 4
        assert with_file.mapped - before.mapped > size // 2
    assert with_both.private - with_file.private > written.nbytes // 2
