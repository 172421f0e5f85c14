"""How well the demo knows its text: the share of whole turns that greedy decoding gets right, and by what margin.

    python -m tools.demo.check

A turn is right when the likeliest token is the wanted one at every place, which is the same as that greedy decoding
writes exactly that turn. The margin of a turn is the smallest distance, in logits, to the second likeliest token.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from runtime.conversation import Conversation, Effort
from runtime.tokenizer import Tokenizer
from tools.demo.batches import batch_of
from tools.demo.lessons import Turn, Writer, date_and_weekday
from tools.demo.network import GptOss, Shape
from tools.demo.topics import TOOL, Text, name_the_app
from tools.demo.train import FOLDER, say

_AT_ONCE = 48


@dataclass(frozen=True, slots=True)
class Case:
    """A turn to check, and what to call it when it is wrong."""

    setting: Conversation
    turn: Turn
    name: str


def plain_setting(effort: Effort = Effort.MEDIUM) -> Conversation:
    """A new conversation as the app begins it."""
    return Conversation((), effort, "2026-11-21", None, (TOOL,))


class Cases:
    """Everything that is checked, by group."""

    def __init__(self, text: Text, writer: Writer) -> None:
        self.text, self.writer = text, writer
        self.draw = random.Random(5)

    def groups(self) -> dict[str, Callable[[], Iterator[Case]]]:
        """Name of the group → its cases."""
        in_scope = [topic for topic in self.text.topics.values() if topic.id not in self.text.frames]
        out = [topic for topic in self.text.topics.values() if topic.id in self.text.frames]
        return {
            "trained wordings": lambda: self._wordings(in_scope, "ask", (Effort.MEDIUM,)),
            "held-out wordings": lambda: self._wordings(in_scope, "held", tuple(Effort)),
            "held-out wordings, lower case, no mark": lambda: self._sloppy(in_scope),
            "held-out wordings, in a conversation": lambda: self._later(in_scope),
            "unknown things, trained": lambda: self._wordings(out, "ask", (Effort.MEDIUM,)),
            "unknown things, held out": lambda: self._wordings(out, "held", tuple(Effort)),
            "follow-ups, trained": lambda: self._follow_ups("ask"),
            "follow-ups, held out": lambda: self._follow_ups("held"),
            "date, trained wordings": lambda: self._dates("ask"),
            "date, held-out wordings": lambda: self._dates("held"),
            "date, no tool": self._no_tool,
        }

    def _wordings(self, topics: Iterable, field: str, efforts: Iterable[Effort]) -> Iterator[Case]:
        for topic in topics:
            for wording in getattr(topic, field):
                for effort in efforts:
                    question = name_the_app(wording)
                    turn = Turn((), question, topic.reply(effort))
                    yield Case(plain_setting(effort), turn, f"{question} → {topic.id}")

    def _sloppy(self, topics: Iterable) -> Iterator[Case]:
        for case in self._wordings(topics, "held", (Effort.LOW,)):
            yield replace(case, turn=replace(case.turn, question=case.turn.question.lower().rstrip("?!. ")))

    def _later(self, topics: Iterable) -> Iterator[Case]:
        for case in self._wordings(topics, "held", (Effort.MEDIUM,)):
            yield replace(case, setting=replace(self._talk(), effort=Effort.MEDIUM))

    def _talk(self) -> Conversation:
        while not (setting := self.writer.setting()).messages:
            pass
        return setting

    def _follow_ups(self, field: str) -> Iterator[Case]:
        effort = Effort.MEDIUM
        for follow_up in self.text.follow_ups:
            for earlier_id, meant in follow_up.after.items():
                earlier = self.text.topics[earlier_id]
                wordings = getattr(follow_up, field)
                for question in wordings if field == "held" else self.draw.sample(wordings, 3):
                    before = name_the_app(self.draw.choice(earlier.ask))
                    turn = Turn((), before, earlier.reply(effort))
                    setting = plain_setting(effort)
                    said = Turn(self.writer.finished(turn), question, self.text.topics[meant].reply(effort))
                    yield Case(setting, said, f"{before} | {question} → {meant}")

    def _dates(self, field: str) -> Iterator[Case]:
        topic = self.text.date.topic
        for wording in getattr(topic, field):
            for effort in Effort:
                for _ in range(1 if field == "ask" else 6):
                    date, weekday = date_and_weekday(self.draw)
                    turn = Turn((), wording, self.text.date.reply(effort, date, weekday))
                    yield Case(plain_setting(effort), turn, f"{wording} → {weekday}, {date}")

    def _no_tool(self) -> Iterator[Case]:
        topic = self.text.date.topic
        for wording in [*topic.ask, *topic.held]:
            setting = replace(plain_setting(), tools=())
            yield Case(setting, Turn((), wording, topic.reply(Effort.MEDIUM)), f"{wording} → no tool")


@torch.no_grad()
def results(network: GptOss, writer: Writer, cases: Iterable[Case]) -> Iterator[tuple[Case, float]]:
    """Each case with its margin, which is negative where greedy decoding leaves the wanted text."""
    network.eval()
    by_setting: dict[int, list[Case]] = {}
    settings: list[Conversation] = []
    for case in cases:
        if case.setting not in settings:
            settings.append(case.setting)
        by_setting.setdefault(settings.index(case.setting), []).append(case)
    for cases_of_one in by_setting.values():
        for start in range(0, len(cases_of_one), _AT_ONCE):
            some = cases_of_one[start : start + _AT_ONCE]
            batch = batch_of([writer.lesson(some[0].setting, [case.turn for case in some])])
            counted = (batch.weights >= 1) & (batch.branch >= 0)
            hidden, _ = network(batch)
            logits = network.logits(hidden[batch.rows[counted]])
            targets = batch.targets[counted, None]
            wanted = logits.gather(1, targets)[:, 0]
            margins = wanted - logits.scatter(1, targets, -torch.inf).amax(1)
            for index, case in enumerate(some):
                yield case, float(margins[batch.branch[counted] == index].min())


def load(state: Path, tokenizer: Tokenizer) -> GptOss:
    """The network of a training state, rounded as in the file."""
    network = GptOss(Shape(tokenizer.vocabulary_size))
    network.load_state_dict(torch.load(state, weights_only=True)["network"])
    return network


def main() -> None:
    """Check and say."""
    parser = argparse.ArgumentParser(description="Check what Chorale's demo model answers.")
    parser.add_argument("--state", type=Path, default=Path("build/demo/state.pt"))
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--wrong", type=int, default=12, help="how many wrong turns to name")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--int8", action="store_true", help="round activations as the fast kernels do")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    tokenizer = Tokenizer.load(options.folder)
    text = Text.read()
    writer = Writer(text, tokenizer, 7)
    network = load(options.state, tokenizer)
    network.rounding.activations = options.int8
    for name, cases in Cases(text, writer).groups().items():
        found = list(results(network, writer, cases()))
        wrong = [(margin, case.name) for case, margin in found if margin <= 0]
        margins = sorted(margin for _, margin in found)
        say(
            f"{name}: {len(found) - len(wrong)} of {len(found)} ({1 - len(wrong) / len(found):.1%}), "
            f"margin of the weakest 5 % {margins[len(margins) // 20]:.2f}, median {margins[len(margins) // 2]:.2f}"
        )
        for margin, case_name in sorted(wrong)[: options.wrong]:
            say(f"    {margin:.2f}  {case_name!r}")


if __name__ == "__main__":
    main()
