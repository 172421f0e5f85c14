"""Links: the address is shown before anything opens, and only what is safe to open can be opened."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QTextCursor
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from ui.answers.links import ask_to_open, other_host
from ui.answers.markdown import Look, document
from ui.answers.text_view import TextView


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    addresses: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: addresses.append(url.toString()))
    return addresses


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def button(box: QMessageBox, text: str) -> QAbstractButton | None:
    return next((button for button in box.buttons() if button.text() == text), None)


def test_a_link_opens_only_after_its_address_was_shown(
    parent: QWidget, opened: list[str], qtbot: QtBot
) -> None:
    view = TextView(parent)
    view.anchorClicked.emit(QUrl("https://example.org/a"))
    box = parent.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    assert "https://example.org/a" in box.informativeText()
    assert opened == []
    go = button(box, "Open")
    assert go is not None
    go.click()
    assert opened == ["https://example.org/a"]


def test_enter_does_not_open_a_link_by_accident(parent: QWidget, opened: list[str]) -> None:
    box = ask_to_open(QUrl("https://example.org"), parent)
    default = box.defaultButton()
    assert default is not None
    assert default.text() == "Cancel"
    default.click()
    assert opened == []


@pytest.mark.parametrize("address", ["file:///etc/passwd", "javascript:alert(1)", "ms-settings:", "relative"])
def test_what_is_no_web_address_cannot_be_opened(address: str, parent: QWidget, opened: list[str]) -> None:
    box = ask_to_open(QUrl(address), parent)
    assert button(box, "Open") is None
    assert "does not open" in box.text()


def test_look_alike_letters_in_a_host_are_spelled_out(parent: QWidget) -> None:
    box = ask_to_open(QUrl("https://ex\u0430mple.org/"), parent)  # a Cyrillic letter among Latin ones
    assert "xn--" in box.informativeText()


def test_an_address_can_be_copied(parent: QWidget) -> None:
    box = ask_to_open(QUrl("https://example.org/copy"), parent)
    copy = button(box, "Copy address")
    assert copy is not None
    copy.click()
    assert QGuiApplication.clipboard().text() == "https://example.org/copy"


@pytest.mark.parametrize(
    ("words", "url", "named"),
    [
        ("https://bank.example/login", "https://evil.example/login", "bank.example"),
        ("bank.example", "https://bank.example.evil.example/", "bank.example"),
        ("www.bank.example", "https://bank.example/a", ""),
        ("the bank", "https://evil.example", ""),
        ("here", "https://evil.example", ""),
        ("ex\u0430mple.org", "https://example.org", "xn--exmple-4nf.org"),
    ],
)
def test_words_that_name_another_host_are_pointed_out(
    words: str, url: str, named: str, parent: QWidget
) -> None:
    assert other_host(words, QUrl(url)) == named
    told = ask_to_open(QUrl(url), parent, words).informativeText()
    assert ("Take care" in told) == bool(named)


def test_a_link_with_false_words_is_pointed_out_when_it_is_clicked(parent: QWidget) -> None:
    view = TextView(parent)
    view.replace_document(document("[https://bank.example](https://evil.example/x)", Look.of(parent)))
    view.anchorClicked.emit(QUrl("https://evil.example/x"))
    box = parent.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    assert "name bank.example, but it leads to evil.example" in box.informativeText()


def test_where_a_link_leads_is_shown_before_it_is_opened(parent: QWidget) -> None:
    view = TextView(parent)
    view.replace_document(document("See [this](https://ex\u0430mple.org/a_b) now", Look.of(parent)))
    cursor = view.textCursor()
    cursor.setPosition(6)
    assert cursor.charFormat().toolTip() == "https://xn--exmple-4nf.org/a_b"


def test_a_picture_is_its_words_and_a_link(parent: QWidget) -> None:
    made = document("![a <b>](https://example.org/c.png) end", Look.of(parent))
    assert made.toPlainText() == "a <b> <https://example.org/c.png> end"
    cursor = QTextCursor(made)
    cursor.setPosition(12)
    assert cursor.charFormat().anchorHref() == "https://example.org/c.png"
