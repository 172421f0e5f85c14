"""The history is used from many threads at once, and who searches does not wait for who writes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.history.store import History
from app.history.tree import Question, Tree
from app.history.values import ChatSettings, Protection
from tests.fakes.keychain import FakeKeychain


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    history = History(tmp_path / "conversations.db", FakeKeychain(), scrypt_cost=4)
    yield history
    history.close()


def say(history: History, text: str) -> int:
    entry = history.create(ChatSettings())
    history.put(entry, Tree().add(None, Question(text)), 1)
    return entry


def test_reading_does_not_wait_for_a_writer(history: History) -> None:
    say(history, "before")
    with (
        history._vault.using() as database,
        database.writing() as connection,
    ):  # as while many chats are removed
        connection.execute("DELETE FROM nodes")
        with ThreadPoolExecutor() as threads:
            found = threads.submit(history.search, "before").result(timeout=30)
            listed = threads.submit(history.entries).result(timeout=30)
            opened = threads.submit(history.open, 1).result(timeout=30)
    assert (len(found), len(listed), len(opened.nodes)) == (1, 1, 1)


def test_who_uses_the_file_keeps_it_while_its_protection_changes(history: History) -> None:
    say(history, "kept")
    with ThreadPoolExecutor() as threads:
        with history._vault.using() as database:
            change = threads.submit(history.protect, Protection.NONE)
            with pytest.raises(TimeoutError):
                change.result(timeout=0.1)
            with database.reading() as connection:
                assert connection.execute("SELECT count(*) FROM nodes").get == 1
        change.result(timeout=30)
    assert (history.protection, len(history.entries())) == (Protection.NONE, 1)


def test_many_threads_lose_nothing(history: History) -> None:
    start = threading.Barrier(4)

    def work(number: int) -> None:
        start.wait(30)
        for turn in range(5):
            entry = say(history, f"said{number} turn{turn}")
            assert history.open(entry).nodes
            assert history.search(f"said{number}")
            history.rename(entry, f"title{number}")
            if number == 0 and turn % 2:
                history.protect(Protection.NONE if turn == 1 else Protection.KEYCHAIN)

    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(work, number) for number in range(4)]:
            done.result(timeout=60)
    assert len(history.entries()) == 20
    assert all(len(history.search(f"turn{turn}")) == 4 for turn in range(5))
