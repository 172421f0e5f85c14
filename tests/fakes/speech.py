"""A voice that says nothing and keeps what it was told, and a text-to-speech of Qt's with engines of choice."""

from __future__ import annotations

from enum import Enum
from types import ModuleType

from PySide6.QtCore import QLocale, QObject, Signal


class FakeSpeech(QObject):
    """Stands for `ui.system_speech.SystemSpeech`.

    Attributes:
        heard: what was said, in order; a stop is an empty text.
        asked: the languages in which a voice was looked for.
    """

    said = Signal()
    failed = Signal()

    def __init__(self, *, is_there: bool = True) -> None:
        super().__init__()
        self.heard: list[str] = []
        self.asked: list[str] = []
        self._is_there = is_there

    def find(self, locale: QLocale, _parent: QObject) -> FakeSpeech | None:
        """Stands for `find_speech`."""
        self.asked.append(locale.name())
        return self if self._is_there else None

    def say(self, text: str) -> None:
        self.heard.append(text)

    def stop(self) -> None:
        self.heard.append("")


class State(Enum):
    """As QTextToSpeech has them."""

    Ready = 0
    Speaking = 1
    Error = 3
    Synthesizing = 4


class FakeEngine(QObject):
    """Stands for QTextToSpeech; the test decides when its state changes."""

    stateChanged = Signal(object)  # noqa: N815 (Qt's names)
    errorOccurred = Signal(object, str)  # noqa: N815

    def __init__(self, name: str, locales: tuple[str, ...], parent: QObject) -> None:
        super().__init__(parent)
        self.name = name
        self._state = State.Error if name == "broken" else State.Ready
        self.heard: list[str] = []
        self._locales = [QLocale(each) for each in locales]
        self._locale = self._locales[0] if locales else QLocale("C")

    def go(self, state: State) -> None:
        """Be in another state, and tell."""
        self._state = state
        self.stateChanged.emit(state)

    def state(self) -> State:
        return self._state

    def availableLocales(self) -> list[QLocale]:
        return self._locales

    def locale(self) -> QLocale:
        return self._locale

    def setLocale(self, locale: QLocale) -> None:
        self._locale = locale

    def say(self, text: str) -> None:
        self.heard.append(text)

    def stop(self) -> None:
        self.heard.append("")


def text_to_speech(**engines: tuple[str, ...]) -> tuple[ModuleType, list[FakeEngine]]:
    """A module as PySide6.QtTextToSpeech, with engines and the locales of their voices; and the engines made."""
    made: list[FakeEngine] = []

    class QTextToSpeech:
        def __new__(cls, name: str, parent: QObject) -> FakeEngine:  # type: ignore[misc]
            made.append(FakeEngine(name, engines[name], parent))
            return made[-1]

        @staticmethod
        def availableEngines() -> list[str]:
            return list(engines)

    module = ModuleType("PySide6.QtTextToSpeech")
    module.QTextToSpeech = QTextToSpeech  # type: ignore[attr-defined]
    return module, made
