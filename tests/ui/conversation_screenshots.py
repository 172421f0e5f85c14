"""Pictures of the list of conversations and of what can be done in one: `python -m tests.ui.conversation_screenshots FOLDER`.

Not a test: nobody but a person can say whether a window is pleasant. Read next: `tests.ui.screenshots`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from PySide6.QtCore import Qt

from app.context_room import Choice, Room, Way
from app.history.tree import Question
from app.history.values import Access, ChatSettings, SavedPrompt
from runtime.events import StopReason
from tests.fakes.chat import end, say
from tests.fakes.history import FakeHistory
from tests.fakes.kept_chat import KeptChat, answer, keep
from tests.ui.screenshots import ANSWER, SHORT, Studio, shoot_in_all_looks
from ui.chat.question import QuestionView
from ui.controller import Stage
from ui.window import Window

DAYS = (  # days ago, folder, title
    (0, "", "Reply to the landlord about the heating"),
    (0, "", "Why the sky is red in the evening"),
    (0, "", "Regular expression for German postcodes, with the letter before them"),
    (1, "", "Plan for a week of cooking without an oven"),
    (1, "", "Summary of the minutes of the board meeting"),
    (3, "", "Unit tests for the date parser"),
    (4, "", "Explain eigenvalues to a twelve-year-old"),
    (30, "", "Birthday poem for Grandma"),
    (41, "", "Compare three health insurances"),
    (60, "", "Shortest way to sort a list of tuples"),
    (2, "Thesis", "Outline of chapter two"),
    (5, "Thesis", "Sources on mixture of experts"),
    (9, "Household", "Letter to the tax office"),
)


def history_of_weeks() -> FakeHistory:
    """Conversations of some weeks, in folders and pinned, until now."""
    times: list[float] = []
    history = FakeHistory(clock=lambda: times[-1])
    now = datetime.now().replace(hour=12)
    for days, folder, title in sorted(DAYS, key=lambda day: day[0], reverse=True):
        times.append((now - timedelta(days=days)).timestamp())
        turns = ((f"{title}?", SHORT), ("And the heating costs?", "The heating is paid by the month."))
        keep(history, title, *turns, folder=folder)
    keep(history, "How Chorale keeps what I write", ("What is Chorale?", ANSWER), is_pinned=True)
    return history


class ListStudio(Studio):
    """Makes windows with a list."""

    def window(
        self,
        history: FakeHistory,
        size: tuple[int, int] = (1180, 800),
        chat: KeptChat | None = None,
    ) -> Window:
        chat = chat or KeptChat(history, [*say(ANSWER), end()])
        window = self.open(replace(self.services(chat), history=history), size)
        self.wait(lambda: window.controller.stage is Stage.READY)
        listed = window.conversations
        assert listed is not None
        if history.access is not Access.OPEN or history.entries():
            self.wait(lambda: bool(listed.shown.lines) or listed.shown.access is not Access.OPEN)
        return window

    def open_entry(self, window: Window, title: str) -> None:
        """Open the conversation with that title."""
        assert window.listed is not None
        history = window._services.history
        assert history is not None
        entry = next(entry for entry in history.entries() if entry.title == title)
        window.listed.open_asked.emit(entry.id, None)
        chat = window._services.chat
        self.wait(lambda: chat.entry is not None and chat.entry.id == entry.id)
        self.settle()


def scenes(studio: ListStudio) -> Iterator[tuple[str, Callable[[], Window]]]:
    """Every state: its name, and what makes its window."""

    def listed() -> Window:
        window = studio.window(history_of_weeks())
        studio.open_entry(window, "How Chorale keeps what I write")
        return window

    def search() -> Window:
        window = listed()
        assert window.listed is not None
        assert window.conversations is not None
        window.listed.search.setText("heating cos")
        conversations = window.conversations
        studio.wait(lambda: conversations.shown.words == "heating cos")
        return window

    def edited() -> Window:
        window = listed()
        window.chat.transcript.verticalScrollBar().setValue(0)
        studio.settle()
        view = window.chat.transcript.views[window.chat.transcript.rows[0]]
        assert isinstance(view, QuestionView)
        view.begin_edit()
        return window

    def branches() -> Window:
        history = history_of_weeks()
        chat = KeptChat(history)
        window = studio.window(history, chat=chat)
        first = chat.tree.add(None, Question("What day is it today?", files=("report.pdf", "minutes.docx")))
        chat.tree.add(first.id, answer("I do not know."))
        chat.tree.add(first.id, answer(SHORT, thought="I look at the clock."))
        other = chat.tree.add(None, Question("Which day is today, and which week of the year?"))
        chat.tree.add(other.id, answer("It is Friday, in week 47."))
        chat.choose(3)
        window.chat.show_opened(None)
        studio.settle()
        window.chat.transcript.views[window.chat.transcript.rows[0]].bar.set_steady(True)
        return window

    def cut() -> Window:
        history = history_of_weeks()
        chat = KeptChat(history, [*say(ANSWER[:400]), end(StopReason.LENGTH)])
        window = studio.window(history, chat=chat)
        window.chat.send("What is Chorale?")
        studio.wait(lambda: window.controller.stage is Stage.READY)
        return window

    def deleting() -> Window:
        window = listed()
        assert window.listed is not None
        view = window.listed.view
        view.setCurrentIndex(view.lines.index(8))
        view.remove_asked.emit()
        return window

    def menu() -> Window:
        window = listed()
        assert window.listed is not None
        view = window.listed.view
        view.setCurrentIndex(view.lines.index(8))
        view.rename()
        return window

    def settings() -> Window:
        window = listed()
        window.chat.panels.settings.ask(ChatSettings(temperature=0.3))
        return window

    def full() -> Window:
        window = listed()
        choices = (
            Choice(Way.DROP, 4, 5210, 8192),
            Choice(Way.SUMMARISE, 4, 4600, 8192),
            Choice(Way.RAISE, 0, 0, 16384),
        )
        room = Room(8192, 214, 0, 7800, 7100, needed=8730, is_full=True, choices=choices)
        window.chat.panels.room.show_room(room)
        window.chat.status.show_room(room)
        window.chat.composer.set_text("And what does that mean for the tenants?")
        return window

    def prompt() -> Window:
        window = listed()
        text = "Write a letter to {{recipient}} about {{subject}}, in a friendly tone."
        window.chat.panels.prompts.use(SavedPrompt(1, "Letter", text))
        return window

    def narrow() -> Window:
        window = studio.window(history_of_weeks(), (620, 800))
        window.beside.show_list(True)
        return window

    def hidden() -> Window:
        window = listed()
        window.beside.show_list(False)
        return window

    def closed(access: Access, reason: str = "") -> Callable[[], Window]:
        return lambda: studio.window(FakeHistory(access=access, reason=reason, passphrase="my own words"))

    def refused() -> Window:
        window = closed(Access.LOCKED)()
        assert window.listed is not None
        window.listed.access.refuse("This is not the passphrase of the conversations. Try again.")
        return window

    def forgotten() -> Window:
        window = refused()
        assert window.listed is not None
        window.listed.access.clean.click()
        return window

    yield "list", listed
    yield "search", search
    yield "edit", edited
    yield "branches", branches
    yield "cut", cut
    yield "delete", deleting
    yield "rename", menu
    yield "settings", settings
    yield "full", full
    yield "prompt", prompt
    yield "narrow-list", narrow
    yield "hidden", hidden
    yield "empty-list", lambda: studio.window(FakeHistory())
    yield "locked", closed(Access.LOCKED, "The conversations are locked. Type their passphrase.")
    yield "wrong-passphrase", refused
    yield "forgotten", forgotten
    yield "no-answer", closed(Access.NO_ANSWER, " ".strip())
    yield "no-keychain", closed(Access.NO_KEYCHAIN, " ".strip())
    yield "key-lost", closed(Access.KEY_LOST, "The key to the conversations is not in the keychain any more.")


def shoot_all(studio: ListStudio, only: str = "") -> None:
    """Every state once."""
    for name, make in scenes(studio):
        if only in name:
            window = make()
            window.setFocus(Qt.FocusReason.OtherFocusReason)
            studio.shoot(f"conversations-{name}", window)
            window.close()


if __name__ == "__main__":
    sys.exit(
        shoot_in_all_looks("tests.ui.conversation_screenshots", lambda *look: shoot_all(ListStudio(*look)))
    )
