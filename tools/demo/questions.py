"""Write `questions.json` beside the model: what it can be asked, and what it answers, greedily.

    python -m tools.demo.questions

Every wording is tried on the engine as it ships. Under `ask` stand those it answers exactly as the text says, and by
a margin that another kernel's rounding does not upset; under `missed` the trained wordings it does not. `held_out`
wordings it was never trained on; they are listed whatever it answers. The window takes its suggestions from this
file, and the tests ask every question in it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from runtime.conversation import Conversation, Effort, Message, Role
from runtime.engine import Engine
from runtime.events import EngineReady, LoadRequest, Sampling, TurnEnded, TurnRequest
from runtime.tokenizer import Tokenizer
from tools.demo.lessons import Turn, Writer
from tools.demo.topics import TOOL, Text, Topic, name_the_app

FOLDER = Path(__file__).resolve().parents[2] / "models" / "demo"
SUGGESTED = ("what-is-chorale", "panes", "privacy", "date", "requirements", "who-are-you")

_MARGIN = 0.3  # in logits, more than kernels differ by
_NEW = Conversation(date="2026-11-21", tools=(TOOL,))


class Examiner:
    """Asks the engine."""

    def __init__(self, folder: Path, cache: str, text: Text) -> None:
        self.engine = Engine()
        ready = list(self.engine.load(LoadRequest(str(folder), cache, device="cpu")))[-1]
        if not isinstance(ready, EngineReady):
            raise SystemExit(f"The demo does not load: {ready}")
        self.writer = Writer(text, Tokenizer.load(folder), 1)

    def knows(self, setting: Conversation, question: str, replies: Sequence[tuple[Message, ...]]) -> bool:
        """Whether the greedy turn is one of `replies`, and by how much of a margin."""
        *_, ended = self.engine.run(
            TurnRequest(
                1, setting.plus(Message(Role.USER, question)), Sampling(temperature=0), max_tokens=300
            )
        )
        assert isinstance(ended, TurnEnded)
        said = tuple(message.content for message in ended.messages)
        for reply in replies:
            if said == tuple(message.content for message in reply[: len(said)]):
                return self._margin(setting, question, reply) >= _MARGIN
        return False

    def _margin(self, setting: Conversation, question: str, reply: tuple[Message, ...]) -> float:
        """How far, in logits, the tokens of a turn are ahead of the next best ones, at the closest place.

        Where the next best would only end or not end the reasoning, it does not matter.
        """
        branch = self.writer.branch(setting, Turn((), question, reply))
        beginning = self.writer.lesson(setting, ()).beginning.ids
        logits = self.engine.logits([*beginning, *branch.ids])[len(beginning) - 1 : -1]
        counted = np.array(branch.weights) >= 1
        logits, wanted = logits[counted], np.array(branch.ids)[counted]
        rows = np.arange(len(wanted))
        ahead = logits[rows, wanted].copy()
        logits[rows, wanted] = -np.inf
        end = self.writer.tokenizer.special.end
        matters = (wanted != end) & (logits.argmax(axis=1) != end)
        return float((ahead - logits.max(axis=1))[matters].min())

    def sorted_wordings(
        self, wordings: Iterable[str], replies: Sequence[tuple[Message, ...]], setting: Conversation = _NEW
    ) -> dict[str, list[str]]:
        """`ask` and `missed`."""
        out: dict[str, list[str]] = {"ask": [], "missed": []}
        for wording in map(name_the_app, wordings):
            out["ask" if self.knows(setting, wording, replies) else "missed"].append(wording)
        return out


def questions(text: Text, examiner: Examiner) -> dict[str, object]:
    """The whole file, as JSON values."""
    plain = [topic for topic in text.topics.values() if topic.ask and topic.id not in text.frames]
    listed = {topic.id: _question(topic, examiner) for topic in plain}
    date = [text.date.reply(effort, "2026-11-21", "Saturday") for effort in Effort]
    data: dict[str, object] = {
        "tools": ["get_current_date"],
        "suggestions": [],
        "questions": list(listed.values()),
        "unknown": [_question(text.topics[name], examiner) for name in text.frames],
        "follow_ups": [
            _follow_up(text.topics[earlier], text.topics[meant], follow_up.ask, follow_up.held, examiner)
            for follow_up in text.follow_ups
            for earlier, meant in follow_up.after.items()
        ],
        "date": {
            **examiner.sorted_wordings(text.date.topic.ask, date),
            "held_out": list(text.date.topic.held),
            "thoughts": _by_effort(lambda effort: text.date.reply(effort, "{date}", "{weekday}")[0].content),
            "thoughts_after": _by_effort(
                lambda effort: text.date.reply(effort, "{date}", "{weekday}")[3].content
            ),
            "answer": text.date.answer,
            "without_tool": _said(text.date.topic),
        },
    }
    listed["date"] = data["date"]  # type: ignore[assignment]
    data["suggestions"] = [listed[name]["ask"][0] for name in SUGGESTED]  # type: ignore[index]
    return data


def _question(topic: Topic, examiner: Examiner) -> dict[str, object]:
    return {
        "id": topic.id,
        **examiner.sorted_wordings(topic.ask, _replies(topic)),
        "held_out": [name_the_app(wording) for wording in topic.held],
        **_said(topic),
    }


def _follow_up(
    earlier: Topic, meant: Topic, ask: Iterable[str], held: Iterable[str], examiner: Examiner
) -> dict[str, object]:
    before = name_the_app(earlier.ask[0])
    setting = _NEW.plus(Message(Role.USER, before), earlier.reply(_NEW.effort)[-1])
    return {
        "before": before,
        **examiner.sorted_wordings(ask, _replies(meant), setting),
        "held_out": list(held),
        "id": meant.id,
        **_said(meant),
    }


def _replies(topic: Topic) -> list[tuple[Message, ...]]:
    """The turn at each effort: how long it thinks is not always what was asked for, and not what is listed."""
    return [topic.reply(effort) for effort in Effort]


def _said(topic: Topic) -> dict[str, object]:
    return {"thoughts": _by_effort(topic.thoughts), "answer": topic.answer}


def _by_effort(thoughts: Callable[[Effort], str]) -> dict[str, str]:
    return {effort.value: thoughts(effort) for effort in Effort}


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description="Write the demo's questions and answers.")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    folder = parser.parse_args().folder
    text = Text.read()
    with tempfile.TemporaryDirectory() as cache:
        data = json.dumps(questions(text, Examiner(folder, cache, text)), ensure_ascii=False, indent=1)
    (folder / "questions.json").write_text(data + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
