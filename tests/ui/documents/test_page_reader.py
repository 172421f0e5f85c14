"""A page of a document beside the conversation: where it stands, and that what an answer cites is in sight."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSlider, QApplication
from pytestqt.qtbot import QtBot

from tests.fakes.documents import SummarisingChat, desk_with
from tests.fakes.history import FakeHistory
from tests.fakes.kept_chat import keep
from tests.support.documents.making import document
from tests.ui.conftest import OpenWindow
from ui.answers.citation_links import linked
from ui.conversations.beside import ROOM
from ui.conversations.panel import WIDTH
from ui.documents.document_pane import DocumentPane
from ui.documents.page_reader import BESIDE
from ui.window import Window

CITED = "The board decided to close the ward in the east wing."
PAGE = f"{'Nothing of it matters here. ' * 60}\n\n{CITED}\n\n{'Nor does anything of this. ' * 60}"
ANSWER = "The board decided to close the ward in the east wing [D1 p. 1]."
OpenPage = Callable[[tuple[int, int]], Window]


@pytest.fixture
def open_page(open_window: OpenWindow, qtbot: QtBot) -> OpenPage:
    """Opens a window with a list, and in it the page that an answer cites."""

    def open_one(size: tuple[int, int]) -> Window:
        history = FakeHistory()
        keep(history, "Rent", ("What does heating cost?", "80 a month."))
        desk = desk_with(document("report.pdf", PAGE))
        chat = SummarisingChat(desk)
        window = open_window(chat, history=history, documents=desk, summaries=chat, size=size)
        documents = window.chat.documents
        assert documents is not None
        qtbot.waitUntil(lambda: len(documents.files.files) == 1)
        written = linked(ANSWER, desk)
        address = written[written.index("](") + 2 : written.rindex(")")]
        documents.reader.open_link(QUrl(address))
        qtbot.waitUntil(documents.pane.isVisible)
        return window

    return open_one


def pane_of(window: Window) -> DocumentPane:
    assert window.chat.documents is not None
    return window.chat.documents.pane


def is_in_sight(pane: DocumentPane) -> bool:
    """Whether all of the marked place is shown."""
    (marked,) = pane.text.extraSelections()
    shown = pane.text.viewport().rect()
    ends = []
    for at in (marked.cursor.selectionStart(), marked.cursor.selectionEnd()):
        cursor = QTextCursor(marked.cursor)
        cursor.setPosition(at)
        ends.append(pane.text.cursorRect(cursor))
    return all(shown.contains(end) for end in ends)


@pytest.mark.parametrize("width", [420, 620, BESIDE + 40, 1180, 1700])
def test_what_an_answer_cites_is_in_sight(open_page: OpenPage, qtbot: QtBot, width: int) -> None:
    pane = pane_of(open_page((width, 480)))
    assert pane.text.verticalScrollBar().maximum() > 0
    qtbot.waitUntil(lambda: is_in_sight(pane))


def test_it_stays_in_sight_when_the_window_is_made_narrower(open_page: OpenPage, qtbot: QtBot) -> None:
    window = open_page((1700, 480))
    pane = pane_of(window)
    qtbot.waitUntil(lambda: is_in_sight(pane))
    window.resize(430, 480)
    qtbot.waitUntil(lambda: pane.text.width() < 430 and is_in_sight(pane))


def test_who_reads_elsewhere_is_not_taken_back_by_another_size(open_page: OpenPage, qtbot: QtBot) -> None:
    window = open_page((1180, 480))
    pane = pane_of(window)
    qtbot.waitUntil(lambda: is_in_sight(pane))
    pane.text.verticalScrollBar().triggerAction(QAbstractSlider.SliderAction.SliderToMaximum)
    height = pane.text.height()
    window.resize(430, 440)
    qtbot.waitUntil(lambda: pane.text.height() != height)
    QApplication.processEvents()
    assert not is_in_sight(pane)


def test_the_list_gives_way_to_a_page_and_comes_back(open_page: OpenPage, qtbot: QtBot) -> None:
    window = open_page((max(ROOM, BESIDE) + WIDTH // 2, 700))
    assert window.listed is not None
    assert not window.listed.isVisible()
    assert window.chat.composer.isVisible()
    assert window.chat.header.side.isVisible()
    pane_of(window).close_pane()
    assert window.listed.isVisible()
    assert window.chat.composer.isVisible()


def test_with_room_for_all_three_the_list_stays(open_page: OpenPage) -> None:
    window = open_page((BESIDE + WIDTH + 10, 700))
    assert window.listed is not None
    assert window.listed.isVisible()
    assert pane_of(window).isVisible()
    assert window.chat.composer.isVisible()


def test_a_list_that_gave_way_can_be_looked_at_over_the_page(open_page: OpenPage, qtbot: QtBot) -> None:
    window = open_page((1100, 700))
    listed = window.listed
    assert listed is not None
    window.chat.header.side.click()
    assert listed.isVisible()
    assert window.chat.width() == window.beside.width()
    QTest.keyClick(listed, Qt.Key.Key_Escape)
    assert not listed.isVisible()
    assert pane_of(window).isVisible()
    pane_of(window).close_pane()
    assert listed.isVisible()
    window.resize(1090, 700)
    assert listed.isVisible()
