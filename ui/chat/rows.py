"""The rows of a conversation: what each one is, and how high it stands or will stand. No widgets here.

A conversation of thousands of messages has thousands of rows but only as many widgets as fit the window.
A row that has never been shown has an estimated height; `ui.chat.transcript` corrects it when it comes in sight.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from app.history.tree import Answer, Node, Question
from ui.answers.answer import AnswerState
from ui.answers.voices import Voice, Voices
from ui.chat.question import QuestionState
from ui.style import READING_WIDTH

GAP_AFTER_QUESTION = 2  # below the bar of buttons
GAP_AFTER_ANSWER = 40
_CHARACTER = 7.6  # pixels, roughly, for the estimate
_LINE = 22


@dataclass(slots=True, eq=False)
class Row:
    """One question or one answer.

    Attributes:
        content: the state of a question or of an answer.
        node: its number in the tree of the conversation; None until it has one, and for a try that broke off
            before it said anything.
        height: in pixels, as far as known.
        measured_width: the width that `height` was measured at; 0 for an estimate.
    """

    content: QuestionState | AnswerState
    node: int | None = None
    height: int = 0
    measured_width: int = 0

    @property
    def gap(self) -> int:
        """Room below: an answer stands closer to its own question than to the next one."""
        return GAP_AFTER_QUESTION if self.is_question else GAP_AFTER_ANSWER

    @property
    def is_question(self) -> bool:
        return isinstance(self.content, QuestionState)

    def estimate(self, width: int) -> None:
        """Guess the height at `width`, from the amount of text."""
        if isinstance(self.content, QuestionState):
            text, around = self.content.words[:3000], 54
        else:
            text, around = self.content.voices.text(Voice.FINAL), 36
        letters = max(20.0, min(width, READING_WIDTH) / _CHARACTER)
        lines = sum(1 + int(len(line) / letters) for line in text.split("\n")) if text else 1
        self.height, self.measured_width = around + lines * _LINE, 0


class Rows(Sequence[Row]):
    """All rows, with the places they stand at."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._tops: list[int] | None = None

    def __getitem__(self, index: int) -> Row:  # type: ignore[override]
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def reset(self, rows: Iterable[Row]) -> None:
        """Hold these rows and no others."""
        self._rows = list(rows)
        self._tops = None

    def append(self, row: Row) -> None:
        self._rows.append(row)
        self._tops = None

    def pop(self, index: int = -1) -> Row:
        self._tops = None
        return self._rows.pop(index)

    def estimate(self, width: int) -> None:
        """Guess every height anew, for another width."""
        for row in self._rows:
            row.estimate(width)
        self._tops = None

    def measured(self, index: int, height: int, width: int) -> None:
        """Row `index` is really `height` high at `width`."""
        row = self._rows[index]
        if row.height != height:
            self._tops = None
        row.height, row.measured_width = height, width

    @property
    def tops(self) -> list[int]:
        """Where each row begins, and at the end where one more would."""
        if self._tops is None:
            self._tops = list(accumulate((row.height + row.gap for row in self._rows), initial=0))
        return self._tops

    @property
    def total(self) -> int:
        """Height of all rows together."""
        return self.tops[-1] - self._rows[-1].gap if self._rows else 0

    def at(self, y: int) -> int:
        """The row at height `y`, or the nearest one."""
        return max(0, min(len(self._rows) - 1, bisect_right(self.tops, y) - 1))


def row_of(node: Node, is_open: dict[Voice, bool]) -> Row:
    """The row of a node that is kept."""
    match node.content:
        case Question(text=text, files=files):
            return Row(QuestionState(text, files), node.id)
        case Answer() as answer:
            return Row(AnswerState(Voices.kept(answer), dict(is_open)), node.id)


def adopt(rows: Iterable[Row], path: Sequence[Node]) -> None:
    """Give rows that were begun on the screen the numbers that their nodes have got meanwhile.

    A try that broke off before it said anything has a row and no node; it keeps none.
    """
    left = list(reversed(path))
    for row in rows:
        is_same_kind = left and row.is_question == isinstance(left[-1].content, Question)
        if is_same_kind and row.node in (None, left[-1].id):
            row.node = left.pop().id
