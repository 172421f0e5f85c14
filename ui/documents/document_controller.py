"""Conducts the files of a conversation: has them read one after the other, counted and priced.

It knows no widget. Reading runs on a worker thread of its own, so that neither an answer waits for a long file
nor a file for a long answer; pricing runs on another, so that the meter does not wait for either.
Read next: `ui.background`, `ui.documents.chat_documents`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.attachments import AttachedFile, FileState, Price
from models.errors import Cancelled
from ui.background import Background
from ui.error_words import sentence_of
from ui.services import DocumentsInterface

PRICE_AFTER_MS = 150  # of quiet; while somebody types, nothing is counted


class DocumentController(QObject):
    """The files of one conversation.

    Signals:
        changed: the files are others, or stand otherwise.
        settled(AttachedFile): one has been read, or refused.
        priced(Price): what the message would take now; None if that is not known.
        failed(str): a sentence about a mistake of Chorale's own.
    """

    changed = Signal()
    settled = Signal(object)
    priced = Signal(object)
    failed = Signal(str)

    def __init__(self, documents: DocumentsInterface, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._documents = documents
        self._reading = Background(self)
        self._counting = Background(self)
        self._files: tuple[AttachedFile, ...] = documents.files()
        self._text, self._used = "", 0
        self._is_pricing = False
        self._quiet = QTimer(self, singleShot=True, interval=PRICE_AFTER_MS)
        self._quiet.timeout.connect(self._price)

    @property
    def files(self) -> tuple[AttachedFile, ...]:
        return self._files

    def file(self, key: int) -> AttachedFile | None:
        return next((file for file in self._files if file.key == key), None)

    def attach(self, paths: Iterable[str]) -> None:
        """Have files read."""
        for path in paths:
            key = self._documents.add(path)
            self._reading.start(partial(self._documents.read, key), self._take, self._end)
        self._show(self._documents.files())

    def remove(self, key: int) -> None:
        """Take a file away."""
        self._documents.remove(key)
        self._show(self._documents.files())

    def refresh(self) -> None:
        """Files were sent, or taken back."""
        self._show(self._documents.files())

    def weigh(self) -> None:
        """A model was loaded: count in its tokens."""
        self._counting.start(lambda: iter((self._documents.weigh(),)), self._take, self._end)

    def price(self, text: str, used: int) -> None:
        """Say by `priced`, soon, what sending `text` would take."""
        self._text, self._used = text, used
        self._quiet.start()

    def close(self) -> None:
        """End everything."""
        self._quiet.stop()
        self._documents.clear()  # ends what is being read
        self._reading.close()
        self._counting.close()

    def _take(self, told: list[Any]) -> None:
        # Not what was told: a file may have been attached or removed meanwhile.
        self._show(self._documents.files())

    def _show(self, files: tuple[AttachedFile, ...]) -> None:
        if files == self._files:
            return
        before = {file.key: file.state for file in self._files}
        self._files = files
        self.changed.emit()
        for file in files:
            is_settled = file.state in (FileState.READY, FileState.REFUSED) and not file.is_sent
            if is_settled and before.get(file.key) is not file.state:
                self.settled.emit(file)
        self._quiet.start()

    def _end(self, error: BaseException | None) -> None:
        if error is not None and not isinstance(error, Cancelled):
            self.failed.emit(sentence_of(error)[0])

    def _price(self) -> None:
        if self._is_pricing:
            self._quiet.start()
            return
        self._is_pricing = True
        text, used = self._text, self._used

        def work() -> Iterator[Price | None]:
            yield self._documents.price(text, used)

        self._counting.start(work, lambda prices: self.priced.emit(prices[-1]), self._end_price)

    def _end_price(self, error: BaseException | None) -> None:
        self._is_pricing = False
        self._end(error)
