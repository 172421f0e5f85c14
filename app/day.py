"""Which day the model is told, so that midnight costs nothing.

The system message names a date, at the prompt's very beginning. If it followed the clock, every conversation that
goes on another day would be read anew from its first token, and the KV cache on the disk would be worth nothing. So
a conversation keeps the date of its first question there, and a question asked on another day than the model knows
of brings a message of one sentence (`Question.today`). Both stand with the question, so every branch has its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.history.tree import Node, Question


def named(told: Sequence[Node]) -> str | None:
    """The ISO date in the system message of what is told; None if that says nothing.

    Where questions kept none, as before Chorale noted it, the last answer knows what it was made with.
    """
    for node in reversed(told):
        content = node.content
        date = content.date if isinstance(content, Question) else content.origin and content.origin.date
        if date:
            return date
    return None


def known(told: Sequence[Node]) -> str | None:
    """The ISO date that the model takes for today behind what is told."""
    days = (node.content.today for node in reversed(told) if isinstance(node.content, Question))
    return next((day for day in days if day), None) or named(told)


def dated(question: Question, before: Sequence[Node], now: str) -> Question:
    """`question` as it is asked on the ISO date `now`, behind what the model is told `before`."""
    date = named(before) or question.date or now
    return replace(question, date=date, today=None if now == (known(before) or date) else now)
