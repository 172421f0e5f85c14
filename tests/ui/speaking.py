"""An application that speaks a language for a while: `with speaking(qapp, "de"): …`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from ui import language
from ui.words import LANGUAGE


@contextmanager
def speaking(app: QApplication, chosen: str) -> Iterator[None]:
    """Speak it until the end; then as before."""
    before = set(app.findChildren(QTranslator))
    assert language.speak(app, chosen) == chosen
    try:
        yield
    finally:
        for translator in set(app.findChildren(QTranslator)) - before:
            app.removeTranslator(translator)
        app.setProperty(LANGUAGE, None)
