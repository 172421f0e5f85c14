"""What the window shows of documents: files with their cost, the pages an answer names, a page's text, a summary.

Frozen values only. `app.document_desk` and `app.document_chat` make them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class FileState(StrEnum):
    """What became of an attached file."""

    WAITING = "waiting"  # others are read first
    READING = "reading"
    READY = "ready"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file of the conversation.

    Attributes:
        key: names it to the desk.
        id: names it to the model, `D1`.
        name: without folders.
        state: what became of it.
        pages_done, pages_total: while it is read, and afterwards; the total is None if unknown.
        tokens: what its whole text takes; None as long as no model is loaded to count with.
        is_whole: whether that text goes into the prompt; otherwise it is searched.
        is_sent: whether a message has told the model of it; then it stays.
        problems: sentences: why it is refused, or what of it could not be read.
        kind: `PDF document`, once it is read.
        size_bytes: of the file; 0 if unknown.
        pages_read: those whose text is known, blank ones included.
    """

    key: int
    id: str
    name: str
    state: FileState = FileState.WAITING
    pages_done: int = 0
    pages_total: int | None = None
    tokens: int | None = None
    is_whole: bool = True
    is_sent: bool = False
    problems: tuple[str, ...] = ()
    kind: str = ""
    size_bytes: int = 0
    pages_read: int = 0


@dataclass(frozen=True, slots=True)
class Price:
    """Tokens that a message would take.

    Attributes:
        documents: of the files that go with it.
        message: of its text.
        used: of the conversation so far.
        limit: what the model can hold.
        whole, searched: names of the files that go into the prompt, and of those that are searched.
    """

    documents: int
    message: int
    used: int
    limit: int
    whole: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return self.documents + self.message + self.used

    @property
    def fits(self) -> bool:
        """Whether it can be sent, with a token left for the answer."""
        return self.total < self.limit


@dataclass(frozen=True, slots=True)
class Mention:
    """A page that an answer names.

    Attributes:
        document, page: which; `document` is empty if the answer does not say it.
        file: the file's name; empty if there is no such file or page.
        was_shown: whether the model had been shown it.
        start, end: where the brackets stand in the answer.
    """

    document: str
    page: int
    file: str
    was_shown: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PageText:
    """A page to be read.

    Attributes:
        document, number: which.
        file: the file's name.
        total: pages of the file that there are.
        label: what people call the page.
        text: empty if nothing could be read, and then `note` says why.
        was_shown: whether the model was shown it.
        place: the cited place, from and to a character; None if it was not found.
    """

    document: str
    number: int
    file: str
    total: int
    label: str
    text: str
    note: str = ""
    was_shown: bool = True
    place: tuple[int, int] | None = None


class SummaryStyle(StrEnum):
    """What kind of summary."""

    SHORT = "short"
    DETAILED = "detailed"
    KEY_POINTS = "key-points"
    ACTIONS = "actions"


@dataclass(frozen=True, slots=True)
class SummaryOrder:
    """A summary that is asked for: of which files, how, and for whom (empty for anybody).

    Attributes:
        asked: what stands as the person's question, in their language; empty is plain English.
    """

    keys: tuple[int, ...]
    style: SummaryStyle = SummaryStyle.SHORT
    reader: str = ""
    asked: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class SummaryStep:
    """How far a summary is.

    Attributes:
        level: 0 while parts of the text are read, then how often summaries were summarised.
        done, total: steps of this level.
        seconds_left: of everything; None if unknown.
        is_paused: whether nothing runs until it is resumed.
        is_writing: whether the summary itself is being written.
        note: a sentence about something that is tried again.
    """

    level: int = 0
    done: int = 0
    total: int = 0
    seconds_left: float | None = None
    is_paused: bool = False
    is_writing: bool = False
    note: str = ""
