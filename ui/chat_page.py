"""The page to talk on: a header, the conversation, the composer and a status strip, and what connects them.

Everything that happens is either a person's doing, which goes to the controller, or the controller's
saying, which goes to the widgets; this file is where each of those lines is drawn. Read next:
`ui.controller`, `ui.transcript`, `ui.composer`.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from app.attachments import SummaryOrder
from app.shelf import Face
from runtime.conversation import Effort
from runtime.events import EngineReady
from ui.announce import announce
from ui.chat_documents import ChatDocuments
from ui.composer import Composer, local_files
from ui.controller import Controller, Stage
from ui.empty_state import EmptyState
from ui.focus_order import stops
from ui.header import Header
from ui.services import Services
from ui.status_strip import StatusStrip
from ui.style import CONTENT_WIDTH, MARGIN, scaled
from ui.transcript import Transcript
from ui.voices import Voice
from ui.words import tr

EFFORT = "window.effort"
BESIDE = 940  # a window at least this wide has room for a page of a document beside the conversation
PAGE_WIDTH = 440
PANES = {Voice.ANALYSIS: "window.analysis_open", Voice.COMMENTARY: "window.commentary_open"}


class ChatPage(QWidget):
    """The conversation and all that belongs to it."""

    def __init__(self, services: Services, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self.controller = controller
        self._greeting = ""  # said when the model that was chosen is loaded
        self.header = Header(services.model_title, services.is_demo, self)
        self.empty = EmptyState(*_welcome(services.is_demo), services.suggestions, self)
        self.transcript = Transcript(self)
        self.notice = QLabel(self)
        self.notice.setProperty("kind", "wrong")
        self.notice.setTextFormat(Qt.TextFormat.PlainText)
        self.notice.setWordWrap(True)
        self.notice.hide()
        self.composer = Composer(self)
        self.status = StatusStrip(self)
        self.documents: ChatDocuments | None = None
        if services.documents is not None:
            self.documents = ChatDocuments(
                services.documents, services.summaries, controller, self.composer, self.transcript, self
            )
            self.setAcceptDrops(True)
        self._place()
        self._recall()
        self._connect()
        self._show_stage(self.controller.stage)
        messages = services.chat.conversation.messages
        if messages:
            self.transcript.show_conversation(messages)
        self._show_page()
        self._problems = "\n".join(services.problems)
        self._notify(self._problems)
        self.composer.setFocus()

    # -- what a person does ----------------------------------------------------------------------

    def send(self, text: str) -> None:
        """Ask `text`, or say why not; the text stays in the composer until it can be asked."""
        if self.controller.stage is not Stage.READY:
            if text.strip():
                self._notify(_why_not_now(self.controller.stage))
            return
        if not text.strip():
            return
        if self.documents is not None and (why := self.documents.why_not_now()):
            self._notify(why)
            return
        self._notify("")
        self.composer.clear()
        voices = self.transcript.begin(self._with_files(text))
        self._show_page()
        self.controller.send(text, voices)

    def retry(self) -> None:
        """Ask the last question again."""
        if self.controller.stage is Stage.READY:
            self._notify("")
            self.controller.retry(self.transcript.begin(None))
            self.composer.setFocus()

    def _with_files(self, text: str) -> str:
        names = self.documents.going() if self.documents is not None else ()
        return f"{text}\n\n{tr('With {files}').format(files=', '.join(names))}" if names else text

    def _summarise(self, order: SummaryOrder, words: str) -> None:
        self._notify("")
        voices = self.transcript.begin(words)
        self._show_page()
        self.controller.summarize(order, voices)
        if self.documents is not None:
            self.documents.show_progress(order)
        self.composer.setFocus()

    def new_conversation(self) -> None:
        """Forget this conversation and begin another."""
        if self.controller.stage is Stage.LOADING:
            return  # there is nothing to forget, and it would stop the loading
        self.controller.clear()
        self._notify("")
        self.transcript.show_conversation(())
        if self.documents is not None:
            self.documents.forget()
        self.status.show_speed(None)
        self._show_page()
        self.composer.setFocus()

    def copy_answer(self) -> None:
        """Put the last answer on the clipboard, as Markdown."""
        answer = self.transcript.last_answer()
        if answer:
            QGuiApplication.clipboard().setText(answer)

    def _escape(self) -> None:
        """Close what stands open, or stop the answer; what has the keyboard first."""
        if self.documents is None or not self.documents.escape():
            self.controller.stop()

    def _suggest(self, text: str) -> None:
        self.composer.setFocus()
        self.send(text)

    def _pick_effort(self, effort: Effort) -> None:
        self.controller.set_effort(effort)
        self._services.settings.set(EFFORT, effort.value)

    def _remember_pane(self, voice: Voice, is_open: bool) -> None:
        self._services.settings.set(PANES[voice], is_open)

    def show_face(self, face: Face) -> None:
        """Another model is talked to from now on; it is being loaded, and the conversation stays."""
        self.header.show_model(face.title, face.is_demo)
        self.empty.show_model(*_welcome(face.is_demo), face.suggestions)
        self.empty.show_loading(None)
        self._greeting = tr("From here on you talk to {name}.").format(name=face.title)

    def notify(self, sentence: str) -> None:
        """Say a sentence above the composer, until the person writes on."""
        self._notify(sentence)

    # -- what the controller says ----------------------------------------------------------------

    def _show_stage(self, stage: Stage) -> None:
        self.composer.set_running(stage is Stage.ANSWERING)
        invitation = {
            Stage.LOADING: tr("The model is loading; you can write already"),
            Stage.FAILED: tr("No model is loaded"),
        }.get(stage, tr("Ask something"))
        self.composer.set_ready(stage in (Stage.READY, Stage.ANSWERING), invitation)
        if stage is Stage.LOADING:
            self.status.say(tr("Loading…"))
            self.empty.show_loading(None)
        elif stage is Stage.FAILED:
            self.status.say(tr("No model is loaded"))
        else:
            self.empty.show_ready()
        self._show_page()

    def _show_ready(self, ready: EngineReady) -> None:
        self._forget_notice()
        if ready.notice:
            self._notify(ready.notice)
        elif self._greeting and self.transcript.rows:
            self._notify(self._greeting, is_news=True)
        self._greeting = ""
        self.status.show_ready(ready)

    def _show_voices(self) -> None:
        voices = self.controller.voices
        if voices is not None:
            self.transcript.refresh_last()
            self.status.show_speed(voices.tokens_per_second)

    def _tell_answered(self) -> None:
        voices = self.controller.voices
        if voices is not None:
            announce(self, voices.failure or tr("Answer finished"))

    def _take_back(self, text: str, sentence: str) -> None:
        self.transcript.take_back()
        since = self.composer.text
        self.composer.set_text(text if not since.strip() else f"{text}\n{since}")
        self._notify(sentence)
        self._show_page()

    def _notify(self, sentence: str, is_news: bool = False) -> None:
        self.notice.setProperty("kind", "quiet" if is_news else "wrong")
        self.notice.style().polish(self.notice)
        self.notice.setText(sentence)
        self.notice.setVisible(bool(sentence))

    def _forget_notice(self) -> None:
        """What was said of the moment is over; what is wrong with the settings stays to be read."""
        if self.notice.text() != self._problems:
            self._notify("")

    def _show_page(self) -> None:
        loading = self.controller.stage in (Stage.LOADING, Stage.FAILED)
        empty = loading or not self.transcript.rows
        self._pages.setCurrentWidget(self.empty if empty else self.transcript)
        self.header.new.setEnabled(bool(self.transcript.rows))

    # -- the keyboard's way through ---------------------------------------------------------------

    def stops(self) -> list[QWidget]:
        """Where Tab stops, in reading order: header, conversation, composer."""
        jump = [self.transcript.jump] if self.transcript.jump.isVisible() else []
        header = stops(self.header)
        documents = self.documents
        if documents is None:
            return [*header, *self._page_stops(), *jump, *self.composer.stops()]
        page = documents.pane.stops()
        if not self._talk.isVisible():
            return [*header, *page]
        panels = [*documents.panel.stops(), *documents.progress.stops()]
        return [*header, *self._page_stops(), *jump, *page, *panels, *self.composer.stops()]

    def bring_into_sight(self, stop: QWidget) -> None:
        """Scroll to one of the `stops`, if it stands in the conversation."""
        if self.composer.tray.isAncestorOf(stop):
            self.composer.tray.ensureWidgetVisible(stop, 0, 4)
        elif self.transcript.isVisible() and stop in self._page_stops():
            self.transcript.bring_into_sight(stop)

    def _page_stops(self) -> list[QWidget]:
        return self.transcript.stops() if self.transcript.isVisible() else stops(self.empty)

    # -- putting together ------------------------------------------------------------------------

    def _place(self) -> None:
        self._pages = QStackedLayout()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.transcript)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.notice)
        if self.documents is not None:
            column.addWidget(self.documents.panel)
            column.addWidget(self.documents.progress)
        column.addWidget(self.composer)
        self._foot = QHBoxLayout()
        self._foot.addLayout(column)
        self._talk = QWidget(self)
        talk = QVBoxLayout(self._talk)
        talk.setContentsMargins(0, 0, 0, 0)
        talk.setSpacing(0)
        talk.addLayout(self._pages, 1)
        talk.addLayout(self._foot)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._talk, 1)
        if self.documents is not None:
            middle.addWidget(self.documents.pane)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.header)
        outer.addLayout(middle, 1)
        outer.addWidget(self.status)

    def _make_room(self) -> None:
        """A page of a document stands beside the conversation, or in a narrow window in its place."""
        room = self.width()
        if self.documents is not None and not self.documents.pane.isHidden():
            is_wide = room >= BESIDE
            self._talk.setVisible(is_wide)
            pane = min(PAGE_WIDTH, room * 2 // 5) if is_wide else room
            self.documents.pane.setFixedWidth(pane)
            room -= pane
        else:
            self._talk.show()
        side = max(MARGIN - 4, (room - CONTENT_WIDTH) // 2 - 4)
        self._foot.setContentsMargins(side, 4, side, 12)

    def _connect(self) -> None:
        controller, composer = self.controller, self.composer
        controller.stage_changed.connect(self._show_stage)
        controller.load_progressed.connect(self.empty.show_loading)
        controller.load_failed.connect(self.empty.show_failure)
        controller.loaded.connect(self._show_ready)
        controller.voices_changed.connect(self._show_voices)
        controller.answered.connect(self._tell_answered)
        controller.refused.connect(self._take_back)
        controller.context_used.connect(self.status.show_context)
        composer.sent.connect(self.send)
        composer.stop_asked.connect(self._escape)
        composer.edited.connect(self._forget_notice)
        composer.pages_asked.connect(self.transcript.scroll_pages)
        composer.effort.picked.connect(self._pick_effort)
        self.empty.suggested.connect(self._suggest)
        self.empty.again_asked.connect(controller.load)
        self.transcript.again_asked.connect(self.retry)
        self.transcript.pane_opened.connect(self._remember_pane)
        self.header.new.clicked.connect(self.new_conversation)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self._escape)
        QShortcut(QKeySequence("Ctrl+Shift+C"), self, self.copy_answer)
        if self.documents is not None:
            self.documents.summary_begins.connect(self._summarise)
            self.documents.noticed.connect(self._notify)
            self.documents.laid_out.connect(self._make_room)
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
        effort = settings.get(EFFORT)
        if effort in tuple(Effort):
            self.controller.set_effort(Effort(effort))
        self.composer.effort.set_effort(self._services.chat.effort)

    # -- events ----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()
        self.composer.set_window_height(self.height())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()):
            self.composer.set_target(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.composer.set_target(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.composer.set_target(False)
        event.acceptProposedAction()
        self.composer.files_offered.emit(local_files(event.mimeData()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.notice.setFont(scaled(self.font(), 0.94))


def _welcome(is_demo: bool) -> tuple[str, str]:
    """Title and sentence of the empty page."""
    if is_demo:
        return tr("Meet Chorale"), tr(
            "This is a tiny demo model. It only knows about Chorale, and runs on this PC alone."
        )
    return tr("What is on your mind?"), tr("The model runs on this PC. Nothing you write leaves it.")


def _why_not_now(stage: Stage) -> str:
    if stage is Stage.LOADING:
        return tr("The model is still loading. Send this when it is ready.")
    if stage is Stage.FAILED:
        return tr("No model is loaded, so there is nobody to answer. Try loading it again first.")
    return tr("An answer is still being written. Wait for it, or stop it with Esc.")
