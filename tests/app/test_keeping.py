"""What is said is kept in order, and a keychain that asks the person first holds nothing up."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from app.history.store import DAY_S
from app.history.tree import Question, Tree
from app.history.values import Access, ChatSettings
from app.keeping import KeptConversation, Scribe
from models.errors import AppError, InputError
from tests.fakes.engine import FakeEngine, final, turn
from tests.fakes.history import FakeHistory
from tests.fakes.keychain import PATIENCE_S
from tests.support.documents.making import document
from tests.support.talking import talk_with


@pytest.fixture
def history() -> Iterator[FakeHistory]:
    """Its keychain has not answered yet."""
    made = FakeHistory(access=Access.OPENING)
    yield made
    made.answered.set()


def ask(scribe: Scribe, text: str) -> KeptConversation:
    """A conversation with one question, handed in."""
    tree = Tree()
    kept = KeptConversation(scribe, ChatSettings(), lambda: None)
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


def test_a_removal_of_old_conversations_that_fails_costs_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(days: int) -> int:
        raise AppError("The disk is full.")

    history = FakeHistory()
    entry = history.create(ChatSettings())
    history.access = Access.NO_KEYCHAIN
    scribe = Scribe(history, days=30)
    scribe.ask(lambda: None)  # nothing can be removed yet
    history.access = Access.OPEN
    monkeypatch.setattr(history, "remove_older_than", fail)
    kept = KeptConversation(scribe, ChatSettings(), lambda: None, history.entry(entry))
    tree = Tree()
    kept.put(node := tree.add(None, Question("What is the rent?")), node.id)
    assert [node.content.text for node in history.open(entry).nodes] == ["What is the rent?"]
    assert scribe.take_notes() == ("The disk is full.",)
    scribe.close()


def test_what_is_too_old_is_removed_before_it_is_opened_and_not_while_it_is_talked_in() -> None:
    now = 0.0
    history = FakeHistory(access=Access.LOCKED, passphrase="my own words", clock=lambda: now)
    scribe = Scribe(history, days=30)
    scribe.ask(lambda: None)
    history.unlock("my own words")
    entry = history.create(ChatSettings())
    now += 31 * DAY_S
    with pytest.raises(InputError, match="deleted meanwhile"):
        scribe.ask(lambda: history.open(entry))
    scribe.close()


def test_a_conversation_left_while_the_keychain_asks_keeps_its_own_settings(history: FakeHistory) -> None:
    talk = talk_with(FakeEngine([turn(final("A lot."))]), history)
    own = ChatSettings(model="small", instructions="Be brief.")
    talk.configure(own)
    list(talk.send("What is the rent?"))
    talk.new()
    history.answered.set()
    talk.close()
    (entry,) = history.entries()
    assert history.open(entry.id).settings == own


def test_a_conversation_left_while_the_keychain_asks_keeps_its_documents(history: FakeHistory) -> None:
    files = (document("lease.pdf", "The rent is 900."),)
    talk = talk_with(FakeEngine([turn(final("900 [D1 p. 1]."))]), history, files=files)
    list(talk.send("What is the rent?"))
    talk.new()
    history.answered.set()
    talk.close()
    (entry,) = history.entries()
    assert [kept.document.name for kept in history.documents(entry.id)] == ["lease.pdf"]
