"""Asks for a short name where it is needed: a new folder's, a prompt's."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from ui.answers.flow import Flow
from ui.answers.parts import button
from ui.style import GAP
from ui.words import tr


class NameField(QFrame):
    """A field and two buttons; hidden until a name is asked for. Enter takes it, Esc closes.

    Signals:
        named(str): this name, never blank.
        closed: none.
    """

    named = Signal(str)
    closed = Signal()

    def __init__(self, name: str, yes: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "ask")
        self.field = QLineEdit(self)
        self.field.setProperty("kind", "field")
        self.field.setPlaceholderText(name)
        self.field.setAccessibleName(name)
        self.field.setMaxLength(100)
        self.yes = button(yes, self, "plain")
        self.no = button(tr("Cancel"), self, "quiet")
        buttons = Flow()
        buttons.addWidget(self.yes)
        buttons.addWidget(self.no)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP + 4, GAP + 4, GAP + 4, GAP + 4)
        layout.setSpacing(GAP)
        layout.addWidget(self.field)
        layout.addLayout(buttons)
        self.yes.clicked.connect(self._take)
        self.no.clicked.connect(self._close)
        self.field.returnPressed.connect(self._take)
        self.hide()

    def ask(self, text: str = "") -> None:
        """Ask, with `text` as a proposal."""
        self.field.setText(text)
        self.field.selectAll()
        self.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self) -> None:
        if name := self.field.text().strip():
            self.hide()
            self.named.emit(name)

    def _close(self) -> None:
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
