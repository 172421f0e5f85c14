"""A conversation that is too long: the person is asked, and what they chose is done."""

from __future__ import annotations

import threading

import pytest

from app.context_room import Choice, Way
from app.history.tree import EARLIER, Question
from app.talk import Talk
from models.errors import ContextFullError
from runtime.events import PromptProgress, StopReason
from tests.fakes.engine import PATIENCE_S, FakeEngine, ScriptedTurn, call, final, turn
from tests.fakes.history import FakeHistory
from tests.support.talking import prompts, said, talk_with


def full(tokens: int, limit: int = 4096) -> ScriptedTurn:
    return turn(raises=ContextFullError("Too long.", tokens=tokens, limit=limit))


def long_talk(*after: ScriptedTurn) -> tuple[Talk, FakeEngine]:
    """Four turns of about 900 tokens each."""
    words = "word " * 700
    turns = [turn(final(f"{words}{n}"), prompt_tokens=100 + 900 * n) for n in range(4)]
    engine = FakeEngine([*turns, *after])
    talk = talk_with(engine)
    for number in range(4):
        list(talk.send(f"question {number}"))
    return talk, engine


def test_a_question_that_does_not_fit_offers_what_would_help() -> None:
    talk, _ = long_talk(full(4200))
    with pytest.raises(ContextFullError):
        list(talk.send("one more"))
    room = talk.room
    assert room is not None
    assert room.is_full
    assert room.needed == 4200
    assert {choice.way for choice in room.choices} == {Way.DROP, Way.SUMMARISE}
    assert len(talk.path) == 8


def test_dropped_turns_stay_on_the_screen_and_leave_the_prompt() -> None:
    talk, engine = long_talk(full(4200), turn(final("short")))
    with pytest.raises(ContextFullError):
        list(talk.send("one more"))
    assert talk.room is not None
    drop = next(choice for choice in talk.room.choices if choice.way is Way.DROP)
    list(talk.make_room(drop))
    list(talk.send("one more"))
    assert len(talk.path) == 10
    assert prompts(engine)[-1][0] == f"question {drop.turns}"
    assert talk.room is not None
    assert talk.room.left_out == drop.turns


def test_a_summary_stands_in_the_prompt_where_the_turns_were() -> None:
    history = FakeHistory()
    talk, engine = long_talk(full(4200), turn(final("We counted words.")), turn(final("short")))
    del history
    with pytest.raises(ContextFullError):
        list(talk.send("one more"))
    assert talk.room is not None
    choice = next(each for each in talk.room.choices if each.way is Way.SUMMARISE)
    events = list(talk.make_room(choice))
    assert any(isinstance(event, PromptProgress) for event in events)
    asked = engine.requests[-1].conversation
    assert asked.is_open
    assert len(asked.messages) == 2 * choice.turns + 2
    list(talk.send("one more"))
    told = prompts(engine)[-1]
    assert told[0] == f"{EARLIER}\n\nWe counted words."
    assert told[1] == f"question {choice.turns}"
    assert [node.content.earlier for node in talk.path if isinstance(node.content, Question)].count(
        "We counted words."
    ) == 1


def test_a_summary_that_is_stopped_leaves_everything_as_it_was() -> None:
    talk, engine = long_talk(full(4200), turn(final("We counted"), hold_after=1), full(4200))
    with pytest.raises(ContextFullError):
        list(talk.send("one more"))
    assert talk.room is not None
    choice = next(each for each in talk.room.choices if each.way is Way.SUMMARISE)
    errors: list[BaseException] = []

    def work() -> None:
        try:
            list(talk.make_room(choice))
        except BaseException as error:
            errors.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    assert engine.holding.wait(PATIENCE_S)
    talk.stop()
    worker.join(PATIENCE_S)
    assert [type(error).__name__ for error in errors] == ["Cancelled"]
    assert not any(node.content.earlier for node in talk.path if isinstance(node.content, Question))


def test_when_all_turns_are_left_out_the_new_question_begins_the_prompt() -> None:
    engine = FakeEngine([turn(final("a" * 9000), prompt_tokens=100), full(4500), turn(final("b"))])
    talk = talk_with(engine)
    list(talk.send("one"))
    with pytest.raises(ContextFullError):
        list(talk.send("two"))
    assert talk.room is not None
    drop = next(choice for choice in talk.room.choices if choice.way is Way.DROP)
    assert drop.turns == 1
    list(talk.make_room(drop))
    list(talk.send("two"))
    assert prompts(engine)[-1] == ["two"]
    assert len(talk.path) == 4
    assert talk.path[2].content == Question("two", earlier="", date="2026-11-21")


def test_the_day_stays_known_when_the_turn_that_told_it_is_left_out() -> None:
    talk, engine = long_talk(full(4200), turn(final("after")))
    for number, today in enumerate((None, "2026-11-21", None, None)):
        asked = Question(f"question {number}", date="2026-11-20", today=today)
        talk._chat.tree.replace(2 * number + 1, asked)
    with pytest.raises(ContextFullError):
        list(talk.send("one more"))
    assert talk.room is not None
    drop = next(choice for choice in talk.room.choices if choice.way is Way.DROP)
    list(talk.make_room(drop))
    assert drop.turns == 2
    first_kept = talk.path[4].content
    assert first_kept == Question("question 2", earlier="", date="2026-11-20", today="2026-11-21")
    list(talk.send("one more"))
    assert prompts(engine)[-1][:2] == ["The date is now 2026-11-21.", "question 2"]


def test_a_tools_result_that_does_not_fit_is_gone_on_from_once_there_is_room() -> None:
    long = turn(final("a" * 9000), prompt_tokens=100)
    engine = FakeEngine([long, turn(call(), prompt_tokens=2600), full(4500), turn(final("Saturday."))])
    talk = talk_with(engine)
    list(talk.send("one"))
    with pytest.raises(ContextFullError):
        list(talk.send("Which day is it?"))
    assert talk.can_go_on
    assert talk.room is not None
    drop = next(choice for choice in talk.room.choices if choice.way is Way.DROP)
    assert drop.turns == 1  # the question that is being answered stays
    list(talk.make_room(drop))
    list(talk.go_on())
    assert prompts(engine)[-1][:2] == ["Which day is it?", "{}"]
    assert said(talk)[-1] == "Saturday."


def test_an_answer_cut_by_the_full_context_goes_on_once_there_is_room() -> None:
    cut = turn(final("word " * 96), reason=StopReason.LENGTH, prompt_tokens=4000)
    talk, engine = long_talk(cut, turn(final("word " * 96 + "end")))
    list(talk.send("one more"))
    before = talk.room
    assert before is not None
    assert before.is_full
    drop = before.choices[0]
    list(talk.make_room(drop))
    after = talk.room
    assert after is not None
    assert not after.is_full
    assert abs(before.used - after.used - drop.frees) < 100
    list(talk.go_on())
    assert engine.requests[-1].conversation.is_open
    assert prompts(engine)[-1][0] == f"question {drop.turns}"
    assert said(talk)[-1].endswith("end")


def test_more_context_is_asked_for_at_the_next_load() -> None:
    talk = talk_with(FakeEngine())
    list(talk.make_room(Choice(Way.RAISE, 0, 4096, 8192)))
    assert talk.settings.context_length == 8192
