"""What holds of every stream: nothing raises, nothing is lost, deltas are the messages."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.conversation import Channel, Conversation, Effort, Message, Role, ToolSpec
from runtime.harmony import parse, render
from runtime.harmony.header import HeaderEnd, Marker, read_header
from runtime.harmony.parse import Parser
from runtime.harmony.render import kept_messages
from runtime.tokenizer import SpecialIds
from tests.support.harmony_goldens import golden, ids_of, tokenizer
from tests.support.harmony_streams import Streams, problem, run

ROLES = (Role.ASSISTANT, None)
VALID = [(case["ids"], Role(case["role"]) if case["role"] else None) for case in golden("streams")]

names = st.from_regex(r"[a-z]\w{0,8}(\.[a-z_]\w{0,8})?", fullmatch=True)
contents = st.text() | st.sampled_from(["<|end|>", " to=x", "<|start|>assistant", "\0", "\r\n", "👩‍👩‍👧"])
user_messages = st.builds(Message, st.just(Role.USER), contents, name=st.none() | names)
tool_messages = st.builds(
    Message, st.just(Role.TOOL), contents, st.just(Channel.COMMENTARY), st.just("assistant"), name=names
)
assistant_messages = st.builds(
    Message,
    st.just(Role.ASSISTANT),
    contents,
    st.none() | st.sampled_from(Channel),
    recipient=st.none() | names.filter(lambda name: name != "all"),
    content_type=st.sampled_from([None, "<|constrain|>json", "<|constrain|>", "json", "code"]),
)
conversations = st.builds(
    Conversation,
    st.lists(user_messages | tool_messages | assistant_messages, max_size=6).map(tuple),
    st.sampled_from(Effort),
    st.none() | st.just("2026-11-20"),
    st.none() | contents,
    st.lists(st.builds(ToolSpec, names, contents), max_size=2).map(tuple),
)
special_ids = st.sampled_from(
    [getattr(tokenizer().special, name) for name in SpecialIds.__dataclass_fields__]
)
streams = st.lists(special_ids | st.integers(0, 255) | st.integers(-10, 1 << 33), max_size=40)


@pytest.mark.slow
@given(conversations)
def test_parsing_a_prompt_gives_back_its_messages(conversation: Conversation) -> None:
    ids = render(conversation, tokenizer())
    messages = parse(ids, tokenizer(), None).messages
    spoken = tuple(m for m in messages if m.role not in (Role.SYSTEM, Role.DEVELOPER))
    assert spoken == kept_messages(conversation.messages)
    assert problem(ids, tokenizer(), None) is None


@pytest.mark.slow
@given(conversations)
def test_nothing_in_a_conversation_can_forge_a_special_token(conversation: Conversation) -> None:
    ids = render(conversation, tokenizer())
    special = tokenizer().special
    kept = kept_messages(conversation.messages)
    messages = 1 + bool(conversation.instructions or conversation.tools) + len(kept)
    assert ids.count(special.start) == messages + 1
    assert ids.count(special.end) + ids.count(special.call) == ids.count(special.message) == messages
    assert special.return_ not in ids
    assert special.endoftext not in ids


@pytest.mark.slow
@given(streams, st.sampled_from(ROLES))
def test_any_ids_at_all_parse_without_loss(ids: list[int], role: Role | None) -> None:
    assert problem(ids, tokenizer(), role) is None, tokenizer().decode(ids)


@pytest.mark.slow
@given(conversations, st.data())
def test_a_conversation_cut_in_a_message_parses_to_the_beginning_of_what_it_would_have_been(
    conversation: Conversation, data: st.DataObject
) -> None:
    ids = render(conversation, tokenizer())
    special = tokenizer().special
    in_content = [
        position
        for begin, token in enumerate(ids)
        if token == special.message
        for position in range(begin + 1, ids.index(special.start, begin))
    ]
    cut = ids[: data.draw(st.sampled_from(in_content))]
    whole = parse(ids, tokenizer(), None).messages
    part = parse(cut, tokenizer(), None).messages
    assert part[:-1] == whole[: len(part) - 1]
    # The last character may have been cut in two.
    begun = part[-1].content.rstrip("\ufffd")
    assert replace(part[-1], content="") == replace(whole[len(part) - 1], content="")
    assert whole[len(part) - 1].content.startswith(begun)
    assert problem(cut, tokenizer(), None) is None


@given(st.binary(max_size=40))
def test_bytes_that_come_one_by_one_read_like_bytes_that_come_at_once(data: bytes) -> None:
    by_byte = {tokenizer().token_bytes(token): token for token in range(256)}
    ids = [tokenizer().special.message, *(by_byte[bytes((byte,))] for byte in data)]
    assert parse(ids, tokenizer()).messages[0].content == data.decode("utf-8", "replace")


sections = st.lists(
    st.tuples(
        st.sampled_from(Marker),
        st.text() | st.sampled_from(["to=", " to=x", "user:", "tool", "final", "json"]),
    ),
    min_size=1,
)


@pytest.mark.slow
@given(sections, st.none() | st.sampled_from(Role), st.sampled_from(HeaderEnd))
def test_any_header_at_all_can_be_read(
    parts: list[tuple[Marker, str]], role: Role | None, end: HeaderEnd
) -> None:
    header = read_header(parts, role, end)
    assert role in (None, header.role)
    final = any(marker is Marker.CHANNEL and "final" in text.casefold() for marker, text in parts)
    assert header.channel is not Channel.FINAL or final


def test_the_checks_notice_a_parser_that_loses_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the tests above would prove nothing."""
    stream = ids_of("<|channel|>final<|message|>Z1.<|end|><|start|>assistant Z2. Z3.<|return|>")
    assert problem(stream, tokenizer(), Role.ASSISTANT) is None
    silent = Parser._feed_content
    monkeypatch.setattr(Parser, "_feed_content", lambda self, token: silent(self, token) and ())
    assert "deltas" in str(problem(stream, tokenizer(), Role.ASSISTANT))
    monkeypatch.setattr(
        Parser, "_feed_content", lambda self, token: silent(self, token) if token > 199_000 else ()
    )
    assert "no message ends with" in str(problem(stream, tokenizer(), Role.ASSISTANT))
    monkeypatch.undo()
    forgetful = read_header
    monkeypatch.setitem(
        Parser._read_header.__globals__, "read_header", lambda parts, role, end: forgetful([], role, end)
    )
    assert "is in no message" in str(problem(stream, tokenizer(), Role.ASSISTANT))


@pytest.mark.slow
def test_a_million_random_and_mutated_streams_parse_without_loss() -> None:
    tokens = tokenizer()
    make = Streams(tokens, seed=20261120)
    draw = random.Random(20261121)
    short = [case for case in VALID if len(case[0]) < 40]
    for number in range(1_000_000):
        if number % 4:
            ids, role = make.random()
        else:
            valid, role = draw.choice(short)
            ids = make.mutated(valid)
        wrong = problem(ids, tokens, role)
        assert wrong is None, f"{wrong}\n{ids}\n{tokens.decode(ids)!r}"


@pytest.mark.slow
def test_the_random_streams_are_as_varied_as_they_should_be() -> None:
    make = Streams(tokenizer(), seed=1)
    found: set[object] = set()
    for _ in range(3000):
        ids, role = make.random()
        parser, deltas = run(ids, tokenizer(), role)
        found.add(parser.complete)
        found.update(delta.text == "" for delta in deltas)
        for message in parser.messages:
            found |= {message.role, message.channel, message.recipient, message.content_type}
    assert found >= {True, False, None, *Role, *Channel, "functions.get_date", "<|constrain|>json"}
