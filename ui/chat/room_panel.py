"""Asks what to do when the model's context is full. Nothing is ever cut in silence."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.context_room import Choice, Room, Way
from ui.announce import announce
from ui.answers.parts import Text, button
from ui.focus_order import stops
from ui.style import GAP
from ui.words import number, tr
from ui.wrapping_button import WrappingButton

_LOWEST = 60  # pixels; what the panel may be squeezed to


class RoomPanel(QFrame):
    """A sentence and one button for each way to make room; hidden while there is enough. Esc leaves it for now.

    In a low window it scrolls.

    Signals:
        chosen(Choice): make room in this way.
        closed: not now.
    """

    chosen = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "ask")
        page = QWidget()
        self.sentence = Text("", page)
        self.buttons: list[QPushButton] = []
        self.no = button(tr("Not now"), page, "quiet")
        self.no.installEventFilter(self)
        self._page = page
        self._layout = QVBoxLayout(page)
        self._layout.setContentsMargins(2 * GAP, GAP + 4, 2 * GAP, GAP + 4)
        self._layout.setSpacing(GAP)
        self._layout.addWidget(self.sentence)
        self._layout.addWidget(self.no, 0, Qt.AlignmentFlag.AlignLeft)
        self._scroll = _Scroll(page, self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)
        self.no.clicked.connect(self._close)
        self.hide()

    def show_room(self, room: Room | None) -> None:
        """Ask if the context is full and there are ways to make room; else ask no longer."""
        for made in self.buttons:
            made.hide()
            made.deleteLater()
        self.buttons = []
        if room is None or not room.is_asking:
            self.hide()
            return
        self.sentence.setText(_sentence(room))
        for place, choice in enumerate(room.choices, 1):
            self._add(choice, place)
        self.show()
        announce(self, self.sentence.text())

    def stops(self) -> list[QWidget]:
        """Where Tab stops."""
        return stops(self, has_side=False) if self.isVisible() else []

    def _add(self, choice: Choice, place: int) -> None:
        made = WrappingButton(choice_words(choice), self._page)
        made.installEventFilter(self)
        made.setAccessibleDescription(self.sentence.text())
        choose: Callable[[], None] = lambda: self._choose(choice)  # noqa: E731
        made.clicked.connect(choose)
        self._layout.insertWidget(place, made)
        self.buttons.append(made)

    def _choose(self, choice: Choice) -> None:
        self.hide()
        self.chosen.emit(choice)

    def _close(self) -> None:
        self.hide()
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self._scroll.ensureWidgetVisible(watched, 0, GAP)
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)


class _Scroll(QScrollArea):
    """As high as its page needs, and lower where there is no room for that."""

    def __init__(self, page: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._page = page
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setWidget(page)
        page.setAutoFillBackground(False)  # Qt has just switched it on
        page.installEventFilter(self)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._page.heightForWidth(width)

    def sizeHint(self) -> QSize:
        return self._page.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._page.minimumSizeHint().width(), _LOWEST)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()  # other words, or other buttons
        return super().eventFilter(watched, event)


def _sentence(room: Room) -> str:
    if room.needed > room.limit:
        words = tr(
            "This needs {needed} tokens, and the model holds {limit}. What should happen? "
            "Nothing is deleted: what the model is no longer told stays here to be read."
        )
        return words.format(needed=number(room.needed), limit=number(room.limit))
    words = tr(
        "The model's context of {limit} tokens is full. What should happen? "
        "Nothing is deleted: what the model is no longer told stays here to be read."
    )
    return words.format(limit=number(room.limit))


def choice_words(choice: Choice) -> str:
    """A way to make room, and what it gives."""
    frees = number(choice.frees)
    match choice.way:
        case Way.DROP if choice.turns == 1:
            return tr("Leave out the oldest question and answer: frees {frees} tokens").format(frees=frees)
        case Way.DROP:
            words = tr("Leave out the {turns} oldest questions and answers: frees {frees} tokens")
        case Way.SUMMARISE if choice.turns == 1:
            return tr("Summarise the oldest question and answer: frees about {frees} tokens").format(
                frees=frees
            )
        case Way.SUMMARISE:
            words = tr("Summarise the {turns} oldest questions and answers: frees about {frees} tokens")
        case Way.RAISE:
            words = tr("Load the model again with room for {length} tokens, which takes more memory")
            return words.format(length=number(choice.context_length))
    return words.format(turns=choice.turns, frees=frees)
