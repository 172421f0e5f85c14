"""What a conversation is: frozen values that every layer shares.

The vocabulary is Harmony's (OpenAI's response format for gpt-oss): a message has a role, perhaps a
channel (the voice), perhaps a recipient (a tool), and text. `runtime.harmony` turns these values into
token ids and back; nothing here knows of tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """Who wrote a message."""

    SYSTEM = "system"
    DEVELOPER = "developer"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class Channel(StrEnum):
    """The voice an assistant message speaks in."""

    ANALYSIS = "analysis"  # raw reasoning, not meant as an answer
    COMMENTARY = "commentary"  # tool calls and preambles
    FINAL = "final"  # the answer


class Effort(StrEnum):
    """How long the model is asked to think."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    Attributes:
        role: who wrote it.
        content: its text.
        channel: the voice; None for messages that have none (user, developer) and for streams that
            never named one.
        recipient: whom it addresses, e.g. `functions.get_date`; None means everybody.
        content_type: as in the header, e.g. `<|constrain|>json`; None if absent.
        name: the author's name where the role alone does not say it (`functions.get_date` for a tool).
    """

    role: Role
    content: str
    channel: Channel | None = None
    recipient: str | None = None
    content_type: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as the model is told of it.

    Attributes:
        name: without namespace, e.g. `get_date`; the model calls `functions.get_date`.
        description: one sentence or more.
        parameters: JSON schema of the arguments object; None for a tool without arguments.
    """

    name: str
    description: str
    parameters: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that the prompt is made of.

    Attributes:
        messages: user, assistant and tool messages in order (system and developer are rendered from
            the fields below).
        effort: reasoning effort named in the system message.
        date: ISO date named in the system message; None leaves the line out.
        instructions: the developer's or user's standing instructions, if any.
        tools: function tools offered.
        is_open: whether the last message, the assistant's, has no end yet: the model goes on inside it.
    """

    messages: tuple[Message, ...] = ()
    effort: Effort = Effort.MEDIUM
    date: str | None = None
    instructions: str | None = None
    tools: tuple[ToolSpec, ...] = field(default=())
    is_open: bool = False

    def plus(self, *messages: Message) -> Conversation:
        """This conversation with `messages` appended."""
        return replace(self, messages=(*self.messages, *messages))
