"""Attaching files: by drop, paste and button; what their chips say; what they will cost; that none goes unseen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.attachments import FileState
from runtime.documents.values import Document, PageState
from tests.fakes.chat import end, hold, say
from tests.fakes.documents import ScriptedReader, SummarisingChat, desk_with
from tests.support.documents.making import document
from tests.ui.conftest import OpenWindow
from ui.chat.question import QuestionState
from ui.controller import Stage
from ui.documents import document_controller
from ui.documents.attachment_chip import AttachmentChip
from ui.window import Window

REPORT = document("report.pdf", "one", "two words")
SCAN = document("letters.pdf", "text", PageState.PICTURES)
BIG = document("big.pdf", *["word " * 100] * 200)
Open = Callable[..., tuple[Window, SummarisingChat]]


@pytest.fixture
def open_with(open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a window whose desk knows some files: `known` can be attached, the others are there."""

    monkeypatch.setattr(document_controller, "PRICE_AFTER_MS", 0)

    def open_one(
        *files: Document, script: list[object] | None = None, **given: object
    ) -> tuple[Window, SummarisingChat]:
        desk = desk_with(*files, **given)  # type: ignore[arg-type]
        chat = SummarisingChat(desk, script or [*say("Fine."), end()])
        return open_window(chat, documents=desk, summaries=chat), chat

    return open_one


def chips(window: Window) -> list[AttachmentChip]:
    return list(window.chat.composer.tray.chips.values())


def mime(*paths: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    return data


def attach(window: Window, qtbot: QtBot, *names: str) -> None:
    window.chat.composer.files_offered.emit([f"/somewhere/{name}" for name in names])
    done = (FileState.READY, FileState.REFUSED)
    qtbot.waitUntil(lambda: all(chip.file.state in done for chip in chips(window)))


def test_a_dropped_file_gets_a_chip_with_pages_and_tokens(open_with: Open, qtbot: QtBot) -> None:
    window, _ = open_with(known=[REPORT, SCAN])
    page = window.chat
    data = mime("/somewhere/report.pdf", "/somewhere/letters.pdf")
    where = (
        QPoint(50, 50),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter = QDragEnterEvent(*where)
    page.dragEnterEvent(enter)
    assert enter.isAccepted()
    assert page.composer.hint.text() == "Drop the files to attach them"
    page.dropEvent(QDropEvent(QPointF(50, 50), *where[1:]))
    qtbot.waitUntil(lambda: [chip.file.state for chip in chips(window)] == [FileState.READY] * 2)
    assert chips(window)[0].accessibleName().startswith("report.pdf, 2 pages · ")
    assert "tokens" in chips(window)[0].accessibleName()


def test_what_is_dropped_but_no_file_is_left_to_others(open_with: Open) -> None:
    window, _ = open_with()
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/report.pdf")])
    enter = QDragEnterEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter.ignore()
    window.chat.dragEnterEvent(enter)
    assert not enter.isAccepted()


def test_pasted_files_are_attached_and_long_pasted_text_stays_text(open_with: Open, qtbot: QtBot) -> None:
    window, _ = open_with(known=[REPORT])
    field = window.chat.composer.field
    field.insertFromMimeData(mime("/somewhere/report.pdf"))
    assert [chip.file.name for chip in chips(window)] == ["report.pdf"]
    assert field.toPlainText() == ""
    text = QMimeData()
    text.setText("a line\n" * 5000)
    field.insertFromMimeData(text)
    assert len(chips(window)) == 1
    assert field.toPlainText() == "a line\n" * 5000


def test_the_button_attaches_what_is_chosen(
    open_with: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, _ = open_with(known=[REPORT])
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (["/somewhere/report.pdf"], ""))
    QTest.keyClick(window.chat.composer.attach, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: [chip.file.state for chip in chips(window)] == [FileState.READY])


def test_a_refused_file_says_why_in_words(open_with: Open, qtbot: QtBot) -> None:
    window, _ = open_with()
    attach(window, qtbot, "locked.pdf")
    (chip,) = chips(window)
    assert "protected by a password" in chip.toolTip()
    assert "protected by a password" in chip.accessibleDescription()
    assert "protected by a password" in window.chat.notice.text()
    assert "Not read" in chip.accessibleName()


def test_pages_that_were_not_read_are_told(open_with: Open, qtbot: QtBot) -> None:
    window, _ = open_with(known=[SCAN])
    attach(window, qtbot, "letters.pdf")
    (chip,) = chips(window)
    assert "partly read" in chip.accessibleName()
    assert "Page 2 of letters.pdf holds only pictures." in chip.accessibleDescription()


def test_a_file_is_removed_by_keyboard(open_with: Open, qtbot: QtBot) -> None:
    window, _ = open_with(REPORT, SCAN)
    assert window.chat.documents is not None
    window.chat.documents.files.changed.emit()
    first, second = chips(window)
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Delete)
    assert chips(window) == [second]
    QTest.mouseClick(second.close_button, Qt.MouseButton.LeftButton)
    assert not window.chat.composer.tray.isVisible()


def test_the_window_goes_on_while_a_file_is_read(open_with: Open, qtbot: QtBot) -> None:
    reader = ScriptedReader({"big.pdf": BIG}, holds=True)
    window, chat = open_with(reader=reader, script=[*say("A long"), hold, *say(" answer."), end()])
    window.chat.send("Before")
    qtbot.waitUntil(lambda: window.controller.stage is Stage.ANSWERING)
    window.chat.composer.files_offered.emit(["/somewhere/big.pdf"])
    qtbot.waitUntil(
        lambda: "Reading… 1 of 200" in chips(window)[0].accessibleName()
    )  # beside a running answer
    chat.release()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    window.chat.composer.set_text("After")
    window.chat.composer.send()
    assert "big.pdf is still being read" in window.chat.notice.text()
    assert window.chat.composer.text == "After"
    reader.release()
    qtbot.waitUntil(lambda: chips(window)[0].file.state is FileState.READY)
    window.chat.composer.send()
    assert window.chat.composer.text == ""


def test_the_meter_tells_the_cost_before_sending(open_with: Open, qtbot: QtBot) -> None:
    window, _ = open_with(known=[REPORT])
    meter = window.chat.composer.meter
    assert not meter.isVisible()
    attach(window, qtbot, "report.pdf")
    qtbot.waitUntil(meter.isVisible)
    assert "of 8,000 tokens · files " in meter.figures.text()
    assert not meter.warning.isVisible()


def test_a_file_that_is_too_long_will_be_searched_and_the_meter_says_so(
    open_with: Open, qtbot: QtBot
) -> None:
    window, _ = open_with(known=[BIG])
    attach(window, qtbot, "big.pdf")
    meter = window.chat.composer.meter
    qtbot.waitUntil(lambda: meter.warning.isVisible())
    assert meter.warning.text().startswith("big.pdf is too long to go in whole. The model searches it")
    assert "searched" in chips(window)[0].accessibleName()


def test_what_does_not_fit_is_said_in_words_and_nothing_is_cut(open_with: Open, qtbot: QtBot) -> None:
    window, _ = open_with(REPORT, context=200)
    window.chat.composer.set_text("word " * 400)
    meter = window.chat.composer.meter
    qtbot.waitUntil(lambda: meter.warning.isVisible())
    assert "does not fit" in meter.warning.text()
    assert "nothing will be cut" in meter.warning.text()
    assert window.chat.composer.text == "word " * 400


def test_sent_files_stay_named_and_cannot_be_removed(open_with: Open, qtbot: QtBot) -> None:
    window, _ = open_with(known=[REPORT])
    attach(window, qtbot, "report.pdf")
    (chip,) = chips(window)
    height = chip.sizeHint().height()
    window.chat.send("What?")
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    (chip,) = chips(window)
    assert chip.file.is_sent
    assert chip.sizeHint().height() < 0.75 * height  # it is there to stay, and takes one line
    assert not chip.close_button.isVisible()
    content = window.chat.transcript.rows[0].content
    assert isinstance(content, QuestionState)
    assert content.words == "What?\n\nWith report.pdf"
    window.chat.new_conversation()
    # The fake chat forgets words only; the desk is emptied by the real one, see tests of `app.document_chat`.


def test_tab_brings_a_chip_that_is_scrolled_away_into_sight(open_with: Open, qtbot: QtBot) -> None:
    many = [document(f"file-{number}-with-a-long-name.pdf", "one") for number in range(9)]
    window, _ = open_with(known=many)
    window.resize(420, 700)
    attach(window, qtbot, *(each.name for each in many))
    tray = window.chat.composer.tray
    last = chips(window)[-1]
    tray.verticalScrollBar().setValue(0)
    assert last.visibleRegion().isEmpty()
    window.chat.bring_into_sight(last)
    assert not last.visibleRegion().isEmpty()


def test_tab_goes_through_the_chips_before_the_field(open_with: Open, qtbot: QtBot) -> None:
    window, _ = open_with(known=[REPORT, SCAN])
    attach(window, qtbot, "report.pdf", "letters.pdf")
    composer = window.chat.composer
    first, second = chips(window)
    order = composer.stops()
    assert order[:7] == [
        first,
        first.close_button,
        second,
        second.close_button,
        composer.tray.summarise,
        composer.field,
        composer.attach,
    ]
    assert all(stop.accessibleName() or stop.property("text") for stop in order)
