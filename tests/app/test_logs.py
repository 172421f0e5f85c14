"""Logs help to find faults and tell nobody what was talked about."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.logs import logger, start_logging, stop_logging

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="file modes are POSIX's")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    handler = start_logging(tmp_path / "logs")
    yield tmp_path / "logs"
    stop_logging(handler)


def log_text(folder: Path) -> str:
    return (folder / f"chorale-{os.getpid()}.log").read_text("utf-8")


def test_nothing_is_written_unless_asked_for(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    handler = start_logging(None)
    logger("engine").error("load failed")
    stop_logging(handler)
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")


def test_a_line_names_its_topic(folder: Path) -> None:
    logger("engine").info("loaded in %d ms", 250)
    assert "INFO chorale.engine: loaded in 250 ms" in log_text(folder)


@posix_only
def test_nobody_else_can_read_the_logs(folder: Path) -> None:
    logger("engine").info("ready")
    assert next(folder.iterdir()).stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_an_exception_is_logged_without_its_message_which_may_quote_the_user(folder: Path) -> None:
    def fail(text: str) -> None:
        raise ValueError(text)

    try:
        fail("".join(("di", "ary")))
    except ValueError:
        logger("chat").exception("the turn failed")
    text = log_text(folder)
    assert "ValueError" in text
    assert "in fail" in text
    assert "diary" not in text


def test_old_files_are_dropped_so_that_logs_stay_small(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"chorale-9{number:05}.log").write_text("old")
    stop_logging(start_logging(tmp_path))
    assert len(list(tmp_path.iterdir())) == 10


def test_a_folder_that_cannot_be_made_means_no_logs_and_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    handler = start_logging(tmp_path / "file" / "logs")
    logger("engine").info("goes nowhere")
    stop_logging(handler)
    assert (tmp_path / "file").read_text() == ""
