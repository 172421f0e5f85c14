"""The pictures in README and docs: the real window with the real demo model, `python -m tests.ui.pictures docs`.

The conversations are not staged: the demo is loaded by the engine process and answers the questions given here, each
in a conversation of its own, and all are kept in a real, encrypted history of the moment. Only the shelf of models is
made up, so that no name of this PC's folders is asked for. Use a display (Xvfb will do), so that the pictures show
the real platform.
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
from app.attachments import FileState
from app.chat import Chat
from app.diagnostics import Diagnostics
from app.document_chat import DocumentChat
from app.document_desk import DocumentDesk
from app.history.origin import model_hash
from app.history.store import History
from app.installs import Installs
from app.paths import Paths
from app.preferences import Preferences
from app.settings import Settings
from app.settings_writer import SettingsWriter
from app.talk import Defaults, Talk
from app.tools import built_in_tools
from runtime.documents.extractor import Extractor
from runtime.engine_client import EngineClient
from runtime.events import LoadEvent, LoadRequest, Sampling
from tests.fakes.keychain import FakeKeychain
from tests.fakes.shelf import FakeModels
from ui import style
from ui.controller import Stage
from ui.services import Services
from ui.window import CHAT, DIAGNOSTICS, DOCUMENTS, SETTINGS, Window

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "models" / "demo"
FILES = ("docs/AUDIT.md", "docs/DEVICES.md", "docs/IT.md")
QUESTIONS = (
    "What is Chorale?",
    "Does anything I write leave this PC?",
    "How much memory does the real model need?",
    "What are the panes beside an answer?",
    "What day is it today?",
)
PATIENCE_MS = 120_000


def wait(app: QApplication, until: Callable[[], bool]) -> None:
    """Run the window until `until` holds."""
    deadline = QDeadlineTimer(PATIENCE_MS)
    while not until():
        if deadline.hasExpired():
            raise TimeoutError("The window never got there.")
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def open_window(home: Path) -> Window:
    """The window of a user whose home is this empty folder, with the demo model."""
    paths = Paths(home / "config", home / "data", home / "cache", home / "logs")
    settings = Settings(paths.settings_file)
    settings.analysis_open = True
    writer = SettingsWriter(settings)
    client = EngineClient(engine_main.main)
    diagnostics = Diagnostics(lambda: client.process_id, model_hash)
    engine = diagnostics.watch(client)
    history = History(paths.history_file, FakeKeychain())
    chat = Chat(engine, tools=built_in_tools(date.today), today=date.today)
    desk = DocumentDesk(Extractor)
    documents = DocumentChat(chat, engine, desk)
    talk = Talk(chat, engine, documents, lambda: Defaults(Sampling(temperature=0.0)), history)

    def load() -> Iterator[LoadEvent]:
        request = LoadRequest(str(DEMO), str(paths.cache))
        return talk.loading(lambda: engine.load(request), lambda: len, DEMO, is_demo=True)

    def close() -> None:
        talk.close()
        client.close()
        history.close()
        writer.flush()

    return Window(
        Services(
            chat=talk,
            load=load,
            model_title="Chorale demo",
            is_demo=True,
            suggestions=(),
            settings=writer,
            close=close,
            models=FakeModels(),
            documents=desk,
            summaries=talk,
            history=history,
            diagnostics=diagnostics,
            preferences=Preferences(settings, writer, Installs(paths, settings)),
        )
    )


def attach(app: QApplication, window: Window) -> None:
    """Show the page of documents, with some of Chorale's own pages in a new conversation."""
    window.show_page(CHAT)
    window.chat.new_conversation()
    window.attach(tuple(str(ROOT / name) for name in FILES))
    window.show_page(DOCUMENTS)
    desk = window.controller._services.documents
    assert desk is not None
    done = (FileState.READY, FileState.REFUSED)
    wait(app, lambda: [each.state in done for each in desk.files()] == [True] * len(FILES))
    wait(app, QDeadlineTimer(1500).hasExpired)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--ask", nargs="+", default=list(QUESTIONS))
    given = parser.parse_args()
    app = QApplication(sys.argv[:1])
    style.apply(app, given.dark)
    with TemporaryDirectory() as home:
        window = open_window(Path(home))
        window.resize(1360, 800)
        window.show()
        window.controller.load()
        wait(app, lambda: window.controller.stage is Stage.READY)
        for question in given.ask:
            window.chat.new_conversation()
            window.chat.send(question)
            wait(app, lambda: window.controller.stage is Stage.READY)
        for name, page in (("window", CHAT), ("diagnostics", DIAGNOSTICS), ("settings", SETTINGS)):
            window.show_page(page)
            wait(app, QDeadlineTimer(1500).hasExpired)
            window.grab().save(str(given.folder / f"{name}.png"))
        attach(app, window)
        window.grab().save(str(given.folder / "documents.png"))
        window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
