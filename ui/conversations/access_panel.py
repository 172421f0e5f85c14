"""What stands in place of the list when the conversations cannot be shown: why, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.history.values import Access
from ui.announce import announce
from ui.answers.parts import Text, button
from ui.ask import Ask
from ui.sentences import translated
from ui.style import GAP
from ui.words import tr

SHORTEST = 8  # characters of a new passphrase


class AccessPanel(QWidget):
    """A sentence, and by what is the matter: a passphrase to type, one to set, another try, or a clean start.

    A clean start is offered quietly where there is something better: once a passphrase was wrong, or while the
    keychain does not answer.

    Signals:
        unlock_asked(str): with this passphrase.
        again_asked: ask the keychain again.
        protect_asked(str): keep conversations from now on, protected by this passphrase.
        clean_asked: set aside what cannot be opened, and begin anew; it was asked twice.
        settings_asked: show what else can be chosen.
    """

    unlock_asked = Signal(str)
    again_asked = Signal()
    protect_asked = Signal(str)
    clean_asked = Signal()
    settings_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._access = Access.OPEN
        self._has_settings = False
        self._was_asked_again = False
        self.sentence = Text("", self)
        self.first = _secret(tr("Passphrase"), self)
        self.second = _secret(tr("The passphrase again"), self)
        self.trouble = Text("", self, kind="wrong", factor=0.92)
        self.go = button(tr("Unlock"), self, "main")
        self.clean = button(tr("Begin an empty list"), self, "plain")
        self.settings = button(tr("Open Settings"), self, "quiet")
        self.ask = Ask(tr("Begin an empty list"), tr("Leave it"), self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GAP, GAP, 2 * GAP, 2 * GAP)
        layout.setSpacing(GAP)
        for widget in (self.sentence, self.first, self.second, self.trouble, self.go, self.clean):
            layout.addWidget(widget)
        layout.addWidget(self.ask)
        layout.addWidget(self.settings)
        layout.addStretch(1)
        self.first.returnPressed.connect(self._enter_first)
        self.second.returnPressed.connect(self._go)
        self.go.clicked.connect(self._go)
        self.clean.clicked.connect(self._ask_clean)
        self.ask.agreed.connect(self.clean.show)
        self.ask.agreed.connect(self.clean_asked)
        self.ask.closed.connect(self._leave_it)
        self.settings.clicked.connect(self.settings_asked)

    def show_access(self, access: Access, reason: str) -> None:
        """Say what is the matter, `reason` being the history's own sentence."""
        words = why_not(access, reason)
        if access is self._access and self.sentence.text() == words:
            return
        was_waiting = self._access is Access.OPENING and self._was_asked_again
        self._access = access
        self._was_asked_again = self._was_asked_again and access is Access.OPENING
        self.sentence.say(words)
        is_new, is_silent = access is Access.NO_KEYCHAIN, access is Access.NO_ANSWER
        is_locked = access is Access.LOCKED
        self.first.setVisible(is_new or is_locked)
        self.second.setVisible(is_new)
        self.first.clear()
        self.second.clear()
        self.trouble.say("")
        self.go.setText(
            tr("Keep conversations") if is_new else tr("Try again") if is_silent else tr("Unlock")
        )
        self.go.setVisible(is_new or is_locked or is_silent)
        self.clean.setProperty("kind", "quiet" if is_silent or is_locked else "plain")
        self.clean.style().unpolish(self.clean)
        self.clean.style().polish(self.clean)
        self.clean.setVisible(access in (Access.KEY_LOST, Access.BROKEN, Access.NO_ANSWER))
        self.settings.setVisible(is_new and self._has_settings)
        self.ask.close_question()
        self.setAccessibleDescription(self.sentence.text())
        if was_waiting and is_silent:  # what had the keyboard was hidden while the keychain was asked
            announce(self, words)
            self.go.setFocus(Qt.FocusReason.OtherFocusReason)

    def allow_settings(self, is_there: bool) -> None:
        """Whether there is a page of settings to lead to."""
        self._has_settings = is_there
        self.settings.setVisible(is_there and self._access is Access.NO_KEYCHAIN)

    def refuse(self, sentence: str) -> None:
        """The passphrase cannot be taken."""
        self.trouble.say(sentence)
        announce(self, sentence)
        if self._access is Access.LOCKED:
            self.clean.show()  # for who does not know it any more
        if not self.first.isHidden():
            self.first.selectAll()
            self.first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _enter_first(self) -> None:
        if self._access is Access.NO_KEYCHAIN:
            self.second.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._go()

    def _go(self) -> None:
        words = self.first.text()
        if self._access is Access.NO_ANSWER:
            self._was_asked_again = True
            self.again_asked.emit()
        elif self._access is Access.LOCKED:
            if words:
                self.unlock_asked.emit(words)
        elif len(words) < SHORTEST:
            self.refuse(tr("A passphrase needs at least {count} characters.").format(count=SHORTEST))
        elif words != self.second.text():
            self.refuse(tr("The two passphrases differ. Type them again."))
        else:
            self.protect_asked.emit(words)

    def _ask_clean(self) -> None:
        aside = tr("It is set aside under another name, not deleted, and an empty list begins. Go on?")
        why = {
            Access.LOCKED: tr("Without its passphrase nobody can read what is there."),
            Access.NO_ANSWER: tr("What is there can be read again once the keychain answers."),
        }.get(self._access, tr("What is there cannot be read."))
        self.ask.say(f"{why} {aside}")
        self.clean.hide()  # the question has a button of that name

    def _leave_it(self) -> None:
        self.clean.show()
        self.clean.setFocus(Qt.FocusReason.TabFocusReason)


def _secret(name: str, parent: QWidget) -> QLineEdit:
    field = QLineEdit(parent)
    field.setProperty("kind", "field")
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setPlaceholderText(name)
    field.setAccessibleName(name)
    return field


def why_not(access: Access, reason: str) -> str:
    """Why the conversations cannot be used, `reason` being the history's own sentence; empty, if they can."""
    return translated(reason) or {
        Access.OPENING: tr(
            "Waiting for this PC's keychain, which holds the key to the conversations. "
            "It may ask you to unlock it."
        ),
        Access.LOCKED: tr("The conversations on this PC are locked. Type their passphrase to see them."),
        Access.NO_ANSWER: tr(
            "This PC's keychain does not answer, so the conversations cannot be opened. Unlock it and try again."
        ),
        Access.KEY_LOST: tr(
            "The key to the conversations is no longer in this PC's keychain, so they cannot be opened."
        ),
        Access.NO_KEYCHAIN: tr(
            "Conversations are not kept: this PC has no keychain for their key. "
            "Set a passphrase to keep them, encrypted."
        ),
        Access.FORBIDDEN: tr("Conversations are not kept: your organisation does not allow it."),
        Access.BROKEN: tr("The conversations on this PC cannot be opened."),
    }.get(access, "")
