"""What of a conversation goes into a file that people read: the shown path, turn by turn, as parts with a kind.

Text is cleaned here once for both forms: characters that no file of text may hold (NUL and its kin, halves of
characters) become U+FFFD. Read next: `markdown`, `html`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from app.export.cited import file_names, with_names
from app.export.known_tools import quotes_documents
from app.export.values import ExportOptions
from app.history.tree import Answer, Question, Tree
from app.history.values import Stored
from app.tools import NAMESPACE
from runtime.conversation import Channel, Message, Role
from runtime.events import StopReason

_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


class Kind(StrEnum):
    """What a part of a turn is."""

    QUESTION = "question"
    FILES = "files"  # names of attached files, a line each
    DOCUMENTS = "documents"  # their text
    REASONING = "reasoning"
    PREAMBLE = "preamble"
    CALL = "call"
    RESULT = "result"
    ANSWER = "answer"
    NOTE = "note"  # how it ended, if not well


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a turn. `tool` is the tool's name, of a call or a result."""

    kind: Kind
    text: str
    tool: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, or an answer; `made_with` is the model's name and the device, of an answer, if known."""

    is_question: bool
    created: float
    parts: tuple[Part, ...]
    made_with: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """The words that Chorale itself puts into a file, in `language` (two letters)."""

    language: str = "en"
    you: str = "You"
    answer: str = "Answer"
    reasoning: str = "Reasoning"
    preamble: str = "Note"
    call: str = "Call of {tool}"
    result: str = "Result of {tool}"
    files: str = "Attached files"
    documents: str = "Text of the attached files"
    page: str = "{file}, page {number}"
    left_out: str = "The text of documents was left out."
    cut: str = "The answer was cut here."
    stopped: str = "The answer was stopped here."
    broken: str = "The answer was broken off here."
    made_by: str = "Answered by {model}."
    said_with: str = "A conversation with gpt-oss in Chorale, {date} (UTC)."


def clean(text: str) -> str:
    """`text` as any file of text may hold it."""
    return _NO_TEXT.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def turns(stored: Stored, options: ExportOptions, words: Words) -> tuple[Turn, ...]:
    """The shown path of a conversation, less what was not asked for."""
    found = []
    names = file_names(stored)
    for node in Tree.of(stored.nodes, stored.leaf).path():
        content = node.content
        if isinstance(content, Question):
            parts, made_with = tuple(_question(content, options)), ""
        else:
            parts = tuple(_answer(content, options, words, names))
            made_with = f"{content.origin.model}, {content.origin.device_name}" if content.origin else ""
        found.append(
            Turn(isinstance(content, Question), node.created, parts, " ".join(clean(made_with).split()))
        )
    return tuple(found)


def _question(question: Question, options: ExportOptions) -> Iterator[Part]:
    if question.files:
        names = (" ".join(clean(name).split()) for name in question.files)
        yield Part(Kind.FILES, "\n".join(names))
    if question.documents and options.documents:
        yield Part(Kind.DOCUMENTS, clean(question.documents))
    yield Part(Kind.QUESTION, clean(question.text))


def _answer(answer: Answer, options: ExportOptions, words: Words, names: dict[str, str]) -> Iterator[Part]:
    for message in answer.messages:
        part = _part(message)
        if part.kind is Kind.ANSWER:
            part = replace(part, text=with_names(part.text, names, words.page))
        if part.kind is Kind.REASONING and not options.reasoning:
            continue
        if part.kind in (Kind.PREAMBLE, Kind.CALL, Kind.RESULT) and not options.tools:
            continue
        if quotes_documents(message) and not options.documents:
            part = Part(part.kind, words.left_out, part.tool)
        yield part
    if note := _note(answer, words):
        yield Part(Kind.NOTE, note)


def _part(message: Message) -> Part:
    text = clean(message.content)
    if message.role is Role.TOOL:
        return Part(Kind.RESULT, text, _tool(message.name))
    if message.recipient not in (None, "all") and message.channel is not Channel.FINAL:
        return Part(Kind.CALL, text, _tool(message.recipient))
    if message.channel is Channel.ANALYSIS:
        return Part(Kind.REASONING, text)
    return Part(Kind.PREAMBLE if message.channel is Channel.COMMENTARY else Kind.ANSWER, text)


def _tool(name: str | None) -> str:
    return " ".join(clean(name or "").removeprefix(NAMESPACE).split())


def _note(answer: Answer, words: Words) -> str:
    if answer.error:
        return " ".join(clean(answer.error).split())
    match answer.reason:
        case StopReason.LENGTH:
            return words.cut
        case StopReason.CANCELLED:
            return words.stopped
        case None | StopReason.ERROR:
            return words.broken
    return ""
