"""Work in the foreground of a command: events in order, errors as they are, Ctrl+C at any moment."""

from __future__ import annotations

import _thread
import signal
import threading
from collections.abc import Iterator

import pytest

from app.foreground import iterate
from tests.fakes.engine import PATIENCE_S


def test_events_come_in_order_from_another_thread() -> None:
    def work() -> Iterator[tuple[int, bool]]:
        for number in range(100):
            yield number, threading.current_thread() is threading.main_thread()

    assert list(iterate(work, lambda: None)) == [(number, False) for number in range(100)]


def test_an_error_comes_after_the_events_before_it() -> None:
    def work() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    heard = []
    with pytest.raises(ValueError, match="broken"):
        for event in iterate(work, lambda: None):
            heard.append(event)
    assert heard == [1]


def test_ctrl_c_asks_once_and_the_work_ends_properly() -> None:
    begun, stopped = threading.Event(), threading.Event()

    def work() -> Iterator[str]:
        begun.set()
        assert stopped.wait(PATIENCE_S)
        yield "the end"

    def press() -> None:
        assert begun.wait(PATIENCE_S)
        _thread.interrupt_main()

    threading.Thread(target=press).start()
    assert list(iterate(work, stopped.set)) == ["the end"]


def test_a_second_ctrl_c_does_not_wait_for_work_that_hangs() -> None:
    begun, stopped, over = threading.Event(), threading.Event(), threading.Event()

    def work() -> Iterator[str]:
        begun.set()
        assert over.wait(PATIENCE_S)
        yield "too late"

    def press() -> None:
        assert begun.wait(PATIENCE_S)
        _thread.interrupt_main()
        assert stopped.wait(PATIENCE_S)
        _thread.interrupt_main()

    threading.Thread(target=press).start()
    with pytest.raises(KeyboardInterrupt):
        list(iterate(work, stopped.set))
    over.set()


def test_whoever_stops_listening_stops_the_work_and_waits_for_its_end() -> None:
    stopped, ended = threading.Event(), threading.Event()

    def work() -> Iterator[int]:
        yield 1
        assert stopped.wait(PATIENCE_S)
        ended.set()

    events = iterate(work, stopped.set)
    assert next(events) == 1
    events.close()  # type: ignore[attr-defined]
    assert ended.is_set()


def test_ctrl_c_is_as_before_when_the_work_is_over() -> None:
    before = signal.getsignal(signal.SIGINT)
    assert list(iterate(lambda: [1], lambda: None)) == [1]
    assert signal.getsignal(signal.SIGINT) is before


def test_it_works_off_the_main_thread_where_signals_cannot_be_heard() -> None:
    heard: list[int] = []
    thread = threading.Thread(target=lambda: heard.extend(iterate(lambda: [1, 2], lambda: None)))
    thread.start()
    thread.join(PATIENCE_S)
    assert heard == [1, 2]


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signal masks are POSIX's")
def test_a_process_started_by_the_work_is_not_killed_by_ctrl_c_before_it_is_ready() -> None:
    masks = list(iterate(lambda: [signal.pthread_sigmask(signal.SIG_BLOCK, [])], lambda: None))
    assert signal.SIGINT in masks[0]
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])
