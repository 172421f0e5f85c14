"""Formulas: drawn as they are meant, shown as written when they cannot be, and never at the window's cost."""

from __future__ import annotations

import gc
import itertools
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtGui import QColor, QImage, QTextCursor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.answers import formula_drawing
from ui.answers.formula import SIGN, formulas, image, sources
from ui.answers.formula_drawing import LONGEST, Drawing, draw
from ui.answers.markdown_view import MarkdownView
from ui.answers.text_view import TextView


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[MarkdownView]:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = MarkdownView(parent)
    made.resize(700, 400)
    parent.resize(700, 400)
    parent.show()
    yield made


def text_of(qtbot: QtBot, view: MarkdownView, source: str) -> TextView:
    """The first text, once its formulas are drawn."""
    view.set_source(source)
    qtbot.waitUntil(lambda: not view.waits, timeout=20_000)
    view.arrange(600)
    text = view.widgets[0]
    assert isinstance(text, TextView)
    return text


@pytest.mark.slow
def test_a_fraction_stands_above_and_below_the_baseline() -> None:
    plain, fraction = draw("x", False), draw(r"\frac{a}{b}", False)
    assert plain is not None
    assert fraction is not None
    assert fraction.ascent > plain.ascent
    assert fraction.descent > 0.15 > plain.descent


@pytest.mark.slow
@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
        r"\begin{bmatrix} 1 & 2 \end{bmatrix}^{-1}",
        r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
        r"\int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2} \tag{1}",
        r"\boxed{\mathbb{E}[X] = \sum_{i=1}^n p_i \text{ if } x > 0}",
    ],
)
def test_what_models_write_is_drawn(tex: str) -> None:
    drawing = draw(tex, True)
    assert drawing is not None
    assert drawing.width > 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "tex",
    [
        r"\frac{a",
        "a_b_c",
        r"\nosuchcommand{x}",
        r"\ce{H2O}",
        "x & y",
        "",
        "\x00",
        r"\href{https://a.example}{",
    ],
)
def test_what_does_not_parse_is_not_drawn_and_not_logged(
    tex: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert draw(tex, False) is None
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
@pytest.mark.parametrize(
    "tex",
    [
        "x" * 100_000,
        "{" * 900 + "x" + "}" * 900,
        r"\frac{1}{" * 150 + "x" + "}" * 150,
        r"\sqrt{" * 200 + "x" + "}" * 200,
        r"\left(" * 120 + "x" + r"\right)" * 120,
        "x^{" * 400 + "}" * 400,
    ],
    ids=["long", "braces", "fractions", "roots", "parentheses", "powers"],
)
def test_a_hostile_formula_is_given_up_soon(tex: str) -> None:
    draw("x", False)  # the library is there
    gc.disable()  # what other tests left is not the formula's
    try:
        began = time.thread_time()
        assert draw(tex, True) is None
        assert time.thread_time() - began < 2.0  # 0.4 on a PC that has nothing else to do
    finally:
        gc.enable()


@pytest.mark.slow
def test_two_threads_draw_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the second one meets a library that is half imported, or half done with another formula."""
    inside, most = 0, 0
    real = formula_drawing._drawn

    def watched(library: Any, tex: str, display: bool) -> Drawing:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        try:
            return real(library, tex, display)
        finally:
            inside -= 1

    monkeypatch.setattr(formula_drawing, "_drawn", watched)
    drawn: list[Drawing | None] = []
    draws = [threading.Thread(target=lambda: drawn.append(draw(r"\frac{a}{b}", True))) for _ in range(3)]
    for thread in draws:
        thread.start()
    for thread in draws:
        thread.join()
    assert None not in drawn
    assert len(drawn) == 3
    assert most == 1


@pytest.mark.slow
def test_a_slow_pc_draws_the_same_formulas(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = itertools.count()
    clock = SimpleNamespace(
        perf_counter=lambda: next(seconds), thread_time=lambda: next(seconds), sleep=lambda _: None
    )
    monkeypatch.setattr("ui.answers.formula_drawing.time", clock)
    assert draw(r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", True) is not None


@pytest.mark.slow
def test_formulas_are_drawn_in_text_lists_and_tables(qtbot: QtBot, view: MarkdownView) -> None:
    source = "It is $a^2$ and $5, not \\(\\frac{a\\).\n\n- $b_1$\n\n| $c | d$ | \\(e\\) |\n|--|--|\n| $|f|$ | $10 |\n"
    text = text_of(qtbot, view, source)
    texts = [widget for widget in view.widgets if isinstance(widget, TextView)]
    written = [source for each in texts for _, source in sources(each.document())]
    assert written == ["$a^2$", "$b_1$", "$c | d$", "\\(e\\)", "$|f|$"]
    words = text.toPlainText()
    assert f"It is {SIGN} and $5, not \\frac{{a." in words
    assert "$10" in texts[-1].toPlainText()


@pytest.mark.slow
def test_what_is_copied_is_what_was_written(qtbot: QtBot, view: MarkdownView) -> None:
    text = text_of(qtbot, view, "So \\(a_1\\) and\n\n$$\nb\n+ c\n$$\n\nhold.")
    assert text.toPlainText().count(SIGN) == 2
    text.selectAll()
    data = text.createMimeDataFromSelection()
    assert data.text() == "So \\(a_1\\) and\n$$\nb\n+ c\n$$\nhold."
    assert SIGN not in data.html()
    assert "a_1" in text.accessibleDescription()


@pytest.mark.slow
def test_a_selection_without_formulas_is_copied_as_ever(qtbot: QtBot, view: MarkdownView) -> None:
    text = text_of(qtbot, view, "So \\(a_1\\) holds.")
    cursor = text.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.Start)
    cursor.setPosition(2, QTextCursor.MoveMode.KeepAnchor)
    text.setTextCursor(cursor)
    assert text.createMimeDataFromSelection().text() == "So"


@pytest.mark.slow
def test_an_unfinished_formula_stands_as_it_is_written(qtbot: QtBot, view: MarkdownView) -> None:
    source = "So \\(a^2 + b^2\\) holds."
    for end in range(4, source.index("\\)") + 1):
        view.set_source(source[:end])
        text = view.widgets[0]
        assert isinstance(text, TextView)
        assert SIGN not in text.toPlainText()
    assert SIGN in text_of(qtbot, view, source).toPlainText()


BOX = Drawing((((0.0, -1.0), (1.0, -1.0), (1.0, 0.5), (0.0, 0.5)),), 0.0, 1.0, 1.0, 0.5)
FLAT = Drawing((((0.0, -0.5), (1.0, -0.5), (1.0, 0.0), (0.0, 0.0)),), 0.0, 1.0, 0.5, 0.0)


def _rows_of(picture: QImage, left: int, right: int) -> list[int]:
    """Rows in which something is as dark as text."""
    return [
        y
        for y in range(picture.height())
        if any(picture.pixelColor(x, y).lightness() < 100 for x in range(left, right))
    ]


@pytest.mark.parametrize("tex", ["test-flat", "test-deep"])
def test_formulas_stand_on_the_line_of_the_words(tex: str, view: MarkdownView) -> None:
    formulas().add((tex, False), FLAT if tex == "test-flat" else BOX)
    view.set_source(f"$|$ $ HH ${tex}$")
    height = view.arrange(600)
    view.setGeometry(0, 0, 600, height)
    text = view.widgets[0]
    assert isinstance(text, TextView)
    picture = view.grab().toImage()
    place = sources(text.document())[0][0]
    cursor = QTextCursor(text.document())
    cursor.setPosition(place)
    left = text.cursorRect(cursor).right()
    em = 14.0
    letters = _rows_of(picture, text.cursorRect(cursor).right() - 22, left - 6)
    formula = _rows_of(picture, left + 4, left + 10)
    depth = formulas().drawing((tex, False)).descent  # type: ignore[union-attr]
    assert letters
    assert formula
    assert abs(formula[-1] - letters[-1] - depth * em * 1.08) <= 2.5


def test_a_formula_has_the_colour_of_the_text_and_is_sharp_at_200_percent() -> None:
    picture = image(BOX, 20.0, 2.0, QColor("#e9e7e2").rgba())
    assert picture.devicePixelRatio() == 2.0
    assert picture.width() >= 40
    assert picture.pixelColor(20, 20) == QColor("#e9e7e2")


def test_a_formula_wider_than_its_column_shrinks(view: MarkdownView) -> None:
    wide = Drawing((((0.0, -0.5), (60.0, -0.5), (60.0, 0.0)),), 0.0, 60.0, 0.5, 0.0)
    formulas().add(("test-wide", True), wide)
    view.set_source("$$test-wide$$")
    view.arrange(600)
    text = view.widgets[0]
    assert isinstance(text, TextView)
    assert text.document().idealWidth() <= 601


def test_a_very_long_formula_is_text_at_once(view: MarkdownView, qtbot: QtBot) -> None:
    source = "\\[" + "x" * (LONGEST + 1) + "\\]"
    text = text_of(qtbot, view, source)
    assert SIGN not in text.toPlainText()
    assert "xxxx" in text.toPlainText()


@pytest.mark.slow
def test_the_library_is_imported_with_the_first_formula_only_and_reads_only_what_it_brings() -> None:
    program = """
import sys, ui.answers.markdown_view
assert "ziamath" not in sys.modules and "latex2mathml" not in sys.modules
import ui.answers.formula_drawing as d
d.draw("x", False)
seen = []
def look(event, args):
    if event in ("open", "socket.connect", "socket.getaddrinfo", "subprocess.Popen"):
        seen.append((event, str(args[0])))
sys.addaudithook(look)
assert d.draw(r"\\mathbb{R} \\frac{a}{b} \\text{words}", True)
places = [at for event, at in seen if event != "open" or not any(p in at for p in ("zia", "latex2mathml", "python"))]
assert not places, places
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60, env=None)
