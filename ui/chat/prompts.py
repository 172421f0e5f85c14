"""Saved prompts: a menu at the composer, a small form for variables, and a name for what is to be saved.

`{{name}}` in a prompt is a variable. Each is asked for once, and the filled prompt is put into the composer,
where it can still be changed. Read next: `ui.chat.composer`.
"""

from __future__ import annotations

import re
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFormLayout, QFrame, QLabel, QLineEdit, QMenu, QVBoxLayout, QWidget

from app.history.values import SavedPrompt
from ui.answers.parts import Text, button
from ui.ask import fill
from ui.conversations.name_field import NameField
from ui.focus_order import stops
from ui.style import GAP
from ui.words import tr

_VARIABLE = re.compile(r"\{\{\s*([^{}\n]{1,60}?)\s*\}\}")


def variables(text: str) -> tuple[str, ...]:
    """The names of a prompt's variables, each once, in order."""
    return tuple(dict.fromkeys(_VARIABLE.findall(text)))


def filled(text: str, values: dict[str, str]) -> str:
    """A prompt with its variables replaced; what a value holds is never taken for a variable."""
    return _VARIABLE.sub(lambda found: values.get(found.group(1), found.group(0)), text)


class VariablesForm(QFrame):
    """Asks for a prompt's variables; hidden until then. Esc closes.

    Signals:
        filled(str): the prompt with all its variables replaced.
        closed: it was left.
    """

    filled = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.fields: dict[str, QLineEdit] = {}
        self.title = Text("", self)
        self._form = QFormLayout()
        self._form.setSpacing(GAP)
        self.yes = button(tr("Put it into the message"), self, "plain")
        self.no = button(tr("Cancel"), self, "quiet")
        fill(self, [self.title, self._form], [self.yes, self.no])
        self.yes.clicked.connect(self._take)
        self.no.clicked.connect(self.close_form)
        self.hide()

    def ask(self, prompt: SavedPrompt) -> None:
        """Ask for the variables of `prompt`."""
        while self._form.rowCount():
            self._form.removeRow(0)
        self.fields = {}
        self._text = prompt.text
        self.title.setText(prompt.name)
        for name in variables(prompt.text):
            field = QLineEdit(self)
            field.setProperty("kind", "field")
            field.setAccessibleName(name)
            field.returnPressed.connect(lambda field=field: self._enter(field))
            label = QLabel(name, self)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setBuddy(field)
            self._form.addRow(label, field)
            self.fields[name] = field
        self.show()
        next(iter(self.fields.values())).setFocus(Qt.FocusReason.OtherFocusReason)

    def close_form(self) -> None:
        """Leave it."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def stops(self) -> list[QWidget]:
        """Where Tab stops."""
        return stops(self, has_side=False) if self.isVisible() else []

    def _enter(self, field: QLineEdit) -> None:
        """Enter goes on to the next field; in the last one it is done."""
        fields = list(self.fields.values())
        if field is fields[-1]:
            self._take()
        else:
            fields[fields.index(field) + 1].setFocus(Qt.FocusReason.TabFocusReason)

    def _take(self) -> None:
        self.hide()
        self.filled.emit(filled(self._text, {name: field.text() for name, field in self.fields.items()}))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_form()
        else:
            super().keyPressEvent(event)


class Prompts(QWidget):
    """The form and the name field, for the page to place; and the menu.

    Signals:
        text_made(str): put this into the message.
        save_asked(str): save what is written as a prompt of that name.
        remove_asked(int): delete a prompt.
        closed: the keyboard goes back to the message.
    """

    text_made = Signal(str)
    save_asked = Signal(str)
    remove_asked = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.prompts: tuple[SavedPrompt, ...] = ()
        self.form = VariablesForm(self)
        self.name = NameField(tr("Name of the prompt"), tr("Save"), self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.form)
        layout.addWidget(self.name)
        self.form.filled.connect(self.text_made)
        self.form.closed.connect(self.closed)
        self.name.named.connect(self.save_asked)
        self.name.closed.connect(self.closed)

    def show_prompts(self, prompts: tuple[SavedPrompt, ...]) -> None:
        """These are the saved prompts."""
        self.prompts = prompts

    def stops(self) -> list[QWidget]:
        """Where Tab stops."""
        return [*self.form.stops(), *(stops(self.name, has_side=False) if self.name.isVisible() else [])]

    def use(self, prompt: SavedPrompt) -> None:
        """Put a prompt into the message, once its variables are known."""
        if variables(prompt.text):
            self.form.ask(prompt)
        else:
            self.text_made.emit(prompt.text)

    def menu(self, written: str) -> QMenu:
        """The prompts, and saving what is `written`."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(tr("Saved prompts"))
        for prompt in self.prompts:
            menu.addAction(prompt.name.replace("&", "&&"), partial(self.use, prompt))
        if not self.prompts:
            menu.addAction(tr("No prompts are saved yet")).setEnabled(False)
        menu.addSeparator()
        save = menu.addAction(tr("Save this message as a prompt…"), self.name.ask)
        save.setEnabled(bool(written.strip()))
        if self.prompts:
            delete = menu.addMenu(tr("Delete a prompt"))
            for prompt in self.prompts:
                name = prompt.name.replace("&", "&&")
                delete.addAction(name, partial(self.remove_asked.emit, prompt.id))
        return menu

    def show_menu(self, place: QPoint, written: str) -> None:
        """Offer the prompts above `place`."""
        menu = self.menu(written)
        menu.popup(place - QPoint(0, menu.sizeHint().height()))
