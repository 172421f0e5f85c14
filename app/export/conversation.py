"""A conversation as the JSON that `chorale harmony render` reads: the shown path, as the model would be told it.

Roles, channels, recipients and texts as they are; effort, date, instructions and tools of the last answer that
knows what it was made with. That it is another day by now (`Question.today`) is Chorale's to say, not the person's,
so it comes with the tools only. Halves of characters, which no model can be told, become U+FFFD.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

from app.export.known_tools import quotes_documents, specs_of
from app.export.selection import Words
from app.export.values import ExportOptions
from app.history.tree import Answer, Origin, Question, Tree
from app.history.values import Stored
from runtime.conversation import Channel, Conversation, Effort, Message, Role
from runtime.harmony.json_form import messages_to_json

_HALVES = re.compile(r"[\ud800-\udfff]")


def conversation_of(stored: Stored, options: ExportOptions, words: Words) -> Conversation:
    """The shown path, less what was not asked for."""
    path = Tree.of(stored.nodes, stored.leaf).path()
    messages: list[Message] = []
    origin: Origin | None = None
    for node in path:
        messages += _messages(node.content, options, words)
        if isinstance(node.content, Answer):
            origin = node.content.origin or origin
    if origin is None:
        settings = stored.settings
        return Conversation(tuple(messages), settings.effort or Effort.MEDIUM, None, settings.instructions)
    tools = specs_of(origin.tools)
    return Conversation(tuple(messages), origin.effort, origin.date, origin.instructions, tools)


def _messages(content: Question | Answer, options: ExportOptions, words: Words) -> Iterator[Message]:
    if isinstance(content, Question):
        told = content if options.documents else replace(content, documents="")
        yield from (told if options.tools else replace(told, today=None)).messages
        return
    for message in content.messages:
        if message.channel is Channel.ANALYSIS and not options.reasoning:
            continue
        is_commentary = message.channel is Channel.COMMENTARY or message.role is Role.TOOL
        if is_commentary and not options.tools:
            continue
        if quotes_documents(message) and not options.documents:
            message = Message(
                message.role, words.left_out, message.channel, message.recipient, name=message.name
            )
        yield message


def conversation_json(stored: Stored, options: ExportOptions, words: Words) -> str:
    """The file."""
    made = conversation_of(stored, options, words)
    data = {
        "effort": made.effort.value,
        "date": made.date,
        "instructions": made.instructions,
        "tools": [
            {"name": tool.name, "description": tool.description}
            | ({"parameters": tool.parameters} if tool.parameters is not None else {})
            for tool in made.tools
        ],
        "messages": messages_to_json(made.messages),
    }
    return _HALVES.sub("\ufffd", json.dumps(data, ensure_ascii=False, indent=1)) + "\n"
