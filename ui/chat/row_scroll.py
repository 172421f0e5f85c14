"""Rows one below the other, of which only those in sight are widgets: where they stand, and scrolling.

Scrolling keeps an anchor, a row and how far the window's top edge is into it. Heights that turn out
different from their estimate move what is off the screen, never what is being read. At the end of the
conversation the end is the anchor, so that a streaming answer is followed. Read next: `ui.chat.rows`, the values,
`ui.chat.row_views`, their widgets, and `ui.chat.transcript`, which says what the rows are.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from ui.chat.more_below import MoreBelow
from ui.chat.row_views import RowViews, View
from ui.chat.rows import Row, Rows
from ui.focus_order import stops
from ui.style import CONTENT_WIDTH, MARGIN

TOP, BOTTOM = 24, 24  # room above the first row and below the last
BEYOND = 300  # pixels above and below the window that are made ready
AT_END = 4  # pixels from the end that still count as the end
LINE = 36  # pixels an arrow key or a notch of the wheel's smallest step scrolls


class RowScroll(QAbstractScrollArea):
    """Shows rows.

    Attributes:
        row_views: the rows' widgets.
        jump: leads to the end, while that is out of sight.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self._rows = Rows()
        self.row_views = RowViews(self.viewport(), self)
        self._anchor: tuple[int, int] | None = None  # row, pixels into it; None is the end
        self._width = 0
        self._placing = False
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._place)
        self._more_below = MoreBelow(self)
        self.jump = self._more_below.jump
        self.jump.clicked.connect(self.jump_to_end)
        self.row_views.resized.connect(self._resized)
        bar = self.verticalScrollBar()
        bar.setSingleStep(LINE)
        bar.valueChanged.connect(self._scrolled)

    @property
    def rows(self) -> Rows:
        return self._rows

    @property
    def views(self) -> dict[Row, View]:
        """The rows that have a widget now."""
        return self.row_views.all

    @property
    def at_end(self) -> bool:
        return self._anchor is None

    def index_of(self, row: Row) -> int:
        """Where a row stands; -1 if it is not there any more."""
        return next((i for i in range(len(self._rows)) if self._rows[i] is row), -1)

    def show_row(self, row: Row) -> None:
        """Scroll so that a row begins at the top."""
        self._anchor = (self.index_of(row), -TOP)
        self._place()

    def hold(self, row: Row) -> None:
        """Keep `row` where it stands on the screen, whatever changes its height or the end's."""
        index = self.index_of(row)
        if index >= 0:
            self._anchor = (index, self._top_y() - TOP - self._rows.tops[index])

    def jump_to_end(self) -> None:
        """Show the end, and follow it."""
        self._anchor = None
        self._place()

    # -- placing ---------------------------------------------------------------------------------

    def _place(self) -> None:
        """Make, measure and place the rows in sight, and set the scroll bar accordingly."""
        if self._placing or not self.isVisible():
            return
        self._placing = True
        try:
            width = self._content_width()
            if width != self._width:
                self._change_width(width)
            # A measured height may bring other rows in sight, so look again until nothing moves.
            for _ in range(8):
                if not self._measure_in_sight(width):
                    break
            self._anchor_at(self._top_y())
            self._set_bar()
            self._move_views(width)
        finally:
            self._placing = False

    def _change_width(self, width: int) -> None:
        """All heights are guesses again; what is read in the row at the top stays about there."""
        self._width = width
        if self._anchor is None or not self._rows:
            self._rows.estimate(width)
            return
        index, into = min(self._anchor[0], len(self._rows) - 1), self._anchor[1]
        before = self._rows[index].height
        self._rows.estimate(width)
        after = self.row_views.of(self._rows[index]).arrange(width)
        self._rows.measured(index, after, width)
        self._anchor = (index, round(into * after / before) if into > 0 and before else into)

    def _anchor_at(self, top_y: int) -> None:
        """Make the first row in sight the anchor, unless it is the end."""
        if self._anchor is not None and self._rows:
            index = self._rows.at(top_y - TOP)
            into = top_y - TOP - self._rows.tops[index]
            if into > self._rows[index].height and index + 1 < len(self._rows):
                index, into = index + 1, top_y - TOP - self._rows.tops[index + 1]
            self._anchor = (index, into)

    def _measure_in_sight(self, width: int) -> bool:
        """Measure rows in sight that are not; whether a height changed."""
        changed = False
        for i in self._in_sight():
            row = self._rows[i]
            if row.measured_width == width and row in self.row_views.all:
                continue
            before = row.height
            self._rows.measured(i, self.row_views.of(row).arrange(width), width)
            changed = changed or row.height != before
        return changed

    def _in_sight(self) -> range:
        if not self._rows:
            return range(0)
        top = self._top_y() - TOP
        return range(self._rows.at(top - BEYOND), self._rows.at(top + self.viewport().height() + BEYOND) + 1)

    def _top_y(self) -> int:
        """Where the window's top edge is, in the conversation."""
        end = max(0, self._rows.total + TOP + BOTTOM - self.viewport().height())
        if self._anchor is None or not self._rows:
            return end
        index, into = self._anchor
        return max(0, min(end, self._rows.tops[min(index, len(self._rows) - 1)] + TOP + into))

    def _set_bar(self) -> None:
        bar = self.verticalScrollBar()
        visible = self.viewport().height()
        bar.setRange(0, max(0, self._rows.total + TOP + BOTTOM - visible))
        bar.setPageStep(visible)
        bar.setValue(self._top_y())
        self._look_for_end()

    def _look_for_end(self) -> None:
        bar = self.verticalScrollBar()
        if bar.value() >= bar.maximum():  # nearly would move what is held by these few pixels
            self._anchor = None
        is_more = self._anchor is not None and bar.value() < bar.maximum() - AT_END
        self._more_below.place(self.viewport().geometry(), is_more)

    def _move_views(self, width: int) -> None:
        left = (self.width() - width) // 2  # of the whole: the scroll bar must not shift the text
        top_y = self._top_y()
        in_sight = set()
        tops = self._rows.tops
        for i in self._in_sight():
            row = self._rows[i]
            in_sight.add(row)
            view = self.row_views.of(row)
            view.setGeometry(left, tops[i] + TOP - top_y, width, row.height)
            view.show()
        self.row_views.hide_others(in_sight)

    def _scrolled(self, value: int) -> None:
        if self._placing or not self._rows:
            return
        bar = self.verticalScrollBar()
        at_end = value >= bar.maximum() - AT_END
        self._anchor = None if at_end else (0, 0)
        self._anchor_at(value)
        self._place()

    def _resized(self, row: Row) -> None:
        self.hold(row)
        row.measured_width = 0
        self._place()

    def _content_width(self) -> int:
        return max(200, min(CONTENT_WIDTH, self.width() - 2 * MARGIN))

    # -- events ----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            for row in self.row_views.all:
                row.measured_width = 0
            self._later.start()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Nothing: `_scrolled` moves the widgets."""

    def scroll_pages(self, pages: float) -> None:
        """Scroll by that many windows' heights; down is positive."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + round(pages * bar.pageStep() * 0.9))

    def stops(self) -> list[QWidget]:
        """What Tab stops at, from top to bottom, though the rows were made in another order."""
        return [child for i in self._in_sight() for child in stops(self.row_views.all.get(self._rows[i]))]

    def bring_into_sight(self, widget: QWidget) -> None:
        """Scroll as little as needed to show `widget`, or its beginning."""
        top = widget.mapTo(self.viewport(), QPoint(0, 0)).y()
        bottom = top + min(widget.height(), self.viewport().height() - 40)
        bar = self.verticalScrollBar()
        if top < 20:
            bar.setValue(bar.value() + top - 20)
        elif bottom > self.viewport().height() - 20:
            bar.setValue(bar.value() + bottom - self.viewport().height() + 20)
