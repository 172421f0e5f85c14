"""The operating system's keychain in all its moods: none, silent, lying, broken, in the open."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend

from app.history.key import new_key
from app.history.keychain import SERVICE, KeychainError, SystemKeychain


class MemoryBackend(KeyringBackend):
    """A keychain as keyring offers them."""

    priority = 5.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Forgetful(MemoryBackend):
    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class InTheOpen(MemoryBackend):
    priority = 0.5


class Raising(MemoryBackend):
    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError("The service answered nonsense.")

    set_password = get_password  # type: ignore[assignment]


class Silent(MemoryBackend):
    def __init__(self) -> None:
        super().__init__()
        self.release = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.release.wait()
        return None


@pytest.fixture
def before() -> Iterator[None]:
    backend = keyring.get_keyring()
    yield
    keyring.set_keyring(backend)


@pytest.mark.usefixtures("before")
class TestSystemKeychain:
    def test_a_key_comes_back_and_goes(self) -> None:
        backend, key = MemoryBackend(), new_key()
        keyring.set_keyring(backend)
        keychain = SystemKeychain()
        assert keychain.get("a") is None
        keychain.put("a", key)
        assert backend.kept == {(SERVICE, "a"): key.hex()}
        assert keychain.get("a") == key
        keychain.remove("a")
        keychain.remove("a")
        assert keychain.get("a") is None

    def test_what_somebody_else_put_there_is_no_key(self) -> None:
        backend = MemoryBackend()
        backend.kept[SERVICE, "a"] = "hunter2"
        keyring.set_keyring(backend)
        assert SystemKeychain().get("a") is None

    @pytest.mark.parametrize("kind", [Forgetful, InTheOpen, Raising])
    def test_a_keychain_that_would_lose_or_show_the_key_counts_as_none(
        self, kind: type[MemoryBackend]
    ) -> None:
        backend = kind()
        keyring.set_keyring(backend)
        with pytest.raises(KeychainError):
            SystemKeychain().put("a", new_key())
        assert backend.kept == {}

    def test_a_silent_keychain_holds_nobody_up_for_ever(self) -> None:
        backend = Silent()
        keyring.set_keyring(backend)
        try:
            with pytest.raises(KeychainError):
                SystemKeychain(patience_s=0.05).get("a")
        finally:
            backend.release.set()

    def test_who_gives_up_does_not_wait_for_a_silent_one(self) -> None:
        backend = Silent()
        keyring.set_keyring(backend)
        keychain = SystemKeychain()
        told: list[str] = []

        def ask() -> None:
            try:
                keychain.get("a")
            except KeychainError:
                told.append("no answer")

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        try:
            keychain.give_up()
            asking.join(10.0)
            assert told == ["no answer"]
        finally:
            backend.release.set()

    def test_a_system_without_one_says_so(self) -> None:
        # As `tests/conftest` sets it for every test, so that none reaches the developer's.
        with pytest.raises(KeychainError):
            SystemKeychain().get("a")
