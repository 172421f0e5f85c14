"""Citations as links: which page they open, what they are called, and how a wrong one is marked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.document_desk import DocumentDesk
from tests.fakes.chat import end, say
from tests.fakes.documents import SummarisingChat, desk_with
from tests.support.documents.making import document
from tests.ui.conftest import OpenWindow
from ui.answers.citation_links import asked_page, linked
from ui.answers.text_view import TextView
from ui.documents.document_pane import DocumentPane
from ui.window import Window

REPORT = document("report_1.pdf", "The cover.", "Costs rose by 14 percent. Nobody knows why. It rained.")
PLAN = document("plan.docx", "We move in May.")
BIG = document("big.pdf", *["word " * 100] * 200)


def sent(*documents: object) -> DocumentDesk:
    desk = desk_with(*documents)  # type: ignore[arg-type]
    desk.hand_over()
    return desk


def test_a_citation_becomes_a_link_with_the_words_of_its_statement() -> None:
    text = linked("- Costs **rose** a lot [D1 p. 2].", sent(REPORT))
    start = text.index("(chorale-page:") + 1
    address = QUrl(text[start : text.index(" ", start)])
    assert asked_page(address) == ("D1", 2, "Costs rose a lot")
    assert "[p\\.\u00a02](" in text


def test_several_files_are_named_and_ranges_are_one_link() -> None:
    text = linked("It says so [D1 pp. 1-2; D2 p. 1].", sent(REPORT, PLAN))
    assert "[report\\_1\\.pdf p\\.\u00a01–2](chorale-page:D1/1" in text
    assert "; [plan\\.docx p\\.\u00a01](chorale-page:D2/1" in text


def test_a_page_that_was_not_read_is_marked_in_words_and_opens_all_the_same() -> None:
    text = linked("Perhaps [D2 p. 9].", sent(REPORT, BIG))
    assert "not in what was read](chorale-page:D2/9" in text


def test_a_page_that_does_not_exist_is_marked_and_no_link() -> None:
    text = linked("Perhaps [D1 p. 99].", sent(REPORT))
    assert "there is no such page" in text
    assert "chorale-page" not in text


@pytest.mark.parametrize(
    "source", ["`[D1 p. 2]`", "[p. 2](https://example.org)", "[1] and [x]", "no brackets"]
)
def test_code_links_and_footnotes_are_left_alone(source: str) -> None:
    assert linked(source, sent(REPORT)) == source


def test_a_long_name_is_shortened_and_whole_in_the_tooltip() -> None:
    name = "A report with a name that is far too long to read.pdf"
    text = linked("So [D1 p. 1].", sent(document(name, "one"), PLAN))
    assert "[A report with a name that i…" in text
    assert f'"{name}, page 1"' in text


@pytest.fixture
def answered(open_window: OpenWindow, qtbot: QtBot, ask: Callable[..., None]) -> Window:
    desk = desk_with(REPORT)
    chat = SummarisingChat(desk, [*say("Costs rose by 14 percent [p. 2]."), end()])
    window = open_window(chat, documents=desk, summaries=chat)
    ask(window, "What rose?")
    return window


def pane_of(window: Window) -> DocumentPane:
    assert window.chat.documents is not None
    return window.chat.documents.pane


def answer_text(window: Window) -> TextView:
    view = window.chat.transcript.last_view()
    assert view is not None
    first = view.text.widgets[0]
    assert isinstance(first, TextView)
    return first


def test_a_citation_is_opened_by_keyboard_and_escape_goes_back(answered: Window, qtbot: QtBot) -> None:
    text = answer_text(answered)
    text.setFocus()
    QTest.keyClick(text, Qt.Key.Key_Tab)
    assert text.textCursor().selectedText() == "p.\u00a02"
    QTest.keyClick(text, Qt.Key.Key_Return)
    pane = pane_of(answered)
    assert pane.isVisible()
    assert pane.text.hasFocus()
    assert pane.text.accessibleName() == "report_1.pdf, page 2"
    QTest.keyClick(pane.text, Qt.Key.Key_Escape)
    assert not pane.isVisible()
    assert text.hasFocus()


def test_the_cited_place_is_marked_and_said(answered: Window, qtbot: QtBot) -> None:
    answer_text(answered).anchorClicked.emit(QUrl("chorale-page:D1/2?c=Costs%20rose%20by%2014%20percent"))
    pane = pane_of(answered)
    (marked,) = pane.text.extraSelections()
    assert marked.cursor.selectedText() == "Costs rose by 14 percent."
    assert "marked" in pane.note.text()


def test_pages_are_turned_and_end_where_the_file_ends(answered: Window) -> None:
    answer_text(answered).anchorClicked.emit(QUrl("chorale-page:D1/2"))
    pane = pane_of(answered)
    assert not pane.after.isEnabled()
    QTest.keyClick(pane.text, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert pane.text.toPlainText() == "The cover."
    assert not pane.before.isEnabled()
    assert pane.place.text() == "Page 1 of 2"


def test_in_a_narrow_window_the_page_stands_in_place_of_the_conversation(answered: Window) -> None:
    answered.resize(420, 700)
    answer_text(answered).anchorClicked.emit(QUrl("chorale-page:D1/2"))
    pane = pane_of(answered)
    assert pane.width() == answered.chat.width()
    assert not answered.chat.composer.isVisible()
    pane.close_pane()
    assert answered.chat.composer.isVisible()


def test_a_copied_answer_is_what_the_model_wrote(answered: Window) -> None:
    assert answered.chat.transcript.last_answer() == "Costs rose by 14 percent [p. 2]."


def test_a_forged_link_opens_nothing(answered: Window) -> None:
    answer_text(answered).anchorClicked.emit(QUrl("chorale-page:../../etc/passwd"))
    assert not pane_of(answered).isVisible()
