"""Goes from one conversation to another: opens what was chosen in the list, and keeps the list up to date.

A conversation is read from the disk on the list's worker thread, so that one can be read while the model is
still being loaded. Read next: `ui.conversations.keeper`, `ui.chat.chat_page`.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from app.history.values import Access
from ui.chat.chat_page import ChatPage
from ui.controller import Controller
from ui.conversations.access_panel import why_not
from ui.conversations.keeper import Conversations, Shown
from ui.error_words import sentence_of
from ui.services import ChatInterface

LOOK_MS = 300  # how soon a title that was made in idle time is seen


class ConversationSwitch(QObject):
    """Opens conversations.

    Signals:
        opened(object): another conversation is open: its number, or None for one that is not kept yet.
        stayed: another one could not be opened; what was open still is.
    """

    opened = Signal(object)
    stayed = Signal()

    def __init__(
        self,
        chat: ChatInterface,
        conversations: Conversations,
        controller: Controller,
        page: ChatPage,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._chat, self._conversations = chat, conversations
        self._controller, self._page = controller, page
        self._is_listed_anew = False
        self._wanted: int | None = None
        self._is_opening = False
        # A plain flag and a timer: a Python thread must not emit a signal (`ui.background`).
        chat.on_listed = self._note
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        conversations.removed.connect(self._forget)
        conversations.unlocked.connect(self._show_opened)
        conversations.changed.connect(self._show_access)
        conversations.failed.connect(page.notify)
        controller.stage_changed.connect(lambda _stage: self._show_opened())
        page.began.connect(self._show_opened)
        page.header.unkept_asked.connect(lambda is_unkept: page.new_conversation(kept=not is_unkept))

    def _show_access(self, shown: Shown) -> None:
        # What is said until the history is open is kept as soon as it is.
        is_opening = shown.access is Access.OPENING
        self._page.show_why_not_kept("" if is_opening else why_not(shown.access, shown.reason))

    def open(self, entry: int, node: int | None = None) -> None:
        """Open a conversation, at `node` if that is given."""
        here = self._chat.entry
        if here is not None and here.id == entry and not self._is_opening:
            self._page.show_node(node)
            return
        self._wanted, self._is_opening = entry, True
        self._controller.leave()
        self._page.acting.is_waiting = True
        self._conversations.run(lambda: self._chat.open(entry), lambda error: self._end(entry, node, error))

    def _end(self, entry: int, node: int | None, error: BaseException | None) -> None:
        if entry != self._wanted:
            return  # another one was chosen meanwhile
        self._is_opening = self._page.acting.is_waiting = False
        if error is None:
            self._page.show_opened(node)
        else:
            self._page.show_opened(None)
            self._page.notify(sentence_of(error)[0])
        self._show_opened()
        if error is not None:
            self.stayed.emit()

    def _forget(self, entries: tuple[int, ...]) -> None:
        """Conversations were deleted; if the open one is among them, another begins."""
        here = self._chat.entry
        if here is not None and here.id in entries:
            self._page.new_conversation()

    def _note(self) -> None:
        self._is_listed_anew = True

    def _look(self) -> None:
        if self._is_listed_anew:
            self._is_listed_anew = False
            self._show_opened()
            self._conversations.look()

    def _show_opened(self) -> None:
        entry = self._chat.entry
        self.opened.emit(entry.id if entry is not None else None)
