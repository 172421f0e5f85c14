"""One start of the real window, watched from outside: what `tests.benchmarks.window_start` runs in a fresh process.

It starts Chorale as `chorale --demo` does, with an application that measures every event. Then it searches, opens
conversations and closes the window, and prints what it saw as one line of JSON. The app itself knows nothing of it.
Nothing but Chorale's own entry is imported before the window is wanted, so that the start is the app's own.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.house import House, WindowOrder
    from app.terminal import Terminal
    from ui.window import Window

BEGAN = "CHORALE_PROBE_BEGAN"  # when the process was asked for, by `time.monotonic`
PLAN = "CHORALE_PROBE_PLAN"  # JSON: {"words": [...], "open": [...]}
CALM_S = 0.5  # between two things that are measured
HEAVY = (
    "numpy",
    "onnxruntime",
    "onnx",
    "pygments",
    "ziamath",
    "keyring",
    "huggingface_hub",
    "tokenizers",
    "pypdf",
    "runtime.engine",
)


class Seen:
    """What was measured so far.

    Attributes:
        marks: s since the process was asked for.
        computing: s of processor time that this process had taken by then, all threads together.
        took: s, by what was done.
        pauses: the longest event, s, by what was done meanwhile.
    """

    def __init__(self) -> None:
        self.began = float(os.environ[BEGAN])
        self.marks: dict[str, float] = {}
        self.computing: dict[str, float] = {}
        self.took: dict[str, list[float]] = {}
        self.pauses: dict[str, float] = {}
        self.heavy: dict[str, list[str]] = {}

    def mark(self, name: str) -> None:
        if name not in self.marks:
            self.marks[name] = time.monotonic() - self.began
            self.computing[name] = time.process_time()
            self.heavy[name] = [module for module in HEAVY if module in sys.modules]

    def __str__(self) -> str:
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return json.dumps(
            {
                "marks": self.marks,
                "computing": self.computing,
                "took": self.took,
                "pauses": self.pauses,
                "heavy": self.heavy,
                "memory_mb": memory,
            }
        )


def main() -> int:
    seen = Seen()
    seen.mark("Python runs")
    from app import __main__ as entry
    from app import cli
    from app.terminal import Terminal

    def make_house(terminal: Terminal) -> House:
        house = entry.make_house(terminal)
        seen.mark("settings read")
        return replace(house, open_window=lambda house, order: _open(seen, house, order))

    code = cli.run(["--demo"], Terminal.standard(), make_house)
    sys.stdout.write(f"{seen}\n")
    return code


def _open(seen: Seen, house: House, order: WindowOrder) -> int:
    """Open the window with an application that measures."""
    seen.mark("window wanted")
    from PySide6 import QtWidgets

    from app.__main__ import open_window

    QtWidgets.QApplication = _probe(seen)  # type: ignore[misc]
    return open_window(house, order)


def _probe(seen: Seen) -> type[Any]:
    """The application that measures; Qt is imported only now."""
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtWidgets import QApplication, QWidget

    class Probe(QApplication):
        """Measures every event; those within another count as part of it."""

        def __init__(self, *given: Any) -> None:
            seen.mark("modules imported")
            super().__init__(*given)
            self.depth, self.longest = 0, 0.0
            self.painted: set[QObject] = set()
            self.look: Callable[[set[QObject]], None] = lambda painted: None

        def exec(self) -> int:  # type: ignore[override]
            seen.mark("window made")
            window: Any = next(each for each in self.topLevelWidgets() if type(each).__name__ == "Window")
            self.steps = _Steps(seen, self, window)
            return super().exec()

        def notify(self, receiver: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and isinstance(receiver, QWidget):
                self.painted.add(receiver)
            if self.depth:
                return super().notify(receiver, event)
            self.depth += 1
            began = time.perf_counter()
            try:
                return super().notify(receiver, event)
            finally:
                self.longest = max(self.longest, time.perf_counter() - began)
                self.depth -= 1
                if self.painted:
                    painted, self.painted = self.painted, set()
                    self.look(painted)

    return Probe


class _Steps:
    """Does one thing after the other: each is begun, and over when what it waits for was painted."""

    def __init__(self, seen: Seen, app: Any, window: Window) -> None:
        from PySide6.QtCore import QTimer

        self.seen, self.app, self.window = seen, app, window
        self.plan = json.loads(os.environ[PLAN])
        self._later = QTimer(window, singleShot=True, interval=int(CALM_S * 1000))
        self._later.timeout.connect(self._next)
        self._todo = self._all()
        window.controller.loaded.connect(lambda _ready: self._ready())
        app.look = self._painted_at_start

    def _ready(self) -> None:
        self.seen.mark("engine ready")
        self._go_on_if_started()

    def _painted_at_start(self, painted: set[Any]) -> None:
        self.seen.mark("window painted")
        listed = self.window.listed
        if listed is not None and listed.view.viewport() in painted and listed.view.lines.lines:
            self.seen.mark("list painted")
            self._go_on_if_started()

    def _go_on_if_started(self) -> None:
        if {"engine ready", "list painted"} <= set(self.seen.marks) and not self._later.isActive():
            self.app.look = lambda painted: None
            self.seen.pauses["start"] = self.app.longest
            self._later.start()

    def _next(self) -> None:
        if next(self._todo, None) is None:
            self.window.close()

    # -- what is done ----------------------------------------------------------------------------

    def _all(self) -> Iterator[bool]:
        for word in self.plan["words"]:
            self._search(word[:-1], "")
            yield True
            self._search(word, "search")
            yield True
            self._search("", "clear the search")
            yield True
        for name, entry in self.plan["open"]:
            self._open(name, entry)
            yield True

    def _open(self, name: str, entry: int) -> None:
        listed, page = self.window.listed, self.window.chat
        assert listed is not None
        chat = page._services.chat

        def is_shown(painted: set[Any]) -> bool:
            is_open = chat.entry is not None and chat.entry.id == entry and not page.acting.is_waiting
            return is_open and any(view in painted for view in page.transcript.views.values())

        self._measure(name, lambda: listed.open_asked.emit(entry, None), is_shown)

    def _search(self, words: str, name: str) -> None:
        listed, conversations = self.window.listed, self.window.conversations
        assert listed is not None and conversations is not None
        self._measure(
            name,
            lambda: listed.search.setText(words),
            lambda painted: conversations.shown.words == words and listed.view.viewport() in painted,
        )

    def _measure(self, name: str, begin: Callable[[], None], is_over: Callable[[set[QWidget]], bool]) -> None:
        began, self.app.longest = time.perf_counter(), 0.0

        def look(painted: set[Any]) -> None:
            if is_over(painted):
                took, self.app.look = time.perf_counter() - began, lambda painted: None
                if name:
                    self.seen.took.setdefault(name, []).append(took)
                    self.seen.pauses[name] = max(self.seen.pauses.get(name, 0.0), self.app.longest)
                self._later.start()

        self.app.look = look
        begin()


if __name__ == "__main__":
    sys.exit(main())
