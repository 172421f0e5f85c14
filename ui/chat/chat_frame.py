"""The page to talk on, as far as it is widgets in their places: header, conversation, foot, a document beside.

    header
    settings of the conversation, while they are asked for
    conversation, or the empty page │ a page of a document
    foot: panels and the composer   │
    status strip

Read next: `ui.chat.chat_page`, which connects them.
"""

from __future__ import annotations

from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from ui.answers.foot import Foot
from ui.chat.chat_panels import ChatPanels
from ui.chat.chat_words import welcome
from ui.chat.composer import local_files
from ui.chat.empty_state import EmptyState
from ui.chat.header import Header
from ui.chat.status_strip import StatusStrip
from ui.chat.transcript import Transcript
from ui.controller import Controller
from ui.documents.chat_documents import ChatDocuments
from ui.focus_order import stops
from ui.services import Services
from ui.style import CONTENT_WIDTH, MARGIN


class ChatFrame(QWidget):
    """The widgets of the page.

    Attributes:
        documents: None where no files can be attached.
    """

    def __init__(self, services: Services, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.controller = controller
        self.header = Header(services.model_title, services.is_demo, self)
        self.empty = EmptyState(*welcome(services.is_demo), services.suggestions, self)
        self.transcript = Transcript(self)
        self.foot = Foot(self)
        self.status = StatusStrip(self)
        self.notice, self.composer = self.foot.notice, self.foot.composer
        self.panels = ChatPanels(services.chat, controller, self.header, self.foot, self.status, self)
        self.documents: ChatDocuments | None = None
        if services.documents is not None:
            self.documents = ChatDocuments(
                services.documents, services.summaries, controller, self.composer, self.transcript, self
            )
            self.setAcceptDrops(True)
            self.documents.reader.laid_out.connect(self._make_room)
        self._place()

    # -- the keyboard's way through ---------------------------------------------------------------

    def stops(self) -> list[QWidget]:
        """Where Tab stops, in reading order: header, conversation, composer."""
        jump = [self.transcript.jump] if self.transcript.jump.isVisible() else []
        header = [*self.header.stops(), *self.panels.settings.stops()]
        documents = self.documents
        if documents is None:
            return [*header, *self._page_stops(), *jump, *self.foot.stops()]
        page = documents.pane.stops()
        if not self._talk.isVisible():
            return [*header, *page]
        return [*header, *self._page_stops(), *jump, *page, *self.foot.stops()]

    def parts(self) -> list[list[QWidget]]:
        """The stops of each part, as F6 goes: conversation (the newest answer first), a document, the foot."""
        talk = self._page_stops()
        last = self.transcript.last_view() if self.transcript.isVisible() else None
        newest = [stop for stop in talk if last is not None and last.isAncestorOf(stop)]
        page = self.documents.pane.stops() if self.documents is not None else []
        foot = self.foot.stops() if self._talk.isVisible() else []
        if self.composer.field in foot:
            foot = [self.composer.field, *(stop for stop in foot if stop is not self.composer.field)]
        return [[*newest, *(stop for stop in talk if stop not in newest)], page, foot]

    def bring_into_sight(self, stop: QWidget) -> None:
        """Scroll to one of the `stops`, if it stands in the conversation."""
        if self.composer.tray.isAncestorOf(stop):
            self.composer.tray.ensureWidgetVisible(stop, 0, 4)
        elif self.transcript.isVisible() and stop in self._page_stops():
            self.transcript.bring_into_sight(stop)

    def _page_stops(self) -> list[QWidget]:
        return self.transcript.stops() if self.transcript.isVisible() else stops(self.empty)

    # -- placing ---------------------------------------------------------------------------------

    def _place(self) -> None:
        self._pages = QStackedLayout()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.transcript)
        if self.documents is not None:
            self.foot.add(self.documents.panel, self.documents.panel.stops)
            self.foot.add(self.documents.progress, self.documents.progress.stops)
        self._talk = QWidget(self)
        talk = QVBoxLayout(self._talk)
        talk.setContentsMargins(0, 0, 0, 0)
        talk.setSpacing(0)
        talk.addLayout(self._pages, 1)
        talk.addWidget(self.foot)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._talk, 1)
        if self.documents is not None:
            middle.addWidget(self.documents.pane)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._settings = QVBoxLayout()
        self._settings.addWidget(self.panels.settings)
        outer.addWidget(self.header)
        outer.addLayout(self._settings)
        outer.addLayout(middle, 1)
        outer.addWidget(self.status)

    def _make_room(self) -> None:
        """A page of a document stands beside the conversation, or in a narrow window in its place."""
        room = self.width()
        if self.documents is not None:
            room = self.documents.reader.arrange(self._talk, room)
        side = max(MARGIN - 4, (room - CONTENT_WIDTH) // 2 - 4)
        self.foot.set_side(side)
        self._settings.setContentsMargins(side, 0, side, 0)

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
