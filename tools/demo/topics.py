"""The demo's text: what it is asked and what it says, read from `text/*.toml`. Read `wordings.py` next."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.conversation import Channel, Effort, Message, Role, ToolSpec

TEXT = Path(__file__).parent / "text"

TOOL = ToolSpec("get_current_date", "Today's date and weekday, from this PC's clock.")
RECIPIENT = f"functions.{TOOL.name}"

# The last sentence of the longest reasoning.
_CLOSING = "I will keep it short and plain."

# How often each name of the app stands in for `{app}`.
_APP = ("Chorale",) * 11 + ("this app",) * 4 + ("the app",) * 2 + ("chorale",) * 2 + ("this program",)


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing the demo can be asked.

    Attributes:
        id: its name in the text files.
        about: what is asked, as the reasoning says it.
        plan: the second sentence of the reasoning.
        answer: the answer, Markdown.
        ask: wordings to train on, with `{app}` for the app's names.
        held: wordings never trained on.
    """

    id: str
    about: str
    plan: str
    answer: str
    ask: tuple[str, ...]
    held: tuple[str, ...]

    def thoughts(self, effort: Effort) -> str:
        """The reasoning: one, two or three sentences."""
        return sentences(effort, f"The user asks {self.about}.", self.plan, _CLOSING)

    def reply(self, effort: Effort) -> tuple[Message, ...]:
        """The whole turn."""
        return spoken(self.thoughts(effort), self.answer)


@dataclass(frozen=True, slots=True)
class DateTopic:
    """The one question that needs the tool: `topic` is what is said where it is not offered."""

    topic: Topic
    plan: str
    read: str
    read_plan: str
    answer: str

    def reply(self, effort: Effort, date: str, weekday: str) -> tuple[Message, ...]:
        """Reasoning, the call, its result, reasoning again, the answer."""
        read = self.read.format(date=date, weekday=weekday)
        return (
            thought(sentences(effort, f"The user asks {self.topic.about}.", self.plan, _CLOSING)),
            Message(Role.ASSISTANT, "{}", Channel.COMMENTARY, RECIPIENT, "<|constrain|>json"),
            Message(Role.TOOL, f'{{"date": "{date}", "weekday": "{weekday}"}}', name=RECIPIENT),
            *spoken(
                sentences(effort, read, self.read_plan, _CLOSING),
                self.answer.format(date=date, weekday=weekday),
            ),
        )


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question whose meaning hangs on the turn before.

    Attributes:
        after: id of the earlier topic → id of the topic that is meant.
        otherwise: the topic meant after anything else; None if it is asked only after those.
    """

    ask: tuple[str, ...]
    held: tuple[str, ...]
    after: dict[str, str]
    otherwise: str | None


@dataclass(frozen=True, slots=True)
class Text:
    """All of it. `frames` are unknown things to ask, by topic, with holes that `slots` fill."""

    topics: dict[str, Topic]
    date: DateTopic
    follow_ups: tuple[FollowUp, ...]
    slots: dict[str, list[str]]
    frames: dict[str, list[str]]

    @classmethod
    def read(cls) -> Text:
        """Read every file in `text/`."""
        files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(TEXT.glob("*.toml"))]
        entries = [entry for file in files for entry in file.get("topic", ())]
        date = next(entry for entry in entries if entry["id"] == "date")
        other = next(file for file in files if "frames" in file)
        topics = {entry["id"]: _topic(entry) for entry in entries if entry is not date}
        without = _topic(date | {"answer": date["without"], "plan": date["without_plan"]})
        return cls(
            topics,
            DateTopic(without, date["plan"], date["read"], date["read_plan"], date["answer"]),
            tuple(_follow_up(entry) for file in files for entry in file.get("follow", ())),
            other["slots"],
            other["frames"],
        )

    def unknown_things(self, topic: str, draw: random.Random) -> str:
        """A made-up question of the kind `topic`, which is a key of `frames`."""
        frame = draw.choice(self.frames[topic])
        parts = frame.split("{")
        out = [parts[0]]
        for part in parts[1:]:
            slot, _, rest = part.partition("}")
            out.append(_number(draw) if slot == "n" else draw.choice(self.slots[slot]))
            out.append(rest)
        return "".join(out)


def name_the_app(wording: str, draw: random.Random | None = None) -> str:
    """`wording` with the app's name in it: Chorale, or now and then another."""
    return wording.replace("{app}", draw.choice(_APP) if draw else "Chorale")


def thought(text: str) -> Message:
    """A message in analysis."""
    return Message(Role.ASSISTANT, text, Channel.ANALYSIS)


def spoken(thoughts: str, answer: str) -> tuple[Message, ...]:
    """Reasoning and answer."""
    return thought(thoughts), Message(Role.ASSISTANT, answer, Channel.FINAL)


def sentences(effort: Effort, *texts: str) -> str:
    """The first, the first two or all of them, by effort."""
    return " ".join(texts[: {Effort.LOW: 1, Effort.MEDIUM: 2, Effort.HIGH: 3}[effort]])


def _topic(entry: dict[str, Any]) -> Topic:
    return Topic(
        entry["id"],
        entry["about"],
        entry["plan"],
        entry["answer"],
        tuple(entry["ask"]),
        tuple(entry["held"]),
    )


def _follow_up(entry: dict[str, Any]) -> FollowUp:
    after = {earlier: meant for meant, earliers in entry["after"].items() for earlier in earliers}
    return FollowUp(tuple(entry["ask"]), tuple(entry["held"]), after, entry["otherwise"] or None)


def _number(draw: random.Random) -> str:
    return str(draw.randrange(10 ** draw.randint(1, 4)))
