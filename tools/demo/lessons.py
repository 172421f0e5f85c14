"""What the demo is trained on: the very prompts the app renders, with the turns it should answer them with.

Many answers to one beginning are learned at once: a `Lesson` is a beginning (system message, tools, earlier turns)
and some turns that may follow it, so that the beginning is computed once for all of them.
Read `network.py` next.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from runtime.conversation import Conversation, Effort, Message, Role
from runtime.harmony.render import render
from runtime.tokenizer import Tokenizer
from tools.demo.topics import TOOL, Text, Topic, name_the_app
from tools.demo.wordings import Variety, plain

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_INSTRUCTIONS = (
    "Be brief.", "Answer in one sentence.", "You are a helpful assistant.", "Answer politely.", "Use simple words.",
    "You are Chorale's assistant.", "Never use lists.", "Write for children.", "Be friendly.", "Use British spelling.",
    "You are an expert in law.", "Answer like a teacher.", "Do not make things up.", "Keep it short and clear.",
)  # fmt: skip

# How much each kind of token counts in the loss.
_ANSWER, _HISTORY, _QUESTION = 1.0, 0.5, 0.2
# The first words of the reasoning choose the answer: the rest is known by heart.
_CHOICE = 3.0
# What follows a tool's result is copied from it, which takes longest to learn.
_COPY = 2.0
# The share of the tokens of history and questions that count at all, and the length of a cut reasoning.
_HEARD = 0.2
_HEADER, _CUT = 3, 15


class Pieces(NamedTuple):
    """Ids, and how much guessing each of them counts."""

    ids: list[int]
    weights: list[float]


@dataclass(frozen=True, slots=True)
class Turn:
    """What is asked, what was said just before (within the same branch), and the reply."""

    earlier: tuple[Message, ...]
    question: str
    reply: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A beginning and the turns that may follow it."""

    beginning: Pieces
    branches: tuple[Pieces, ...]


def date_and_weekday(draw: random.Random, of: str | None = None) -> tuple[str, str]:
    """A date and its weekday, or now and then another weekday, so that it is copied, not guessed."""
    day = datetime.date.fromisoformat(of) if of else datetime.date(2020, 1, 1)
    if not of:
        day += datetime.timedelta(draw.randrange(9000))
    return day.isoformat(), _WEEKDAYS[day.weekday()] if draw.random() < 0.6 else draw.choice(_WEEKDAYS)


class Writer:
    """Draws lessons from the text."""

    def __init__(self, text: Text, tokenizer: Tokenizer, seed: int) -> None:
        self.text = text
        self.tokenizer = tokenizer
        self.draw = random.Random(seed)
        held = {plain(name_the_app(wording)) for topic in text.topics.values() for wording in topic.held}
        held |= {plain(wording) for wording in text.date.topic.held}
        held |= {plain(wording) for follow_up in text.follow_ups for wording in follow_up.held}
        self.variety = Variety(held)
        self._asked = [topic for topic in text.topics.values() if topic.ask and topic.id not in text.frames]
        self._weights = [len(topic.ask) ** 0.5 for topic in self._asked]

    def lessons(self, beginnings: int, branches: int, cut: float = 0.0) -> list[Lesson]:
        """One batch. The share `cut` of the branches ends early in the reasoning.

        Once the answers are known by heart, what is left to learn is which one is asked for, and the first words
        of the reasoning say that.
        """
        out = []
        for _ in range(beginnings):
            setting = self.setting()
            turns = [self.turn(setting) for _ in range(branches)]
            lesson = self.lesson(setting, turns)
            kept = (
                branch if self.draw.random() > cut else _cut(branch, turn)
                for branch, turn in zip(lesson.branches, turns, strict=True)
            )
            out.append(Lesson(lesson.beginning, tuple(kept)))
        return out

    def setting(self) -> Conversation:
        """A conversation so far: none or a few finished turns."""
        draw = self.draw
        tools = (TOOL,) if draw.random() < 0.8 else ()
        instructions = draw.choice(_INSTRUCTIONS) if draw.random() < (0.12 if tools else 0.4) else None
        date = date_and_weekday(draw)[0] if draw.random() < 0.92 else None
        conversation = Conversation((), draw.choice(tuple(Effort)), date, instructions, tools)
        for _ in range(draw.choice((0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 6))):
            turn = self.turn(conversation)
            conversation = conversation.plus(*turn.earlier, _user(turn.question), *turn.reply)
        return conversation

    def turn(self, setting: Conversation) -> Turn:
        """Anything that may be asked in `setting`, with its reply."""
        draw = self.draw
        chance = draw.random()
        if chance < 0.14:
            return self._follow_up(setting)
        if chance < 0.24:
            return self._date(setting)
        if chance < 0.41:
            kind = draw.choice(("other", "other", "other", "maths", "write"))
            topic = self.text.topics[kind]
            wording = draw.choice(topic.ask) if draw.random() < 0.45 else self.text.unknown_things(kind, draw)
            question = self.variety.vary(wording, draw) if draw.random() < 0.97 else self._noise()
            return Turn((), question, topic.reply(setting.effort))
        topic = draw.choices(self._asked, self._weights)[0]
        return Turn((), self._wording(topic), topic.reply(setting.effort))

    def _wording(self, topic: Topic) -> str:
        wording = name_the_app(self.draw.choice(topic.ask), self.draw)
        return self.variety.vary(wording, self.draw, meaning_is_open=topic.id == "not-english")

    def _date(self, setting: Conversation) -> Turn:
        question = self._wording(self.text.date.topic)
        if not setting.tools:
            return Turn((), question, self.text.date.topic.reply(setting.effort))
        of = setting.date if self.draw.random() < 0.5 else None
        return Turn((), question, self.text.date.reply(setting.effort, *date_and_weekday(self.draw, of)))

    def _follow_up(self, setting: Conversation) -> Turn:
        draw = self.draw
        follow_up = draw.choice(self.text.follow_ups)
        question = self.variety.vary(draw.choice(follow_up.ask), draw, meaning_is_open=True)
        if follow_up.otherwise and draw.random() < 0.3:
            earlier = draw.choice([topic for topic in self._asked if topic.id not in follow_up.after])
            meant = follow_up.otherwise
        else:
            earlier_id, meant = draw.choice(tuple(follow_up.after.items()))
            earlier = self.text.topics[earlier_id]
        before = self.finished(Turn((), self._wording(earlier), earlier.reply(setting.effort)))
        return Turn(before, question, self.text.topics[meant].reply(setting.effort))

    def finished(self, turn: Turn) -> tuple[Message, ...]:
        """The messages of `turn` as a later turn sees them, where only the last one counts."""
        return (*turn.earlier, _user(turn.question), turn.reply[-1])

    def _noise(self) -> str:
        letters = self.draw.choice(
            ("abcdefghijklmnopqrstuvwxyz ", "0123456789 +-", "äöüßéèñçøåłžş ", "你好世界一二三", "😀🙂🎵🚀❤")
        )
        return "".join(self.draw.choices(letters, k=self.draw.randint(1, 14))).strip() or "?"

    def lesson(self, setting: Conversation, turns: Sequence[Turn]) -> Lesson:
        """The ids of a beginning and of `turns` after it."""
        ids = self._after(setting)
        weights = [0.0] * len(self._after(replace(setting, messages=())))
        weights += [_HISTORY if self.draw.random() < _HEARD else 0.0 for _ in ids[len(weights) :]]
        return Lesson(Pieces(ids, weights), tuple(self.branch(setting, turn) for turn in turns))

    def branch(self, setting: Conversation, turn: Turn) -> Pieces:
        """The ids of one turn after `setting`, from `<|start|>user` to `<|return|>`."""
        special, encode = self.tokenizer.special, self.tokenizer.encode_cached
        skip = len(self._after(setting))
        asked = setting.plus(*turn.earlier, _user(turn.question))
        ids = render(asked, self.tokenizer)
        weights = [0.0] * skip
        weights += [_QUESTION if self.draw.random() < _HEARD else 0.0 for _ in ids[skip:]]
        weights[-2:] = [0.0, 0.0]
        answered_at, told = len(ids), False
        for message in turn.reply[:-1]:
            asked = asked.plus(message)
            more = render(asked, self.tokenizer)
            spoken = message.role is Role.ASSISTANT
            value = (_COPY if told else _ANSWER) if spoken else 0.0
            weights += [value] * (len(more) - len(ids))
            told |= not spoken
            if message.recipient or not spoken:  # the model stops at a call; what follows is not its own
                weights[-2:] = [0.0, 0.0]
            ids = more
        final = [
            special.channel,
            *encode("final"),
            special.message,
            *encode(turn.reply[-1].content),
            special.return_,
        ]
        weights[answered_at + _HEADER : answered_at + _CUT] = [_CHOICE] * (_CUT - _HEADER)
        return Pieces([*ids[skip:], *final], [*weights[skip:], *[_COPY if told else _ANSWER] * len(final)])

    def _after(self, setting: Conversation) -> list[int]:
        """The beginning's ids, without the open header of the next answer."""
        return render(setting, self.tokenizer)[: -1 - len(self.tokenizer.encode_cached("assistant"))]


def _user(text: str) -> Message:
    return Message(Role.USER, text)


def _cut(branch: Pieces, turn: Turn) -> Pieces:
    """`branch` up to the first words of its reasoning; whole if it calls the tool."""
    if any(message.recipient for message in turn.reply):
        return branch
    end = branch.weights.index(_ANSWER) + _CUT
    return Pieces(branch.ids[:end], branch.weights[:end])
