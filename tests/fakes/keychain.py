"""A keychain in memory, one that is not there, one that forgets, and one that asks the person first."""

from __future__ import annotations

import threading

from app.history.keychain import KeychainError

PATIENCE_S = 10.0  # a test that waits longer is broken


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

    def give_up(self) -> None:
        """It never waits."""

    def _answer(self) -> None:
        if not self.is_there:
            raise KeychainError


class AskingKeychain(FakeKeychain):
    """Asks the person, who answers when `agree` is called."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()
        self._answered = threading.Event()

    def agree(self) -> None:
        self._answered.set()

    def ask_again(self) -> None:
        """The person is asked for the next thing as well."""
        self.asked.clear()
        self._answered.clear()

    def give_up(self) -> None:
        self.is_there = self._answered.is_set()
        self._answered.set()

    def _answer(self) -> None:
        self.asked.set()
        assert self._answered.wait(PATIENCE_S)
        super()._answer()
