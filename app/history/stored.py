"""A conversation's values as JSON text and back, field by field: what stands in the rows of the database.

Every field is named here, so that nothing is stored by accident and nothing is made that was not meant. Fields
that a newer Chorale added are passed over. What cannot be read raises `DamagedError`, and its place in the tree
is kept (`in_order`), so that the rest of the conversation opens.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

from app.history.tree import Answer, Node, Origin, Question, Round
from app.history.values import ChatSettings
from runtime.conversation import Channel, Effort, Message, Role
from runtime.events import Sampling, StopReason, Usage

LOST_QUESTION = "(This question cannot be read any more.)"
LOST_ANSWER = "This answer cannot be read any more: the file with the conversations is damaged there."

_T = TypeVar("_T")
_Read = Callable[[Any], Any]


class DamagedError(Exception):
    """What is stored is not what was once written."""


def question_text(question: Question) -> str:
    """A question without the text of its documents, which has a column of its own."""
    return _json(
        _given(question, dict.fromkeys(("text", "earlier", "date", "today"), _text))
        | {"files": list(question.files)}
    )


def answer_text(answer: Answer) -> str:
    """An answer without its origin, which many share."""
    return _json(
        {
            "messages": [_given(message, _MESSAGE) for message in answer.messages],
            "rounds": [
                _given(each, _ROUND) | {"usage": _given(each.usage, _USAGE)} for each in answer.rounds
            ],
            "error": answer.error,
        }
    )


def origin_text(origin: Origin) -> str:
    """What an answer was made with."""
    tools_and_sampling = {"tools": list(origin.tools), "sampling": _given(origin.sampling, _SAMPLING)}
    return _json({"date": None, "instructions": None} | _given(origin, _ORIGIN) | tools_and_sampling)


def settings_text(settings: ChatSettings, before: str | None = None) -> str:
    """A chat's settings; what a newer Chorale wrote `before`, and this one does not know, is kept."""
    kept = {} if before is None else {k: v for k, v in _object(before).items() if k not in _SETTINGS}
    return _json(kept | _given(settings, _SETTINGS))


def question_of(text: str, documents: str) -> Question:
    """The question of `question_text`. Raises `DamagedError`."""
    return _made(Question, _QUESTION, _object(text) | {"documents": documents})


def answer_of(text: str, origin: Origin | None) -> Answer:
    """The answer of `answer_text`. Raises `DamagedError`."""
    return _made(Answer, _ANSWER, _object(text) | {"origin": origin})


def origin_of(text: str) -> Origin:
    """The origin of `origin_text`. Raises `DamagedError`."""
    return _made(Origin, _ORIGIN, _object(text))


def settings_of(text: str) -> ChatSettings:
    """The settings of `settings_text`. Raises `DamagedError`."""
    return _made(ChatSettings, _SETTINGS, _object(text))


def lost(is_answer: bool) -> Question | Answer:
    """What stands for a message that cannot be read."""
    return Answer(error=LOST_ANSWER) if is_answer else Question(LOST_QUESTION)


def in_order(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """The nodes by their ids, each under one that is there: lost messages stand in for parents that are not.

    A parent has a smaller id than its children (`Tree.add`), so a damaged one cannot lead in a circle.
    """
    found = {node.id: node for node in nodes}
    there = sorted(found.values(), key=lambda node: node.id)
    for node in there:
        if node.parent is not None and node.parent >= node.id:
            found[node.id] = replace(node, parent=None)
        elif node.parent is not None and node.parent not in found:
            found[node.parent] = _stand_in(node.parent, node, there)
    return tuple(found[id] for id in sorted(found))


def _stand_in(id: int, child: Node, there: list[Node]) -> Node:
    """For the lost parent of `child`: most likely it stood under the last message of the other side before it."""
    is_answer = isinstance(child.content, Question)
    before = [node.id for node in there if node.id < id and isinstance(node.content, Question) == is_answer]
    return Node(id, before[-1] if before else None, child.created, lost(is_answer))


# -- one value from its fields -------------------------------------------------------------------------


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise DamagedError
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise DamagedError
    return value


def _number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise DamagedError
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise DamagedError
    return value


def _one_of(kind: type[StrEnum]) -> _Read:
    return {each.value: each for each in kind}.__getitem__  # ten times as quick as the enumeration itself


def _or_none(read: _Read) -> _Read:
    return lambda value: None if value is None else read(value)


def _each(read: _Read) -> _Read:
    def read_all(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise DamagedError
        return tuple(read(one) for one in value)

    return read_all


def _value(kind: type, fields: Mapping[str, _Read]) -> _Read:
    return lambda value: _made(kind, fields, value)


def _made(kind: type[_T], fields: Mapping[str, _Read], values: Any) -> _T:
    """A value of the fields that are there. Raises `DamagedError`."""
    if not isinstance(values, dict):
        raise DamagedError
    try:
        return kind(**{name: read(values[name]) for name, read in fields.items() if name in values})
    except (TypeError, KeyError) as error:  # a field is missing, or names a voice that there is not
        raise DamagedError from error


def _given(value: object, fields: Mapping[str, _Read]) -> dict[str, Any]:
    """The fields of a value, those that are None left out."""
    given = ((name, getattr(value, name)) for name in fields)
    return {name: each for name, each in given if each is not None}


def _object(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise DamagedError from error
    if not isinstance(values, dict):
        raise DamagedError
    return values


def _json(values: Mapping[str, Any]) -> str:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character, as some programs put on the clipboard; JSON can spell it
        return json.dumps(values, separators=(",", ":"))
    return text


_MESSAGE: dict[str, _Read] = {
    "role": _one_of(Role),
    "content": _text,
    "channel": _or_none(_one_of(Channel)),
    "recipient": _or_none(_text),
    "content_type": _or_none(_text),
    "name": _or_none(_text),
}
_USAGE: dict[str, _Read] = {"prompt_tokens": _count, "completion_tokens": _count, "cached_tokens": _count}
_ROUND: dict[str, _Read] = {
    "count": _count,
    "reason": _one_of(StopReason),
    "usage": _value(Usage, _USAGE),
    "prefill_seconds": _number,
    "decode_seconds": _number,
    "seed": _or_none(_count),
    "goes_on": _flag,
}
_SAMPLING: dict[str, _Read] = {
    "temperature": _number,
    "top_p": _number,
    "top_k": _count,
    "seed": _or_none(_count),
}
_ORIGIN: dict[str, _Read] = {
    "model": _text,
    "model_hash": _text,
    "device": _text,
    "device_name": _text,
    "kernel": _text,
    "context_length": _count,
    "effort": _one_of(Effort),
    "sampling": _value(Sampling, _SAMPLING),
    "date": _or_none(_text),
    "instructions": _or_none(_text),
    "tools": _each(_text),
    "version": _text,
}
_ANSWER: dict[str, _Read] = {
    "messages": _each(_value(Message, _MESSAGE)),
    "rounds": _each(_value(Round, _ROUND)),
    "origin": lambda origin: origin,
    "error": _or_none(_text),
}
_QUESTION: dict[str, _Read] = {
    "text": _text,
    "documents": _text,
    "files": _each(_text),
    "earlier": _or_none(_text),
    "date": _or_none(_text),
    "today": _or_none(_text),
}
_SETTINGS: dict[str, _Read] = {
    "model": _or_none(_text),
    "effort": _or_none(_one_of(Effort)),
    "temperature": _or_none(_number),
    "top_p": _or_none(_number),
    "context_length": _or_none(_count),
    "instructions": _or_none(_text),
}
