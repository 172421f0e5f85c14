"""Background work: in order, in batches, without piling up, and silent once nobody wants it."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from app.logs import start_logging, stop_logging
from ui.background import INTERVAL_MS, MOST_WAITING, Background


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    made = Background()
    yield made
    assert made.close()


class Heard:
    """What came, in which batches, and how it ended."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.times: list[float] = []
        self.threads: set[QThread] = set()
        self.ends: list[BaseException | None] = []

    def take(self, events: list[int]) -> None:
        self.batches.append(events)
        self.times.append(time.monotonic())
        self.threads.add(QThread.currentThread())

    @property
    def events(self) -> list[int]:
        return [event for batch in self.batches for event in batch]


@pytest.mark.slow
def test_a_flood_arrives_whole_in_order_and_at_most_thirty_times_a_second(
    qtbot: QtBot, background: Background
) -> None:
    heard = Heard()
    count = 20 * MOST_WAITING
    background.start(lambda: iter(range(count)), heard.take, heard.ends.append)
    qtbot.waitUntil(lambda: bool(heard.ends), timeout=20_000)
    assert heard.events == list(range(count))
    assert max(len(batch) for batch in heard.batches) <= MOST_WAITING
    gaps = [later - earlier for earlier, later in itertools.pairwise(heard.times)]
    assert min(gaps) >= INTERVAL_MS / 1000 * 0.9
    assert heard.threads == {QThread.currentThread()}


def test_an_exception_is_the_last_thing_said(qtbot: QtBot, background: Background) -> None:
    def work() -> Iterator[int]:
        yield 1
        raise ValueError("no")

    heard = Heard()
    background.start(work, heard.take, heard.ends.append)
    qtbot.waitUntil(lambda: bool(heard.ends))
    assert heard.events == [1]
    assert isinstance(heard.ends[0], ValueError)


def test_a_bug_in_the_background_is_in_the_log(qtbot: QtBot, background: Background, tmp_path: Path) -> None:
    def work() -> Iterator[int]:
        yield 1
        raise ValueError("zeb" + "ra")

    handler = start_logging(tmp_path)
    heard = Heard()
    background.start(work, heard.take, heard.ends.append)
    qtbot.waitUntil(lambda: bool(heard.ends))
    stop_logging(handler)
    (log,) = [file.read_text("utf-8") for file in tmp_path.iterdir()]
    assert "in work" in log
    assert log.endswith("ValueError\n")
    assert "zebra" not in log


def test_work_dropped_while_it_waits_its_turn_never_begins(qtbot: QtBot, background: Background) -> None:
    go = threading.Event()
    begun: list[str] = []

    def slow() -> Iterator[int]:
        assert go.wait(10)
        yield 1

    def waiting() -> Iterator[int]:
        begun.append("waiting")
        return iter([2])

    after = Heard()
    background.start(slow, Heard().take, Heard().ends.append)
    job = background.start(waiting, Heard().take, Heard().ends.append)
    job.drop()
    background.start(lambda: iter([7]), after.take, after.ends.append)
    go.set()
    qtbot.waitUntil(lambda: bool(after.ends))
    assert begun == []


def test_dropped_work_says_nothing_more_and_does_not_block_what_comes_after(
    qtbot: QtBot, background: Background
) -> None:
    go = threading.Event()

    def slow() -> Iterator[int]:
        yield 1
        assert go.wait(10)
        yield from range(2, 2 * MOST_WAITING)

    dropped, after = Heard(), Heard()
    job = background.start(slow, dropped.take, dropped.ends.append)
    qtbot.waitUntil(lambda: bool(dropped.batches))
    job.drop()
    background.start(lambda: iter([7]), after.take, after.ends.append)
    go.set()
    qtbot.waitUntil(lambda: bool(after.ends))
    assert after.events == [7]
    assert dropped.events == [1]
    assert dropped.ends == []
