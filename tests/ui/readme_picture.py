"""The README's picture: the real window with the real demo model, `python -m tests.ui.readme_picture FILE`.

The conversation is not staged: the demo is loaded by the engine process and answers the questions given here.
Only the shelf of models is made up, so that no name of this PC's folders is asked for.
Use a display (Xvfb will do), so that the picture shows the real platform.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QDeadlineTimer, QEventLoop
from PySide6.QtWidgets import QApplication

from app import engine_main
from app.chat import Chat
from app.document_chat import DocumentChat
from app.document_desk import DocumentDesk
from app.talk import Defaults, Talk
from app.tools import built_in_tools
from runtime.documents.extractor import Extractor
from runtime.engine_client import EngineClient
from runtime.events import LoadEvent, LoadRequest, Sampling
from tests.fakes.chat import FakeSettings
from tests.fakes.shelf import FakeModels
from ui import style
from ui.chat_page import PANES
from ui.controller import Stage
from ui.services import Services
from ui.voices import Voice
from ui.window import Window

DEMO = Path(__file__).resolve().parents[2] / "models" / "demo"
QUESTIONS = ("What are the panes?", "What day is it today?")
PATIENCE_MS = 120_000


def wait(app: QApplication, until: Callable[[], bool]) -> None:
    """Run the window until `until` holds."""
    deadline = QDeadlineTimer(PATIENCE_MS)
    while not until():
        if deadline.hasExpired():
            raise TimeoutError("The window never got there.")
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--ask", nargs="+", default=list(QUESTIONS))
    given = parser.parse_args()
    app = QApplication(sys.argv[:1])
    style.apply(app, given.dark)
    engine = EngineClient(engine_main.main)
    settings = FakeSettings(**{PANES[Voice.ANALYSIS]: True})
    chat = Chat(engine, tools=built_in_tools(date.today), today=date.today)
    desk = DocumentDesk(Extractor)
    talk = Talk(chat, engine, DocumentChat(chat, engine, desk), lambda: Defaults(Sampling(temperature=0.0)))
    with TemporaryDirectory() as cache:

        def load() -> Iterator[LoadEvent]:
            request = LoadRequest(str(DEMO), cache)
            return talk.loading(lambda: engine.load(request), lambda: len, DEMO)

        window = Window(
            Services(
                chat=talk,
                load=load,
                model_title="Chorale demo",
                is_demo=True,
                suggestions=(),
                settings=settings,
                close=engine.close,
                models=FakeModels(),
                documents=desk,
                summaries=talk,
            )
        )
        window.resize(1180, 780)
        window.show()
        window.controller.load()
        wait(app, lambda: window.controller.stage is Stage.READY)
        for question in given.ask:
            window.chat.send(question)
            wait(app, lambda: window.controller.stage is Stage.READY)
        wait(app, QDeadlineTimer(300).hasExpired)
        window.grab().save(str(given.file))
        window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
