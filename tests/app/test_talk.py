"""The open conversation: its branches, its keeping, what it goes on with, room and titles."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from app.chat import Chat
from app.document_chat import DocumentChat
from app.history.tree import Answer, Node, Question
from app.history.values import Access, ChatSettings
from app.talk import Defaults, Talk
from app.talk_values import Noted
from app.tools import Tool, ToolRegistry, built_in_tools
from models.errors import AppError, ContextFullError, EngineError, InputError
from runtime.conversation import Effort, Role, ToolSpec
from runtime.events import Sampling, StopReason, TurnEnded, TurnRequest
from tests.fakes.documents import desk_with
from tests.fakes.engine import PATIENCE_S, READY, FakeEngine, ScriptedTurn, analysis, call, final, turn
from tests.fakes.history import FakeHistory
from tests.support.documents.making import document
from tests.support.talking import prompts, said, stored, talk_with, today

# -- branches -----------------------------------------------------------------------------------------


def test_an_edited_question_stands_beside_the_first_and_both_can_be_read() -> None:
    engine = FakeEngine([turn(final("a")), turn(final("b")), turn(final("c"))])
    talk = talk_with(engine)
    list(talk.send("one"))
    list(talk.send("two"))
    second = talk.path[2].id
    list(talk.edit(second, "other"))
    assert said(talk) == ["one", "a", "other", "c"]
    assert prompts(engine)[-1] == ["one", "a", "other"]
    shown = talk.path[2].id
    assert talk.siblings(shown) == (second, shown)
    talk.choose(second)
    assert said(talk) == ["one", "a", "two", "b"]


def test_an_answer_asked_for_again_stands_beside_the_old_one() -> None:
    engine = FakeEngine([turn(final("a")), turn(final("b")), turn(final("c"))])
    talk = talk_with(engine)
    list(talk.send("one"))
    first = talk.path[1].id
    list(talk.regenerate(first))
    assert said(talk) == ["one", "b"]
    assert talk.siblings(talk.path[1].id) == (first, talk.path[1].id)
    talk.choose(first)
    list(talk.send("two"))
    assert prompts(engine)[-1] == ["one", "a", "two"]


def test_documents_stay_with_an_edited_question() -> None:
    engine = FakeEngine([turn(final("a")), turn(final("b"))])
    talk = talk_with(engine, files=(document("a.pdf", "first page"),))
    list(talk.send("What does it say?"))
    asked = talk.path[0]
    assert isinstance(asked.content, Question)
    assert (asked.content.text, asked.content.files) == ("What does it say?", ("a.pdf",))
    list(talk.edit(asked.id, "And who says it?"))
    assert "first page" in prompts(engine)[-1][0]
    assert prompts(engine)[-1][1:] == ["And who says it?"]


def test_a_removed_answer_is_not_told_to_the_model_any_more() -> None:
    engine = FakeEngine([turn(final("a")), turn(final("b"))])
    talk = talk_with(engine)
    list(talk.send("one"))
    talk.remove(talk.path[1].id)
    list(talk.send("two"))
    assert prompts(engine)[-1] == ["one", "two"]


def test_nothing_is_chosen_or_removed_while_an_answer_is_written() -> None:
    talk = talk_with(FakeEngine([turn(final("a long answer"))]))
    answer = talk.send("one")
    next(answer)
    for act in (talk.choose, talk.remove):
        with pytest.raises(InputError, match="still being written"):
            act(talk.path[0].id)
    list(answer)


def test_each_answer_notes_what_it_was_made_with() -> None:
    engine = FakeEngine([turn(call()), turn(final("a"))])
    talk = talk_with(engine, instructions="Be brief.", temperature=0.5)
    list(talk.send("one"))
    answer = talk.path[1].content
    assert isinstance(answer, Answer)
    assert answer.origin is not None
    assert (answer.origin.model, answer.origin.device, answer.origin.kernel) == ("demo", "cpu", READY.kernel)
    assert answer.origin.instructions == "Be brief."
    assert answer.origin.sampling == Sampling(0.5)
    assert answer.origin.date == "2026-11-21"
    assert answer.origin.tools == ("get_current_date", "calculate")
    seeds = [request.sampling.seed for request in engine.requests]
    assert [each.seed for each in answer.rounds] == seeds
    assert None not in seeds and seeds[0] != seeds[1]
    assert [each.count for each in answer.rounds] == [1, 1]


# -- going on -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", [StopReason.LENGTH, StopReason.CANCELLED])
def test_a_cut_answer_goes_on_in_the_same_message(reason: StopReason) -> None:
    cut = turn(analysis("Hm."), final("Half an \ufffd"), reason=reason)
    engine = FakeEngine([cut, turn(final("Half an answer."))])
    talk = talk_with(engine)
    list(talk.send("one"))
    assert talk.can_go_on
    list(talk.go_on())
    asked = engine.requests[-1].conversation
    assert asked.is_open
    assert [message.content for message in asked.messages] == ["one", "Hm.", "Half an "]
    answer = talk.path[-1].content
    assert isinstance(answer, Answer)
    assert answer.messages == (analysis("Hm."), final("Half an answer."))
    assert [(each.count, each.goes_on) for each in answer.rounds] == [(2, False), (0, True)]
    assert len(talk.path) == 2
    assert not talk.can_go_on


@pytest.mark.parametrize(("model", "digest"), [("gpt-oss-20b", "a hash"), ("demo", "another revision")])
def test_an_answer_that_another_model_began_is_not_gone_on_with(model: str, digest: str) -> None:
    """Else the audit would say of all of it that the first one made it."""
    engine = FakeEngine([turn(final("Half an "), reason=StopReason.LENGTH), turn(final("Half an answer."))])
    talk = talk_with(engine)
    list(talk.send("one"))
    node = talk.path[-1]
    assert isinstance(node.content, Answer)
    assert node.content.origin is not None
    begun = replace(node.content.origin, model=model, model_hash=digest)
    talk._chat.tree.replace(node.id, replace(node.content, origin=begun))
    assert talk._chat.maker is not None
    talk._chat.maker = replace(talk._chat.maker, model_hash="a hash")
    with pytest.raises(InputError, match=f"{model} began this answer"):
        list(talk.go_on())
    assert talk.path[-1].content == replace(node.content, origin=begun)
    assert len(engine.requests) == 1


def test_an_answer_that_was_broken_off_with_chorale_goes_on() -> None:
    history = FakeHistory()
    entry = history.create(ChatSettings())
    history.put(entry, Node(1, None, 0.0, Question("one")), 1)
    history.put(entry, Node(2, 1, 0.0, Answer((final("Half an "),))), 2)
    engine = FakeEngine([turn(final("Half an answer."))])
    talk = talk_with(engine, history)
    talk.open(entry)
    assert talk.can_go_on
    list(talk.go_on())
    assert stored(history, entry) == ["one", "Half an answer."]


def test_an_answer_stopped_after_a_tools_result_goes_on_behind_it() -> None:
    engine = FakeEngine([turn(call()), turn(final("Saturday."))])
    talk = talk_with(engine)
    events = talk.send("one")
    for event in events:
        if type(event).__name__ == "ToolRan":
            talk.stop()
    assert talk.can_go_on
    list(talk.go_on())
    assert not engine.requests[-1].conversation.is_open
    assert prompts(engine)[-1][:2] == ["one", "{}"]
    assert said(talk) == ["one", "Saturday."]


def test_a_call_that_was_cut_goes_on_inside_its_arguments() -> None:
    cut = turn(call("calculate", '{"expression": "1'), reason=StopReason.LENGTH)
    engine = FakeEngine([cut, turn(call("calculate", '{"expression": "1+1"}')), turn(final("2"))])
    talk = talk_with(engine)
    list(talk.send("one"))
    list(talk.go_on())
    asked = engine.requests[1].conversation
    assert asked.is_open
    assert asked.messages[-1] == call("calculate", '{"expression": "1')
    answer = talk.path[-1].content
    assert isinstance(answer, Answer)
    assert [message.role for message in answer.messages] == [Role.ASSISTANT, Role.TOOL, Role.ASSISTANT]
    assert [each.count for each in answer.rounds] == [1, 0, 1]


def test_a_whole_answer_cannot_be_gone_on_with() -> None:
    talk = talk_with(FakeEngine([turn(final("a"))]))
    list(talk.send("one"))
    with pytest.raises(InputError, match="complete"):
        talk.go_on()


def test_an_engine_that_dies_while_going_on_loses_nothing_of_the_first_half() -> None:
    broken = turn(raises=EngineError("Gone."), raises_late=True)
    engine = FakeEngine([turn(final("Half"), reason=StopReason.LENGTH), broken])
    talk = talk_with(engine)
    list(talk.send("one"))
    with pytest.raises(EngineError):
        list(talk.go_on())
    assert said(talk) == ["one", "Half"]
    assert talk.can_go_on


def test_documents_of_another_day_still_allow_only_tools_that_read() -> None:
    history = FakeHistory()
    first = talk_with(FakeEngine([turn(final("a"))]), history, files=(document("a.pdf", "a page"),))
    list(first.send("one"))
    assert first.entry is not None
    engine = FakeEngine(lambda request: turn(final("b")))
    acts = Tool(ToolSpec("act", "Does something."), lambda arguments: {}, only_reads=False)
    chat = Chat(engine, tools=ToolRegistry([acts]), today=today)
    talk = Talk(chat, engine, DocumentChat(chat, engine, desk_with()), lambda: Defaults(Sampling()), history)
    talk.open(first.entry.id)
    list(talk.send("two"))
    talk.new()
    list(talk.send("three"))
    asked = [request.conversation for request in engine.requests if not request.conversation.is_open]
    assert [[tool.name for tool in each.tools] for each in asked] == [[], ["act"]]


# -- keeping ------------------------------------------------------------------------------------------


def test_what_is_said_is_on_the_disk_before_it_is_told() -> None:
    history = FakeHistory()
    talk = talk_with(FakeEngine([turn(call()), turn(final("a"))]), history)
    for event in talk.send("one"):
        assert talk.entry is not None
        assert stored(history, talk.entry.id)[0] == "one"
        if isinstance(event, TurnEnded):
            answer = history.open(talk.entry.id).nodes[-1].content
            assert isinstance(answer, Answer)
            assert answer.reason is event.reason
    assert talk.entry is not None
    assert talk.entry.title == "one"
    assert stored(history, talk.entry.id) == ["one", "a"]


def test_streaming_words_are_kept_every_two_seconds_not_each() -> None:
    puts: list[Node] = []

    class Counting(FakeHistory):
        def put(self, entry: int, node: Node, leaf: int) -> None:
            puts.append(node)
            super().put(entry, node, leaf)

    tenths = iter(range(1000))
    engine = FakeEngine([turn(final("word " * 100))])
    chat = Chat(engine, tools=built_in_tools(today), today=today, clock=lambda: next(tenths) / 10)
    talk = Talk(
        chat, engine, DocumentChat(chat, engine, desk_with()), lambda: Defaults(Sampling()), Counting()
    )
    list(talk.send("one"))
    # A question, its answer's place, the end, and one for each two seconds of the ten between.
    assert 6 <= len(puts) <= 9


def test_a_history_that_cannot_be_written_costs_a_sentence_and_later_nothing() -> None:
    class Failing(FakeHistory):
        fails = True

        def put(self, entry: int, node: Node, leaf: int) -> None:
            if self.fails:
                raise AppError("The disk is full. Make room on it.")
            super().put(entry, node, leaf)

    history = Failing()
    talk = talk_with(FakeEngine([turn(final("a")), turn(final("b")), turn(final("c"))]), history)
    for question in ("one", "two"):  # who did not see it the first time is told with the next answer
        events = list(talk.send(question))
        notes = [event for event in events if isinstance(event, Noted)]
        assert notes == [Noted("The disk is full. Make room on it.")]
        assert isinstance(events[-1], TurnEnded)
    assert said(talk) == ["one", "a", "two", "b"]
    history.fails = False
    assert not any(isinstance(event, Noted) for event in talk.send("three"))
    assert talk.entry is not None
    assert stored(history, talk.entry.id) == ["one", "a", "two", "b", "three", "c"]


def test_a_locked_history_keeps_all_once_it_is_open() -> None:
    history = FakeHistory(access=Access.LOCKED, passphrase="my own words")
    talk = talk_with(FakeEngine([turn(final("a")), turn(final("b"))]), history)
    list(talk.send("one"))
    assert talk.entry is None
    history.unlock("my own words")
    list(talk.send("two"))
    assert talk.entry is not None
    assert stored(history, talk.entry.id) == ["one", "a", "two", "b"]


def test_a_conversation_that_is_not_to_be_kept_is_not() -> None:
    history = FakeHistory()
    talk = talk_with(FakeEngine([turn(final("a"))]), history)
    talk.new(kept=False)
    list(talk.send("one"))
    assert not talk.is_kept
    assert (talk.entry, history.entries()) == (None, ())


def test_after_a_conversation_that_is_not_kept_the_next_one_is_again() -> None:
    history = FakeHistory()
    talk = talk_with(FakeEngine([turn(final("a")), turn(final("b"))]), history)
    talk.new(kept=False)
    list(talk.send("one"))
    talk.clear()
    assert talk.is_kept
    list(talk.send("two"))
    assert [entry.title for entry in history.entries()] == ["two"]


def test_where_settings_keep_nothing_one_conversation_can_be_kept_still() -> None:
    history = FakeHistory()
    talk = talk_with(FakeEngine([turn(final("a"))]), history, is_kept=False)
    assert not talk.is_kept
    talk.new(kept=True)
    assert talk.is_kept
    talk.clear()
    assert not talk.is_kept


def test_an_organisation_that_wants_every_conversation_kept_gets_it() -> None:
    history = FakeHistory()
    talk = talk_with(FakeEngine([turn(final("a"))]), history, is_kept=False, must_keep=True)
    assert talk.must_keep
    talk.new(kept=False)
    list(talk.send("one"))
    assert len(history.entries()) == 1


def test_an_opened_conversation_goes_on_with_all_it_was() -> None:
    history = FakeHistory()
    engine = FakeEngine([turn(final("a")), turn(final("b")), turn(final("c"))])
    talk = talk_with(engine, history)
    list(talk.send("one"))
    talk.configure(ChatSettings(effort=Effort.HIGH, instructions="Be brief."))
    first = talk.entry
    talk.new()
    list(talk.send("two"))
    assert prompts(engine)[-1] == ["two"]
    assert first is not None
    talk.open(first.id)
    assert said(talk) == ["one", "a"]
    assert talk.entry is not None and talk.entry.id == first.id
    list(talk.send("three"))
    last = engine.requests[-1].conversation
    assert prompts(engine)[-1] == ["one", "a", "three"]
    assert (last.effort, last.instructions) == (Effort.HIGH, "Be brief.")
    assert stored(history, first.id) == ["one", "a", "three", "c"]


def test_a_name_given_in_the_list_is_the_open_conversations_too() -> None:
    history = FakeHistory()
    talk = talk_with(FakeEngine([turn(final("a")), turn(final("b"))]), history)
    list(talk.send("one"))
    assert talk.entry is not None
    history.rename(talk.entry.id, "My title")
    list(talk.send("two"))
    assert (talk.entry.title, talk.entry.has_title) == ("My title", True)


def test_a_conversation_that_is_gone_leaves_the_open_one_alone() -> None:
    talk = talk_with(FakeEngine([turn(final("a"))]), FakeHistory())
    list(talk.send("one"))
    with pytest.raises(AppError):
        talk.open(99)
    assert said(talk) == ["one", "a"]


def test_leaving_a_conversation_in_the_middle_of_an_answer_keeps_what_was_said() -> None:
    history = FakeHistory()
    engine = FakeEngine([turn(final("a long answer"), hold_after=2)])
    talk = talk_with(engine, history)
    done: list[object] = []
    worker = threading.Thread(target=lambda: done.extend(talk.send("one")))
    worker.start()
    assert engine.holding.wait(PATIENCE_S)
    talk.new()
    worker.join(PATIENCE_S)
    assert talk.path == ()
    (entry,) = history.entries()
    assert stored(history, entry.id) == ["one", "a long "]


def test_choices_of_a_branch_and_removals_are_kept() -> None:
    history = FakeHistory()
    talk = talk_with(FakeEngine([turn(final("a")), turn(final("b"))]), history)
    list(talk.send("one"))
    first = talk.path[1].id
    list(talk.regenerate(first))
    talk.choose(first)
    entry = talk.entry
    assert entry is not None
    other = talk_with(FakeEngine(), history)
    other.open(entry.id)
    talk.close()
    other.open(entry.id)
    assert said(other) == ["one", "a"]
    other.remove(first)
    other.close()
    assert stored(history, entry.id) == ["one", "b"]


def test_old_conversations_are_removed_at_the_start() -> None:
    now = 100 * 86_400.0
    history = FakeHistory(clock=lambda: now)
    history.create(ChatSettings())
    now += 31 * 86_400
    young = history.create(ChatSettings())
    engine = FakeEngine()
    chat = Chat(engine, tools=built_in_tools(today), today=today)
    talk = Talk(
        chat,
        engine,
        DocumentChat(chat, engine, desk_with()),
        lambda: Defaults(Sampling()),
        history,
        days=30,
    )
    talk.close()
    assert [entry.id for entry in history.entries()] == [young]


def test_files_attached_after_opening_do_not_take_the_names_of_the_old_ones() -> None:
    history = FakeHistory()
    first = talk_with(FakeEngine([turn(final("a"))]), history, files=(document("a.pdf", "old page"),))
    list(first.send("one"))
    assert first.entry is not None
    engine = FakeEngine([turn(final("b"))])
    chat = Chat(engine, tools=built_in_tools(today), today=today)
    desk = desk_with(known=[document("b.pdf", "new page")])
    talk = Talk(chat, engine, DocumentChat(chat, engine, desk), lambda: Defaults(Sampling()), history)
    talk.open(first.entry.id)
    list(desk.read(desk.add("folder/b.pdf")))
    list(talk.send("two"))
    told = prompts(engine)[-1]
    assert "document D1" in told[0] and "a.pdf" in told[0]
    assert "document D2" in told[3] and "b.pdf" in told[3]
    assert "document D1" not in told[3]


def test_a_prompt_too_long_for_a_conversation_that_was_left_is_not_asked_about_in_another() -> None:
    long = turn(raises=ContextFullError("It does not fit.", tokens=9000, limit=4096))

    def answer(request: TurnRequest) -> ScriptedTurn:
        if len(engine.requests) == 1:
            return turn(final("a"))
        talk.new()  # chosen while the engine counts
        return long

    engine = FakeEngine(answer)
    talk = talk_with(engine)
    list(talk.send("one"))
    with pytest.raises(ContextFullError):
        list(talk.send("A very long text"))
    assert talk.room is not None
    assert not talk.room.is_asking


def test_a_conversation_that_is_only_looked_at_gets_no_title_from_the_model_of_another() -> None:
    history = FakeHistory()
    looked_at = history.create(ChatSettings(model="other"))
    history.put(looked_at, Node(1, None, 0.0, Question("one")), 1)
    engine = FakeEngine(lambda _request: turn(final("a")))
    talk = talk_with(engine, history, is_demo=False)
    for event in talk.send("two"):
        if isinstance(event, TurnEnded):
            talk.open(looked_at)
    talk._idle.wait(PATIENCE_S)
    assert len(engine.requests) == 1
    assert not history.entry(looked_at).has_title
