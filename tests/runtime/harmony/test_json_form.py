"""Conversation files: read as written, or refused with the field that is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from models.errors import InputError
from runtime.conversation import Channel, Conversation, Effort, Message, Role, ToolSpec
from runtime.harmony.json_form import conversation_from_json, ids_from_json, messages_to_json

WHOLE = {
    "effort": "high",
    "date": "2026-11-20",
    "instructions": "Be brief.",
    "tools": [
        {
            "name": "get_date",
            "description": "Gives the date.",
            "parameters": {"type": "object", "properties": {}},
        },
        {"name": "bare"},
    ],
    "messages": [
        {"role": "user", "name": "ada", "content": "Day? 👩‍👩‍👧"},
        {"role": "assistant", "channel": "analysis", "content": "Call."},
        {
            "role": "assistant",
            "channel": "commentary",
            "recipient": "functions.get_date",
            "content_type": "<|constrain|>json",
            "content": "{}",
        },
        {"role": "tool", "name": "functions.get_date", "content": ""},
        {"role": "assistant", "channel": "final", "content": "Friday."},
    ],
}


def refusal(data: Any) -> str:
    with pytest.raises(InputError) as error:
        conversation_from_json(data if isinstance(data, str) else json.dumps(data))
    return error.value.user_text


def test_a_conversation_file_is_read_as_written() -> None:
    assert conversation_from_json(json.dumps(WHOLE)) == Conversation(
        messages=(
            Message(Role.USER, "Day? 👩‍👩‍👧", name="ada"),
            Message(Role.ASSISTANT, "Call.", Channel.ANALYSIS),
            Message(Role.ASSISTANT, "{}", Channel.COMMENTARY, "functions.get_date", "<|constrain|>json"),
            Message(Role.TOOL, "", name="functions.get_date"),
            Message(Role.ASSISTANT, "Friday.", Channel.FINAL),
        ),
        effort=Effort.HIGH,
        date="2026-11-20",
        instructions="Be brief.",
        tools=(
            ToolSpec("get_date", "Gives the date.", {"type": "object", "properties": {}}),
            ToolSpec("bare", "", None),
        ),
    )


def test_what_a_file_does_not_say_has_its_usual_value() -> None:
    assert conversation_from_json("{}") == Conversation()
    nothing = {"effort": None, "date": None, "instructions": None, "tools": None, "messages": None}
    assert conversation_from_json(json.dumps(nothing)) == Conversation()


def test_a_file_saved_by_a_windows_editor_is_read() -> None:
    assert conversation_from_json("\ufeff" + json.dumps(WHOLE).replace(",", ",\r\n")).effort is Effort.HIGH


def test_messages_written_out_are_read_back() -> None:
    messages = conversation_from_json(json.dumps(WHOLE)).messages
    written = messages_to_json(messages)
    assert written == WHOLE["messages"]
    # What `chorale harmony parse` prints can be given to `render`.
    again = conversation_from_json(json.dumps({"messages": written, "complete": True}))
    assert again.messages == messages


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"effort": "extreme"}, "effort must be one of low, medium, high."),
        ({"effort": 3}, "effort must be one of low, medium, high."),
        ({"date": "20 November"}, "date must be a day like 2026-11-20."),
        ({"date": "20261120"}, "date must be a day like 2026-11-20."),
        ({"date": "2026-02-30"}, "date must be a day like 2026-11-20."),
        ({"date": 2026}, "date must be a text."),
        ({"instructions": ["Be brief."]}, "instructions must be a text."),
        ({"tools": {}}, "tools must be a list."),
        ({"tools": ["get_date"]}, "tools[0] must be a JSON object."),
        ({"tools": [{"description": "x"}]}, "tools[0].name is missing"),
        ({"tools": [{"name": 5}]}, "tools[0].name must be a text."),
        ({"tools": [{"name": "x", "description": 5}]}, "tools[0].description must be a text."),
        ({"tools": [{"name": "x", "parameters": []}]}, "tools[0].parameters must be a JSON schema"),
        ({"tools": [{"name": "x", "strict": True}]}, "tools[0] has an unknown field 'strict'"),
        ({"messages": "Hi"}, "messages must be a list."),
        ({"messages": [[]]}, "messages[0] must be a JSON object."),
        ({"messages": [{"content": "Hi"}]}, "messages[0].role is missing"),
        ({"messages": [{"role": "robot", "content": "Hi"}]}, "messages[0].role must be one of"),
        ({"messages": [{"role": "system", "content": "Hi"}]}, "messages[0].role cannot be system"),
        ({"messages": [{"role": "developer", "content": "Hi"}]}, "messages[0].role cannot be developer"),
        ({"messages": [{"role": "user"}]}, "messages[0].content is missing"),
        (
            {"messages": [{"role": "user", "content": [{"type": "text"}]}]},
            "messages[0].content must be a text.",
        ),
        ({"messages": [{"role": "tool", "content": "x"}]}, "messages[0].name is missing"),
        (
            {"messages": [{"role": "assistant", "content": "", "channel": "x"}]},
            "messages[0].channel must be one of",
        ),
        (
            {"messages": [{"role": "assistant", "content": "", "recipient": 1}]},
            "messages[0].recipient must be a text.",
        ),
        (
            {"messages": [{"role": "assistant", "content": "", "tool_calls": []}]},
            "unknown field 'tool_calls'",
        ),
        ({"mesages": []}, "The conversation has an unknown field 'mesages'"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_a_wrong_field_is_named(change: dict[str, Any], sentence: str) -> None:
    assert sentence in refusal(WHOLE | change)


@pytest.mark.parametrize("text", ["", "{", "[1,]", "hello", '{"messages": [}', '"\x00"'])
def test_what_is_not_json_is_refused_with_the_place(text: str) -> None:
    assert "This is not JSON" in refusal(text)
    assert "line 1, column" in refusal(text)


@pytest.mark.parametrize("text", ["[" * 200_000, "1" * 10_000])
def test_json_that_cannot_be_held_is_refused(text: str) -> None:
    assert "cannot be read" in refusal(text)


def test_json_that_is_no_object_is_refused() -> None:
    assert refusal("[]") == "The conversation must be a JSON object."


@pytest.mark.parametrize(
    "text", ["[1, 200006]", '{"ids": [1, 200006]}', '\ufeff{"ids":[1,200006],"text":"x"}']
)
def test_ids_are_read_from_a_list_or_from_what_render_prints(text: str) -> None:
    assert ids_from_json(text) == [1, 200006]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("5", "must be a JSON list"),
        ("{}", "must be a JSON list"),
        ('{"ids": "1 2"}', "must be a JSON list"),
        ("[1, true]", "ids[1] must be a whole number"),
        ("[1.0]", "ids[0] must be a whole number"),
        ("[-1]", "ids[0] must be a whole number"),
        ("[4294967296]", "ids[0] must be a whole number"),
        ("[1", "This is not JSON"),
    ],
)
def test_what_are_no_ids_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        ids_from_json(text)
    assert sentence in error.value.user_text
