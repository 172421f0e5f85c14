"""The conversations beside the one that is talked in: search, the list, and what can be done with them.

    New conversation   …  ‹      what can be done with the chosen ones; hide the list
    Search                       Enter opens the first find, ↓ goes to the finds
    the list                     or why there is none (`ui.conversations.access_panel`)

Read next: `ui.conversations.view`, `ui.conversations.keeper`.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from app.history.values import Access, Entry
from ui.announce import announce
from ui.answers.parts import Text
from ui.ask import Ask
from ui.conversations.access_panel import AccessPanel
from ui.conversations.item_model import ConversationModel
from ui.conversations.keeper import Conversations, Shown
from ui.conversations.lines import Heading
from ui.conversations.name_field import NameField
from ui.conversations.view import ConversationView
from ui.export_dialog import export_conversation
from ui.focus_order import stops
from ui.glyphs import GlyphButton, GlyphTextButton
from ui.style import GAP
from ui.words import tr

WIDTH = 288


class ConversationPanel(QWidget):
    """Search, list, and what can be done.

    Signals:
        open_asked(int, object): a conversation, and the node to show of it or None.
        new_asked: a new conversation.
        hide_asked: the list is not wanted.
        settings_asked: show the settings of the history.
    """

    open_asked = Signal(int, object)
    new_asked = Signal()
    hide_asked = Signal()
    settings_asked = Signal()

    def __init__(self, conversations: Conversations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Conversations"))
        self._conversations = conversations
        self._removing: tuple[int, ...] = ()
        self._moving: tuple[int, ...] = ()
        self.new = GlyphTextButton("new", tr("New conversation"), self, kind="plain")
        self.new.setToolTip(tr("New conversation (Ctrl+N)"))
        self.more = GlyphButton("more", tr("What to do with the chosen conversations"), self)
        self.hide_button = GlyphButton("side", tr("Hide the list (Ctrl+B)"), self)
        self.search = QLineEdit(self)
        self.search.setProperty("kind", "field")
        self.search.setPlaceholderText(tr("Search conversations"))
        self.search.setAccessibleName(tr("Search conversations"))
        self.search.setToolTip(tr("Search conversations (Ctrl+F)"))
        self.search.setClearButtonEnabled(True)
        for clear in self.search.findChildren(QToolButton):  # Qt leaves it without a name
            clear.setAccessibleName(tr("Clear the search"))
        self.search.installEventFilter(self)
        self.ask = Ask(tr("Delete"), tr("Keep"), self)
        self.folder = NameField(tr("Name of the folder"), tr("Move there"), self)
        self.note = Text("", self, kind="quiet")
        self.view = ConversationView(ConversationModel(self), self)
        self.access = AccessPanel(self)
        self.access.hide()
        self._place()
        self._connect()
        self._show(conversations.shown)

    def show_opened(self, entry: int | None) -> None:
        """Mark the conversation that is open."""
        self.view.show_opened(entry)

    def start_search(self) -> None:
        """Take the keyboard, to search."""
        if self.search.isVisible():
            self.search.selectAll()
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.take_keyboard()

    def take_keyboard(self) -> None:
        """The keyboard goes to the list, or to what stands in its place."""
        if self.view.isVisible() and self.view.lines.lines:
            self.view.enter_list()
        elif first := next(iter(stops(self.access if self.access.isVisible() else self)), None):
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def stops(self) -> list[QWidget]:
        """Where Tab stops, in reading order."""
        return stops(self, has_side=False)

    # -- showing ---------------------------------------------------------------------------------

    def _show(self, shown: Shown) -> None:
        is_open = shown.access is Access.OPEN
        here = QApplication.focusWidget()
        was_unlocking = is_open and here is not None and self.access.isAncestorOf(here)
        self.search.setVisible(is_open)
        self.more.setVisible(is_open)
        self.view.setVisible(is_open)
        self.access.setVisible(not is_open)
        if is_open:
            self.view.show_lines(list(shown.lines))
        else:
            self.access.show_access(shown.access, shown.reason)
        self.note.say(_note(shown))
        if shown.words and self.search.hasFocus():
            announce(self, self.note.text() or tr("{count} found").format(count=len(shown.lines)))
        self._show_chosen()
        if was_unlocking:  # what had the keyboard is gone
            self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_chosen(self) -> None:
        self.more.setEnabled(bool(self.view.chosen))

    # -- doing -----------------------------------------------------------------------------------

    def _menu(self) -> QMenu:
        """What can be done with the chosen conversations."""
        chosen = self.view.chosen
        ids = tuple(entry.id for entry in chosen)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(tr("What to do with the chosen conversations"))
        can_rename = len(chosen) == 1 and not self._conversations.words
        _action(menu, tr("Rename"), self.view.rename, "F2").setEnabled(can_rename)
        is_pinned = all(entry.is_pinned for entry in chosen)
        words = tr("Unpin") if is_pinned else tr("Pin")
        _action(menu, words, lambda: self._conversations.pin(ids, not is_pinned))
        self._add_folders(menu, chosen)
        _action(menu, tr("Export…"), lambda: self._export(chosen)).setEnabled(len(chosen) == 1)
        menu.addSeparator()
        _action(menu, tr("Delete…"), lambda: self._ask_remove(chosen), "Del")
        return menu

    def _add_folders(self, menu: QMenu, chosen: list[Entry]) -> None:
        ids = tuple(entry.id for entry in chosen)
        submenu = menu.addMenu(tr("Move to"))
        for name in self._conversations.shown.folders:
            # An ampersand would underline the next letter.
            move = lambda _=False, name=name: self._conversations.move(ids, name)  # noqa: E731
            _action(submenu, name.replace("&", "&&"), move)
        if self._conversations.shown.folders:
            submenu.addSeparator()
        _action(submenu, tr("New folder…"), lambda: self._ask_folder(ids))
        if any(entry.folder for entry in chosen):
            _action(submenu, tr("No folder"), lambda: self._conversations.move(ids, ""))

    def _show_menu(self, place: QPoint) -> None:
        if self.view.chosen:
            self._menu().popup(place)

    def _ask_folder(self, entries: tuple[int, ...]) -> None:
        self._moving = entries
        self.folder.ask()

    def _move(self, folder: str) -> None:
        self._conversations.move(self._moving, folder)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _export(self, chosen: list[Entry]) -> None:
        (entry,) = chosen
        export_conversation(self.window(), entry.title, self._conversations.reading(entry.id))

    def _ask_remove(self, chosen: list[Entry]) -> None:
        self._removing = tuple(entry.id for entry in chosen)
        if len(chosen) == 1:
            words = tr("Delete “{title}” for ever? It cannot be brought back.")
            self.ask.say(words.format(title=chosen[0].title))
        else:
            words = tr("Delete {count} conversations for ever? They cannot be brought back.")
            self.ask.say(words.format(count=len(chosen)))

    def _remove(self) -> None:
        self._conversations.remove(self._removing)
        self.view.clearSelection()
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_search(self) -> None:
        self.search.clear()
        self.view.enter_list()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down:
                self.view.setCurrentIndex(self.view._first())
                self.view.enter_list()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._conversations.words:
                self.view.open_first()
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self._leave_search()
                return True
        return super().eventFilter(watched, event)

    # -- putting together ------------------------------------------------------------------------

    def _place(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(GAP, 0, GAP, 0)
        top.setSpacing(4)
        top.addWidget(self.new, 1)
        top.addWidget(self.more)
        top.addWidget(self.hide_button)
        field = QHBoxLayout()
        field.setContentsMargins(GAP, 0, GAP, 0)
        field.addWidget(self.search)
        asks = QVBoxLayout()
        asks.setContentsMargins(GAP, 0, GAP, 0)
        asks.addWidget(self.ask)
        asks.addWidget(self.folder)
        note = QVBoxLayout()
        note.setContentsMargins(GAP + 12, GAP, GAP + 12, 0)
        note.addWidget(self.note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GAP, 1, 0)
        layout.setSpacing(GAP)
        for row in (top, field, asks, note):
            layout.addLayout(row)
        layout.addWidget(self.access, 1)
        layout.addWidget(self.view, 1)
        layout.addStretch(0)

    def _connect(self) -> None:
        conversations, view, access = self._conversations, self.view, self.access
        conversations.changed.connect(self._show)
        conversations.refused.connect(access.refuse)
        self.new.clicked.connect(self.new_asked)
        self.hide_button.clicked.connect(self.hide_asked)
        self.more.clicked.connect(
            lambda: self._show_menu(self.more.mapToGlobal(QPoint(0, self.more.height())))
        )
        self.search.textChanged.connect(conversations.search)
        view.open_asked.connect(self.open_asked)
        view.fold_asked.connect(conversations.fold)
        view.menu_asked.connect(self._show_menu)
        view.remove_asked.connect(lambda: self._ask_remove(view.chosen))
        view.left_above.connect(lambda: self.search.setFocus(Qt.FocusReason.BacktabFocusReason))
        view.lines.renamed.connect(conversations.rename)
        view.selectionModel().selectionChanged.connect(lambda _now, _before: self._show_chosen())
        self.ask.agreed.connect(self._remove)
        self.ask.closed.connect(lambda: view.setFocus(Qt.FocusReason.OtherFocusReason))
        self.folder.named.connect(self._move)
        self.folder.closed.connect(lambda: view.setFocus(Qt.FocusReason.OtherFocusReason))
        access.unlock_asked.connect(conversations.unlock)
        access.again_asked.connect(conversations.try_again)
        access.protect_asked.connect(conversations.protect)
        access.clean_asked.connect(conversations.start_clean)
        access.settings_asked.connect(self.settings_asked)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().alternateBase())
        painter.fillRect(self.width() - 1, 0, 1, self.height(), self.palette().mid())


def _note(shown: Shown) -> str:
    """What to say in place of lines."""
    if shown.access is not Access.OPEN or any(not isinstance(line, Heading) for line in shown.lines):
        return ""
    if shown.words:
        return tr("Nothing was found. Every word must be there; try fewer.")
    if shown.lines:
        return ""
    return tr("Conversations appear here once you have asked something. They stay on this PC.")


def _action(menu: QMenu, text: str, do: object, keys: str = "") -> QAction:
    action = menu.addAction(text, do)  # type: ignore[call-overload]
    if keys:
        action.setShortcut(keys)
        action.setShortcutVisibleInContextMenu(True)
    assert isinstance(action, QAction)
    return action
