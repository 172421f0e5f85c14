"""Write `questions.json` beside the model: what it can be asked, and what it answers, greedily.

    python -m tools.demo.questions

The window takes its suggestions from that file, and the tests ask every question in it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable
from pathlib import Path

from runtime.conversation import Effort
from tools.demo.topics import Text, Topic, name_the_app
from tools.demo.train import FOLDER

SUGGESTED = ("what-is-chorale", "panes", "privacy", "date", "requirements", "who-are-you")


def questions(text: Text) -> dict[str, object]:
    """The whole file, as JSON values."""
    topics = text.topics | {"date": text.date.topic}
    plain = [topic for topic in text.topics.values() if topic.ask and topic.id not in text.frames]
    return {
        "suggestions": [name_the_app(topics[name].ask[0]) for name in SUGGESTED],
        "questions": [_question(topic) for topic in plain],
        "unknown": [_question(text.topics[name]) for name in text.frames],
        "follow_ups": [
            {
                "before": name_the_app(text.topics[earlier].ask[0]),
                "ask": list(follow_up.ask),
                "held_out": list(follow_up.held),
                "id": meant,
                **_said(text.topics[meant]),
            }
            for follow_up in text.follow_ups
            for earlier, meant in follow_up.after.items()
        ],
        "date": {
            "ask": list(text.date.topic.ask),
            "held_out": list(text.date.topic.held),
            "thoughts": _by_effort(lambda effort: text.date.reply(effort, "{date}", "{weekday}")[0].content),
            "thoughts_after": _by_effort(
                lambda effort: text.date.reply(effort, "{date}", "{weekday}")[3].content
            ),
            "answer": text.date.answer,
            "without_tool": _said(text.date.topic),
        },
    }


def _question(topic: Topic) -> dict[str, object]:
    return {
        "id": topic.id,
        "ask": _named(topic.ask),
        "held_out": _named(topic.held),
        **_said(topic),
    }


def _said(topic: Topic) -> dict[str, object]:
    return {"thoughts": _by_effort(topic.thoughts), "answer": topic.answer}


def _named(wordings: Iterable[str]) -> list[str]:
    return [name_the_app(wording) for wording in wordings]


def _by_effort(thoughts: Callable[[Effort], str]) -> dict[str, str]:
    return {effort.value: thoughts(effort) for effort in Effort}


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description="Write the demo's questions and answers.")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    folder = parser.parse_args().folder
    data = json.dumps(questions(Text.read()), ensure_ascii=False, indent=1)
    (folder / "questions.json").write_text(data + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
