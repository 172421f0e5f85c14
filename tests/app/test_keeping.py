"""What is said is kept in order, and a keychain that asks the person first holds nothing up."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from app.history.tree import Question, Tree
from app.history.values import Access, ChatSettings
from app.keeping import KeptConversation, Scribe
from tests.fakes.history import FakeHistory
from tests.fakes.keychain import PATIENCE_S


@pytest.fixture
def history() -> Iterator[FakeHistory]:
    """Its keychain has not answered yet."""
    made = FakeHistory(access=Access.OPENING)
    yield made
    made.answered.set()


def ask(scribe: Scribe, text: str) -> KeptConversation:
    """A conversation with one question, handed in."""
    tree = Tree()
    kept = KeptConversation(scribe, ChatSettings, lambda: None)
    kept.nodes = lambda: tuple(tree.nodes.values())
    node = tree.add(None, Question(text))
    kept.put(node, node.id)
    return kept


def test_an_answer_does_not_wait_for_the_keychain_and_is_kept_when_it_answers(history: FakeHistory) -> None:
    scribe = Scribe(history)
    kept = ask(scribe, "What is the rent?")
    assert history.access is Access.OPENING
    assert kept.entry is None
    history.answered.set()
    assert scribe.ask(lambda: [entry.title for entry in history.entries()]) == ["What is the rent?"]
    assert kept.entry is not None
    scribe.close()


def test_once_it_is_open_what_was_said_is_on_the_disk_before_it_goes_on(history: FakeHistory) -> None:
    history.answered.set()
    scribe = Scribe(history)
    scribe.ask(history.prepare)
    assert ask(scribe, "What is the rent?").entry is not None
    scribe.close()


def test_closing_with_nothing_to_keep_does_not_wait_for_the_keychain(history: FakeHistory) -> None:
    Scribe(history).close()
    assert history.access is Access.NO_KEYCHAIN


def test_closing_waits_for_the_keychain_if_something_is_to_be_kept(history: FakeHistory) -> None:
    scribe = Scribe(history)
    kept = ask(scribe, "What is the rent?")
    closing = threading.Thread(target=scribe.close, daemon=True)
    closing.start()
    assert not history.answered.is_set()
    history.answered.set()
    closing.join(PATIENCE_S)
    assert not closing.is_alive()
    assert kept.entry is not None
