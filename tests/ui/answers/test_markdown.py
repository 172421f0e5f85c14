"""Markdown: how it looks, how it grows, and that nothing an answer names is ever fetched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage, QTextDocument, QTextFormat, QTextTable
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.answers.code_block import CodeBlock
from ui.answers.markdown import Look, document
from ui.answers.markdown_view import MarkdownView
from ui.answers.pieces import split
from ui.answers.table_view import TableView
from ui.answers.text_view import TextView

FENCED = "Before\n\n```python\nprint(1)\n\nprint(2)\n```\nAfter"


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[MarkdownView]:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = MarkdownView(parent)
    made.resize(700, 400)
    parent.show()
    yield made


def shown(view: MarkdownView) -> list[str]:
    """The text of every piece on the screen."""
    return [widget.code if isinstance(widget, CodeBlock) else widget.toPlainText() for widget in view.widgets]


def test_growing_text_ends_as_the_same_text_shown_at_once(qtbot: QtBot, view: MarkdownView) -> None:
    source = (FENCED + "\n\n- a\n- b\n\n") * 3 + "# End\n\nof it `all`."
    at_once = MarkdownView(view)
    at_once.set_source(source)
    for end in range(0, len(source) + 1, 3):
        view.set_source(source[:end])
        view.arrange(600)
    view.set_source(source)
    assert shown(view) == shown(at_once)
    assert view.arrange(600) == at_once.arrange(600)


def test_pieces_that_did_not_change_keep_their_widgets(view: MarkdownView) -> None:
    view.set_source(FENCED)
    before = list(view.widgets)
    view.set_source(FENCED + " and more")
    assert view.widgets == before
    view.set_source("Something else")
    assert shown(view) == ["Something else"]


def test_a_budget_shows_the_rest_later(view: MarkdownView) -> None:
    source = ("Words. " * 100 + "\n\n") * 40
    view.set_source(source, budget_s=0.0)
    assert not view.complete
    assert len(view.widgets) == 1
    for _ in range(20):
        view.set_source(source, budget_s=0.0)
    assert view.complete
    assert len(view.widgets) == len(split(source))
    assert view.source == source


def test_selected_text_stays_selected_while_the_answer_grows(view: MarkdownView) -> None:
    view.set_source("Take this and ")
    text = view.widgets[0]
    assert isinstance(text, TextView)
    cursor = text.textCursor()
    cursor.setPosition(5)
    cursor.setPosition(9, cursor.MoveMode.KeepAnchor)
    text.setTextCursor(cursor)
    view.set_source("Take this and **that**.")
    assert text.textCursor().selectedText() == "this"


def test_code_is_copied_as_it_is(qtbot: QtBot, view: MarkdownView) -> None:
    view.set_source(FENCED)
    block = view.widgets[1]
    assert isinstance(block, CodeBlock)
    block.copy()
    assert QGuiApplication.clipboard().text() == "print(1)\n\nprint(2)"


def test_the_answer_is_copied_as_markdown(view: MarkdownView) -> None:
    view.set_source(FENCED)
    view.copy()
    assert QGuiApplication.clipboard().text() == FENCED


def test_tables_lists_and_headings_are_made(view: MarkdownView) -> None:
    made = document("# Title\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n1. one\n2. two\n", Look.of(view))
    tables = [frame for frame in made.rootFrame().childFrames() if isinstance(frame, QTextTable)]
    assert [(table.rows(), table.columns()) for table in tables] == [(2, 2)]
    heading = made.begin()
    assert heading.blockFormat().headingLevel() == 1
    assert heading.begin().fragment().charFormat().fontPointSize() > view.font().pointSizeF() * 1.2
    assert made.lastBlock().textList() is not None


@pytest.fixture
def picture(tmp_path: Path) -> str:
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    path = tmp_path / "picture.png"
    assert image.save(str(path))
    return QUrl.fromLocalFile(str(path)).toString()


def loaded(text: TextView, picture: str) -> QSize:
    """The size of what stands for `picture` in `text`."""
    resource = text.document().resource(QTextDocument.ResourceType.ImageResource, QUrl(picture))
    return QSize(0, 0) if resource is None else resource.size()


def test_nothing_an_answer_names_is_loaded(view: MarkdownView, picture: str) -> None:
    view.set_source(
        f"![a picture]({picture}) and <img src='{picture}'> <link rel=stylesheet href='{picture}'>\n\n"
        f"[![inside a link]({picture})](https://example.org)\n\n"
        f"| ![in a table]({picture}) |\n|---|\n| <b>not bold</b> |\n"
    )
    view.arrange(600)
    view.grab()
    text = view.widgets[0]
    assert isinstance(text, TextView)
    words = text.toPlainText()
    assert f"a picture <{picture}>" in words
    assert "<img src=" in words
    assert "<b>not bold</b>" in view.widgets[-1].toPlainText()  # type: ignore[union-attr]
    assert "\ufffc" not in words  # the sign that stands for an image
    assert loaded(text, picture) == QSize(1, 1)


def test_even_an_image_that_got_into_a_text_is_not_loaded(view: MarkdownView, picture: str) -> None:
    text = TextView(view)
    for document_ in (None, QTextDocument()):  # Qt's own document, and one that was given
        if document_ is not None:
            text.replace_document(document_)
        text.textCursor().insertImage(picture)
        text.textCursor().insertHtml(f"<img src='{picture}'>")
        text.grab()
        assert loaded(text, picture) == QSize(1, 1)


def test_inline_code_stands_out_by_its_letters_too(view: MarkdownView) -> None:
    made = document("Call `this` now", Look.of(view))
    iterator = made.begin().begin()
    families = []
    while not iterator.atEnd():
        families.append(iterator.fragment().charFormat().property(QTextFormat.Property.FontFamilies))
        iterator += 1
    assert len(families) == 3
    assert families[1] and families[1] != families[0]


def test_formulas_keep_their_signs(view: MarkdownView) -> None:
    source = (
        r"So \(a_1 * b_2 * c\) holds, and `\(x\)` is code."
        + "\n\n"
        + r"\[ \frac{a}{b}"
        + "\n"
        + r"= c_1 \]"
        + "\n\nEnd"
    )
    view.set_source(source)
    text = view.widgets[0]
    assert isinstance(text, TextView)
    words = text.toPlainText()
    assert "So a_1 * b_2 * c holds" in words
    assert r"\(x\) is code" in words
    assert r"\frac{a}{b}" + "\n= c_1" in words
    assert view.source == source  # what is copied is what the model wrote


def test_short_words_in_a_table_are_not_broken(view: MarkdownView) -> None:
    wide = "| " + " | ".join(["a column with a long title"] * 3) + " | Three | Five |\n" + "|---" * 5 + "|\n"
    made = document(wide + "| " + " | ".join(["words " * 12] * 3) + " | 3 | 5 |", Look.of(view))
    made.setTextWidth(500)
    assert made.size().height() > 50  # laid out
    block = made.begin()
    while block.isValid():
        if block.text() in ("Three", "Five"):
            assert block.layout().lineCount() == 1
        block = block.next()


WIDE = "| " + " | ".join(f"Column {i}" for i in range(12)) + " |\n" + "|--" * 12 + "|\n"
WIDE += "| " + " | ".join(f"value-{i * 7919}" for i in range(12)) + " |"


def test_a_table_wider_than_its_column_scrolls_by_keyboard_and_keeps_its_words_whole(
    view: MarkdownView, qtbot: QtBot
) -> None:
    view.set_source(f"Before\n\n{WIDE}\n\nAfter")
    view.setGeometry(0, 0, 500, view.arrange(500))
    table = view.widgets[1]
    assert isinstance(table, TableView)
    assert table.width() == 500
    bar = table.horizontalScrollBar()
    assert bar.maximum() > 300
    block = table.document().begin()
    while block.isValid():
        if block.text().startswith(("Column", "value")):
            assert block.layout().lineCount() == 1
        block = block.next()
    QTest.keyClick(table, Qt.Key.Key_Right)
    assert bar.value() > 0
    assert table.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_table_that_fits_does_not_scroll(view: MarkdownView) -> None:
    view.set_source("| a | b |\n|--|--|\n| 1 | 2 |")
    view.arrange(500)
    table = view.widgets[0]
    assert isinstance(table, TableView)
    assert not table.is_wide
    assert table.horizontalScrollBar().maximum() == 0
