"""The window never waits for the disk: whatever it asks of the history, a worker thread asks."""

from __future__ import annotations

import threading
from typing import Any

from pytestqt.qtbot import QtBot

from tests.fakes.history import FakeHistory
from tests.fakes.kept_chat import KeptChat, keep
from tests.ui.conftest import OpenWindow
from ui.conversations.lines import EntryLine, HitLine

AT_ONCE = (
    "access",
    "reason",
    "protection",
    "close",
    "answered",
)  # what is known without the disk; closing, the window is gone


class WatchedHistory(FakeHistory):
    """Notes what is asked of it on the thread that it was made on."""

    def __init__(self) -> None:
        super().__init__()
        self.asked_here: list[str] = []
        self.asked: set[str] = set()
        self._maker = threading.get_ident()

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if not name.startswith("_") and name not in AT_ONCE and callable(value):
            self.asked.add(name)
            if threading.get_ident() == self._maker:
                self.asked_here.append(name)
        return value


def test_the_list_a_search_and_a_conversation_come_from_worker_threads(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    history = WatchedHistory()
    keep(history, "Rent", ("What does heating cost?", "The heating costs 80 a month."))
    keep(history, "Sky", ("Why is it red?", "Scattering."))
    history.asked_here.clear()
    chat = KeptChat(history)
    window = open_window(chat, history=history)
    listed = window.listed
    assert listed is not None
    lines = listed.view.lines
    qtbot.waitUntil(lambda: sum(isinstance(line, EntryLine) for line in lines.lines) == 2)
    listed.search.setText("heating")
    qtbot.waitUntil(lambda: any(isinstance(line, HitLine) for line in lines.lines))
    found = lines.entry(lines.index(0))
    assert found is not None
    listed.open_asked.emit(found.id, None)
    qtbot.waitUntil(lambda: len(window.chat.transcript.rows) == 2)
    listed.view.lines.renamed.emit(found.id, "Heating")
    listed.search.clear()
    qtbot.waitUntil(
        lambda: any(isinstance(line, EntryLine) and line.entry.title == "Heating" for line in lines.lines)
    )
    assert {"entries", "search", "open", "rename"} <= history.asked
    assert history.asked_here == []
