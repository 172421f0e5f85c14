"""A conversation as the token ids that gpt-oss was trained on (OpenAI's Harmony format).

The ids equal those of OpenAI's reference renderer (the `openai-harmony` library), with its default
identity line and knowledge cut-off; `tests/goldens/harmony` proves it. Where that library and the format's
own page disagree we follow the page:

- **Reasoning of finished turns is dropped.** The page: drop earlier chains of thought once the answer
  ended in `final`. The library drops only what stands before the *first* final message, and nothing at all
  while a later tool loop is open. Here a message in `analysis` is left out as soon as any assistant message
  after it is `final`, and kept otherwise, in an open tool loop above all.

That rule also keeps prompts prefix-stable: what a finished turn renders to never changes again, so the KV
cache of one turn serves the next.

A tool message that names neither channel nor recipient gets `commentary` and `assistant`, as the page shows.
`parse.py` is the way back.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from models.errors import InputError
from runtime.conversation import Channel, Conversation, Message, Role
from runtime.harmony.tools import tools_section

if (
    TYPE_CHECKING
):  # numpy comes with it, and the window, which needs the words of a prompt alone, starts without
    from runtime.tokenizer import Tokenizer

CONSTRAIN = "<|constrain|>"

_IDENTITY = "You are ChatGPT, a large language model trained by OpenAI.\nKnowledge cutoff: 2024-06"
_CHANNELS = "# Valid channels: analysis, commentary, final. Channel must be included for every message."
_CALLS = "Calls to these tools must go to the commentary channel: 'functions'."


def render(conversation: Conversation, tokenizer: Tokenizer) -> list[int]:
    """Ids of the prompt, up to the point where the model goes on: behind `<|start|>assistant`, or, in a conversation
    that `is_open`, behind the text of its last message.

    Encoded texts are cached in `tokenizer`, so a history of thousands of messages costs its encoding once.

    Raises:
        InputError: a tool message does not say which tool it is from, or a tool's schema is nested too deep.
    """
    ids = array("I")
    ids.extend(_message(Message(Role.SYSTEM, system_text(conversation)), tokenizer))
    developer = developer_text(conversation)
    if developer:
        ids.extend(_message(Message(Role.DEVELOPER, developer), tokenizer))
    finished, going_on = conversation.messages, None
    if conversation.is_open:
        finished, going_on = finished[:-1], finished[-1]
    for message in kept_messages(finished):
        ids.extend(_message(message, tokenizer))
    if going_on is not None:
        # Not counted among what decides which reasoning is dropped: this turn is still being written.
        ids.extend(_message(going_on, tokenizer)[:-1])
    else:
        ids.append(tokenizer.special.start)
        ids.extend(tokenizer.encode_cached(Role.ASSISTANT.value))
    return ids.tolist()


def kept_messages(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """`messages` without the reasoning of finished turns."""
    last_final = -1
    for position, message in enumerate(messages):
        if message.role is Role.ASSISTANT and message.channel is Channel.FINAL:
            last_final = position
    return tuple(
        message
        for position, message in enumerate(messages)
        if position > last_final or message.channel is not Channel.ANALYSIS
    )


def system_text(conversation: Conversation) -> str:
    """Text of the system message."""
    date = f"\nCurrent date: {conversation.date}" if conversation.date else ""
    calls = f"\n{_CALLS}" if conversation.tools else ""
    return f"{_IDENTITY}{date}\n\nReasoning: {conversation.effort.value}\n\n{_CHANNELS}{calls}"


def developer_text(conversation: Conversation) -> str:
    """Text of the developer message; empty if there is nothing to say in it.

    Raises:
        InputError: a tool's schema is nested too deep.
    """
    sections = []
    if conversation.instructions:
        sections.append(f"# Instructions\n\n{conversation.instructions}")
    if conversation.tools:
        try:
            sections.append(tools_section(conversation.tools))
        except RecursionError:
            raise InputError(
                "The parameters of a tool are nested too deep; make its schema flatter."
            ) from None
    return "\n\n".join(sections)


def _message(message: Message, tokenizer: Tokenizer) -> array[int]:
    """Ids of one message from `<|start|>` to `<|end|>` or `<|call|>`.

    Each part is encoded by itself, as the reference does.
    """
    special, encode = tokenizer.special, tokenizer.encode_cached
    recipient, channel = message.recipient, message.channel
    if message.role is Role.TOOL:
        if not message.name:
            raise InputError("A tool's message does not say which tool it is from; give it a name.")
        author = message.name
        recipient = recipient or Role.ASSISTANT.value
        channel = channel or Channel.COMMENTARY
    else:
        author = message.role.value + (f":{message.name}" if message.name else "")
    ids = array("I", (special.start,))
    ids.extend(encode(author))
    if recipient and recipient != "all":
        ids.extend(encode(f" to={recipient}"))
    if channel:
        ids.append(special.channel)
        ids.extend(encode(channel.value))
    if message.content_type:
        if message.content_type.startswith(CONSTRAIN):
            ids.extend(encode(" "))
            ids.append(special.constrain)
            ids.extend(encode(message.content_type.removeprefix(CONSTRAIN)))
        else:
            ids.extend(encode(f" {message.content_type}"))
    ids.append(special.message)
    ids.extend(encode(message.content))
    calls_tool = message.role is Role.ASSISTANT and bool(recipient)
    ids.append(special.call if calls_tool else special.end)
    return ids
