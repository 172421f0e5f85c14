"""What a screen reader is told of every page, panel, menu and dialog: names, roles, values, text, and an order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.everywhere import EVERY, reach
from ui.answers.text_view import TextView
from ui.settings.setting_controls import Switch
from ui.window import DIAGNOSTICS, MODELS, SETTINGS, Window

Whole = Callable[..., Window]
ROLE, TEXT = QAccessible.Role, QAccessible.Text
SAID = {
    ROLE.Button,
    ROLE.ButtonMenu,
    ROLE.CheckBox,
    ROLE.RadioButton,
    ROLE.EditableText,
    ROLE.ComboBox,
    ROLE.List,
    ROLE.ListItem,
    ROLE.Link,
    ROLE.MenuItem,
    ROLE.PopupMenu,
    ROLE.PageTab,
    ROLE.ProgressBar,
    ROLE.Slider,
    ROLE.SpinBox,
    ROLE.Tree,
    ROLE.TreeItem,
    ROLE.Dialog,
}


def tree(interface: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    """An interface and all below it that can be seen; of a menu, all."""
    yield interface
    is_menu = interface.role() is ROLE.PopupMenu
    for index in range(interface.childCount()):
        child = interface.child(index)
        if child is not None and child.isValid() and (is_menu or not child.state().invisible):
            yield from tree(child)


def of(widget: QWidget) -> QAccessibleInterface:
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    return interface


def described(interface: QAccessibleInterface) -> str:
    owner = interface.object()
    return f"{interface.role().name} {interface.text(TEXT.Name)!r} {owner} in {owner.parent() if owner else None}"


def faults(root: QWidget) -> list[str]:
    """What is wrong with what is told of `root`."""
    found = []
    for interface in tree(of(root)):
        role, name = interface.role(), interface.text(TEXT.Name).strip()
        if role not in SAID and not interface.state().focusable:
            continue
        if role is ROLE.ListItem and not interface.state().focusable and not name:
            continue
        if not name:
            found.append(f"no name: {described(interface)}")
        elif not any(letter.isalnum() for letter in name):
            found.append(f"only signs: {described(interface)}")
        if role is ROLE.ProgressBar and interface.valueInterface() is None:
            found.append(f"no value: {described(interface)}")
        if interface.state().focusable and role in (ROLE.Client, ROLE.NoRole):
            found.append(f"no role: {described(interface)}")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY)
def test_every_control_there_is_has_a_name_and_a_role(name: str, whole: Whole, qtbot: QtBot) -> None:
    root = reach(name, whole(name), qtbot)
    assert len(list(tree(of(root)))) > 1
    assert faults(root) == []


def test_a_control_without_a_name_or_with_signs_alone_would_be_found(whole: Whole) -> None:
    window = whole()
    window.chat.header.settings.setAccessibleName("")
    window.chat.header.settings.setToolTip("")
    window.rail.buttons[MODELS].setAccessibleName("+")
    assert [fault.split(":")[0] for fault in faults(window)] == ["only signs", "no name"]


def test_the_page_that_is_shown_is_told_as_the_chosen_one(whole: Whole) -> None:
    window = whole()
    window.show_page(MODELS)
    told = {key: of(button) for key, button in window.rail.buttons.items()}
    assert {each.role() for each in told.values()} == {ROLE.RadioButton}  # one of several, not boxes to tick
    assert [key for key, each in told.items() if each.state().checked] == [MODELS]
    efforts = [of(button) for button in window.chat.composer.effort.buttons.values()]
    assert {each.role() for each in efforts} == {ROLE.RadioButton}
    assert [each.state().checked for each in efforts] == [False, True, False]


def test_the_list_says_what_its_lines_are(whole: Whole, qtbot: QtBot) -> None:
    window = whole()
    reach("nothing said yet", window, qtbot)
    assert window.listed is not None
    told = of(window.listed.view)
    assert told.role() is ROLE.List
    names = [told.child(index).text(TEXT.Name) for index in range(told.childCount())]
    assert "Sky, Pinned" in names
    assert "Folder Household, 1, open" in names


def test_switches_say_whether_they_are_on(whole: Whole, qtbot: QtBot) -> None:
    window = whole()
    root = reach("settings", window, qtbot)
    switches = root.findChildren(Switch)
    assert switches
    for switch in switches:
        told = of(switch)
        assert told.role() is ROLE.CheckBox
        assert told.state().checked == switch.isChecked()
    switch = switches[0]
    before = switch.isChecked()
    switch.click()
    assert of(switch).state().checked is not before


def test_a_bar_that_grows_says_what_of_and_how_far(whole: Whole, qtbot: QtBot) -> None:
    root = reach("work on a model", whole(), qtbot)
    bars = [each for each in tree(of(root)) if each.role() is ROLE.ProgressBar]
    assert bars
    for bar in bars:
        assert bar.text(TEXT.Name)
        value = bar.valueInterface()
        assert value is not None
        assert 0 < value.currentValue() < value.maximumValue()


def test_an_answer_can_be_read_as_text(whole: Whole, qtbot: QtBot) -> None:
    """By words and lines with a screen reader's own keys, not as one long name."""
    window = whole()
    reach("an answer that was cut", window, qtbot)
    view = window.chat.transcript.last_view()
    assert view is not None
    read = []
    for piece in (view.text, *view.panes.values()):
        for each in tree(of(piece)):
            text = each.textInterface()
            if text is not None and each.state().focusable:
                assert each.state().readOnly
                read.append(text.text(0, text.characterCount()))
    whole_text = "\n".join(read)
    for words in ("Where it stands", "print(1)", "The end", "Hm. What could it be?", "look"):
        assert words in whole_text
    text = of(view.findChildren(TextView)[0]).textInterface()
    assert text is not None
    assert text.characterCount() > 10


@pytest.mark.slow
@pytest.mark.parametrize("name", ["an answer that was cut", "documents", "settings", "models", "first run"])
def test_the_tree_is_read_in_the_order_that_is_seen(name: str, whole: Whole, qtbot: QtBot) -> None:
    """What Tab comes by goes down the page: nothing stands above what came before, but at the top of a column."""
    window = whole(name)
    reach(name, window, qtbot)
    stops = [stop for stop in window.page.stops() if stop.isVisible()]
    jumps = 0
    for before, after in pairwise(stops):
        above = (
            after.mapToGlobal(after.rect().bottomLeft()).y() < before.mapToGlobal(before.rect().topLeft()).y()
        )
        beside = (
            after.mapToGlobal(after.rect().topLeft()).x() > before.mapToGlobal(before.rect().topRight()).x()
        )
        jumps += above and not beside
    assert jumps <= 1  # back from what stands beside to what stands below


def test_what_is_drawn_by_hand_says_in_words_what_it_shows(whole: Whole, qtbot: QtBot) -> None:
    window = whole()
    reach("diagnostics", window, qtbot)
    assert window.diagnostics_page is not None
    told = of(window.diagnostics_page.plot)
    assert "tokens/s" in told.text(TEXT.Name) + told.text(TEXT.Description)
    QApplication.processEvents()
    assert window.page is window._others[DIAGNOSTICS]
    window.show_page(SETTINGS)
