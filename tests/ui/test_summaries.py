"""Summaries in the window: how they are ordered, how far they are, and that they can be held, stopped, gone on with."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.attachments import SummaryOrder, SummaryStep, SummaryStyle
from tests.fakes.chat import hold, say
from tests.fakes.documents import SummarisingChat, desk_with
from tests.support.documents.making import document
from tests.ui.conftest import OpenWindow
from ui.answers.voices import Voice
from ui.controller import Stage
from ui.documents.chat_documents import ChatDocuments
from ui.documents.document_words import step_words
from ui.window import Window

FILES = (document("report.pdf", "one"), document("plan.docx", "two"))
SCRIPT = [SummaryStep(0, 3, 12, 250.0), hold, *say("- It says one [D1 p. 1].\n\n---\n\nRead 2 of 2 pages.")]


@pytest.fixture
def table(open_window: OpenWindow) -> tuple[Window, SummarisingChat, ChatDocuments]:
    desk = desk_with(*FILES)
    chat = SummarisingChat(desk, summary=SCRIPT)
    window = open_window(chat, documents=desk, summaries=chat)
    assert window.chat.documents is not None
    return window, chat, window.chat.documents


Table = tuple[Window, SummarisingChat, ChatDocuments]


def begin(window: Window, documents: ChatDocuments, qtbot: QtBot) -> None:
    window.chat.composer.tray.summarise.click()
    documents.panel.go.click()
    qtbot.waitUntil(lambda: "part 4 of 12" in documents.progress.figures.text())


def test_a_summary_is_ordered_by_keyboard(table: Table, qtbot: QtBot) -> None:
    window, chat, documents = table
    summarise = window.chat.composer.tray.summarise
    assert summarise.text() == "Summarise all…"
    summarise.setFocus()
    QTest.keyClick(summarise, Qt.Key.Key_Space)
    panel = documents.panel
    assert panel.title.text() == "Summarise 2 files"
    short = panel.styles[SummaryStyle.SHORT]
    assert short.hasFocus()
    QTest.keyClick(short, Qt.Key.Key_Right)
    QTest.keyClick(short, Qt.Key.Key_Right)
    panel.reader.setFocus()
    QTest.keyClicks(panel.reader, " the board ")
    QTest.keyClick(panel.reader, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(chat.orders))
    assert chat.orders == [SummaryOrder((1, 2), SummaryStyle.KEY_POINTS, "the board")]
    assert not panel.isVisible()


def test_a_chip_summarises_its_own_file_alone(table: Table, qtbot: QtBot) -> None:
    window, _, documents = table
    window.chat.composer.tray.chips[2].summary_asked.emit(2)
    assert documents.panel.title.text() == "Summarise plan.docx"
    QTest.keyClick(documents.panel.go, Qt.Key.Key_Escape)
    assert not documents.panel.isVisible()
    assert window.chat.composer.field.hasFocus()


def test_it_says_how_far_it_is_and_how_long_it_takes(table: Table, qtbot: QtBot) -> None:
    window, chat, documents = table
    begin(window, documents, qtbot)
    assert documents.progress.isVisible()
    assert documents.progress.figures.text() == "Reading part 4 of 12 · 4 min left"
    assert documents.progress.bar.accessibleName() == documents.progress.figures.text()
    chat.release()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert not documents.progress.isVisible()


def test_the_summary_is_the_answer_with_links_and_what_was_read(table: Table, qtbot: QtBot) -> None:
    window, chat, documents = table
    begin(window, documents, qtbot)
    chat.release()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    view = window.chat.transcript.last_view()
    assert view is not None
    assert view.state.voices.text(Voice.FINAL).endswith("Read 2 of 2 pages.")
    assert "chorale-page:D1/1" in view.text.widgets[0].toHtml()  # type: ignore[union-attr]


def test_it_can_be_held_and_gone_on_with(table: Table, qtbot: QtBot) -> None:
    window, chat, documents = table
    begin(window, documents, qtbot)
    QTest.keyClick(documents.progress.hold, Qt.Key.Key_Space)
    assert (chat.held, documents.progress.hold.text()) == (1, "Go on")
    assert documents.progress.figures.text().startswith("Paused")
    QTest.keyClick(documents.progress.hold, Qt.Key.Key_Space)
    assert (chat.freed, documents.progress.hold.text()) == (1, "Pause")
    chat.release()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)


def test_it_can_be_stopped_and_the_keyboard_is_back_in_the_field(table: Table, qtbot: QtBot) -> None:
    window, _, documents = table
    begin(window, documents, qtbot)
    documents.progress.stop.setFocus()
    QTest.keyClick(documents.progress.stop, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert window.chat.composer.field.hasFocus()
    view = window.chat.transcript.last_view()
    assert view is not None
    assert view.note.text().startswith("Stopped. What has been read is kept")
    assert view.again.isVisible()


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (SummaryStep(), "Starting…"),
        (SummaryStep(0, 0, 5), "Reading part 1 of 5"),
        (SummaryStep(0, 5, 5, 20.0), "Reading part 5 of 5 · less than a minute left"),
        (SummaryStep(2, 0, 3, 4000.0), "Bringing together 1 of 3 · 1 h 5 min left"),
        (SummaryStep(is_writing=True), "Writing the summary"),
    ],
)
def test_progress_is_in_words(step: SummaryStep, words: str) -> None:
    assert step_words(step) == words
