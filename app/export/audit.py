"""A conversation as an audit file: every message of every voice, and what each answer was made with.

The file is a chain of records (`chain` says what its lines are). By their `type`:

    audit     one, the first: form, program, title, times, the shown path (`shown`, a node's id), what is in it
    tool      one for each tool that was offered and that this Chorale knows; `parameters` is the JSON text of its
              schema, because the order of its keys is part of the prompt
    question  a question: `node`, `parent`, `created`, the names of attached `files`, `earlier`, the summary that
              the model is told in place of all before it (null: it is told all), `date`, which its system message
              names, and `today`, which it is told in a message of its own before the text (null: it is not)
    answer    an answer: `node`, `parent`, `created`, `error`, `origin` (model, hash of its files, device, kernel,
              context, effort, sampling, date, instructions, tools, version), `rounds` (seed, reason, usage, times)
    message   one of the node before it: `index` from 0, `round` from 1 (of an answer's), role, channel, recipient,
              content type, name, `text`
    end       the last

Text of documents that was not asked for is left out: `text` is null, and `left_out` has its length in characters
and the SHA-256 of its UTF-8. Times are UTC. Numbers with a fraction are texts, the shortest that give the number
back. Read next: `replay`, which runs such a file again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import app
from app.export import chain
from app.export.known_tools import quotes_documents, specs_of
from app.export.rounds import round_numbers
from app.export.values import ExportOptions
from app.history.tree import Answer, Node, Origin, Question, Round, Tree
from app.history.values import Stored
from models.errors import InputError
from runtime.conversation import Channel, Effort, Message, Role, ToolSpec
from runtime.events import Sampling, StopReason, Usage

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit file says.

    Attributes:
        tree: the conversation; text that was left out is empty in it.
        tools: those that were offered, by name.
        left_out: ids of nodes of which text was left out.
        verdict: of the file: how many records it has, and its head.
    """

    title: str
    tree: Tree
    tools: Mapping[str, ToolSpec]
    left_out: frozenset[int]
    verdict: chain.Verdict


def audit_lines(stored: Stored, options: ExportOptions, now: datetime) -> list[str]:
    """The lines of the audit file of a conversation."""
    return list(chain.lines(_records(stored, options, now)))


def verify(path: Path) -> chain.Verdict:
    """Whether the audit file at `path` is as it was written. Raises `InputError` if it cannot be read."""
    return chain.check(_bytes(path))


def read_audit(path: Path) -> Audit:
    """The conversation in the audit file at `path`.

    Raises:
        InputError: it cannot be read, is no audit, was changed, or is of another form.
    """
    data = _bytes(path)
    verdict = chain.check(data)
    if verdict.problem and chain.has_no_records(data):
        raise InputError(
            f"{path} is no audit. Export the conversation as one: chorale history export --format audit"
        )
    if verdict.problem:
        raise InputError(f"{path} is not the file that was exported. {verdict.problem}")
    try:
        return _audit(chain.read(data), verdict)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise InputError(
            f"{path} is whole, but it is no audit of a conversation that this Chorale can read.", repr(error)
        ) from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error


# -- writing -------------------------------------------------------------------------------------


def _records(stored: Stored, options: ExportOptions, now: datetime) -> Iterator[dict[str, Any]]:
    tree = Tree.of(stored.nodes, stored.leaf)
    nodes = sorted(tree.nodes.values(), key=lambda node: node.id) if options.all_branches else tree.path()
    yield {
        "type": "audit",
        "format": FORMAT,
        "program": f"chorale {app.__version__}",
        "exported": _time(now.timestamp()),
        "conversation": stored.entry.id,
        "title": stored.entry.title,
        "created": _time(stored.entry.created),
        "changed": _time(stored.entry.changed),
        "branches": "all" if options.all_branches else "shown",
        "documents": options.documents,
        "shown": tree.leaf,
    }
    origins = [
        node.content.origin for node in nodes if isinstance(node.content, Answer) and node.content.origin
    ]
    for spec in specs_of(dict.fromkeys(name for origin in origins for name in origin.tools)):
        parameters = None if spec.parameters is None else json.dumps(spec.parameters, ensure_ascii=False)
        yield {"type": "tool", "name": spec.name, "description": spec.description, "parameters": parameters}
    for node in nodes:
        yield from _node_records(node, options)


def _node_records(node: Node, options: ExportOptions) -> Iterator[dict[str, Any]]:
    where = {"node": node.id, "parent": node.parent, "created": _time(node.created)}
    content = node.content
    numbers: tuple[int | None, ...]
    if isinstance(content, Question):
        yield {
            "type": "question",
            **where,
            "files": list(content.files),
            "earlier": content.earlier,
            "date": content.date,
            "today": content.today,
        }
        numbers = (None,) * len(content.messages)
    else:
        yield {
            "type": "answer",
            **where,
            "error": content.error,
            "origin": _plain(content.origin),
            "rounds": _plain(content.rounds),
        }
        numbers = round_numbers(content)
    for index, (message, number) in enumerate(zip(content.messages, numbers, strict=True)):
        is_document = isinstance(content, Question) and bool(content.documents) and index == 0
        hides = not options.documents and (is_document or quotes_documents(message))
        yield {
            "type": "message",
            **where,
            "index": index,
            "round": number,
            "role": message.role.value,
            "channel": message.channel.value if message.channel else None,
            "recipient": message.recipient,
            "content_type": message.content_type,
            "name": message.name,
            "text": None if hides else message.content,
            "left_out": _left_out(message.content) if hides else None,
        }


def _left_out(text: str) -> dict[str, Any]:
    data = text.encode("utf-8", "surrogatepass")
    return {"characters": len(text), "sha256": hashlib.sha256(data).hexdigest()}


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _plain(value: Any) -> Any:
    """A frozen value as records hold it: all its fields, whichever it has."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return repr(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


# -- reading -------------------------------------------------------------------------------------


def _audit(records: tuple[dict[str, Any], ...], verdict: chain.Verdict) -> Audit:
    head, *rest = records
    if head["type"] != "audit" or head["format"] != FORMAT:
        raise ValueError("not this form")
    messages: dict[int, list[dict[str, Any]]] = {}
    for record in rest:
        if record["type"] == "message":
            messages.setdefault(record["node"], []).append(record)
    nodes = [
        _node(record, messages.get(record["node"], []))
        for record in rest
        if record["type"] in ("question", "answer")
    ]
    known = {node.id for node in nodes}
    if any(
        node.parent is not None and not (node.parent < node.id and node.parent in known) for node in nodes
    ):
        raise ValueError("a node's parent is not before it")
    tools = [
        ToolSpec(record["name"], record["description"], json.loads(record["parameters"] or "null"))
        for record in rest
        if record["type"] == "tool"
    ]
    return Audit(
        title=head["title"],
        tree=Tree.of(nodes, head["shown"]),
        tools={tool.name: tool for tool in tools},
        left_out=frozenset(node for node, said in messages.items() if any(each["left_out"] for each in said)),
        verdict=verdict,
    )


def _node(record: dict[str, Any], said: list[dict[str, Any]]) -> Node:
    messages = tuple(_message(each) for each in said)
    content: Question | Answer
    if record["type"] == "question":
        *before, asked = messages
        date, today = record.get("date"), record.get("today")  # older Chorales noted none
        documents = before[0].content if len(before) > bool(today) else ""
        content = Question(asked.content, documents, tuple(record["files"]), record["earlier"], date, today)
    else:
        content = Answer(
            messages,
            tuple(_round(each) for each in record["rounds"]),
            None if record["origin"] is None else _origin(record["origin"]),
            record["error"],
        )
    return Node(
        record["node"], record["parent"], datetime.fromisoformat(record["created"]).timestamp(), content
    )


def _message(record: dict[str, Any]) -> Message:
    return Message(
        Role(record["role"]),
        record["text"] or "",
        Channel(record["channel"]) if record["channel"] else None,
        record["recipient"],
        record["content_type"],
        record["name"],
    )


def _round(record: dict[str, Any]) -> Round:
    return Round(
        count=record["count"],
        reason=StopReason(record["reason"]),
        usage=Usage(**record["usage"]),
        prefill_seconds=float(record["prefill_seconds"]),
        decode_seconds=float(record["decode_seconds"]),
        seed=record["seed"],
        goes_on=record["goes_on"],
    )


def _origin(record: dict[str, Any]) -> Origin:
    sampling = record["sampling"]
    known = {each.name for each in fields(Origin)}
    return Origin(
        **{
            **{name: value for name, value in record.items() if name in known},
            "effort": Effort(record["effort"]),
            "sampling": Sampling(
                float(sampling["temperature"]), float(sampling["top_p"]), sampling["top_k"], sampling["seed"]
            ),
            "tools": tuple(record["tools"]),
        }
    )
