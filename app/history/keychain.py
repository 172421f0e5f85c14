"""The operating system's place for secrets: Credential Manager on Windows, the Secret Service on Linux.

`keyring` knows them all. It may ask the person for a password, hang on a broken service, or fail in as many ways
as there are systems, so it runs on a thread of its own and is waited for a limited time. A keychain that would
keep the key in a plain file counts as none.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Protocol

SERVICE = "Chorale"
_PATIENCE_S = 60.0  # the system may ask for a password first
_LEAST_PRIORITY = 1  # keyring's own measure: below are those that keep nothing, or keep it in the open


class KeychainError(Exception):
    """There is no keychain, or it does not answer."""


class Keychain(Protocol):
    """Keeps keys by name for this user. All raise `KeychainError`."""

    def get(self, name: str) -> bytes | None: ...

    def put(self, name: str, key: bytes) -> None: ...

    def remove(self, name: str) -> None:
        """Also if there is none."""
        ...

    def give_up(self) -> None:
        """Whoever waits for an answer, now or later, is told that there is none."""
        ...


class SystemKeychain:
    """The one of the operating system."""

    def __init__(self, patience_s: float = _PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._changed = threading.Condition()
        self._has_given_up = False

    def get(self, name: str) -> bytes | None:
        """The key, or None if the keychain has none of this name."""
        text = self._ask(lambda backend: backend.get_password(SERVICE, name))
        try:
            return None if text is None else bytes.fromhex(text)
        except (ValueError, TypeError):
            return None  # somebody else's

    def put(self, name: str, key: bytes) -> None:
        """Keep the key, and make sure that it is kept."""
        self._ask(lambda backend: backend.set_password(SERVICE, name, key.hex()))
        if self.get(name) != key:
            raise KeychainError("The keychain did not keep the key.")

    def remove(self, name: str) -> None:
        if self.get(name) is not None:
            self._ask(lambda backend: backend.delete_password(SERVICE, name))

    def give_up(self) -> None:
        with self._changed:
            self._has_given_up = True
            self._changed.notify_all()

    def _ask(self, question: Callable[[Any], Any]) -> Any:
        answers: list[Any] = []
        ended = threading.Event()

        def ask() -> None:
            _answer(question, answers)
            with self._changed:
                ended.set()
                self._changed.notify_all()

        threading.Thread(target=ask, name="keychain", daemon=True).start()
        with self._changed:
            self._changed.wait_for(lambda: ended.is_set() or self._has_given_up, self._patience_s)
        if not answers:
            raise KeychainError("No keychain, or no answer.")
        return answers[0]


def _answer(question: Callable[[Any], Any], answers: list[Any]) -> None:
    try:
        import keyring  # takes a while: it looks for what the system has

        backend = keyring.get_keyring()
        if backend.priority >= _LEAST_PRIORITY:
            answers.append(question(backend))
    except Exception:  # of any library and system below; without an answer, there is no keychain
        return
