"""What stands below the conversation: a sentence, a question to be answered, panels, and the field to write in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ui.announce import announce
from ui.ask import Ask
from ui.chat.composer import Composer
from ui.focus_order import stops
from ui.style import scaled
from ui.words import tr


class Foot(QWidget):
    """The notice, panels one below the other, and the composer.

    Attributes:
        notice: one sentence, until the person writes on.
        ask: a question before something is deleted.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = QLabel(self)
        self.notice.setProperty("kind", "wrong")
        self.notice.setTextFormat(Qt.TextFormat.PlainText)
        self.notice.setWordWrap(True)
        self.notice.hide()
        self.ask = Ask(tr("Delete"), tr("Keep"), self)
        self.composer = Composer(self)
        self._stops: list[Callable[[], list[QWidget]]] = []
        self._layout = QVBoxLayout(self)
        self._layout.setSpacing(6)
        self._layout.addWidget(self.notice)
        self._layout.addWidget(self.composer)
        self.add(self.ask, lambda: stops(self.ask, has_side=False) if self.ask.isVisible() else [])

    def add(self, panel: QWidget, its_stops: Callable[[], list[QWidget]]) -> None:
        """Add a panel above the composer; it shows and hides itself."""
        self._layout.insertWidget(self._layout.count() - 1, panel)
        self._stops.append(its_stops)

    def set_side(self, side: int) -> None:
        """Leave that many pixels at either side."""
        self._layout.setContentsMargins(side, 4, side, 12)

    def stops(self) -> list[QWidget]:
        """Where Tab stops, in reading order."""
        return [*(stop for its_stops in self._stops for stop in its_stops()), *self.composer.stops()]

    def notify(self, sentence: str, *, is_news: bool = False) -> None:
        """Say a sentence; nothing takes it back."""
        self.notice.setProperty("kind", "quiet" if is_news else "wrong")
        self.notice.style().polish(self.notice)
        self.notice.setText(sentence)
        self.notice.setVisible(bool(sentence))
        announce(self.notice, sentence)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.notice.setFont(scaled(self.font(), 0.94))
