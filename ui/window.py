"""The window: the frame that pages stand in, and how one goes from one to another.

    rail │ list │ page               the rail is a row above the page in a narrow window (`ui.rail`); the list
         │      │                    of conversations stands beside their page alone (`ui.conversations`)
         │ work bar                  what goes on with models, on pages that do not say so (`ui.models.work_bar`)

A page is a widget with `stops()`, where Tab stops in it in reading order, and `bring_into_sight(stop)`. Another
one is added in `_add_pages`. Without `Services.models` there is the conversation alone, and no rail.

Read next: `ui.chat.chat_page`, `ui.models.models_page`, `ui.models.first_run`, `ui.models.model_switch`.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from ui import appearance
from ui.chat.chat_page import EFFORT, ChatPage
from ui.column_page import ColumnPage
from ui.controller import Controller
from ui.conversations.beside import Beside
from ui.conversations.keeper import Conversations
from ui.conversations.panel import ConversationPanel
from ui.conversations.switch import ConversationSwitch
from ui.diagnostics.diagnostics_page import DiagnosticsPage
from ui.documents.chat_documents import ChatDocuments
from ui.documents.documents_page import DocumentsPage
from ui.focus_order import other_part, stops
from ui.models.first_run import FirstRun
from ui.models.model_switch import ModelSwitch
from ui.models.models_controller import ModelsController
from ui.models.models_page import ModelsPage
from ui.models.work_bar import WorkBar
from ui.rail import NARROW, Rail
from ui.services import ModelsInterface, PreferencesInterface, Services
from ui.settings.settings_page import SettingsPage
from ui.window_place import WindowPlace
from ui.words import tr

SMALLEST = (420, 420)
SOON_MS = 100
CHAT, DOCUMENTS, MODELS = "chat", "documents", "models"
DIAGNOSTICS, SETTINGS = "diagnostics", "settings"

Other = DocumentsPage | ColumnPage  # a page that the list of conversations does not stand beside
Page = ChatPage | Other


class Window(QWidget):
    """The one window.

    Signals:
        closed: it has closed, and the engine is freed.

    Attributes:
        controller, chat: the conversation, and its page.
        conversations, listed: all conversations, and their list; None where only the open one is known.
        beside: the list and the page of conversation.
        models, models_page, first_run, work_bar: None where the window can only talk.
        documents_page: None where no files can be attached.
    """

    closed = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._closed = False
        self.setWindowTitle(tr("Chorale"))
        self.setMinimumSize(*SMALLEST)
        self.controller = Controller(services, self)
        self.chat = ChatPage(services, self.controller, self)
        self.conversations: Conversations | None = None
        self.listed: ConversationPanel | None = None
        if services.history is not None:
            self.conversations = Conversations(services.history, self)
            self.listed = ConversationPanel(self.conversations, self)
        self.beside = Beside(self.chat, self.listed, services.settings, self)
        self.rail = Rail(self)
        self.models: ModelsController | None = None
        self.models_page: ModelsPage | None = None
        self.first_run: FirstRun | None = None
        self.work_bar: WorkBar | None = None
        self.documents_page: DocumentsPage | None = None
        self.diagnostics_page: DiagnosticsPage | None = None
        self.settings_page: SettingsPage | None = None
        self._others: dict[str, Other] = {}  # the pages by their keys, without the conversation
        self._place()
        if services.models is None:
            self.rail.hide()
        else:
            self._add_pages(services.models)
        if self.conversations is not None and self.listed is not None:
            self._add_list(self.conversations, self.listed)
        QShortcut(QKeySequence.StandardKey.New, self, self._new_conversation)
        QShortcut(QKeySequence.StandardKey.Quit, self, self.close)
        QShortcut(QKeySequence("F6"), self, self._go_to_part)
        QShortcut(QKeySequence("Shift+F6"), self, lambda: self._go_to_part(forward=False))
        appearance.settle(self.chat.composer, services.settings)
        self._stands = WindowPlace(self, services.settings)
        self._stands.recall()
        self.show_page(CHAT)

    @property
    def page(self) -> Page:
        """The page that is shown."""
        page = self._pages.currentWidget()
        assert isinstance(page, Beside | Other)
        return page.chat if isinstance(page, Beside) else page

    def show_page(self, key: str) -> None:
        """Go to a page; in place of the conversation stands the first run, until it is over."""
        page: Beside | Other = self._others.get(key) or self.first_run or self.beside
        if key in self.rail.buttons:
            self.rail.show_page(key)
        self._pages.setCurrentWidget(page)
        if self.work_bar is not None:
            self.work_bar.set_wanted(page is self.beside)
        if page is self.beside:
            self.chat.composer.setFocus()
        elif key in self.rail.buttons:
            self.rail.buttons[key].setFocus()

    def end_first_run(self) -> None:
        """The newcomer has begun to talk."""
        if self.first_run is not None:
            self._pages.removeWidget(self.first_run)
            self.first_run.hide()
            self.first_run.deleteLater()
            self.first_run = None
        self.show_page(CHAT)

    def attach(self, files: Sequence[str]) -> None:
        """Attach files to the next message, as if they had been dropped."""
        self.end_first_run()
        if self.chat.documents is not None:
            self.chat.documents.files.attach(list(files))
        else:
            self.chat.notify(tr("Files cannot be attached here."))

    def welcome(self, files: Sequence[str]) -> None:
        """Another start has come by with files, or with none: come forward."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        if files:
            self.attach(files)

    def _new_conversation(self) -> None:
        if self.first_run is None:
            self.show_page(CHAT)
            self.beside.done_with_list()
            self.chat.new_conversation()

    def _go_to_part(self, *, forward: bool = True) -> None:
        """The keyboard goes to the next part: pages, list, conversation, composer, work on models."""
        parts = self.beside.parts() if self.page is self.chat else self.page.parts()
        bar = self.work_bar if self.work_bar is not None and self.work_bar.isVisible() else None
        rail = stops(self.rail) if self.rail.isVisible() else []
        part = other_part([rail, *parts, stops(bar, has_side=False)], forward=forward)
        if part is not None:
            part.setFocus(Qt.FocusReason.TabFocusReason)
            if self.page.isAncestorOf(part):
                self.page.bring_into_sight(part)

    def _go(self, key: str) -> None:
        """As `show_page`, and the keyboard goes along."""
        self.show_page(key)
        if self.page is not self.chat and (first := next(iter(self.page.stops()), None)):
            first.setFocus(Qt.FocusReason.TabFocusReason)

    # -- putting together ------------------------------------------------------------------------

    def _place(self) -> None:
        self._pages = QStackedLayout()
        self._pages.addWidget(self.beside)
        self._main = QVBoxLayout()
        self._main.setSpacing(0)
        self._main.addLayout(self._pages, 1)
        self._outer = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(0)
        self._outer.addWidget(self.rail)
        self._outer.addLayout(self._main, 1)

    def _add_pages(self, given: ModelsInterface) -> None:
        self.models = ModelsController(given, self)
        switch = ModelSwitch(self.controller, self.models, self)
        self.models_page = ModelsPage(self.models, self)
        self.work_bar = WorkBar(self.models, self)
        self._main.addWidget(self.work_bar)
        pages = [(CHAT, "chat", tr("Chat"))]
        if self.chat.documents is not None:
            self.documents_page = self._new_documents(self.chat.documents)
            self._others[DOCUMENTS] = self.documents_page
            pages.append((DOCUMENTS, "file", tr("Documents")))
        self._others[MODELS] = self.models_page
        pages.append((MODELS, "models", tr("Models")))
        if self._services.diagnostics is not None:
            self.diagnostics_page = DiagnosticsPage(self._services.diagnostics, self)
            self._others[DIAGNOSTICS] = self.diagnostics_page
            pages.append((DIAGNOSTICS, "pulse", tr("Diagnostics")))
        if self._services.preferences is not None:
            self.settings_page = self._new_settings(self._services.preferences)
            self._others[SETTINGS] = self.settings_page
            pages.append((SETTINGS, "sliders", tr("Settings")))
        for page in self._others.values():
            self._pages.addWidget(page)
        for i, (key, glyph, name) in enumerate(pages, 1):
            self.rail.add(key, glyph, name, tr("{page} (Ctrl+{number})").format(page=name, number=i))
            QShortcut(QKeySequence(f"Ctrl+{i}"), self, lambda key=key: self._go(key))
        self.rail.picked.connect(self.show_page)
        self.work_bar.show_asked.connect(lambda: self._go(MODELS))
        sources: list[ModelsPage | FirstRun] = [self.models_page]
        if self._services.is_first_run:
            self.first_run = FirstRun(self.models, self)
            self._pages.addWidget(self.first_run)
            self.first_run.demo_asked.connect(self.end_first_run)
            sources.append(self.first_run)
        for source in sources:
            source.work_asked.connect(switch.begin)
            source.talk_asked.connect(switch.talk_to)
        self.work_bar.talk_asked.connect(switch.talk_to)
        switch.faced.connect(self.chat.show_face)
        switch.talk_began.connect(self.end_first_run)
        self.models.failed.connect(self.chat.notify)
        self.chat.panels.use_models(self.models)
        # What stands on another page can wait until the window is on the screen.
        QTimer.singleShot(0 if self.first_run is not None else SOON_MS, self, self._look_at_models)

    def _look_at_models(self) -> None:
        if self.models is not None and not self._closed:
            self.models.look()

    def _new_documents(self, documents: ChatDocuments) -> DocumentsPage:
        def talk() -> None:
            self.end_first_run()
            self.beside.done_with_list()
            documents.make_way()

        def summarise(keys: Sequence[int]) -> None:
            talk()
            documents.ask_summary(keys)

        page = DocumentsPage(documents, self._services.chat, self)
        page.talk_asked.connect(talk)
        page.summary_asked.connect(summarise)
        return page

    def _new_settings(self, preferences: PreferencesInterface) -> SettingsPage:
        page = SettingsPage(preferences, self._services.history, self)
        page.changed.connect(self._obey)
        page.models_asked.connect(lambda: self._go(MODELS))
        if self.conversations is not None:
            page.emptied.connect(self.conversations.forget)
            page.protection_changed.connect(self.conversations.look)
            page.prompts_changed.connect(self.conversations.look_for_prompts)
        return page

    def _obey(self, key: str) -> None:
        """A setting was changed: what the window can obey at once, it does."""
        app = QApplication.instance()
        if key in (appearance.THEME, appearance.MOTION) and isinstance(app, QApplication):
            appearance.dress(app, self._services.settings)
        if key == EFFORT:
            self.chat.show_effort()
        appearance.settle(self.chat.composer, self._services.settings)

    def _add_list(self, conversations: Conversations, listed: ConversationPanel) -> None:
        self._switch = ConversationSwitch(
            self._services.chat, conversations, self.controller, self.chat, self
        )
        listed.open_asked.connect(self._open)
        listed.new_asked.connect(self._new_conversation)
        self._switch.opened.connect(listed.show_opened)
        self._switch.stayed.connect(listed.view.return_to_opened)
        self.beside.toggled.connect(self.chat.header.show_listed)
        self.chat.header.list_asked.connect(lambda: self.beside.show_list(True))
        self.chat.header.show_listed(self.beside.is_listed)
        QShortcut(QKeySequence("Ctrl+B"), self, self._toggle_list)
        QShortcut(QKeySequence.StandardKey.Find, self, self._search)
        self.chat.panels.use_history(conversations)
        listed.settings_asked.connect(lambda: self._go(SETTINGS))
        listed.access.allow_settings(SETTINGS in self.rail.buttons)
        conversations.look()

    def _open(self, entry: int, node: int | None) -> None:
        self._switch.open(entry, node)
        self.beside.done_with_list()

    def _toggle_list(self) -> None:
        if self.page is self.chat:
            self.beside.toggle()
        else:
            self.show_page(CHAT)
            self.beside.show_list(True)

    def _search(self) -> None:
        if self.first_run is None and self.listed is not None:
            self.show_page(CHAT)
            self.beside.show_list(True)
            self.listed.start_search()

    # -- events ----------------------------------------------------------------------------------

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes in reading order: the rail, the page, the bar below."""
        bar = self.work_bar if self.work_bar is not None and self.work_bar.isVisible() else None
        rail = self.rail if self.rail.isVisible() else None
        page = self.beside if self.page is self.chat else self.page
        order = [*stops(rail), *page.stops(), *stops(bar, has_side=False)]
        here = next((i for i, widget in enumerate(order) if widget.hasFocus()), None)
        if here is None or not order:
            return super().focusNextPrevChild(forward)
        target = order[(here + (1 if forward else -1)) % len(order)]
        target.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
        if page.isAncestorOf(target):
            page.bring_into_sight(target)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_row = self.width() < NARROW
        way = QBoxLayout.Direction.TopToBottom if is_row else QBoxLayout.Direction.LeftToRight
        if self._outer.direction() is not way:
            self._outer.setDirection(way)
            self.rail.set_row(is_row)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._closed:
            return
        self._closed = True
        self._stands.keep()
        # Gone from the screen at once: an engine that hears nothing takes seconds to end.
        self.hide()
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        if self.conversations is not None:
            self.conversations.close()  # a deletion that was asked for is done before the history closes
        if self.models is not None:
            self.models.close()
        if self.settings_page is not None:
            self.settings_page.close_page()
        self.controller.close()
        if self.chat.documents is not None:
            self.chat.documents.close()  # last: what is kept at the end is kept with its documents
        super().closeEvent(event)
        self.closed.emit()
