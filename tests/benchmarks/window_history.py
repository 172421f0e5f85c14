"""How the window does with a long history: `python -m tests.benchmarks.window_history [--messages N]`.

Over 10,000 conversations with 200,000 messages, encrypted, it prints as a table how long it takes until the list
stands there from the window's making on, until a search shows its finds from the last key on, and until the
longest conversation is painted from the choice on; and each time the longest that the window's thread was busy
without a pause. No engine and no start of Python: those are `tests.benchmarks.step_overhead` and `chorale bench`.
No test: timings are of this PC, at this moment.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QDeadlineTimer, QEventLoop
from PySide6.QtWidgets import QApplication

from app.history.store import History
from app.history.tree import Tree
from tests.benchmarks.history import Words, _fill, _row
from tests.fakes.chat import FakeChat, services
from tests.fakes.keychain import FakeKeychain
from ui import style
from ui.controller import Stage
from ui.window import Window

ROUNDS = 5


class HistoryChat(FakeChat):
    """Opens conversations of a real history."""

    def __init__(self, history: History) -> None:
        super().__init__()
        self._history = history

    def open(self, entry: int) -> None:
        stored = self._history.open(entry)
        self.new()
        self.entry, self.settings = stored.entry, stored.settings
        self.tree = Tree.of(stored.nodes, stored.leaf)


class Watch:
    """Waits with the window's events, and notes the longest that one round of them took."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self.longest_s = 0.0

    def until(self, is_there: Callable[[], bool]) -> None:
        deadline = QDeadlineTimer(60_000)
        while not is_there():
            if deadline.hasExpired():
                raise TimeoutError("The window never got there.")
            began = time.thread_time()
            self._app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
            self.longest_s = max(self.longest_s, time.thread_time() - began)


def measure(app: QApplication, file: Path, keychain: FakeKeychain, longest: int, query: str) -> None:
    """Print one round."""
    watch = Watch(app)
    began = time.perf_counter()
    history = History(file, keychain)
    chat = HistoryChat(history)
    window = Window(replace(services(chat), history=history))
    window.show()
    window.controller.load()
    conversations, listed = window.conversations, window.listed
    assert conversations is not None
    assert listed is not None
    watch.until(lambda: bool(conversations.shown.lines))
    listed.view.repaint()
    _told("list", began, watch)
    watch.until(lambda: window.controller.stage is Stage.READY)

    watch = Watch(app)
    began = time.perf_counter()
    listed.search.setText(query)
    watch.until(lambda: conversations.shown.words == query)
    listed.view.repaint()
    _told("search", began, watch)
    listed.search.clear()
    watch.until(lambda: not conversations.shown.words)

    watch = Watch(app)
    began = time.perf_counter()
    listed.open_asked.emit(longest, None)
    watch.until(lambda: len(window.chat.transcript.rows) > 2000)
    window.chat.transcript.repaint()
    _told("longest", began, watch)
    window.close()
    history.close()


def _told(name: str, began: float, watch: Watch) -> None:
    _row(
        name,
        f"{(time.perf_counter() - began) * 1000:.0f} ms",
        f"busy {watch.longest_s * 1000:.0f} ms at once",
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--conversations", type=int, default=10_000)
    parser.add_argument("--messages", type=int, default=200_000)
    chosen = parser.parse_args()
    app = QApplication(sys.argv[:1])
    style.apply(app, dark=False)
    with tempfile.TemporaryDirectory() as folder:
        file, keychain = Path(folder) / "conversations.db", FakeKeychain()
        history, words = History(file, keychain), Words()
        _fill(history, words, chosen.conversations, chosen.messages)
        history.close()
        for _ in range(ROUNDS):
            measure(app, file, keychain, chosen.conversations // 2 + 1, words.all[2_000])
    return 0


if __name__ == "__main__":
    sys.exit(main())
