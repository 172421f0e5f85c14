"""Pictures of the window in each of its states, to be looked at: `python -m tests.ui.screenshots FOLDER`.

Scripted answers, no model. With a display (Xvfb will do) the pictures show the real platform; without one
set `QT_QPA_PLATFORM=offscreen`. Not a test: nobody but a person can say whether a window is pleasant.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEventLoop, Qt
from PySide6.QtWidgets import QApplication

from runtime.events import Device, DeviceKind, EngineFailed, EngineReady, LoadProgress, StopReason
from tests.fakes.chat import (
    FakeChat,
    FakeSettings,
    call,
    end,
    hold,
    note,
    reading,
    result,
    say,
    services,
    think,
)
from ui import style
from ui.answers.voices import Voice
from ui.chat.chat_page import PANES
from ui.controller import Stage
from ui.language import speak
from ui.services import Services
from ui.window import Window

READY = EngineReady(
    "demo",
    Device("cpu", DeviceKind.CPU, "Intel Core Ultra 7 155H", 32 << 30, "CPUExecutionProvider"),
    "avx2-vnni",
    8192,
    0.4,
)
SUGGESTIONS = (
    "What is Chorale?",
    "What are the panes beside an answer?",
    "Does anything I write leave this PC?",
    "How do I get the real model?",
)
THOUGHT = (
    "The user asks what Chorale is and how its voices work. I am the demo model, so I should explain the app. "
    "I know three voices: analysis, commentary and final. I should say where each one is shown and that "
    "everything runs on this PC.\n\nA short answer with a list is best. Perhaps a table for where things are. "
    "I should also mention that the demo knows nothing else, so that nobody expects more of me."
)
ANSWER = """Chorale runs OpenAI's **gpt-oss** on your own PC, offline, and shows what the model says voice by voice.

### Three voices

- **analysis** is the model's raw reasoning. It is closed at first.
- **commentary** holds the tools it calls, such as `get_current_date`, and what they returned.
- **final** is the answer, which you are reading now.

| Voice | Where it stands | At first |
|:--|:--|:--|
| analysis | beside the answer, above | closed |
| commentary | beside the answer, below | open |
| final | here | always open |

To ask from a script instead, use the command line:

```python
import json
import subprocess

ask = ["chorale", "ask", "--json", "What is Chorale?"]
for line in subprocess.run(ask, capture_output=True, text=True).stdout.splitlines():
    print(json.loads(line)["type"])
```

> Nothing you write leaves this PC. There is no account and no server.

Read more at [the project page](https://example.org/chorale)."""
SHORT = "Today is **Friday, 20 November 2026**. I asked the clock of this PC, which needs no network."
QUESTION = "What is Chorale, and how do its voices work?"

TOOL = [
    *think("The user wants the date. I have a tool for it, so I should call it rather than guess."),
    *note("I will look at this PC's clock."),
    *call("get_current_date", '{"timezone":"local","format":"iso"}'),
    end(StopReason.TOOL_CALL),
    result("get_current_date", '{"date": "2026-11-20", "weekday": "Friday"}'),
    *think("Now I know the date."),
    *say(SHORT),
    end(),
]
FULL = [*think(THOUGHT), *say(ANSWER), end()]


class Studio:
    """Makes one window after the other and photographs it."""

    def __init__(self, app: QApplication, folder: Path, prefix: str) -> None:
        self._app, self._folder, self._prefix = app, folder, prefix

    def wait(self, until: Callable[[], bool], patience_ms: int = 10_000) -> None:
        deadline = QDeadlineTimer(patience_ms)
        while not until():
            if deadline.hasExpired():
                raise TimeoutError("The window never got there.")
            self._app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)

    def settle(self) -> None:
        deadline = QDeadlineTimer(150)
        self.wait(deadline.hasExpired)

    def open(self, given: Services, size: tuple[int, int]) -> Window:
        window = Window(given)
        window.resize(*size)
        window.show()
        window.controller.load()
        return window

    def shoot(self, name: str, window: Window) -> None:
        self.settle()
        path = self._folder / f"{self._prefix}{name}.png"
        window.grab().save(str(path))
        sys.stdout.write(f"{path}\n")

    def talk(
        self,
        name: str,
        *scripts: list[object],
        size: tuple[int, int] = (1180, 800),
        panes: dict[Voice, bool] | None = None,
        finished: bool = True,
        questions: tuple[str, ...] = (QUESTION,),
        then: Callable[[Window], None] = lambda window: None,
    ) -> None:
        """A window that was asked `questions`, photographed when the last answer is there (or holds)."""
        chat = FakeChat(*scripts)
        settings = FakeSettings()
        for voice, is_open in (panes or {}).items():
            settings.set(PANES[voice], is_open)
        window = self.open(self.services(chat, settings=settings), size)
        self.wait(lambda: window.controller.stage is Stage.READY)
        for i, question in enumerate(questions):
            window.chat.send(question)
            if finished or i < len(questions) - 1:
                self.wait(lambda: window.controller.stage is Stage.READY)
        self.settle()
        then(window)
        self.shoot(name, window)
        window.close()

    def services(
        self, chat: FakeChat, settings: FakeSettings | None = None, loads: object = ((READY,),)
    ) -> Services:
        return services(
            chat,
            loads=loads,  # type: ignore[arg-type]
            settings=settings,
            title="Chorale demo",
            suggestions=SUGGESTIONS,
        )


def _to_top(window: Window) -> None:
    window.chat.transcript.verticalScrollBar().setValue(0)


def _half_way_up(window: Window) -> None:
    bar = window.chat.transcript.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)


def shoot_all(studio: Studio) -> None:
    """Every state once."""
    every = {Voice.ANALYSIS: True, Voice.COMMENTARY: True}
    empty = studio.open(studio.services(FakeChat()), (1180, 800))
    studio.wait(lambda: empty.controller.stage is Stage.READY)
    studio.shoot("empty", empty)
    empty.close()

    loading = studio.open(
        studio.services(FakeChat(), loads=((LoadProgress("mapping", 9, 24),),)), (1180, 800)
    )
    loading.controller.close()
    loading.chat.empty.show_loading(LoadProgress("mapping", 9, 24))
    studio.shoot("loading", loading)
    loading.close()

    failed = EngineFailed(
        "The model cannot be used: model-00002-of-00003.safetensors is shorter than its header says. "
        "Download it again.",
        "expected 4,792,272,488 bytes, found 1,073,741,824",
    )
    window = studio.open(studio.services(FakeChat(), loads=((failed,),)), (1180, 800))
    studio.wait(lambda: window.controller.stage is Stage.FAILED)
    window.chat.empty.trouble.more.setChecked(True)
    studio.shoot("load-failure", window)
    window.close()

    studio.talk("reading", [reading(1204, 3000), hold], finished=False)
    studio.talk("thinking", [*think(THOUGHT), hold], finished=False, panes={Voice.ANALYSIS: True})
    studio.talk("streaming", [*think(THOUGHT), *say(ANSWER[:620]), hold], finished=False)
    studio.talk("answer", FULL, then=_to_top)
    studio.talk("answer-open", FULL, panes=every, then=_to_top)
    studio.talk("answer-end", FULL, panes=every)
    studio.talk("jump", FULL, FULL, questions=(QUESTION, "Again, please."), then=_half_way_up)
    studio.talk("tool", TOOL, panes=every, questions=("What day is it today?",))
    studio.talk(
        "conversation",
        TOOL,
        FULL,
        questions=("What day is it today?", QUESTION),
        panes={Voice.ANALYSIS: False},
        then=_to_top,
    )
    crash = [*think(THOUGHT), *say(ANSWER[:420]), end(StopReason.ERROR, "The engine stopped. Try again.")]
    studio.talk("error", crash)
    studio.talk("stopped", [*say(ANSWER[:300]), end(StopReason.CANCELLED)])
    studio.talk("narrow", TOOL, FULL, questions=("What day is it?", QUESTION), size=(560, 800), then=_to_top)
    studio.talk("narrow-open", TOOL, size=(560, 800), panes=every, questions=("What day is it?",))

    def refuse(window: Window) -> None:
        window.chat.composer.set_text("A long message.\nIt has several lines.\nIt stays where it is.")
        window.chat.notify("The message is 1,204 tokens too long for the model's context. Shorten it.")

    studio.talk("refused", FULL, then=refuse)

    def tab(window: Window) -> None:
        _to_top(window)
        view = window.chat.transcript.last_view()
        assert view is not None
        window.activateWindow()
        window.windowHandle().requestActivate()
        studio.wait(window.isActiveWindow)
        view.panes[Voice.ANALYSIS].header.setFocus(Qt.FocusReason.TabFocusReason)

    studio.talk("focus", FULL, then=tab)


def shoot_in_all_looks(module: str, shoot: Callable[[QApplication, Path, str], None]) -> int:
    """`python -m module FOLDER [LANGUAGE]`: `shoot(app, folder, prefix)` in light and dark, then light at 200 %."""
    folder, spoken = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "en"
    folder.mkdir(parents=True, exist_ok=True)
    scale = os.environ.get("QT_SCALE_FACTOR", "1")
    app = QApplication(sys.argv[:1])
    speak(app, spoken)
    for dark in (False, True):
        style.apply(app, dark)
        prefix = ("dark-" if dark else "light-") + ("" if scale == "1" else f"{scale}x-")
        shoot(app, folder, prefix)
        if scale != "1":
            return 0
    again = [sys.executable, "-m", module, *sys.argv[1:]]
    return subprocess.run(again, env={**os.environ, "QT_SCALE_FACTOR": "2"}, check=False).returncode


if __name__ == "__main__":
    sys.exit(shoot_in_all_looks("tests.ui.screenshots", lambda *look: shoot_all(Studio(*look))))
