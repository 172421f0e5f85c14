"""What reaches a terminal, a pipe, and a script."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from app.terminal import Terminal
from tests.support.command_line import Screen


def test_progress_is_shown_to_people_and_leaves_nothing_behind() -> None:
    out, err = Screen(), Screen()
    terminal = Terminal(Screen(), out, err, {})
    terminal.status("Mapping …")
    terminal.status("Mapping …")
    terminal.line("ready")
    assert err.getvalue() == "\r\x1b[KMapping …\r\x1b[K"
    assert out.getvalue() == "ready\n"


def test_a_pipe_gets_no_progress() -> None:
    err = io.StringIO()
    terminal = Terminal(io.StringIO(), io.StringIO(), err, {})
    terminal.status("Mapping …")
    terminal.clear_status()
    assert err.getvalue() == ""


def test_an_error_is_one_line_whatever_is_in_it() -> None:
    err = Screen()
    Terminal(io.StringIO(), io.StringIO(), err, {}).error("a\n b\x1b[2J\r\nc")
    assert err.getvalue() == "chorale: a b\ufffd[2J c\n"


def test_json_is_one_line_with_its_text_as_it_is() -> None:
    out = Screen()
    Terminal(io.StringIO(), out, io.StringIO(), {}).json({"text": "ü\n\x1b大"})
    assert out.getvalue().count("\n") == 1
    assert json.loads(out.getvalue()) == {"text": "ü\n\x1b大"}
    assert "ü" in out.getvalue()


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_code_page_that_lacks_a_character_does_not_break_the_answer(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "out"
    with file.open("w", encoding=encoding) as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        Terminal.standard().line("大 → \udce9")
    assert file.read_bytes().decode("utf-8").strip() == "大 → ?"


def test_input_that_is_not_utf_8_is_read_with_marks_where_it_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").write_bytes(b"caf\xe9\n")
    with (tmp_path / "in").open(encoding="ascii") as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        assert Terminal.standard().read_all() == "caf\ufffd\n"
