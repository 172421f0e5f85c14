"""The lines of the list as Qt's views want them: one flat model, of which only what is in sight is asked.

A new list of lines changes no more than what differs: a title that arrives redraws one line, and a
conversation that moves up leaves the others, the selection and the place that is read where they are.
Read next: `ui.conversations.delegate`, which paints a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.history.values import Entry
from ui.conversations.lines import EntryLine, Heading, HitLine, Line
from ui.words import tr

LINE = Qt.ItemDataRole.UserRole  # the `Line` itself
Index = QModelIndex | QPersistentModelIndex


class ConversationModel(QAbstractListModel):
    """Shows lines.

    Signals:
        renamed(int, str): a conversation was given another title in place.
    """

    renamed = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []

    @property
    def lines(self) -> Sequence[Line]:
        return self._lines

    def show_lines(self, lines: list[Line]) -> None:
        """Show these lines; views are told only of what differs."""
        old = self._lines
        head = _same(old, lines)
        tail = _same(old[head:][::-1], lines[head:][::-1])
        gone, new = len(old) - head - tail, len(lines) - head - tail
        if gone:
            self.beginRemoveRows(QModelIndex(), head, head + gone - 1)
            self._lines = old[:head] + old[head + gone :]
            self.endRemoveRows()
        if new:
            self.beginInsertRows(QModelIndex(), head, head + new - 1)
            self._lines = self._lines[:head] + lines[head : head + new] + self._lines[head:]
            self.endInsertRows()
        changed = [i for i, line in enumerate(lines) if self._lines[i] is not line and self._lines[i] != line]
        self._lines = lines
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))

    def line(self, index: Index) -> Line | None:
        """The line at an index; None if there is none."""
        return self._lines[index.row()] if 0 <= index.row() < len(self._lines) else None

    def entry(self, index: Index) -> Entry | None:
        """The conversation at an index; None for a heading."""
        match self.line(index):
            case EntryLine(entry):
                return entry
            case HitLine(hit):
                return hit.entry
            case _:
                return None

    def index_of(self, entry: int) -> QModelIndex:
        """Where a conversation stands, if it does."""
        for row, line in enumerate(self._lines):
            if isinstance(line, EntryLine) and line.entry.id == entry:
                return self.index(row)
        return QModelIndex()

    # -- what views ask --------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.line(index)
        if line is None:
            return None
        if role == LINE:
            return line
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return _title(line)
            case Qt.ItemDataRole.AccessibleTextRole:
                return spoken(line)
            case Qt.ItemDataRole.ToolTipRole:
                return None if isinstance(line, Heading) else _title(line)
            case _:
                return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        line, flag = self.line(index), Qt.ItemFlag
        if isinstance(line, Heading) and not line.folder:
            return flag.NoItemFlags  # the arrow keys pass it by
        usual = flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemNeverHasChildren
        return usual | flag.ItemIsEditable if isinstance(line, EntryLine) else usual

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """A title was typed; an empty one changes nothing."""
        entry, title = self.entry(index), str(value).strip()
        if entry is None or role != Qt.ItemDataRole.EditRole or not title or title == entry.title:
            return False
        self.renamed.emit(entry.id, title)
        return True


def _same(one: list[Line], other: list[Line]) -> int:
    """How many of the first lines are of the same things."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a is not b and a.key != b.key:
            break
        count += 1
    return count


def _title(line: Line) -> str:
    match line:
        case Heading():
            return line.text
        case EntryLine(entry):
            return entry.title
        case HitLine(hit):
            return hit.entry.title


def spoken(line: Line) -> str:
    """What a screen reader says of a line."""
    match line:
        case Heading():
            if not line.folder:
                return line.text
            words = (
                tr("Folder {name}, {count}, open") if line.is_open else tr("Folder {name}, {count}, closed")
            )
            return words.format(name=line.text, count=line.count)
        case EntryLine(entry, group):
            return tr("{title}, {group}").format(title=entry.title, group=group)
        case HitLine(hit):
            return tr("{title}: {snippet}").format(title=hit.entry.title, snippet=hit.snippet)
