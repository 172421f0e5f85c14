"""The strip at the top of the conversation: what it says where there is room for all of it, and where there is not."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.chat.header import Header


def header(
    qtbot: QtBot, width: int, title: str = "Chorale demo", *, is_demo: bool = True, is_kept: bool = True
) -> Header:
    """As in a window without the list beside it, laid out."""
    window = QWidget()
    qtbot.addWidget(window)
    made = Header(title, is_demo, window)
    made.show_listed(False)
    made.show_kept(can_keep=True, is_kept=is_kept)
    made.resize(width, 44)
    made.window_kept = window  # type: ignore[attr-defined]  # else Python gives it away
    window.show()
    layout = made.layout()
    assert layout is not None
    layout.activate()
    return made


def test_a_wide_header_says_all(qtbot: QtBot) -> None:
    made = header(qtbot, 1000)
    assert made.badge.isVisible()
    assert made.badge_text.isVisible()
    assert made.new.width() > made.new.fontMetrics().horizontalAdvance(made.new.text())


def test_a_narrow_header_cuts_no_word(qtbot: QtBot) -> None:
    for width in range(400, 1000, 20):
        made = header(qtbot, width, is_kept=False)
        for part in (made.title, made.badge, made.badge_text, made.unkept_badge, made.new):
            if part.isVisible():
                assert part.width() >= part.sizeHint().width(), (width, part)
        assert made.new.geometry().right() < width


def test_a_button_without_words_keeps_its_name(qtbot: QtBot) -> None:
    made = header(qtbot, 380)
    assert made.new.width() < made.new.fontMetrics().horizontalAdvance(made.new.text())
    assert made.new.text() == "New conversation"
    assert made.new.toolTip() == "New conversation (Ctrl+N)"


def test_only_a_long_name_is_cut_and_then_said_as_a_tooltip(qtbot: QtBot) -> None:
    long = "gpt-oss-20b as I have it in the folder of the department"
    made = header(qtbot, 420, long, is_demo=False)
    assert 100 < made.title.width() < made.title.sizeHint().width()
    made.grab()
    assert made.title.toolTip() == long
    assert made.new.geometry().right() < 420


def test_both_badges_are_written_small(qtbot: QtBot) -> None:
    made = header(qtbot, 1000, is_kept=False)
    sizes = {badge.font().pointSizeF() for badge in (made.badge, made.unkept_badge)}
    assert sizes == {made.font().pointSizeF() * 0.8}
