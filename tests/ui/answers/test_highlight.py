"""Colours in code: readable on every ground, right for the language, and never at the window's cost."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import astuple

import pytest
from PySide6.QtGui import QColor, QTextBlock
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from ui import style
from ui.answers.code_block import CodeBlock
from ui.answers.highlight import DARK, LIGHT, LONGEST_LINE, SLICE_S, lexer_for, theme


@pytest.fixture
def parent(qtbot: QtBot) -> Iterator[QWidget]:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.show()
    yield made


def _luminance(colour: QColor) -> float:
    """Relative luminance, as WCAG 2 defines it."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("contrast", [False, True])
def test_every_colour_can_be_read_on_its_ground(dark: bool, contrast: bool) -> None:
    ground = QColor(style.colours(dark, contrast).sunken)
    needed = 7.0 if contrast else 4.5
    for name in astuple(theme(ground)):
        lighter, darker = sorted((_luminance(QColor(name)), _luminance(ground)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= needed, name


def _block(block: CodeBlock, line: int) -> QTextBlock:
    text = block.findChild(QPlainTextEdit)
    assert text is not None
    return text.document().findBlockByNumber(line)


def coloured(block: CodeBlock, line: int) -> dict[str, str]:
    """Words of a line that have a colour."""
    text = _block(block, line)
    return {
        text.text()[span.start : span.start + span.length]: span.format.foreground().color().name()
        for span in text.layout().formats()
    }


@pytest.mark.slow
def test_words_have_the_colour_of_what_they_are(qtbot: QtBot, parent: QWidget) -> None:
    block = CodeBlock("python", 'def f():\n    """a\n    b"""\n    return 1  # why', parent)
    qtbot.waitUntil(lambda: block.highlighter.finished)
    assert coloured(block, 0) == {"def": LIGHT.keyword, "f": LIGHT.function}
    assert coloured(block, 2) == {'    b"""': LIGHT.string}
    assert coloured(block, 3) == {"return": LIGHT.keyword, "1": LIGHT.number, "# why": LIGHT.comment}


@pytest.mark.slow
def test_code_that_grows_gets_the_same_colours_as_code_that_came_at_once(
    qtbot: QtBot, parent: QWidget
) -> None:
    code = 'x = """\nif this\n"""\nfor each in "a":\n    print(each)'
    whole, grown = CodeBlock("py", code, parent), CodeBlock("py", "", parent)
    for end in range(0, len(code) + 1, 5):
        grown.set_code(code[:end])
        QApplication.processEvents()
    grown.set_code(code)
    qtbot.waitUntil(lambda: whole.highlighter.finished and grown.highlighter.finished)
    for line in range(5):
        assert coloured(grown, line) == coloured(whole, line)
    assert coloured(whole, 3)["for"] == LIGHT.keyword


@pytest.mark.slow
@pytest.mark.parametrize("language", ["", "unheard-of", "text", "../../etc/passwd", "python\x00"])
def test_code_of_no_known_language_is_plain(language: str, qtbot: QtBot, parent: QWidget) -> None:
    block = CodeBlock(language, "if x: return 1", parent)
    qtbot.waitUntil(lambda: block.highlighter.finished)
    assert coloured(block, 0) == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", ["Python", "python title=x.py", "{.python}", "language-python", "c++", "jsx", "sh"]
)
def test_a_fence_names_its_language_in_many_ways(words: str) -> None:
    assert lexer_for(words) is not None


@pytest.mark.slow
def test_a_change_of_theme_changes_the_colours(qtbot: QtBot, parent: QWidget) -> None:
    block = CodeBlock("python", "return", parent)
    qtbot.waitUntil(lambda: block.highlighter.finished)
    block.setPalette(style.palette(style.DARK))
    qtbot.waitUntil(lambda: coloured(block, 0) == {"return": DARK.keyword})


@pytest.mark.slow
def test_a_block_of_2000_lines_is_coloured_in_slices(qtbot: QtBot, parent: QWidget) -> None:
    lexer_for("python")
    block = CodeBlock("python", "def f(x):  # a line\n    return [x, 'word', 12]\n" * 1000, parent)
    slices: list[float] = []
    slice_ = block.highlighter._slice

    def timed() -> None:
        began = time.thread_time()
        slice_()
        slices.append(time.thread_time() - began)

    block.highlighter._timer.timeout.disconnect()
    block.highlighter._timer.timeout.connect(timed)
    qtbot.waitUntil(lambda: block.highlighter.finished, timeout=20_000)
    assert len(slices) > 5
    assert sorted(slices)[-3] < 4 * SLICE_S
    assert coloured(block, 1999)["return"] == LIGHT.keyword


@pytest.mark.slow
def test_lines_without_end_are_plain(qtbot: QtBot, parent: QWidget) -> None:
    block = CodeBlock("python", "return " * LONGEST_LINE, parent)
    qtbot.waitUntil(lambda: block.highlighter.finished)
    assert coloured(block, 0) == {}


@pytest.mark.slow
def test_the_start_does_not_wait_for_the_library() -> None:
    program = "import sys, ui.answers.code_block, ui.answers.highlight; assert not [m for m in sys.modules if 'pygments' in m]"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
