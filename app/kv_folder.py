"""Where KV caches of kept conversations lie: a file for each, under a name that tells nothing.

Keys and names are made from the key of the history, so whoever cannot open that can do nothing with these; where
the history is not encrypted or not open, there are none. With another key come other names, and files whose name
belongs to no conversation are deleted. They can be made again, so they lie in the cache folder.
Read next: `kv_keeper`; `runtime.kv`, which writes and reads them.
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from runtime.kv.erase import SUFFIX, destroy
from runtime.kv.values import KvPlace

MOST_BYTES = 4_000_000_000
WORTH_S = 1.0  # a conversation that the model reads in less time is read again
_PURPOSE = b"kv caches"
_NAME_BYTES = 16


class KvFolder:
    """The folder; usable from any thread.

    Args:
        derived_key: see `app.history.store.History`.

    Attributes:
        let_go: told of each file before it is deleted, because the engine may have it open.
    """

    def __init__(self, folder: Path, derived_key: Callable[[bytes], bytes | None]) -> None:
        self.let_go: Callable[[str], None] = lambda path: None
        self._folder, self._derived_key = folder, derived_key
        self._gone: set[int] = set()
        self._lock = threading.Lock()

    def place(self, entry: int) -> KvPlace | None:
        """Where the conversation `entry` is kept; None where it must not be."""
        key = self._derived_key(_PURPOSE)
        with self._lock:
            if key is None or entry in self._gone:
                return None
        return KvPlace(str(self._path(key, entry)), key, MOST_BYTES, WORTH_S)

    def forget(self, entries: Iterable[int], is_whole: bool) -> None:
        """Something of these conversations was deleted, or all (`is_whole`): delete their files."""
        gone = tuple(entries)
        if is_whole:
            with self._lock:
                self._gone.update(gone)
        key = self._derived_key(_PURPOSE)
        if key is not None:
            for entry in gone:
                self._delete(self._path(key, entry))

    @property
    def is_empty(self) -> bool:
        """Whether no cache lies here."""
        return next(self._folder.glob(f"*{SUFFIX}"), None) is None

    def sweep(self, entries: Iterable[int]) -> None:
        """The history is open, and these are all there are: delete what belongs to none of them."""
        key = self._derived_key(_PURPOSE)
        wanted = set() if key is None else {self._path(key, entry) for entry in entries}
        for path in self._folder.glob(f"*{SUFFIX}"):
            if path not in wanted:
                self._delete(path)

    def _delete(self, path: Path) -> None:
        if path.exists():
            self.let_go(str(path))
            destroy(path)

    def _path(self, key: bytes, entry: int) -> Path:
        digest = hmac.digest(key, str(entry).encode(), "sha256")
        return self._folder / (digest[:_NAME_BYTES].hex() + SUFFIX)
