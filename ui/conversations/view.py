"""The list itself: Qt's list view with the keys and clicks that a list of conversations has.

↑ ↓        another line                Enter     open            F2      rename in place
← →        close, open a folder        Delete    delete          Menu    what can be done
"""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from app.history.values import Entry
from ui.conversations.delegate import LineDelegate
from ui.conversations.item_model import ConversationModel
from ui.conversations.lines import Heading, HitLine, Line
from ui.words import tr

_OPENS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_FOLDS = (Qt.Key.Key_Left, Qt.Key.Key_Right)


class ConversationView(QListView):
    """Shows a `ConversationModel`.

    Signals:
        open_asked(int, object): a conversation, and the node to show of it or None.
        fold_asked(str): a folder is to be opened or closed.
        menu_asked(QPoint): what can be done with the chosen ones, at this place of the screen.
        remove_asked: the chosen ones are to be deleted.
        left_above: the arrow key went up from the first line.
    """

    open_asked = Signal(int, object)
    fold_asked = Signal(str)
    menu_asked = Signal(QPoint)
    remove_asked = Signal()
    left_above = Signal()

    def __init__(self, lines: ConversationModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = lines
        self.delegate = LineDelegate(self)
        self._is_to_choose = False  # the open conversation, as soon as it stands here
        self.setModel(lines)
        self.setItemDelegate(self.delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("Conversations"))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.viewport().setAutoFillBackground(False)
        self.delegate.more_asked.connect(self._ask_menu_at)

    @property
    def chosen(self) -> list[Entry]:
        """The conversations that are selected, from top to bottom; several finds in one count once."""
        indexes = sorted(self.selectedIndexes(), key=QModelIndex.row)
        found = [entry for index in indexes if (entry := self.lines.entry(index)) is not None]
        return list({entry.id: entry for entry in found}.values())

    def show_opened(self, entry: int | None) -> None:
        """Mark the conversation that is open, and choose it: what is done next is meant for it."""
        if entry != self.delegate.opened:
            self.delegate.opened = entry
            self._is_to_choose = True
            self._choose_opened()
            self.viewport().update()

    def return_to_opened(self) -> None:
        """Another conversation could not be opened: choose the one that is open still."""
        self._is_to_choose = True
        self._choose_opened()

    def show_lines(self, lines: list[Line]) -> None:
        """Show these lines; what is selected and where the list is scrolled to stay."""
        kind_before = _is_found(self.lines.lines)
        chosen = {entry.id for entry in self.chosen}
        here = self.lines.line(self.currentIndex())
        place = self.verticalScrollBar().value()
        self.lines.show_lines(lines)
        if _is_found(lines) != kind_before:
            self.scheduleDelayedItemsLayout()  # finds are higher than titles
            self.scrollToTop()
        else:
            self._choose_again(chosen, here.key if here is not None else "")
            self.verticalScrollBar().setValue(place)
        if not (self.hasFocus() and self.currentIndex().isValid()):  # nobody goes through it by keyboard
            self._choose_opened()

    def rename(self) -> None:
        """Let the title of the current conversation be typed in place."""
        index = self.currentIndex()
        if self.lines.flags(index) & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)

    def enter_list(self) -> None:
        """Take the keyboard; the open conversation is where it stands, or else the first line."""
        if not self.currentIndex().isValid() and self.lines.lines:
            opened = self.lines.index_of(self.delegate.opened or -1)
            self.setCurrentIndex(opened if opened.isValid() else self._first())
        self.setFocus(Qt.FocusReason.TabFocusReason)

    def open_first(self) -> None:
        """Open what stands first, as Enter in the search field does."""
        self._activate(self._first())

    # -- within ----------------------------------------------------------------------------------

    def _choose_opened(self) -> None:
        """Choose the conversation that was opened or begun; none, while it does not stand here."""
        is_typing = self.state() == QAbstractItemView.State.EditingState
        if not self._is_to_choose or is_typing or _is_found(self.lines.lines):
            return
        opened = self.lines.index_of(self.delegate.opened or -1)
        if opened.isValid():
            self.setCurrentIndex(opened)
        else:
            self.selectionModel().clear()
        self._is_to_choose = self.delegate.opened is not None and not opened.isValid()

    def _choose_again(self, chosen: set[int], here: str) -> None:
        """Select what was selected, where it stands now."""
        if not chosen and not here:
            return
        model, flag = self.selectionModel(), QItemSelectionModel.SelectionFlag
        current = QModelIndex()
        for row, line in enumerate(self.lines.lines):
            index = self.lines.index(row)
            entry = self.lines.entry(index)
            if entry is not None and entry.id in chosen and not model.isSelected(index):
                model.select(index, flag.Select)
            if line.key == here:
                current = index
        if current.isValid() and current != self.currentIndex():
            model.setCurrentIndex(current, flag.NoUpdate)

    def _first(self) -> QModelIndex:
        """The first line that can be chosen."""
        rows = range(self.lines.rowCount())
        indexes = (self.lines.index(row) for row in rows)
        return next((i for i in indexes if self.lines.flags(i) & Qt.ItemFlag.ItemIsEnabled), QModelIndex())

    def _activate(self, index: QModelIndex) -> None:
        line, entry = self.lines.line(index), self.lines.entry(index)
        if isinstance(line, Heading) and line.folder:
            self.fold_asked.emit(line.folder)
        elif entry is not None:
            self.open_asked.emit(entry.id, line.hit.node if isinstance(line, HitLine) else None)

    def _ask_menu_at(self, index: QModelIndex) -> None:
        if index not in self.selectedIndexes():
            self.setCurrentIndex(index)
        box = self.visualRect(index)
        self.menu_asked.emit(self.viewport().mapToGlobal(QPoint(box.right() - 40, box.bottom())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, index = event.key(), self.currentIndex()
        line = self.lines.line(index)
        if key in _OPENS:
            self._activate(index)
        elif key == Qt.Key.Key_F2:
            self.rename()
        elif key == Qt.Key.Key_Delete and self.chosen:
            self.remove_asked.emit()
        elif key in _FOLDS and isinstance(line, Heading):
            if line.is_open is (key == Qt.Key.Key_Left):
                self.fold_asked.emit(line.folder)
        elif key == Qt.Key.Key_Up and index.row() <= self._first().row():
            self.left_above.emit()
        elif key == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.button() != Qt.MouseButton.LeftButton or not plain or not index.isValid():
            return
        is_find = isinstance(self.lines.line(index), HitLine)
        if self.lines.entry(index) is None or is_find or not self._is_on_sign(index, event):
            self._activate(index)

    def _is_on_sign(self, index: QModelIndex, event: QMouseEvent) -> bool:
        return self.delegate.is_on_sign(self.visualRect(index), event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if self.lines.entry(index) is None:
            return
        if index not in self.selectedIndexes():
            self.setCurrentIndex(index)
        place = self.visualRect(index).center() if by_key else event.pos()
        self.menu_asked.emit(self.viewport().mapToGlobal(place))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self.enter_list()


def _is_found(lines: object) -> bool:
    """Whether these lines are what a search found."""
    return bool(lines) and isinstance(lines[0], HitLine)  # type: ignore[index]
