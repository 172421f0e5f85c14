"""`chorale ask`: what scripts read from it, whatever happens to the answer."""

from __future__ import annotations

import _thread
import threading

import pytest

from models.errors import InputError
from runtime.conversation import Effort, Message, Role
from runtime.events import EngineFailed, Sampling, StopReason
from tests.fakes.engine import PATIENCE_S, FakeEngine, analysis, call, final, preamble, turn
from tests.support.command_line import Cli

THREE_VOICES = (analysis("A greeting. "), preamble("I look. "), final("Hello, you."))


def interrupt_when_it_holds(engine: FakeEngine, times: int = 1) -> threading.Thread:
    """Press Ctrl+C once the engine holds."""

    def press() -> None:
        assert engine.holding.wait(PATIENCE_S)
        for _ in range(times):
            _thread.interrupt_main()

    thread = threading.Thread(target=press)
    thread.start()
    return thread


def test_people_get_the_answer_alone_on_standard_output(chorale: Cli) -> None:
    chorale.engine = FakeEngine([turn(*THREE_VOICES)])
    assert chorale("ask", "--model", "demo", "Hello") == 0
    assert (chorale.out, chorale.err) == ("Hello, you.\n", "")
    assert chorale.engine.closed


def test_scripts_get_every_voice_and_a_last_line_with_the_totals(chorale: Cli) -> None:
    chorale.engine = FakeEngine([turn(*THREE_VOICES, prompt_tokens=50, cached_tokens=10)])
    assert chorale("ask", "--model", "demo", "--json", "Hello") == 0
    *texts, end = chorale.json()
    assert {line["type"] for line in texts} == {"text"}
    voices = {
        channel: "".join(line["text"] for line in texts if line["channel"] == channel)
        for channel in ("analysis", "commentary", "final")
    }
    assert voices == {"analysis": "A greeting. ", "commentary": "I look. ", "final": "Hello, you."}
    assert end == {
        "type": "end",
        "reason": "stop",
        "usage": {"prompt_tokens": 50, "completion_tokens": 6, "cached_tokens": 10},
        "seconds": {"load": 0.25, "prefill": 0.5, "decode": 1.5},
        "device": "cpu",
        "error": None,
    }


def test_a_tool_is_run_and_the_rounds_are_added_up(chorale: Cli) -> None:
    chorale.engine = FakeEngine([turn(call()), turn(final("Saturday."), cached_tokens=30)])
    assert chorale("ask", "--model", "demo", "--json", "Which day?") == 0
    end = chorale.json()[-1]
    assert end["reason"] == "stop"
    assert end["usage"] == {"prompt_tokens": 80, "completion_tokens": 2, "cached_tokens": 30}
    assert '"weekday": "Saturday"' in chorale.engine.requests[1].conversation.messages[-1].content


def test_the_options_reach_the_engine(chorale: Cli) -> None:
    chorale.engine = FakeEngine([turn(final("x"))])
    line = "ask --model demo --device cpu --effort high --system Briefly. --max-tokens 7 --temperature 0.5"
    assert chorale(*line.split(), "--top-p", "0.9", "--seed", "3", "Hi") == 0
    (request,), (loaded,) = chorale.engine.requests, chorale.engine.loads
    assert (request.sampling, request.max_tokens) == (Sampling(0.5, 0.9, seed=3), 7)
    assert (request.conversation.effort, request.conversation.instructions) == (Effort.HIGH, "Briefly.")
    assert request.conversation.date == "2026-11-21"
    assert request.conversation.messages == (Message(Role.USER, "Hi"),)
    assert loaded.device == "cpu"


def test_what_was_chosen_in_the_window_does_not_change_what_scripts_get(chorale: Cli) -> None:
    chorale.paths.config.mkdir()
    chorale.paths.settings_file.write_text('{"window.effort": "high"}')
    chorale.engine = FakeEngine([turn(final("x"))])
    chorale("ask", "--model", "demo", "Hi")
    assert chorale.engine.requests[0].conversation.effort is Effort.MEDIUM


def test_a_dash_reads_the_text_from_standard_input(chorale: Cli) -> None:
    chorale.engine = FakeEngine([turn(final("x"))])
    assert chorale("ask", "--model", "demo", "-", stdin="two\nlines\n") == 0
    assert chorale.engine.requests[0].conversation.messages[0].content == "two\nlines"


def test_an_argument_that_is_not_utf_8_does_not_break_the_tokenizer(chorale: Cli) -> None:
    chorale.engine = FakeEngine([turn(final("x"))])
    assert chorale("ask", "--model", "demo", "caf\udce9") == 0
    assert chorale.engine.requests[0].conversation.messages[0].content == "caf\ufffd"


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_message_is_refused_before_a_model_is_loaded(chorale: Cli, text: str) -> None:
    assert chorale("ask", "--model", "demo", text) == 1
    assert chorale.err == "chorale: The message is empty. Type something first.\n"
    assert chorale.engine.loads == []


def test_a_model_that_is_missing_ends_json_too(chorale: Cli) -> None:
    assert chorale("ask", "--json", "Hello") == 1
    (end,) = chorale.json()
    assert end["reason"] == "error"
    assert end["error"].startswith("gpt-oss-20b is not on this PC")
    assert end["device"] is None
    assert chorale.err.count("\n") == 1


def test_a_model_that_cannot_be_loaded_says_why(chorale: Cli) -> None:
    chorale.engine = FakeEngine(ready=EngineFailed("model.safetensors is damaged. Download it again."))
    assert chorale("ask", "--model", "demo", "--json", "Hello") == 1
    assert chorale.json()[-1]["error"] == "model.safetensors is damaged. Download it again."
    assert chorale.err == "chorale: model.safetensors is damaged. Download it again.\n"
    assert chorale.engine.closed


def test_a_message_longer_than_the_context_fails_with_the_sentence(chorale: Cli) -> None:
    chorale.engine = FakeEngine([turn(raises=InputError("It is 9 too long. Shorten it."))])
    assert chorale("ask", "--model", "demo", "--json", "long") == 1
    end = chorale.json()[-1]
    assert (end["reason"], end["error"], end["device"]) == ("error", "It is 9 too long. Shorten it.", "cpu")


def test_an_engine_that_dies_leaves_what_was_said_and_exit_code_1(chorale: Cli) -> None:
    chorale.engine = FakeEngine([turn(final("cut sho"), crash="The engine stopped.")])
    assert chorale("ask", "--model", "demo", "Hello") == 1
    assert chorale.out == "cut sho\n"
    assert chorale.err == "chorale: The engine stopped.\n"


def test_an_answer_cut_by_max_tokens_says_so_but_did_not_fail(chorale: Cli) -> None:
    chorale.engine = FakeEngine([turn(analysis("Let me think"), reason=StopReason.LENGTH)])
    assert chorale("ask", "--model", "demo", "Hello") == 0
    assert chorale.out == ""
    assert "Cut before the answer began, after 3 tokens" in chorale.err


def test_ctrl_c_ends_the_answer_with_130_and_a_last_json_line(chorale: Cli) -> None:
    chorale.engine = FakeEngine([turn(final("a long answer"), hold_after=2)])
    presser = interrupt_when_it_holds(chorale.engine)
    assert chorale("ask", "--model", "demo", "--json", "Hello") == 130
    presser.join()
    assert "".join(line["text"] for line in chorale.json()[:-1]) == "a long "
    assert chorale.json()[-1]["reason"] == "cancelled"
    assert chorale.json()[-1]["usage"]["completion_tokens"] == 2
    assert chorale.err == ""


def test_ctrl_c_while_loading_ends_with_130(chorale: Cli) -> None:
    chorale.engine = FakeEngine(hold_load=True)
    presser = interrupt_when_it_holds(chorale.engine)
    assert chorale("ask", "--model", "demo", "--json", "Hello") == 130
    presser.join()
    assert chorale.json()[-1]["reason"] == "cancelled"
    assert chorale.engine.closed


def test_on_a_terminal_the_model_cannot_send_escape_sequences(chorale: Cli) -> None:
    chorale.engine = FakeEngine([turn(final("\x1b]0;owned\x07 hi"))])
    assert chorale("ask", "--model", "demo", "Hello", screen=True) == 0
    assert "\x1b" not in chorale.out
    assert "\ufffd]0;owned\ufffd hi" in chorale.out


def test_in_a_pipe_the_text_stays_what_it_is(chorale: Cli) -> None:
    chorale.engine = FakeEngine([turn(final("\x1b[1m\x00 hi"))])
    chorale("ask", "--model", "demo", "Hello")
    assert chorale.out == "\x1b[1m\x00 hi\n"
