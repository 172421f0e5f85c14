"""The page of settings: searchable, in sections, each setting with what it does and who decides it.

What is chosen counts at once or from the moment its sentence names; there is nothing to save. Read next:
`ui.settings.setting_row`, `ui.settings.history_settings`, and `app.preferences` for what is shown.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont, QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from app.history.interface import HistoryInterface
from app.preferences import DeviceChoice, Preference
from app.setting import Control
from models.errors import AppError
from ui.announce import announce
from ui.answers.parts import Card, Fold, Text
from ui.background import Background
from ui.column_page import ColumnPage
from ui.error_words import sentence_of
from ui.language import languages
from ui.sentences import translated
from ui.services import PreferencesInterface, SettingValue
from ui.settings.history_settings import HistorySettings
from ui.settings.prompt_settings import PromptSettings
from ui.settings.setting_row import SettingRow
from ui.style import GAP
from ui.words import breakable, said, tr


class SettingsPage(ColumnPage):
    """Shows `preferences`, and of `history` what is set about it.

    Signals:
        changed(str, object): the setting of that key was set to that value.
        models_asked: the person wants to go to the models.
        emptied(tuple): all conversations were removed, these.
        protection_changed: conversations are protected in another way, or kept only from now on.
        prompts_changed: a saved prompt was.
    """

    changed = Signal(str, object)
    models_asked = Signal()
    emptied = Signal(object)
    protection_changed = Signal()
    prompts_changed = Signal()

    def __init__(
        self,
        preferences: PreferencesInterface,
        history: HistoryInterface | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._background = Background(self)
        self._devices_asked = False
        self.rows: dict[str, SettingRow] = {}
        self._sections: list[tuple[Text, Card, list[SettingRow]]] = []
        self._lines: dict[SettingRow, QFrame] = {}
        self.title = Text(tr("Settings"), self.column, factor=1.6, weight=QFont.Weight.DemiBold)
        self.search = QLineEdit(self.column)
        self.search.setProperty("kind", "field")
        self.search.setClearButtonEnabled(True)
        self.search.setPlaceholderText(tr("Search the settings"))
        self.search.setAccessibleName(tr("Search the settings"))
        self.nothing = Text("", self.column, kind="quiet")
        self.nothing.hide()
        self.trouble = Text("", self.column, kind="wrong")
        self.trouble.hide()
        for part in (self.title, self.search, self.nothing, self.trouble):
            self.body.addWidget(part)
        self.history: HistorySettings | None = None
        self.prompts: PromptSettings | None = None
        self.managed: QWidget | None = None
        self._given_history = history
        self.search.textChanged.connect(self._find)

    # -- showing ---------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self.rows:  # some hundred widgets, which the start of the window need not wait for
            self._add_settings(self._given_history)
            self.managed = self._add_managed()
        self.look()
        if not self._devices_asked and any(
            row.preference.look.control is Control.DEVICE for row in self.rows.values()
        ):
            self._devices_asked = True
            self._background.start(self._look_for_devices, self._show_devices, self._on_devices_end)
        if self.prompts is not None:
            self.prompts.look()

    def hideEvent(self, event: QHideEvent) -> None:
        """What was typed last is taken, also when another page is shown by keyboard."""
        super().hideEvent(event)
        for row in self.rows.values():
            row.take()

    def look(self) -> None:
        """Show everything as it is now."""
        for preference in self._shown():
            if (row := self.rows.get(preference.key)) is not None:
                row.show_preference(preference)
        if self.history is not None:
            self.history.look()

    def close_page(self) -> None:
        """Begin nothing more; the window closes."""
        self._background.close()

    def _shown(self) -> Iterator[Preference]:
        for preference in self._preferences.shown():
            # A language that the window does not speak is not offered.
            if preference.key != "window.language" or len(languages()) > 1:
                yield preference

    def _find(self, words: str) -> None:
        found = 0
        for heading, card, rows in self._sections:
            fits = [row for row in rows if row.finds(words)]
            for row in rows:
                row.setVisible(row in fits)
                self._lines[row].setVisible(row in fits and row is not fits[0])
            heading.setVisible(bool(fits))
            card.setVisible(bool(fits))
            found += len(fits)
        is_all = not words.strip()
        for extra in (self.history, self.prompts, self.managed):
            if extra is not None:
                extra.setVisible(is_all)
        self.nothing.say("" if found else tr("No setting has these words."))
        if not is_all:
            announce(self, tr("1 setting") if found == 1 else tr("{count} settings").format(count=found))

    # -- changing --------------------------------------------------------------------------------

    def _choose(self, key: str, value: SettingValue) -> None:
        try:
            self._preferences.set(key, value)
        except AppError as error:
            sentence = translated(error.user_text)
            self.trouble.say(sentence)
            announce(self, sentence)
        else:
            self.trouble.say("")
            self.changed.emit(key, value)
        self.look()

    def _look_for_devices(self) -> Iterator[tuple[DeviceChoice, ...]]:
        yield self._preferences.devices()

    def _show_devices(self, found: list[tuple[DeviceChoice, ...]]) -> None:
        for row in self.rows.values():
            row.show_devices(found[-1])

    def _on_devices_end(self, error: BaseException | None) -> None:
        if error is not None:
            self.trouble.say(sentence_of(error)[0])

    # -- putting together ------------------------------------------------------------------------

    def _add_settings(self, history: HistoryInterface | None) -> None:
        for preference in self._shown():
            heading = said(preference.look.section)
            if not self._sections or self._sections[-1][0].text() != heading:
                self._add_section(heading)
            _, card, rows = self._sections[-1]
            row = self.rows[preference.key] = SettingRow(preference, card)
            row.chosen.connect(self._choose)
            row.folder_asked.connect(self.models_asked)
            line = self._lines[row] = QFrame(card)
            line.setProperty("kind", "line")
            line.setFixedHeight(1)
            line.setVisible(bool(rows))
            card.body.addWidget(line)
            card.body.addWidget(row)
            rows.append(row)
            if history is not None and self.history is None and preference.key == "history.days":
                self._add_history(history)

    def _add_history(self, history: HistoryInterface) -> None:
        self.history = HistorySettings(history, self._background, self.column, self._preferences.must_encrypt)
        self.prompts = PromptSettings(history, self._background, self.column)
        self.body.addWidget(self.history)
        self.body.addWidget(self.prompts)
        self.history.emptied.connect(self.emptied)
        self.history.opened.connect(self.prompts.look)
        self.history.protection_changed.connect(self.prompts.look)
        self.history.protection_changed.connect(self.protection_changed)
        self.prompts.prompts_changed.connect(self.prompts_changed)

    def _add_section(self, name: str) -> None:
        heading = Text(name, self.column, factor=1.15, weight=QFont.Weight.DemiBold)
        card = Card(self.column)
        card.body.setSpacing(GAP + 4)
        self.body.addSpacing(GAP)
        self.body.addWidget(heading)
        self.body.addWidget(card)
        self._sections.append((heading, card, []))

    def _add_managed(self) -> QWidget | None:
        """What the organisation decides, all of it, also what is no setting."""
        managed = self._preferences.managed()
        if not managed:
            return None
        box = QWidget(self.column)
        content = Card(box)
        for each in managed:
            place = f" ({each.source})" if each.source else ""
            value = f": {breakable(said(each.value))}" if each.value.en else ""
            content.body.addWidget(Text(said(each.title) + value, content, weight=QFont.Weight.DemiBold))
            content.body.addWidget(Text(translated(said(each.sentence)) + place, content, kind="quiet"))
        fold = Fold(tr("What your organisation manages: {count}").format(count=len(managed)), content, box)
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(fold)
        layout.addWidget(content)
        self.body.addWidget(box)
        return box
