"""A keychain that takes its time does not keep the window from opening."""

from __future__ import annotations

import threading

import pytest

from app.history.interface import HistoryInterface
from app.history.late import opened_later
from app.history.values import Access
from models.errors import EngineError
from tests.fakes.engine import PATIENCE_S
from tests.fakes.history import FakeHistory


class Slow:
    """Opens when it is told to."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.closed = threading.Event()

    def make(self) -> HistoryInterface:
        assert self.go.wait(PATIENCE_S)
        history = FakeHistory()
        history.close = self.closed.set  # type: ignore[method-assign]
        return history


def test_it_is_there_at_once_and_who_asks_waits() -> None:
    slow = Slow()
    history = opened_later(slow.make)
    told: list[Access] = []
    asking = threading.Thread(target=lambda: told.append(history.access))
    asking.start()
    assert told == []
    slow.go.set()
    asking.join(PATIENCE_S)
    assert told == [Access.OPEN]
    assert history.entries() == ()


def test_closing_does_not_wait_for_the_keychain() -> None:
    slow = Slow()
    opened_later(slow.make).close()
    slow.go.set()
    assert slow.closed.wait(PATIENCE_S)


def test_what_goes_wrong_is_told_to_whoever_asks() -> None:
    def fail() -> HistoryInterface:
        raise EngineError("It cannot be opened.")

    history = opened_later(fail)
    for _ in range(2):
        with pytest.raises(EngineError, match="cannot be opened"):
            history.entries()
    history.close()
