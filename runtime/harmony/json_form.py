"""Conversations, messages and ids as JSON: what `chorale harmony render|parse` reads and writes.

A conversation file:

    {"effort": "medium", "date": "2026-11-20", "instructions": null,
     "tools": [{"name": "get_date", "description": "…", "parameters": {"type": "object", …}}],
     "messages": [{"role": "user", "content": "…"},
                  {"role": "assistant", "channel": "analysis", "content": "…"},
                  {"role": "assistant", "channel": "commentary", "recipient": "functions.get_date",
                   "content_type": "<|constrain|>json", "content": "{}"},
                  {"role": "tool", "name": "functions.get_date", "content": "…"}]}

Only a message's `role` and `content` (and a tool's `name`) must be there. A field that is not known is an
error rather than ignored: what it says would be missing from the prompt without a word.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from models.errors import InputError
from runtime.conversation import Channel, Conversation, Effort, Message, Role, ToolSpec

_CONVERSATION_FIELDS = ("effort", "date", "instructions", "tools", "messages")
_TOOL_FIELDS = ("name", "description", "parameters")
_MESSAGE_FIELDS = ("role", "name", "channel", "recipient", "content_type", "content")
_LARGEST_ID = (1 << 32) - 1

_E = TypeVar("_E", bound=StrEnum)


def conversation_from_json(text: str) -> Conversation:
    """Read a conversation file.

    Raises:
        InputError: it is not JSON, or a field is missing, unknown or wrong; the sentence names the field.
    """
    data = _object(_parse(text), "The conversation", _CONVERSATION_FIELDS, also=("complete",))
    return Conversation(
        messages=tuple(
            _message(item, f"messages[{position}]") for position, item in enumerate(_list(data, "messages"))
        ),
        effort=_choice(Effort, data, "effort", "effort") or Effort.MEDIUM,
        date=_date(data),
        instructions=_text(data, "instructions", "instructions"),
        tools=tuple(_tool(item, f"tools[{position}]") for position, item in enumerate(_list(data, "tools"))),
    )


def ids_from_json(text: str) -> list[int]:
    """Read token ids: a list of whole numbers, or an object with such a list in `ids`.

    Raises:
        InputError: it is neither.
    """
    data = _parse(text)
    if isinstance(data, dict) and "ids" in data:
        data = data["ids"]
    if not isinstance(data, list):
        raise InputError("The ids must be a JSON list of whole numbers, or an object that has one in ids.")
    for position, item in enumerate(data):
        if type(item) is not int or not 0 <= item <= _LARGEST_ID:
            raise InputError(f"ids[{position}] must be a whole number from 0 to {_LARGEST_ID}.")
    return data


def messages_to_json(messages: Iterable[Message]) -> list[dict[str, str]]:
    """`messages` as the list a conversation file holds: for `json.dumps`. Fields that are None are left out."""
    return [
        {field: str(value) for field in _MESSAGE_FIELDS if (value := getattr(message, field)) is not None}
        for message in messages
    ]


def _parse(text: str) -> Any:
    try:
        return json.loads(text.removeprefix("\ufeff"))  # Windows' editors begin a file with it
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InputError(f"This is not JSON: {error.msg} in {where}.") from error
    except (ValueError, RecursionError) as error:
        raise InputError(
            "This JSON cannot be read: it is nested too deep or has a number too long."
        ) from error


def _message(item: Any, where: str) -> Message:
    data = _object(item, where, _MESSAGE_FIELDS)
    role = _choice(Role, data, "role", f"{where}.role")
    if role is None:
        raise InputError(f"{where}.role is missing; it must be user, assistant or tool.")
    if role in (Role.SYSTEM, Role.DEVELOPER):
        raise InputError(
            f"{where}.role cannot be {role.value}: that message is made from effort, date, instructions "
            "and tools. Put standing instructions in instructions."
        )
    content = _text(data, "content", f"{where}.content")
    if content is None:
        raise InputError(f"{where}.content is missing; it must be a text, and may be empty.")
    name = _text(data, "name", f"{where}.name")
    if role is Role.TOOL and not name:
        raise InputError(f"{where}.name is missing; a tool's message must name the tool: functions.get_date.")
    return Message(
        role=role,
        content=content,
        channel=_choice(Channel, data, "channel", f"{where}.channel"),
        recipient=_text(data, "recipient", f"{where}.recipient"),
        content_type=_text(data, "content_type", f"{where}.content_type"),
        name=name,
    )


def _tool(item: Any, where: str) -> ToolSpec:
    data = _object(item, where, _TOOL_FIELDS)
    name = _text(data, "name", f"{where}.name")
    if not name:
        raise InputError(f"{where}.name is missing; it must be the tool's name without functions.")
    parameters = data.get("parameters")
    if parameters is not None and not isinstance(parameters, dict):
        raise InputError(f"{where}.parameters must be a JSON schema, that is an object, or null.")
    return ToolSpec(name, _text(data, "description", f"{where}.description") or "", parameters)


def _object(item: Any, where: str, fields: tuple[str, ...], also: tuple[str, ...] = ()) -> Mapping[str, Any]:
    if not isinstance(item, dict):
        raise InputError(f"{where} must be a JSON object.")
    for field in item:
        if field not in fields and field not in also:
            raise InputError(f"{where} has an unknown field {field[:40]!r}; it may have {', '.join(fields)}.")
    return item


def _list(data: Mapping[str, Any], field: str) -> list[Any]:
    value = data.get(field)
    if value is None:
        return []
    if not isinstance(value, list):
        raise InputError(f"{field} must be a list.")
    return value


def _text(data: Mapping[str, Any], field: str, where: str) -> str | None:
    value = data.get(field)
    if value is None or isinstance(value, str):
        return value
    raise InputError(f"{where} must be a text.")


def _choice(kind: type[_E], data: Mapping[str, Any], field: str, where: str) -> _E | None:
    value = data.get(field)
    if value is None:
        return None
    if isinstance(value, str) and value in list(kind):
        return kind(value)
    raise InputError(f"{where} must be one of {', '.join(kind)}.")


def _date(data: Mapping[str, Any]) -> str | None:
    value = _text(data, "date", "date")
    if value is None:
        return None
    try:
        # fromisoformat takes other forms of ISO 8601 as well; the model knows this one.
        if date.fromisoformat(value).isoformat() == value:
            return value
    except ValueError:
        pass
    raise InputError("date must be a day like 2026-11-20.")
