"""Conversations as the history gives them: with voices, a tool, documents, branches and an answer gone on with."""

from __future__ import annotations

from app.history.tree import Answer, Node, Origin, Question, Round
from app.history.values import ChatSettings, Entry, Stored
from runtime.conversation import Channel, Effort, Message, Role
from runtime.events import Sampling, StopReason, Usage
from tests.fakes.engine import analysis, call, final, preamble

MODEL_HASH = "ab" * 32
ORIGIN = Origin(
    model="demo",
    model_hash=MODEL_HASH,
    device="cpu",
    device_name="Fake CPU",
    kernel="scalar",
    context_length=4096,
    effort=Effort.MEDIUM,
    sampling=Sampling(0.7, 0.95),
    date="2026-11-21",
    instructions="Be brief.",
    tools=("get_current_date", "calculate"),
    version="0.1",
)
DATE = Message(
    Role.TOOL,
    '{"date": "2026-11-21", "weekday": "Saturday"}',
    Channel.COMMENTARY,
    "assistant",
    None,
    "functions.get_current_date",
)
PAGES = Message(
    Role.TOOL, '{"text": "SECRET PAGE"}', Channel.COMMENTARY, "assistant", None, "functions.read_pages"
)
CREATED = 1_795_000_000.25


def round_of(
    count: int,
    reason: StopReason = StopReason.STOP,
    seed: int | None = 7,
    tokens: int = 3,
    goes_on: bool = False,
) -> Round:
    return Round(count, reason, Usage(40, tokens, 0), 0.5, 1.25, seed, goes_on)


def nodes(*contents: Question | Answer, parents: tuple[int | None, ...] = ()) -> tuple[Node, ...]:
    """Each under the one before it, unless `parents` says otherwise; ids from 1."""
    return tuple(
        Node(number, parents[number - 1] if parents else (number - 1 or None), CREATED + number, content)
        for number, content in enumerate(contents, 1)
    )


def stored(
    *contents: Question | Answer, title: str = "A talk", parents: tuple[int | None, ...] = ()
) -> Stored:
    """A conversation of which the path to the newest node is shown."""
    made = nodes(*contents, parents=parents)
    entry = Entry(4, title, True, "", False, CREATED, CREATED + 60)
    return Stored(entry, ChatSettings(), made, made[-1].id if made else None)


WITH_TOOL = Answer(
    (analysis("I need the date."), preamble("I look."), call(), DATE, final("It is **Saturday**.")),
    (round_of(3, StopReason.TOOL_CALL, 11), round_of(1, seed=12)),
    ORIGIN,
)
PLAIN = Answer((analysis("A greeting."), final("Hello.")), (round_of(2, seed=5),), ORIGIN)


def talk() -> Stored:
    """Two questions; the second was answered twice, and the second answer is shown."""
    return stored(
        Question("Hello"),
        PLAIN,
        Question("Which day is it?"),
        Answer((final("I do not know."),), (round_of(1, seed=9),), ORIGIN),
        WITH_TOOL,
        parents=(None, 1, 2, 3, 3),
    )


def talk_about_files() -> Stored:
    """A document in the prompt, and one that was read by a tool."""
    reads = Message(
        Role.ASSISTANT, '{"document": "D1"}', Channel.COMMENTARY, "functions.read_pages", "<|constrain|>json"
    )
    return stored(
        Question("What does it say?", "SECRET DOCUMENT", ("report.pdf", "b.txt")),
        Answer(
            (reads, PAGES, final("It says so [D1 p. 1].")),
            (round_of(1, StopReason.TOOL_CALL), round_of(1)),
            ORIGIN,
        ),
    )


def talk_over_midnight() -> Stored:
    """A question about a document, and the next day one about another."""
    first = Question("What does it say?", "SECRET DOCUMENT", ("a.txt",), date="2026-11-21")
    second = Question("And this?", "SECRET TOO", ("b.txt",), date="2026-11-21", today="2026-11-22")
    third = Question("Thanks", date="2026-11-21", today="2026-11-23")
    return stored(first, PLAIN, second, PLAIN, third, PLAIN)
