"""Nobody is left alone with "button": every control of every page has a name and a role that screen readers say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.context_room import Choice, Room, Way
from app.history.values import Access, ChatSettings, SavedPrompt
from runtime.events import StopReason
from tests.fakes.chat import call, end, result, say, services, think
from tests.fakes.history import FakeHistory
from tests.fakes.kept_chat import KeptChat, keep
from tests.fakes.shelf import FakeModels
from ui.chat.question import QuestionView
from ui.controller import Stage
from ui.window import Window

ROLE = QAccessible.Role
CONTROLS = {
    ROLE.Button,
    ROLE.CheckBox,
    ROLE.RadioButton,
    ROLE.EditableText,
    ROLE.ComboBox,
    ROLE.List,
    ROLE.ListItem,
    ROLE.Link,
    ROLE.MenuItem,
    ROLE.PageTab,
    ROLE.ProgressBar,
    ROLE.Slider,
    ROLE.SpinBox,
    ROLE.Tree,
    ROLE.TreeItem,
}
SPOKEN = [
    *think("Hm."),
    *call("look", "{}"),
    end(StopReason.TOOL_CALL),
    result("look", "1"),
    *say("Text and [a link](https://example.org)\n\n```python\nx\n```\n\n| a |\n|---|\n| 1 |"),
    end(StopReason.LENGTH),
]


def tree(interface: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    """An interface and all below it that can be seen."""
    yield interface
    for index in range(interface.childCount()):
        child = interface.child(index)
        if child is not None and child.isValid() and not child.state().invisible:
            yield from tree(child)


def nameless(window: QWidget) -> list[str]:
    """Controls without a name, each said so that it can be found."""
    root = QAccessible.queryAccessibleInterface(window)
    assert root is not None
    found = []
    for interface in tree(root):
        is_control = interface.role() in CONTROLS or interface.state().focusable
        if is_control and not interface.text(QAccessible.Text.Name).strip():
            owner = interface.object()
            parent = owner.parent() if owner is not None else None
            found.append(f"{interface.role().name} {owner} in {parent}")
    return found


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    """A window with every page there is, and a conversation with every voice."""
    history = FakeHistory()
    keep(history, "Rent", ("What does heating cost?", "80 a month."), folder="Household")
    keep(history, "Sky", ("Why is it red?", "Scattering."), is_pinned=True)
    made = Window(replace(services(KeptChat(history, SPOKEN)), history=history, models=FakeModels()))
    made.resize(1180, 800)
    with qtbot.waitExposed(made):
        made.show()
    made.controller.load()
    qtbot.waitUntil(lambda: made.controller.stage is Stage.READY)
    made.chat.send("What?")
    qtbot.waitUntil(lambda: made.controller.stage is Stage.READY)
    listed = made.conversations
    assert listed is not None
    qtbot.waitUntil(lambda: len(listed.shown.lines) >= 5)
    yield made
    made.close()
    made.deleteLater()


def test_every_page_names_its_controls(window: Window, qtbot: QtBot) -> None:
    assert window.rail.buttons
    for key in window.rail.buttons:
        window.show_page(key)
        QApplication.processEvents()
        assert nameless(window) == [], key


def edit(window: Window) -> None:
    view = window.chat.transcript.row_views.of(window.chat.transcript.rows[0])
    assert isinstance(view, QuestionView)
    view.begin_edit()


def search(window: Window) -> None:
    assert window.listed is not None
    window.listed.search.setText("heating")


def ask_delete(window: Window) -> None:
    assert window.listed is not None
    window.listed.view.selectAll()
    window.listed.view.remove_asked.emit()


def fill_room(window: Window) -> None:
    choices = (
        Choice(Way.DROP, 2, 900, 4096),
        Choice(Way.SUMMARISE, 3, 800, 4096),
        Choice(Way.RAISE, 0, 0, 8192),
    )
    window.chat.panels.room.show_room(Room(4096, talk=4000, is_full=True, choices=choices))


def name_folder(window: Window) -> None:
    assert window.listed is not None
    window.listed.folder.ask()


@pytest.mark.parametrize(
    "open_it",
    [
        edit,
        search,
        ask_delete,
        fill_room,
        name_folder,
        lambda window: window.chat.panels.settings.ask(ChatSettings(temperature=0.42)),
        lambda window: window.chat.panels.prompts.use(SavedPrompt(1, "Letter", "To {{who}} about {{what}}")),
        lambda window: window.chat.panels.prompts.name.ask(),
        lambda window: window.beside.show_list(False),
    ],
)
def test_what_opens_on_the_page_names_its_controls(window: Window, open_it: Callable[[Window], None]) -> None:
    open_it(window)
    QApplication.processEvents()
    assert nameless(window) == []


@pytest.mark.parametrize("access", [Access.LOCKED, Access.NO_KEYCHAIN, Access.KEY_LOST, Access.BROKEN])
def test_a_history_that_cannot_be_opened_names_its_controls(window: Window, access: Access) -> None:
    assert window.listed is not None
    window.listed.access.show_access(access, "")
    window.listed.access.show()
    assert nameless(window) == []


def test_a_control_without_a_name_would_be_found(window: Window) -> None:
    window.chat.header.settings.setAccessibleName("")
    window.chat.header.settings.setToolTip("")
    assert len(nameless(window)) == 1


def test_the_list_says_what_its_lines_are(window: Window) -> None:
    assert window.listed is not None
    interface = QAccessible.queryAccessibleInterface(window.listed.view)
    assert interface is not None
    assert interface.role() == ROLE.List
    names = [interface.child(i).text(QAccessible.Text.Name) for i in range(interface.childCount())]
    assert "Sky, Pinned" in names
    assert "Folder Household, 1, open" in names
