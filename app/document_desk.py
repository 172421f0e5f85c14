"""The files of the window's conversation: they are read here, priced, handed to the model, and looked up.

A file is first attached (`add`), read (`read`, on a worker thread), and goes to the model with the next
message (`hand_over`), whole if there is room, else to be searched. Until then it can be removed. Pages stay to
be looked up as long as the conversation lasts. Read next: `document_chat`, which sends; `documents`, `desk_pages`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from app.attachments import AttachedFile, FileState, Mention, PageText, Price
from app.desk_file import DeskFile, Reader, costs_of, described, old_file, shown_of
from app.desk_pages import DeskPages
from app.document_tokens import TokenCount
from app.documents import DocumentShelf, without_text
from app.history.values import KeptDocument
from app.kept_documents import OldDocument, number_of
from app.tools import Tool
from models.errors import AppError, Cancelled, InputError
from runtime.documents.chunks import Count
from runtime.documents.prompt import Placed
from runtime.documents.values import Document, DocumentRead, PageKey, ReadProgress

_MESSAGE_TOKENS = 16  # of a message's frame, and of the answer's beginning
_SHORT_MESSAGE = 1500  # characters


class DocumentDesk:
    """The files of one conversation after the other. May be used from any thread.

    Args:
        new_reader: makes what reads one file; may raise `AppError`.
    """

    def __init__(self, new_reader: Callable[[], Reader]) -> None:
        self._new_reader = new_reader
        self._lock = threading.RLock()
        self._files: dict[int, DeskFile] = {}
        self._last_key = 0
        self._first_key = 1  # of this conversation; ids count from here
        self._model: TokenCount | None = None
        self._shelf: DocumentShelf | None = None
        self._summarised: set[PageKey] = set()
        self._shown_before: frozenset[PageKey] = frozenset()  # when the conversation was open another time
        self._told_before: tuple[Placed, ...] = ()  # then, and not on the shelf yet

    # -- files -----------------------------------------------------------------------------------

    def files(self) -> tuple[AttachedFile, ...]:
        """The files as they stand, in order."""
        with self._lock:
            self._place()
            return tuple(file.face for file in self._files.values() if not file.is_removed)

    def add(self, path: str) -> int:
        """Attach a file, still unread, unless it is there already; its key. Nothing of the disk is touched."""
        with self._lock:
            for key, file in self._files.items():
                waits = not (file.is_removed or file.face.is_sent or file.face.state is FileState.REFUSED)
                if waits and file.path == Path(path):
                    return key
            self._last_key += 1
            key = self._last_key
            face = AttachedFile(key, f"D{key - self._first_key + 1}", Path(path).name or path)
            self._files[key] = DeskFile(face, Path(path))
            return key

    def read(self, key: int) -> Iterator[tuple[AttachedFile, ...]]:
        """Read a file that waits, yielding all files as they stand then. Blocks."""
        with self._lock:
            file = self._files.get(key)
            if file is None or file.is_removed or file.face.state is not FileState.WAITING:
                return
            file.face = replace(file.face, state=FileState.READING)
        try:
            reader = file.reader = self._new_reader()
            yield self.files()
            for event in reader.read(file.path):
                if file.is_removed:
                    return
                match event:
                    case ReadProgress(_, done, total):
                        file.face = replace(file.face, pages_done=done, pages_total=total)
                    case DocumentRead(document):
                        self._take(file, document)
                yield self.files()
        except Cancelled:
            return
        except AppError as error:
            file.face = replace(file.face, state=FileState.REFUSED, problems=(error.user_text,))
            yield self.files()

    def _take(self, file: DeskFile, document: Document) -> None:
        if not document.has_text:
            raise InputError(without_text(document))
        with self._lock:
            model = self._model
        costs = costs_of(model, file.face.id, document) if model else None
        with self._lock:
            file.document = document
            if model is self._model:
                file.costs = costs
            file.face = described(file.face, document)

    def remove(self, key: int) -> None:
        """Take a file away that no message has told of; it is read no further."""
        with self._lock:
            file = self._files.get(key)
            if file is not None and not file.face.is_sent:
                file.is_removed = True
                if file.reader is not None:
                    file.reader.cancel()
                if not any(document == file.face.id for document, _ in self._summarised):
                    del self._files[key]  # else its pages can still be looked up

    def clear(self, files_before: int = 0, old: Sequence[OldDocument] = ()) -> None:
        """Forget everything, for another conversation, of which the model was told `files_before` files.

        Pages of `old`, which are among these, can be looked up and summarised.
        """
        with self._lock:
            for file in self._files.values():
                file.is_removed = True
                if file.reader is not None:
                    file.reader.cancel()
            self._files = {}
            self._first_key = self._last_key + 1
            self._last_key += files_before
            self._summarised = set()
            if self._shelf is not None:
                self._shelf.close()
            self._shelf = None
            for each in old:
                key = self._first_key + number_of(each.id) - 1
                self._files[key] = old_file(key, each)
                if each.is_summarised:
                    self._summarised |= {(each.id, page.number) for page in each.document.pages}
            self._shown_before = frozenset(key for each in old for key in shown_of(each))
            self._told_before = tuple(
                Placed(each.id, each.document, each.is_whole)
                for each in old
                if each.is_told and each.document.pages
            )

    # -- counting --------------------------------------------------------------------------------

    def use(self, count: Count, context_length: int) -> None:
        """A model is loaded: its tokens count from now on. `weigh` then counts what was read before."""
        with self._lock:
            self._model = TokenCount(count, context_length)
            for file in self._files.values():
                file.costs = None
            if self._shelf is not None:
                self._shelf.use(self._model.tokens, context_length)

    def weigh(self) -> tuple[AttachedFile, ...]:
        """Count what is not counted yet. Blocks."""
        with self._lock:
            model = self._model
            files = [
                file for file in self._files.values() if not file.face.is_sent
            ]  # the others cost nothing more
        for file in files:
            if model is not None and file.document is not None and file.costs is None:
                costs = costs_of(model, file.face.id, file.document)
                with self._lock:
                    if model is self._model:  # else another one is loaded by now, which counts otherwise
                        file.costs = costs
        return self.files()

    def price(self, text: str, used: int) -> Price | None:
        """What sending `text` now would take, `used` tokens of conversation included.

        None without a model, and for a short message alone, which is not worth counting.
        """
        with self._lock:
            if self._model is None:
                return None
            self._place()
            going = self._pending()
            if not going and len(text) < _SHORT_MESSAGE:
                return None
            documents = sum(file.costs[0 if file.face.is_whole else 1] for file in going if file.costs)
            whole = tuple(file.face.name for file in going if file.face.is_whole)
            searched = tuple(file.face.name for file in going if not file.face.is_whole)
            model = self._model
        message = model.tokens(text) + _MESSAGE_TOKENS if text.strip() else 0
        return Price(documents, message, used, model.context_length, whole, searched)

    def _pending(self) -> list[DeskFile]:
        """What goes with the next message."""
        return [
            file
            for file in self._files.values()
            if file.document is not None and not file.is_removed and not file.face.is_sent
        ]

    def _place(self) -> None:
        """Say of each file that waits whether it will be whole."""
        if self._model is None:
            return
        left = self._shelf_now(self._model).whole_tokens_left
        for file in self._pending():
            if file.costs is not None:
                is_whole = file.costs[0] <= left
                left -= file.costs[0] if is_whole else 0
                file.face = replace(file.face, tokens=file.costs[0], is_whole=is_whole)

    def _shelf_now(self, model: TokenCount) -> DocumentShelf:
        if self._shelf is None:
            self._shelf = DocumentShelf(model.tokens, model.context_length)
        return self._shelf

    # -- to the model ----------------------------------------------------------------------------

    def why_not_now(self) -> str | None:
        """A sentence if a message must wait for its files."""
        with self._lock:
            for file in self._files.values():
                if not file.is_removed and file.face.state in (FileState.WAITING, FileState.READING):
                    return f"{file.face.name} is still being read. Wait for it, or remove it."
        return None

    def hand_over(self) -> tuple[str, Callable[[], None]]:
        """The message that gives the model the files that wait (empty if none), and what takes it back.

        Raises `InputError` if no model is loaded.
        """
        with self._lock:
            if self._model is None:
                raise InputError("No model is loaded. Load one first.")
            shelf = self._shelf_now(self._model)
        self._bring_back(shelf)
        with self._lock:
            going = self._pending()
            first = len(shelf.attached)
            for file in going:
                file.face = replace(file.face, is_sent=True)
        for file in going:  # without the lock: indexing takes time, and the window looks here meanwhile
            assert file.document is not None
            attached = shelf.add(file.document, file.face.id)
            file.face = replace(file.face, is_whole=attached.placed.is_whole)

        def take_back() -> None:
            shelf.put_back(first)
            for file in going:
                file.face = replace(file.face, is_sent=False)

        return shelf.take_text(), take_back

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The tools that search the files; none while every one stands whole in the prompt. On a worker thread."""
        with self._lock:
            shelf = self._shelf_now(self._model) if self._model is not None else self._shelf
        if shelf is None:
            return ()
        self._bring_back(shelf)
        return shelf.tools

    def _bring_back(self, shelf: DocumentShelf) -> None:
        """Have files of before on the shelf, too. Without the lock: indexing takes time, and the window looks here."""
        with self._lock:
            told, self._told_before = self._told_before, ()
        for placed in told:
            shelf.bring_back(placed)

    @property
    def has_files(self) -> bool:
        """Whether the model was shown text of files, which is not the user's."""
        with self._lock:
            on_shelf = self._shelf is not None and bool(self._shelf.attached)
            return on_shelf or bool(self._summarised) or bool(self._told_before)

    def placed(self, keys: Collection[int]) -> list[Placed]:
        """These files, for a summary. Raises `InputError` if one is not read."""
        with self._lock:
            placed = []
            for key in keys:
                file = self._files.get(key)
                if file is None or file.document is None or not file.is_kept:
                    raise InputError("The file is not there any more. Attach it again.")
                placed.append(Placed(file.face.id, file.document))
            return placed

    def counting(self) -> tuple[Count, int]:
        """How the model counts, and its context. Raises `InputError` if none is loaded."""
        with self._lock:
            if self._model is None:
                raise InputError("No model is loaded. Load one first.")
            return self._model.tokens, self._model.context_length

    def note_summarised(self, placed: Sequence[Placed]) -> None:
        """The model was shown these documents, part by part."""
        with self._lock:
            self._summarised |= {(each.id, page.number) for each in placed for page in each.document.pages}

    @property
    def told(self) -> tuple[KeptDocument, ...]:
        """The documents that the model was told of, to be kept with the conversation."""
        with self._lock:
            summarised = {id for id, _ in self._summarised}
            return tuple(
                KeptDocument(file.face.id, file.document, file.face.id in summarised)
                for file in self._files.values()
                if file.document is not None
                and file.is_kept
                and (file.face.is_sent or file.face.id in summarised)
            )

    # -- looking up ------------------------------------------------------------------------------

    def mentions(self, answer: str) -> tuple[Mention, ...]:
        """The pages that an answer names, checked against what the model was shown until now."""
        return self._pages().mentions(answer)

    def page(self, document: str, number: int, claim: str = "") -> PageText | None:
        """A page, and the place on it that bears out `claim`; None if there is no such page."""
        return self._pages().page(document, number, claim)

    def first_page_of(self, key: int) -> PageText | None:
        """The first page of a file; None if it is not read."""
        with self._lock:
            file = self._files.get(key)
        return self.page(file.face.id, 1) if file is not None else None

    @property
    def is_alone(self) -> bool:
        """Whether there is one file only, and it can be read, so that a page needs no file's name."""
        with self._lock:
            return [file.is_kept for file in self._files.values() if file.document is not None] == [True]

    def _pages(self) -> DeskPages:
        with self._lock:
            shown = self._shelf.shown if self._shelf is not None else frozenset()
            return DeskPages(tuple(self._files.values()), shown | self._summarised | self._shown_before)
