"""Keeps the open conversation: what changes in its tree goes into the history, in order, on a thread of its own.

    Talk ── KeptTree ──► KeptConversation ──► Scribe (one thread) ──► HistoryInterface

Who streams waits until a message is kept; who only chooses waits for nothing. A history that cannot be written
costs one sentence, never an answer: as soon as it can be written again, all that is missing follows.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from app.history.interface import HistoryInterface
from app.history.tree import Node, Question
from app.history.values import Access, ChatSettings, Entry, KeptDocument
from app.kept_documents import is_named
from app.logs import log_bug
from models.errors import AppError, InputError

T = TypeVar("T")
_TITLE = 60  # characters of a first question that stand for a title


class Scribe:
    """Writes into one history, one thing after the other.

    Args:
        days: how long conversations are kept; older ones are removed once, when the history is open.
    """

    def __init__(self, history: HistoryInterface, days: int | None = None) -> None:
        self.history = history
        self._days = days
        self._lock = threading.Lock()
        self._notes: deque[str] = deque()
        self._last_note = ""
        self._left = 0  # handed in and not done
        # Not a daemon: when the process ends, Python waits for what was handed in.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="chorale-history")
        self._thread.submit(self._try, history.prepare)

    def later(self, work: Callable[[], object]) -> None:
        """Do this soon."""
        self._hand_in(work)

    def now(self, work: Callable[[], object]) -> None:
        """Do this and wait for it, but not for a keychain: that would hold up an answer.

        What goes wrong becomes a note; after `close` nothing is done any more.
        """
        handed_in = self._hand_in(work)
        if handed_in is not None and self.history.access is not Access.OPENING:
            handed_in.result()

    def _hand_in(self, work: Callable[[], object]) -> Future[None] | None:
        with self._lock:
            self._left += 1
        with suppress(RuntimeError):  # after `close`
            return self._thread.submit(self._do, work)
        return None

    def _do(self, work: Callable[[], object]) -> None:
        try:
            self._try(work)
        finally:
            with self._lock:
                self._left -= 1

    def ask(self, question: Callable[[], T]) -> T:
        """What the history says, once all that was handed in is done. Raises `AppError`."""

        def answer() -> T:
            self._attempt(self._tidy)  # first: else what is opened now may be removed while it is talked in
            return question()

        return self._thread.submit(answer).result()

    def take_notes(self) -> tuple[str, ...]:
        """Sentences about what went wrong since the last time; the same one once, until `remind`."""
        with self._lock:
            notes = tuple(self._notes)
            self._notes.clear()
        return notes

    def remind(self) -> None:
        """Something else is asked: what still goes wrong is said again."""
        with self._lock:
            self._last_note = ""

    def close(self) -> None:
        """Wait until all is done; also for the keychain, if something is to be kept that has not been yet."""
        if not self._left:
            self.history.give_up()
        self._thread.shutdown()

    @property
    def is_open(self) -> bool:
        """On the scribe's thread."""
        return self.history.prepare() is Access.OPEN

    def _tidy(self) -> None:
        if self._days is not None and self.is_open:
            days, self._days = self._days, None
            self.history.remove_older_than(days)

    def _try(self, work: Callable[[], object]) -> None:
        self._attempt(self._tidy)
        if self._attempt(work):
            self._last_note = ""

    def _attempt(self, work: Callable[[], object]) -> bool:
        """Do this; whether it went well."""
        try:
            work()
        except AppError as error:
            self._note(error.user_text)
        except Exception as error:  # nobody asks for this thread's result
            log_bug(error)
            self._note("This conversation could not be kept on the disk. It stays in this window.")
        else:
            return True
        return False

    def _note(self, sentence: str) -> None:
        with self._lock:
            if sentence != self._last_note:
                self._notes.append(sentence)
            self._last_note = sentence


class KeptConversation:
    """One conversation's place in the history (`app.kept_tree.Keeping`).

    Attributes:
        entry: as the list shows it; None until something was kept.
        nodes: gives all nodes, for what is missing in the history.
        documents: gives the documents that the model was told of.
        settings: what it is set to.
        on_listed: called when the list may look different.
    """

    def __init__(
        self,
        scribe: Scribe,
        settings: ChatSettings,
        on_listed: Callable[[], None],
        entry: Entry | None = None,
    ) -> None:
        self.entry = entry
        self.nodes: Callable[[], tuple[Node, ...]] = lambda: ()
        self.documents: Callable[[], tuple[KeptDocument, ...]] = lambda: ()
        self._documents_kept: dict[str, bool] = {}  # by id, whether as summarised
        self._scribe = scribe
        self.settings = settings
        self._on_listed = on_listed
        self._is_behind = entry is None  # whether nodes are missing in the history

    def put(self, node: Node, leaf: int) -> None:
        self._scribe.now(lambda: self._put(node, leaf))

    def _put(self, node: Node, leaf: int) -> None:
        if not self._scribe.is_open:
            self._is_behind = True
            return
        history = self._scribe.history
        missing = self.nodes() if self._is_behind else (node,)
        is_new = self.entry is None
        self._is_behind = True
        if self.entry is None:
            now = time.time()
            number = history.create(self.settings)
            self.entry = Entry(number, _beginning(missing), False, "", False, now, now)
        for each in missing:
            history.put(self.entry.id, each, leaf)
        self._keep_documents(self.entry.id)
        self._is_behind = False
        if is_new or isinstance(node.content, Question):
            self.refresh()
            self._on_listed()

    def _keep_documents(self, entry: int) -> None:
        for each in self.documents():
            if self._documents_kept.get(each.id) != each.is_summarised and is_named(each.id, self.nodes()):
                self._scribe.history.keep_document(entry, each)
                self._documents_kept[each.id] = each.is_summarised

    def note_documents(self, kept: Iterable[KeptDocument]) -> None:
        """These are in the history already."""
        self._documents_kept = {each.id: each.is_summarised for each in kept}

    def leave(self) -> None:
        """Another conversation is opened: what is still to be kept of this one is what was told until now."""
        told = self.documents()
        self.documents = lambda: told

    def show(self, leaf: int | None) -> None:
        self._scribe.later(lambda: self._with_entry(lambda entry: self._scribe.history.show(entry, leaf)))

    def take_out(self, nodes: tuple[int, ...], leaf: int | None) -> None:
        def work(entry: int) -> None:
            left = self.nodes()
            files = tuple(id for id in self._documents_kept if not is_named(id, left))
            self._scribe.history.take_out(entry, nodes, leaf, files)
            for id in files:
                del self._documents_kept[id]

        self._scribe.later(lambda: self._with_entry(work))

    def configure(self, settings: ChatSettings) -> None:
        """Keep other settings."""
        self.settings = settings
        self._scribe.later(
            lambda: self._with_entry(lambda entry: self._scribe.history.configure(entry, settings))
        )

    def title(self, title: str) -> None:
        """Keep a title that the model made, unless a person gave one."""

        def work(entry: int) -> None:
            history = self._scribe.history
            self.refresh()
            if self.entry is not None and not self.entry.has_title:
                history.rename(entry, title)
                self.refresh()
                self._on_listed()

        self._scribe.now(lambda: self._with_entry(work))

    def refresh(self) -> None:
        """Look again how the list shows it. On the scribe's thread."""
        if self.entry is not None:
            number = self.entry.id
            with suppress(InputError):  # deleted meanwhile: it stays as it was
                self.entry = self._scribe.history.entry(number)

    def _with_entry(self, work: Callable[[int], None]) -> None:
        if self.entry is not None and self._scribe.is_open:
            work(self.entry.id)


def _beginning(nodes: tuple[Node, ...]) -> str:
    """What stands for a title until there is one."""
    for node in nodes:
        if isinstance(node.content, Question):
            words = " ".join(node.content.text.split())
            return words if len(words) <= _TITLE else words[: _TITLE - 1].rstrip() + "…"
    return ""
