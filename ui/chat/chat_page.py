"""The page to talk on: what connects the header, the conversation, the composer and the status strip.

Everything that happens is either a person's doing, which goes to the controller, or the controller's
saying, which goes to the widgets; this file is where each of those lines is drawn. Read next: `ui.chat.chat_frame`,
which places the widgets, `ui.controller`, `ui.chat.acting`, `ui.chat.transcript`.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QHideEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QWidget

from app.attachments import SummaryOrder
from app.shelf import Face
from runtime.conversation import Effort
from runtime.events import EngineReady
from ui.answers.voices import Voice
from ui.chat.acting import Acting
from ui.chat.chat_frame import ChatFrame
from ui.chat.chat_words import invitation, welcome, why_not_now
from ui.chat.question import QuestionState
from ui.chat.reading import Reading
from ui.controller import Controller, Stage
from ui.sentences import translated
from ui.services import Services
from ui.speaker import Speaker
from ui.words import tr

EFFORT = "window.effort"
DEMO = "demo"
PANES = {Voice.ANALYSIS: "window.analysis_open", Voice.COMMENTARY: "window.commentary_open"}


class ChatPage(ChatFrame):
    """The conversation and all that belongs to it.

    Signals:
        began: an answer has begun, or another conversation.
    """

    began = Signal()

    def __init__(self, services: Services, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(services, controller, parent)
        self._services = services
        self._greeting = ""  # said when the model that was chosen is loaded
        self._why_not_kept = ""  # why no conversation can be kept at the moment
        self._is_reading = False  # whether a conversation was opened that can be read without a model
        self.transcript.row_views.siblings_of = services.chat.siblings
        self.acting = Acting(services.chat, controller, self.transcript, self.composer, self.foot.ask, self)
        self.speaker = Speaker(self)
        self.reading = Reading(self.transcript, self)
        self._recall()
        self._connect()
        self._show_stage(self.controller.stage)
        self.transcript.show_path(services.chat.path)
        self._settle()
        self._show_page()
        self._problems = translated("\n".join(services.problems))
        self.notify(self._problems)
        self.composer.setFocus()

    # -- what a person does ----------------------------------------------------------------------

    def send(self, text: str) -> None:
        """Ask `text`, or say why not; the text stays in the composer until it can be asked."""
        if not self.controller.can_ask:
            if text.strip():
                self.notify(why_not_now(self.controller.stage))
            return
        if not text.strip() or self.acting.is_waiting:
            return
        if self.documents is not None and (why := self.documents.why_not_now()):
            self.notify(why)
            return
        self.notify("")
        self.composer.clear()
        files = tuple(self.documents.going()) if self.documents is not None else ()
        voices = self.transcript.begin(QuestionState(text, files))
        self._show_page()
        self.controller.send(text, voices)
        self.began.emit()

    def retry(self) -> None:
        """Ask the last question again."""
        self.acting.retry()

    def _summarise(self, order: SummaryOrder, words: str) -> None:
        self.notify("")
        voices = self.transcript.begin(QuestionState(words))
        self._show_page()
        self.controller.summarize(order, voices)
        self.began.emit()
        if self.documents is not None:
            self.documents.show_progress(order)
        self.composer.setFocus()

    def new_conversation(self, kept: bool | None = None) -> None:
        """Leave this conversation and begin another.

        `kept` says whether it is written to the disk; by default settings do, whatever was chosen for this one.
        """
        if self.controller.stage is Stage.LOADING and kept is None and not self.transcript.rows:
            return  # there is nothing to leave, and it would stop the loading
        self.controller.clear(kept)
        self._show_other()
        self.composer.setFocus()

    def show_opened(self, node: int | None) -> None:
        """Another conversation was opened: show it, at `node` if that is given."""
        self._show_other()
        self._is_reading = bool(self.transcript.rows)
        self._show_page()
        self.show_node(node)
        self.composer.setFocus()

    def show_node(self, node: int | None) -> None:
        """Scroll to a question or an answer of this conversation, if need be in another branch."""
        if node is None:
            return
        chat = self._services.chat
        if self.transcript.row_of_node(node) is None and self.controller.stage is not Stage.ANSWERING:
            chat.choose(node)
            self.transcript.show_path(chat.path, is_other=False)
        if (row := self.transcript.row_of_node(node)) is not None:
            self.transcript.show_row(row)

    def _show_other(self) -> None:
        """Show the conversation that is open now, and nothing of the one before."""
        chat = self._services.chat
        self.speaker.forget()
        self.notify("")
        self.acting.forget()
        self.panels.forget()
        self.transcript.show_path(chat.path)
        self._is_reading = False
        self._settle()
        if self.documents is not None:
            self.documents.forget()
            self._note_room()
        self.status.show_speed(None)
        self._show_settings()
        self._show_kept()
        self._show_page()
        self.began.emit()

    def copy_answer(self) -> None:
        """Put the last answer on the clipboard, as Markdown."""
        answer = self.transcript.last_answer()
        if answer:
            QGuiApplication.clipboard().setText(answer)

    def _escape(self) -> None:
        """Close what stands open, or stop the answer; what has the keyboard first."""
        is_closed = self.panels.close_open() or (self.documents is not None and self.documents.escape())
        if not is_closed:
            self.reading.stop()
            self.controller.stop()

    def _suggest(self, text: str) -> None:
        self.composer.setFocus()
        self.send(text)

    def show_effort(self) -> None:
        """Think as long as the settings say, from the next message on."""
        effort = self._services.settings.get(EFFORT)
        if effort in tuple(Effort):
            self.controller.set_effort(Effort(effort))
        self.composer.effort.set_effort(self._services.chat.effort)

    def _pick_effort(self, effort: Effort) -> None:
        self.controller.set_effort(effort)
        self.panels.refresh_settings()
        self._services.settings.set(EFFORT, effort.value)

    def _remember_pane(self, voice: Voice, is_open: bool) -> None:
        self._services.settings.set(PANES[voice], is_open)

    def show_face(self, face: Face) -> None:
        """Another model is talked to from now on; it is being loaded, and the conversation stays."""
        self.header.show_model(face.title, face.is_demo)
        self.empty.show_model(*welcome(face.is_demo), face.suggestions)
        self.empty.show_loading(None)
        self._greeting = tr("From here on you talk to {name}.").format(name=face.title)

    def show_why_not_kept(self, sentence: str) -> None:
        """Why no conversation can be kept at the moment; empty, if they can."""
        self._why_not_kept = sentence
        self._show_kept()

    def notify(self, sentence: str, *, is_news: bool = False) -> None:
        """Say a sentence above the composer, until the person writes on."""
        self.foot.notify(sentence, is_news=is_news)

    def hideEvent(self, event: QHideEvent) -> None:
        """Another page is shown, or the window closes; one that is only made small goes on being read."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.reading.stop()

    def _note_room(self) -> None:
        """Messages are weighed with what the conversation takes now: room was made, or another one is open."""
        room = self._services.chat.room
        if self.documents is not None and room is not None:
            self.documents.note_used(room.used)

    # -- what the controller says ----------------------------------------------------------------

    def _show_stage(self, stage: Stage) -> None:
        self.composer.set_running(stage is Stage.ANSWERING)
        self._show_awaited()
        if stage is Stage.LOADING:
            self.status.say(tr("Loading…"))
            self.empty.show_loading(None)
        elif stage is Stage.FAILED:
            self.status.say(tr("No model is loaded"))
        else:
            self.empty.show_ready()
        self._show_page()

    def _show_awaited(self) -> None:
        """What the next message waits for may be another model."""
        self.panels.show_awaited()
        self.panels.refresh_settings()
        stage = self.controller.stage
        can_ask = stage is Stage.ANSWERING or self.controller.can_ask
        self.composer.set_ready(can_ask, invitation(Stage.READY if can_ask else stage))

    def _show_switching(self, name: str, title: str) -> None:
        """A model is loaded for what was just asked."""
        self.header.show_model(title, name == DEMO)
        self.status.say(tr("Loading…"))
        self._show_awaited()

    def _show_switched(self, face: Face) -> None:
        self.header.show_model(face.title, face.is_demo)
        self.empty.show_model(*welcome(face.is_demo), face.suggestions)
        self._show_awaited()

    def _show_ready(self, ready: EngineReady) -> None:
        self._forget_notice()
        if ready.notice:
            self.notify(translated(ready.notice))
        elif self._greeting and self.transcript.rows:
            self.notify(self._greeting, is_news=True)
        self._greeting = ""
        self.status.show_ready(ready)

    def _show_voices(self) -> None:
        voices = self.controller.voices
        if voices is not None:
            rows = self.transcript.rows
            if self.controller.has_begun and rows and rows[-1].node is None:
                self.transcript.adopt(self._services.chat.path)
            self.transcript.refresh_last()
            self.status.show_speed(voices.tokens_per_second)
            if not voices.finished:
                self.speaker.follow(voices, is_thinking_open=self.transcript.is_thinking_open)

    def _tell_answered(self) -> None:
        voices = self.controller.voices
        if voices is not None:
            self.speaker.end(voices, is_thinking_open=self.transcript.is_thinking_open)
        self.transcript.adopt(self._services.chat.path)
        self._settle()

    def _settle(self) -> None:
        """No answer is being written: it may be one that can be completed."""
        self.transcript.settle_last(can_go_on=self._services.chat.can_go_on)

    def _take_back(self, text: str, sentence: str) -> None:
        if self.acting.take_back_edit(text):
            self.notify(sentence)
            return
        if text:
            self.transcript.take_back()
            since = self.composer.text
            self.composer.set_text(text if not since.strip() else f"{text}\n{since}")
        else:  # another answer to what stands there already
            self.transcript.show_path(self._services.chat.path)
            self._settle()
        self.notify(sentence)
        self._show_page()

    def _forget_notice(self) -> None:
        """What was said of the moment is over; what is wrong with the settings stays to be read."""
        if self.notice.text() != self._problems:
            self.notify("")

    def _show_changed(self) -> None:
        """Another path of this conversation is shown, or less of it."""
        self._settle()
        self.panels.show_room()
        self._show_page()

    def _show_settings(self) -> None:
        """What this conversation is set to."""
        self.composer.effort.set_effort(self._services.chat.effort)
        self._show_awaited()

    def _show_kept(self) -> None:
        can_keep = self._services.history is not None
        chat = self._services.chat
        self.header.show_kept(
            can_keep=can_keep, is_kept=chat.is_kept, must_keep=chat.must_keep, why_not=self._why_not_kept
        )

    def _show_page(self) -> None:
        loading = self.controller.stage in (Stage.LOADING, Stage.FAILED)
        empty = not self.transcript.rows or (loading and not self._is_reading)
        self._pages.setCurrentWidget(self.empty if empty else self.transcript)
        self.header.new.setEnabled(bool(self.transcript.rows))

    # -- putting together ------------------------------------------------------------------------

    def _connect(self) -> None:
        controller, composer = self.controller, self.composer
        controller.stage_changed.connect(self._show_stage)
        controller.load_progressed.connect(self.empty.show_loading)
        controller.load_failed.connect(self.empty.show_failure)
        controller.loaded.connect(self._show_ready)
        controller.voices_changed.connect(self._show_voices)
        controller.answered.connect(self._tell_answered)
        controller.refused.connect(self._take_back)
        controller.switching.connect(self._show_switching)
        controller.switched.connect(self._show_switched)
        controller.unloaded.connect(lambda: self.status.say(tr("No model is loaded")))
        controller.context_used.connect(self.status.show_context)
        controller.room_changed.connect(self._note_room)
        composer.sent.connect(self.send)
        composer.stop_asked.connect(self._escape)
        composer.edited.connect(self._forget_notice)
        composer.pages_asked.connect(self.transcript.scroll_pages)
        composer.effort.picked.connect(self._pick_effort)
        self.empty.suggested.connect(self._suggest)
        self.empty.again_asked.connect(controller.load)
        self.acting.began.connect(self._show_page)
        self.acting.began.connect(self.began)
        self.acting.noticed.connect(self.notify)
        self.began.connect(self.reading.stop)
        self.acting.changed.connect(self.reading.stop)
        self.reading.noticed.connect(self.notify)
        self.acting.changed.connect(self._show_changed)
        controller.noted.connect(self.notify)
        self.panels.noticed.connect(lambda sentence, is_news: self.notify(sentence, is_news=is_news))
        self.panels.settings_changed.connect(self._show_settings)
        self.transcript.pane_opened.connect(self._remember_pane)
        self.header.new.clicked.connect(lambda: self.new_conversation())
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self._escape)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        QShortcut(QKeySequence("Ctrl+Shift+C"), self, self.copy_answer)
        QShortcut(QKeySequence("Ctrl+Shift+R"), self, self.reading.toggle_last)
        if self.documents is not None:
            self.documents.summary_begins.connect(self._summarise)
            self.documents.noticed.connect(self.notify)
            QShortcut(QKeySequence.StandardKey.Open, self, self.documents.choose)
        QShortcut(QKeySequence("Ctrl+L"), self, composer.setFocus)
        QShortcut(QKeySequence("Ctrl+End"), self, self.transcript.jump_to_end)

    def _recall(self) -> None:
        """Open the panes and think as last time."""
        settings = self._services.settings
        for voice, key in PANES.items():
            is_open = settings.get(key)
            if isinstance(is_open, bool):
                self.transcript.pane_defaults[voice] = is_open
        self.show_effort()
        self._show_kept()
