"""A conversation about documents, opened from the list in another run: its citations are links again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot

from app.attachments import SummaryOrder
from app.history.documents import MOST_CHARACTERS
from app.talk import Talk
from runtime.documents.values import Document
from tests.fakes.engine import FakeEngine, final, turn
from tests.fakes.history import FakeHistory
from tests.support.documents.making import document
from tests.support.talking import talk_with
from tests.ui.conftest import OpenWindow
from ui.answers.text_view import TextView
from ui.documents.document_pane import DocumentPane
from ui.window import Window

REPORT = document("report_1.pdf", "The cover.", "Costs rose by 14 percent. Nobody knows why. It rained.")
LONG = document("long.pdf", "The cover.", "x" * MOST_CHARACTERS)
Reopen = Callable[..., Window]


@pytest.fixture
def reopen(open_window: OpenWindow, qtbot: QtBot) -> Reopen:
    """Talks about files, ends, and opens the conversation in another window."""

    def reopen_one(answer: str, *files: Document) -> Window:
        history = FakeHistory()
        before = talk_with(FakeEngine([turn(final(answer))]), history, files=files)
        list(before.send("What rose?"))
        talk = talk_with(FakeEngine([]), history)
        given: Any = talk
        window = open_window(given, history=history, documents=desk_of(talk))
        assert window.listed is not None
        window.listed.open_asked.emit(1, None)
        qtbot.waitUntil(lambda: len(window.chat.transcript.rows) == 2)
        return window

    return reopen_one


def desk_of(talk: Talk) -> Any:
    return talk._documents._desk


def answer_text(window: Window) -> TextView:
    view = window.chat.transcript.last_view()
    assert view is not None
    first = view.text.widgets[0]
    assert isinstance(first, TextView)
    return first


def link(window: Window) -> Any:
    """The address behind the only link of the answer."""
    text = answer_text(window)
    block = text.document().begin()
    addresses = []
    parts = block.begin()
    while not parts.atEnd():
        form = parts.fragment().charFormat()
        if form.isAnchor():
            addresses.append((parts.fragment().text(), form.anchorHref()))
        parts += 1
    return addresses


def pane_of(window: Window) -> DocumentPane:
    assert window.chat.documents is not None
    return window.chat.documents.pane


def follow(window: Window) -> None:
    ((_, address),) = link(window)
    answer_text(window).anchorClicked.emit(QUrl(address))


def test_a_page_number_of_last_week_opens_the_page_with_the_place_marked(reopen: Reopen) -> None:
    window = reopen("Costs rose by 14 percent [D1 p. 2].", REPORT)
    assert [words for words, _ in link(window)] == ["p.\u00a02"]
    follow(window)
    pane = pane_of(window)
    assert pane.isVisible()
    (marked,) = pane.text.extraSelections()
    assert marked.cursor.selectedText() == "Costs rose by 14 percent."
    assert pane.warning.text() == ""
    (chip,) = window.chat.composer.tray.chips.values()
    assert "report_1.pdf" in chip.accessibleName()


def test_what_goes_with_the_next_message_is_counted_before(open_window: OpenWindow, qtbot: QtBot) -> None:
    history = FakeHistory()
    before = talk_with(FakeEngine(lambda _: turn(final("- It rose [p. 2]"))), history, files=(REPORT,))
    list(before.summarize(SummaryOrder((1,))))
    talk = talk_with(FakeEngine([]), history)
    given: Any = talk
    window = open_window(given, history=history, documents=desk_of(talk))
    assert window.listed is not None
    window.listed.open_asked.emit(1, None)
    documents = window.chat.documents
    assert documents is not None
    qtbot.waitUntil(lambda: [bool(file.tokens) for file in documents.files.files] == [True])
    assert documents.going() == ["report_1.pdf"]


def test_a_page_that_was_not_kept_is_named_and_says_what_brings_it_back(reopen: Reopen) -> None:
    window = reopen("Costs rose by 14 percent [D1 p. 2].", LONG)
    assert [words for words, _ in link(window)] == ["long.pdf p.\u00a02"]
    follow(window)
    pane = pane_of(window)
    assert pane.isVisible()
    assert (pane.title.text(), pane.place.text()) == ("long.pdf", "Page 2 of 2")
    assert pane.note.text() == (
        "long.pdf is not kept with this conversation. Attach it again to read this page here."
    )
    assert pane.warning.text() == ""
    assert not pane.text.isVisible()  # an empty field would look as if the page were empty
    assert pane.close_button.hasFocus()
    assert pane.text not in pane.stops()
    assert window.chat.composer.tray.isHidden()
