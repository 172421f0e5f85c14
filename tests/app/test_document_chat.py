"""A chat with documents: files go with the next message, summaries are turns that can be stopped and gone on with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from app.attachments import SummaryOrder, SummaryStep, SummaryStyle
from app.chat import Chat
from app.document_chat import DocumentChat
from app.document_desk import DocumentDesk
from app.tools import built_in_tools
from models.errors import InputError
from runtime.conversation import Channel, Message
from runtime.documents.values import Document
from runtime.events import LoadRequest, StopReason, TurnEnded, TurnRequest
from tests.fakes.documents import desk_with
from tests.fakes.engine import FakeEngine, ScriptedTurn, call, final, turn
from tests.support.documents.making import count_words, document, marker_pages

BOOK = document("book.pdf", *marker_pages(40, 60))


def talk(engine: FakeEngine, *documents: Document, context: int = 8000) -> tuple[DocumentChat, DocumentDesk]:
    desk = desk_with(*documents, context=context)
    chat = Chat(engine, tools=built_in_tools(lambda: date(2026, 11, 21)), today=lambda: date(2026, 11, 21))
    list(engine.load(LoadRequest("demo", "cache")))
    return DocumentChat(chat, engine, desk), desk


def summed_up(request: TurnRequest) -> ScriptedTurn:
    return turn(final("- It goes on [p. 1]\n- It ends [p. 999]"))


def last(events: Sequence[object]) -> TurnEnded:
    end = events[-1]
    assert isinstance(end, TurnEnded)
    return end


def test_files_stand_before_the_question_and_never_move() -> None:
    engine = FakeEngine([turn(final("One.")), turn(final("Two."))])
    chat, _ = talk(engine, document("a.pdf", "first page"))
    list(chat.send("What does it say?"))
    list(chat.send("And then?"))
    first, second = (request.conversation.messages for request in engine.requests)
    assert "first page" in first[0].content
    assert second[: len(first)] == first
    assert [message.content for message in second[1:]] == ["What does it say?", "One.", "And then?"]


def test_a_long_file_is_searched_by_the_model_with_tools() -> None:
    search = call("search_documents", '{"query": "marker0030"}')
    engine = FakeEngine([turn(search), turn(final("It is there [D1 p. 30]."))])
    chat, desk = talk(engine, BOOK, context=1000)
    list(chat.send("Where is it?"))
    names = [tool.name for tool in engine.requests[0].conversation.tools]
    assert names[-2:] == ["search_documents", "read_pages"]
    assert "marker0030" in engine.requests[1].conversation.messages[-1].content
    (mention,) = desk.mentions("It is there [D1 p. 30].")
    assert mention.was_shown


def test_files_of_a_message_that_is_too_long_wait_again() -> None:
    engine = FakeEngine([turn(raises=InputError("Too long.")), turn(final("Fine."))])
    chat, desk = talk(engine, document("a.pdf", "first page"))
    with pytest.raises(InputError):
        list(chat.send("A very long message"))
    assert not desk.files()[0].is_sent
    list(chat.send("Short"))
    assert "first page" in engine.requests[1].conversation.messages[0].content


def test_a_summary_says_how_far_it_is_and_ends_with_what_was_read() -> None:
    chat, desk = talk(FakeEngine(summed_up), BOOK, context=1000)
    key = desk.files()[0].key
    events = list(chat.summarize(SummaryOrder((key,), SummaryStyle.KEY_POINTS, "the board")))
    steps = [event for event in events if isinstance(event, SummaryStep)]
    assert steps[0].total > 1
    assert steps[-1].is_writing
    answer = last(events).messages[-1]
    assert answer.channel is Channel.FINAL
    assert "[D1 p. 1]" in answer.content
    assert answer.content.endswith("Read 40 of 40 pages.")
    parts = [message for message in last(events).messages if message.channel is Channel.COMMENTARY]
    assert parts[0].content.startswith("book.pdf, pages 1-")
    asked = chat.conversation.messages[-2].content
    assert asked == "List the key points of book.pdf. Write for this reader: the board."


def test_a_part_that_is_one_page_is_not_called_pages() -> None:
    chat, desk = talk(FakeEngine(summed_up), document("a.pdf", "one"), document("b.pdf", "two"))
    events = list(chat.summarize(SummaryOrder(tuple(file.key for file in desk.files()))))
    parts = [message for message in last(events).messages if message.channel is Channel.COMMENTARY]
    assert [part.content.split("\n")[0] for part in parts] == ["a.pdf, page 1", "b.pdf, page 1"]


def test_what_a_summary_names_wrongly_is_left_for_the_window_to_mark() -> None:
    chat, desk = talk(FakeEngine(summed_up), document("a.pdf", "one", "two"))
    events = list(chat.summarize(SummaryOrder((desk.files()[0].key,))))
    text = last(events).messages[-1].content
    assert "not shown" not in text
    assert [mention.was_shown for mention in desk.mentions(text)] == [True, False]


def test_a_summary_can_be_asked_about() -> None:
    engine = FakeEngine(lambda request: turn(final("- It goes on [p. 1]")))
    chat, desk = talk(engine, document("a.pdf", "one"))
    list(chat.summarize(SummaryOrder((desk.files()[0].key,))))
    list(chat.send("Why?"))
    said = [message.content for message in engine.requests[-1].conversation.messages]
    assert said[0] == "Summarise a.pdf briefly."
    assert "It goes on" in said[1]
    assert "one" in said[2]  # the file itself goes with the first message after
    assert said[3] == "Why?"


def test_a_summary_that_was_stopped_goes_on_where_it_was() -> None:
    asked: list[str] = []
    chat: DocumentChat

    def reply(request: TurnRequest) -> ScriptedTurn:
        asked.append(request.conversation.messages[-1].content)
        if len(asked) == 3:
            chat.stop()
            return turn(final("late"), reason=StopReason.CANCELLED)
        return summed_up(request)

    chat, desk = talk(FakeEngine(reply), BOOK, context=1000)
    events = list(chat.summarize(SummaryOrder((desk.files()[0].key,))))
    assert last(events).reason is StopReason.CANCELLED
    assert not chat.conversation.messages
    list(chat.retry())
    assert asked.count(asked[0]) == 1  # what was read is not read again
    assert asked.count(asked[2]) == 2
    assert isinstance(chat.conversation.messages[-1], Message)
    assert chat.conversation.messages[-1].content.endswith("Read 40 of 40 pages.")


def test_after_a_summary_that_never_began_an_answer_can_be_stopped_between_its_tools() -> None:
    engine = FakeEngine([turn(call("get_current_date", "{}")), turn(final("Today."))])
    chat, desk = talk(engine, document("a.pdf", "one"))
    (file,) = desk.files()
    chat.summarize(SummaryOrder((file.key,)))  # and another conversation was opened before it began
    desk.clear()
    for event in chat.send("What day is it?"):
        if isinstance(event, TurnEnded):
            chat.stop()
    assert len(engine.requests) == 1


def test_a_summary_asked_for_again_is_written_anew_in_place_of_the_first() -> None:
    asked: list[str] = []

    def reply(request: TurnRequest) -> ScriptedTurn:
        asked.append(request.conversation.messages[-1].content)
        return turn(final(f"- Number {len(asked)} [p. 1]"))

    chat, desk = talk(FakeEngine(reply), BOOK, context=1000)
    list(chat.summarize(SummaryOrder((desk.files()[0].key,))))
    before = len(asked)
    list(chat.retry())
    assert len(asked) == before + 1  # the parts are not read again
    messages = chat.conversation.messages
    assert len(messages) == 2
    assert f"Number {len(asked)}" in messages[-1].content


def test_another_try_can_search_after_the_model_was_changed() -> None:
    engine = FakeEngine(lambda request: turn(final("Fine.")))
    chat, _ = talk(engine, BOOK, context=1000)
    list(chat.send("Where?"))
    chat.tools = built_in_tools(lambda: date(2026, 11, 21))
    list(chat.retry())
    names = [tool.name for tool in engine.requests[-1].conversation.tools]
    assert "search_documents" in names


def test_a_new_conversation_forgets_files_and_summaries() -> None:
    engine = FakeEngine(summed_up)
    chat, desk = talk(engine, document("a.pdf", "one"))
    list(chat.summarize(SummaryOrder((desk.files()[0].key,))))
    chat.clear()
    assert desk.files() == ()
    with pytest.raises(InputError):
        chat.summarize(SummaryOrder((1,)))


def test_tokens_count_for_documents_once_the_model_is_loaded() -> None:
    engine = FakeEngine([])
    chat, desk = talk(engine)
    list(chat.loading(lambda: engine.load(LoadRequest("demo", "cache")), lambda: count_words))
    price = desk.price("one two three " * 200, 0)
    assert price is not None
    assert price.limit == 4096
