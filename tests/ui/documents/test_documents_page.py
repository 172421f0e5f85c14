"""The page of documents: what the model was given, in words; attaching, reading, summarising and removing from there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app.attachments import FileState, SummaryOrder
from app.kept_documents import OldDocument
from runtime.documents.detect import Kind
from runtime.documents.values import Document, PageState
from tests.fakes.chat import end, hold, say
from tests.fakes.documents import ScriptedReader, SummarisingChat, desk_with
from tests.fakes.history import FakeHistory
from tests.fakes.kept_chat import keep
from tests.fakes.shelf import FakeModels
from tests.support.documents.making import document
from tests.ui.conftest import OpenWindow
from ui.controller import Stage
from ui.documents.document_row import DocumentRow
from ui.documents.document_words import breakable_name, kind_words
from ui.documents.documents_page import DocumentsPage
from ui.window import CHAT, DOCUMENTS, MODELS, Window

REPORT = replace(document("report.pdf", "one", "two words"), size_bytes=1_240_000)
PLAN = document("plan.docx", "the plan")
SCAN = document("letters.pdf", "text", PageState.PICTURES, PageState.BLANK, PageState.PICTURES)
BIG = document("big.pdf", *["word " * 100] * 200)
CTRL = Qt.KeyboardModifier.ControlModifier
Open = Callable[..., tuple[Window, DocumentsPage, SummarisingChat]]


@pytest.fixture
def open_page(open_window: OpenWindow) -> Open:
    """Opens a window at the page of documents: files that are there, and `known` ones that can be attached."""

    def open_one(
        *files: Document,
        script: list[object] | None = None,
        size: tuple[int, int] = (1180, 800),
        services: dict[str, object] | None = None,
        **given: object,
    ) -> tuple[Window, DocumentsPage, SummarisingChat]:
        desk = desk_with(*files, **given)  # type: ignore[arg-type]
        chat = SummarisingChat(desk, script or [*say("Fine."), end()], summary=say("- One [D1 p. 1]."))
        window = open_window(
            chat, documents=desk, summaries=chat, models=FakeModels(), size=size, **(services or {})
        )
        window.show_page(DOCUMENTS)
        page = window.documents_page
        assert page is not None
        assert window.page is page
        return window, page, chat

    return open_one


def row(page: DocumentsPage, name: str) -> DocumentRow:
    return next(row for row in page.rows.values() if row.file.name == name)


def names(page: DocumentsPage, *, is_sent: bool) -> list[str]:
    """The rows of one of the two lists, from top to bottom."""
    layout = page._told if is_sent else page._going
    placed = sorted((layout.indexOf(row), row.file.name) for row in page.rows.values())
    return [name for at, name in placed if at >= 0]


def attach(page: DocumentsPage, qtbot: QtBot, *files: str) -> None:
    page.documents.files.attach([f"/somewhere/{name}" for name in files])
    done = (FileState.READY, FileState.REFUSED)
    qtbot.waitUntil(lambda: bool(page.rows) and all(r.file.state in done for r in page.rows.values()))


def focus() -> QWidget:
    here = QApplication.focusWidget()
    assert here is not None
    return here


def mime(*urls: QUrl) -> QMimeData:
    data = QMimeData()
    data.setUrls(list(urls))
    return data


def held_over(data: QMimeData) -> QDragEnterEvent:
    none = Qt.KeyboardModifier.NoModifier
    event = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none)
    event.ignore()
    return event


# -- how one comes here --------------------------------------------------------------------------


def test_the_page_stands_second_and_nothing_of_it_is_made_before_it_is_seen(
    open_window: OpenWindow,
) -> None:
    desk = desk_with(REPORT)
    chat = SummarisingChat(desk)
    window = open_window(chat, documents=desk, summaries=chat, models=FakeModels())
    assert list(window.rail.buttons)[:3] == [CHAT, DOCUMENTS, MODELS]
    page = window.documents_page
    assert page is not None
    assert page.children() == []  # the start of the window waits for none of it
    QTest.keyClick(window, Qt.Key.Key_2, CTRL)
    assert window.page is page
    assert page.attach.hasFocus()
    assert list(page.rows) == [1]
    QTest.keyClick(window, Qt.Key.Key_3, CTRL)
    assert window.rail.buttons[MODELS].isChecked()


def test_where_nothing_may_be_attached_there_is_no_such_page(open_window: OpenWindow) -> None:
    window = open_window(models=FakeModels())
    assert list(window.rail.buttons) == [CHAT, MODELS]
    window.show_page(DOCUMENTS)
    assert window.page is window.chat


def test_whose_documents_these_are_is_said(open_page: Open) -> None:
    window, page, chat = open_page()
    assert page.about.text().startswith("Documents belong to the conversation that is open. ")
    history = FakeHistory()
    chat.entry = history.open(keep(history, "Rent", ("What?", "That."))).entry
    window.show_page(CHAT)
    window.show_page(DOCUMENTS)
    assert "“Rent”" in page.about.text()


# -- what is said of them ------------------------------------------------------------------------


def test_a_row_says_what_the_file_is_and_what_becomes_of_it(open_page: Open, qtbot: QtBot) -> None:
    _, page, _ = open_page(known=[REPORT, BIG])
    attach(page, qtbot, "report.pdf", "big.pdf", "locked.pdf")
    report, big, locked = (row(page, name) for name in ("report.pdf", "big.pdf", "locked.pdf"))
    assert re.fullmatch(r"PDF document · 1\.2 MB · 2 pages · \d+ tokens", report.facts.text())
    assert report.fate.text() == "All of it goes with your next message."
    assert not report.trouble.isVisible()
    assert big.fate.text().startswith("Too long to go in whole: the model searches it")
    assert locked.facts.text() == "Not read"
    assert locked.trouble.text().endswith("Save a copy without it, and attach that.")
    assert locked.stops() == [locked.remove]
    assert "Save a copy" in locked.remove.accessibleDescription()


def test_of_a_file_that_was_read_in_part_it_is_said_how_much(open_page: Open) -> None:
    _, page, _ = open_page(SCAN)
    scan = row(page, "letters.pdf")
    assert scan.trouble.text() == "Read 2 of 4 pages. Pages 2, 4 of letters.pdf hold only pictures."
    assert scan.fate.text() == "What could be read of it goes with your next message."


def test_a_file_that_is_being_read_says_how_far_and_can_be_removed(open_page: Open, qtbot: QtBot) -> None:
    reader = ScriptedReader({"big.pdf": BIG}, holds=True)
    _, page, _ = open_page(reader=reader)
    page.documents.files.attach(["/somewhere/big.pdf"])
    qtbot.waitUntil(lambda: row(page, "big.pdf").bar.value() == 1)
    big = row(page, "big.pdf")
    assert big.bar.isVisible()
    assert big.bar.maximum() == 200
    assert big.facts.text() == "Reading… 1 of 200 pages"
    assert big.bar.accessibleName() == "big.pdf, Reading… 1 of 200 pages"
    assert not big.show_button.isVisible()
    assert not page.ask.isEnabled()
    big.remove.click()
    assert reader.is_cancelled
    assert page.drop.isVisible()


def test_the_buttons_of_a_row_say_which_file_they_are_about(open_page: Open) -> None:
    _, page, _ = open_page(REPORT)
    told = [button.accessibleName() for button in row(page, "report.pdf").stops()]
    assert told == ["Show the text of report.pdf", "Summarise report.pdf", "Remove report.pdf"]


@pytest.mark.parametrize("name", ["a" * 60 + ".pdf", "Framework_agreement_2026-signed.final.pdf", "x y.docx"])
def test_a_long_name_can_be_broken_into_lines_and_stays_the_same(name: str) -> None:
    broken = breakable_name(name)
    assert broken.replace("\u200b", "") == name
    assert max(map(len, re.split("[\u200b ]", broken))) <= 19


def test_every_kind_of_document_has_words_and_is_named_as_one_that_can_be_read(open_page: Open) -> None:
    readers = Path("runtime/documents/readers")
    kinds = {
        kind for file in readers.glob("*.py") for kind in re.findall(r'Opened\("([^"]+)"', file.read_text())
    }
    assert len(kinds) >= 14
    assert {kind for kind in kinds if kind_words(kind)[0].islower()} == set()
    _, page, _ = open_page()
    named = {
        Kind.PDF: "PDF",
        Kind.DOCX: "Word",
        Kind.PPTX: "PowerPoint",
        Kind.SHEET: "Excel",
        Kind.ODT: "OpenDocument",
        Kind.ODP: "OpenDocument",
        Kind.EPUB: "EPUB",
        Kind.MSG: "Outlook",
        Kind.EML: "mail",
        Kind.RTF: "RTF",
        Kind.HTML: "web pages",
        Kind.MARKDOWN: "Markdown",
        Kind.CSV: "CSV",
        Kind.TEXT: "plain text",
    }
    assert [kind for kind in Kind if named[kind] not in page.kinds.text()] == []


# -- attaching -----------------------------------------------------------------------------------


def test_files_are_dropped_anywhere_on_the_page(open_page: Open, qtbot: QtBot) -> None:
    _, page, _ = open_page(known=[REPORT, PLAN])
    assert page.drop.isVisible()
    data = mime(*(QUrl.fromLocalFile(f"/somewhere/{name}") for name in ("report.pdf", "plan.docx")))
    enter = held_over(data)
    page.dragEnterEvent(enter)
    assert enter.isAccepted()
    assert page.target.isVisible()
    assert page.target.geometry() == page.rect()
    page.dragLeaveEvent(QDragLeaveEvent())
    assert not page.target.isVisible()
    page.dragEnterEvent(enter)
    none = Qt.KeyboardModifier.NoModifier
    page.dropEvent(
        QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none)
    )
    assert not page.target.isVisible()
    qtbot.waitUntil(lambda: [r.file.state for r in page.rows.values()] == [FileState.READY] * 2)
    assert not page.drop.isVisible()


def test_what_stands_on_the_page_keeps_no_drop_from_it(open_page: Open) -> None:
    _, page, _ = open_page(REPORT)
    page.reader.show_file(1)
    data = mime(QUrl.fromLocalFile("/somewhere/plan.docx"))
    for part in (row(page, "report.pdf").name, page.attach, page.reader.pane.text.viewport()):
        enter = held_over(data)
        QApplication.sendEvent(part, enter)
        assert enter.isAccepted(), part
        assert page.target.isVisible()
        page.dragLeaveEvent(QDragLeaveEvent())


def test_what_is_no_file_is_not_taken(open_page: Open) -> None:
    _, page, _ = open_page()
    data = mime(QUrl("https://example.org/report.pdf"))  # the event does not keep it
    enter = held_over(data)
    page.dragEnterEvent(enter)
    assert not enter.isAccepted()
    assert not page.target.isVisible()


def test_the_button_and_ctrl_o_attach_and_the_keyboard_stays_at_hand(
    open_page: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, page, _ = open_page(known=[REPORT, PLAN])
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    page.drop.attach.setFocus()
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (["/somewhere/report.pdf"], ""))
    QTest.keyClick(page.drop.attach, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: names(page, is_sent=False) == ["report.pdf"])
    assert page.attach.hasFocus()  # the invitation is gone, and with it its button
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (["/somewhere/plan.docx"], ""))
    QTest.keyClick(page.attach, Qt.Key.Key_O, CTRL)
    qtbot.waitUntil(lambda: names(page, is_sent=False) == ["report.pdf", "plan.docx"])
    assert [chip.file.name for chip in window.chat.composer.tray.chips.values()] == names(page, is_sent=False)


def test_removing_keeps_the_keyboard_on_the_page(open_page: Open) -> None:
    window, page, _ = open_page(REPORT, PLAN)
    remove = row(page, "report.pdf").remove
    remove.setFocus()
    QTest.keyClick(remove, Qt.Key.Key_Space)
    assert names(page, is_sent=False) == ["plan.docx"]
    assert page.attach.hasFocus()
    show = row(page, "plan.docx").show_button
    show.setFocus()
    QTest.keyClick(show, Qt.Key.Key_Delete)
    assert page.rows == {}
    assert page.drop.attach.hasFocus()
    assert window.chat.composer.tray.chips == {}


# -- looking at a text ---------------------------------------------------------------------------


def test_a_text_is_shown_beside_the_rows_and_escape_goes_back(open_page: Open, qtbot: QtBot) -> None:
    window, page, _ = open_page(REPORT)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    show = row(page, "report.pdf").show_button
    show.setFocus()
    QTest.keyClick(show, Qt.Key.Key_Space)
    pane = page.reader.pane
    assert window.page is page
    assert pane.text.toPlainText() == "one"
    assert pane.text.hasFocus()
    assert show.isVisible()
    QTest.keyClick(pane.text, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert pane.text.toPlainText() == "two words"
    QTest.keyClick(pane.text, Qt.Key.Key_F6)  # from part to part: pages, rows, text
    assert window.rail.isAncestorOf(focus())
    QTest.keyClick(focus(), Qt.Key.Key_F6)
    assert page.attach.hasFocus()
    QTest.keyClick(page.attach, Qt.Key.Key_F6)
    assert pane.isAncestorOf(focus())
    QTest.keyClick(focus(), Qt.Key.Key_Escape)
    assert not pane.isVisible()
    assert show.hasFocus()
    assert not window.chat.documents.pane.isVisible()  # type: ignore[union-attr]


def test_in_a_narrow_window_a_text_stands_in_place_of_the_rows(open_page: Open) -> None:
    _, page, _ = open_page(REPORT, size=(420, 700))
    show = row(page, "report.pdf").show_button
    show.setFocus()
    show.click()
    assert page.reader.pane.width() == page.width()
    assert not show.isVisible()
    assert page.stops() == page.reader.pane.stops()
    page.reader.pane.close_pane()
    assert show.hasFocus()


# -- summaries and questions ---------------------------------------------------------------------


def test_one_document_is_summarised_in_the_conversation(open_page: Open, qtbot: QtBot) -> None:
    window, page, chat = open_page(REPORT, PLAN)
    row(page, "plan.docx").summarise.click()
    documents = window.chat.documents
    assert documents is not None
    assert window.page is window.chat
    assert documents.panel.title.text() == "Summarise plan.docx"
    documents.panel.go.click()
    qtbot.waitUntil(lambda: chat.orders == [SummaryOrder((2,))])
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)


def test_several_are_summarised_together(open_page: Open) -> None:
    window, page, _ = open_page(REPORT, PLAN)
    assert page.summarise.text() == "Summarise all…"
    page.summarise.click()
    documents = window.chat.documents
    assert documents is not None
    assert documents.panel.isVisible()
    assert documents.panel._keys == (1, 2)
    window.show_page(DOCUMENTS)
    row(page, "plan.docx").remove.click()
    assert not page.summarise.isVisible()  # one is summarised from its row


def test_a_page_that_covers_a_narrow_conversation_makes_way_for_the_summary(open_page: Open) -> None:
    window, page, _ = open_page(REPORT, PLAN, size=(420, 700))
    documents = window.chat.documents
    assert documents is not None
    window.show_page(CHAT)
    documents.reader.show_file(1)
    assert not window.chat.composer.isVisible()
    window.show_page(DOCUMENTS)
    page.summarise.click()
    assert documents.panel.isVisible()
    assert documents.panel.title.text() == "Summarise 2 files"


def test_while_an_answer_is_written_it_is_said_why_nothing_can_be_summarised(
    open_page: Open, qtbot: QtBot
) -> None:
    window, page, chat = open_page(REPORT, PLAN, script=[*say("So"), hold, *say(" it is."), end()])
    assert not page.why.isVisible()
    window.chat.send("What?")
    qtbot.waitUntil(lambda: window.controller.stage is Stage.ANSWERING)
    assert page.why.text() == "An answer is being written. Summaries can be made after it."
    assert not page.summarise.isEnabled()
    assert not row(page, "plan.docx").summarise.isEnabled()
    chat.release()
    qtbot.waitUntil(lambda: page.summarise.isEnabled())
    assert not page.why.isVisible()


def test_asking_goes_to_the_field_to_write_in(open_page: Open) -> None:
    window, page, _ = open_page(REPORT)
    page.ask.click()
    assert window.page is window.chat
    assert window.chat.composer.field.hasFocus()


def test_asking_ends_the_first_run(open_page: Open) -> None:
    window, page, _ = open_page(REPORT, services={"is_first_run": True})
    page.ask.click()
    assert window.first_run is None
    assert window.page is window.chat


# -- the conversation they belong to -------------------------------------------------------------


def test_what_was_sent_stands_below_and_cannot_be_removed(open_page: Open, qtbot: QtBot) -> None:
    window, page, _ = open_page(REPORT, known=[PLAN])
    assert not page.told.isVisible()
    window.chat.send("What?")
    qtbot.waitUntil(lambda: names(page, is_sent=True) == ["report.pdf"])
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert not page.going.isVisible()
    attach(page, qtbot, "locked.pdf")
    assert page.going.text() == "Not read"  # it goes with no message
    row(page, "locked.pdf").remove.click()
    attach(page, qtbot, "plan.docx")
    assert page.going.text() == "With your next message"
    assert names(page, is_sent=False) == ["plan.docx"]
    assert names(page, is_sent=True) == ["report.pdf"]
    sent = row(page, "report.pdf")
    assert sent.fate.text() == "The model has read all of it."
    assert sent.stops() == [sent.show_button, sent.summarise]
    QTest.keyClick(sent.show_button, Qt.Key.Key_Delete)
    assert names(page, is_sent=True) == ["report.pdf"]
    qtbot.waitUntil(lambda: page.told.y() > row(page, "plan.docx").y())


def test_a_conversation_that_is_opened_again_shows_its_documents(open_page: Open, qtbot: QtBot) -> None:
    window, page, _ = open_page(PLAN)
    row(page, "plan.docx").show_button.click()
    documents, desk = window.chat.documents, window._services.documents
    assert documents is not None
    assert desk is not None
    desk.clear(1, (OldDocument("D1", REPORT, is_whole=True, is_summarised=False),))  # type: ignore[call-arg]
    documents.forget()
    assert not page.reader.pane.isVisible()  # it was of another conversation
    assert names(page, is_sent=False) == []
    assert names(page, is_sent=True) == ["report.pdf"]
    row(page, "report.pdf").show_button.click()
    assert page.reader.pane.text.toPlainText() == "one"


def test_a_new_conversation_has_none(open_page: Open) -> None:
    window, page, _ = open_page(REPORT)
    desk = window._services.documents
    assert desk is not None
    desk.clear()
    window.chat.new_conversation()
    assert page.rows == {} or not page.isVisible()
    window.show_page(DOCUMENTS)
    assert page.rows == {}
    assert page.drop.isVisible()
