"""Carries out what a person asks for at a question or an answer: edit, copy, again, other branches, delete.

Nothing said is overwritten: an edited question and another answer stand beside the old ones. Only deleting is
for ever, and is asked first. Read next: `ui.chat.row_actions`, `ui.chat.chat_page`.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from models.errors import AppError
from ui.answers.answer import AnswerView
from ui.answers.plain_text import plain_text
from ui.answers.voices import Voice
from ui.ask import Ask
from ui.chat.chat_words import why_not_now
from ui.chat.composer import Composer
from ui.chat.question import QuestionState, QuestionView
from ui.chat.row_actions import RowAction
from ui.chat.rows import Row
from ui.chat.transcript import Transcript
from ui.controller import Controller, Stage
from ui.sentences import translated
from ui.services import ChatInterface
from ui.words import tr


class Acting(QObject):
    """What can be done in a conversation.

    Signals:
        began: an answer has begun; the page shows it.
        noticed(str): a sentence for the person; empty takes the last one back.
        changed: another path is shown.
    """

    began = Signal()
    noticed = Signal(str)
    changed = Signal()

    def __init__(
        self,
        chat: ChatInterface,
        controller: Controller,
        transcript: Transcript,
        composer: Composer,
        ask: Ask,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._chat, self._controller = chat, controller
        self._transcript, self._composer, self._ask = transcript, composer, ask
        self.is_waiting = False  # for another conversation to be opened: rows and tree do not belong together
        self._removing: Row | None = None
        self._editing: int | None = None  # the question that is being asked otherwise
        transcript.asked.connect(self.act)
        transcript.edited.connect(self._edit)
        ask.agreed.connect(self._remove)
        ask.closed.connect(composer.setFocus)
        controller.answered.connect(self._forget_edit)

    def act(self, row: Row, action: RowAction) -> None:
        """Do what was asked for at `row`."""
        match action:
            case RowAction.COPY | RowAction.COPY_PLAIN:
                self._copy(row, is_plain=action is RowAction.COPY_PLAIN)
            case RowAction.QUOTE:
                self._quote(row)
            case RowAction.EDIT:
                self._begin_edit(row)
            case RowAction.AGAIN:
                self._again(row)
            case RowAction.GO_ON:
                self.go_on()
            case RowAction.OLDER | RowAction.NEWER:
                self._walk(row, -1 if action is RowAction.OLDER else 1)
            case RowAction.REMOVE:
                self._ask_remove(row)

    def retry(self) -> None:
        """Ask the last question again."""
        if self._may():
            self._controller.retry(self._transcript.begin(None))
            self._begun()

    def go_on(self) -> None:
        """Complete the last answer."""
        if self._may() and self._chat.can_go_on and (voices := self._transcript.go_on()) is not None:
            self._controller.go_on(voices)
            self._begun()

    def take_back_edit(self, text: str) -> bool:
        """A question could not be asked: if it was an edited one, let it be edited further."""
        node, self._editing = self._editing, None
        if node is None:
            return False
        self._transcript.show_path(self._chat.path, is_other=False)
        if (row := self._transcript.row_of_node(node)) is not None:
            self._transcript.show_row(row)
            view = self._transcript.views.get(row)
            if isinstance(view, QuestionView):
                view.begin_edit(text)
        return True

    def _forget_edit(self) -> None:
        self._editing = None

    def forget(self) -> None:
        """Another conversation is shown."""
        self._removing = self._editing = None
        self._ask.close_question()

    # -- words -----------------------------------------------------------------------------------

    def _copy(self, row: Row, *, is_plain: bool) -> None:
        content = row.content
        text = content.text if isinstance(content, QuestionState) else content.voices.text(Voice.FINAL)
        QGuiApplication.clipboard().setText(plain_text(text) if is_plain else text)
        view = self._transcript.views.get(row)
        if isinstance(view, AnswerView):
            view.show_copied()

    def _quote(self, row: Row) -> None:
        """Put the answer, or what is selected of it, into the message as a quotation."""
        if isinstance(row.content, QuestionState):
            return
        view = self._transcript.views.get(row)
        chosen = view.selected_text() if isinstance(view, AnswerView) else ""
        text = (chosen or row.content.voices.text(Voice.FINAL)).strip()
        quoted = "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
        before = self._composer.text.rstrip()
        self._composer.set_text(f"{before}\n\n{quoted}\n\n" if before else f"{quoted}\n\n")
        self._composer.setFocus()

    # -- branches --------------------------------------------------------------------------------

    def _begin_edit(self, row: Row) -> None:
        view = self._transcript.views.get(row)
        if isinstance(view, QuestionView) and row.node is not None:
            view.begin_edit()

    def _edit(self, row: Row, text: str) -> None:
        node = row.node
        if node is None or not self._may() or not isinstance(row.content, QuestionState):
            return
        self._editing = node
        state = QuestionState(text, row.content.files)
        self._transcript.cut(row, before=True)
        self._controller.edit(node, text, self._transcript.begin(state))
        self._begun()

    def _again(self, row: Row) -> None:
        if row is self._transcript.rows[-1] or row.node is None:
            self.retry()
        elif self._may():
            self._transcript.cut(row)
            self._controller.regenerate(row.node, self._transcript.begin(None))
            self._begun()

    def _walk(self, row: Row, step: int) -> None:
        """Show the branch before or after this one, with this place where it stands."""
        if row.node is None or not self._may_change():
            return
        siblings = self._chat.siblings(row.node)
        index = siblings.index(row.node) + step
        if 0 <= index < len(siblings) and self._try(lambda: self._chat.choose(siblings[index])):
            self._transcript.hold(row)
            self._transcript.show_path(self._chat.path, is_other=False)
            self.changed.emit()
            if (there := self._transcript.row_of_node(siblings[index])) is not None:
                bar = self._transcript.row_views.of(there).bar
                ways = (bar.older, bar.newer) if step < 0 else (bar.newer, bar.older)
                way = next(button for button in ways if button.isEnabled())
                way.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask_remove(self, row: Row) -> None:
        if row.node is None or not self._may_change():
            return
        self._removing = row
        is_last = row is self._transcript.rows[-1]
        if isinstance(row.content, QuestionState):
            self._ask.say(tr("Delete this question and all that followed it, for ever?"))
        elif is_last:
            self._ask.say(tr("Delete this answer for ever?"))
        else:
            self._ask.say(tr("Delete this answer and all that followed it, for ever?"))

    def _remove(self) -> None:
        row, self._removing = self._removing, None
        node = row.node if row is not None else None
        if row is not None and node is not None and self._may_change():
            if self._try(lambda: self._chat.remove(node)):
                self._transcript.show_path(self._chat.path, is_other=False)
                self.changed.emit()
            self._composer.setFocus()

    # -- within ----------------------------------------------------------------------------------

    def _may(self) -> bool:
        """Whether it can be done now; says why not."""
        if self.is_waiting:
            return False
        may = self._controller.can_ask
        self.noticed.emit("" if may else why_not_now(self._controller.stage))
        return may

    def _may_change(self) -> bool:
        """Whether another path can be shown; that needs no model."""
        if self.is_waiting:
            return False
        is_free = self._controller.stage is not Stage.ANSWERING
        self.noticed.emit("" if is_free else why_not_now(self._controller.stage))
        return is_free

    def _try(self, do: Callable[[], None]) -> bool:
        try:
            do()
        except AppError as error:
            self.noticed.emit(translated(error.user_text))
            return False
        return True

    def _begun(self) -> None:
        self.began.emit()
        self._composer.setFocus()
