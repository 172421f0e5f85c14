"""Which of an answer's messages the engine said in which of its rounds."""

from __future__ import annotations

from dataclasses import dataclass

from app.history.tree import Answer, Round
from runtime.conversation import Message, Role


@dataclass(frozen=True, slots=True)
class Said:
    """A round and where its messages are: from `start` up to `end` in the answer's. Behind them, up to the next
    round, stands what a tool returned."""

    round: Round
    start: int
    end: int


def rounds_of(answer: Answer) -> tuple[Said, ...]:
    """The rounds in order."""
    found, at = [], 0
    for each in answer.rounds:
        end = min(at + each.count, len(answer.messages))
        found.append(Said(each, at, end))
        at = end
        while at < len(answer.messages) and answer.messages[at].role is Role.TOOL:
            at += 1
    return tuple(found)


def round_numbers(answer: Answer) -> tuple[int | None, ...]:
    """Parallel to the answer's messages: the round that said it, from 1; None for a tool's result and for what was
    said in a round that was broken off with Chorale."""
    numbers: list[int | None] = [None] * len(answer.messages)
    for number, said in enumerate(rounds_of(answer), 1):
        numbers[said.start : said.end] = [number] * (said.end - said.start)
    return tuple(numbers)


def results_until(answer: Answer, said: Said) -> tuple[Message, ...]:
    """The answer's messages before `said`: what the engine had said, and what tools had returned."""
    return answer.messages[: said.start]
