"""A keychain in memory, one that is not there, and one that forgets."""

from __future__ import annotations

from app.history.keychain import KeychainError


class FakeKeychain:
    """Set `is_there` to False, and it answers no more."""

    def __init__(self, is_there: bool = True) -> None:
        self.is_there = is_there
        self.keys: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        self._answer()
        return self.keys.get(name)

    def put(self, name: str, key: bytes) -> None:
        self._answer()
        self.keys[name] = key

    def remove(self, name: str) -> None:
        self._answer()
        self.keys.pop(name, None)

    def _answer(self) -> None:
        if not self.is_there:
            raise KeychainError
