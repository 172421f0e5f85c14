"""Encrypted files never hold what was said; files that are not encrypted hold nothing of what was deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import apsw
import pytest

from app.history import rows, schema, search
from app.history.documents import packed
from app.history.store import History
from app.history.tree import Answer, Question, Tree
from app.history.values import ChatSettings, KeptDocument, Protection
from tests.app.history.samples import ORIGIN, answer
from tests.fakes.keychain import FakeKeychain
from tests.support.documents.making import document

MARKER = "zebrafish"  # in small letters, as the search's index has it


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "conversations.db"


@pytest.fixture
def history(file: Path) -> Iterator[History]:
    history = History(file, FakeKeychain(), scrypt_cost=4)
    yield history
    history.close()


def everywhere(file: Path) -> bytes:
    return b"".join(each.read_bytes() for each in file.parent.iterdir())


def say(history: History, *texts: str, documents: str = "") -> int:
    entry = history.create(ChatSettings(instructions=texts[0]))
    tree = Tree()
    for place, text in enumerate(texts):
        content: Question | Answer = Question(text, documents)
        if place % 2:
            origin = replace(ORIGIN, instructions=f"Be {text}")
            content = replace(answer(text, f"thought {text}"), origin=origin)
        node = tree.add(tree.leaf, content)
        history.put(entry, node, node.id)
    return entry


def tell_all(history: History) -> int:
    entry = say(history, f"{MARKER} question", f"{MARKER} answer", documents=f"{MARKER} document " * 2000)
    history.rename(entry, f"{MARKER} title")
    history.move(entry, f"{MARKER} folder")
    history.save_prompt(f"{MARKER} name", f"{MARKER} prompt")
    return entry


@pytest.mark.slow
def test_an_encrypted_history_shows_nothing_in_any_file_at_any_time(history: History, file: Path) -> None:
    def check() -> None:
        assert MARKER.encode() not in everywhere(file).lower()

    entry = tell_all(history)
    check()
    assert len(history.search(MARKER)) == 3
    history.protect(Protection.PASSPHRASE, "correct horse")
    check()
    for _ in range(300):  # over what the log holds before it is brought into the file
        say(history, f"{MARKER} again", "yes")
    check()
    history.protect(Protection.KEYCHAIN)
    check()
    history.remove(entry)
    check()
    history.close()
    check()


def test_an_unencrypted_history_is_what_the_other_tests_can_see_into(history: History, file: Path) -> None:
    history.protect(Protection.NONE)
    tell_all(history)
    assert everywhere(file).count(MARKER.encode()) > 2000


def test_turning_encryption_on_leaves_no_plain_copy(history: History, file: Path) -> None:
    history.protect(Protection.NONE)
    tell_all(history)
    with file.open("rb") as before:  # what the disk held, whatever its name is by now
        history.protect(Protection.KEYCHAIN)
        assert set(before.read()) == {0}
    assert MARKER.encode() not in everywhere(file)


def without_the_chat(history: History, entry: int) -> None:
    history.remove(entry)


def without_its_messages(history: History, entry: int) -> None:
    history.take_out(entry, (1, 2), None)
    history.rename(entry, "")
    history.configure(entry, ChatSettings())
    history.move(entry, "")


def with_other_messages(history: History, entry: int) -> None:
    tree = Tree.of(history.open(entry).nodes, 2)
    history.put(entry, tree.replace(1, Question("other question")), 2)
    history.put(entry, tree.replace(2, answer("other answer")), 2)
    history.rename(entry, "other title")
    history.configure(entry, ChatSettings())
    history.move(entry, "other folder")


@pytest.mark.parametrize("take_away", [without_the_chat, without_its_messages, with_other_messages])
def test_what_was_deleted_is_in_no_file(
    history: History, file: Path, take_away: Callable[[History, int], None]
) -> None:
    history.protect(Protection.NONE)
    for _ in range(20):
        say(history, "other words", "and others")
    entry = tell_all(history)
    for _ in range(20):
        say(history, "more other words", "and zeal, and zebras")
    take_away(history, entry)
    for prompt in history.prompts():
        history.remove_prompt(prompt.id)
    assert MARKER.encode() not in everywhere(file).lower()
    assert MARKER[:5].encode() in everywhere(file), "the search's index was emptied, not cleared of the words"
    assert len(history.search("words")) == 40
    assert len(history.search("zeb")) == 20


@pytest.mark.slow
@pytest.mark.parametrize("share", [2, 50])
def test_many_deleted_at_once_are_in_no_file(history: History, file: Path, share: int) -> None:
    history.protect(Protection.NONE)
    entries = [
        say(history, *(f"{MARKER}{number} marks", "others") * 3) if number % share else say(history, "others")
        for number in range(150)
    ]
    size = file.stat().st_size
    history.remove(*(entry for number, entry in enumerate(entries) if number % share))
    assert MARKER.encode() not in everywhere(file).lower()
    assert len(history.search("others", limit=200)) == len(range(0, 150, share))
    assert history.search("marks") == ()
    assert file.stat().st_size < size
    more = say(history, f"{MARKER} once more")  # afterwards single ones are cut out again
    history.remove(more)
    assert MARKER.encode() not in everywhere(file).lower()


@pytest.mark.slow
def test_all_deleted_at_once_leave_nothing_in_any_file(history: History, file: Path) -> None:
    history.protect(Protection.NONE)
    entries = [say(history, *(f"{MARKER}{number} marks", f"{MARKER} answer") * 2) for number in range(80)]
    history.rename(entries[3], f"{MARKER} title")
    history.remove(*entries)
    assert MARKER.encode() not in everywhere(file).lower()
    assert b"Be " not in everywhere(file)  # instructions that answers were made with
    assert (history.entries(), history.search("marks")) == ((), ())
    assert file.stat().st_size < 40 * schema.PAGE_BYTES
    more = say(history, f"{MARKER} once more")
    say(history, "another")
    assert len(history.search(MARKER)) == 1
    history.remove(more)
    assert MARKER.encode() not in everywhere(file).lower()


def test_where_most_go_at_once_the_words_of_what_stays_are_not_cut_out_one_by_one(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [say(history, *(f"{number} marks", "others") * 4) for number in range(40)]
    history.rename(entries[0], "kept title")
    cut: list[int] = []
    forget = search.forget

    def noting(connection: apsw.Connection, table: str, texts: Any, count: int) -> None:
        cut.append(count)
        forget(connection, table, texts, count)

    monkeypatch.setattr(search, "forget", noting)
    history.remove(*entries[5:])
    assert cut == []
    assert [entry.id for entry in history.entries()] == entries[4::-1]
    assert len(history.search("marks")) == 5 * rows.HITS_A_CONVERSATION
    assert [hit.entry.id for hit in history.search("kept")] == entries[:1]
    history.remove(entries[1])
    assert cut == [8, 0]


def test_a_search_that_found_more_than_it_shows_does_not_keep_what_was_deleted(
    history: History, file: Path
) -> None:
    history.protect(Protection.NONE)
    entry = say(history, f"{MARKER} question")
    for _ in range(20):
        say(history, "some question")
    assert len(history.search("question", limit=5)) == 5
    history.remove(entry)
    assert MARKER.encode() not in everywhere(file)
    assert file.with_name(f"{file.name}-wal").stat().st_size == 0


@pytest.mark.slow  # the other one is waited for
def test_what_another_chorale_was_reading_is_wiped_later(history: History, file: Path) -> None:
    history.protect(Protection.NONE)
    entry = say(history, f"{MARKER} question", f"{MARKER} answer")
    other = apsw.Connection(str(file))
    other.execute("BEGIN")
    other.execute("SELECT * FROM nodes").fetchone()
    history.remove(entry)
    assert MARKER.encode() in everywhere(file)
    other.close()
    say(history, "next")
    assert MARKER.encode() not in everywhere(file)


def test_a_kept_document_leaves_nothing_when_its_conversation_or_its_last_message_goes(
    history: History, file: Path
) -> None:
    history.protect(Protection.NONE)
    pages = document(f"{MARKER}.pdf", "one")
    # Stored so that a search of the file's bytes can find it: packed text shows nothing of its words.
    content = packed(replace(pages, kind=MARKER))
    for is_whole in (True, False):
        entry = say(history, "question")
        history.keep_document(entry, KeptDocument("D1", replace(pages, kind=MARKER)))
        assert content in everywhere(file)
        assert MARKER.encode() in everywhere(file)
        if is_whole:
            history.remove(entry)
        else:
            history.take_out(entry, (1,), None, ("D1",))
        assert content not in everywhere(file)
        assert MARKER.encode() not in everywhere(file)
