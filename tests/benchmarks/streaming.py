"""Measures whether the window stays awake while an answer streams, and how long a long conversation takes to open.

    python -m tests.benchmarks.streaming [--tokens 8000] [--rate 200] [--messages 2000]

The real transcript, painted off the screen, is fed a scripted answer with prose, lists, tables, formulas and
code, in the batches that `ui.background` brings. Measured is every event, on the clock, and every turn of the
event loop, from one wait to the next, in computing time of the window's thread, which other programs on the
machine do not lengthen. What takes longer than a frame (16 ms) is what a person could see.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import dataclass, field

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before Qt is imported

from PySide6.QtCore import QAbstractEventDispatcher, QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from app.history.tree import Answer, Question, Tree
from runtime.conversation import Channel, Message, Role
from runtime.events import TextDelta
from ui import style
from ui.background import INTERVAL_MS
from ui.chat.question import QuestionState
from ui.chat.transcript import Transcript

SECTION = r"""## Section {n}

Some words of an answer that go on for a while, with **strong** ones, `code` and a formula $x_{n}^2 + \frac{a}{b}$ in
between, so that each line of it has something to lay out. They cost $5 or $10, nobody knows.

1. A point with a [link](https://example.org/{n}) and \(\sqrt{n}\).
2. Another point, which is longer than the one before and therefore breaks into a second line of text.

| Name | Value | Formula |
|:--|--:|:--|
| first | {n} | $E_{n} = mc^2$ |
| second | 17 | \(\alpha_{n}\) |

\[ \int_0^{n} e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2} \]

```python
def section_{n}(values: list[float]) -> float:
    # Adds what is there.
    total = 0.0
    for value in values:
        total += value * {n}
    return total
```

"""
WORD = 4  # characters of a token, about


@dataclass
class Turns:
    """What was measured, in seconds.

    Attributes:
        events: every event that the loop hands out, painting among them, on the clock.
        turns: every turn of the loop, from one wait to the next, in computing time of the window's thread.
    """

    events: list[float] = field(default_factory=list)
    turns: list[float] = field(default_factory=list)
    _at: float = -1.0

    def wait(self) -> None:
        now = time.thread_time()
        if self._at >= 0:
            self.turns.append(now - self._at)
        self._at = now

    def said(self) -> str:
        return "\n".join(
            f"  {name}: p50 {_at(values, 0.5):.1f} ms, p99 {_at(values, 0.99):.1f} ms, longest {max(values) * 1e3:.1f} ms, "
            f"{sum(value > 0.016 for value in values)} of {len(values)} longer than 16 ms"
            for name, values in (("events", self.events), ("turns, computing", self.turns))
        )


class TimedApplication(QApplication):
    """An application that measures every event; those within another count as part of it."""

    turns: Turns | None = None
    _depth = 0

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        if self.turns is None or self._depth:
            return super().notify(receiver, event)
        self._depth += 1
        began = time.perf_counter()
        try:
            return super().notify(receiver, event)
        finally:
            self.turns.events.append(time.perf_counter() - began)
            self._depth -= 1


def _at(values: list[float], share: float) -> float:
    """A percentile, in milliseconds."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] * 1e3


def answer(tokens: int, *, one_block: bool = False) -> str:
    """A long answer of about so many tokens."""
    if one_block:
        return "```python\n" + "total = function(value, 'word', 12)  # and so on\n" * (tokens * WORD // 49)
    sections: list[str] = []
    while sum(map(len, sections)) < tokens * WORD:
        sections.append(SECTION.replace("{n}", str(len(sections))))
    return "".join(sections)


def stream(app: TimedApplication, text: str, rate: float) -> Turns:
    """Feed `text` at `rate` tokens a second; every turn of the loop meanwhile."""
    transcript = Transcript()
    transcript.resize(1180, 800)
    transcript.show()
    app.processEvents()
    voices = transcript.begin(QuestionState("Tell me everything."))
    loop, turns = QEventLoop(), Turns()
    dispatcher = QAbstractEventDispatcher.instance()
    dispatcher.aboutToBlock.connect(turns.wait)
    app.turns = turns
    began = time.perf_counter()
    fed = 0

    def feed() -> None:
        nonlocal fed
        due = min(len(text), int((time.perf_counter() - began) * rate) * WORD)
        parts = [text[i : min(due, i + WORD)] for i in range(fed, due, WORD)]
        fed = due
        voices.feed(TextDelta(1, 0, Role.ASSISTANT, Channel.FINAL, None, None, part) for part in parts)
        if fed == len(text):
            timer.stop()
            voices.close()
            QTimer.singleShot(2000, loop.quit)
        transcript.refresh_last()

    timer = QTimer(interval=INTERVAL_MS)
    timer.timeout.connect(feed)
    timer.start()
    loop.exec()
    app.turns = None
    dispatcher.aboutToBlock.disconnect(turns.wait)
    transcript.close()
    transcript.deleteLater()
    return turns


def opening(app: QApplication, messages: int) -> float:
    """Seconds to the first picture of a conversation of so many messages."""
    transcript = Transcript()
    transcript.resize(1180, 800)
    transcript.show()
    app.processEvents()
    text = answer(300)
    tree = Tree(clock=lambda: 0.0)
    for i in range(messages // 2):
        tree.add(tree.leaf, Question(f"Question {i}?"))
        tree.add(tree.leaf, Answer((Message(Role.ASSISTANT, text, Channel.FINAL),)))
    began = time.perf_counter()
    transcript.show_path(tree.path())
    transcript.grab()
    seconds = time.perf_counter() - began
    transcript.close()
    return seconds


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tokens", type=int, default=8000)
    parser.add_argument("--rate", type=float, default=200.0)
    parser.add_argument("--messages", type=int, default=2000)
    given = parser.parse_args()
    app = TimedApplication(sys.argv[:1])
    style.apply(app, dark=False)
    for name, one_block in (("prose, lists, tables, formulas, code", False), ("one block of code", True)):
        turns = stream(app, answer(given.tokens, one_block=one_block), given.rate)
        sys.stdout.write(f"{name}, {given.tokens} tokens at {given.rate:.0f} a second\n{turns.said()}\n")
        sys.stdout.flush()
    seconds = [opening(app, given.messages) for _ in range(3)]
    sys.stdout.write(
        f"opening {given.messages} messages: {', '.join(f'{s * 1e3:.0f}' for s in seconds)} ms\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
