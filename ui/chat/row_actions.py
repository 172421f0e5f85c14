"""What can be done with a question or an answer, and the calm bar of buttons below it that does it.

The buttons are always there for the keyboard and for screen readers; they are drawn when the pointer is on
their row or the keyboard in it. Which branch of several is shown is always drawn. Read next: `ui.chat.acting`,
which carries actions out.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QMenu, QWidget

from ui.glyphs import GlyphButton, GlyphTextButton
from ui.style import scaled
from ui.words import tr

HEIGHT = 28


class RowAction(Enum):
    """What a person can ask for at a row."""

    EDIT = "edit"
    COPY = "copy"
    COPY_PLAIN = "copy plain"
    QUOTE = "quote"
    READ_ALOUD = "read aloud"
    STOP_READING = "stop reading"
    AGAIN = "again"
    GO_ON = "go on"
    REMOVE = "remove"
    OLDER = "older"
    NEWER = "newer"


def action_words(action: RowAction) -> str:
    """An action as a menu says it."""
    return {
        RowAction.EDIT: tr("Edit"),
        RowAction.COPY: tr("Copy"),
        RowAction.COPY_PLAIN: tr("Copy as plain text"),
        RowAction.QUOTE: tr("Quote in a message"),
        RowAction.READ_ALOUD: tr("Read aloud"),
        RowAction.STOP_READING: tr("Stop reading"),
        RowAction.AGAIN: tr("Try again"),
        RowAction.GO_ON: tr("Continue"),
        RowAction.REMOVE: tr("Delete…"),
        RowAction.OLDER: tr("Previous version"),
        RowAction.NEWER: tr("Next version"),
    }[action]


class RowBar(QWidget):
    """Which branch is shown, buttons, and a menu of everything.

    Signals:
        asked(RowAction): the person asked for it.
        grown: it needs another width.

    Attributes:
        is_offered: whether an action can be done at all; asked when the menu is made.
    """

    asked = Signal(object)
    grown = Signal()

    def __init__(self, about: str, row: QWidget) -> None:
        """`about` says to a screen reader what the menu is about; `row` is watched for pointer and keyboard."""
        super().__init__(row)
        self._row = row
        self._extra: tuple[RowAction, ...] = ()
        self.is_offered: Callable[[RowAction], bool] = lambda action: True
        self.is_steady = False
        self.is_lit = False
        self.older = GlyphButton("back", tr("Previous version"), self)
        self.place = QLabel(self)
        self.place.setProperty("kind", "quiet")
        self.newer = GlyphButton("closed", tr("Next version"), self)
        self.more = _RowButton("more", about, self)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        for widget in (self.older, self.place, self.newer):
            self._layout.addWidget(widget)
        self._layout.addWidget(self.more)
        self.older.clicked.connect(lambda: self.asked.emit(RowAction.OLDER))
        self.newer.clicked.connect(lambda: self.asked.emit(RowAction.NEWER))
        self.more.clicked.connect(lambda: self.show_menu(self.more.mapToGlobal(QPoint(0, HEIGHT))))
        self.show_branch(0, 1)
        row.installEventFilter(self)
        QApplication.instance().focusChanged.connect(self._follow_focus)  # type: ignore[union-attr]
        self._dress()

    def add(self, glyph: str, name: str, action: RowAction) -> GlyphButton:
        """Add a button before the menu's."""
        button = _RowButton(glyph, name, self)
        self._layout.insertWidget(self._layout.indexOf(self.more), button)
        button.clicked.connect(lambda: self.asked.emit(action))
        return button

    def add_worded(self, glyph: str, words: str, action: RowAction) -> GlyphTextButton:
        """Add a button that says in words what it does, behind the menu's; it is there for a while only."""
        button = GlyphTextButton(glyph, words, self)
        button.setMaximumHeight(HEIGHT)
        button.hide()
        self._layout.addWidget(button)
        button.clicked.connect(lambda: self.asked.emit(action))
        return button

    def add_words(self) -> QLabel:
        """Add quiet words behind the buttons."""
        words = _RowWords(self)
        words.setProperty("kind", "quiet")
        self._layout.addSpacing(8)
        self._layout.addWidget(words)
        return words

    def show_branch(self, index: int, count: int) -> None:
        """Say which of how many branches is shown; one alone is not worth saying."""
        for widget in (self.older, self.place, self.newer):
            widget.setVisible(count > 1)
        self.older.setEnabled(index > 0)
        self.newer.setEnabled(index < count - 1)
        words = tr("{index} / {count}").format(index=index + 1, count=count)
        self.place.setText(words)
        self.place.setAccessibleName(tr("Version {index} of {count}").format(index=index + 1, count=count))
        self._layout.activate()
        self.grown.emit()

    def set_actions(self, *actions: RowAction) -> None:
        """What the menu offers."""
        self._extra = actions

    def menu(self) -> QMenu:
        """Everything that can be done here."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(self.more.accessibleName())
        self._fill(menu)
        return menu

    def add_to(self, menu: QMenu) -> None:
        """Add it to the menu of a text in the row, whose own "Copy" is about what is selected."""
        if not self.isHidden():
            menu.addSeparator()
            self._fill(menu, but=(RowAction.COPY,))

    def _fill(self, menu: QMenu, but: tuple[RowAction, ...] = ()) -> None:
        for action in filter(self.is_offered, self._extra):
            if action is RowAction.REMOVE:
                menu.addSeparator()
            if action not in but:
                menu.addAction(action_words(action), partial(self.asked.emit, action))

    def show_menu(self, place: QPoint) -> None:
        """Offer everything that can be done here."""
        self.menu().popup(place)

    # -- being drawn -----------------------------------------------------------------------------

    def set_steady(self, is_steady: bool) -> None:
        """Draw the buttons all the time, as at the last answer."""
        self.is_steady = is_steady
        self._light()

    def _light(self) -> None:
        here = QApplication.focusWidget()
        has_keyboard = here is not None and self._row.isAncestorOf(here)
        is_lit = self.is_steady or has_keyboard or self._row.underMouse()
        if is_lit != self.is_lit:
            self.is_lit = is_lit
            for part in (*self.findChildren(_RowButton), *self.findChildren(_RowWords)):
                part.update()

    def _follow_focus(self, _before: QWidget | None, _now: QWidget | None) -> None:
        self._light()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._row and event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self._light()
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._dress()

    def _dress(self) -> None:
        self.place.setFont(scaled(self.font(), 0.88))


class _RowButton(GlyphButton):
    """Drawn only while its bar is lit."""

    def paintEvent(self, event: QPaintEvent) -> None:
        bar = self.parentWidget()
        if not isinstance(bar, RowBar) or bar.is_lit:
            super().paintEvent(event)


class _RowWords(QLabel):
    """Drawn only while its bar is lit."""

    def paintEvent(self, event: QPaintEvent) -> None:
        bar = self.parentWidget()
        if not isinstance(bar, RowBar) or bar.is_lit:
            super().paintEvent(event)
