"""How kept conversations are protected, and how all of them are removed: a card of the settings page.

All that waits for the disk runs on a worker thread. A passphrase is asked for twice and stays in the fields no
longer than that. Read next: `app.history.interface`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from app.history.interface import HistoryInterface
from app.history.values import Access, Protection
from app.preferences import Managed
from ui.announce import announce
from ui.answers.flow import Flow
from ui.answers.parts import Card, Text, button
from ui.ask import Ask
from ui.background import Background
from ui.conversations.access_panel import SHORTEST, why_not
from ui.error_words import sentence_of
from ui.style import GAP
from ui.words import tr

LOOK_MS = 300  # how soon it is seen that the keychain has answered


class HistorySettings(Card):
    """Shows how `history` is protected, and changes it.

    Signals:
        emptied(tuple): all conversations were removed, these.
        opened: the history was being opened, and is now, or cannot be.
        protection_changed: they are protected in another way, or kept only from now on.
    """

    emptied = Signal(object)
    opened = Signal()
    protection_changed = Signal()

    def __init__(
        self,
        history: HistoryInterface,
        background: Background,
        parent: QWidget,
        must_encrypt: Managed | None = None,
    ) -> None:
        super().__init__(parent)
        self._history = history
        self._background = background
        self._must_encrypt = must_encrypt
        self._is_working = False
        self._is_opening = False
        self._opening = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._opening.timeout.connect(self.look)
        self.title = Text(tr("Protection"), self, weight=QFont.Weight.DemiBold)
        self.state = Text("", self, kind="quiet")
        self.passphrase = button(tr("Protect with a passphrase…"), self)
        self.keychain = button(tr("Let this PC keep the key"), self)
        self.open = button(tr("Do not encrypt…"), self)
        self.words = PassphraseForm(self)
        self.ask_open = Ask(tr("Do not encrypt"), tr("Cancel"), self)
        self.why_encrypted = Text("", self, kind="quiet", factor=0.92)
        self.remove = button(tr("Delete all conversations…"), self)
        self.ask_remove = Ask(tr("Delete all of them"), tr("Keep them"), self)
        self.news = Text("", self)
        self.trouble = Text("", self, kind="wrong")
        self._place()
        self._connect()
        for text in (self.news, self.trouble, self.why_encrypted):
            text.hide()
        self.look()

    def look(self) -> None:
        """Show how it stands."""
        access, protection = self._history.access, self._history.protection
        if access is Access.OPENING:
            self._opening.start()
        elif self._is_opening:
            self.opened.emit()
        self._is_opening = access is Access.OPENING
        is_ready = access in (Access.OPEN, Access.NO_KEYCHAIN) and not self._is_working
        is_open = access is Access.OPEN
        self.state.say(_state(access, protection, self._history.reason))
        has_words = is_open and protection is Protection.PASSPHRASE
        self.passphrase.setText(
            tr("Change the passphrase…") if has_words else tr("Protect with a passphrase…")
        )
        self.passphrase.setVisible(access in (Access.OPEN, Access.NO_KEYCHAIN))
        self.keychain.setVisible(is_open and protection is not Protection.KEYCHAIN)
        self.open.setVisible(
            access in (Access.OPEN, Access.NO_KEYCHAIN)
            and not (is_open and protection is Protection.NONE)
            and self._must_encrypt is None
        )
        self.remove.setVisible(is_open)
        for widget in (self.passphrase, self.keychain, self.open, self.remove):
            widget.setEnabled(is_ready)
        managed = self._must_encrypt
        self.why_encrypted.say(
            "" if managed is None else tr("Your organisation allows conversations to be kept only encrypted.")
        )

    # -- doing -----------------------------------------------------------------------------------

    def _protect(self, protection: Protection, passphrase: str = "") -> None:
        was_kept = self._history.access is Access.OPEN
        open_now = (
            tr("Conversations are not encrypted any more.")
            if was_kept
            else tr("Conversations are kept without encryption now.")
        )
        done = {
            Protection.PASSPHRASE: tr("Conversations are encrypted with your passphrase now."),
            Protection.KEYCHAIN: tr("Conversations are encrypted, and this PC keeps the key now."),
            Protection.NONE: open_now,
        }[protection]
        self._do(
            lambda: self._history.protect(protection, passphrase),
            tr("Writing all conversations anew…"),
            done,
            self.protection_changed.emit,
        )

    def _remove_all(self) -> None:
        gone: list[int] = []

        def work() -> None:
            gone.extend(entry.id for entry in self._history.entries())
            self._history.remove(*gone)

        self._do(
            work,
            tr("Deleting all conversations…"),
            tr("All conversations were deleted."),
            lambda: self.emptied.emit(tuple(gone)),
        )

    def _do(self, work: Callable[[], None], doing: str, done: str, then: Callable[[], object]) -> None:
        def run() -> Iterator[None]:
            work()
            yield

        def ended(error: BaseException | None) -> None:
            self._is_working = False
            sentence = sentence_of(error)[0] if error is not None else ""
            self.trouble.say(sentence)
            self.news.say("" if sentence else done)
            announce(self, sentence or done)
            self.look()
            if not sentence:
                then()

        self._is_working = True
        self.news.say(doing)
        announce(self, doing)
        self.trouble.say("")
        self.look()
        self._background.start(run, lambda _events: None, ended)

    def _ask_remove(self) -> None:
        self.ask_remove.say(
            tr("Delete every conversation on this PC, pinned ones too, for ever? This cannot be undone.")
        )

    def _ask_open(self) -> None:
        self.ask_open.say(
            tr("Keep conversations unencrypted? Whoever can read the files of this PC can read them then.")
        )

    def _place(self) -> None:
        buttons = Flow()
        for each in (self.passphrase, self.keychain, self.open):
            buttons.addWidget(each)
        last = Flow()
        last.addWidget(self.remove)
        for part in (self.title, self.state, self.why_encrypted):
            self.body.addWidget(part)
        self.body.addLayout(buttons)
        self.body.addWidget(self.words)
        self.body.addWidget(self.ask_open)
        self.body.addLayout(last)
        for below in (self.ask_remove, self.news, self.trouble):
            self.body.addWidget(below)

    def _connect(self) -> None:
        self.passphrase.clicked.connect(self.words.ask)
        self.words.given.connect(lambda words: self._protect(Protection.PASSPHRASE, words))
        self.words.closed.connect(self.passphrase.setFocus)
        self.keychain.clicked.connect(lambda: self._protect(Protection.KEYCHAIN))
        self.open.clicked.connect(self._ask_open)
        self.ask_open.agreed.connect(lambda: self._protect(Protection.NONE))
        self.ask_open.closed.connect(self.open.setFocus)
        self.remove.clicked.connect(self._ask_remove)
        self.ask_remove.agreed.connect(self._remove_all)
        self.ask_remove.closed.connect(self.remove.setFocus)


class PassphraseForm(QFrame):
    """Asks for a new passphrase, twice; hidden until then. Esc closes it.

    Signals:
        given(str): take this one.
        closed: none.
    """

    given = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "ask")
        self.sentence = Text(
            tr(
                "Choose a passphrase. It is asked for at each start. Nobody can read the conversations without it, "
                "and nobody can bring it back when it is forgotten."
            ),
            self,
        )
        self.first = self._field(tr("New passphrase"))
        self.second = self._field(tr("The same passphrase again"))
        self.wrong = Text("", self, kind="wrong")
        self.wrong.hide()
        self.yes = button(tr("Use this passphrase"), self, "plain")
        self.no = button(tr("Cancel"), self, "quiet")
        buttons = Flow()
        buttons.addWidget(self.yes)
        buttons.addWidget(self.no)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GAP, GAP + 4, 2 * GAP, GAP + 4)
        layout.setSpacing(GAP)
        for part in (self.sentence, self.first, self.second, self.wrong):
            layout.addWidget(part)
        layout.addLayout(buttons)
        self.yes.clicked.connect(self._take)
        self.second.returnPressed.connect(self._take)
        self.first.returnPressed.connect(self.second.setFocus)
        self.no.clicked.connect(self.close_form)
        self.hide()

    def ask(self) -> None:
        """Ask; the keyboard stands in the first field."""
        self._forget()
        self.show()
        self.first.setFocus(Qt.FocusReason.TabFocusReason)
        announce(self, self.sentence.text())

    def close_form(self) -> None:
        """Ask no longer."""
        self._forget()
        self.hide()
        self.closed.emit()

    def _take(self) -> None:
        words = self.first.text()
        is_long = len(words) >= SHORTEST
        if not is_long or words != self.second.text():
            short = tr("A passphrase needs at least {count} characters.").format(count=SHORTEST)
            wrong = tr("The two are not the same.") if is_long else short
            self.wrong.say(wrong)
            announce(self, wrong)
            (self.second if is_long else self.first).setFocus(Qt.FocusReason.TabFocusReason)
            return
        self._forget()
        self.hide()
        self.given.emit(words)

    def _forget(self) -> None:
        for field in (self.first, self.second):
            field.clear()
        self.wrong.say("")

    def _field(self, name: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setProperty("kind", "field")
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setPlaceholderText(name)
        field.setAccessibleName(name)
        return field

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_form()
        else:
            super().keyPressEvent(event)


def _state(access: Access, protection: Protection, reason: str) -> str:
    if access is not Access.OPEN:
        return why_not(access, reason)
    return {
        Protection.KEYCHAIN: tr("Conversations are encrypted. This PC keeps the key for you."),
        Protection.PASSPHRASE: tr("Conversations are encrypted. The key is made from your passphrase."),
        Protection.NONE: tr("Conversations are not encrypted. Whoever can read your files can read them."),
    }[protection]
