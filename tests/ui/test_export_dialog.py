"""The export dialog: what is chosen is what is written, and a failure says why."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.export.audit import verify
from app.export.html import html
from app.export.selection import Words
from app.export.values import ExportOptions
from app.history.tree import Answer, Question
from app.history.values import Stored
from models.errors import InputError
from runtime.harmony.json_form import conversation_from_json
from tests.fakes.engine import final
from tests.support.stored_conversations import CREATED, ORIGIN, round_of, stored, talk, talk_about_files
from ui.export_dialog import ExportDialog, export_conversation
from ui.pdf_export import pdf

Open = Callable[..., ExportDialog]


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[Open]:
    made: list[ExportDialog] = []

    def open_one(read: Callable[[], Stored] = talk, title: str = "A talk: 1/2?") -> ExportDialog:
        one = ExportDialog(title, read)
        made.append(one)
        qtbot.addWidget(one)
        with qtbot.waitExposed(one):
            one.show()
        return one

    yield open_one
    for one in made:
        one.close()


def written(qtbot: QtBot, one: ExportDialog, suffix: str, path: Path) -> Path:
    one.forms[suffix].setChecked(True)
    one.write_to(path)
    qtbot.waitUntil(lambda: one.go.isEnabled() and "Writ" in one.said.text() and "…" not in one.said.text())
    return path


def text_of(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.slow
def test_each_form_is_written_as_chosen(qtbot: QtBot, dialog: Open, tmp_path: Path) -> None:
    one = dialog()
    for suffix in (".md", ".html"):
        text = written(qtbot, one, suffix, tmp_path / f"a{suffix}").read_text("utf-8")
        assert "Saturday" in text
        assert "I need the date" not in text
    one.reasoning.setChecked(True)
    one.tools.setChecked(True)
    for suffix in (".md", ".html"):
        text = written(qtbot, one, suffix, tmp_path / f"b{suffix}").read_text("utf-8")
        assert "I need the date" in text
        assert "get_current_date" in text.replace("\\", "")
    conversation = conversation_from_json(
        written(qtbot, one, ".json", tmp_path / "a.json").read_text("utf-8")
    )
    assert len(conversation.messages) == 9


@pytest.mark.slow
def test_a_pdf_holds_the_words_and_the_same_bytes_each_time(
    qtbot: QtBot, dialog: Open, tmp_path: Path
) -> None:
    one = dialog()
    one.reasoning.setChecked(True)
    first = written(qtbot, one, ".pdf", tmp_path / "a.pdf")
    second = written(qtbot, one, ".pdf", tmp_path / "b.pdf")
    assert first.read_bytes() == second.read_bytes()
    text = text_of(first)
    for words in ("A talk", "Which day is it?", "I need the date.", "It is Saturday.", "1 / 1"):
        assert words in text
    assert "/CreationDate (D:20261118110640" in first.read_bytes().decode("latin-1")


def test_a_long_pdf_loses_no_line_between_its_pages(qapp: QApplication, tmp_path: Path) -> None:
    lines = "\n\n".join(f"Line number {number}." for number in range(200))
    long = stored(Question("q"), Answer((final(lines),), (round_of(1),), ORIGIN))
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(html(long, ExportOptions(), Words(), paper=True), "Long", CREATED, qapp.font()))
    text = "".join(text_of(path).split())  # pdfium breaks lines inside of words, depending on the font
    assert [number for number in range(200) if f"Linenumber{number}." not in text] == []
    assert len(pypdfium2.PdfDocument(path)) > 3


def test_an_audit_shows_the_hash_to_keep(qtbot: QtBot, dialog: Open, tmp_path: Path) -> None:
    one = dialog(talk_about_files)
    path = written(qtbot, one, ".audit.jsonl", tmp_path / "a.audit.jsonl")
    head = verify(path).head
    assert head in one.head.text().replace("\n", "")
    one.copy.click()
    assert QGuiApplication.clipboard().text() == head
    assert "SECRET" not in path.read_text("utf-8")
    one.documents.setChecked(True)
    assert not one.head.isVisible()  # that hash is of another file
    assert "SECRET" in written(qtbot, one, ".audit.jsonl", path).read_text("utf-8")
    assert not one.reasoning.isVisible()
    assert one.branches.isVisible()


def test_a_conversation_is_read_on_another_thread(qtbot: QtBot, dialog: Open, tmp_path: Path) -> None:
    threads: list[threading.Thread] = []

    def read() -> Stored:
        threads.append(threading.current_thread())
        return talk()

    written(qtbot, dialog(read), ".md", tmp_path / "a.md")
    assert threads[0] is not threading.main_thread()


@pytest.mark.parametrize("suffix", [".md", ".pdf"])
def test_what_fails_says_why_and_can_be_tried_again(
    qtbot: QtBot, dialog: Open, tmp_path: Path, suffix: str
) -> None:
    one = dialog()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    one.forms[suffix].setChecked(True)
    one.write_to(tmp_path / "file" / "a.md")
    qtbot.waitUntil(lambda: "cannot be written" in one.said.text())
    qtbot.waitUntil(one.go.isEnabled)
    written(qtbot, one, suffix, tmp_path / f"a{suffix}")

    def gone() -> Stored:
        raise InputError("This conversation was deleted meanwhile.")

    other = dialog(gone)
    other.forms[suffix].setChecked(True)
    other.write_to(tmp_path / "b")
    qtbot.waitUntil(lambda: other.said.text() == "This conversation was deleted meanwhile.")
    assert not (tmp_path / "b").exists()


def test_the_place_is_asked_for_with_a_name_that_every_system_takes(
    qtbot: QtBot, dialog: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def choose(parent: QWidget, title: str, start: str) -> tuple[str, str]:
        asked.append(Path(start).name)
        return (str(tmp_path / "a.md"), "") if len(asked) > 1 else ("", "")

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    one = dialog()
    one.go.click()
    assert one.go.isEnabled()  # nothing was chosen
    one.go.click()
    qtbot.waitUntil(lambda: (tmp_path / "a.md").exists())
    assert asked == ["A talk 1 2.md"] * 2


def test_every_control_has_a_name_and_nothing_is_cut(qtbot: QtBot, dialog: Open) -> None:
    one = dialog(title="A long title, " * 12)
    one.resize(380, 10)
    controls = [*one.forms.values(), one.reasoning, one.tools, one.documents, one.branches]
    controls += one.findChildren(QPushButton)
    for control in filter(QWidget.isVisible, controls):
        interface = QAccessible.queryAccessibleInterface(control)
        assert interface.text(QAccessible.Text.Name)
        assert control.width() >= control.minimumSizeHint().width()
    assert one.heading.height() >= one.heading.heightForWidth(one.heading.width())


def test_it_opens_from_a_menu_and_goes_when_it_is_closed(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    one = export_conversation(parent, "A talk", talk)
    assert one.isVisible()
    with qtbot.waitSignal(one.destroyed):
        one.leave.click()
