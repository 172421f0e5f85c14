"""Saved prompts, to be changed, removed and added: a card of the settings page.

They are used from the composer (`ui.chat.prompts`). `{{name}}` in one is a variable that is asked for then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.history.interface import HistoryInterface
from app.history.values import Access, SavedPrompt
from ui.announce import announce
from ui.answers.flow import Flow
from ui.answers.parts import Card, Text, button
from ui.ask import Ask, fill
from ui.background import Background
from ui.error_words import sentence_of
from ui.style import GAP
from ui.words import tr

_LINES = 5
_LONGEST_NAME = 100


class PromptSettings(Card):
    """The saved prompts of `history`.

    Signals:
        prompts_changed: one was added, changed or removed.
    """

    prompts_changed = Signal()

    def __init__(self, history: HistoryInterface, background: Background, parent: QWidget) -> None:
        super().__init__(parent)
        self._history = history
        self._background = background
        self._removed: SavedPrompt | None = None
        self.rows: dict[int, _PromptRow] = {}
        self.title = Text(tr("Saved prompts"), self, weight=QFont.Weight.DemiBold)
        self.sentence = Text(
            tr(
                "To be used again from the message field. {{name}} stands for something that is asked for then."
            ),
            self,
            kind="quiet",
        )
        self.add = button(tr("New prompt…"), self)
        self.form = PromptForm(self)
        self.ask = Ask(tr("Delete"), tr("Keep"), self)
        self.trouble = Text("", self, kind="wrong")
        self.trouble.hide()
        self._list = QVBoxLayout()
        self._list.setSpacing(GAP // 2)
        buttons = Flow()
        buttons.addWidget(self.add)
        for part in (self.title, self.sentence):
            self.body.addWidget(part)
        self.body.addLayout(self._list)
        self.body.addLayout(buttons)
        for below in (self.form, self.ask, self.trouble):
            self.body.addWidget(below)
        self.add.clicked.connect(lambda: self.form.edit(None))
        self.form.given.connect(self._save)
        self.form.closed.connect(self.add.setFocus)
        self.ask.agreed.connect(self._remove)
        self.ask.closed.connect(self.add.setFocus)

    def look(self) -> None:
        """Bring the list up to date, unless it had to wait for the keychain; then somebody calls again."""
        is_open = self._history.access is not Access.OPENING
        self.add.setEnabled(is_open)
        if is_open:
            self._do(lambda: None)

    def _save(self, prompt: SavedPrompt | None, name: str, text: str) -> None:
        self._do(lambda: self._history.save_prompt(name, text, None if prompt is None else prompt.id), True)

    def _ask_remove(self, prompt: SavedPrompt) -> None:
        self._removed = prompt
        self.ask.say(tr("Delete the prompt “{name}”?").format(name=prompt.name))

    def _remove(self) -> None:
        if (prompt := self._removed) is not None:
            self._do(lambda: self._history.remove_prompt(prompt.id), True)
            self.add.setFocus(Qt.FocusReason.TabFocusReason)

    def _do(self, work: Callable[[], object], is_change: bool = False) -> None:
        def run() -> Iterator[tuple[SavedPrompt, ...]]:
            work()
            yield self._history.prompts()

        def ended(error: BaseException | None) -> None:
            sentence = sentence_of(error)[0] if error is not None else ""
            self.trouble.say(sentence)
            if sentence:
                announce(self, sentence)
            elif is_change:
                self.prompts_changed.emit()

        self._background.start(run, lambda events: self._show(events[-1]), ended)

    def _show(self, prompts: tuple[SavedPrompt, ...]) -> None:
        for row in self.rows.values():
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = {}
        for prompt in prompts:
            row = self.rows[prompt.id] = _PromptRow(prompt, self)
            row.edit.clicked.connect(lambda _checked, prompt=prompt: self.form.edit(prompt))
            row.remove.clicked.connect(lambda _checked, prompt=prompt: self._ask_remove(prompt))
            self._list.addWidget(row)


class _PromptRow(QWidget):
    """The name of a prompt, and what can be done with it."""

    def __init__(self, prompt: SavedPrompt, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = Text(prompt.name, self)
        self.edit = button(tr("Edit"), self, "quiet", tr("Edit {name}").format(name=prompt.name))
        self.remove = button(tr("Delete"), self, "quiet", tr("Delete {name}").format(name=prompt.name))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self.name, 1)
        layout.addWidget(self.edit)
        layout.addWidget(self.remove)


class PromptForm(QFrame):
    """A prompt's name and text; hidden until one is edited. Esc closes it.

    Signals:
        given(SavedPrompt | None, str, str): the prompt that was edited, None for a new one; its name and text.
        closed: nothing is to be saved.
    """

    given = Signal(object, str, str)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._prompt: SavedPrompt | None = None
        self.name = QLineEdit(self)
        self.name.setProperty("kind", "field")
        self.name.setMaxLength(_LONGEST_NAME)
        self.name.setPlaceholderText(tr("Name"))
        self.name.setAccessibleName(tr("Name of the prompt"))
        self.text = QPlainTextEdit(self)
        self.text.setProperty("kind", "edit")
        self.text.setTabChangesFocus(True)
        self.text.setPlaceholderText(tr("Text, for example: Translate into {{language}}:"))
        self.text.setAccessibleName(tr("Text of the prompt"))
        self.text.setFixedHeight(_LINES * self.text.fontMetrics().lineSpacing() + 24)
        self.yes = button(tr("Save"), self, "plain")
        self.no = button(tr("Cancel"), self, "quiet")
        fill(self, [self.name, self.text], [self.yes, self.no])
        self.yes.clicked.connect(self._take)
        self.name.returnPressed.connect(self.text.setFocus)
        self.no.clicked.connect(self.close_form)
        self.name.textChanged.connect(self._may_save)
        self.text.textChanged.connect(self._may_save)
        self.hide()

    def edit(self, prompt: SavedPrompt | None) -> None:
        """Edit a prompt, or write a new one."""
        self._prompt = prompt
        self.name.setText(prompt.name if prompt is not None else "")
        self.text.setPlainText(prompt.text if prompt is not None else "")
        self._may_save()
        self.show()
        self.name.setFocus(Qt.FocusReason.TabFocusReason)

    def close_form(self) -> None:
        """Save nothing."""
        self.hide()
        self.closed.emit()

    def _may_save(self) -> None:
        self.yes.setEnabled(bool(self.name.text().strip() and self.text.toPlainText().strip()))

    def _take(self) -> None:
        self.hide()
        self.given.emit(self._prompt, self.name.text().strip(), self.text.toPlainText())
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_form()
        else:
            super().keyPressEvent(event)
