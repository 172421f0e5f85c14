"""Conversations to keep."""

from __future__ import annotations

from app.history.tree import Answer, Origin, Question, Round
from runtime.conversation import Channel, Effort, Message, Role
from runtime.events import Sampling, StopReason, Usage

ORIGIN = Origin(
    model="gpt-oss-20b",
    model_hash="ab" * 32,
    device="cpu",
    device_name="A processor",
    kernel="avx2",
    context_length=8192,
    effort=Effort.HIGH,
    sampling=Sampling(temperature=0.5, top_p=0.9, top_k=40),
    date="2026-11-21",
    instructions="Be brief.",
    tools=("search_documents", "read_pages"),
    version="0.1.0",
)


def answer(final: str, thought: str = "") -> Answer:
    """A finished answer."""
    messages = [Message(Role.ASSISTANT, final, Channel.FINAL)]
    if thought:
        messages.insert(0, Message(Role.ASSISTANT, thought, Channel.ANALYSIS))
    return Answer(
        tuple(messages), (Round(len(messages), StopReason.STOP, Usage(10, 5, 2), 0.5, 1.5, 7),), ORIGIN
    )


def answer_with_tool() -> Answer:
    """One that called a tool and was cut."""
    return Answer(
        (
            Message(Role.ASSISTANT, "I have to look.", Channel.ANALYSIS),
            Message(
                Role.ASSISTANT,
                '{"query": "rent"}',
                Channel.COMMENTARY,
                "functions.search_documents",
                "<|constrain|>json",
            ),
            Message(
                Role.TOOL,
                "Page 4: toolresult",
                Channel.COMMENTARY,
                "assistant",
                None,
                "functions.search_documents",
            ),
            Message(Role.ASSISTANT, "The rent is", Channel.FINAL),
        ),
        (
            Round(2, StopReason.TOOL_CALL, Usage(10, 5, 2), 0.5, 1.5, 7),
            Round(1, StopReason.LENGTH, Usage(50, 3, 10), 0.1, 0.2, None, True),
        ),
        ORIGIN,
        "The engine ended.",
    )


def question(text: str) -> Question:
    return Question(text)
