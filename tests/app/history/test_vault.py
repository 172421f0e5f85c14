"""What happens when the file, its key or its rights are not as they should be: nothing is lost, and it is said."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import pytest

from app.history.keychain import KeychainError
from app.history.store import History
from app.history.tree import Question, Tree
from app.history.values import Access, ChatSettings, Protection
from app.history.vault import Rules
from models.errors import AppError, InputError, PolicyError
from tests.app.history.samples import answer
from tests.fakes.keychain import FakeKeychain

PASSPHRASE = "correct horse"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "Jürgen 東京 #1?" / "conversations.db"


@pytest.fixture
def keychain() -> FakeKeychain:
    return FakeKeychain()


@contextmanager
def opened(file: Path, keychain: FakeKeychain, rules: Rules = Rules()) -> Iterator[History]:  # noqa: B008
    history = History(file, keychain, rules, scrypt_cost=4)
    try:
        yield history
    finally:
        history.close()


def say(history: History, text: str) -> int:
    entry = history.create(ChatSettings())
    tree = Tree()
    for content in (Question(text), answer(f"{text} answered")):
        node = tree.add(tree.leaf, content)
        history.put(entry, node, node.id)
    return entry


def titles(history: History) -> list[str]:
    return [entry.title for entry in history.entries()]


def begin(file: Path, keychain: FakeKeychain, protection: Protection = Protection.KEYCHAIN) -> None:
    """A history with one conversation, closed again."""
    with opened(file, keychain) as history:
        say(history, "kept")
        if protection is not Protection.KEYCHAIN:
            history.protect(protection, PASSPHRASE)


def test_without_a_keychain_nothing_is_written_until_the_person_chose(file: Path) -> None:
    with opened(file, FakeKeychain(is_there=False)) as history:
        assert history.access is Access.NO_KEYCHAIN
        assert "passphrase" in history.reason
        with pytest.raises(InputError):
            history.create(ChatSettings())
        with pytest.raises(InputError):
            history.entries()
        with pytest.raises(InputError):
            history.protect(Protection.KEYCHAIN)
        assert not file.exists()
        history.protect(Protection.PASSPHRASE, PASSPHRASE)
        assert (history.access, history.protection, history.reason) == (
            Access.OPEN,
            Protection.PASSPHRASE,
            "",
        )
        say(history, "kept")
    with opened(file, FakeKeychain(is_there=False)) as history:
        assert history.access is Access.LOCKED
        history.unlock(PASSPHRASE)
        assert titles(history) == ["kept"]


def test_a_wrong_passphrase_says_so_and_harms_nothing(file: Path, keychain: FakeKeychain) -> None:
    begin(file, keychain, Protection.PASSPHRASE)
    with opened(file, keychain) as history:
        assert (history.access, history.protection) == (Access.LOCKED, Protection.PASSPHRASE)
        for wrong in ("", "correct horses", "Correct horse"):
            with pytest.raises(
                InputError, match=r"^This is not the passphrase of the conversations\. Try again\.$"
            ):
                history.unlock(wrong)
            assert history.access is Access.LOCKED
        with pytest.raises(InputError):
            history.protect(Protection.NONE)
        history.unlock(PASSPHRASE)
        assert (history.access, titles(history)) == (Access.OPEN, ["kept"])


def test_a_passphrase_is_the_same_from_every_keyboard(file: Path, keychain: FakeKeychain) -> None:
    with opened(file, keychain) as history:
        say(history, "kept")
        history.protect(Protection.PASSPHRASE, "schöne Wörter")
    with opened(file, keychain) as history:
        history.unlock("scho\u0308ne Wo\u0308rter")
        assert titles(history) == ["kept"]


def test_a_lost_key_is_said_and_its_file_set_aside_whole(file: Path, keychain: FakeKeychain) -> None:
    begin(file, keychain)
    before = file.read_bytes()
    keys = dict(keychain.keys)
    keychain.keys.clear()
    with opened(file, keychain) as history:
        assert history.access is Access.KEY_LOST
        with pytest.raises(InputError):
            history.create(ChatSettings())
        assert file.read_bytes() == before
        history.start_clean()
        assert (history.access, titles(history)) == (Access.OPEN, [])
        say(history, "new")
        history.start_clean()  # of one that is open: nothing to set aside
        assert titles(history) == ["new"]
    aside = file.with_name("conversations-set-aside-1.db")
    assert aside.read_bytes() == before
    keychain.keys.update(keys)  # found again: the file can be read yet
    with opened(aside, keychain) as history:
        assert titles(history) == ["kept"]


def test_a_keychain_that_does_not_answer_is_no_lost_key(file: Path, keychain: FakeKeychain) -> None:
    begin(file, keychain)
    keychain.is_there = False
    with opened(file, keychain) as history:
        assert history.access is Access.NO_ANSWER
        assert "does not answer" in history.reason
        with pytest.raises(InputError):
            history.protect(Protection.PASSPHRASE, PASSPHRASE)  # would begin over what is there
        history.unlock("")  # still not
        assert history.access is Access.NO_ANSWER
        keychain.is_there = True
        history.unlock("")
        assert titles(history) == ["kept"]


def test_setting_aside_never_overwrites_what_was_set_aside(file: Path, keychain: FakeKeychain) -> None:
    for number in range(1, 4):
        begin(file, keychain)
        keychain.keys.clear()
        with opened(file, keychain) as history:
            history.start_clean()
            history.close()
        file.unlink()
        assert len(list(file.parent.glob("conversations-set-aside-*.db"))) == number


def foreign(file: Path) -> None:
    connection = apsw.Connection(str(file))
    connection.execute("CREATE TABLE bookmarks(url)")
    connection.close()


def newer(file: Path) -> None:
    with opened(file, FakeKeychain(is_there=False)) as history:
        history.protect(Protection.NONE)
    connection = apsw.Connection(str(file))
    connection.pragma("user_version", 99)
    connection.close()


def damaged_header(file: Path) -> None:
    begin(file, FakeKeychain(), Protection.NONE)
    file.write_bytes(b"XX" + file.read_bytes()[2:])


def damaged_page(file: Path) -> None:
    begin(file, FakeKeychain(), Protection.NONE)
    data = file.read_bytes()
    file.write_bytes(data[:16] + bytes(84) + data[100:])


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (foreign, "another program"),
        (newer, "newer Chorale"),
        (damaged_header, "damaged"),
        (damaged_page, "damaged"),
        (lambda file: file.write_bytes(b"Dear diary"), "damaged"),
        (lambda file: file.write_bytes(b"ChoralK\x11"), "damaged"),
        (lambda file: file.write_bytes(b"ChoralP\xff" + bytes(5000)), "damaged"),
    ],
)
def test_a_file_that_is_not_ours_to_read_stays_as_it_is(
    file: Path, keychain: FakeKeychain, make: object, told: str
) -> None:
    file.parent.mkdir(parents=True)
    assert callable(make)
    make(file)
    before = file.read_bytes()
    with opened(file, keychain) as history:
        assert history.access is Access.BROKEN
        assert told in history.reason
        assert str(file) in history.reason
        with pytest.raises(InputError):
            history.create(ChatSettings())
        with pytest.raises(InputError):
            history.protect(Protection.NONE)
    assert file.read_bytes() == before
    with opened(file, keychain) as history:
        history.start_clean()
        assert (history.access, titles(history)) == (Access.OPEN, [])
    assert file.with_name("conversations-set-aside-1.db").read_bytes() == before


FIRST_PAGE = [16, 20, 24, 100, 4095, 8191]  # places that can be damaged


def damage(file: Path, *places: int) -> bytes:
    """Change bytes; what is there afterwards."""
    data = bytearray(file.read_bytes())
    for place in places:
        data[place] ^= 0x41
    file.write_bytes(data)
    return bytes(data)


@pytest.mark.parametrize("place", FIRST_PAGE)
def test_an_encrypted_file_with_a_damaged_first_page_is_told_apart_from_a_lost_key(
    file: Path, keychain: FakeKeychain, place: int
) -> None:
    begin(file, keychain)
    before = damage(file, place)
    with opened(file, keychain) as history:
        assert history.access is Access.BROKEN
        assert "damaged" in history.reason
    assert file.read_bytes() == before


@pytest.mark.parametrize("place", FIRST_PAGE)
def test_the_right_passphrase_of_a_damaged_file_is_not_called_wrong(
    file: Path, keychain: FakeKeychain, place: int
) -> None:
    begin(file, keychain, Protection.PASSPHRASE)
    before = damage(file, place)
    with opened(file, keychain) as history:
        assert history.access is Access.LOCKED
        with pytest.raises(InputError, match="not the passphrase"):
            history.unlock("correct horses")
        history.unlock(PASSPHRASE)
        assert (history.access, "damaged" in history.reason) == (Access.BROKEN, True)
        assert str(file) in history.reason
        for refused in (history.entries, lambda: history.create(ChatSettings())):
            with pytest.raises(InputError, match="damaged"):
                refused()
        assert file.read_bytes() == before
        history.start_clean()
        assert (history.access, titles(history)) == (Access.OPEN, [])
    assert file.with_name("conversations-set-aside-1.db").read_bytes() == before


def test_a_forgotten_passphrase_does_not_lock_the_person_out_for_ever(
    file: Path, keychain: FakeKeychain
) -> None:
    begin(file, keychain, Protection.PASSPHRASE)
    before = file.read_bytes()
    with opened(file, keychain) as history:
        with pytest.raises(InputError):
            history.unlock("no longer known")
        history.start_clean()
        assert (history.access, titles(history)) == (Access.OPEN, [])
    aside = file.with_name("conversations-set-aside-1.db")
    assert aside.read_bytes() == before
    with opened(aside, keychain) as history:  # remembered after all
        history.unlock(PASSPHRASE)
        assert titles(history) == ["kept"]


def test_a_keychain_that_is_asked_again_is_seen_to_be_asked(file: Path) -> None:
    seen: list[Access] = []

    class Watched(FakeKeychain):
        def get(self, name: str) -> bytes | None:
            seen.extend(history.access for history in histories)
            return super().get(name)

    keychain, histories = Watched(), []
    begin(file, keychain)
    keychain.is_there = False
    with opened(file, keychain) as history:
        histories.append(history)
        assert history.access is Access.NO_ANSWER
        history.unlock("")
        assert seen == [Access.OPENING]
        assert (history.access, "does not answer" in history.reason) == (Access.NO_ANSWER, True)
        keychain.is_there = True
        history.unlock("")
        assert titles(history) == ["kept"]


def test_a_damaged_message_costs_that_message_alone(file: Path, keychain: FakeKeychain) -> None:
    with opened(file, keychain) as history:
        entry = say(history, "first")
        other = say(history, "second")
        history.protect(Protection.NONE)
    connection = apsw.Connection(str(file))
    connection.execute("UPDATE nodes SET content = '{' WHERE conversation = ? AND node = 1", (entry,))
    connection.close()
    with opened(file, keychain) as history:
        stored = history.open(entry)
        assert (stored.damaged, len(stored.nodes)) == (1, 2)
        assert Tree.of(stored.nodes, stored.leaf).path()[1].content == answer("first answered")
        assert history.open(other).damaged == 0
        assert len(history.search("answered")) == 2
        history.remove(entry)
        assert titles(history) == ["second"]


def test_a_damaged_page_of_an_encrypted_file_costs_what_lies_on_it(
    file: Path, keychain: FakeKeychain
) -> None:
    with opened(file, keychain) as history:
        entry = history.create(ChatSettings())
        tree = Tree()
        for number in range(60):
            node = tree.add(tree.leaf, Question(f"{number} " + "long " * 1500))
            history.put(entry, node, node.id)
        path = len(history.open(entry).nodes)
    assert path == 60
    page = 4096
    data = bytearray(file.read_bytes())
    where = len(data) // 2 // page * page + 50  # in the middle of a long text
    data[where] ^= 1
    file.write_bytes(data)
    with opened(file, keychain) as history:
        stored = history.open(entry)
        assert 1 <= stored.damaged <= 3
        assert len(stored.nodes) == 60
        assert len(titles(history)) == 1


def test_a_search_index_that_does_not_fit_is_made_anew(file: Path, keychain: FakeKeychain) -> None:
    with opened(file, keychain) as history:
        entries = [say(history, f"question{number}") for number in range(3)]
        history.rename(entries[0], "title")
        history.protect(Protection.NONE)
    connection = apsw.Connection(str(file))
    connection.execute("INSERT INTO said(said) VALUES ('delete-all')")
    connection.execute("INSERT INTO titles(titles) VALUES ('delete-all')")
    connection.close()
    with opened(file, keychain) as history:
        assert history.search("answered") == ()
        history.remove(entries[1])
        assert [hit.entry.id for hit in history.search("answered")] == [entries[2], entries[0]]
        assert len(history.search("title")) == 1


def test_the_organisation_decides(file: Path, keychain: FakeKeychain) -> None:
    with opened(file, keychain, Rules(is_allowed=False)) as history:
        assert history.access is Access.FORBIDDEN
        with pytest.raises(PolicyError):
            history.protect(Protection.PASSPHRASE, PASSPHRASE)
        with pytest.raises(PolicyError):
            history.start_clean()
        with pytest.raises(InputError):
            history.create(ChatSettings())
        assert not file.parent.exists()
    with opened(file, keychain, Rules(must_encrypt=True)) as history:
        with pytest.raises(PolicyError):
            history.protect(Protection.NONE)
        assert history.protection is Protection.KEYCHAIN


def test_where_encryption_is_required_an_open_file_is_encrypted(file: Path, keychain: FakeKeychain) -> None:
    begin(file, keychain, Protection.NONE)
    keychain.is_there = False
    with opened(file, keychain, Rules(must_encrypt=True)) as history:
        assert history.access is Access.NO_KEYCHAIN
        history.unlock("")
        assert history.access is Access.NO_KEYCHAIN
    keychain.is_there = True
    with opened(file, keychain, Rules(must_encrypt=True)) as history:
        assert (history.access, history.protection, titles(history)) == (
            Access.OPEN,
            Protection.KEYCHAIN,
            ["kept"],
        )
    assert b"kept" not in file.read_bytes()


def test_where_encryption_is_required_a_passphrase_will_do_without_a_keychain(
    file: Path, keychain: FakeKeychain
) -> None:
    begin(file, keychain, Protection.NONE)
    keychain.is_there = False
    rules = Rules(must_encrypt=True)
    with opened(file, keychain, rules) as history, opened(file, keychain) as other:
        with pytest.raises(InputError, match=r"[Cc]lose"):  # another window has it open
            history.protect(Protection.PASSPHRASE, PASSPHRASE)
        assert history.access is Access.NO_KEYCHAIN
        with pytest.raises(InputError):
            history.create(ChatSettings())
        other.close()
        with pytest.raises(InputError, match="at least 8"):
            history.protect(Protection.PASSPHRASE, "short")
        history.protect(Protection.PASSPHRASE, PASSPHRASE)
        assert (history.access, history.protection, titles(history)) == (
            Access.OPEN,
            Protection.PASSPHRASE,
            ["kept"],
        )
    assert b"kept" not in file.read_bytes()


def test_a_failed_change_leaves_no_key_behind(file: Path, keychain: FakeKeychain) -> None:
    with opened(file, keychain) as first, opened(file, FakeKeychain(is_there=False)) as locked_out:
        say(first, "kept")
        keys = dict(keychain.keys)
        with pytest.raises(InputError):
            first.protect(Protection.KEYCHAIN)
        assert locked_out.access is Access.NO_ANSWER
        assert keychain.keys == keys


def test_a_key_that_cannot_be_put_anywhere_changes_nothing(file: Path, keychain: FakeKeychain) -> None:
    begin(file, keychain, Protection.PASSPHRASE)
    with opened(file, keychain) as history:
        history.unlock(PASSPHRASE)
        keychain.is_there = False
        with pytest.raises(InputError):
            history.protect(Protection.KEYCHAIN)
        assert (history.access, history.protection, titles(history)) == (
            Access.OPEN,
            Protection.PASSPHRASE,
            ["kept"],
        )


def test_what_belongs_to_the_conversations_has_a_key_that_changes_with_theirs(
    file: Path, keychain: FakeKeychain
) -> None:
    with opened(file, keychain) as history:
        key = history.derived_key(b"a")
        assert key is not None
        assert len(key) == 32
        assert key not in keychain.keys.values()
        assert history.derived_key(b"b") != key
    with opened(file, keychain) as history:
        assert history.derived_key(b"a") == key
        history.protect(Protection.PASSPHRASE, PASSPHRASE)
        assert history.derived_key(b"a") not in (None, key)
        history.protect(Protection.NONE)
        assert history.derived_key(b"a") is None


def test_old_keys_do_not_pile_up(file: Path, keychain: FakeKeychain) -> None:
    with opened(file, keychain) as history:
        for _ in range(3):
            history.protect(Protection.KEYCHAIN)
            assert len(keychain.keys) == 1
        history.protect(Protection.PASSPHRASE, PASSPHRASE)
        assert keychain.keys == {}


def test_two_chorales_that_begin_at_once_have_one_history(file: Path) -> None:
    class AtOnce(FakeKeychain):
        def put(self, name: str, key: bytes) -> None:
            super().put(name, key)
            if len(self.keys) == 1:
                begin(file, self)

    with opened(file, AtOnce()) as history:
        assert (history.access, titles(history)) == (Access.OPEN, ["kept"])


class OnceForgetful(FakeKeychain):
    """Its old keys cannot be removed."""

    def remove(self, name: str) -> None:
        raise KeychainError


def test_an_old_key_that_cannot_be_removed_stops_nothing(file: Path) -> None:
    with opened(file, OnceForgetful()) as history:
        say(history, "kept")
        history.protect(Protection.KEYCHAIN)
        assert titles(history) == ["kept"]


def test_two_chorales_see_each_others_chats(file: Path, keychain: FakeKeychain) -> None:
    with opened(file, keychain) as first, opened(file, keychain) as second:
        say(first, "from one")
        entry = say(second, "from two")
        assert titles(first) == ["from two", "from one"]
        first.remove(entry)
        assert titles(second) == ["from one"]


@pytest.mark.slow  # the first waits for the second, in vain
def test_a_second_chorale_is_not_robbed_of_its_file(file: Path, keychain: FakeKeychain) -> None:
    with opened(file, keychain) as first, opened(file, keychain) as second:
        say(second, "kept")
        with pytest.raises(InputError, match="open a second time"):
            first.protect(Protection.NONE)
        assert (first.access, first.protection, titles(first)) == (Access.OPEN, Protection.KEYCHAIN, ["kept"])
        second.close()
        first.protect(Protection.NONE)
        assert titles(first) == ["kept"]


def test_what_a_crash_left_beside_the_file_is_cleared(file: Path, keychain: FakeKeychain) -> None:
    begin(file, keychain, Protection.NONE)
    data = file.read_bytes()
    old, new = file.with_suffix(".old"), file.with_suffix(".ab12.new")
    os.link(file, old)  # as it stands just before the copy takes the file's place
    new.write_bytes(b"half a copy")
    with opened(file, keychain) as history:
        assert titles(history) == ["kept"]
    assert not old.exists()
    assert not new.exists()
    old.write_bytes(data)  # as it stands just after: the old file, readable for all
    inode = old.open("rb")
    with inode, opened(file, keychain) as history:
        assert titles(history) == ["kept"]
        assert not old.exists()
        assert set(inode.read()) == {0}, "what was readable for all is still on the disk"


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX's")
def test_nobody_else_may_read_the_files(file: Path, keychain: FakeKeychain) -> None:
    with opened(file, keychain) as history:
        say(history, "kept")
        history.protect(Protection.NONE)
        say(history, "more")
        assert {each.suffix for each in file.parent.iterdir()} == {".db", ".db-wal", ".db-shm", ".lock"}
        for each in file.parent.iterdir():
            assert each.stat().st_mode & 0o077 == 0, each


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_a_folder_that_cannot_be_written_is_told(file: Path, keychain: FakeKeychain) -> None:
    file.parent.mkdir(mode=0o500, parents=True)
    with opened(file, keychain) as history:
        assert history.access is Access.BROKEN
        assert str(file.parent) in history.reason


def test_a_folder_that_is_a_file_is_told(file: Path, keychain: FakeKeychain) -> None:
    file.parent.write_text("in the way")
    with opened(file, keychain) as history:
        assert history.access is Access.BROKEN
        assert str(file.parent) in history.reason
        with pytest.raises(InputError):
            history.start_clean()


def test_a_closed_history_says_so(file: Path, keychain: FakeKeychain) -> None:
    history = History(file, keychain, scrypt_cost=4)
    history.close()
    history.close()
    with pytest.raises(AppError):
        history.entries()


def test_a_half_made_file_is_finished(file: Path, keychain: FakeKeychain) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(b"")  # ended between making the file and the first page
    with opened(file, keychain) as history:
        say(history, "kept")
    with opened(file, keychain) as history:
        assert titles(history) == ["kept"]
