"""What Chorale asks of the history. `store.History` is the real one, `tests.fakes.history` one in memory.

Every method may be called from any thread and may wait for the disk, so the window calls on worker threads.
What a method has returned from is on the disk: a crash or a power cut later loses nothing of it. All may raise
`AppError`, with a sentence to show.
"""

from __future__ import annotations

from typing import Protocol

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


class HistoryInterface(Protocol):
    """All conversations of this user."""

    # -- whether it can be used ------------------------------------------------------------------

    @property
    def access(self) -> Access: ...

    @property
    def protection(self) -> Protection: ...

    @property
    def reason(self) -> str:
        """One sentence why it is not open; empty when it is."""
        ...

    def prepare(self) -> Access:
        """Open it if nobody has yet, which may wait for the keychain; whether it can be used.

        Every other method does so too, except the three above, which wait for nothing.
        """
        ...

    def give_up(self) -> None:
        """Wait for the keychain no longer; on any thread, while others wait."""
        ...

    def unlock(self, passphrase: str) -> None:
        """Open with a passphrase, or without one ask the keychain again. Raises `InputError` if it is another one.

        If it is the right one and the file is damaged, `access` says so afterwards.
        """
        ...

    def protect(self, protection: Protection, passphrase: str = "") -> None:
        """Protect what there is otherwise, or begin where nothing was kept yet."""
        ...

    def start_clean(self) -> None:
        """Set what cannot be opened aside under another name, and begin an empty history."""
        ...

    # -- the list --------------------------------------------------------------------------------

    def entries(self, folder: str | None = None) -> tuple[Entry, ...]:
        """Pinned ones first, then the last changed first; of all folders, or of one."""
        ...

    def entry(self, entry: int) -> Entry:
        """One of them. Raises `InputError` if it is not there."""
        ...

    def folders(self) -> tuple[str, ...]: ...

    def search(self, words: str, limit: int = 100) -> tuple[Hit, ...]:
        """Titles first, then what was said last, at most three places of a conversation.

        Every word must be there; the last may be the beginning of one, from two letters on. Texts of documents
        and what tools said are not searched.
        """
        ...

    def rename(self, entry: int, title: str) -> None: ...

    def pin(self, entry: int, is_pinned: bool) -> None: ...

    def move(self, entry: int, folder: str) -> None:
        """Into a folder, which begins to be if there was none; empty takes it out of any."""
        ...

    def remove(self, *entries: int) -> None:
        """For ever: nothing of them is left in the files."""
        ...

    def remove_older_than(self, days: int) -> int:
        """Remove what was not changed for `days`, pinned ones apart; how many."""
        ...

    # -- one conversation ------------------------------------------------------------------------

    def create(self, settings: ChatSettings) -> int: ...

    def open(self, entry: int) -> Stored: ...

    def put(self, entry: int, node: Node, leaf: int) -> None:
        """Add a node, or give the one with this id other content; and what is shown now."""
        ...

    def show(self, entry: int, leaf: int | None) -> None:
        """Remember which path is shown."""
        ...

    def take_out(
        self, entry: int, nodes: tuple[int, ...], leaf: int | None, files: tuple[str, ...] = ()
    ) -> None:
        """Remove nodes for ever, and the kept documents with these ids."""
        ...

    def documents(self, entry: int) -> tuple[KeptDocument, ...]:
        """What `keep_document` was given, in order, less what cannot be read any more."""
        ...

    def keep_document(self, entry: int, document: KeptDocument) -> None:
        """Keep a document's pages as long as the conversation, in place of what has its id."""
        ...

    def configure(self, entry: int, settings: ChatSettings) -> None: ...

    # -- saved prompts ---------------------------------------------------------------------------

    def prompts(self) -> tuple[SavedPrompt, ...]: ...

    def save_prompt(self, name: str, text: str, prompt: int | None = None) -> int: ...

    def remove_prompt(self, prompt: int) -> None: ...

    def close(self) -> None: ...
