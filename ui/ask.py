"""A question before something that cannot be undone, asked where it was begun rather than in a box above it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLayout, QVBoxLayout, QWidget

from ui.announce import announce
from ui.answers.flow import Flow
from ui.answers.parts import Text, button
from ui.style import GAP


def fill(frame: QFrame, rows: Sequence[QWidget | QLayout], buttons: Sequence[QWidget]) -> None:
    """Lay out what is asked in place: rows, and below them the buttons."""
    frame.setProperty("kind", "ask")
    below = Flow()
    for each in buttons:
        below.addWidget(each)
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(2 * GAP, GAP + 4, 2 * GAP, GAP + 4)
    layout.setSpacing(GAP)
    for row in (*rows, below):
        layout.addWidget(row) if isinstance(row, QWidget) else layout.addLayout(row)


class Ask(QFrame):
    """A sentence and two buttons; hidden until something is asked. Esc closes it.

    Signals:
        agreed: do it.
        closed: do not.
    """

    agreed = Signal()
    closed = Signal()

    def __init__(self, yes: str, no: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = Text("", self)
        self.yes = button(yes, self, "plain")
        self.no = button(no, self, "quiet")
        fill(self, [self.sentence], [self.yes, self.no])
        self.yes.clicked.connect(self._agree)
        self.no.clicked.connect(self._close)
        self.hide()

    def say(self, sentence: str) -> None:
        """Ask; the keyboard stands on the button that changes nothing."""
        self.sentence.setText(sentence)
        self.yes.setAccessibleDescription(sentence)
        self.no.setAccessibleDescription(sentence)
        self.show()
        self.no.setFocus(Qt.FocusReason.TabFocusReason)
        announce(self, sentence)

    def close_question(self) -> None:
        """Ask no longer, without an answer."""
        self.hide()

    def _agree(self) -> None:
        self.hide()
        self.agreed.emit()

    def _close(self) -> None:
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)
