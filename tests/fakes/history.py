"""A history in memory that keeps to what `app.history.store.History` does; one contract test holds both.

FakeHistory()
FakeHistory(clock=clock)                                             # a function that gives seconds
FakeHistory(access=Access.LOCKED, passphrase="my own words")         # unlock() opens it
FakeHistory(access=Access.OPENING)                                   # open once `answered` is set
FakeHistory(access=Access.NO_ANSWER)                                 # unlock() opens it once `answered` is set
FakeHistory(access=Access.KEY_LOST, reason="The key is lost.")       # start_clean() begins anew
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from app.history import documents, rows, stored
from app.history.locks import SHORTEST_PASSPHRASE
from app.history.search import Words, said_in
from app.history.store import DAY_S
from app.history.tree import Node
from app.history.values import (
    Access,
    ChatSettings,
    Entry,
    Hit,
    KeptDocument,
    Protection,
    SavedPrompt,
    Stored,
)
from models.errors import InputError, PolicyError
from tests.fakes.keychain import PATIENCE_S

_GONE = "This conversation was deleted meanwhile."


@dataclass(slots=True)
class _Kept:
    entry: Entry
    title: str
    settings: ChatSettings
    nodes: dict[int, Node] = field(default_factory=dict)
    leaf: int | None = None
    documents: dict[str, KeptDocument] = field(default_factory=dict)


class FakeHistory:
    """All in memory. Usable from any thread, as the real one."""

    def __init__(
        self,
        *,
        access: Access = Access.OPEN,
        protection: Protection = Protection.KEYCHAIN,
        reason: str = "",
        passphrase: str = "",
        must_encrypt: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.access = access
        self.protection = Protection.PASSPHRASE if access is Access.LOCKED else protection
        self.reason = reason or (
            "" if access in (Access.OPEN, Access.OPENING) else f"The conversations cannot be used: {access}."
        )
        self.is_given_up = False
        self.answered = threading.Event()  # of the keychain of one that is OPENING
        self.set_aside = 0  # how often start_clean put something aside
        self._passphrase = passphrase
        self._must_encrypt = must_encrypt
        self._clock = clock
        self._lock = threading.RLock()
        self._kept: dict[int, _Kept] = {}
        self._said: dict[tuple[int, int], int] = {}  # when a node was first said, as a number
        self._prompts: dict[int, SavedPrompt] = {}
        self._last = {"entry": 0, "prompt": 0, "said": 0}

    def prepare(self) -> Access:
        if self.access is Access.OPENING:
            assert self.answered.wait(PATIENCE_S)
            with self._lock:
                self.access = Access.NO_KEYCHAIN if self.is_given_up else Access.OPEN
        return self.access

    def give_up(self) -> None:
        self.is_given_up = not self.answered.is_set()
        self.answered.set()

    def unlock(self, passphrase: str) -> None:
        with self._lock:
            if self.access is Access.LOCKED:
                if passphrase != self._passphrase:
                    raise InputError("This is not the passphrase of the conversations. Try again.")
                self._opened()
            elif self.access is Access.NO_ANSWER and self.answered.is_set():
                self._opened()

    def protect(self, protection: Protection, passphrase: str = "") -> None:
        with self._lock:
            if self.access is Access.FORBIDDEN or (self._must_encrypt and protection is Protection.NONE):
                raise PolicyError("Your organisation does not allow this.")
            if self.access not in (Access.OPEN, Access.NO_KEYCHAIN):
                raise InputError(self.reason)
            if protection is Protection.PASSPHRASE and len(passphrase) < SHORTEST_PASSPHRASE:
                raise InputError(f"A passphrase needs at least {SHORTEST_PASSPHRASE} characters.")
            if protection is Protection.KEYCHAIN and self.access is Access.NO_KEYCHAIN:
                raise InputError(self.reason)
            self.protection, self._passphrase = protection, passphrase
            self._opened()

    def start_clean(self) -> None:
        with self._lock:
            if self.access is Access.FORBIDDEN:
                raise PolicyError(self.reason)
            if self.access is not Access.OPEN:
                self.set_aside += 1
                self._kept.clear()
                self._prompts.clear()
                self.protection = Protection.KEYCHAIN
                self._opened()

    def close(self) -> None:
        pass

    def entries(self, folder: str | None = None) -> tuple[Entry, ...]:
        with self._using():
            entries = [each.entry for each in self._kept.values() if folder in (None, each.entry.folder)]
        return tuple(
            sorted(entries, key=lambda entry: (entry.is_pinned, entry.changed, entry.id), reverse=True)
        )

    def entry(self, entry: int) -> Entry:
        with self._using():
            return self._find(entry).entry

    def folders(self) -> tuple[str, ...]:
        with self._using():
            folders = {each.entry.folder for each in self._kept.values()} - {""}
        return tuple(sorted(folders, key=lambda name: (name.casefold(), name)))

    def search(self, words: str, limit: int = 100) -> tuple[Hit, ...]:
        wanted = Words.of(words)
        with self._using():
            return tuple(self._hits(wanted))[:limit] if wanted else ()

    def rename(self, entry: int, title: str) -> None:
        with self._using():
            self._find(entry).title = rows.one_line(title)
            self._note(entry)

    def pin(self, entry: int, is_pinned: bool) -> None:
        with self._using():
            kept = self._find(entry)
            kept.entry = replace(kept.entry, is_pinned=is_pinned)

    def move(self, entry: int, folder: str) -> None:
        with self._using():
            kept = self._find(entry)
            kept.entry = replace(kept.entry, folder=rows.one_line(folder))

    def remove(self, *entries: int) -> None:
        with self._using():
            for entry in entries:
                self._kept.pop(entry, None)

    def remove_older_than(self, days: int) -> int:
        with self._using():
            oldest = self._clock() - days * DAY_S
            old = [e.id for e in self.entries() if e.changed < oldest and not e.is_pinned]
            self.remove(*old)
            return len(old)

    def create(self, settings: ChatSettings) -> int:
        with self._using():
            id, now = self._next("entry"), self._clock()
            entry = Entry(id, rows.UNTITLED, False, "", False, now, now)
            self._kept[id] = _Kept(entry, "", settings)
            return id

    def open(self, entry: int) -> Stored:
        with self._using():
            kept = self._find(entry)
            names = tuple((id, each.document.name) for id, each in kept.documents.items())
            nodes = stored.in_order(kept.nodes.values())
            return Stored(kept.entry, kept.settings, nodes, kept.leaf, file_names=names)

    def documents(self, entry: int) -> tuple[KeptDocument, ...]:
        with self._using():
            kept = self._kept.get(entry)
            return tuple(kept.documents.values()) if kept else ()

    def keep_document(self, entry: int, document: KeptDocument) -> None:
        with self._using():
            whole = documents.unpacked(document.document.name, documents.packed(document.document))
            self._find(entry).documents[document.id] = replace(document, document=whole)

    def put(self, entry: int, node: Node, leaf: int) -> None:
        with self._using():
            kept = self._find(entry)
            if node.id not in kept.nodes:
                self._said[entry, node.id] = self._next("said")
            kept.nodes[node.id] = node
            self._change(entry, leaf)

    def show(self, entry: int, leaf: int | None) -> None:
        with self._using():
            self._find(entry).leaf = leaf

    def take_out(
        self, entry: int, nodes: tuple[int, ...], leaf: int | None, files: tuple[str, ...] = ()
    ) -> None:
        with self._using():
            kept = self._find(entry)
            for id in files:
                kept.documents.pop(id, None)
            for node in nodes:
                kept.nodes.pop(node, None)
            self._change(entry, leaf)

    def configure(self, entry: int, settings: ChatSettings) -> None:
        with self._using():
            self._find(entry).settings = settings

    def prompts(self) -> tuple[SavedPrompt, ...]:
        with self._using():
            return tuple(sorted(self._prompts.values(), key=lambda each: (each.name.casefold(), each.id)))

    def save_prompt(self, name: str, text: str, prompt: int | None = None) -> int:
        with self._using():
            if prompt is not None and prompt not in self._prompts:
                raise InputError("This prompt was deleted meanwhile.")
            id = self._next("prompt") if prompt is None else prompt
            self._prompts[id] = SavedPrompt(id, rows.one_line(name), text)
            return id

    def remove_prompt(self, prompt: int) -> None:
        with self._using():
            self._prompts.pop(prompt, None)

    @contextmanager
    def _using(self) -> Iterator[None]:
        self.prepare()
        with self._lock:
            if self.access is not Access.OPEN:
                raise InputError(self.reason)
            yield

    def _opened(self) -> None:
        self.access, self.reason = Access.OPEN, ""

    def _find(self, entry: int) -> _Kept:
        if entry not in self._kept:
            raise InputError(_GONE)
        return self._kept[entry]

    def _next(self, what: str) -> int:
        self._last[what] += 1
        return self._last[what]

    def _change(self, entry: int, leaf: int | None) -> None:
        kept = self._find(entry)
        kept.leaf = leaf
        kept.entry = replace(kept.entry, changed=self._clock())
        self._note(entry)

    def _note(self, entry: int) -> None:
        kept = self._find(entry)
        first = min((node.id for node in kept.nodes.values() if node.parent is None), default=None)
        opening = "" if first is None else rows.opening_of(said_in(kept.nodes[first].content))
        title = kept.title or opening or rows.UNTITLED
        kept.entry = replace(kept.entry, title=title, has_title=bool(kept.title))

    def _hits(self, words: Words) -> Iterator[Hit]:
        for kept in sorted(self._kept.values(), key=lambda kept: -kept.entry.id):
            if kept.title and words.fit(kept.title):
                yield Hit(kept.entry, None, *words.snippet(kept.title))
        found: dict[int, int] = {}
        for entry, node in sorted(self._said, key=lambda place: -self._said[place]):
            if entry not in self._kept or node not in self._kept[entry].nodes:
                continue
            kept = self._kept[entry]
            text = said_in(kept.nodes[node].content)
            if words.fit(text) and found.get(entry, 0) < rows.HITS_A_CONVERSATION:
                found[entry] = found.get(entry, 0) + 1
                yield Hit(kept.entry, node, *words.snippet(text))
