"""A process that writes conversations and says of each message, on standard output, that it is kept.

    python -m tests.support.history_writer FILE KEYS FIRST
    python -m tests.support.history_writer FILE KEYS FIRST --change     # and changes the protection all the time

It goes on until it is killed. KEYS is a folder that stands for the keychain, because that outlives the process.
FIRST is the number that messages are counted from.
"""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path

from app.history.keychain import KeychainError
from app.history.store import History
from app.history.tree import Question, Tree
from app.history.values import ChatSettings, Protection


class FolderKeychain:
    """Keys as files: for tests alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str) -> bytes | None:
        path = self._folder / name
        return path.read_bytes() if path.exists() else None

    def put(self, name: str, key: bytes) -> None:
        part = self._folder / f"{name}.part"
        part.write_bytes(key)
        part.replace(self._folder / name)
        if self.get(name) != key:
            raise KeychainError

    def remove(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)

    def give_up(self) -> None:
        """It never waits."""


def main() -> None:
    file, keys, first = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    history = History(file, FolderKeychain(keys), scrypt_cost=4)
    for number in itertools.count(first):
        entry = history.create(ChatSettings())
        history.put(entry, Tree().add(None, Question(f"kept{number} " + "long " * 400)), 1)
        os.write(1, f"{number}\n".encode())
        if "--change" in sys.argv:
            history.protect(Protection.NONE if number % 2 else Protection.KEYCHAIN)
            os.write(1, b"changed\n")


if __name__ == "__main__":
    main()
