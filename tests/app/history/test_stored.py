"""What is written of a conversation is what is read, also by an older or newer Chorale, also from damaged rows."""

from __future__ import annotations

import dataclasses
import enum
import json
import types
import typing
from typing import Any

import pytest

from app.history import stored
from app.history.tree import Answer, Node, Origin, Question, Round, Tree
from app.history.values import ChatSettings
from runtime.conversation import Message
from runtime.events import Sampling, Usage
from tests.app.history.samples import ORIGIN, answer, answer_with_tool


def unlike_default(kind: Any, name: str) -> Any:
    """A value of a type that no field has by default."""
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return unlike_default(next(each for each in typing.get_args(kind) if each is not type(None)), name)
    if typing.get_origin(kind) is tuple:
        return (unlike_default(typing.get_args(kind)[0], name),)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(
            **{
                field.name: unlike_default(hints[field.name], field.name)
                for field in dataclasses.fields(kind)
            }
        )
    if issubclass(kind, enum.Enum):
        return list(kind)[-1]
    values = {str: f"{name} \0 \ud800 東京", int: 7, float: 0.25, bool: True}
    return values[kind]


@pytest.mark.parametrize("kind", [Question, Answer, ChatSettings])
def test_no_field_of_a_conversation_is_forgotten(kind: type) -> None:
    value = unlike_default(kind, "")
    assert value != kind.__call__(**({"text": ""} if kind is Question else {}))
    if isinstance(value, Question):
        assert stored.question_of(stored.question_text(value), value.documents) == value
    elif isinstance(value, Answer):
        assert value.origin is not None
        origin = stored.origin_of(stored.origin_text(value.origin))
        assert stored.answer_of(stored.answer_text(value), origin) == value
        assert {Message, Round, Usage, Origin, Sampling} == {
            type(value.messages[0]),
            type(value.rounds[0]),
            type(value.rounds[0].usage),
            type(value.origin),
            type(value.origin.sampling),
        }
    else:
        assert stored.settings_of(stored.settings_text(value)) == value


def test_a_newer_chorales_fields_are_passed_over() -> None:
    values = json.loads(stored.answer_text(answer("Yes.", "Hm.")))
    values["mood"] = "good"
    for each in (values["messages"][0], values["rounds"][0], values["rounds"][0]["usage"]):
        each["newer"] = {"x": 1}
    assert stored.answer_of(json.dumps(values), ORIGIN) == answer("Yes.", "Hm.")
    values = json.loads(stored.origin_text(ORIGIN))
    values["newer"] = values["sampling"]["newer"] = 1
    assert stored.origin_of(json.dumps(values)) == ORIGIN


def test_what_a_newer_chorale_set_for_a_chat_outlives_a_change_by_this_one() -> None:
    newer = '{"model":"a","temperature":0.5,"humour":"dry"}'
    text = stored.settings_text(ChatSettings(model="b"), newer)
    assert json.loads(text) == {"model": "b", "humour": "dry"}


@pytest.mark.parametrize(
    "change",
    [
        lambda values: values.update(messages="no list"),
        lambda values: values.update(messages=[["no object"]]),
        lambda values: values["messages"][0].pop("content"),
        lambda values: values["messages"][0].update(content=7),
        lambda values: values["messages"][0].update(channel="whisper"),
        lambda values: values["messages"][0].update(role=None),
        lambda values: values["rounds"][0].update(count="3"),
        lambda values: values["rounds"][0].update(count=True),
        lambda values: values["rounds"][0].update(goes_on=1),
        lambda values: values["rounds"][0].update(decode_seconds=None),
        lambda values: values["rounds"][0].update(usage=None),
    ],
)
def test_a_damaged_answer_is_seen_as_damaged(change: Any) -> None:
    values = json.loads(stored.answer_text(answer_with_tool()))
    change(values)
    with pytest.raises(stored.DamagedError):
        stored.answer_of(json.dumps(values), ORIGIN)


@pytest.mark.parametrize(
    "change",
    [
        lambda values: values.pop("kernel"),
        lambda values: values.update(tools=[1]),
        lambda values: values.update(effort="enormous"),
        lambda values: values.update(effort=["high"]),
        lambda values: values.update(sampling=0.5),
    ],
)
def test_a_damaged_origin_is_seen_as_damaged(change: Any) -> None:
    values = json.loads(stored.origin_text(ORIGIN))
    change(values)
    with pytest.raises(stored.DamagedError):
        stored.origin_of(json.dumps(values))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"text"', "[" * 100_000, '{"files":[]}'])
def test_what_is_no_question_is_seen_as_damaged(text: str) -> None:
    with pytest.raises(stored.DamagedError):
        stored.question_of(text, "")


def test_a_lost_message_keeps_the_place_of_those_under_it() -> None:
    nodes = stored.in_order(
        [
            Node(5, 4, 5.0, Question("after a lost answer")),
            Node(1, None, 1.0, Question("first")),
            Node(7, 3, 7.0, answer("to a lost question")),
            Node(8, 8, 8.0, Question("its own parent")),
            Node(9, 10, 9.0, Question("in a circle")),
            Node(10, 9, 10.0, answer("in a circle")),
        ]
    )
    tree = Tree.of(nodes, 10)
    for node in tree.nodes:
        assert tree.path(node)
    assert isinstance(tree.nodes[4].content, Answer)
    assert tree.nodes[4].content.error == stored.LOST_ANSWER
    assert tree.nodes[3].content == Question(stored.LOST_QUESTION)
    assert [node.id for node in tree.path(5)] == [1, 4, 5]
