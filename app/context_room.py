"""What a conversation takes of the model's context, and how room is made when it is full: values and decisions.

Nothing is ever cut in silence. When a question does not fit, or an answer ends because the context is full, the
person is asked, and each `Choice` says what it would do. What is left out stays in the tree and on the screen;
only the prompt begins later. Nothing here runs anything: `app.talk` does what was chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Way(StrEnum):
    """How room is made."""

    DROP = "drop"  # the model is not told of the oldest turns any more
    SUMMARISE = "summarise"  # it is told a summary of them, made by itself, in their place
    RAISE = "raise"  # the model is loaded again with more room


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to make room.

    Attributes:
        turns: how many of the oldest questions and answers it is about; 0 for `RAISE`.
        frees: tokens that it frees, about as many for `SUMMARISE`.
        context_length: the tokens that there is room for after it.
    """

    way: Way
    turns: int
    frees: int
    context_length: int


@dataclass(frozen=True, slots=True)
class Room:
    """The context, in tokens.

    Attributes:
        limit: what the model can hold.
        instructions, documents, talk: what of the prompt is the standing instructions and tools, the attached
            files, and questions and answers.
        cached: how much of the prompt need not be read again for the next question.
        needed: what the message that was refused would take, all before it included; 0 if none was.
        left_out: how many of the oldest turns the model is not told of, or in short only.
        is_full: whether something did not fit, so that the person has to choose.
        choices: the ways to make room that would help; empty while there is enough.
    """

    limit: int
    instructions: int = 0
    documents: int = 0
    talk: int = 0
    cached: int = 0
    needed: int = 0
    left_out: int = 0
    is_full: bool = False
    choices: tuple[Choice, ...] = ()

    @property
    def used(self) -> int:
        return self.instructions + self.documents + self.talk

    @property
    def free(self) -> int:
        return max(self.limit - self.used, 0)
