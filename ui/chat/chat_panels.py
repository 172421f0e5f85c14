"""The panels of the page to talk on that are about the conversation itself: its room, its settings, saved prompts;
and the line that says which model goes on with it, where that is not the one that is loaded.

Each is hidden until it is needed and gives the keyboard back to the field to write in. The settings stand below
the header, where they are asked for, the others above the field.
Read next: `ui.chat.room_panel`, `ui.chat.chat_settings`, `ui.chat.prompts`.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Signal

from app.context_room import Choice, Way
from app.history.values import ChatSettings
from ui.announce import announce
from ui.answers.foot import Foot
from ui.answers.parts import Text
from ui.chat.chat_settings import ChatSettingsPanel
from ui.chat.header import Header
from ui.chat.model_words import awaited_words
from ui.chat.prompts import Prompts
from ui.chat.room_panel import RoomPanel
from ui.chat.status_strip import StatusStrip
from ui.controller import Controller, Stage
from ui.conversations.keeper import Conversations
from ui.error_words import sentence_of
from ui.models.models_controller import ModelsController
from ui.services import ChatInterface
from ui.words import tr


class ChatPanels(QObject):
    """Puts the panels into the foot and connects them.

    Signals:
        noticed(str, bool): a sentence, and whether it is only news.
        settings_changed: the conversation is set to something else.
    """

    noticed = Signal(str, bool)
    settings_changed = Signal()

    def __init__(
        self,
        chat: ChatInterface,
        controller: Controller,
        header: Header,
        foot: Foot,
        status: StatusStrip,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._chat, self._controller = chat, controller
        self._foot, self._status = foot, status
        self.room = RoomPanel(foot)
        self.settings = ChatSettingsPanel(header.parentWidget())
        self.prompts = Prompts(foot)
        self.model_line = Text(parent=foot, kind="quiet", factor=0.94)
        self.model_line.hide()
        self._models: ModelsController | None = None
        for panel in (self.room, self.prompts):
            foot.add(panel, panel.stops)
        foot.add(self.model_line, list)
        composer = foot.composer
        controller.room_changed.connect(self.show_room)
        self.room.chosen.connect(self._make_room)
        self.room.closed.connect(composer.setFocus)
        header.settings.clicked.connect(self.toggle_settings)
        self.settings.changed.connect(self._configure)
        self.settings.closed.connect(composer.setFocus)
        self.prompts.text_made.connect(self._put)
        self.prompts.closed.connect(composer.setFocus)
        composer.prompts_asked.connect(self._show_prompts)

    def use_history(self, conversations: Conversations) -> None:
        """Prompts can be saved there."""
        self._foot.composer.allow_prompts()
        conversations.prompts_changed.connect(self.prompts.show_prompts)
        conversations.unlocked.connect(conversations.look_for_prompts)
        self.prompts.save_asked.connect(
            lambda name: conversations.save_prompt(name, self._foot.composer.text)
        )
        self.prompts.save_asked.connect(lambda _name: self._foot.composer.setFocus())
        self.prompts.remove_asked.connect(conversations.remove_prompt)
        conversations.look_for_prompts()

    def use_models(self, models: ModelsController) -> None:
        """A conversation can have one of these models of its own."""
        self._models = models
        models.shelf_changed.connect(self._show_shelf)
        self.settings.allow_models()

    def forget(self) -> None:
        """Another conversation is shown."""
        self.settings.close_panel()
        self.show_room()
        self.show_awaited()

    def close_open(self) -> bool:
        """Close the panel that stands open, if one does; whether there was one."""
        ways = (
            (self.settings, self.settings.close_button),
            (self.prompts.form, self.prompts.form.no),
            (self.prompts.name, self.prompts.name.no),
            (self._foot.ask, self._foot.ask.no),
            (self.room, self.room.no),
        )
        for panel, way_out in ways:
            if panel.isVisible():
                way_out.click()
                return True
        return False

    # -- room ------------------------------------------------------------------------------------

    def show_room(self) -> None:
        """Say what the conversation takes of the context, and ask what to do if that is all of it."""
        room = self._chat.room
        self._status.show_room(room)
        self.room.show_room(room if self._controller.stage is not Stage.ANSWERING else None)

    def _make_room(self, choice: Choice) -> None:
        if self._controller.stage is not Stage.READY:
            return
        self._foot.composer.setFocus()
        if choice.way is Way.SUMMARISE:
            self.noticed.emit(tr("Summarising the oldest questions and answers…"), True)
        self._controller.make_room(choice, self._made_room)

    def _made_room(self, error: BaseException | None) -> None:
        if error is not None:
            self.noticed.emit(sentence_of(error)[0], False)
        elif self._foot.composer.text.strip():
            self.noticed.emit(tr("There is room again. Send your message when you like."), True)
        else:
            self.noticed.emit(tr("There is room again."), True)

    # -- the model -------------------------------------------------------------------------------

    def show_awaited(self) -> None:
        """Say which model goes on with this conversation, if that is not the one that is loaded."""
        shelf = self._models.shelf if self._models is not None else None
        words, is_wrong = awaited_words(self._chat.awaited, shelf)
        line = self.model_line
        if words == line.text():
            return
        line.setProperty("kind", "wrong" if is_wrong else "quiet")
        line.style().polish(line)
        line.say(words)
        announce(line, words)

    def _show_shelf(self) -> None:
        if self._models is not None and self._models.shelf is not None:
            self.settings.offer_models(self._models.shelf)
        self.show_awaited()

    # -- settings --------------------------------------------------------------------------------

    def toggle_settings(self) -> None:
        """Show what this conversation is set to, or close it."""
        if self.settings.isVisible():
            self.settings.close_panel()
        else:
            self.settings.ask(self._chat.settings)
            if self._models is not None:
                self._models.look()  # a model may have come or gone, also by another window

    def refresh_settings(self) -> None:
        """The conversation may be set to something else, by other means than its settings that stand open."""
        self.settings.refresh(self._chat.settings)

    def _configure(self, settings: ChatSettings) -> None:
        self._chat.configure(settings)
        self.settings_changed.emit()

    # -- prompts ---------------------------------------------------------------------------------

    def _show_prompts(self) -> None:
        button = self._foot.composer.prompts
        self.prompts.show_menu(button.mapToGlobal(QPoint(0, 0)), self._foot.composer.text.strip("/"))

    def _put(self, text: str) -> None:
        """Put a prompt into the message, behind what is written there."""
        composer = self._foot.composer
        before = composer.text.rstrip()
        composer.set_text(f"{before}\n\n{text}" if before not in ("", "/") else text)
        composer.setFocus()
