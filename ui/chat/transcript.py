"""The conversation on the screen: the path of questions and answers, and how it grows and changes.

Read next: `ui.chat.row_scroll`, which places the rows, and `ui.chat.rows`, what a row is.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QUrl, Signal
from PySide6.QtWidgets import QWidget

from app.history.tree import Node
from ui.answers.answer import AnswerState, AnswerView
from ui.answers.voices import Voice, Voices
from ui.chat.question import QuestionState
from ui.chat.row_scroll import RowScroll
from ui.chat.rows import Row, adopt, row_of
from ui.words import tr


class Transcript(RowScroll):
    """Shows a conversation.

    Signals:
        asked(Row, RowAction): something is to be done with a question or an answer.
        edited(Row, str): this is to be asked in place of a question.
        pane_opened(Voice, bool): the person opened or closed a pane; new answers follow.
        page_asked(QUrl): a citation was activated.
    """

    asked = Signal(object, object)
    edited = Signal(object, str)
    pane_opened = Signal(object, bool)
    page_asked = Signal(QUrl)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Conversation"))
        self.pane_defaults = {Voice.ANALYSIS: False, Voice.COMMENTARY: True}
        self._replaced = False  # whether the last row but one goes once the last has begun
        self.row_views.asked.connect(self.asked)
        self.row_views.edited.connect(self.edited)
        self.row_views.pane_opened.connect(self._pane_opened)
        self.row_views.page_asked.connect(self.page_asked)

    def show_path(self, path: Sequence[Node], *, is_other: bool = True) -> None:
        """Show a whole conversation at its end; or, unless it is another one, what changed of this one."""
        known = {} if is_other else {row.node: row for row in self._rows if row.node is not None}
        rows = [known.get(node.id) or row_of(node, self.pane_defaults) for node in path]
        kept = set(rows)
        for row in [row for row in self.row_views.all if row not in kept]:
            self.row_views.drop(row)
        self._replaced = False
        self._rows.reset(rows)
        for row in rows:
            if not row.height:
                row.estimate(self._content_width())
            if isinstance(row.content, AnswerState):
                row.content.can_retry = row is rows[-1]
        if is_other:
            self.jump_to_end()
            return
        for row in rows:
            self._refresh(row)
            self.row_views.show_branch(row)
        self._place()

    def begin(self, question: QuestionState | None) -> Voices:
        """Add `question` and an answer that is still empty, and show them.

        None asks the last question again; its answer stays until the new one has begun.
        """
        self._settle_last()
        self._replaced = question is None and self._has_answer()
        if question is not None:
            self._add(Row(question))
        voices = Voices()
        self._add(Row(AnswerState(voices, dict(self.pane_defaults), can_retry=True)))
        self.jump_to_end()
        return voices

    def go_on(self) -> Voices | None:
        """The last answer goes on where it stopped; None if there is none."""
        content = self._rows[-1].content if self._rows else None
        if not isinstance(content, AnswerState):
            return None
        content.can_go_on = False
        content.voices.go_on()
        self.refresh_last()
        self.jump_to_end()
        return content.voices

    def cut(self, row: Row, *, before: bool = False) -> None:
        """Take what stands below `row` off the screen, the row itself as well with `before`."""
        index = self.index_of(row) + (0 if before else 1)
        while len(self._rows) > index:
            self.row_views.drop(self._rows.pop())
        self._place()

    def adopt(self, path: Sequence[Node]) -> None:
        """Rows that were begun on the screen have their place in the tree now."""
        adopt(self._rows, path)
        for index in range(max(0, len(self._rows) - 2), len(self._rows)):
            self.row_views.show_branch(self._rows[index])

    def settle_last(self, *, can_go_on: bool) -> None:
        """Whether the last answer can be completed."""
        content = self._rows[-1].content if self._rows else None
        if isinstance(content, AnswerState) and content.can_go_on != can_go_on:
            content.can_go_on = can_go_on
            self._refresh(self._rows[-1])
            self._place()

    def take_back(self) -> None:
        """Remove the last question with its answer, as if it had not been asked."""
        while self._rows:
            row = self._rows.pop()
            self.row_views.drop(row)
            if row.is_question:
                break
        if self._rows and isinstance(self._rows[-1].content, AnswerState):
            self._rows[-1].content.can_retry = True
            self._refresh(self._rows[-1])
        self._place()

    def refresh(self, row: Row) -> None:
        """What is told of `row` has changed; nothing if it is not shown any more."""
        self._refresh(row)
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
        view = self.row_views.all.get(self._rows[-1]) if self._rows else None
        return view if isinstance(view, AnswerView) else None

    @property
    def is_thinking_open(self) -> bool:
        """Whether the reasoning of the last answer stands open."""
        content = self._rows[-1].content if self._rows else None
        return isinstance(content, AnswerState) and content.is_open.get(Voice.ANALYSIS, False)

    def last_answer(self) -> str:
        """The last answer as the model wrote it, in Markdown; empty if there is none."""
        for row in reversed(self._rows):  # past a try that broke off
            if isinstance(row.content, QuestionState):
                return ""
            if row.content.voices.has_begun:
                return row.content.voices.text(Voice.FINAL)
        return ""

    def row_of_node(self, node: int) -> Row | None:
        """The row of a node, if it is on the path that is shown."""
        return next((row for row in self._rows if row.node == node), None)

    # -- within ----------------------------------------------------------------------------------

    def _pane_opened(self, voice: Voice, is_open: bool) -> None:
        self.pane_defaults[voice] = is_open
        self.pane_opened.emit(voice, is_open)

    def _refresh(self, row: Row) -> None:
        row.measured_width = 0
        view = self.row_views.all.get(row)
        if isinstance(view, AnswerView):
            view.refresh()

    def _settle_last(self) -> None:
        if self._rows and isinstance(self._rows[-1].content, AnswerState):
            self._rows[-1].content.can_retry = False
            self._rows[-1].content.can_go_on = False
            self._refresh(self._rows[-1])

    def _has_answer(self) -> bool:
        """Whether the last question has an answer; a try that broke off before it began is removed."""
        while self._rows and isinstance(content := self._rows[-1].content, AnswerState):
            if content.voices.has_begun:
                return True
            self.row_views.drop(self._rows.pop())
        return False

    def _drop_replaced(self) -> None:
        index = len(self._rows) - 2
        self.row_views.drop(self._rows.pop(index))
        if self._anchor is not None and self._anchor[0] > index:
            self._anchor = (index, self._anchor[1])

    def _add(self, row: Row) -> None:
        row.estimate(self._content_width())
        self._rows.append(row)
