"""Files without a disk: a reader that knows its documents, a desk with some on it, a chat that can summarise.

desk = desk_with(document("a.pdf", "one"), known=[document("b.pdf", "two")])      # b.pdf can be attached
chat = SummarisingChat(desk, summary=[SummaryStep(0, 1, 4, 90.0), hold, *say("- It says one [D1 p. 1].")])
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from app.attachments import SummaryOrder
from app.document_desk import DocumentDesk
from models.errors import Cancelled, InputError
from runtime.documents.values import Document, DocumentRead, ReadEvent, ReadProgress
from tests.fakes.chat import PATIENCE_S, FakeChat, Step, end
from tests.support.documents.making import count_words
from ui.services import TalkEvent


class ScriptedReader:
    """Reads what it was given, or refuses; with `holds`, waits after the first page for `release` or `cancel`."""

    def __init__(self, found: dict[str, Document], *, holds: bool = False) -> None:
        self._found = found
        self._gate = threading.Event()
        self._holds = holds
        self.is_cancelled = False

    def read(self, path: Path) -> Iterator[ReadEvent]:
        if path.name not in self._found:
            raise InputError(
                f"{path.name} is protected by a password. Save a copy without it, and attach that."
            )
        document = self._found[path.name]
        yield ReadProgress(path.name, 1, document.pages_total)
        if self._holds and not self._gate.wait(PATIENCE_S):
            raise TimeoutError("Nobody released this reader.")
        if self.is_cancelled:
            raise Cancelled
        yield DocumentRead(document)

    def cancel(self) -> None:
        self.is_cancelled = True
        self._gate.set()

    def release(self) -> None:
        self._gate.set()


def desk_with(
    *documents: Document,
    context: int = 8000,
    has_model: bool = True,
    known: Iterable[Document] = (),
    reader: ScriptedReader | None = None,
) -> DocumentDesk:
    """A desk on which `documents` are read already; those `known` can be attached."""
    found = {each.name: each for each in (*documents, *known)}
    desk = DocumentDesk(lambda: reader or ScriptedReader(found))
    if has_model:
        desk.use(count_words, context)
    for each in documents:
        list(desk.read(desk.add(f"folder/{each.name}")))
    return desk


class SummarisingChat(FakeChat):
    """A `FakeChat` with files: what waits on the desk goes with each message; `summary` is a script.

    `orders` is every summary asked for; `held` counts pauses, `freed` resumptions.
    """

    def __init__(self, desk: DocumentDesk, *scripts: Sequence[Step], summary: Sequence[Step] = ()) -> None:
        super().__init__(*scripts)
        self._desk = desk
        self._summary = list(summary)
        self.orders: list[SummaryOrder] = []
        self.held = self.freed = 0

    def send(self, text: str) -> Iterator[TalkEvent]:
        events = super().send(text)
        self._desk.hand_over()
        return events

    def summarize(self, order: SummaryOrder) -> Iterator[TalkEvent]:
        self.orders.append(order)
        self._desk.note_summarised(self._desk.placed(order.keys))
        self._stopped = False
        return self._answer_with([*self._summary, end()])

    def pause(self) -> None:
        self.held += 1

    def resume(self) -> None:
        self.freed += 1

    def _answer_with(self, script: list[Step]) -> Iterator[TalkEvent]:
        kept, self._scripts = self._scripts, [script]
        try:
            yield from self._answer()
        finally:
            self._scripts = kept
