"""Parsing what the model wrote: as it should be, and in every way it should not.

Streams are written out as text here, and `ids_of` makes its special tokens special.
"""

from __future__ import annotations

from typing import Any

import pytest

from runtime.conversation import Channel, Message, Role
from runtime.harmony import Parser, parse
from runtime.harmony.json_form import messages_to_json
from runtime.harmony.parse import HEADER_LIMIT
from tests.support.harmony_goldens import golden, ids_of, tokenizer
from tests.support.harmony_streams import problem, run

ASSISTANT, TOOL, USER = Role.ASSISTANT, Role.TOOL, Role.USER
ANALYSIS, COMMENTARY, FINAL = Channel.ANALYSIS, Channel.COMMENTARY, Channel.FINAL
JSON = "<|constrain|>json"


def said(content: str, channel: Channel | None = None, **fields: Any) -> Message:
    return Message(ASSISTANT, content, channel, **fields)


def called(content: str, channel: Channel | None = COMMENTARY, content_type: str | None = None) -> Message:
    return said(content, channel, recipient="functions.x", content_type=content_type)


def parsed(stream: str, role: Role | None = ASSISTANT) -> list[Message]:
    """Messages of a stream that is also checked for deltas that do not add up."""
    ids = ids_of(stream)
    assert problem(ids, tokenizer(), role) is None
    return list(parse(ids, tokenizer(), role).messages)


@pytest.mark.parametrize("case", golden("streams"), ids=lambda case: case["about"])
def test_a_well_formed_stream_gives_the_messages_that_the_reference_finds(case: Any) -> None:
    role = Role(case["role"]) if case["role"] else None
    parser, _ = run(case["ids"], tokenizer(), role)
    assert messages_to_json(parser.messages) == case["messages"], tokenizer().decode(case["ids"])
    assert parser.complete
    assert problem(case["ids"], tokenizer(), role) is None


CHANNELS = [
    (
        "an unknown channel is not the answer",
        "<|channel|>thoughts<|message|>Hm<|end|>",
        [said("Hm", COMMENTARY)],
    ),
    ("a channel without a name", "<|channel|><|message|>Hm<|end|>", [said("Hm")]),
    ("a channel in capitals", "<|channel|>Final<|message|>Hi<|end|>", [said("Hi", FINAL)]),
    ("spaces around the channel", " <|channel|> final \n<|message|>Hi<|end|>", [said("Hi", FINAL)]),
    ("a colon after the channel", "<|channel|>final:<|message|>Hi<|end|>", [said("Hi", FINAL)]),
    ("a letter too many", "<|channel|>finally<|message|>Hi<|end|>", [said("Hi", COMMENTARY)]),
    ("no channel", "<|message|>Hi<|end|>", [said("Hi")]),
    ("two channels", "<|channel|>final<|channel|>analysis<|message|>Hm<|end|>", [said("Hm", ANALYSIS)]),
    (
        "two channels, other order",
        "<|channel|>analysis<|channel|>final<|message|>Hm<|end|>",
        [said("Hm", ANALYSIS)],
    ),
    ("the same channel twice", "<|channel|>final<|channel|>final<|message|>Hi<|end|>", [said("Hi", FINAL)]),
    ("the role again", "assistant<|channel|>final<|message|>Hi<|end|>", [said("Hi", FINAL)]),
    (
        "words after the channel are not lost",
        "<|channel|>final of two words<|message|>Hi<|end|>",
        [said("of two words\nHi", FINAL)],
    ),
    (
        "an answer in place of a channel is not lost",
        "<|channel|>The answer is<|message|>42<|end|>",
        [said("The answer is\n42", COMMENTARY)],
    ),
]

CALLS = [
    (
        "before the channel",
        " to=functions.x<|channel|>commentary <|constrain|>json<|message|>{}<|call|>",
        JSON,
    ),
    (
        "after the channel",
        "<|channel|>commentary to=functions.x <|constrain|>json<|message|>{}<|call|>",
        JSON,
    ),
    ("before and after", " to=functions.x<|channel|>commentary to=functions.x<|message|>{}<|call|>", None),
    (
        "no space before the constraint",
        "<|channel|>commentary to=functions.x<|constrain|>json<|message|>{}<|call|>",
        JSON,
    ),
    (
        "a space in the constraint",
        "<|channel|>commentary to=functions.x <|constrain|> json<|message|>{}<|call|>",
        JSON,
    ),
    ("a space after to=", "<|channel|>commentary to= functions.x<|message|>{}<|call|>", None),
    ("to= forgotten", "<|channel|>commentary functions.x json<|message|>{}<|call|>", "json"),
    ("a type without constraint", "<|channel|>commentary to=functions.x code<|message|>{}<|call|>", "code"),
    (
        "constraint before the channel",
        "<|constrain|>json<|channel|>commentary to=functions.x<|message|>{}<|call|>",
        JSON,
    ),
    (
        "recipient after the constraint",
        "<|channel|>commentary<|constrain|>json to=functions.x<|message|>{}<|call|>",
        JSON,
    ),
    (
        "constraint without word",
        "<|channel|>commentary to=functions.x<|constrain|><|message|>{}<|call|>",
        "<|constrain|>",
    ),
    (
        "two constraints with words",
        "<|channel|>commentary to=functions.x<|constrain|>json<|constrain|>json<|message|>{}<|call|>",
        JSON,
    ),
    (
        "two constraints",
        "<|channel|>commentary to=functions.x<|constrain|>json<|constrain|><|message|>{}<|call|>",
        JSON,
    ),
    ("no <|message|>", "<|channel|>commentary to=functions.x <|constrain|>json {}<|call|>", JSON),
    ("no <|message|>, no space", "<|channel|>commentary to=functions.x<|constrain|>json{}<|call|>", JSON),
    ("no <|message|>, no type", "<|channel|>commentary to=functions.x{}<|call|>", None),
    ("an <|end|> for a <|call|>", "<|channel|>commentary to=functions.x<|message|>{}<|end|>", None),
]

MISSING = [
    ("no header at all", "Hello,  world\n<|return|>", [said("Hello,  world\n")]),
    ("no special token at all", "  Hello", [said("  Hello")]),
    ("no <|message|>", "<|channel|>final Hi there<|return|>", [said("Hi there", FINAL)]),
    ("no <|message|>, glued", "<|channel|>final**Hi**<|return|>", [said("**Hi**", FINAL)]),
    ("no <|message|>, unknown channel", "<|channel|>Hi there<|return|>", [said("Hi there", COMMENTARY)]),
    ("no <|message|>, two lines", "<|channel|>final\n\nHi\n  there<|end|>", [said("Hi\n  there", FINAL)]),
    ("no <|message|>, words on both sides", "So<|channel|>final Hi<|end|>", [said("So Hi", FINAL)]),
    ("no arguments", "<|channel|>commentary to=functions.x<|call|>", [called("")]),
    (
        "no <|start|>",
        "<|channel|>analysis<|message|>Hm<|end|>assistant<|channel|>final<|message|>Hi<|return|>",
        [said("Hm", ANALYSIS), said("Hi", FINAL)],
    ),
    (
        "no <|start|>, no role",
        "<|channel|>analysis<|message|>Hm<|end|><|channel|>final<|message|>Hi<|return|>",
        [said("Hm", ANALYSIS), said("Hi", FINAL)],
    ),
    (
        "no <|end|>",
        "<|channel|>analysis<|message|>Hm<|start|>assistant<|channel|>final<|message|>Hi<|return|>",
        [said("Hm", ANALYSIS), said("Hi", FINAL)],
    ),
    (
        "no role",
        "<|channel|>analysis<|message|>Hm<|end|><|start|><|channel|>final<|message|>Hi<|return|>",
        [said("Hm", ANALYSIS), said("Hi", FINAL)],
    ),
    (
        "a role misspelt",
        "<|message|>Hm<|end|><|start|>asistant<|channel|>final<|message|>Hi<|return|>",
        [said("Hm"), said("Hi", FINAL)],
    ),
    (
        "text between messages",
        "<|message|>A<|end|> B <|end|><|message|>C<|end|>",
        [said("A"), said(" B "), said("C")],
    ),
    (
        "end after end",
        "<|message|>A<|end|><|end|><|return|><|call|><|message|>B<|return|>",
        [said("A"), said("B")],
    ),
    ("start after start", "<|start|><|start|>assistant<|start|>assistant<|message|>A<|end|>", [said("A")]),
    ("nothing but ends", "<|end|><|return|><|call|><|endoftext|>", []),
    (
        "a whole header where one was begun",
        "<|start|>assistant<|channel|>final<|message|>A<|end|>",
        [said("A", FINAL)],
    ),
    ("the end of the text", "<|channel|>final<|message|>A<|endoftext|>", [said("A", FINAL)]),
    (
        "specials inside content",
        "<|channel|>final<|message|>a<|message|>b<|channel|>c<|constrain|>d<|end|>",
        [said("a<|message|>b<|channel|>c<|constrain|>d", FINAL)],
    ),
    ("a message to everybody", "<|channel|>commentary to=all<|message|>A<|end|>", [said("A", COMMENTARY)]),
]

ROLES = [
    ("user", "user<|message|>A", Message(USER, "A")),
    ("name", "user:ada<|message|>A", Message(USER, "A", name="ada")),
    ("system", "system<|message|>A", Message(Role.SYSTEM, "A")),
    ("developer", "developer<|message|>A", Message(Role.DEVELOPER, "A")),
    (
        "tool",
        "functions.x to=assistant<|channel|>commentary<|message|>A",
        Message(TOOL, "A", COMMENTARY, "assistant", name="functions.x"),
    ),
    (
        "built-in tool",
        "python to=assistant<|message|>A",
        Message(TOOL, "A", None, "assistant", name="python"),
    ),
    ("tool without recipient", "browser.open<|message|>A", Message(TOOL, "A", name="browser.open")),
    (
        "a tool named tool",
        "tool to=assistant<|message|>A",
        Message(TOOL, "A", None, "assistant", name="tool"),
    ),
    (
        "tool, no <|message|>",
        "functions.x to=assistant A",
        Message(TOOL, "A", None, "assistant", name="functions.x"),
    ),
    ("no role", "<|message|>A", said("A")),
    ("unknown role", "robot<|message|>A", said("A")),
]


@pytest.mark.parametrize(
    ("about", "stream", "expected"), [*CHANNELS, *MISSING], ids=lambda value: str(value)[:40]
)
def test_a_malformed_stream_loses_no_text(about: str, stream: str, expected: list[Message]) -> None:
    assert parsed(stream) == expected, about


@pytest.mark.parametrize(("about", "stream", "content_type"), CALLS, ids=lambda value: str(value)[:40])
def test_a_tool_call_is_recognised_however_its_header_is_written(
    about: str, stream: str, content_type: str | None
) -> None:
    assert parsed(stream) == [called("{}", COMMENTARY, content_type)], about


@pytest.mark.parametrize(("about", "stream", "expected"), ROLES, ids=lambda value: str(value)[:40])
def test_the_author_of_a_message_is_found(about: str, stream: str, expected: Message) -> None:
    assert parsed(f"<|start|>{stream}<|end|>", None) == [expected], about
    assert parsed(f"<|message|>Z0.<|end|><|start|>{stream}<|end|>")[1:] == [expected], about


def test_a_stream_may_be_cut_anywhere() -> None:
    whole = ids_of(
        "<|channel|>analysis<|message|>Zażółć 👩‍👩‍👧<|end|><|start|>assistant<|channel|>commentary"
        " to=functions.x <|constrain|>json<|message|>{}<|call|>"
    )
    for length in range(len(whole)):
        assert problem(whole[:length], tokenizer(), ASSISTANT) is None
        parser, _ = run(whole[:length], tokenizer(), ASSISTANT)
        contents = [message.content.rstrip("\ufffd") for message in parser.messages]
        assert "Zażółć 👩‍👩‍👧".startswith("".join(contents[:1]))
        assert contents[1:] in ([], [""], ["{}"])
        assert parser.complete == (whole[length - 1 : length] == [tokenizer().special.end])


@pytest.mark.parametrize(
    "header", ["<|channel|>", "<|channel|>fin", "<|channel|>final", "<|start|>assis", " to", " to=fun"]
)
def test_a_stream_cut_in_a_header_shows_no_scrap_of_it(header: str) -> None:
    assert parsed(f"<|message|>A<|end|><|start|>assistant{header}") == [said("A")]


def test_a_character_spread_over_several_ids_is_shown_once_it_is_whole() -> None:
    ids = ids_of("<|channel|>final<|message|>") + [
        token
        for byte in "é👍".encode()
        for token in range(256)
        if tokenizer().token_bytes(token) == bytes((byte,))
    ]
    _, deltas = run(ids, tokenizer(), ASSISTANT)
    assert [(delta.text, delta.tokens) for delta in deltas] == [("", 3), ("é", 2), ("👍", 4)]


def test_bytes_that_are_no_character_are_shown_as_replaced_and_hide_nothing_after_them() -> None:
    broken = next(token for token in range(256) if tokenizer().token_bytes(token) == b"\xf0")
    for after in ("A", "<|channel|>", "<|end|>", "<|start|>user", ""):
        ids = [*ids_of("<|message|>a"), broken, *ids_of(after)]
        assert problem(ids, tokenizer(), ASSISTANT) is None
        content = parse(ids, tokenizer()).messages[0].content
        assert content == "a\ufffd" + (after if after in ("A", "<|channel|>") else "")


def test_ids_that_the_vocabulary_lacks_are_counted_and_say_nothing() -> None:
    ids = [-1, *ids_of("<|channel|>final"), 201_087, *ids_of("<|message|>"), 1 << 70, *ids_of("Hi"), 201_000]
    parser, deltas = run(ids, tokenizer(), ASSISTANT)
    assert parser.messages == (said("Hi", FINAL),)
    assert parser.token_counts == (8,)
    assert sum(delta.tokens for delta in deltas) == 8


def test_a_header_that_never_ends_is_shown_as_text_while_it_comes() -> None:
    parser = Parser(tokenizer())
    texts = []
    for token in ids_of("<|channel|>final " + "so " * (2 * HEADER_LIMIT)):
        texts += [delta.text for delta in parser.feed(token)]
    assert len(texts) > HEADER_LIMIT
    parser.finish()
    assert parser.messages[0] == said("so " * (2 * HEADER_LIMIT), FINAL)


@pytest.mark.parametrize("offset", range(4))
def test_a_character_at_the_limit_of_a_header_is_not_torn(offset: int) -> None:
    by_byte = {tokenizer().token_bytes(token): token for token in range(256)}
    text = "x" * (HEADER_LIMIT - offset) + "👍"
    ids = [by_byte[bytes((byte,))] for byte in text.encode()]
    assert parse(ids, tokenizer()).messages == (said(text),)
    assert problem(ids, tokenizer(), ASSISTANT) is None


def test_what_has_come_so_far_can_be_read_at_any_time() -> None:
    parser = Parser(tokenizer())
    assert (parser.messages, parser.complete) == ((), False)
    for token in ids_of("<|channel|>final<|message|>Hello"):
        parser.feed(token)
    assert parser.messages == (said("Hello", FINAL),)
    assert parser.token_counts == (4,)
    assert not parser.complete
    for token in ids_of(" you<|return|>"):
        parser.feed(token)
    assert parser.messages == (said("Hello you", FINAL),)
    assert parser.token_counts == (6,)
    assert parser.complete


def test_a_parser_that_was_finished_can_go_on() -> None:
    parser = Parser(tokenizer())
    for token in ids_of("<|message|>A"):
        parser.feed(token)
    parser.finish()
    assert not parser.complete
    assert parser.finish() == ()
    for token in ids_of("<|start|>assistant<|message|>B<|end|>"):
        parser.feed(token)
    assert parser.messages == (said("A"), said("B"))
    assert parser.complete


def test_an_empty_stream_is_complete_unless_a_header_was_begun() -> None:
    assert parse([], tokenizer(), None).complete
    assert not parse([], tokenizer(), ASSISTANT).complete
