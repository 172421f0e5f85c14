"""Titles: made while nobody asks anything, short, and never in place of a person's own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from app.titles import cleaned
from runtime.conversation import Role
from runtime.events import StopReason, TurnEnded, TurnEvent, TurnRequest
from tests.fakes.engine import PATIENCE_S, FakeEngine, ScriptedTurn, analysis, final, turn
from tests.fakes.history import FakeHistory
from tests.support.talking import said, talk_with

TITLED = "Give this conversation a title"


@pytest.mark.parametrize(
    ("said_by_the_model", "title"),
    [
        ("Trip to Lisbon", "Trip to Lisbon"),
        ('"Trip to Lisbon."', "Trip to Lisbon"),
        ("**Trip to Lisbon**\n\nI chose this because …", "Trip to Lisbon"),
        ("# Title: „Reise nach Lissabon“", "Reise nach Lissabon"),
        ("  \n\nA\tB  C\n", "A B C"),
        ("Title", "Title"),
        ("", ""),
        ("…\ufffd", ""),
        ("x", ""),
        ("里斯本之旅。", "里斯本之旅"),
    ],
)
def test_a_title_is_one_plain_line(said_by_the_model: str, title: str) -> None:
    assert cleaned(said_by_the_model) == title


def test_a_long_title_ends_between_two_words() -> None:
    title = cleaned("word " * 40)
    assert len(title) <= 60
    assert title.endswith("word…")
    assert len(cleaned("x" * 200)) == 60


def titled_engine(*answers: ScriptedTurn, title: ScriptedTurn) -> FakeEngine:
    return FakeEngine(answering(*answers, title=title))


def answering(*answers: ScriptedTurn, title: ScriptedTurn) -> Callable[[TurnRequest], ScriptedTurn]:
    left = iter(answers)

    def reply(request: TurnRequest) -> ScriptedTurn:
        asks = [message.content for message in request.conversation.messages if message.role is Role.USER]
        return title if asks[-1].startswith(TITLED) else next(left)

    return reply


def test_a_title_is_made_behind_the_conversation_and_thinks_about_nothing() -> None:
    history = FakeHistory()
    engine = titled_engine(turn(analysis("Hm."), final("a")), title=turn(final('"Greeting the reader."')))
    talk = talk_with(engine, history, is_demo=False)
    listed = threading.Event()
    list(talk.send("one"))
    talk.on_listed = listed.set
    talk._idle.wait(PATIENCE_S)
    (entry,) = history.entries()
    assert (entry.title, entry.has_title) == ("Greeting the reader", True)
    asked = engine.requests[-1]
    first = engine.requests[0].conversation
    assert asked.conversation.messages[0] == first.messages[0]
    assert asked.conversation.effort is first.effort  # another would cost the whole cache
    assert asked.conversation.tools == first.tools
    assert asked.conversation.is_open
    assert asked.conversation.messages[-1] == final("")
    assert said(talk) == ["one", "a"]


def test_a_title_that_a_person_gave_is_never_written_over() -> None:
    history = FakeHistory()
    engine = titled_engine(turn(final("a")), title=turn(final("Machine's title"), hold_after=0))
    talk = talk_with(engine, history, is_demo=False)
    list(talk.send("one"))
    assert engine.holding.wait(PATIENCE_S)
    (entry,) = history.entries()
    history.rename(entry.id, "My title")
    engine.release()
    talk._idle.wait(PATIENCE_S)
    assert history.entries()[0].title == "My title"


def test_a_title_under_way_is_given_up_when_the_person_asks() -> None:
    history = FakeHistory()

    class OneAtATime(FakeEngine):
        """As a real engine, which answers one turn at a time."""

        is_running = False

        def run(self, request: TurnRequest) -> Iterator[TurnEvent]:
            assert not self.is_running
            self.is_running = True
            yield from super().run(request)
            self.is_running = False

    reply = answering(turn(final("a")), turn(final("b")), title=turn(final("Machine's"), hold_after=0))
    engine = OneAtATime(reply)
    talk = talk_with(engine, history, is_demo=False)
    list(talk.send("one"))
    assert engine.holding.wait(PATIENCE_S)
    list(talk.send("two"))
    assert said(talk) == ["one", "a", "two", "b"]
    talk.close()
    assert not history.entries()[0].has_title


def test_a_stop_that_comes_while_a_title_is_given_up_still_counts() -> None:
    class Slow(FakeEngine):
        """The person presses Stop before a title that is under way has ended."""

        def run(self, request: TurnRequest) -> Iterator[TurnEvent]:
            yield from super().run(request)
            if request.conversation.is_open:
                talk.stop()

    title = turn(final("Machine's"), hold_after=0)
    engine = Slow(answering(turn(final("a")), turn(final("b b b")), title=title))
    talk = talk_with(engine, FakeHistory(), is_demo=False)
    list(talk.send("one"))
    assert engine.holding.wait(PATIENCE_S)
    *_, ended = talk.send("two")
    assert isinstance(ended, TurnEnded)
    assert ended.reason is StopReason.CANCELLED
    talk.close()


def test_the_demo_is_not_asked_for_titles() -> None:
    history = FakeHistory()
    engine = titled_engine(turn(final("a")), title=turn(final("Nonsense")))
    talk = talk_with(engine, history, is_demo=True)
    list(talk.send("What is Chorale?"))
    talk._idle.wait(PATIENCE_S)
    assert len(engine.requests) == 1
    assert history.entries()[0].title == "What is Chorale?"


def test_what_is_not_kept_gets_no_title() -> None:
    engine = titled_engine(turn(final("a")), title=turn(final("T")))
    talk = talk_with(engine, None, is_demo=False)
    list(talk.send("one"))
    talk._idle.wait(PATIENCE_S)
    assert len(engine.requests) == 1
