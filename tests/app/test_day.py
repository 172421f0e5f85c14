"""A conversation that goes on behind midnight: its prompt begins the same, and the model still knows the day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.chat import Chat
from app.history.origin import Maker
from app.history.tree import Answer, Origin, Question, Tree
from app.installs import demo_folder
from app.kept_tree import KeptTree
from app.tools import ToolRegistry, built_in_tools
from runtime.conversation import Message, Role
from runtime.events import StopReason
from runtime.harmony.render import render
from runtime.tokenizer import Tokenizer
from tests.fakes.engine import READY, FakeEngine, ScriptedTurn, call, final, turn
from tests.support.stored_conversations import ORIGIN

NEXT_DAY = Message(Role.USER, "The date is now 2026-11-22.")


class Days:
    """A calendar that stands still until it is told."""

    def __init__(self) -> None:
        self.day = 21

    def __call__(self) -> date:
        return date(2026, 11, self.day)


class Run:
    def __init__(self, *turns: ScriptedTurn, tree: KeptTree | None = None) -> None:
        self.days = Days()
        self.engine = FakeEngine(turns or [turn(final(text)) for text in "abcdef"])
        self.chat = Chat(self.engine, tools=built_in_tools(self.days), today=self.days)
        self.chat.maker = Maker(READY, "")
        if tree is not None:
            self.chat.talk_about(tree)

    def send(self, text: str, **more: Any) -> None:
        list(self.chat.send(text, **more))

    @property
    def prompt(self) -> list[str]:
        """The texts of the last prompt."""
        return [message.content for message in self.engine.requests[-1].conversation.messages]

    @property
    def system_dates(self) -> list[str | None]:
        return [request.conversation.date for request in self.engine.requests]

    def answer(self) -> Answer:
        content = self.chat.tree.path[-1].content
        assert isinstance(content, Answer)
        return content


def test_a_question_behind_midnight_brings_the_day_and_leaves_what_was_before_as_it_is() -> None:
    run = Run()
    run.send("one")
    run.days.day = 22
    run.send("two")
    assert run.prompt == ["one", "a", NEXT_DAY.content, "two"]
    assert run.engine.requests[-1].conversation.messages[2] == NEXT_DAY
    run.send("three")
    assert run.prompt == ["one", "a", NEXT_DAY.content, "two", "b", "three"]
    run.days.day = 23
    run.send("four")
    assert run.prompt[-2:] == ["The date is now 2026-11-23.", "four"]
    assert run.system_dates == ["2026-11-21"] * 4
    for before, after in zip(run.engine.requests, run.engine.requests[1:], strict=False):
        told = before.conversation.messages
        assert after.conversation.messages[: len(told)] == told


def test_the_prompt_of_the_next_day_is_the_prompt_before_and_more() -> None:
    run = Run()
    run.chat.tools = ToolRegistry(())
    run.send("one")
    run.days.day = 22
    run.send("two")
    tokenizer = Tokenizer.load(Path(demo_folder()))
    first, second = (render(request.conversation, tokenizer) for request in run.engine.requests)
    assert second[: len(first)] == first
    assert tokenizer.decode(second) == (
        "<|start|>system<|message|>You are ChatGPT, a large language model trained by OpenAI.\n"
        "Knowledge cutoff: 2024-06\nCurrent date: 2026-11-21\n\nReasoning: medium\n\n"
        "# Valid channels: analysis, commentary, final. Channel must be included for every message.<|end|>"
        "<|start|>user<|message|>one<|end|><|start|>assistant<|channel|>final<|message|>a<|end|>"
        "<|start|>user<|message|>The date is now 2026-11-22.<|end|><|start|>user<|message|>two<|end|>"
        "<|start|>assistant"
    )


def test_the_day_is_not_the_words_of_the_person() -> None:
    run = Run()
    run.send("one")
    run.days.day = 22
    run.send("two", documents="the file", files=("a.txt",))
    asked = run.chat.tree.path[2].content
    assert asked == Question("two", "the file", ("a.txt",), date="2026-11-21", today="2026-11-22")
    assert run.prompt == ["one", "a", "the file", NEXT_DAY.content, "two"]


def test_every_answer_notes_the_date_that_its_system_message_named() -> None:
    run = Run()
    run.send("one")
    run.days.day = 22
    run.send("two")
    origin = run.answer().origin
    assert origin is not None
    assert origin.date == "2026-11-21"


def test_the_tool_tells_todays_date_whatever_the_system_message_names() -> None:
    run = Run()
    run.send("one")
    run.days.day = 22
    (tool, *_) = run.chat.tools.specs
    assert tool.name == "get_current_date"
    assert "2026-11-22" in run.chat.tools.answer(call("get_current_date", "{}")).content


def test_an_edited_question_tells_the_day_it_is_edited_on() -> None:
    run = Run()
    run.send("one", documents="a long file", files=("a.txt",))
    run.days.day = 22
    list(run.chat.edit(1, "one, please"))
    assert run.prompt == ["a long file", NEXT_DAY.content, "one, please"]  # the file stays in the cache
    assert run.system_dates == ["2026-11-21"] * 2
    run.send("two")
    assert NEXT_DAY.content not in run.prompt[2:]
    run.chat.choose(1)
    run.send("and?")
    assert run.prompt == ["a long file", "one", "a", NEXT_DAY.content, "and?"]


def test_a_question_edited_back_on_its_own_day_tells_none() -> None:
    run = Run()
    run.send("one")
    run.days.day = 22
    run.send("two")
    run.days.day = 21  # a clock that was put right
    list(run.chat.edit(3, "two!"))
    assert run.prompt == ["one", "a", "two!"]


def test_an_answer_made_anew_is_asked_for_as_it_was() -> None:
    run = Run()
    run.send("one")
    run.days.day = 22
    list(run.chat.regenerate(2))
    first, second = run.engine.requests
    assert first.conversation == second.conversation


def test_a_question_that_nobody_answered_is_asked_on_the_day_it_is_tried_again() -> None:
    run = Run(turn(final("a")), turn(reason=StopReason.ERROR), turn(final("b")), turn(final("c")))
    run.send("one")
    run.send("two")
    assert run.answer() == Answer((), run.answer().rounds, run.answer().origin)
    run.days.day = 22
    list(run.chat.retry())
    assert run.answer().text == "b"
    assert run.prompt == ["one", "a", NEXT_DAY.content, "two"]
    run.send("three")
    assert run.prompt == ["one", "a", NEXT_DAY.content, "two", "b", "three"]


def test_an_answer_cut_before_midnight_goes_on_under_its_own_date() -> None:
    run = Run(turn(final("One, tw"), reason=StopReason.LENGTH), turn(final("One, two.")))
    run.send("Count")
    run.days.day = 22
    list(run.chat.go_on())
    assert run.system_dates == ["2026-11-21"] * 2
    assert run.prompt == ["Count", "One, tw"]


def test_what_is_asked_beside_the_conversation_begins_the_same() -> None:
    run = Run()
    run.send("one")
    run.days.day = 22
    assert run.chat.as_conversation(()).date == "2026-11-21"
    run.chat.clear()
    assert run.chat.as_conversation(()).date == "2026-11-22"


@pytest.mark.parametrize("origin", [ORIGIN, None])
def test_a_conversation_kept_without_dates_goes_on(origin: Origin | None) -> None:
    tree = Tree()
    for content in (Question("one"), Answer((final("a"),), (), origin)):
        tree.add(tree.leaf, content)
    run = Run(tree=KeptTree(tree))
    run.days.day = 23
    run.send("two")
    if origin is None:  # nobody knows any more what it was told
        assert (run.system_dates, run.prompt) == (["2026-11-23"], ["one", "a", "two"])
    else:
        assert run.system_dates == ["2026-11-21"]
        assert run.prompt == ["one", "a", "The date is now 2026-11-23.", "two"]
    run.send("three")
    assert len(set(run.system_dates)) == 1
    assert run.prompt[-1:] == ["three"]
    assert sum(text.startswith("The date") for text in run.prompt) == (origin is not None)


def test_where_all_before_is_left_out_the_prompt_begins_on_the_day_it_is_asked() -> None:
    run = Run()
    run.send("one")
    run.days.day = 22
    run.chat.earlier = ""
    run.send("two")
    assert run.system_dates == ["2026-11-21", "2026-11-22"]
    assert run.prompt == ["two"]
