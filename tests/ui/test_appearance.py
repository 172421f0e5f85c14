"""Theme, motion, language and the tray, as the settings say."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import PySide6
import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QProgressBar, QWidget
from pytestqt.qtbot import QtBot

from app.wording import Words
from tests.fakes.chat import FakeSettings
from ui import appearance, language, motion, style
from ui.tray import Tray
from ui.words import LANGUAGE, said, tr

LRELEASE = shutil.which("lrelease", path=str(Path(PySide6.__file__).parent))  # comes with PySide6


class Unraised(QWidget):
    """A window on a platform that cannot bring one in front of others."""

    def raise_(self) -> None:
        pass


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    """An application that looks and speaks as before afterwards."""
    yield qapp
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
    qapp.setProperty(LANGUAGE, None)
    motion.settle(qapp, "off")
    style.dress(qapp, "system")
    style.apply(qapp, dark=False)


def window_colour(app: QApplication) -> str:
    return app.palette().color(QPalette.ColorRole.Window).name()


@pytest.mark.slow
@pytest.mark.parametrize(("theme", "look"), [("light", style.LIGHT), ("dark", style.DARK)])
def test_a_theme_counts_whatever_the_system_is(app: QApplication, theme: str, look: style.Colours) -> None:
    appearance.dress(app, FakeSettings(**{appearance.THEME: theme}))
    assert window_colour(app) == look.window
    # What the system says later changes nothing.
    appearance.dress(app, FakeSettings(**{appearance.THEME: theme}))
    assert window_colour(app) == look.window


def test_high_contrast_makes_quiet_text_as_strong_as_text(app: QApplication) -> None:
    style.dress(app, "contrast")
    role = QPalette.ColorRole
    assert app.palette().color(role.PlaceholderText) == app.palette().color(role.WindowText)


def test_a_theme_nobody_knows_follows_the_system(app: QApplication) -> None:
    for theme in (None, "system", 7, "pink"):
        style.dress(app, theme)
        assert window_colour(app) in (style.LIGHT.window, style.DARK.window)


def test_where_motion_is_reduced_nothing_blinks_or_runs(app: QApplication, qtbot: QtBot) -> None:
    bar = QProgressBar()
    qtbot.addWidget(bar)
    usual = app.cursorFlashTime()
    motion.settle(app, "on")
    assert motion.is_reduced()
    assert app.cursorFlashTime() == 0
    motion.run_on(bar)
    assert (bar.minimum(), bar.maximum(), bar.value()) == (0, 2, 1)
    motion.settle(app, "off")
    assert not motion.is_reduced()
    assert app.cursorFlashTime() == usual
    motion.run_on(bar)
    assert (bar.minimum(), bar.maximum()) == (0, 0)


def test_words_that_bring_both_languages_follow_the_language(app: QApplication) -> None:
    words = Words("Colours", "Farben")
    assert said(words) == "Colours"
    app.setProperty(LANGUAGE, "de")
    assert said(words) == "Farben"


def test_a_language_without_a_translation_is_not_spoken(app: QApplication, tmp_path: Path) -> None:
    assert language.languages(tmp_path) == ("en",)
    assert language.speak(app, "de", tmp_path) == "en"


@pytest.mark.skipif(LRELEASE is None, reason="needs Qt's lrelease")
@pytest.mark.slow
def test_a_translation_that_is_there_is_spoken(app: QApplication, tmp_path: Path) -> None:
    source = tmp_path / "chorale_de.ts"
    source.write_text(
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE TS><TS version="2.1" language="de"><context>'
        "<name>Chorale</name><message><source>Settings</source><translation>Einstellungen</translation></message>"
        "</context></TS>"
    )
    subprocess.run([str(LRELEASE), str(source)], check=True, capture_output=True)
    assert language.languages(tmp_path) == ("en", "de")
    assert language.speak(app, "de", tmp_path) == "de"
    assert tr("Settings") == "Einstellungen"


def test_the_sign_in_the_tray_brings_the_window_back_and_ends_it(app: QApplication, qtbot: QtBot) -> None:
    window = Unraised()
    qtbot.addWidget(window)
    tray = Tray(window)
    show, quit_ = tray.menu.actions()
    show.trigger()
    assert window.isVisible()
    assert QCoreApplication.instance() is not None
    quit_.trigger()
    assert not window.isVisible()
