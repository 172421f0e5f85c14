"""The voice of this PC: Qt's text-to-speech, where it is there and has a voice. Nothing else here speaks.

Qt passes the words to an engine of the system, and those that are asked, in this order, work on this PC:

    sapi      Windows' voices as its own settings have them; other makers' appear here too, and what such a voice
              does its maker says
    winrt     the voices that Windows brings for more languages, computed by Windows itself
    speechd   Speech Dispatcher on Linux, over a socket of this PC; it speaks with what is set up there (espeak-ng)
    flite     a small engine that some Linux systems build into their Qt

No engine is asked to download a voice, and Qt's own for tests (`mock`) is never asked. Windows' engines are opened
only if the registry has a voice for them: Qt's `winrt` ends the program where there is none. None is opened before
something is to be read. The module is large, not part of what a checkout installs, and on Linux needs PulseAudio's
library; where it cannot be imported there is no voice. Read next: `ui.read_aloud`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, QSettings, Qt, QTimer, Signal

if TYPE_CHECKING:
    from PySide6.QtTextToSpeech import QTextToSpeech

ENGINES = ("sapi", "winrt", "speechd", "flite")
VOICES = {
    "sapi": r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Speech\Voices\Tokens",
    "winrt": r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Speech_OneCore\Voices\Tokens",
}
PATIENCE_MS = 300  # for an engine to tell that it has stopped, which one of them never does
BUSY = ("Speaking", "Synthesizing")


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
        self._next = ""  # what waits for the engine to have stopped
        self._is_wanted = False  # whether something is being said, and no stop came since
        self._has_begun = False  # whether the engine was seen to be at it
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._begin)
        engine.setParent(self)
        # Queued, because an engine tells in its own time and some from a thread of their own.
        queued = Qt.ConnectionType.QueuedConnection
        engine.stateChanged.connect(self._follow, queued)
        engine.errorOccurred.connect(self._fail, queued)

    def say(self, text: str) -> None:
        """Say `text` when what was said before has stopped."""
        self._next = text
        if _name(self._engine.state()) in BUSY:
            self._patience.start()
        else:
            self._begin()

    def stop(self) -> None:
        """Be silent at once."""
        self._patience.stop()
        self._next, self._is_wanted = "", False
        self._engine.stop()

    def _begin(self) -> None:
        self._patience.stop()
        text, self._next = self._next, ""
        self._is_wanted = True
        self._engine.say(text)
        self._has_begun = _name(self._engine.state()) in BUSY

    def _follow(self, told: object) -> None:
        """The engine told of a state, in which it need not be any more: what a stop brings may come late."""
        if _name(told) in BUSY:
            self._has_begun = True
        elif _name(told) == _name(self._engine.state()) == "Ready":
            if self._next:
                self._begin()
            elif self._is_wanted and self._has_begun:
                self._is_wanted = False
                self.said.emit()

    def _fail(self, _reason: object, _words: str) -> None:
        if self._is_wanted:
            self._is_wanted = False
            self.failed.emit()


def is_likely() -> bool:
    """Whether this PC has a voice, as far as can be told without opening an engine, which may take seconds."""
    return bool(_engines())


def find_speech(locale: QLocale, parent: QObject) -> SystemSpeech | None:
    """An engine with a voice: the first that speaks the language of `locale`, else the first; None if none has one.

    Waits for the engine: 2.3 s were seen where Speech Dispatcher told of the 1,530 voices of espeak-ng.
    """
    names = _engines()
    if not names:
        return None
    from PySide6.QtTextToSpeech import QTextToSpeech

    chosen: QTextToSpeech | None = None
    for name in names:
        engine = QTextToSpeech(name, parent)
        has_voice = _name(engine.state()) != "Error" and bool(engine.availableLocales())
        speaks = has_voice and _choose_language(engine, locale)
        if has_voice and (speaks or chosen is None):
            if chosen is not None:
                chosen.deleteLater()
            chosen = engine
        else:
            engine.deleteLater()
        if speaks:
            break
    return SystemSpeech(chosen, parent) if chosen is not None else None


def _engines() -> tuple[str, ...]:
    """Those that are there and may have a voice, the one to ask first in front."""
    try:
        from PySide6.QtTextToSpeech import QTextToSpeech
    except ImportError:
        return ()
    there = QTextToSpeech.availableEngines()
    return tuple(name for name in ENGINES if name in there and _may_have_voice(name))


def _may_have_voice(name: str) -> bool:
    key = VOICES.get(name)
    return key is None or bool(QSettings(key, QSettings.Format.NativeFormat).childGroups())


def _choose_language(engine: QTextToSpeech, locale: QLocale) -> bool:
    """Speak the language of `locale`, if there is a voice for it; one that the system is set to stays."""
    language = locale.language()
    if engine.locale().language() == language:
        return True
    fitting = [each for each in engine.availableLocales() if each.language() == language]
    for wanted in (QLocale.system(), locale, *fitting):
        if wanted in fitting:
            engine.setLocale(wanted)
            return True
    return False


def _name(state: object) -> str:
    """Its name: the enumeration is in the module that may not be there."""
    return str(getattr(state, "name", ""))
