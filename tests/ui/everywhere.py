"""Every page, panel, menu and dialog of the window, one after the other: what tests of accessibility walk through.

    @pytest.mark.parametrize("name", EVERY)
    def test_something(name, whole, qtbot): root = reach(name, whole(name), qtbot)

`whole` is a fixture of `conftest`; `reach` brings a window there and says what is to be looked at: the window, a
menu, a dialog.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.attachments import FileState
from app.context_room import Choice, Room, Way
from app.history.values import Access, ChatSettings, SavedPrompt, Stored
from runtime.events import LoadProgress, StopReason
from tests.fakes.chat import call, end, hold, note, result, say, services, think
from tests.fakes.diagnostics import FakeDiagnostics
from tests.fakes.documents import SummarisingChat, desk_with
from tests.fakes.history import FakeHistory
from tests.fakes.kept_chat import keep
from tests.fakes.preferences import preferences_in
from tests.fakes.shelf import DEMO, INSTALLED, FakeModels, at
from tests.support.documents.making import document
from ui.answers.links import ask_to_open
from ui.answers.voices import Voice
from ui.chat.question import QuestionView
from ui.controller import Stage
from ui.crash import CrashDialog
from ui.export_dialog import ExportDialog
from ui.models.models_controller import Kind
from ui.window import CHAT, DIAGNOSTICS, DOCUMENTS, MODELS, SETTINGS, Window
from ui.words import tr

TEXT = (
    "# Where it stands\n\nText and [a link](https://example.org) and $x^2$.\n\n```python\nprint(1)\n```\n\n"
    "| a | b |\n|---|---|\n| 1 | 2 |\n\nThe end [D1 p. 1]."
)
SPOKEN = [
    *think("Hm. What could it be?"),
    *note("I look."),
    *call("look", "{}"),
    end(StopReason.TOOL_CALL),
    result("look", "1"),
    *say(TEXT),
    end(StopReason.LENGTH),
]


def whole_window(folder: Path, *, is_first_run: bool = False, script: list[object] | None = None) -> Window:
    """A window with every page there is, and conversations in its list."""
    history = FakeHistory()
    keep(history, "Rent", ("What does heating cost?", "80 a month."), folder="Household")
    keep(history, "Sky", ("Why is it red?", "Scattering."), is_pinned=True)
    keep(history, "Bread", ("How long?", "Two hours."))
    desk = desk_with(document("report.pdf", "The first page.", "The second."))
    chat = SummarisingChat(desk, SPOKEN if script is None else script)
    preferences = preferences_in(folder)
    given = services(
        chat,
        settings=preferences._keep,  # type: ignore[arg-type]
        history=history,
        models=FakeModels((DEMO,) if is_first_run else (INSTALLED, DEMO)),
        documents=desk,
        summaries=chat,
        diagnostics=FakeDiagnostics(),
        preferences=preferences,
        is_first_run=is_first_run,
    )
    return Window(given)


Reach = Callable[[Window, QtBot], QWidget]


def _answered(window: Window, qtbot: QtBot, text: str = "What?") -> None:
    window.chat.send(text)
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)


def _page(key: str) -> Reach:
    def reach(window: Window, qtbot: QtBot) -> QWidget:
        window.show_page(key)
        qtbot.waitUntil(lambda: window.models is not None and window.models.shelf is not None)
        return window

    return reach


def _list_filled(window: Window, qtbot: QtBot) -> QWidget:
    listed = window.conversations
    assert listed is not None
    qtbot.waitUntil(lambda: len(listed.shown.lines) >= 5)
    return window


def _list_hidden(window: Window, qtbot: QtBot) -> QWidget:
    window.beside.show_list(False)
    return window


def _answer(window: Window, qtbot: QtBot) -> QWidget:
    window.chat.transcript.pane_defaults[Voice.ANALYSIS] = True
    _answered(window, qtbot)
    return window


def _branches(window: Window, qtbot: QtBot) -> QWidget:
    _answered(window, qtbot)
    window.chat.retry()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    return window


def _edit(window: Window, qtbot: QtBot) -> QWidget:
    _answered(window, qtbot)
    view = window.chat.transcript.row_views.of(window.chat.transcript.rows[0])
    assert isinstance(view, QuestionView)
    view.begin_edit()
    return window


def _delete_answer(window: Window, qtbot: QtBot) -> QWidget:
    _answered(window, qtbot)
    window.chat.foot.ask.say("Delete this answer?")
    return window


def _full(window: Window, qtbot: QtBot) -> QWidget:
    choices = (
        Choice(Way.DROP, 2, 900, 4096),
        Choice(Way.SUMMARISE, 3, 800, 4096),
        Choice(Way.RAISE, 0, 0, 8192),
    )
    window.chat.panels.room.show_room(Room(4096, talk=4000, is_full=True, choices=choices))
    return window


def _chat_settings(window: Window, qtbot: QtBot) -> QWidget:
    window.chat.panels.settings.ask(ChatSettings(temperature=0.42))
    return window


def _prompt_form(window: Window, qtbot: QtBot) -> QWidget:
    window.chat.panels.prompts.use(SavedPrompt(1, "Letter", "To {{who}} about {{what}}"))
    return window


def _prompt_name(window: Window, qtbot: QtBot) -> QWidget:
    window.chat.panels.prompts.name.ask()
    return window


def _prompt_menu(window: Window, qtbot: QtBot) -> QWidget:
    window.chat.panels.prompts.show_prompts((SavedPrompt(1, "Letter", "To {{who}}"),))
    return window.chat.panels.prompts.menu("Some words")


def _search(window: Window, qtbot: QtBot) -> QWidget:
    _list_filled(window, qtbot)
    listed = window.conversations
    assert listed is not None
    assert window.listed is not None
    window.listed.search.setText("heating")
    qtbot.waitUntil(lambda: listed.shown.words == "heating")
    return window


def _chosen(window: Window, qtbot: QtBot) -> None:
    _list_filled(window, qtbot)
    assert window.listed is not None
    view = window.listed.view
    for row in range(view.lines.rowCount()):
        if view.lines.entry(view.lines.index(row, 0)) is not None:
            view.setCurrentIndex(view.lines.index(row, 0))
            return


def _list_menu(window: Window, qtbot: QtBot) -> QWidget:
    _chosen(window, qtbot)
    assert window.listed is not None
    return window.listed._menu()


def _row_menu(window: Window, qtbot: QtBot) -> QWidget:
    _answered(window, qtbot)
    view = window.chat.transcript.last_view()
    assert view is not None
    return view.bar.menu()


def _delete_conversation(window: Window, qtbot: QtBot) -> QWidget:
    _chosen(window, qtbot)
    assert window.listed is not None
    window.listed.view.remove_asked.emit()
    return window


def _folder(window: Window, qtbot: QtBot) -> QWidget:
    _list_filled(window, qtbot)
    assert window.listed is not None
    window.listed.folder.ask()
    return window


def _access(access: Access) -> Reach:
    def reach(window: Window, qtbot: QtBot) -> QWidget:
        assert window.listed is not None
        window.listed.access.show_access(access, "")
        window.listed.access.show()
        return window

    return reach


def _files(window: Window, qtbot: QtBot) -> QWidget:
    window.chat.composer.files_offered.emit(["/somewhere/locked.pdf"])
    tray = window.chat.composer.tray
    done = (FileState.READY, FileState.REFUSED)
    qtbot.waitUntil(lambda: bool(tray.chips) and all(c.file.state in done for c in tray.chips.values()))
    return window


def _document(window: Window, qtbot: QtBot) -> QWidget:
    documents = window.chat.documents
    assert documents is not None
    qtbot.waitUntil(lambda: bool(window.chat.composer.tray.chips))
    documents.reader.show_file(next(iter(window.chat.composer.tray.chips)))
    qtbot.waitUntil(documents.pane.isVisible)
    return window


def _documents(window: Window, qtbot: QtBot) -> QWidget:
    """One that is read, and one that is refused."""
    window.show_page(DOCUMENTS)
    page = window.documents_page
    assert page is not None
    page.documents.files.attach(["/somewhere/locked.pdf"])
    done = (FileState.READY, FileState.REFUSED)
    qtbot.waitUntil(lambda: len(page.rows) == 2 and all(r.file.state in done for r in page.rows.values()))
    return window


def _no_documents(window: Window, qtbot: QtBot) -> QWidget:
    window.show_page(DOCUMENTS)
    page = window.documents_page
    assert page is not None
    for key in list(page.rows):
        page.documents.files.remove(key)
    qtbot.waitUntil(page.drop.isVisible)
    return window


def _text_of_document(window: Window, qtbot: QtBot) -> QWidget:
    _documents(window, qtbot)
    page = window.documents_page
    assert page is not None
    page.reader.show_file(next(iter(page.rows)))
    qtbot.waitUntil(page.reader.pane.isVisible)
    return window


def _summary(window: Window, qtbot: QtBot) -> QWidget:
    documents = window.chat.documents
    assert documents is not None
    qtbot.waitUntil(lambda: bool(window.chat.composer.tray.chips))
    documents.ask_summary(list(window.chat.composer.tray.chips))
    return window


def _download(window: Window, qtbot: QtBot) -> QWidget:
    window.show_page(MODELS)
    models, page = window.models, window.models_page
    assert models is not None
    assert page is not None
    fake = window._services.models
    assert isinstance(fake, FakeModels)
    fake.scripts["check"] = [at(0.3), hold]
    qtbot.waitUntil(lambda: models.shelf is not None)
    models.begin(Kind.CHECK, INSTALLED.name)
    qtbot.waitUntil(page.cards[INSTALLED.name].work.isVisible)
    qtbot.waitUntil(lambda: page.cards[INSTALLED.name].work.bar.value() > 0)
    return window


def _crash(window: Window, qtbot: QtBot) -> QWidget:
    dialog = CrashDialog(tr("Something went wrong in Chorale."), "Traceback", window)
    dialog.open()
    dialog.more.setChecked(True)
    return dialog


def _export(window: Window, qtbot: QtBot) -> QWidget:
    def read() -> Stored:
        raise AssertionError("nothing is exported here")

    dialog = ExportDialog("Rent", read, window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


def _link(window: Window, qtbot: QtBot) -> QWidget:
    return ask_to_open(QUrl("https://example.org/a"), window, "example.com")


def _loading(window: Window, qtbot: QtBot) -> QWidget:
    window.chat.empty.show_loading(LoadProgress("mapping", 9, 24))
    return window


STATES: dict[str, Reach] = {
    "nothing said yet": _list_filled,
    "loading": _loading,
    "an answer that was cut": _answer,
    "branches": _branches,
    "a question being edited": _edit,
    "an answer to be deleted": _delete_answer,
    "menu of an answer": _row_menu,
    "context full": _full,
    "settings of a conversation": _chat_settings,
    "form of a saved prompt": _prompt_form,
    "name of a prompt": _prompt_name,
    "menu of prompts": _prompt_menu,
    "search": _search,
    "menu of conversations": _list_menu,
    "conversations to be deleted": _delete_conversation,
    "a new folder": _folder,
    "the list hidden": _list_hidden,
    "waits for the keychain": _access(Access.OPENING),
    "locked": _access(Access.LOCKED),
    "a silent keychain": _access(Access.NO_ANSWER),
    "no keychain": _access(Access.NO_KEYCHAIN),
    "key lost": _access(Access.KEY_LOST),
    "broken": _access(Access.BROKEN),
    "a file": _files,
    "a document": _document,
    "a summary": _summary,
    "documents": _documents,
    "no documents": _no_documents,
    "text of a document": _text_of_document,
    "models": _page(MODELS),
    "work on a model": _download,
    "diagnostics": _page(DIAGNOSTICS),
    "settings": _page(SETTINGS),
    "export": _export,
    "a link": _link,
    "crash": _crash,
}
FIRST_RUN = "first run"
EVERY = (FIRST_RUN, *STATES)


def reach(name: str, window: Window, qtbot: QtBot) -> QWidget:
    """Bring `window` there; what to look at."""
    root = STATES[name](window, qtbot) if name != FIRST_RUN else _page(CHAT)(window, qtbot)
    # A menu is looked at unopened: the platform of the tests cannot give one the keyboard.
    assert root.isVisible() or isinstance(root, QMenu)
    QApplication.processEvents()
    return root
