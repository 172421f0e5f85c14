"""Whenever Chorale is killed and whichever write fails: what was acknowledged is there, and the file opens."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from app.history.interface import HistoryInterface
from app.history.store import History
from app.history.tree import Question, Tree
from app.history.values import Access, ChatSettings, Protection
from models.errors import AppError
from tests.app.history.samples import answer
from tests.fakes.history import FakeHistory
from tests.fakes.keychain import FakeKeychain
from tests.support.failing_disk import FailingDisk
from tests.support.history_writer import FolderKeychain

ROOT = Path(__file__).resolve().parents[3]
_MOST = 2_000  # writes; no run has so many


@pytest.mark.slow
@pytest.mark.parametrize("change", [(), ("--change",)])
def test_a_killed_chorale_loses_no_acknowledged_message(tmp_path: Path, change: tuple[str, ...]) -> None:
    file, keys = tmp_path / "data" / "conversations.db", tmp_path / "keys"
    keys.mkdir()
    kept: list[int] = []
    for lines in (1, 3, 8, 21):
        command = [
            sys.executable,
            "-m",
            "tests.support.history_writer",
            str(file),
            str(keys),
            str(len(kept) + 100),
        ]
        with subprocess.Popen([*command, *change], cwd=ROOT, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            told = [writer.stdout.readline() for _ in range(lines)]
            writer.kill()
            told += writer.stdout.readlines()
        kept += [int(line) for line in told if line.strip().isdigit()]
        history = History(file, FolderKeychain(keys), scrypt_cost=4)
        assert history.access is Access.OPEN, history.reason
        there = {entry.title.split()[0] for entry in history.entries()}
        assert {f"kept{number}" for number in kept} <= there
        assert len(history.search(f"kept{kept[-1]}")) == 1
        leftovers = {each.suffix for each in file.parent.iterdir()} - {".db", ".db-wal", ".db-shm", ".lock"}
        history.close()
        assert leftovers == set()


def steps() -> list[Callable[[HistoryInterface], object]]:
    """Changes of every kind that may be made twice, on a history with one conversation, 1, of two messages."""
    tree = Tree()
    first = tree.add(None, Question("first question"))
    second = tree.add(first.id, answer("first answer " * 300))
    third = tree.add(second.id, Question("second question", "document " * 3000))
    return [
        lambda history: history.put(1, third, 3),
        lambda history: history.put(
            1, Tree.of((first, second), 2).replace(2, answer("other answer " * 500)), 2
        ),
        lambda history: history.rename(1, "title"),
        lambda history: history.pin(1, True),
        lambda history: history.configure(1, ChatSettings(model="b")),
        lambda history: history.take_out(1, (3,), 2),
        lambda history: history.save_prompt("name", "text", 1),
    ]


def begin(history: HistoryInterface) -> None:
    entry = history.create(ChatSettings())
    tree = Tree()
    for content in (Question("first question"), answer("first answer " * 300)):
        node = tree.add(tree.leaf, content)
        history.put(entry, node, node.id)
    history.save_prompt("older name", "older text")


def state(history: HistoryInterface) -> object:
    """All that was said; times apart."""
    (entry,) = history.entries()
    stored = history.open(entry.id)
    nodes = [(node.id, node.parent, node.content) for node in stored.nodes]
    words = ("question", "answer", "other", "title", "first")
    found = [[(hit.entry.id, hit.node) for hit in history.search(word)] for word in words]
    return (entry.title, entry.is_pinned, stored.settings, stored.leaf, nodes, history.prompts(), found)


@pytest.fixture
def disk() -> Iterator[FailingDisk]:
    disk = FailingDisk()
    yield disk
    disk.unregister()


@pytest.fixture
def begun(tmp_path: Path) -> tuple[Path, FakeKeychain]:
    """A folder to copy, and its keychain."""
    keychain = FakeKeychain()
    history = History(tmp_path / "begun" / "conversations.db", keychain)
    begin(history)
    history.close()
    return tmp_path / "begun", keychain


def fresh(begun: Path, number: int) -> Path:
    folder = begun.with_name(f"run-{number}")
    shutil.copytree(begun, folder)
    return folder / "conversations.db"


def test_a_power_cut_loses_nothing_that_was_acknowledged(
    begun: tuple[Path, FakeKeychain], disk: FailingDisk
) -> None:
    history = History(begun[0] / "conversations.db", begun[1], connect=disk.connect)
    for step in steps():
        before = disk.count
        step(history)
        assert disk.count > before
        assert ".db-wal" not in disk.unsynced
    history.protect(Protection.NONE)
    history.close()


@pytest.mark.slow
@pytest.mark.parametrize("for_ever", [False, True])
def test_a_failing_write_loses_nothing_that_was_acknowledged(
    begun: tuple[Path, FakeKeychain], disk: FailingDisk, for_ever: bool
) -> None:
    for number in itertools.count(1):
        file, keychain = fresh(begun[0], number), begun[1]
        kept = FakeHistory()
        begin(kept)
        disk.fail_at(number, for_ever=for_ever)
        history = History(file, keychain, connect=disk.connect)
        possible = [state(kept)]
        if history.access is Access.OPEN:
            possible = run(history, kept, goes_on=not for_ever)
        try:
            history.close()
        finally:
            has_failed = disk.has_failed
            disk.fail_at(0, for_ever=False)
        after = History(file, keychain, connect=disk.connect)
        assert after.access is Access.OPEN, f"failure {number}: {after.reason}"
        assert state(after) in possible, f"failure {number}"
        after.close()
        shutil.rmtree(file.parent)
        if not has_failed:
            assert number > 30, "hardly anything was written"
            return
        assert number < _MOST


def run(history: HistoryInterface, kept: HistoryInterface, *, goes_on: bool) -> list[object]:
    """Do each step, again if it fails and `goes_on`; what may be there afterwards."""
    for step in steps():
        before = state(kept)
        step(kept)
        try:
            step(history)
        except AppError:
            if not goes_on:
                return [before, state(kept)]
            step(history)
    return [state(kept)]


@pytest.mark.slow
@pytest.mark.parametrize("for_ever", [False, True])
@pytest.mark.parametrize("protection", [Protection.NONE, Protection.PASSPHRASE])
def test_a_failing_write_while_protection_changes_leaves_the_old_or_the_new(
    begun: tuple[Path, FakeKeychain], disk: FailingDisk, for_ever: bool, protection: Protection
) -> None:
    kept = FakeHistory()
    begin(kept)
    for number in itertools.count(1):
        file, keychain = fresh(begun[0], number), FakeKeychain()
        keychain.keys.update(begun[1].keys)
        history = History(file, keychain, connect=disk.connect, scrypt_cost=4)
        disk.fail_at(number, for_ever=for_ever)
        is_done = True
        try:
            history.protect(protection, "correct horse")
        except AppError:
            is_done = False
        has_failed = disk.has_failed
        disk.fail_at(0, for_ever=False)
        history.close()
        after = History(file, keychain, connect=disk.connect)
        if after.access is Access.LOCKED:
            after.unlock("correct horse")
        assert after.access is Access.OPEN, f"failure {number}: {after.reason}"
        assert not is_done or after.protection is protection
        assert state(after) == state(kept)
        after.close()
        shutil.rmtree(file.parent)
        if not has_failed:
            assert is_done
            assert number > 10, "hardly anything was written"
            return
        assert number < _MOST


class Killed(BaseException):
    """As if the process had ended there."""


STEPS = ("rename", "replace", "unlink")  # of files


@pytest.fixture
def interrupted(tmp_path: Path) -> tuple[bytes, bytes, FakeKeychain]:
    """A file and its log, as a crash left them behind, and their keychain."""
    keychain = FakeKeychain()
    file = tmp_path / "made" / "conversations.db"
    history = History(file, keychain, scrypt_cost=4)
    history.protect(Protection.PASSPHRASE, "correct horse")
    begin(history)
    data, log = file.read_bytes(), file.with_name(f"{file.name}-wal").read_bytes()
    assert log, "what is kept is not in the log, so nothing can come apart"
    history.close()
    return data, log, keychain


@pytest.mark.slow
@pytest.mark.parametrize("error", [OSError, Killed])
def test_setting_aside_never_parts_a_file_from_its_log(
    tmp_path: Path,
    interrupted: tuple[bytes, bytes, FakeKeychain],
    error: type[BaseException],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data, log, keychain = interrupted
    for number in itertools.count(1):
        file = tmp_path / f"run-{number}" / "conversations.db"
        file.parent.mkdir()
        file.write_bytes(data)
        file.with_name(f"{file.name}-wal").write_bytes(log)
        history = History(file, keychain, scrypt_cost=4)
        assert history.access is Access.LOCKED
        with monkeypatch.context() as patched:
            count = fail_at(number, error, patched)
            with suppress(AppError, Killed):
                history.start_clean()
        aside = file.with_name("conversations-set-aside-1.db")
        if error is OSError and not aside.exists():  # Chorale goes on, and so does the person
            history.unlock("correct horse")
            assert len(history.search("answer")) == 1, f"step {number}"
        history.close()
        after = History(file, keychain, scrypt_cost=4)
        if after.access is Access.OPEN:
            assert after.entries() == ()
            after.close()
            after = History(aside, keychain, scrypt_cost=4)
        else:
            assert not aside.exists()
        after.unlock("correct horse")
        assert len(after.search("answer")) == 1, f"step {number}"
        after.close()
        assert not file.with_suffix(".aside").exists()
        if count() < number:
            assert number > 3
            return


def fail_at(number: int, error: type[BaseException], patched: pytest.MonkeyPatch) -> Callable[[], int]:
    """Let the step of this number raise; what is returned tells how many there were."""
    done: list[str] = []

    def failing(name: str) -> Callable[..., object]:
        real = getattr(Path, name)

        def step(self: Path, *values: object, **others: object) -> object:
            done.append(name)
            if len(done) == number:
                raise error
            return real(self, *values, **others)

        return step

    for name in STEPS:
        patched.setattr(Path, name, failing(name))
    return lambda: len(done)
