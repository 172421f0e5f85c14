"""Changes a question where it stands. Ctrl+Enter asks it anew, Esc leaves it as it was."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from ui.answers.parts import Text, button
from ui.style import GAP, line_height
from ui.words import tr

_SENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
LEAST, MOST = 64, 320  # pixels of the field


class QuestionEdit(QWidget):
    """A field with the question, and what will become of it.

    Signals:
        sent(str): ask this in place of the question.
        cancelled: leave it.
        resized: it needs another height.
    """

    sent = Signal(str)
    cancelled = Signal()
    resized = Signal()

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.field = _Field(self)
        self.field.setProperty("kind", "edit")
        self.field.setAccessibleName(tr("Edit question"))
        self.field.setPlainText(text)
        self.field.moveCursor(QTextCursor.MoveOperation.End)
        self.note = Text(
            tr("The question as it was stays, with its answers: ‹ leads back."),
            self,
            kind="quiet",
            factor=0.88,
        )
        self.cancel = button(tr("Cancel"), self, "quiet")
        self.cancel.setToolTip(tr("Cancel (Esc)"))
        self.send = button(tr("Ask this"), self, "main")
        self.send.setToolTip(tr("Ask this (Ctrl+Enter)"))
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self.note, 1)
        row.addWidget(self.cancel)
        row.addWidget(self.send)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self.field)
        layout.addLayout(row)
        self.send.clicked.connect(self.take)
        self.cancel.clicked.connect(self.cancelled)
        self.field.textChanged.connect(self._show_state)
        self.field.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        self._show_state()
        self._fit()

    def take(self) -> None:
        """Ask what is written, unless that is nothing."""
        if text := self.field.toPlainText().strip():
            self.sent.emit(text)

    def arrange(self, width: int) -> int:
        """The height needed at `width` pixels."""
        layout = self.layout()
        assert layout is not None
        self.setFixedWidth(width)
        return layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else self.sizeHint().height()

    def _show_state(self) -> None:
        self.send.setEnabled(bool(self.field.toPlainText().strip()))

    def _fit(self) -> None:
        lines = max(1.0, self.field.document().size().height())
        wanted = math.ceil(lines) * line_height(self.field.font()) + 34
        height = max(LEAST, min(MOST, wanted))
        if height != self.field.minimumHeight():
            self.field.setFixedHeight(height)
            self.resized.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()


class _Field(QPlainTextEdit):
    """The question's text."""

    def __init__(self, edit: QuestionEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        self.setTabChangesFocus(True)

    def sizeHint(self) -> QSize:
        return QSize(200, LEAST)

    def event(self, event: QEvent) -> bool:
        # Esc means this field, not the answer that may be running.
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _SENDS and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._edit.take()
        elif event.key() == Qt.Key.Key_Escape:
            self._edit.cancelled.emit()
        else:
            super().keyPressEvent(event)
