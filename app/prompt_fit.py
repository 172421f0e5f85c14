"""What of a conversation's messages a prompt is made of: without the remains of answers that were cut short."""

from __future__ import annotations

from runtime.conversation import Channel, Message, Role

CUT = "\ufffd"  # what a character is shown as that the answer was cut inside of


def fit_for_prompt(
    messages: tuple[Message, ...], asked_at: int, *, is_open: bool = False
) -> tuple[Message, ...]:
    """Leave out what an answer cut short left behind and a model never sees in training.

    That is: a tool call that got no result, an assistant message without text, and the reasoning of
    answers before the question at `asked_at` (the renderer drops it only once a final message follows).
    The last message stays if it is open.
    """
    kept = []
    for index, message in enumerate(messages):
        answered = index + 1 < len(messages) and messages[index + 1].role is Role.TOOL
        stays = answered or (is_open and index == len(messages) - 1)
        if message.role is Role.ASSISTANT and not stays:
            call = message.recipient not in (None, "all") and message.channel is not Channel.FINAL
            old_thought = message.channel is Channel.ANALYSIS and index < asked_at
            if call or old_thought or not message.content:
                continue
        kept.append(message)
    return tuple(kept)
