"""What the engine read of a conversation is kept with it, under its key, and goes when it goes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app import engine_main
from app.history.tree import Node, Question
from app.history.values import Access, ChatSettings, Entry, Protection
from app.history.vault import Rules
from app.kv_history import KvHistory
from app.kv_keeper import KvKeeper, with_caches
from models.errors import AppError
from runtime.conversation import Channel, Conversation, Message, Role
from runtime.engine_client import EngineClient
from runtime.events import EngineReady, LoadRequest, Sampling, StopReason, TurnEnded, TurnRequest
from runtime.kv import values
from runtime.kv.values import KeepOrder, KvPlace
from tests.fakes.engine import FakeEngine, ScriptedTurn, call, final, turn
from tests.fakes.history import FakeHistory
from tests.fakes.keychain import FakeKeychain
from tests.support.random_checkpoint import NAMED, write_random_checkpoint

MakeHistory = Callable[..., KvHistory]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[MakeHistory]:
    """Opens the history; again with the same keychain."""
    made: list[KvHistory] = []
    keychain = FakeKeychain()

    def open_one(rules: Rules = Rules(), **others: object) -> KvHistory:  # noqa: B008 (frozen)
        history = KvHistory(
            tmp_path / "conversations.db", keychain, rules, tmp_path / "kv", scrypt_cost=4, **others
        )
        made.append(history)
        return history

    yield open_one
    for history in made:
        history.close()


@pytest.fixture
def history(make: MakeHistory) -> KvHistory:
    return make()


def kept(history: KvHistory, entry: int | None = None) -> Path:
    """A conversation with a cache."""
    entry = told(history) if entry is None else entry
    place = history.caches.place(entry)
    assert place is not None
    path = Path(place.path)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"rows" * 100)
    return path


def told(history: KvHistory) -> int:
    entry = history.create(ChatSettings())
    for node in (1, 2):
        history.put(entry, Node(node, node - 1 or None, 0.0, Question(f"Question {node}?")), node)
    return entry


# -- where, and whether --------------------------------------------------------------------------


def test_a_place_tells_nothing_of_the_conversation_and_stays_the_same(make: MakeHistory) -> None:
    history = make()
    first, second = history.caches.place(1), history.caches.place(2)
    assert first is not None
    assert second is not None
    assert len(first.key) == values.KEY_BYTES
    assert first.path != second.path
    history.close()
    again = make().caches.place(1)
    assert again == first
    assert not set(Path(first.path).stem) - set("0123456789abcdef")


def test_without_encryption_nothing_is_kept(history: KvHistory) -> None:
    path = kept(history)
    history.protect(Protection.NONE)
    assert history.caches.place(1) is None
    assert not path.exists()


def test_another_key_makes_what_was_kept_worthless_and_deletes_it(history: KvHistory) -> None:
    entry = told(history)
    path = kept(history, entry)
    before = history.caches.place(entry)
    history.protect(Protection.PASSPHRASE, "correct horse battery")
    after = history.caches.place(entry)
    assert before is not None
    assert after is not None
    assert before.key != after.key
    assert not path.exists()


def test_while_the_history_is_locked_nothing_is_kept_nor_lost(make: MakeHistory) -> None:
    history = make()
    history.protect(Protection.PASSPHRASE, "correct horse battery")
    path = kept(history)
    history.close()
    locked = make()
    assert locked.caches.place(1) is None
    locked.sweep()
    assert path.exists()
    locked.unlock("correct horse battery")
    assert path.exists()


def test_where_conversations_are_not_allowed_nothing_is_kept(make: MakeHistory) -> None:
    assert make(Rules(is_allowed=False)).caches.place(1) is None


# -- deleting ------------------------------------------------------------------------------------


def test_a_deleted_conversation_leaves_no_cache_and_gets_none(history: KvHistory) -> None:
    let_go: list[str] = []
    history.caches.let_go = let_go.append
    entry, other = told(history), told(history)
    path, stays = kept(history, entry), kept(history, other)
    history.remove(entry)
    assert not path.exists()
    assert stays.exists()
    assert let_go == [str(path)]
    assert history.caches.place(entry) is None


def test_a_deleted_message_is_in_no_cache_either(history: KvHistory) -> None:
    entry = told(history)
    path = kept(history, entry)
    history.take_out(entry, (2,), 1)
    assert not path.exists()
    assert history.caches.place(entry) is not None


def test_what_is_too_old_goes_with_its_cache(make: MakeHistory) -> None:
    clock = itertools.count(0, 86_400).__next__
    history = make(clock=clock)
    old = kept(history)
    for _ in range(40):
        clock()
    new = kept(history)
    assert history.remove_older_than(30) == 1
    assert not old.exists()
    assert new.exists()


def test_what_belongs_to_no_conversation_is_swept_when_the_history_is_opened(
    make: MakeHistory, tmp_path: Path
) -> None:
    stays, foreign = kept(make()), tmp_path / "kv" / "0123.kv"
    foreign.write_bytes(b"rows")
    later = make(at_once=False)
    assert foreign.exists()
    assert later.prepare() is Access.OPEN
    assert stays.exists()
    assert not foreign.exists()


def test_a_history_that_cannot_be_read_sweeps_nothing(
    history: KvHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> tuple[Entry, ...]:
        raise AppError("The disk failed.")

    path = kept(history)
    monkeypatch.setattr(history, "entries", fail)
    history.sweep()
    assert path.exists()


# -- what the engine is told ---------------------------------------------------------------------


@dataclass
class Kept:
    entry: Entry | None


def entry(number: int) -> Entry:
    return Entry(number, "A title", True, "", False, 0.0, 0.0)


class Told:
    """A chat's engine, and what was ordered of its process."""

    def __init__(self, history: KvHistory, *turns: ScriptedTurn) -> None:
        self.engine = FakeEngine(turns)
        self.orders: list[KeepOrder] = []
        self.open: Kept | None = Kept(entry(1))
        self.chat = KvKeeper(self.engine, self.orders.append, history.caches, lambda: self.open)

    def ask(self) -> TurnEnded:
        *_, last = self.chat.run(TurnRequest(1, Conversation((Message(Role.USER, "Hello"),))))
        assert isinstance(last, TurnEnded)
        return last

    @property
    def recalled(self) -> list[KvPlace | None]:
        return [request.recall for request in self.engine.requests]


def test_a_question_says_where_its_conversation_may_be_and_the_answer_is_kept_there(
    history: KvHistory,
) -> None:
    talk = Told(history, turn(final("Hi.")))
    talk.ask()
    place = history.caches.place(1)
    assert talk.recalled == [place]
    (order,) = talk.orders
    assert order.place == place
    assert [message.content for message in order.conversation.messages] == ["Hello", "Hi."]


def test_an_answer_that_was_gone_on_with_is_kept_once(history: KvHistory) -> None:
    talk = Told(history, turn(final("Half an answer.")))
    cut = Conversation((Message(Role.USER, "Hello"), final("Half an ")), is_open=True)
    list(talk.chat.run(TurnRequest(1, cut)))
    (order,) = talk.orders
    assert [message.content for message in order.conversation.messages] == ["Hello", "Half an answer."]
    assert not order.conversation.is_open


def test_the_order_is_given_before_the_answer_is_told_to_be_over(history: KvHistory) -> None:
    talk = Told(history, turn(final("Hi.")))
    for event in talk.chat.run(TurnRequest(1, Conversation((Message(Role.USER, "Hello"),)))):
        if isinstance(event, TurnEnded):
            assert talk.orders  # whoever listens need not come back for more
            break


def test_a_tool_call_or_a_failed_answer_is_not_kept(history: KvHistory) -> None:
    talk = Told(history, turn(call()), turn(final("Failed"), crash="The engine stopped."))
    for _ in range(2):
        talk.ask()
    assert talk.orders == []


@pytest.mark.parametrize("reason", [StopReason.LENGTH, StopReason.CANCELLED])
def test_of_an_answer_that_was_cut_or_stopped_the_question_is_kept(
    history: KvHistory, reason: StopReason
) -> None:
    talk = Told(history, turn(final("Cut"), reason=reason))
    talk.ask()
    (order,) = talk.orders
    assert [message.content for message in order.conversation.messages] == ["Hello"]


def test_a_chat_that_is_not_kept_leaves_nothing(history: KvHistory) -> None:
    talk = Told(history, turn(final("Hi.")), turn(final("Hi.")))
    talk.open = None
    talk.ask()
    talk.open = Kept(None)  # could not be kept
    talk.ask()
    assert talk.recalled == [None, None]
    assert talk.orders == []


def test_an_answer_belongs_to_the_conversation_it_was_asked_in(history: KvHistory) -> None:
    talk = Told(history, turn(final("Hi.")))
    first = talk.open = Kept(None)
    events = talk.chat.run(TurnRequest(1, Conversation((Message(Role.USER, "Hello"),))))
    next(events)
    first.entry = entry(1)  # kept for the first time meanwhile
    talk.open = Kept(entry(2))  # and another one was opened
    list(events)
    assert talk.recalled == [None]
    assert [order.place for order in talk.orders] == [history.caches.place(1)]


def test_a_conversation_deleted_while_it_is_answered_is_not_kept(history: KvHistory) -> None:
    talk = Told(history, turn(final("Hi.")))
    talk.open = Kept(entry(told(history)))
    events = talk.chat.run(TurnRequest(1, Conversation((Message(Role.USER, "Hello"),))))
    next(events)
    assert talk.open.entry is not None
    history.remove(talk.open.entry.id)
    list(events)
    assert talk.orders == []


def test_an_engine_in_this_process_or_a_history_in_memory_has_no_caches(history: KvHistory) -> None:
    engine = FakeEngine()
    assert with_caches(engine, None, history, lambda: None) is engine
    client = EngineClient(engine_main.main)
    assert with_caches(engine, client, FakeHistory(), lambda: None) is engine
    assert isinstance(with_caches(engine, client, history, lambda: None), KvKeeper)


def test_the_rest_goes_to_the_engine(history: KvHistory) -> None:
    talk = Told(history)
    assert isinstance(list(talk.chat.load(LoadRequest("", "")))[-1], EngineReady)
    talk.chat.cancel()
    talk.chat.close()
    assert talk.engine.closed


# -- with the engine's own process ---------------------------------------------------------------


@pytest.mark.slow
def test_after_a_restart_a_long_conversation_is_gone_on_with(
    history: KvHistory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One kernel thread of the scalar kernel: reading is slow enough to be worth keeping.
    folder = write_random_checkpoint(tmp_path / "tiny", NAMED["tiny"])
    request = LoadRequest(str(folder), str(tmp_path / "cache"), kernel="scalar", threads=1)
    monkeypatch.setattr("app.kv_folder.WORTH_S", 0.0)
    entry_there = Kept(entry(told(history)))
    place = history.caches.place(1)
    assert place is not None
    said = (Message(Role.USER, "A long question. " * 20),)

    def ask(*messages: Message) -> TurnEnded:
        client = EngineClient(engine_main.main)
        chat = with_caches(client, client, history, lambda: entry_there)
        assert isinstance(list(chat.load(request))[-1], EngineReady)
        *_, last = chat.run(TurnRequest(1, Conversation(messages), Sampling(temperature=0), 8))
        assert isinstance(last, TurnEnded)
        # It ends by its length, so the order is given here, as after a whole answer.
        answer = Message(Role.ASSISTANT, "An answer.", Channel.FINAL)
        client.keep(KeepOrder(place, Conversation((*messages, answer))))
        client.close()  # waits for what is being written
        return last

    first = ask(*said)
    assert Path(place.path).exists()
    again = ask(*said, Message(Role.ASSISTANT, "An answer.", Channel.FINAL), Message(Role.USER, "And then?"))
    assert first.usage.cached_tokens == 0
    assert again.usage.cached_tokens >= 256
    history.remove(1)
    assert list(Path(place.path).parent.iterdir()) == []
