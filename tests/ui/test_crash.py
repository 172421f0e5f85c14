"""The crash page: a bug is shown and the window goes on."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from models.errors import Cancelled, EngineError
from tests.fakes.chat import FakeChat, services
from tests.ui.conftest import OpenWindow
from ui import start
from ui.crash import REPEATS_S, CrashDialog, CrashPage, watching
from ui.window import Window


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[BaseException | None]:
    """What the hooks that were there before are told."""
    errors: list[BaseException | None] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: errors.append(error))
    monkeypatch.setattr(threading, "excepthook", lambda args: errors.append(args.exc_value))
    return errors


@pytest.fixture
def page(open_window: OpenWindow, told: list[BaseException | None]) -> Iterator[CrashPage]:
    with watching(open_window()) as page:
        yield page


def broken() -> None:
    raise ZeroDivisionError("a bug")


def raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:
        return caught


def dialog_of(page: CrashPage) -> CrashDialog:
    assert page.dialog is not None
    return page.dialog


def test_a_bug_in_a_slot_is_shown_with_its_traceback_and_told_on(
    page: CrashPage, told: list[BaseException | None], qtbot: QtBot
) -> None:
    QTimer.singleShot(0, broken)
    qtbot.waitUntil(lambda: page.dialog is not None)
    dialog = dialog_of(page)
    assert dialog.isVisible()
    assert dialog.title.text() == "Something went wrong in Chorale."
    assert dialog.kept.text() == "Your conversation is still here."
    assert not dialog.details.isVisible()
    dialog.more.click()
    assert dialog.details.isVisible()
    assert dialog.rect().contains(dialog.details.geometry())
    assert "in broken" in dialog.details.toPlainText()
    assert "ZeroDivisionError: a bug" in dialog.details.toPlainText()
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == dialog.details.toPlainText()
    assert [type(error) for error in told] == [ZeroDivisionError]
    dialog.go_on.click()
    assert page.dialog is None


def test_a_bug_in_a_thread_is_shown_too(
    page: CrashPage, told: list[BaseException | None], qtbot: QtBot
) -> None:
    thread = threading.Thread(target=broken)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: page.dialog is not None)
    assert "in broken" in dialog_of(page).details.toPlainText()
    assert [type(error) for error in told] == [ZeroDivisionError]


def test_many_bugs_open_one_dialog_and_the_next_bug_opens_the_next(page: CrashPage) -> None:
    page.meet(raised(ValueError("one")))
    first = dialog_of(page)
    page.meet(raised(KeyError("two")))
    assert page.dialog is first
    first.go_on.click()
    page.meet(raised(TypeError("three")))
    assert "three" in dialog_of(page).details.toPlainText()


def test_a_bug_that_comes_again_and_again_is_not_shown_again_and_again(open_window: OpenWindow) -> None:
    now = [0.0]
    page = CrashPage(open_window(), clock=lambda: now[0])
    for _ in range(4):
        page.meet(raised(ValueError("at every tick")))
        if page.dialog is not None:
            assert now[0] == 0.0
            page.dialog.go_on.click()
        now[0] += REPEATS_S / 2
    now[0] += REPEATS_S
    page.meet(raised(ValueError("once more, later")))
    assert page.dialog is not None


def test_what_the_person_cancelled_is_silent_and_a_known_error_has_its_own_sentence(page: CrashPage) -> None:
    page.meet(raised(Cancelled()))
    page.meet(KeyboardInterrupt())
    assert page.dialog is None
    page.meet(raised(EngineError("The engine stopped. Try again.")))
    assert dialog_of(page).title.text() == "The engine stopped. Try again."


def test_a_bug_of_the_crash_page_does_not_hide_the_first_one(
    page: CrashPage, told: list[BaseException | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "meet", lambda error: broken())
    error = raised(ValueError("the first"))
    sys.excepthook(type(error), error, error.__traceback__)
    assert told == [error]


def test_the_window_is_watched_while_it_runs_and_no_longer(
    qapp: QApplication, told: list[BaseException | None]
) -> None:
    before = (sys.excepthook, threading.excepthook)
    shown: list[str] = []
    QTimer.singleShot(0, broken)

    def look() -> None:
        for widget in qapp.topLevelWidgets():
            if isinstance(widget, CrashDialog) and widget.isVisible():
                shown.append(widget.details.toPlainText())
                widget.go_on.click()
                for window in qapp.topLevelWidgets():
                    if isinstance(window, Window) and window.isVisible():
                        window.close()

    timer = QTimer(interval=20)
    timer.timeout.connect(look)
    timer.start()
    assert start.run(services(FakeChat())) == 0
    timer.stop()
    assert len(shown) == 1
    assert "a bug" in shown[0]
    assert (sys.excepthook, threading.excepthook) == before
