"""Pictures of a conversation with a model of its own: `python -m tests.ui.own_model_screenshots FOLDER [LANGUAGE]`.

Not a test: nobody but a person can say whether a window is pleasant. Read next: `tests.ui.screenshots`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

from app.history.values import ChatSettings
from app.shelf import Condition
from models.errors import EngineError
from runtime.conversation import Channel, Message, Role
from runtime.events import LoadProgress
from tests.fakes.awaiting_chat import OTHER, AwaitingChat
from tests.fakes.chat import hold
from tests.fakes.shelf import DEMO, INSTALLED, FakeModels
from tests.ui.screenshots import ANSWER, Studio, shoot_in_all_looks
from ui.controller import Stage
from ui.window import Window

WIDE, NARROW = (1180, 800), (440, 760)
BOTH = (INSTALLED, replace(DEMO, is_loaded=True))


def scenes(studio: Studio) -> Iterator[tuple[str, Callable[[], Window]]]:
    """Every state: its name, and what makes its window."""

    def line(models: FakeModels | None = None, size: tuple[int, int] = WIDE) -> Window:
        chat = AwaitingChat()
        chat.settings = ChatSettings(model=OTHER)
        chat.show([Message(Role.USER, "What is Chorale?"), Message(Role.ASSISTANT, ANSWER, Channel.FINAL)])
        services = replace(studio.services(chat), models=models or FakeModels(BOTH))
        window = studio.open(services, size)
        studio.wait(lambda: window.controller.stage is Stage.READY)
        studio.wait(lambda: window.models is not None and window.models.shelf is not None)
        return window

    def gone(size: tuple[int, int] = WIDE) -> Window:
        return line(FakeModels((DEMO,)), size)

    def settings(size: tuple[int, int] = WIDE, *, is_refused: bool = False) -> Window:
        why = "Your organisation does not allow it." if is_refused else ""
        models = (*BOTH, replace(INSTALLED, name="gpt-oss-120b", title="gpt-oss-120b", refusal=why))
        window = line(FakeModels(models), size)
        window.chat.panels.toggle_settings()
        return window

    def sent(size: tuple[int, int] = WIDE) -> Window:
        window = line(size=size)
        chat = window._services.chat
        assert isinstance(chat, AwaitingChat)
        chat.load = [LoadProgress("mapping", 9, 24), hold]
        window.chat.send("And what does it cost?")
        studio.wait(lambda: bool(window.controller.voices and window.controller.voices.load))
        return window

    def failed() -> Window:
        window = line()
        chat = window._services.chat
        assert isinstance(chat, AwaitingChat)
        chat.load = [
            EngineError("gpt-oss-20b does not fit into the memory of this PC. Close other programs.")
        ]
        window.chat.send("And what does it cost?")
        studio.wait(lambda: bool(window.chat.notice.text()))
        return window

    yield "line", line
    yield "line-narrow", lambda: line(size=NARROW)
    yield "gone", gone
    yield "gone-narrow", lambda: gone(NARROW)
    yield "unfinished", lambda: line(FakeModels((replace(INSTALLED, condition=Condition.UNFINISHED), DEMO)))
    yield "settings", settings
    yield "settings-narrow", lambda: settings(NARROW)
    yield "settings-refused", lambda: settings(is_refused=True)
    yield "sent", sent
    yield "sent-narrow", lambda: sent(NARROW)
    yield "failed", failed


def shoot_all(studio: Studio) -> None:
    """Every state once."""
    for name, make in scenes(studio):
        window = make()
        studio.settle()
        studio.shoot(f"own-model-{name}", window)
        window.close()


if __name__ == "__main__":
    sys.exit(shoot_in_all_looks("tests.ui.own_model_screenshots", lambda *look: shoot_all(Studio(*look))))
