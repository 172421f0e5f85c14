"""A page of the window that is one column to read from top to bottom, in the middle, and scrolls."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ui.focus_order import stops
from ui.style import GAP, MARGIN

WIDTH = 720


class ColumnPage(QScrollArea):
    """A page; `body` is the column's layout.

    In a window that is narrower than the column, the column is as wide as the window lets it be.
    """

    def __init__(self, parent: QWidget | None = None, *, width: int = WIDTH) -> None:
        super().__init__(parent)
        self._most = width
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self._page = QWidget()
        self._page.setAutoFillBackground(False)
        self.column = QWidget(self._page)
        self.body = QVBoxLayout(self.column)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(2 * GAP)
        middle = QHBoxLayout()  # no alignment: with one, Qt forgets that the height depends on the width
        middle.addStretch(1)
        middle.addWidget(self.column)
        middle.addStretch(1)
        self._outer = QVBoxLayout(self._page)
        self._outer.addLayout(middle)
        self._outer.addStretch(1)
        self.setWidget(self._page)

    def stops(self) -> list[QWidget]:
        """Where Tab stops, in reading order."""
        return stops(self.column, has_side=False)

    def parts(self) -> list[list[QWidget]]:
        """The stops of each part, as F6 goes."""
        return [self.stops()]

    def bring_into_sight(self, stop: QWidget) -> None:
        """Scroll to one of the `stops`."""
        self.ensureWidgetVisible(stop, 0, 4 * GAP)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            side = MARGIN if self.width() > 520 else 2 * GAP
            self._outer.setContentsMargins(side, MARGIN, side, MARGIN)
            self.column.setFixedWidth(max(200, min(self._most, self.width() - 2 * side)))
        return super().event(event)
