"""The list in the window: search, rename, pin, folders, delete, and what stands there when it cannot be shown."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.history.values import Access, Entry, Protection
from tests.fakes.chat import FakeSettings, end, hold, say
from tests.fakes.history import FakeHistory
from tests.fakes.kept_chat import KeptChat, keep
from tests.ui.conftest import OpenWindow
from ui.chat.row_actions import RowAction
from ui.controller import Stage
from ui.conversations.lines import EntryLine, HitLine
from ui.conversations.panel import ConversationPanel
from ui.export_dialog import ExportDialog
from ui.window import Window

Opened = tuple[Window, KeptChat, FakeHistory]
Open = Callable[..., Opened]
Ask = Callable[..., None]


@pytest.fixture
def open_list(open_window: OpenWindow, qtbot: QtBot) -> Open:
    """Opens a window over a history: three conversations, unless one is given."""

    def open_one(history: FakeHistory | None = None, *scripts: Any, **given: Any) -> Opened:
        if history is None:
            history = FakeHistory()
            keep(history, "Rent", ("What does heating cost?", "The heating costs 80 a month."))
            keep(history, "Sky", ("Why is it red?", "Scattering."), ("And at noon?", "Less air, less red."))
            keep(history, "Poem", ("A poem, please.", "Roses are red."))
        chat = KeptChat(history, *scripts)
        window = open_window(chat, history=history, **given)
        if history.access is Access.OPEN:
            expected = len(history.entries())
            qtbot.waitUntil(lambda: len(titles(window)) == expected)
        else:
            qtbot.waitUntil(lambda: panel(window).access.isVisibleTo(panel(window)))
        window.activateWindow()
        return window, chat, history

    return open_one


def panel(window: Window) -> ConversationPanel:
    assert window.listed is not None
    return window.listed


def titles(window: Window) -> list[str]:
    """Of the conversations in the list, from top to bottom."""
    return [line.entry.title for line in panel(window).view.lines.lines if isinstance(line, EntryLine)]


def choose(window: Window, title: str) -> Entry:
    """Make a conversation the current one, as the arrow keys do."""
    view = panel(window).view
    for row, line in enumerate(view.lines.lines):
        if isinstance(line, EntryLine) and line.entry.title == title:
            view.setCurrentIndex(view.lines.index(row))
            return line.entry
    raise AssertionError(title)


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the keyboard is."""
    here = QApplication.focusWidget()
    assert here is not None
    QTest.keyClick(here, key, modifiers)


def trigger(menu: QMenu, words: str) -> None:
    """Choose what a menu says."""
    action = next(action for action in menu.actions() if action.text() == words)
    action.trigger()


def said(window: Window) -> list[str]:
    """The answers that are shown."""
    return [node.content.text for node in window._services.chat.path if hasattr(node.content, "rounds")]


def test_a_conversation_is_opened_from_the_list_and_marked(open_list: Open, qtbot: QtBot) -> None:
    window, chat, _history = open_list()
    entry = choose(window, "Rent")
    panel(window).view.setFocus()
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(window.chat.transcript.rows) == 2)
    assert chat.entry is not None
    assert chat.entry.id == entry.id
    assert panel(window).view.delegate.opened == entry.id
    assert window.chat.transcript.last_answer() == "The heating costs 80 a month."
    assert window.chat.composer.field.hasFocus()


def test_what_is_done_with_the_menu_is_done_to_the_open_conversation(
    open_list: Open, qtbot: QtBot, ask: Ask
) -> None:
    window, _chat, _history = open_list()
    there, view = panel(window), panel(window).view
    rent = choose(window, "Rent").id
    there.open_asked.emit(rent, None)
    qtbot.waitUntil(lambda: view.delegate.opened == rent)
    window.chat.new_conversation()
    assert view.chosen == []
    assert not view.currentIndex().isValid()
    assert not there.more.isEnabled()
    ask(window, "A fourth?")
    qtbot.waitUntil(lambda: [entry.title for entry in view.chosen] == ["A fourth?"])
    assert view.lines.entry(view.currentIndex()) == view.chosen[0]
    assert there.more.isEnabled()
    trigger(there._menu(), "Delete…")
    assert "“A fourth?” for ever" in there.ask.sentence.text()


def test_opening_a_find_chooses_its_conversation_when_the_list_is_back(open_list: Open, qtbot: QtBot) -> None:
    window, _chat, _history = open_list()
    there, view = panel(window), panel(window).view
    choose(window, "Rent")
    there.search.setText("noon")
    qtbot.waitUntil(lambda: bool(view.lines.lines) and isinstance(view.lines.lines[0], HitLine))
    view.open_first()
    qtbot.waitUntil(lambda: view.delegate.opened is not None)
    there.search.clear()
    qtbot.waitUntil(lambda: [entry.title for entry in view.chosen] == ["Sky"])


def test_what_is_asked_appears_in_the_list_and_moves_up(open_list: Open, qtbot: QtBot, ask: Ask) -> None:
    window, _chat, _history = open_list()
    ask(window, "A fourth?")
    qtbot.waitUntil(lambda: titles(window)[:1] == ["A fourth?"])
    assert len(titles(window)) == 4


def test_a_conversation_can_be_read_while_the_model_is_loading(
    open_list: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    class Slow(list[Any]):
        def __iter__(self) -> Any:
            go_on.wait(10)
            return iter(())

    window, _chat, _history = open_list(loads=(Slow(),), ready=False)
    try:
        panel(window).open_asked.emit(choose(window, "Sky").id, None)
        qtbot.waitUntil(lambda: len(window.chat.transcript.rows) == 4)
        assert window.controller.stage is Stage.LOADING
        assert window.chat.transcript.isVisible()
    finally:
        go_on.set()


def test_opening_another_conversation_in_the_middle_of_an_answer_stops_it(
    open_list: Open, qtbot: QtBot
) -> None:
    window, chat, _history = open_list(None, [*say("word"), hold, *say("more"), end()])
    window.chat.send("Go")
    qtbot.waitUntil(lambda: window.chat.transcript.last_answer() == "word")
    stops = chat.stops
    panel(window).open_asked.emit(choose(window, "Poem").id, None)
    qtbot.waitUntil(lambda: window.chat.transcript.last_answer() == "Roses are red.")
    assert chat.stops > stops
    assert window.controller.stage is Stage.READY


def test_a_conversation_that_is_gone_is_said_and_the_open_one_stays(
    open_list: Open, qtbot: QtBot, ask: Ask
) -> None:
    window, chat, history = open_list()
    ask(window, "Stay?")
    qtbot.waitUntil(lambda: "Stay?" in titles(window))
    entry = choose(window, "Rent")
    history.remove(entry.id)
    panel(window).open_asked.emit(entry.id, None)
    qtbot.waitUntil(lambda: "deleted meanwhile" in window.chat.notice.text())
    assert len(window.chat.transcript.rows) == 2
    assert chat.entry is not None
    assert [each.id for each in panel(window).view.chosen] == [chat.entry.id]


# -- search ------------------------------------------------------------------------------------------


def test_searching_opens_the_find_where_it_is(open_list: Open, qtbot: QtBot) -> None:
    window, _chat, _history = open_list()
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert panel(window).search.hasFocus()
    QTest.keyClicks(panel(window).search, "scatter")
    lines = panel(window).view.lines
    qtbot.waitUntil(lambda: bool(lines.lines) and isinstance(lines.lines[0], HitLine))
    hit = lines.lines[0]
    assert isinstance(hit, HitLine)
    assert [hit.hit.snippet[start:end].lower() for start, end in hit.hit.marks] == ["scatter"]
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(window.chat.transcript.rows) == 4)
    view = window.chat.transcript.views[window.chat.transcript.rows[1]]
    assert view.isVisible()
    assert window.chat.transcript.rect().intersects(view.geometry())


def test_a_find_in_another_branch_shows_that_branch(open_list: Open, qtbot: QtBot, ask: Ask) -> None:
    window, chat, history = open_list(None, [*say("The first one."), end()], [*say("The second one."), end()])
    ask(window, "Which?")
    window.chat.retry()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert window.chat.transcript.last_answer() == "The second one."
    assert chat.entry is not None
    hit = history.search("first one")[0]
    panel(window).open_asked.emit(chat.entry.id, hit.node)
    assert window.chat.transcript.last_answer() == "The first one."


def test_nothing_found_says_so_and_escape_brings_the_list_back(open_list: Open, qtbot: QtBot) -> None:
    window, _chat, _history = open_list()
    panel(window).start_search()
    QTest.keyClicks(panel(window).search, "zzz")
    qtbot.waitUntil(lambda: "Nothing was found" in panel(window).note.text())
    press(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(titles(window)) == 3)
    assert not panel(window).note.isVisible()
    assert panel(window).view.hasFocus()


# -- changing ----------------------------------------------------------------------------------------


def test_a_title_is_typed_in_place(open_list: Open, qtbot: QtBot) -> None:
    window, _chat, history = open_list()
    choose(window, "Rent")
    panel(window).view.setFocus()
    press(Qt.Key.Key_F2)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    assert field.text() == "Rent"
    QTest.keyClicks(field, "Heating")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Heating" in titles(window))
    assert {entry.title for entry in history.entries()} == {"Heating", "Sky", "Poem"}


def test_a_list_that_changes_while_a_title_is_typed_lets_it_be_typed(open_list: Open, qtbot: QtBot) -> None:
    window, _chat, history = open_list()
    choose(window, "Rent")
    panel(window).view.setFocus()
    press(Qt.Key.Key_F2)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "Hea")
    keep(history, "Just now", ("New?", "Yes."))
    assert window.conversations is not None
    window.conversations.look()
    qtbot.waitUntil(lambda: "Just now" in titles(window))
    assert QApplication.focusWidget() is field
    assert field.text() == "Hea"


def test_deleting_is_asked_and_deletes_for_ever(open_list: Open, qtbot: QtBot) -> None:
    window, _chat, history = open_list()
    choose(window, "Rent")
    panel(window).view.setFocus()
    press(Qt.Key.Key_Delete)
    ask = panel(window).ask
    assert "“Rent” for ever" in ask.sentence.text()
    assert ask.no.hasFocus()
    press(Qt.Key.Key_Escape)
    assert len(history.entries()) == 3
    press(Qt.Key.Key_Delete)
    ask.yes.click()
    qtbot.waitUntil(lambda: sorted(titles(window)) == ["Poem", "Sky"])
    assert len(history.entries()) == 2


def test_several_are_deleted_at_once(open_list: Open, qtbot: QtBot) -> None:
    window, _chat, history = open_list()
    panel(window).view.setFocus()
    panel(window).view.selectAll()
    press(Qt.Key.Key_Delete)
    assert "3 conversations" in panel(window).ask.sentence.text()
    panel(window).ask.yes.click()
    qtbot.waitUntil(lambda: not titles(window))
    assert history.entries() == ()
    assert "appear here" in panel(window).note.text()


def test_deleting_the_open_conversation_begins_another(open_list: Open, qtbot: QtBot) -> None:
    window, chat, _history = open_list()
    panel(window).open_asked.emit(choose(window, "Rent").id, None)
    qtbot.waitUntil(lambda: chat.entry is not None)
    panel(window).view.remove_asked.emit()
    panel(window).ask.yes.click()
    qtbot.waitUntil(lambda: chat.entry is None)
    assert not window.chat.transcript.rows


def test_a_deletion_just_before_closing_is_still_done(open_list: Open) -> None:
    window, _chat, history = open_list()
    assert window.conversations is not None
    window.conversations.remove(tuple(entry.id for entry in history.entries()))
    window.close()
    assert history.entries() == ()


def test_pins_and_folders_group_the_list(open_list: Open, qtbot: QtBot) -> None:
    window, _chat, history = open_list()
    choose(window, "Sky")
    trigger(panel(window)._menu(), "Pin")
    qtbot.waitUntil(lambda: titles(window)[0] == "Sky")
    choose(window, "Rent")
    menu = panel(window)._menu()
    folders = next(action.menu() for action in menu.actions() if action.text() == "Move to")
    assert isinstance(folders, QMenu)
    trigger(folders, "New folder…")
    assert panel(window).folder.field.hasFocus()
    QTest.keyClicks(panel(window).folder.field, "Household & more")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: history.folders() == ("Household & more",))
    view = panel(window).view
    qtbot.waitUntil(lambda: any(line.key == "folder:Household & more" for line in view.lines.lines))
    row = next(i for i, line in enumerate(view.lines.lines) if line.key == "folder:Household & more")
    view.setCurrentIndex(view.lines.index(row))
    view.setFocus()
    press(Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: "Rent" not in titles(window))
    press(Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: "Rent" in titles(window))


# -- a window of any width ---------------------------------------------------------------------------


def test_the_list_is_hidden_and_shown_by_keyboard_and_remembered(open_list: Open, qtbot: QtBot) -> None:
    settings = FakeSettings()
    window, _chat, _history = open_list(settings=settings)
    assert panel(window).isVisible()
    QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert not panel(window).isVisible()
    assert window.chat.header.side.isVisible()
    assert settings.values["window.list_open"] is False
    again, _chat, _history = open_list(settings=settings)
    assert not panel(again).isVisible()
    again.chat.header.side.click()
    assert panel(again).isVisible()
    here = QApplication.focusWidget()
    assert here is not None
    assert panel(again).isAncestorOf(here)
    assert settings.values["window.list_open"] is True


def test_in_a_narrow_window_the_list_lies_over_the_page_while_it_is_needed(
    open_list: Open, qtbot: QtBot
) -> None:
    settings = FakeSettings()
    window, chat, _history = open_list(settings=settings, size=(600, 700))
    assert not panel(window).isVisible()
    assert window.chat.width() == window.beside.width()
    window.beside.toggle()
    assert panel(window).isVisible()
    assert all(panel(window).isAncestorOf(stop) for stop in window.beside.stops())
    press(Qt.Key.Key_Escape)
    assert not panel(window).isVisible()
    assert window.chat.composer.field.hasFocus()
    window.beside.toggle()
    panel(window).open_asked.emit(choose(window, "Sky").id, None)
    qtbot.waitUntil(lambda: chat.entry is not None)
    assert not panel(window).isVisible()
    assert "window.list_open" not in settings.values


# -- when it cannot be shown -------------------------------------------------------------------------


def test_a_locked_history_is_opened_by_its_passphrase(open_list: Open, qtbot: QtBot) -> None:
    history = FakeHistory()
    keep(history, "Secret", ("Who?", "Me."))
    history.protect(Protection.PASSPHRASE, "my own words")
    history.access, history.reason = Access.LOCKED, "The conversations are locked."
    window, _chat, _history = open_list(history)
    access = panel(window).access
    assert access.sentence.text() == "The conversations are locked."
    assert not panel(window).search.isVisible()
    QTest.keyClicks(access.first, "not those")
    QTest.keyClick(access.first, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "not the passphrase" in access.trouble.text())
    assert access.first.hasFocus()
    QTest.keyClicks(access.first, "my own words")
    QTest.keyClick(access.first, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: titles(window) == ["Secret"])
    assert not access.isVisible()
    assert panel(window).search.hasFocus()


def test_while_the_keychain_asks_the_window_is_there_and_the_list_says_why_it_is_empty(
    open_window: OpenWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.conversations.keeper.OPENING_MS", 20)
    history = FakeHistory()
    keep(history, "Secret", ("Who?", "Me."))
    history.access = Access.OPENING
    window = open_window(KeptChat(history), history=history)
    access = panel(window).access
    qtbot.waitUntil(lambda: "keychain" in access.sentence.text())
    fields = (access.first, access.second, access.go, access.clean)
    assert not any(field.isVisibleTo(access) for field in fields)
    assert not window.chat.header.unkept_badge.isVisible()  # what is said meanwhile is kept then
    history.answered.set()
    qtbot.waitUntil(lambda: titles(window) == ["Secret"])
    assert not access.isVisible()


def test_without_a_keychain_a_passphrase_can_be_set(open_list: Open, qtbot: QtBot) -> None:
    history = FakeHistory(access=Access.NO_KEYCHAIN)
    window, _chat, _history = open_list(history)
    access = panel(window).access
    QTest.keyClicks(access.first, "short")
    access.go.click()
    assert "at least 8" in access.trouble.text()
    access.first.setText("long enough")
    access.second.setText("long enougj")
    access.go.click()
    assert "differ" in access.trouble.text()
    access.second.setText("long enough")
    access.go.click()
    qtbot.waitUntil(lambda: history.access is Access.OPEN)
    qtbot.waitUntil(lambda: panel(window).search.isVisible())
    assert history.protection is Protection.PASSPHRASE


def test_a_keychain_that_does_not_answer_is_asked_again_and_no_passphrase_is_offered(
    open_list: Open, qtbot: QtBot
) -> None:
    history = FakeHistory()
    keep(history, "Secret", ("Who?", "Me."))
    history.access = Access.NO_ANSWER
    window, _chat, _history = open_list(history)
    access = panel(window).access
    qtbot.waitUntil(access.isVisible)
    assert "Unlock it and try again" in access.sentence.text()
    assert not access.first.isVisible()
    assert not access.second.isVisible()
    assert access.go.text() == "Try again"
    with qtbot.waitSignal(panel(window)._conversations.changed):  # it still does not
        access.go.click()
    assert access.go.isVisible()
    history.answered.set()
    access.go.click()
    qtbot.waitUntil(lambda: titles(window) == ["Secret"])
    assert not access.isVisible()
    assert history.set_aside == 0


def test_while_a_keychain_is_asked_again_that_is_said_and_the_keyboard_comes_back(
    open_list: Open, qtbot: QtBot
) -> None:
    window, _chat, _history = open_list(FakeHistory(access=Access.NO_ANSWER))
    access = panel(window).access
    qtbot.waitUntil(access.isVisible)
    access.go.setFocus()
    access.go.click()
    access.show_access(Access.OPENING, "")
    assert "Waiting" in access.sentence.text()
    assert not access.go.isVisible()
    access.show_access(Access.NO_ANSWER, "")
    assert access.go.hasFocus()


def test_who_forgot_the_passphrase_can_begin_anew_after_a_question(open_list: Open, qtbot: QtBot) -> None:
    history = FakeHistory(access=Access.LOCKED, passphrase="my own words")
    window, _chat, _history = open_list(history)
    access = panel(window).access
    qtbot.waitUntil(access.isVisible)
    assert not access.clean.isVisible()  # most know theirs
    QTest.keyClicks(access.first, "not these")
    QTest.keyClick(access.first, Qt.Key.Key_Return)
    qtbot.waitUntil(access.clean.isVisible)
    assert "not the passphrase" in access.trouble.text()
    assert access.first.hasFocus()
    access.clean.click()
    assert "not deleted" in access.ask.sentence.text()
    assert not access.clean.isVisible()  # one button of that name is enough
    access.ask.no.click()
    assert history.set_aside == 0
    assert access.clean.hasFocus()
    access.clean.click()
    access.ask.yes.click()
    qtbot.waitUntil(lambda: panel(window).search.isVisible())
    assert history.set_aside == 1


@pytest.mark.parametrize("access", [Access.KEY_LOST, Access.BROKEN])
def test_what_cannot_be_opened_is_set_aside_only_after_a_question(
    open_list: Open, qtbot: QtBot, access: Access
) -> None:
    history = FakeHistory(access=access)
    window, _chat, _history = open_list(history)
    there = panel(window).access
    there.clean.click()
    assert "not deleted" in there.ask.sentence.text()
    assert history.set_aside == 0
    there.ask.no.click()
    assert history.set_aside == 0
    there.clean.click()
    there.ask.yes.click()
    qtbot.waitUntil(lambda: panel(window).search.isVisible())
    assert history.set_aside == 1


def test_where_the_organisation_forbids_it_there_is_a_sentence_and_nothing_to_press(open_list: Open) -> None:
    window, _chat, _history = open_list(FakeHistory(access=Access.FORBIDDEN, reason="Not allowed here."))
    access = panel(window).access
    assert access.sentence.text() == "Not allowed here."
    shown = [part for part in access.findChildren(QWidget) if part.isVisibleTo(access) and part.focusPolicy()]
    assert shown == []


@pytest.mark.parametrize("access", [Access.FORBIDDEN, Access.NO_KEYCHAIN, Access.LOCKED, Access.BROKEN])
def test_where_nothing_can_be_kept_the_header_says_why_and_offers_nothing(
    open_list: Open, access: Access
) -> None:
    window, _chat, _history = open_list(FakeHistory(access=access, reason="No, and this is why."))
    header = window.chat.header
    assert not header.unkept.isVisible()
    assert header.unkept_badge.isVisible()
    assert header.unkept_badge.text() == "Not kept"
    assert header.unkept_badge.toolTip() == "No, and this is why."
    assert header.unkept_badge.accessibleDescription() == "No, and this is why."
    window.chat.new_conversation(kept=False)
    assert not header.unkept.isVisible()


def test_where_everything_has_to_be_kept_there_is_no_chat_that_is_not(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    chat = KeptChat(FakeHistory())
    chat.must_keep = True
    window = open_window(chat, history=chat.history)
    qtbot.waitUntil(lambda: panel(window).isVisible())
    header = window.chat.header
    for kept in (None, True):
        assert not header.unkept.isVisible()
        assert not header.unkept_badge.isVisible()
        assert header.unkept not in header.stops()
        window.chat.new_conversation(kept)


def test_what_can_be_kept_again_is_not_called_unkept(open_list: Open, qtbot: QtBot) -> None:
    history = FakeHistory(access=Access.NO_KEYCHAIN)
    window, _chat, _history = open_list(history)
    header = window.chat.header
    assert header.unkept_badge.isVisible()
    panel(window).access.protect_asked.emit("long enough")
    qtbot.waitUntil(header.unkept.isVisible)
    assert not header.unkept_badge.isVisible()


def test_a_chat_that_is_not_kept_says_so_all_the_time(open_list: Open, qtbot: QtBot, ask: Ask) -> None:
    window, chat, history = open_list()
    header = window.chat.header
    assert not header.unkept_badge.isVisible()
    header.unkept.click()
    assert header.unkept_badge.isVisible()
    assert not chat.is_kept
    ask(window, "A secret?")
    assert header.unkept_badge.isVisible()
    assert len(history.entries()) == 3
    header.unkept.click()
    assert chat.is_kept
    assert not header.unkept_badge.isVisible()
    assert not window.chat.transcript.rows


def test_not_to_keep_a_chat_is_said_of_that_one_alone(open_list: Open, qtbot: QtBot, ask: Ask) -> None:
    window, chat, history = open_list()
    window.chat.header.unkept.click()
    ask(window, "A secret?")
    press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert not window.chat.transcript.rows
    assert chat.is_kept
    assert not window.chat.header.unkept_badge.isVisible()
    ask(window, "No secret?")
    qtbot.waitUntil(lambda: "No secret?" in titles(window))
    assert len(history.entries()) == 4


@pytest.mark.slow
def test_ten_thousand_conversations_cost_the_window_little(open_list: Open, qtbot: QtBot) -> None:
    history = FakeHistory()
    for number in range(10_000):
        keep(history, f"Conversation {number}")
    window, _chat, _history = open_list(history)
    took = []
    for _ in range(3):  # the best of three: garbage of other tests may be collected meanwhile
        began = time.thread_time()
        panel(window).view.show_lines(list(panel(window)._conversations.shown.lines))
        panel(window).view.scrollToBottom()
        window.repaint()
        took.append(time.thread_time() - began)
    assert min(took) < 0.25
    assert len(panel(window).view.viewport().children()) == 0


def test_a_conversation_is_exported_from_the_menu(open_list: Open, qtbot: QtBot, tmp_path: Path) -> None:
    window, _chat, _history = open_list()
    choose(window, "Rent")
    trigger(panel(window)._menu(), "Export…")
    dialog = window.findChild(ExportDialog)
    assert dialog is not None
    dialog.write_to(tmp_path / "rent.md")
    qtbot.waitUntil(dialog.go.isEnabled)
    assert "The heating costs 80 a month." in (tmp_path / "rent.md").read_text("utf-8")
    dialog.close()


def test_nothing_is_done_to_the_wrong_conversation_while_another_is_being_opened(
    open_list: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, ask: Ask
) -> None:
    window, chat, history = open_list()
    ask(window, "First?")
    row = window.chat.transcript.rows[0]
    opened, go_on = threading.Event(), threading.Event()
    really = chat.open

    def slow(entry: int) -> None:
        really(entry)
        opened.set()
        go_on.wait(10)

    monkeypatch.setattr(chat, "open", slow)
    panel(window).open_asked.emit(choose(window, "Sky").id, None)
    assert opened.wait(10)
    window.chat.acting.act(row, RowAction.REMOVE)
    window.chat.send("To whom?")
    window.chat.transcript.row_views.show_branch(row)
    assert not window.chat.foot.ask.isVisible()
    go_on.set()
    qtbot.waitUntil(lambda: len(window.chat.transcript.rows) == 4)
    assert len(history.open(choose(window, "Sky").id).nodes) == 4
    assert "To whom?" not in chat.asked
