"""`chorale chat`: a conversation in the terminal, from a keyboard or a pipe."""

from __future__ import annotations

from pathlib import Path

import pytest

from runtime.conversation import Effort, Message, Role
from runtime.events import StopReason
from tests.app.test_ask import interrupt_when_it_holds
from tests.fakes.engine import FakeEngine, analysis, call, final, preamble, turn
from tests.support.command_line import Cli


def test_every_voice_is_labelled(chorale: Cli) -> None:
    chorale.engine = FakeEngine(
        [turn(analysis("Look."), preamble("One moment."), call()), turn(final("Saturday."))]
    )
    assert chorale("chat", "--model", "demo", stdin="Which day?\n") == 0
    assert chorale.out.splitlines() == [
        "demo on Fake CPU, kernel scalar.",
        "analysis (raw reasoning): Look.",
        "commentary: One moment.",
        "commentary, calls functions.get_current_date: {}",
        'commentary, result of functions.get_current_date: {"date": "2026-11-21", "weekday": "Saturday"}',
        "final: Saturday.",
    ]
    assert chorale.engine.closed


def test_each_line_of_a_pipe_is_a_message_and_blank_ones_are_not(chorale: Cli) -> None:
    chorale.engine = FakeEngine([turn(final("a")), turn(final("b"))])
    assert chorale("chat", "--model", "demo", stdin="one\n\n  \r\ntwo") == 0
    sent = chorale.engine.requests[1].conversation.messages
    assert sent == (Message(Role.USER, "one"), final("a"), Message(Role.USER, "two"))


def test_no_colour_in_a_pipe_or_when_not_wanted(chorale: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(prompt: str) -> str:
        return next(lines)

    monkeypatch.setattr("builtins.input", answer)
    for screen, environment in ((False, {}), (True, {"NO_COLOR": ""}), (True, {"TERM": "dumb"})):
        chorale.engine = FakeEngine([turn(analysis("Hm."), final("a"))])
        chorale.environment = environment
        lines = iter(["one", "/quit"])
        chorale("chat", "--model", "demo", stdin="one\n/quit\n", screen=screen)
        assert "\x1b[" not in chorale.out + chorale.err


def test_on_a_terminal_reasoning_is_dim_and_the_answer_is_not(
    chorale: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = iter(["Hello"])

    def answer(prompt: str) -> str:
        assert "you" in prompt
        for line in lines:
            return line
        raise EOFError  # Ctrl+D

    monkeypatch.setattr("builtins.input", answer)
    chorale.engine = FakeEngine([turn(analysis("Hm."), final("a"))])
    assert chorale("chat", "--model", "demo", screen=True) == 0
    assert "\x1b[2mHm.\x1b[0m" in chorale.out
    assert "\x1b[1mfinal: \x1b[0ma" in chorale.out
    assert "tokens/s" in chorale.out


def test_ctrl_c_stops_the_answer_and_the_conversation_goes_on(chorale: Cli) -> None:
    chorale.engine = FakeEngine([turn(final("a long answer"), hold_after=2), turn(final("b"))])
    presser = interrupt_when_it_holds(chorale.engine)
    assert chorale("chat", "--model", "demo", stdin="one\ntwo\n") == 0
    presser.join()
    assert chorale.out.splitlines()[1:] == ["final: a long ", "(stopped)", "final: b"]


def test_ctrl_c_at_the_prompt_leaves(chorale: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(prompt: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", interrupted)
    assert chorale("chat", "--model", "demo", screen=True) == 130
    assert chorale.engine.closed


def test_an_answer_that_fails_is_said_and_the_conversation_goes_on(chorale: Cli) -> None:
    chorale.engine = FakeEngine(
        [turn(final("cut"), crash="The engine stopped."), turn(final("whole")), turn(final("b"))]
    )
    assert chorale("chat", "--model", "demo", stdin="one\n/retry\ntwo\n") == 1
    assert chorale.err == "chorale: The engine stopped.\n"
    assert chorale.out.splitlines()[1:] == ["final: cut", "final: whole", "final: b"]
    assert [m.content for m in chorale.engine.requests[-1].conversation.messages] == ["one", "whole", "two"]


def test_an_answer_cut_by_length_says_so(chorale: Cli) -> None:
    chorale.engine = FakeEngine([turn(final("a"), reason=StopReason.LENGTH)])
    chorale("chat", "--model", "demo", stdin="one\n")
    assert chorale.out.splitlines()[-1] == "(cut: no room for more tokens)"


def test_the_words_with_a_slash(chorale: Cli) -> None:
    chorale.engine = FakeEngine([turn(final("a")), turn(final("b")), turn(final("c"))])
    script = "one\n/new\n/effort high\n/etc/hosts is what?\n/help\n/effort extreme\n/retry\n/quit\nnever\n"
    assert chorale("chat", "--model", "demo", stdin=script) == 1
    assert "There is no effort extreme" in chorale.err
    assert "/retry" in chorale.out
    requests = chorale.engine.requests
    assert [r.conversation.messages[0].content for r in requests] == ["one", *["/etc/hosts is what?"] * 2]
    assert [r.conversation.effort for r in requests] == [Effort.MEDIUM, Effort.HIGH, Effort.HIGH]


def test_retry_with_nothing_asked_is_said(chorale: Cli) -> None:
    assert chorale("chat", "--model", "demo", stdin="/retry\n") == 1
    assert "nothing to try again" in chorale.err


def test_a_cut_answer_is_completed(chorale: Cli) -> None:
    cut = turn(final("Half an "), reason=StopReason.LENGTH)
    chorale.engine = FakeEngine([cut, turn(final("answer."))])
    assert chorale("chat", "--model", "demo", stdin="one\n/continue\n/continue\n") == 1
    assert chorale.engine.requests[-1].conversation.is_open
    assert "final: answer." in chorale.out
    assert "The last answer is complete" in chorale.err


def test_without_a_display_chorale_says_so_and_talks_in_the_terminal(chorale: Cli) -> None:
    chorale.no_window = "There is no display here."
    chorale.engine = FakeEngine([turn(final("a"))])
    assert chorale("--demo", stdin="one\n") == 0
    assert chorale.err == "chorale: There is no display here. Talking in this terminal instead.\n"
    assert chorale.out.endswith("final: a\n")
    assert chorale.orders == []
    assert chorale.engine.requests[0].sampling.seed is not None  # drawn, so that it can be noted


def test_without_a_display_files_are_not_left_out_in_silence(chorale: Cli, tmp_path: Path) -> None:
    chorale.no_window = "There is no display here."
    (tmp_path / "lease.txt").write_text("The rent.")
    assert chorale("--demo", str(tmp_path / "lease.txt"), stdin="") == 0
    assert "Files are not attached here: use chorale ask --attach." in chorale.err


def test_damaged_settings_are_said(chorale: Cli) -> None:
    chorale.paths.config.mkdir()
    chorale.paths.settings_file.write_text("{")
    assert chorale("chat", "--model", "demo", stdin="") == 0
    assert "was damaged" in chorale.err
