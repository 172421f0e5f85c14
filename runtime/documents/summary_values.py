"""What a summary is and what its making says: frozen values, for whoever shows them.

One run ends with exactly one `SummaryEnded`. Read next: `summaries`, `summarizer`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from runtime.documents.values import Citation, PageKey
from runtime.events import StopReason


class Style(StrEnum):
    """What kind of summary."""

    SHORT = "short"
    DETAILED = "detailed"
    KEY_POINTS = "key-points"
    ACTIONS = "actions"  # what is to be done, by whom, until when; and dates


@dataclass(frozen=True, slots=True)
class SummaryOptions:
    """How to summarise.

    Attributes:
        style: what kind of summary.
        reader: for whom ("a nurse", "the board"); empty for anybody.
        instructions: more to tell the model; may be empty.
        max_tokens: of the last summary; None for as many as suit.
    """

    style: Style = Style.SHORT
    reader: str = ""
    instructions: str = ""
    max_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of a summary and the pages it names; none if it names none."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was read: pages of all documents together, and a sentence that says it."""

    pages_read: int
    pages_total: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A finished summary; places of citations are those in `text`."""

    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class SummaryProgress:
    """`done` of `total` steps at `level` (0: parts of the text); `seconds_left` of all, None if unknown."""

    level: int
    done: int
    total: int
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class PartSummarised:
    """A part was summarised: which pages it holds, and what was said of it."""

    level: int
    pages: tuple[PageKey, ...]
    text: str


@dataclass(frozen=True, slots=True)
class StepRetried:
    """A step went wrong and is done again; `why` is a sentence."""

    level: int
    why: str


@dataclass(frozen=True, slots=True)
class SummaryPaused:
    """Nothing runs until `resume`."""


@dataclass(frozen=True, slots=True)
class SummaryText:
    """Text of the last summary as it is written; `SummaryEnded` replaces it. `begins` when written anew."""

    text: str
    begins: bool = False


@dataclass(frozen=True, slots=True)
class SummaryEnded:
    """The end: STOP or LENGTH with a summary, CANCELLED or ERROR without; `error` is a sentence."""

    reason: StopReason
    summary: Summary | None = None
    error: str | None = None


SummaryEvent = SummaryProgress | PartSummarised | StepRetried | SummaryPaused | SummaryText | SummaryEnded
