"""The conversation: rows of questions and answers, of which only those in sight are widgets.

Scrolling keeps an anchor, a row and how far the window's top edge is into it. Heights that turn out
different from their estimate move what is off the screen, never what is being read. At the end of the
conversation the end is the anchor, so that a streaming answer is followed. Read next: `ui.rows`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from runtime.conversation import Message
from ui.answer import AnswerState, AnswerView
from ui.focus_order import stops
from ui.more_below import MoreBelow
from ui.question import QuestionView
from ui.rows import Row, Rows, rows_of
from ui.style import CONTENT_WIDTH, MARGIN
from ui.voices import Voice, Voices
from ui.words import tr

TOP, BOTTOM = 24, 24  # room above the first row and below the last
BEYOND = 300  # pixels above and below the window that are made ready
MOST_VIEWS = 60  # widgets kept for rows out of sight
AT_END = 4  # pixels from the end that still count as the end
LINE = 36  # pixels an arrow key or a notch of the wheel's smallest step scrolls


class Transcript(QAbstractScrollArea):
    """Shows a conversation.

    Signals:
        again_asked: Try again was chosen at the last answer.
        pane_opened(Voice, bool): the person opened or closed a pane; new answers follow.
        page_asked(QUrl): a citation was activated.

    Attributes:
        dress: changes the Markdown of answers before they are shown; None leaves it.
    """

    again_asked = Signal()
    pane_opened = Signal(object, bool)
    page_asked = Signal(QUrl)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("Conversation"))
        self.viewport().setAutoFillBackground(False)
        self.dress: Callable[[str], str] | None = None
        self.pane_defaults = {Voice.ANALYSIS: False, Voice.COMMENTARY: True}
        self._rows = Rows()
        self._views: dict[Row, AnswerView | QuestionView] = {}
        self._anchor: tuple[int, int] | None = None  # row, pixels into it; None is the end
        self._replaced = False  # whether the last row but one goes once the last has begun
        self._width = 0
        self._placing = False
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._place)
        self._more_below = MoreBelow(self)
        self.jump = self._more_below.jump
        self.jump.clicked.connect(self.jump_to_end)
        bar = self.verticalScrollBar()
        bar.setSingleStep(LINE)
        bar.valueChanged.connect(self._scrolled)

    # -- what it shows ---------------------------------------------------------------------------

    @property
    def rows(self) -> Rows:
        return self._rows

    @property
    def views(self) -> dict[Row, AnswerView | QuestionView]:
        """The rows that have a widget now."""
        return self._views

    @property
    def at_end(self) -> bool:
        return self._anchor is None

    def show_conversation(self, messages: Sequence[Message]) -> None:
        """Show a whole conversation, at its end."""
        self._drop_views()
        self._replaced = False
        self._rows.reset(rows_of(messages, self.pane_defaults))
        if self._rows and isinstance(self._rows[-1].content, AnswerState):
            self._rows[-1].content.can_retry = True
        self._rows.estimate(self._content_width())
        self.jump_to_end()

    def begin(self, question: str | None) -> Voices:
        """Add `question` and an answer that is still empty, and show them.

        None asks the last question again; its answer stays until the new one has begun, as in the chat.
        """
        self._forbid_retry()
        self._replaced = question is None and self._has_answer()
        if question is not None:
            self._add(Row(question))
        voices = Voices()
        self._add(Row(AnswerState(voices, dict(self.pane_defaults), can_retry=True)))
        self.jump_to_end()
        return voices

    def take_back(self) -> None:
        """Remove the last question with its answer, as if it had not been asked."""
        while self._rows:
            row = self._rows.pop()
            self._drop_view(row)
            if isinstance(row.content, str):
                break
        if self._rows and isinstance(self._rows[-1].content, AnswerState):
            self._rows[-1].content.can_retry = True
            self._refresh(self._rows[-1])
        self._place()

    def refresh_last(self) -> None:
        """The last answer's voices have changed."""
        if self._rows:
            content = self._rows[-1].content
            if self._replaced and isinstance(content, AnswerState) and content.voices.has_begun:
                self._replaced = False
                self._drop_replaced()
            self._refresh(self._rows[-1])
            self._place()

    def last_view(self) -> AnswerView | None:
        """The last answer's widget, if it is in sight."""
        view = self._views.get(self._rows[-1]) if self._rows else None
        return view if isinstance(view, AnswerView) else None

    def last_answer(self) -> str:
        """The last answer as the model wrote it, in Markdown; empty if there is none."""
        for row in reversed(self._rows):  # past a try that broke off
            if isinstance(row.content, str) or row.content.voices.has_begun:
                return "" if isinstance(row.content, str) else row.content.voices.text(Voice.FINAL)
        return ""

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
        after = self._view(self._rows[index]).arrange(width)
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
            if row.measured_width == width and row in self._views:
                continue
            before = row.height
            self._rows.measured(i, self._view(row).arrange(width), width)
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
        if bar.value() >= bar.maximum() - AT_END:
            self._anchor = None
        self._more_below.place(self.viewport().geometry(), self._anchor is not None)

    def _move_views(self, width: int) -> None:
        left = (self.width() - width) // 2  # of the whole: the scroll bar must not shift the text
        top_y = self._top_y()
        in_sight = set()
        tops = self._rows.tops
        for i in self._in_sight():
            row = self._rows[i]
            in_sight.add(row)
            view = self._view(row)
            view.setGeometry(left, tops[i] + TOP - top_y, width, row.height)
            view.show()
        for row, view in self._views.items():
            if row not in in_sight and not view.isHidden() and not _has_focus(view):
                view.hide()
        for row in [row for row in self._views if row not in in_sight][
            : max(0, len(self._views) - MOST_VIEWS)
        ]:
            if not _has_focus(self._views[row]):
                self._drop_view(row)

    def _scrolled(self, value: int) -> None:
        if self._placing or not self._rows:
            return
        bar = self.verticalScrollBar()
        at_end = value >= bar.maximum() - AT_END
        self._anchor = None if at_end else (0, 0)
        self._anchor_at(value)
        self._place()

    def _hold(self, row: Row) -> None:
        """Keep `row` where it stands on the screen, whatever changes its height or the end's."""
        index = next((i for i in range(len(self._rows)) if self._rows[i] is row), None)
        if index is not None:
            self._anchor = (index, self._top_y() - TOP - self._rows.tops[index])

    # -- widgets ---------------------------------------------------------------------------------

    def _view(self, row: Row) -> AnswerView | QuestionView:
        view = self._views.get(row)
        if view is None:
            view = self._views[row] = self._make_view(row)
        return view

    def _make_view(self, row: Row) -> AnswerView | QuestionView:
        if isinstance(row.content, str):
            question = QuestionView(row.content, self.viewport())
            question.resized.connect(lambda: self._resized(row))
            return question
        answer = AnswerView(row.content, self.viewport(), self.dress)
        answer.page_asked.connect(self.page_asked)
        answer.resized.connect(lambda: self._resized(row))
        answer.again_asked.connect(self.again_asked)
        answer.pane_opened.connect(self._pane_opened)
        return answer

    def _pane_opened(self, voice: Voice, is_open: bool) -> None:
        self.pane_defaults[voice] = is_open
        self.pane_opened.emit(voice, is_open)

    def _resized(self, row: Row) -> None:
        self._hold(row)
        row.measured_width = 0
        self._place()

    def _refresh(self, row: Row) -> None:
        row.measured_width = 0
        view = self._views.get(row)
        if isinstance(view, AnswerView):
            view.refresh()

    def _forbid_retry(self) -> None:
        if self._rows and isinstance(self._rows[-1].content, AnswerState):
            self._rows[-1].content.can_retry = False
            self._refresh(self._rows[-1])

    def _has_answer(self) -> bool:
        """Whether the last question has an answer; a try that broke off before it began is removed."""
        while self._rows and isinstance(content := self._rows[-1].content, AnswerState):
            if content.voices.has_begun:
                return True
            self._drop_view(self._rows.pop())
        return False

    def _drop_replaced(self) -> None:
        index = len(self._rows) - 2
        self._drop_view(self._rows.pop(index))
        if self._anchor is not None and self._anchor[0] > index:
            self._anchor = (index, self._anchor[1])

    def _add(self, row: Row) -> None:
        row.estimate(self._content_width())
        self._rows.append(row)

    def _drop_view(self, row: Row) -> None:
        view = self._views.pop(row, None)
        if view is not None:
            view.hide()
            view.deleteLater()

    def _drop_views(self) -> None:
        for row in list(self._views):
            self._drop_view(row)

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
            for row in self._views:
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
        return [child for i in self._in_sight() for child in stops(self._views.get(self._rows[i]))]

    def bring_into_sight(self, widget: QWidget) -> None:
        """Scroll as little as needed to show `widget`, or its beginning."""
        top = widget.mapTo(self.viewport(), QPoint(0, 0)).y()
        bottom = top + min(widget.height(), self.viewport().height() - 40)
        bar = self.verticalScrollBar()
        if top < 20:
            bar.setValue(bar.value() + top - 20)
        elif bottom > self.viewport().height() - 20:
            bar.setValue(bar.value() + bottom - self.viewport().height() + 20)


def _has_focus(view: QWidget) -> bool:
    return view.focusWidget() is not None and view.focusWidget().hasFocus()
