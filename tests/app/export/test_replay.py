"""A replay asks what was asked, in the same way, and says where the first letter differs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.export.audit import audit_lines, read_audit
from app.export.replay import AnswerReplayed, Replay, Replayed
from app.export.values import ExportOptions
from app.history.tree import Answer, Origin, Question, Round
from app.history.values import Stored
from models.errors import EngineError, InputError
from runtime.conversation import Channel, Message, Role
from runtime.events import Device, DeviceKind, EngineFailed, EngineReady, LoadRequest, Sampling, StopReason
from tests.fakes.engine import READY, FakeEngine, ScriptedTurn, analysis, call, final, preamble, turn
from tests.support.stored_conversations import (
    DATE,
    ORIGIN,
    PLAIN,
    round_of,
    stored,
    talk,
    talk_about_files,
    talk_over_midnight,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TALK_TURNS = (
    turn(analysis("A greeting."), final("Hello.")),
    turn(final("I do not know.")),
    turn(analysis("I need the date."), preamble("I look."), call()),
    turn(final("It is **Saturday**.")),
)


class Run:
    """A conversation, exported and replayed."""

    def __init__(self, folder: Path, *, documents: bool = True) -> None:
        self.folder = folder
        self.options = ExportOptions(documents=documents)
        self.engine = FakeEngine()
        self.answers: list[AnswerReplayed] = []
        self.notices: list[str] = []

    def __call__(
        self,
        conversation: Stored,
        turns: Iterable[ScriptedTurn] = (),
        ready: EngineReady | EngineFailed = READY,
    ) -> Replayed:
        path = self.folder / "a"
        path.write_text("".join(audit_lines(conversation, self.options, NOW)), encoding="utf-8", newline="")
        self.engine = FakeEngine(turns, ready=ready)
        replay = Replay(read_audit(path), self.engine, self._request)
        events = list(replay.run())
        self.answers = [event for event in events if isinstance(event, AnswerReplayed)]
        self.notices = replay.notices
        assert isinstance(events[-1], Replayed)
        return events[-1]

    def _request(self, origin: Origin) -> LoadRequest:
        return LoadRequest(f"/models/{origin.model}", "/cache")


@pytest.fixture
def replay(tmp_path: Path) -> Run:
    return Run(tmp_path)


def test_the_same_words_are_the_same(replay: Run) -> None:
    found = replay(talk(), TALK_TURNS)
    assert (found.answers, found.same, found.skipped, found.difference) == (3, 3, 0, None)
    assert found.is_same
    assert [(each.answer, each.node, each.is_same) for each in replay.answers] == [
        (1, 2, True),
        (2, 4, True),
        (3, 5, True),
    ]
    assert len(replay.engine.loads) == 1


def test_each_round_is_asked_as_it_was(replay: Run) -> None:
    replay(talk(), TALK_TURNS)
    hello, other, asked, again = replay.engine.requests
    assert [each.sampling.seed for each in replay.engine.requests] == [5, 9, 11, 12]
    assert hello.sampling == Sampling(0.7, 0.95, seed=5)
    assert (hello.conversation.date, hello.conversation.instructions) == ("2026-11-21", "Be brief.")
    assert [tool.name for tool in hello.conversation.tools] == ["get_current_date", "calculate"]
    assert hello.conversation.messages == (Message(Role.USER, "Hello"),)
    before = (Message(Role.USER, "Hello"), final("Hello."), Message(Role.USER, "Which day is it?"))
    assert other.conversation.messages == asked.conversation.messages == before
    assert again.conversation.messages == (
        *before,
        analysis("I need the date."),
        preamble("I look."),
        call(),
        DATE,
    )
    assert all(each.max_tokens is None for each in replay.engine.requests)


def test_a_conversation_over_midnight_is_asked_as_it_was(replay: Run) -> None:
    assert replay(talk_over_midnight(), [turn(*PLAIN.messages)] * 3).is_same
    last = replay.engine.requests[-1].conversation
    assert last.date == "2026-11-21"
    assert [message.content for message in last.messages] == [
        "SECRET DOCUMENT",
        "What does it say?",
        "Hello.",
        "SECRET TOO",
        "The date is now 2026-11-22.",
        "And this?",
        "Hello.",
        "The date is now 2026-11-23.",
        "Thanks",
    ]


def test_the_first_letter_that_differs_is_found(replay: Run) -> None:
    turns = (*TALK_TURNS[:3], turn(final("It is **Sunday**.")))
    found = replay(talk(), turns)
    difference = found.difference
    assert difference is not None
    assert (difference.answer, difference.node, difference.message, difference.character) == (3, 5, 5, 10)
    assert (difference.what, difference.recorded, difference.replayed) == (
        "text",
        "It is **Saturday**.",
        "It is **Sunday**.",
    )
    assert (found.same, found.is_same) == (2, False)


def test_excerpts_of_long_texts_are_short(replay: Run) -> None:
    words = "word " * 400
    conversation = stored(Question("q"), Answer((final(words + "one."),), (round_of(1),), ORIGIN))
    difference = replay(conversation, [turn(final(words + "two. " + words))]).difference
    assert difference is not None
    assert difference.character == 2001
    assert difference.recorded == "…word word word word one."
    assert difference.replayed.startswith("…word word word word two. word")
    assert len(difference.replayed) == 62


@pytest.mark.parametrize(
    ("said", "what", "message"),
    [
        ((analysis("A greeting."),), "a message is missing", 2),
        ((analysis("A greeting."), preamble("Hello.")), "channel", 2),
        ((final("Hello."),), "channel", 1),
        ((analysis("A greeting."), final("Hello."), final("More.")), "a message more", 3),
    ],
)
def test_other_messages_are_a_difference(
    replay: Run, said: tuple[Message, ...], what: str, message: int
) -> None:
    difference = replay(stored(Question("Hello"), PLAIN), [turn(*said)]).difference
    assert difference is not None
    assert (difference.what, difference.message, difference.character) == (what, message, 0)


def test_the_same_words_with_another_end_are_a_difference(replay: Run) -> None:
    cut = turn(*PLAIN.messages, reason=StopReason.LENGTH)
    difference = replay(stored(Question("Hello"), PLAIN), [cut]).difference
    assert difference is not None
    assert (difference.what, difference.recorded, difference.replayed) == ("how it ended", "stop", "length")


def test_after_the_first_difference_nothing_is_run(replay: Run) -> None:
    found = replay(talk(), [turn(final("Hello."))])
    assert found.difference is not None
    assert found.difference.answer == 1
    assert len(replay.engine.requests) == len(replay.answers) == 1


@pytest.mark.parametrize("reason", [StopReason.LENGTH, StopReason.CANCELLED])
def test_an_answer_that_was_cut_is_cut_again_behind_the_same_token(replay: Run, reason: StopReason) -> None:
    cut = Answer((final("One two"),), (round_of(1, reason, tokens=9),), ORIGIN)
    found = replay(stored(Question("Count"), cut), [turn(final("One two"), reason=StopReason.LENGTH)])
    assert found.is_same
    assert replay.engine.requests[0].max_tokens == 9


def test_an_answer_gone_on_with_is_cut_and_gone_on_with_again(replay: Run) -> None:
    """The record has the whole message; where it was cut is found by cutting it again."""
    whole = Answer(
        (analysis("Hm."), final("One two three.")),
        (round_of(2, StopReason.LENGTH, 3), round_of(0, seed=4, goes_on=True)),
        ORIGIN,
    )
    turns = [
        turn(analysis("Hm."), final("One tw\ufffd"), reason=StopReason.LENGTH),
        turn(final("One two three.")),
    ]
    found = replay(stored(Question("Count"), whole), turns)
    assert found.is_same
    second = replay.engine.requests[1].conversation
    assert second.is_open
    assert second.messages == (Message(Role.USER, "Count"), analysis("Hm."), final("One tw"))
    wrong = replay(stored(Question("Count"), whole), [turns[0], turn(final("One two four."))])
    assert wrong.difference is not None
    assert (wrong.difference.message, wrong.difference.character) == (2, 9)


def test_what_an_engine_said_before_it_died_is_compared_with_the_beginning(replay: Run) -> None:
    died = Answer((final("One two"),), (round_of(1, StopReason.ERROR, tokens=0),), ORIGIN, "It stopped.")
    assert replay(stored(Question("Count"), died), [turn(final("One two three."))]).is_same
    assert not replay(stored(Question("Count"), died), [turn(final("One three."))]).is_same


def test_a_stop_between_two_rounds_is_no_round(replay: Run) -> None:
    stopped = replace(PLAIN, rounds=(*PLAIN.rounds, Round(0, StopReason.CANCELLED)))
    assert replay(stored(Question("Hello"), stopped), TALK_TURNS[:1]).is_same


def test_documents_are_given_again_and_tools_are_not_run(replay: Run) -> None:
    reads = Message(
        Role.ASSISTANT, '{"document": "D1"}', Channel.COMMENTARY, "functions.read_pages", "<|constrain|>json"
    )
    found = replay(talk_about_files(), [turn(reads), turn(final("It says so [D1 p. 1]."))])
    assert found.is_same
    assert [message.content for message in replay.engine.requests[1].conversation.messages] == [
        "SECRET DOCUMENT",
        "What does it say?",
        '{"document": "D1"}',
        '{"text": "SECRET PAGE"}',
    ]


def test_a_summary_of_what_came_before_stands_in_the_prompt_again(replay: Run) -> None:
    conversation = stored(Question("Hello"), PLAIN, Question("Hello", earlier="They greeted."), PLAIN)
    assert replay(conversation, TALK_TURNS[:1] * 2).is_same
    first, second = replay.engine.requests[1].conversation.messages
    assert first.content.endswith("\n\nThey greeted.")
    assert second.content == "Hello"


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (replace(PLAIN, origin=None), "does not say what"),
        (replace(PLAIN, rounds=()), "in the middle"),
        (replace(PLAIN, rounds=(round_of(2, seed=None),)), "no seed"),
        (
            replace(
                PLAIN,
                rounds=(Round(2, StopReason.STOP),),
                origin=replace(ORIGIN, sampling=Sampling(temperature=0.0)),
            ),
            "as for a summary",
        ),
        (replace(PLAIN, origin=replace(ORIGIN, tools=("unheard_of",))), "the tool unheard_of"),
        (
            replace(
                PLAIN,
                rounds=(round_of(2, StopReason.ERROR, 1, tokens=0), round_of(0, seed=2, goes_on=True)),
            ),
            "behind which token",
        ),
    ],
)
def test_an_answer_that_cannot_be_run_again_is_not_called_the_same(
    replay: Run, answer: Answer, sentence: str
) -> None:
    found = replay(stored(Question("Hello"), answer))
    assert (found.same, found.skipped, found.difference, found.is_same) == (0, 1, None, False)
    assert sentence in replay.answers[0].why_not


def test_a_question_without_an_answer_is_no_answer_that_differs(replay: Run) -> None:
    found = replay(stored(Question("Hm"), Answer(), Question("Hello"), PLAIN), TALK_TURNS[:1])
    assert (found.answers, found.is_same) == (1, True)


def test_without_the_text_of_documents_it_is_said_that_it_is_needed(tmp_path: Path) -> None:
    replay = Run(tmp_path, documents=False)
    assert replay(talk_about_files()).skipped == 1
    assert "Export it again with documents" in replay.answers[0].why_not


def test_a_greedy_answer_needs_no_seed(replay: Run) -> None:
    greedy = replace(
        PLAIN, rounds=(round_of(2, seed=None),), origin=replace(ORIGIN, sampling=Sampling(temperature=0.0))
    )
    assert replay(stored(Question("Hello"), greedy), TALK_TURNS[:1]).is_same


def test_a_prompt_that_does_not_fit_here_is_said(replay: Run) -> None:
    found = replay(stored(Question("Hello"), PLAIN), [turn(raises=InputError("It is 9 too long."))])
    assert found.skipped == 1
    assert replay.answers[0].why_not == "It is 9 too long."


def test_another_device_is_refused_and_another_kernel_is_said(replay: Run) -> None:
    gpu = replace(READY, device=Device("dml:0", DeviceKind.GPU, "A card", None, "DmlExecutionProvider"))
    with pytest.raises(EngineError, match="was made on a cpu"):
        replay(talk(), TALK_TURNS, gpu)
    assert replay(talk(), TALK_TURNS, replace(READY, kernel="avx2")).is_same
    assert "computed with scalar, here it is avx2" in replay.notices[0]


def test_an_engine_that_fails_is_an_error_and_not_a_difference(replay: Run) -> None:
    with pytest.raises(EngineError, match="damaged"):
        replay(talk(), ready=EngineFailed("A file is damaged."))
    with pytest.raises(EngineError, match="It crashed"):
        replay(talk(), [turn(final("He"), crash="It crashed.")])
