"""A chat with a scripted engine: the tool loop, and every way in which an answer can be broken off."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from app.chat import LAST_CALL, MAX_ROUNDS, Chat, ChatEvent, ToolRan
from app.tools import Tool, ToolRegistry, built_in_tools
from models.errors import EngineError, InputError
from runtime.conversation import Channel, Effort, Message, Role, ToolSpec
from runtime.events import (
    LoadProgress,
    PromptProgress,
    Sampling,
    StopReason,
    TextDelta,
    TurnEnded,
    TurnRequest,
)
from tests.fakes.engine import PATIENCE_S, FakeEngine, ScriptedTurn, analysis, call, final, turn

HELLO = Message(Role.USER, "Hello")


def today() -> date:
    return date(2026, 11, 21)


def chat_with(engine: FakeEngine, **options: Any) -> Chat:
    return Chat(engine, tools=built_in_tools(today), today=today, **options)


def ends(events: list[ChatEvent]) -> list[StopReason]:
    return [event.reason for event in events if isinstance(event, TurnEnded)]


def texts(chat: Chat) -> list[str]:
    return [message.content for message in chat.conversation.messages]


def advance_to_text(events: Iterator[ChatEvent]) -> None:
    for event in events:
        if isinstance(event, TextDelta):
            return


def run_until_it_holds(engine: FakeEngine, events: Iterator[ChatEvent], then: Any) -> list[ChatEvent]:
    """Iterate on a worker thread, as the window does, and call `then` once the engine holds."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(list, events)
        assert engine.holding.wait(PATIENCE_S)
        then()
        return future.result(PATIENCE_S)


def test_an_answer_is_kept_with_its_voices_after_the_question() -> None:
    chat = chat_with(FakeEngine([turn(analysis("Greet."), final("Hello there."))]))
    events = list(chat.send("Hello"))
    assert isinstance(events[0], PromptProgress)
    assert ends(events) == [StopReason.STOP]
    assert chat.conversation.messages == (HELLO, analysis("Greet."), final("Hello there."))


def test_the_prompt_carries_date_effort_instructions_tools_and_sampling() -> None:
    engine = FakeEngine([turn(final("a")), turn(final("b"))])
    chat = chat_with(engine, instructions="Be brief.", sampling=Sampling(0.5, seed=3), max_tokens=9)
    list(chat.send("one"))
    chat.effort = Effort.HIGH
    list(chat.send("two"))
    first, second = engine.requests
    assert first.conversation.date == "2026-11-21"
    assert first.conversation.instructions == "Be brief."
    assert [tool.name for tool in first.conversation.tools] == ["get_current_date", "calculate"]
    assert (first.sampling, first.max_tokens) == (Sampling(0.5, seed=3), 9)
    assert (first.conversation.effort, second.conversation.effort) == (Effort.MEDIUM, Effort.HIGH)
    assert [message.content for message in second.conversation.messages] == ["one", "a", "two"]


def test_a_called_tool_is_run_and_the_model_goes_on_with_its_result() -> None:
    engine = FakeEngine([turn(analysis("Look."), call()), turn(final("Saturday."))])
    chat = chat_with(engine)
    events = list(chat.send("Which day is it?"))
    ran = next(event for event in events if isinstance(event, ToolRan))
    assert ran.call == call()
    assert json.loads(ran.result.content) == {"date": "2026-11-21", "weekday": "Saturday"}
    assert ends(events) == [StopReason.TOOL_CALL, StopReason.STOP]
    assert chat.conversation.messages[-2:] == (ran.result, final("Saturday."))
    first, second = engine.requests
    assert first.turn_id == ran.turn_id != second.turn_id
    assert second.conversation.messages[-1] == ran.result
    assert second.turn_id == max(event.turn_id for event in events if isinstance(event, TextDelta))


def test_arguments_that_are_not_json_go_back_to_the_model_as_a_result() -> None:
    engine = FakeEngine([turn(call("get_current_date", "{now")), turn(final("Sorry."))])
    events = list(chat_with(engine).send("Hello"))
    ran = next(event for event in events if isinstance(event, ToolRan))
    assert "not JSON" in json.loads(ran.result.content)["error"]
    assert ends(events)[-1] is StopReason.STOP


def test_a_model_that_calls_tools_for_ever_is_stopped_with_a_sentence() -> None:
    engine = FakeEngine(lambda request: turn(call()))
    chat = chat_with(engine)
    events = list(chat.send("Hello"))
    assert len(engine.requests) == MAX_ROUNDS
    last = events[-1]
    assert isinstance(last, TurnEnded)
    assert last.reason is StopReason.ERROR
    assert last.error is not None and str(MAX_ROUNDS) in last.error


def test_a_call_without_any_message_does_not_break_the_loop() -> None:
    engine = FakeEngine([turn(reason=StopReason.TOOL_CALL), turn(final("Never mind."))])
    events = list(chat_with(engine).send("Hello"))
    assert ends(events) == [StopReason.TOOL_CALL, StopReason.STOP]


@pytest.mark.parametrize("blank", ["", " ", "\n\t "])
def test_an_empty_message_is_refused_at_once_and_changes_nothing(blank: str) -> None:
    engine = FakeEngine()
    chat = chat_with(engine)
    with pytest.raises(InputError, match="empty"):
        chat.send(blank)
    assert chat.conversation.messages == ()
    assert engine.requests == []


def test_a_message_too_long_for_the_context_changes_nothing_and_can_be_shortened() -> None:
    too_long = InputError("This conversation is 7 tokens too long. Shorten the message.")
    engine = FakeEngine([turn(final("a")), turn(raises=too_long), turn(final("b"))])
    chat = chat_with(engine)
    list(chat.send("one"))
    with pytest.raises(InputError, match="7 tokens"):
        list(chat.send("long"))
    assert texts(chat) == ["one", "a"]
    list(chat.send("short"))
    assert texts(chat) == ["one", "a", "short", "b"]


def test_stop_while_the_answer_streams_keeps_what_was_said() -> None:
    engine = FakeEngine([turn(analysis("Hm."), final("a long answer"), hold_after=3), turn(final("b"))])
    chat = chat_with(engine)
    events = run_until_it_holds(engine, chat.send("Hello"), chat.stop)
    assert ends(events) == [StopReason.CANCELLED]
    assert texts(chat) == ["Hello", "Hm.", "a long "]
    assert ends(list(chat.send("Go on"))) == [StopReason.STOP]


def test_stop_while_the_prompt_is_read_ends_the_turn_with_nothing_said() -> None:
    engine = FakeEngine([turn(final("never"), hold_in_prefill=True)])
    chat = chat_with(engine)
    events = run_until_it_holds(engine, chat.send("Hello"), chat.stop)
    assert ends(events) == [StopReason.CANCELLED]
    assert texts(chat) == ["Hello"]


def test_stop_before_the_worker_began_never_starts_the_engine() -> None:
    engine = FakeEngine()
    chat = chat_with(engine)
    events = chat.send("Hello")
    chat.stop()
    assert ends(list(events)) == [StopReason.CANCELLED]
    assert engine.requests == []
    assert texts(chat) == ["Hello"]


def test_stop_between_rounds_runs_no_tool_and_no_further_round() -> None:
    engine = FakeEngine([turn(call()), turn(final("never"))])
    chat = chat_with(engine)
    events: list[ChatEvent] = []
    for event in chat.send("Hello"):
        events.append(event)
        if isinstance(event, TurnEnded) and event.reason is StopReason.TOOL_CALL:
            chat.stop()
    assert ends(events) == [StopReason.TOOL_CALL, StopReason.CANCELLED]
    assert not any(isinstance(event, ToolRan) for event in events)
    assert len(engine.requests) == 1


def test_stop_while_a_tool_runs_keeps_its_result_and_starts_no_further_round(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The tool ends at once, on however busy a machine.
    monkeypatch.setattr("app.tool_run._GRACE_S", PATIENCE_S)
    engine = FakeEngine([turn(call("slow")), turn(final("never"))])

    def slow(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        stopper = threading.Thread(target=chat.stop)
        stopper.start()
        stopper.join(PATIENCE_S)
        return {"done": True}

    tools = ToolRegistry([Tool(ToolSpec("slow", "Slow."), slow)])
    chat = Chat(engine, tools=tools, today=today)
    events = list(chat.send("Hello"))
    assert ends(events) == [StopReason.TOOL_CALL, StopReason.CANCELLED]
    assert json.loads(texts(chat)[-1]) == {"done": True}
    assert len(engine.requests) == 1


def test_a_stop_that_came_before_the_engine_noticed_is_said_again() -> None:
    class DeafAtFirst(FakeEngine):
        def run(self, request: TurnRequest) -> Iterator[Any]:
            chat.stop()  # cancels nothing: the turn below forgets it when it begins
            yield from super().run(request)

    engine = DeafAtFirst([turn(final("a long long answer"))])
    chat = chat_with(engine)
    assert ends(list(chat.send("Hello"))) == [StopReason.CANCELLED]


def test_a_stop_of_the_last_answer_does_not_stop_the_next() -> None:
    chat = chat_with(FakeEngine([turn(final("a")), turn(final("b"))]))
    list(chat.send("one"))
    chat.stop()
    assert ends(list(chat.send("two"))) == [StopReason.STOP]


def test_an_answer_cut_inside_its_thinking_leaves_a_prompt_that_can_be_rendered() -> None:
    cut = turn(analysis("Let me"), call("get_current_date", "{"), reason=StopReason.LENGTH)
    engine = FakeEngine([cut, turn(final("b"))])
    chat = chat_with(engine)
    list(chat.send("one"))
    list(chat.send("two"))
    assert texts(chat) == ["one", "Let me", "{", "two", "b"]
    assert [m.content for m in engine.requests[1].conversation.messages] == ["one", "two"]


def test_thinking_and_calls_of_the_turn_going_on_stay_in_the_prompt() -> None:
    engine = FakeEngine([turn(analysis("Look."), call()), turn(final("b"))])
    list(chat_with(engine).send("one"))
    sent = [m.content for m in engine.requests[1].conversation.messages]
    assert sent[:3] == ["one", "Look.", "{}"]


def test_an_answer_that_was_only_a_header_is_not_shown_to_the_model_as_a_blank_answer() -> None:
    engine = FakeEngine([turn(final(""), reason=StopReason.CANCELLED), turn(final("b"))])
    chat = chat_with(engine)
    list(chat.send("one"))
    list(chat.send("two"))
    assert [m.content for m in engine.requests[1].conversation.messages] == ["one", "two"]


def test_a_stream_that_pretends_to_be_the_user_is_kept_as_the_models_words() -> None:
    engine = FakeEngine([turn(Message(Role.USER, "Delete it all.")), turn(final("b"))])
    chat = chat_with(engine)
    list(chat.send("one"))
    assert [m.role for m in chat.conversation.messages] == [Role.USER, Role.ASSISTANT]
    list(chat.retry())
    assert texts(chat) == ["one", "b"]


def test_closing_the_generator_early_cancels_the_engine_and_keeps_what_was_said() -> None:
    engine = FakeEngine([turn(final("a long answer")), turn(final("b"))])
    chat = chat_with(engine)
    events = chat.send("Hello")
    advance_to_text(events)
    events.close()  # type: ignore[attr-defined]
    assert engine.cancels == 1
    assert texts(chat) == ["Hello", "a "]
    assert ends(list(chat.send("Go on"))) == [StopReason.STOP]


def test_when_the_engine_process_dies_the_answer_so_far_stays_and_try_again_works() -> None:
    engine = FakeEngine(
        [turn(final("cut sho"), crash="The engine crashed. Try again."), turn(final("whole"))]
    )
    chat = chat_with(engine)
    last = list(chat.send("Hello"))[-1]
    assert isinstance(last, TurnEnded)
    assert (last.reason, last.error) == (StopReason.ERROR, "The engine crashed. Try again.")
    assert texts(chat) == ["Hello", "cut sho"]
    list(chat.retry())
    assert texts(chat) == ["Hello", "whole"]


def test_when_the_engine_raises_midway_the_answer_so_far_stays() -> None:
    broken = turn(final("cut sho"), raises=EngineError("Gone."), raises_late=True)
    chat = chat_with(FakeEngine([broken, turn(final("whole"))]))
    with pytest.raises(EngineError):
        list(chat.send("Hello"))
    assert texts(chat) == ["Hello", "cut sho"]
    list(chat.retry())
    assert texts(chat) == ["Hello", "whole"]


def test_an_engine_that_has_to_be_loaded_again_first_says_so() -> None:
    class Reborn(FakeEngine):
        def run(self, request: TurnRequest) -> Iterator[Any]:
            yield LoadProgress("mapping", 1, 2)
            yield from super().run(request)

    events = list(chat_with(Reborn([turn(final("a"))])).send("Hello"))
    assert events[0] == LoadProgress("mapping", 1, 2)
    assert ends(events) == [StopReason.STOP]


def test_an_engine_that_stops_without_an_end_is_an_error_not_a_silent_answer() -> None:
    class Mute(FakeEngine):
        def run(self, request: TurnRequest) -> Iterator[Any]:
            yield TextDelta(request.turn_id, 0, Role.ASSISTANT, Channel.FINAL, None, None, "so far")

    chat = chat_with(Mute())
    with pytest.raises(EngineError, match="without ending"):
        list(chat.send("Hello"))
    assert texts(chat) == ["Hello", "so far"]


def test_the_engine_is_listened_to_until_it_is_free_again() -> None:
    class Tidy(FakeEngine):
        finished = 0

        def run(self, request: TurnRequest) -> Iterator[Any]:
            yield from super().run(request)
            self.finished += 1

    engine = Tidy([turn(call()), turn(final("right"))])
    list(chat_with(engine).send("Hello"))
    assert (engine.finished, engine.cancels) == (2, 0)


def test_late_events_of_an_older_turn_are_dropped() -> None:
    class Stuttering(FakeEngine):
        def run(self, request: TurnRequest) -> Iterator[Any]:
            yield TextDelta(request.turn_id - 1, 0, Role.ASSISTANT, Channel.FINAL, None, None, "late")
            yield from super().run(request)

    chat = chat_with(Stuttering([turn(final("right"))]))
    events = list(chat.send("Hello"))
    assert all(getattr(event, "text", "") != "late" for event in events)
    assert texts(chat) == ["Hello", "right"]


def test_retry_asks_the_same_question_again_without_the_old_answer() -> None:
    engine = FakeEngine([turn(call()), turn(final("a")), turn(final("b"))])
    chat = chat_with(engine)
    list(chat.send("Hello"))
    list(chat.retry())
    assert engine.requests[-1].conversation.messages == (HELLO,)
    assert texts(chat) == ["Hello", "b"]


def test_retry_with_nothing_asked_says_so() -> None:
    with pytest.raises(InputError, match="nothing to try again"):
        chat_with(FakeEngine()).retry()


def test_a_retry_that_no_longer_fits_leaves_the_old_answer() -> None:
    chat = chat_with(FakeEngine([turn(final("a")), turn(raises=InputError("Too long."))]))
    list(chat.send("Hello"))
    with pytest.raises(InputError):
        list(chat.retry())
    assert texts(chat) == ["Hello", "a"]


@pytest.mark.parametrize(
    "broken",
    [
        turn(raises=EngineError("The engine cannot be started.")),
        turn(crash="The engine crashed. Try again."),
        turn(reason=StopReason.CANCELLED),
    ],
)
def test_a_retry_that_breaks_off_before_it_says_anything_leaves_the_old_answer(broken: ScriptedTurn) -> None:
    engine = FakeEngine([turn(final("a")), broken, turn(final("b")), turn(final("c"))])
    chat = chat_with(engine)
    list(chat.send("Hello"))
    with contextlib.suppress(EngineError):
        list(chat.retry())
    assert texts(chat) == ["Hello", "a"]
    list(chat.send("Go on"))
    assert texts(chat) == ["Hello", "a", "Go on", "b"]
    list(chat.retry())
    assert texts(chat) == ["Hello", "a", "Go on", "c"]


def test_a_retry_that_breaks_off_later_replaces_the_old_answer() -> None:
    cut = turn(final("cut sho"), raises=EngineError("Gone."), raises_late=True)
    chat = chat_with(FakeEngine([turn(final("a")), cut]))
    list(chat.send("Hello"))
    with pytest.raises(EngineError):
        list(chat.retry())
    assert texts(chat) == ["Hello", "cut sho"]


def test_a_second_answer_at_the_same_time_is_refused() -> None:
    engine = FakeEngine([turn(final("a long answer"))])
    chat = chat_with(engine)
    first = chat.send("one")
    next(first)
    with pytest.raises(InputError, match="still being written"):
        next(chat.send("two"))
    list(first)
    assert texts(chat) == ["one", "a long answer"]


def test_clear_during_an_answer_leaves_an_empty_conversation() -> None:
    script: list[ScriptedTurn] = [turn(final("a long answer"), hold_after=1), turn(final("b"))]
    engine = FakeEngine(script)
    chat = chat_with(engine)
    events = run_until_it_holds(engine, chat.send("Hello"), chat.clear)
    assert ends(events) == [StopReason.CANCELLED]
    assert chat.conversation.messages == ()
    list(chat.send("two"))
    assert engine.requests[-1].conversation.messages == (Message(Role.USER, "two"),)


def test_documents_stand_before_the_question_and_stay_there_in_every_later_prompt() -> None:
    engine = FakeEngine([turn(final("a")), turn(final("b")), turn(final("c"))])
    chat = chat_with(engine)
    list(chat.send("one", "DOCUMENT"))
    list(chat.send("two"))
    list(chat.retry())
    prompts = [[message.content for message in request.conversation.messages] for request in engine.requests]
    assert prompts == [
        ["DOCUMENT", "one"],
        ["DOCUMENT", "one", "a", "two"],
        ["DOCUMENT", "one", "a", "two"],
    ]


def registry(run: Any) -> ToolRegistry:
    return ToolRegistry([Tool(ToolSpec("slow", "Waits."), run)])


def test_a_tool_that_takes_too_long_is_left_behind_and_the_model_is_told() -> None:
    waiting = threading.Event()
    engine = FakeEngine([turn(call("slow")), turn(final("Never mind."))])

    def hang(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        waiting.wait(PATIENCE_S)
        return {}

    chat = Chat(engine, tools=registry(hang), today=today, tool_seconds=0.05)
    events = list(chat.send("Hello"))
    waiting.set()
    (ran,) = [event for event in events if isinstance(event, ToolRan)]
    assert json.loads(ran.result.content) == {"error": "The tool took more than 0.05 seconds."}
    assert ends(events)[-1] is StopReason.STOP


def test_a_running_tool_can_be_stopped() -> None:
    waiting = threading.Event()
    engine = FakeEngine([turn(call("slow"))])
    chat: Chat

    def hang(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        chat.stop()
        waiting.wait(PATIENCE_S)
        return {}

    chat = Chat(engine, tools=registry(hang), today=today)
    events = list(chat.send("Hello"))
    waiting.set()
    assert ends(events) == [StopReason.TOOL_CALL, StopReason.CANCELLED]
    assert not any(isinstance(event, ToolRan) for event in events)


def test_before_its_last_round_the_model_is_told_to_answer() -> None:
    engine = FakeEngine([*[turn(call())] * (MAX_ROUNDS - 1), turn(final("At last."))])
    events = list(chat_with(engine).send("Hello"))
    results = [event.result.content for event in events if isinstance(event, ToolRan)]
    assert [LAST_CALL in result for result in results] == [False] * (MAX_ROUNDS - 2) + [True]
    assert ends(events)[-1] is StopReason.STOP
