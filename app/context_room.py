"""What a conversation takes of the model's context, and how room is made when it is full: values and decisions.

Nothing is ever cut in silence. When a question does not fit, or an answer ends because the context is full, the
person is asked, and each `Choice` says what it would do. What is left out stays in the tree and on the screen;
only the prompt begins later. Nothing here runs anything: `app.talk` does what was chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.history.tree import Answer, Node, Question
from runtime.conversation import Channel
from runtime.events import StopReason


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

    @property
    def is_asking(self) -> bool:
        """Whether the person has to choose, and can."""
        return self.is_full and bool(self.choices)


# A prompt is measured in characters where no turn has told its tokens: about this many tokens each.
_USUAL_RATE = 0.25
_MESSAGE = 20  # characters that stand for what frames a message
_AIM = 0.7  # what of the context may be taken once room was made
_NARROW = 0.85  # taken beyond this share, choices are offered although everything still fits
_SUMMARY_TOKENS = 400  # about what a summary takes
_STEP = 1024  # context lengths are multiples of it


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answer, as far as the model is told of it: characters."""

    question: int
    documents: int
    talk: int

    @property
    def characters(self) -> int:
        return self.documents + self.talk


def turns_of(told: Sequence[Node]) -> tuple[Turn, ...]:
    """The turns of what the model is told word by word, the last of which may have no answer yet."""
    turns: list[Turn] = []
    for node in told:
        content = node.content
        if isinstance(content, Question):
            earlier = len(content.earlier or "")
            documents = len(content.documents) + _MESSAGE if content.documents else 0
            turns.append(Turn(node.id, documents, len(content.text) + earlier + _MESSAGE))
        elif turns:
            spoken = (message for message in content.messages if message.channel is not Channel.ANALYSIS)
            said = sum(len(message.content) + _MESSAGE for message in spoken)
            turns[-1] = replace(turns[-1], talk=turns[-1].talk + said)
    return tuple(turns)


def room_of(
    told: Sequence[Node],
    *,
    limit: int,
    fixed: int,
    left_out: int = 0,
    needed: int = 0,
    asked: int = 0,
    largest: int = 0,
    rate: float | None = None,
    is_new: bool = False,
) -> Room:
    """What a conversation takes, and how room could be made.

    Args:
        told: the nodes that the model is told word by word.
        limit: tokens of the context.
        fixed: characters of the standing instructions and tools.
        left_out: how many turns it is not told of any more.
        needed: tokens of a prompt that was refused; 0 if none was.
        asked: characters of the question in it, which is not in the tree.
        largest: the most tokens of context that this PC has memory for.
        rate: tokens a character, if turns were left out since the last turn was counted.
        is_new: whether the refused prompt's question is not among `told`, so that all of those can be left out.
    """
    turns = turns_of(told)
    everything = fixed + sum(turn.characters for turn in turns)
    last = told[-1].content if told else None
    cost = last.rounds[-1] if isinstance(last, Answer) and last.rounds else None
    known = cost.usage if cost is not None and cost.usage.prompt_tokens and rate is None else None
    cached = known.prompt_tokens if known is not None else 0
    if rate is None:
        rate = rate_of(told, fixed)
    if rate is None:
        rate = needed / max(everything + asked, 1) if needed else _USUAL_RATE
    used = known.prompt_tokens + known.completion_tokens if known is not None else round(everything * rate)
    used = min(used, limit)
    instructions = min(round(fixed * rate), used)
    documents = min(round(sum(turn.documents for turn in turns) * rate), used - instructions)
    was_cut = (
        known is not None and cost is not None and cost.reason is StopReason.LENGTH and used >= limit - 1
    )
    room = Room(
        limit,
        instructions,
        documents,
        used - instructions - documents,
        min(cached, used),
        needed,
        left_out,
        bool(needed) or was_cut,
    )
    if not room.is_full and used < limit * _NARROW:
        return room
    droppable = turns if is_new else turns[:-1]  # the question that is being answered has to stay
    return replace(room, choices=_choices(room, droppable, rate, largest))


def rate_of(told: Sequence[Node], fixed: int) -> float | None:
    """Tokens a character, by the last turn whose prompt was counted; None if none was."""
    for index in range(len(told) - 1, -1, -1):
        content = told[index].content
        if isinstance(content, Answer) and content.rounds and content.rounds[0].usage.prompt_tokens:
            before = fixed + sum(turn.characters for turn in turns_of(told[:index]))
            return content.rounds[0].usage.prompt_tokens / max(before, 1)
    return None


def _choices(room: Room, droppable: Sequence[Turn], rate: float, largest: int) -> tuple[Choice, ...]:
    wanted = max(room.needed, room.used)
    found: list[Choice] = []
    freed, count = 0, 0
    for turn in droppable:
        if count and wanted - freed <= room.limit * _AIM:
            break
        freed += round(turn.characters * rate)
        count += 1
    if count and wanted - freed < room.limit:
        found.append(Choice(Way.DROP, count, freed, room.limit))
        # The model reads what it summarises once more, and needs room to write.
        fits = room.instructions + freed + 2 * _SUMMARY_TOKENS < room.limit
        if fits and freed > 2 * _SUMMARY_TOKENS and wanted - freed + _SUMMARY_TOKENS < room.limit:
            found.append(Choice(Way.SUMMARISE, count, freed - _SUMMARY_TOKENS, room.limit))
    enough = max(round(wanted / _AIM), 2 * room.limit)
    length = min(-(-enough // _STEP) * _STEP, largest)
    if length > room.limit and length > wanted:
        found.append(Choice(Way.RAISE, 0, length - room.limit, length))
    return tuple(found)
