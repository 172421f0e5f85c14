"""What a conversation takes of the context, and which ways to make room are offered."""

from __future__ import annotations

from app.context_room import Room, Way, room_of, turns_of
from app.history.tree import Answer, Node, Question, Round, Tree
from runtime.conversation import Channel, Message, Role
from runtime.events import StopReason, Usage


def said(text: str, channel: Channel = Channel.FINAL) -> Message:
    return Message(Role.ASSISTANT, text, channel)


def talk(
    *turns: tuple[str, str], documents: str = "", tokens: int = 0, reason: StopReason = StopReason.STOP
) -> tuple[Node, ...]:
    """A conversation; its last prompt and answer took `tokens`, four characters each before."""
    tree = Tree(clock=lambda: 0.0)
    for number, (asked, answered) in enumerate(turns):
        tree.add(tree.leaf, Question(asked, documents if number == 0 else ""))
        answer = (len(answered) + 20) // 4
        is_counted = tokens and number == len(turns) - 1
        usage = Usage(tokens - answer, answer, 0) if is_counted else Usage()
        messages = (said("long thoughts " * 50, Channel.ANALYSIS), said(answered))
        tree.add(tree.leaf, Answer(messages, (Round(2, reason, usage),)))
    return tree.path()


LONG = ("q" * 980, "a" * 980)  # 2,000 characters with what frames them: 500 tokens


def ways(room: Room) -> list[Way]:
    return [choice.way for choice in room.choices]


def test_reasoning_of_finished_answers_counts_for_nothing() -> None:
    (turn,) = turns_of(talk(("q" * 80, "a" * 80)))
    assert turn.characters == 200


def test_a_conversation_with_room_offers_no_choices() -> None:
    room = room_of(talk(LONG, LONG, tokens=1000), limit=4000, fixed=0, largest=8000)
    assert (room.used, room.free, room.choices, room.is_full) == (1000, 3000, (), False)


def test_the_parts_add_up_to_what_is_used() -> None:
    path = talk(LONG, LONG, documents="d" * 3980, tokens=2500)
    room = room_of(path, limit=4000, fixed=2000)
    assert room.instructions + room.documents + room.talk == room.used == 2500
    assert room.documents == 1000
    assert room.instructions == 500
    assert room.talk == 1000
    assert room.cached == 2250


def test_a_question_that_does_not_fit_leaves_out_as_few_turns_as_make_it_comfortable() -> None:
    path = talk(LONG, LONG, LONG, LONG, LONG, LONG, LONG, tokens=3500)
    room = room_of(path, limit=4000, fixed=0, needed=4200, asked=2800, is_new=True)
    drop = room.choices[0]
    assert (drop.way, drop.turns) == (Way.DROP, 3)
    assert room.needed - drop.frees <= 0.7 * room.limit
    assert drop.frees == 3 * 500


def test_a_summary_frees_less_than_dropping_and_only_where_it_pays() -> None:
    path = talk(LONG, LONG, LONG, LONG, LONG, LONG, LONG, tokens=3500)
    room = room_of(path, limit=4000, fixed=0, needed=4200, asked=2800, is_new=True)
    drop, summary = room.choices
    assert summary.way is Way.SUMMARISE
    assert 0 < summary.frees < drop.frees
    short = talk(("q" * 1980, "a" * 1180), tokens=800)
    assert Way.SUMMARISE not in ways(
        room_of(short, limit=1000, fixed=0, needed=1100, asked=1200, is_new=True)
    )


def test_more_context_is_offered_only_where_there_is_memory() -> None:
    path = talk(LONG, LONG, tokens=1000)
    given = {"limit": 1024, "fixed": 0, "needed": 1100, "asked": 400, "is_new": True}
    assert Way.RAISE not in ways(room_of(path, **given, largest=1024))  # type: ignore[arg-type]
    more = room_of(path, **given, largest=100_000)  # type: ignore[arg-type]
    assert more.choices[-1].way is Way.RAISE
    assert more.choices[-1].context_length == 2048


def test_a_single_message_longer_than_the_context_can_only_be_helped_by_more_of_it() -> None:
    room = room_of((), limit=1000, fixed=200, needed=5000, asked=19_800, is_new=True, largest=131_072)
    assert ways(room) == [Way.RAISE]
    assert room.choices[0].context_length > 5000
    assert room_of((), limit=1000, fixed=200, needed=5000, asked=19_800, is_new=True).choices == ()


def test_dropping_is_not_offered_where_it_would_not_help() -> None:
    room = room_of(talk(LONG, tokens=500), limit=1000, fixed=0, needed=5000, asked=18_000, is_new=True)
    assert room.choices == ()


def test_the_question_of_an_answer_that_was_cut_stays() -> None:
    path = talk(LONG, LONG, tokens=1000, reason=StopReason.LENGTH)
    room = room_of(path, limit=1000, fixed=0)
    assert room.is_full
    assert [(choice.way, choice.turns) for choice in room.choices] == [(Way.DROP, 1)]


def test_an_answer_cut_by_its_own_limit_is_not_a_full_context() -> None:
    path = talk(LONG, tokens=500, reason=StopReason.LENGTH)
    assert not room_of(path, limit=4000, fixed=0).is_full


def test_a_nearly_full_context_tells_before_something_does_not_fit() -> None:
    room = room_of(talk(LONG, LONG, tokens=900), limit=1000, fixed=0)
    assert not room.is_full
    assert ways(room) == [Way.DROP]
