"""A history whose conversations may have KV caches beside it: what is deleted here is deleted there.

So it does not matter who deletes, the window or a command, and whether the engine has the file open.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from app.history.keychain import Keychain
from app.history.store import History
from app.history.values import Access, Protection
from app.history.vault import Rules
from app.kv_folder import KvFolder
from models.errors import AppError


class KvHistory(History):
    """See `History`.

    Attributes:
        caches: the folder of the caches.
    """

    def __init__(self, file: Path, keychain: Keychain, rules: Rules, folder: Path, **others: Any) -> None:
        """`others` as in `History`."""
        super().__init__(file, keychain, rules, **others)
        self.caches = KvFolder(folder, self._vault.derived_key)

    def prepare(self) -> Access:
        was_opening = self.access is Access.OPENING
        access = super().prepare()
        if was_opening:
            self.sweep()
        return access

    def unlock(self, passphrase: str) -> None:
        super().unlock(passphrase)
        self.sweep()

    def protect(self, protection: Protection, passphrase: str = "") -> None:
        super().protect(protection, passphrase)
        self.sweep()  # the key is another one

    def start_clean(self) -> None:
        super().start_clean()
        self.sweep()

    def remove(self, *entries: int) -> None:
        super().remove(*entries)
        self.caches.forget(entries, True)

    def remove_older_than(self, days: int) -> int:
        before = {entry.id for entry in self.entries()}
        count = super().remove_older_than(days)
        if count:
            self.caches.forget(before - {entry.id for entry in self.entries()}, True)
        return count

    def take_out(
        self, entry: int, nodes: tuple[int, ...], leaf: int | None, files: tuple[str, ...] = ()
    ) -> None:
        super().take_out(entry, nodes, leaf, files)
        self.caches.forget((entry,), False)

    def sweep(self) -> None:
        """Delete caches that belong to no conversation: of another key, or deleted while nobody could.

        What cannot be read now is swept another time.
        """
        with suppress(AppError):
            if self.access is Access.OPEN and not self.caches.is_empty:
                self.caches.sweep([entry.id for entry in self.entries()])
