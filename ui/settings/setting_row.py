"""One setting on the page: what it is, what it does, its control, and who decides it.

Read next: `ui.settings.setting_controls`, `ui.settings.settings_page`.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.preferences import DeviceChoice, Managed, Preference
from app.setting import Control
from ui.announce import announce
from ui.answers.parts import Text, badge, button
from ui.sentences import translated
from ui.services import SettingValue
from ui.settings.setting_controls import Choices, NumberField, Option, Switch, TextField
from ui.style import GAP
from ui.words import breakable, said, tr

AnyControl = Switch | Choices | NumberField | TextField | None


class SettingRow(QWidget):
    """Shows one setting.

    Signals:
        chosen(str, object): the person set the setting of that key to that value.
        folder_asked: the person wants models to be kept elsewhere.
    """

    chosen = Signal(str, object)
    folder_asked = Signal()

    def __init__(self, preference: Preference, parent: QWidget) -> None:
        super().__init__(parent)
        self.key = preference.key
        self._look = preference.look
        self.preference = preference
        look = preference.look
        self.title = Text(said(look.title), self, weight=QFont.Weight.DemiBold)
        self.sentence = Text(said(look.sentence), self, kind="quiet")
        self.badge = badge(tr("Managed by your organisation"), self, "state")
        self.badge.setFixedHeight(self.badge.fontMetrics().height() + 7)
        self.policy = Text("", self, kind="quiet", factor=0.92)
        self.wrong = Text("", self, kind="wrong")
        self.path = Text("", self)
        self.reset = button(
            tr("Reset"), self, "quiet", tr("Reset {setting}").format(setting=said(look.title))
        )
        self.control = self._new_control(preference)
        self.elsewhere = button(tr("Change it on the Models page"), self)
        self._place()
        self.reset.clicked.connect(lambda: self._take(self.preference.default))
        self.elsewhere.clicked.connect(self.folder_asked)
        self.wrong.hide()
        self.show_preference(preference)

    def finds(self, words: str) -> bool:
        """Whether all of `words` stand in what can be said of it, in either language."""
        look = self._look
        texts = [look.title, look.sentence, look.search, look.section, *(said for _, said in look.choices)]
        everything = " ".join(f"{text.en} {text.de}" for text in texts).casefold()
        return all(word in everything for word in words.casefold().split())

    def show_preference(self, preference: Preference) -> None:
        """Show the setting as it is now."""
        self.preference = preference
        managed = preference.managed
        if self.control is not None:
            self.control.show_value(preference.value)
            self.control.setEnabled(managed is None)
            self.control.set_names(said(self._look.title), self._spoken(managed))
        self.path.setText(breakable(str(preference.value)) if self._look.control is Control.FOLDER else "")
        self.path.setVisible(self._look.control is Control.FOLDER)
        self.elsewhere.setVisible(self._look.control is Control.FOLDER and managed is None)
        self.badge.setVisible(managed is not None)
        self.policy.say(_about(managed) if managed is not None else "")
        is_folder = self._look.control is Control.FOLDER
        is_other = preference.value != preference.default
        had_focus = self.reset.hasFocus()
        self.reset.setVisible(managed is None and is_other and not is_folder)
        if had_focus and not self.reset.isVisible() and self.control is not None:
            _first(self.control).setFocus(Qt.FocusReason.TabFocusReason)

    def show_devices(self, choices: tuple[DeviceChoice, ...]) -> None:
        """Offer these processors."""
        if isinstance(self.control, Choices) and self._look.control is Control.DEVICE:
            self.control.set_options(
                [
                    Option(choice.value, said(choice.title), translated(said(choice.note)), choice.is_allowed)
                    for choice in choices
                ]
            )
            self.control.show_value(self.preference.value)

    def take(self) -> None:
        """Take what was typed and not left yet."""
        if isinstance(self.control, NumberField | TextField):
            self.control.take()

    def _new_control(self, preference: Preference) -> AnyControl:
        look = preference.look
        made: Switch | Choices | NumberField | TextField
        match look.control:
            case Control.SWITCH:
                made = Switch(self)
            case Control.CHOICE:
                made = Choices(self)
                made.set_options([Option(value, said(words)) for value, words in look.choices])
            case Control.DEVICE:
                made = Choices(self, is_list=True)
            case Control.NUMBER:
                made = NumberField(look, preference.default, self)
                made.wrong.connect(self._say_wrong)
            case Control.TEXT:
                made = TextField(self)
            case _:
                return None
        made.changed.connect(self._take)
        return made

    def _take(self, value: SettingValue) -> None:
        self.chosen.emit(self.key, value)

    def _say_wrong(self, sentence: str) -> None:
        if sentence and sentence != self.wrong.text():
            announce(self, sentence)
        self.wrong.say(sentence)

    def _spoken(self, managed: Managed | None) -> str:
        sentence = said(self._look.sentence)
        if managed is None:
            return sentence
        return " ".join((sentence, tr("Managed by your organisation") + ".", _about(managed)))

    def _place(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GAP)
        head.addWidget(self.title, 1)
        head.addWidget(self.reset)
        if isinstance(self.control, Switch):
            head.addWidget(self.control)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP // 2)
        layout.addLayout(head)
        layout.addWidget(self.sentence)
        layout.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.policy)
        layout.addWidget(self.path)
        if self.control is not None and not isinstance(self.control, Switch):
            layout.addSpacing(GAP // 2)
            layout.addWidget(self.control)
        layout.addWidget(self.elsewhere, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.wrong)


def _about(managed: Managed) -> str:
    if not managed.source:
        return translated(said(managed.sentence))
    return tr("{sentence} ({policy}, {place})").format(
        sentence=translated(said(managed.sentence)), policy=said(managed.title), place=managed.source
    )


def _first(control: QWidget) -> QWidget:
    """What the keyboard goes to in a control."""
    if isinstance(control, Choices):
        return next((made for made in control.buttons.values() if made.isChecked()), control)
    return control.field if isinstance(control, NumberField) else control
