"""Facts by name, one a line: `Kernel   avx2`. In a narrow place the name stands above what it names."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.answers.parts import Text
from ui.style import GAP
from ui.words import tr

_NARROW = 420
_NAME_WIDTH = 190


class FactList(QWidget):
    """Shows pairs of a name and what is to be said of it; both are plain text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[Text, Text]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * GAP)
        self._grid.setVerticalSpacing(0)
        self._is_narrow: bool | None = None

    def say(self, facts: tuple[tuple[str, str], ...]) -> None:
        """Show these. Where the names are those of before, only what changed is touched."""
        if [name for name, _ in facts] != [name.text() for name, _ in self._rows]:
            self._make(facts)
        for (name, value), (_, words) in zip(facts, self._rows, strict=True):
            if words.text() != value:
                words.setText(value)
                words.setAccessibleName(tr("{name}: {value}").format(name=name, value=value))

    def value(self, name: str) -> str:
        """What is said of `name`."""
        return next(words.text() for said, words in self._rows if said.text() == name)

    def _make(self, facts: tuple[tuple[str, str], ...]) -> None:
        for row in self._rows:
            for part in row:
                part.hide()
                part.deleteLater()
        self._rows = []
        for name, _ in facts:
            title, words = Text(name, self, kind="quiet"), Text("", self)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._rows.append((title, words))
        self._is_narrow = None
        self._arrange()

    def _arrange(self) -> None:
        is_narrow = self.width() < _NARROW
        if is_narrow is self._is_narrow:
            return
        self._is_narrow = is_narrow
        for row, (title, words) in enumerate(self._rows):
            title.setMinimumWidth(0 if is_narrow else _NAME_WIDTH)
            title.setMaximumWidth(16777215 if is_narrow else _NAME_WIDTH)
            top = Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(title, 3 * row, 0, top if not is_narrow else Qt.AlignmentFlag(0))
            self._grid.addWidget(words, 3 * row + is_narrow, 0 if is_narrow else 1)
            if row:
                self._grid.setRowMinimumHeight(3 * row - 1, GAP)
        self._grid.setColumnStretch(0, int(is_narrow))
        self._grid.setColumnStretch(1, int(not is_narrow))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self._arrange()
        return super().event(event)
