"""Who reads at a larger size loses no words: with the system's font half as large again nothing is cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QLabel, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.everywhere import reach
from ui import style
from ui.elided_label import ElidedLabel
from ui.window import Window

Whole = Callable[..., Window]
PLACES = (
    "first run",
    "nothing said yet",
    "context full",
    "an answer that was cut",
    "branches",
    "a question being edited",
    "an answer to be deleted",
    "settings of a conversation",
    "form of a saved prompt",
    "conversations to be deleted",
    "locked",
    "a document",
    "a summary",
    "documents",
    "no documents",
    "text of a document",
    "models",
    "diagnostics",
    "settings",
    "export",
    "crash",
)


@pytest.fixture
def large(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    usual = style.body_font()

    def font() -> QFont:
        return style.scaled(usual, 1.5)

    monkeypatch.setattr(style, "body_font", font)
    style.apply(qapp, dark=False)
    yield
    monkeypatch.undo()
    style.apply(qapp, dark=False)


def cut(root: QWidget) -> Iterator[str]:
    """Words that have less room than they need, and no other way to be read."""
    for label in root.findChildren(QLabel):
        if not label.isVisible() or not label.text() or isinstance(label, ElidedLabel):
            continue
        if label.wordWrap():
            if label.height() < label.heightForWidth(label.width()):
                yield f"{label.text()!r} is {label.height()} high, {label.heightForWidth(label.width())} needed"
        elif label.width() < label.fontMetrics().horizontalAdvance(label.text()):
            yield f"{label.text()!r} is {label.width()} wide"
        elif label.height() < label.fontMetrics().ascent():
            yield f"{label.text()!r} is {label.height()} high"
    for button in root.findChildren(QAbstractButton):
        if not button.isVisible() or not button.text() or button.toolTip():
            continue
        if button.hasHeightForWidth():
            if button.height() < button.heightForWidth(button.width()):
                yield f"{button.text()!r} is {button.height()} high"
            continue
        least = button.fontMetrics().horizontalAdvance(button.text().replace("&", ""))
        if isinstance(button, QCheckBox | QRadioButton):
            least = button.minimumSizeHint().width()
        if button.width() < least or button.height() < button.fontMetrics().height():
            yield f"{button.text()!r} is {button.width()} x {button.height()}, {least} wide needed"


@pytest.mark.slow
@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("size", [(1180, 800), (620, 700)], ids=["wide", "narrow"])
@pytest.mark.parametrize("name", PLACES)
def test_no_word_is_cut_at_one_and_a_half_times_the_size(
    name: str, size: tuple[int, int], whole: Whole, qtbot: QtBot
) -> None:
    root = reach(name, whole(name, size), qtbot)
    for _ in range(3):
        QApplication.processEvents()
    assert list(cut(root)) == []


def test_words_that_have_no_room_would_be_found(whole: Whole) -> None:
    window = whole()
    label = QLabel("A long sentence that has no room", window)
    label.setGeometry(0, 0, 20, 20)
    label.show()
    for _ in range(3):  # what was just shown has its place only then
        QApplication.processEvents()
    assert len(list(cut(window))) == 1
