"""A keychain may ask the person first: nobody waits for it but who needs the conversations."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import pytest

from app.history.database import connect
from app.history.store import History
from app.history.values import Access, ChatSettings, Protection
from app.history.vault import Rules
from models.errors import AppError, InputError
from tests.fakes.keychain import PATIENCE_S, AskingKeychain, FakeKeychain


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "conversations.db"


@pytest.fixture
def keychain() -> AskingKeychain:
    return AskingKeychain()


@pytest.fixture
def history(file: Path, keychain: AskingKeychain) -> Iterator[History]:
    """Not opened yet."""
    made = History(file, keychain, scrypt_cost=4, at_once=False)
    yield made
    made.close()


def beside(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_making_one_asks_nobody_and_touches_nothing(
    file: Path, history: History, keychain: AskingKeychain
) -> None:
    assert (history.access, history.protection, history.reason) == (Access.OPENING, Protection.KEYCHAIN, "")
    assert not keychain.asked.is_set()
    assert list(file.parent.iterdir()) == []


def test_whoever_needs_it_waits_and_the_window_sees_that_it_opens(
    history: History, keychain: AskingKeychain
) -> None:
    made: list[int] = []
    thread = beside(lambda: made.append(history.create(ChatSettings())))
    assert keychain.asked.wait(PATIENCE_S)
    assert history.access.value == "opening"
    keychain.agree()
    thread.join(PATIENCE_S)
    assert history.prepare() is Access.OPEN
    assert [entry.id for entry in history.entries()] == made


@pytest.mark.parametrize(
    "use",
    [
        lambda history: history.entries(),
        lambda history: history.unlock("correct horse"),
        lambda history: history.protect(Protection.PASSPHRASE, "correct horse"),
        lambda history: history.start_clean(),
        lambda history: history.derived_key(b"purpose"),
        lambda history: history.prepare(),
    ],
)
def test_whatever_is_asked_first_opens_it(file: Path, use: Callable[[History], object]) -> None:
    history = History(file, FakeKeychain(), scrypt_cost=4, at_once=False)
    use(history)
    assert history.access is Access.OPEN
    history.close()


def test_who_gives_up_is_told_that_there_is_no_keychain(history: History, keychain: AskingKeychain) -> None:
    told: list[Access] = []
    thread = beside(lambda: told.append(history.prepare()))
    assert keychain.asked.wait(PATIENCE_S)
    history.give_up()
    thread.join(PATIENCE_S)
    assert told == [Access.NO_KEYCHAIN]


def test_closing_does_not_wait_and_opens_nothing(
    file: Path, history: History, keychain: AskingKeychain
) -> None:
    thread = beside(history.prepare)
    assert keychain.asked.wait(PATIENCE_S)
    history.close()
    thread.join(PATIENCE_S)
    assert history.access is not Access.OPEN
    unused = History(file, FakeKeychain(), at_once=False)
    unused.close()
    assert unused.prepare() is Access.BROKEN
    assert not file.exists()


def test_where_conversations_are_forbidden_that_is_known_at_once(file: Path) -> None:
    history = History(file, FakeKeychain(), Rules(is_allowed=False), at_once=False)
    assert history.access is Access.FORBIDDEN
    assert history.prepare() is Access.FORBIDDEN


def test_while_the_keychain_asks_about_another_key_conversations_are_used_as_ever(
    history: History, keychain: AskingKeychain
) -> None:
    keychain.agree()
    entry = history.create(ChatSettings())
    history.protect(Protection.PASSPHRASE, "correct horse")
    keychain.ask_again()
    thread = beside(lambda: history.protect(Protection.KEYCHAIN))
    assert keychain.asked.wait(PATIENCE_S)
    history.rename(entry, "An answer that streams does not wait")  # on this thread
    keychain.agree()
    thread.join(PATIENCE_S)
    assert history.protection is Protection.KEYCHAIN
    assert [each.title for each in history.entries()] == ["An answer that streams does not wait"]


def test_a_file_that_cannot_be_opened_again_after_a_change_keeps_its_key(file: Path) -> None:
    """Another program, a virus scanner for instance, may hold it at that moment."""
    keychain, is_held = FakeKeychain(), False

    def connecting(path: Path) -> apsw.Connection:
        if is_held and path == file:
            raise apsw.CantOpenError
        return connect(path)

    history = History(file, keychain, scrypt_cost=4, connect=connecting)
    entry = history.create(ChatSettings())
    history.protect(Protection.PASSPHRASE, "correct horse")
    is_held = True
    with pytest.raises(AppError):
        history.protect(Protection.KEYCHAIN)
    with pytest.raises(InputError, match="Start Chorale again"):
        history.entries()
    history.close()
    is_held = False
    history = History(file, keychain)
    assert history.access is Access.OPEN
    assert [each.id for each in history.entries()] == [entry]
    history.close()
