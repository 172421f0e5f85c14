"""The widgets of rows in sight: made when they are needed, kept for a while, dropped when there are too many.

Read next: `ui.chat.transcript`, which places them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtWidgets import QWidget

from ui.answers.answer import AnswerState, AnswerView
from ui.answers.voices import Voice
from ui.chat.question import QuestionView
from ui.chat.row_actions import RowAction
from ui.chat.rows import Row

MOST = 60  # widgets kept for rows out of sight

View = AnswerView | QuestionView


class RowViews(QObject):
    """One widget a row, for some of the rows.

    Signals:
        resized(Row): it needs another height.
        asked(Row, RowAction): something is to be done with it.
        edited(Row, str): this is to be asked in place of a question.
        pane_opened(Voice, bool): the person opened or closed a pane.
        page_asked(QUrl): a citation was activated.

    Attributes:
        dress: changes the Markdown of answers before they are shown; None leaves it.
        siblings_of: the node and what stands in its place in other branches, oldest first.
        is_offered: whether a menu shows an action; by default all but reading aloud.
    """

    resized = Signal(object)
    asked = Signal(object, object)
    edited = Signal(object, str)
    pane_opened = Signal(object, bool)
    page_asked = Signal(QUrl)

    def __init__(self, ground: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ground = ground
        self.dress: Callable[[str], str] | None = None
        self.siblings_of: Callable[[int], tuple[int, ...]] = lambda node: (node,)
        self.is_offered: Callable[[RowAction], bool] = lambda action: action is not RowAction.READ_ALOUD
        self.all: dict[Row, View] = {}

    def of(self, row: Row) -> View:
        """The row's widget, made now if there is none."""
        view = self.all.get(row)
        if view is None:
            view = self.all[row] = self._make(row)
            self.show_branch(row)
        return view

    def show_branch(self, row: Row) -> None:
        """Say at the row which of its branches is shown."""
        view = self.all.get(row)
        if view is None or row.node is None:
            return
        try:
            siblings = self.siblings_of(row.node)
        except KeyError:
            return  # another conversation is being opened, and its rows come next
        if row.node in siblings:
            view.bar.show_branch(siblings.index(row.node), len(siblings))

    def drop(self, row: Row) -> None:
        view = self.all.pop(row, None)
        if view is not None:
            view.hide()
            view.deleteLater()

    def drop_all(self) -> None:
        for row in list(self.all):
            self.drop(row)

    def hide_others(self, in_sight: Iterable[Row]) -> None:
        """Hide the widgets of rows out of sight, and drop the oldest of them if there are many."""
        shown = set(in_sight)
        others = [row for row in self.all if row not in shown]
        for row in others:
            view = self.all[row]
            if not view.isHidden() and not _is_used(view):
                view.hide()
        for row in others[: max(0, len(self.all) - MOST)]:
            if not _is_used(self.all[row]):
                self.drop(row)

    def _make(self, row: Row) -> View:
        content = row.content
        view: View
        if isinstance(content, AnswerState):
            view = AnswerView(content, self._ground, self.dress)
            view.page_asked.connect(self.page_asked)
            view.pane_opened.connect(self._tell_pane)
        else:
            view = QuestionView(content, self._ground)
            view.edited.connect(lambda text: self.edited.emit(row, text))
        view.bar.is_offered = lambda action: self.is_offered(action)
        view.resized.connect(lambda: self.resized.emit(row))
        view.asked.connect(lambda action: self._tell(row, action))
        return view

    def _tell(self, row: Row, action: RowAction) -> None:
        self.asked.emit(row, action)

    def _tell_pane(self, voice: Voice, is_open: bool) -> None:
        self.pane_opened.emit(voice, is_open)


def _is_used(view: View) -> bool:
    """Whether the keyboard is in it, or something is written there."""
    if isinstance(view, QuestionView) and view.edit is not None:
        return True
    inside = view.focusWidget()
    return inside is not None and inside.hasFocus()
