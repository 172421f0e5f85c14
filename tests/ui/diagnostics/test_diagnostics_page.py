"""How the engine does can be seen, read aloud and handed on, and costs nothing while nobody looks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.diagnostics_values import Fault, Speed
from app.support_text import support_text
from tests.fakes.chat import FakeChat
from tests.fakes.diagnostics import BUSY, IDLE, LOADED, FakeDiagnostics
from tests.fakes.shelf import FakeModels
from tests.ui.conftest import OpenWindow
from tests.ui.test_frame import outside, unnamed
from ui.diagnostics.diagnostics_page import DiagnosticsPage
from ui.diagnostics.speed_plot import SLOTS, SpeedPlot, round_up, speeds_in_words
from ui.window import CHAT, DIAGNOSTICS


@pytest.fixture
def fake() -> FakeDiagnostics:
    return FakeDiagnostics()


@pytest.fixture
def page(qtbot: QtBot, fake: FakeDiagnostics) -> DiagnosticsPage:
    page = DiagnosticsPage(fake)
    qtbot.addWidget(page)
    page.resize(800, 700)
    page.show()
    return page


def test_everything_asked_for_is_on_the_page(page: DiagnosticsPage) -> None:
    model, memory = page.model, page.memory
    assert model.value("Model") == "gpt-oss-20b"
    assert model.value("Its files (SHA-256)").replace("\u200b", "") == LOADED.model_hash
    assert model.value("Device") == "Intel Core Ultra 7 155H (CPU)"
    assert model.value("Kernel") == "avxvnni"
    assert model.value("Threads") == "6"
    assert model.value("Context") == "131,072 tokens at most"
    assert memory.value("Engine") == "612 MB of its own, 13.1 GB of mapped files"
    assert memory.value("Window") == "143 MB of its own, 96 MB of mapped files"
    assert memory.value("Conversation (KV cache)") == "3,410 tokens (168 MB), room for 4,096 (201 MB)"
    assert memory.value("This PC") == "9.8 GB of 34.3 GB free"
    assert page.versions.value("onnxruntime") == "1.30.0"
    assert "The engine stopped unexpectedly" in page.faults._rows[0][1].text()
    assert page.no_faults.isHidden()


def test_before_a_model_is_loaded_the_page_says_so(qtbot: QtBot) -> None:
    page = DiagnosticsPage(FakeDiagnostics(IDLE))
    qtbot.addWidget(page)
    page.show()
    assert page.model.value("Model") == "None is loaded."
    assert page.memory.value("Engine") == "Not running"
    assert page.memory.value("Conversation (KV cache)") == "Empty"
    assert page.no_faults.isVisible()
    assert page.plot.isHidden()
    assert page.speeds.text() == "Nothing has been answered since Chorale was started."


def test_it_looks_again_only_while_it_is_seen(page: DiagnosticsPage, fake: FakeDiagnostics) -> None:
    assert fake.looks == 1
    assert page.looking.isActive()
    assert page.looking.interval() == 1000
    page.looking.timeout.emit()
    assert fake.looks == 2
    page.hide()
    assert not page.looking.isActive()
    page.show()
    assert fake.looks == 3


def test_what_changes_is_shown_and_the_rest_stays_where_it_is(
    page: DiagnosticsPage, fake: FakeDiagnostics
) -> None:
    before = [words for _, words in page.memory._rows]
    fake.says = replace(BUSY, kv_used=3_500)
    page.looking.timeout.emit()
    assert page.memory.value("Conversation (KV cache)").startswith("3,500 tokens")
    assert [words for _, words in page.memory._rows] == before
    named = next(words for name, words in page.memory._rows if name.text() == "Window")
    assert named.accessibleName() == "Window: 143 MB of its own, 96 MB of mapped files"


def test_a_model_on_a_graphics_device_has_no_threads(page: DiagnosticsPage, fake: FakeDiagnostics) -> None:
    fake.says = replace(BUSY, loaded=replace(LOADED, kind="gpu", kernel="directml", threads=0, model_hash=""))
    page.looking.timeout.emit()
    assert "Threads" not in [name.text() for name, _ in page.model._rows]
    assert page.model.value("Its files (SHA-256)") == "Not known"


def test_copy_for_support_takes_all_of_it(page: DiagnosticsPage, fake: FakeDiagnostics, qtbot: QtBot) -> None:
    page.copy.setFocus()
    QTest.keyClick(page.copy, Qt.Key.Key_Space)
    assert QGuiApplication.clipboard().text() == support_text(fake.says)
    assert page.copy.text() == "Copied"
    page._copied.timeout.emit()
    assert page.copy.text() == "Copy for support"


def test_errors_are_plain_text(page: DiagnosticsPage, fake: FakeDiagnostics) -> None:
    fake.says = replace(BUSY, faults=(Fault(0, "<b>Not bold.</b>"),))
    page.looking.timeout.emit()
    words = page.faults._rows[0][1]
    assert words.text() == "<b>Not bold.</b>"
    assert words.textFormat() is Qt.TextFormat.PlainText


def test_tab_reaches_the_one_button(page: DiagnosticsPage) -> None:
    assert page.stops() == [page.copy]


# -- the plot ------------------------------------------------------------------------------------


@pytest.fixture
def plot(qtbot: QtBot) -> SpeedPlot:
    plot = SpeedPlot()
    qtbot.addWidget(plot)
    plot.resize(600, 132)
    return plot


def test_bars_are_as_high_as_answers_were_fast(plot: SpeedPlot) -> None:
    plot.show_speeds((Speed(20, 5.0), Speed(20, 20.0), Speed(20, 10.0)))
    low, high, middle = plot.bars()
    assert plot.top == 20
    assert (low.height(), middle.height()) == pytest.approx((high.height() / 4, high.height() / 2))
    assert low.bottom() == high.bottom() == middle.bottom()
    assert low.right() < high.left() < high.right() < middle.left()
    assert low.left() >= 0
    assert middle.right() <= plot.width()


def test_only_as_many_answers_as_fit_are_shown(plot: SpeedPlot) -> None:
    plot.show_speeds([Speed(20, 1.0 + i) for i in range(SLOTS + 5)])
    assert len(plot.bars()) == SLOTS
    assert plot.bars()[0].left() > 0
    assert plot.top == 40


def test_bars_are_painted_and_the_running_one_looks_otherwise(plot: SpeedPlot) -> None:
    plot.show_speeds((Speed(20, 10.0), Speed(20, 10.0, is_running=True)))
    done, running = plot.bars()
    picture = plot.grab().toImage()
    accent = QGuiApplication.palette().color(QPalette.ColorRole.Link)
    assert QColor(picture.pixel(done.center().toPoint())) == accent
    assert QColor(picture.pixel(running.center().toPoint())) != accent


def test_whoever_cannot_see_the_plot_is_told_it(plot: SpeedPlot) -> None:
    plot.show_speeds(
        (Speed(20, 9.5, 80.0), Speed(20, 12.25), Speed(20, 11.0), Speed(9, 10.5, is_running=True))
    )
    words = (
        "Now 10.5 tokens/s. The last 3 answers: 9.5 to 12.2 tokens/s, the newest 11.0. "
        "The prompt was last read at 80.0 tokens/s."
    )
    assert plot.accessibleDescription() == words
    assert plot.accessibleName() == "Speed of the last answers"


def test_words_for_few_answers() -> None:
    assert speeds_in_words((Speed(20, 250.0),)) == "The last answer: 250 tokens/s."
    assert speeds_in_words((Speed(20, 3.0, is_running=True),)) == "Now 3.0 tokens/s."


@pytest.mark.parametrize(
    ("value", "top"),
    [
        (0.0, 1),
        (0.4, 1),
        (1.0, 1),
        (1.1, 1.5),
        (2.0, 2),
        (4.1, 5),
        (9.9, 10),
        (10.0, 10),
        (11, 15),
        (730, 800),
    ],
)
def test_the_figures_at_the_side_are_round(value: float, top: float) -> None:
    assert round_up(value) == top


# -- in the window -------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [420, 1180])
def test_the_page_is_reached_by_keys_and_is_whole_at_any_width(
    open_window: OpenWindow, fake: FakeDiagnostics, qtbot: QtBot, width: int
) -> None:
    made = open_window(FakeChat(), models=FakeModels(), diagnostics=fake, size=(width, 700))
    page = made.diagnostics_page
    assert page is not None
    assert fake.looks == 0  # nobody has seen it yet
    QTest.keyClick(made, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert made.page is page
    assert page.copy.hasFocus()
    assert unnamed(made) == []
    qtbot.waitUntil(lambda: outside(made) == [])
    made.show_page(CHAT)
    assert not page.looking.isActive()


def test_without_diagnostics_the_rail_has_no_such_page(open_window: OpenWindow) -> None:
    made = open_window(FakeChat(), models=FakeModels())
    assert DIAGNOSTICS not in made.rail.buttons
    made.show_page(DIAGNOSTICS)
    assert made.page is made.chat
