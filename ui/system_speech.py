"""The voice of this PC: Qt's text-to-speech, where it is there and has a voice. Nothing else here speaks.

Qt passes the words to an engine of the system, and those that are asked, in this order, work on this PC:

    winrt     the voices that Windows brings and its settings add, computed by Windows itself
    sapi      the older voices of Windows; other makers' appear here too, and what such a one does its maker says
    speechd   Speech Dispatcher on Linux, over a socket of this PC; it speaks with what is set up there (espeak-ng)
    flite     a small engine that some Linux systems build into their Qt

No engine is asked to download a voice, and Qt's own for tests (`mock`) is never asked. The module is large, not part
of what a checkout installs, and on Linux needs PulseAudio's library: it is imported at the first wish to hear
something, and where that fails there is no voice. Read next: `ui.read_aloud`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, Qt, Signal

if TYPE_CHECKING:
    from PySide6.QtTextToSpeech import QTextToSpeech

ENGINES = ("winrt", "sapi", "speechd", "flite")
SLOW = ("speechd",)  # asks for all voices when it is opened: 2.3 s with those of espeak-ng


class SystemSpeech(QObject):
    """Says one text after the other.

    Signals:
        said: the text was said to its end; not after `stop`.
        failed: it could not be said.
    """

    said = Signal()
    failed = Signal()

    def __init__(self, engine: QTextToSpeech, parent: QObject) -> None:
        """`engine` is ready; it is from now on this object's."""
        super().__init__(parent)
        self._engine = engine
        self._is_wanted = False  # whether something is to be said, and no stop came since
        self._has_begun = False  # whether the engine has been heard to be at it
        engine.setParent(self)
        # Queued, because an engine tells in its own time and some from a thread of their own.
        queued = Qt.ConnectionType.QueuedConnection
        engine.stateChanged.connect(self._follow, queued)
        engine.errorOccurred.connect(self._fail, queued)

    def say(self, text: str) -> None:
        """Say `text` now; nothing else may be being said."""
        self._is_wanted, self._has_begun = True, False
        self._engine.say(text)

    def stop(self) -> None:
        """Be silent at once."""
        self._is_wanted = False
        self._engine.stop()

    def _follow(self, state: object) -> None:
        """An engine is ready when it is done, but also after a stop, which may be told late."""
        name = _name(state)
        if name in ("Speaking", "Synthesizing"):
            self._has_begun = True
        elif name == "Ready" and self._is_wanted and self._has_begun:
            self._is_wanted = False
            self.said.emit()

    def _fail(self, _reason: object, _words: str) -> None:
        if self._is_wanted:
            self._is_wanted = False
            self.failed.emit()


def is_slow() -> bool:
    """Whether there is an engine that should not be opened only to know whether it has a voice."""
    return _engines()[:1] in [(name,) for name in SLOW]


def find_speech(locale: QLocale, parent: QObject) -> SystemSpeech | None:
    """The first engine that has a voice, in the language of `locale` if it can; None if there is none."""
    names = _engines()
    if not names:
        return None
    from PySide6.QtTextToSpeech import QTextToSpeech

    for name in names:
        engine = QTextToSpeech(name, parent)
        if _name(engine.state()) != "Error" and engine.availableLocales():
            _choose_language(engine, locale)
            return SystemSpeech(engine, parent)
        engine.deleteLater()
    return None


def _engines() -> tuple[str, ...]:
    """Those that are there, the one to ask first in front."""
    try:
        from PySide6.QtTextToSpeech import QTextToSpeech
    except ImportError:
        return ()
    there = QTextToSpeech.availableEngines()
    return tuple(name for name in ENGINES if name in there)


def _choose_language(engine: QTextToSpeech, locale: QLocale) -> None:
    """Speak the language of `locale`; the voice the system is set to stays where it does, or where none does."""
    language = locale.language()
    if engine.locale().language() == language:
        return
    fitting = [each for each in engine.availableLocales() if each.language() == language]
    for wanted in (QLocale.system(), locale, *fitting):
        if wanted in fitting:
            engine.setLocale(wanted)
            return


def _name(state: object) -> str:
    """Its name: the enumeration is in the module that may not be there."""
    return str(getattr(state, "name", ""))
