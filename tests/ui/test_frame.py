"""The window's frame: going from page to page by hand and by keyboard, the bar below, names for screen readers,
and narrow windows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.shelf import Checked, Condition, Done
from models.errors import ModelError
from tests.fakes.chat import FakeChat, hold
from tests.fakes.shelf import DEMO, INSTALLED, LARGE, SMALL, FakeModels, at
from tests.ui.conftest import OpenWindow
from ui.models.models_controller import Kind
from ui.rail import NARROW
from ui.window import CHAT, MODELS, Window

NAME = INSTALLED.name
_SPEAKING = {
    QAccessible.Role.Button,
    QAccessible.Role.CheckBox,
    QAccessible.Role.RadioButton,
    QAccessible.Role.EditableText,
    QAccessible.Role.ProgressBar,
    QAccessible.Role.ButtonMenu,
    QAccessible.Role.ButtonDropDown,
    QAccessible.Role.ComboBox,
    QAccessible.Role.Link,
}


@pytest.fixture
def window(open_window: OpenWindow, qtbot: QtBot) -> Callable[..., Window]:
    """Opens a window with models, once it has looked at them."""

    def open_one(models: FakeModels, **given: object) -> Window:
        made = open_window(FakeChat(), models=models, **given)
        qtbot.waitUntil(lambda: made.models is not None and made.models.shelf is not None)
        return made

    return open_one


def shown(made: Window) -> QWidget:
    """The page that is shown."""
    return made.page


def tree(interface: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    """An element and all below it that can be seen."""
    yield interface
    for i in range(interface.childCount()):
        child = interface.child(i)
        if child is not None and child.isValid() and not child.state().invisible:
            yield from tree(child)


def unnamed(widget: QWidget) -> list[QObject]:
    """Controls below `widget` that a screen reader could say nothing about."""
    top = QAccessible.queryAccessibleInterface(widget)
    assert top is not None
    return [
        found.object()
        for found in tree(top)
        if (found.role() in _SPEAKING or found.state().focusable)
        and not found.text(QAccessible.Text.Name).strip()
    ]


def test_pages_are_gone_to_by_hand_and_by_keys(window: Callable[..., Window], qtbot: QtBot) -> None:
    made = window(FakeModels())
    assert shown(made) is made.chat
    made.rail.buttons[MODELS].click()
    assert shown(made) is made.models_page
    assert made.rail.buttons[MODELS].isChecked()
    QTest.keyClick(made, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert shown(made) is made.chat
    assert made.chat.composer.field.hasFocus()
    QTest.keyClick(made, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert shown(made) is made.models_page
    assert made.models_page is not None
    assert made.models_page.bring.hasFocus()


def test_the_arrow_keys_go_from_page_to_page_on_the_rail(window: Callable[..., Window]) -> None:
    made = window(FakeModels())
    made.rail.buttons[CHAT].setFocus()
    QTest.keyClick(made.rail.buttons[CHAT], Qt.Key.Key_Down)
    assert shown(made) is made.models_page
    assert made.rail.buttons[MODELS].hasFocus()
    QTest.keyClick(made.rail.buttons[MODELS], Qt.Key.Key_Up)
    assert shown(made) is made.chat


def test_tab_goes_through_rail_and_page_and_comes_round(window: Callable[..., Window], qtbot: QtBot) -> None:
    made = window(FakeModels((replace(INSTALLED, is_chosen=True), replace(DEMO, is_chosen=False)), (LARGE,)))
    made.show_page(MODELS)
    assert made.models_page is not None
    qtbot.waitUntil(lambda: made.models_page is not None and NAME in made.models_page.cards)
    card = made.models_page.cards[NAME]
    made.rail.buttons[MODELS].setFocus()
    passed = []
    for _ in range(30):
        QTest.keyClick(made.focusWidget(), Qt.Key.Key_Tab)
        passed.append(made.focusWidget())
        if passed[-1] is made.rail.buttons[MODELS]:
            break
    assert passed[-1] is made.rail.buttons[MODELS]
    order = [passed.index(widget) for widget in (made.models_page.bring, card.check, card.remove, card.more)]
    assert order == sorted(order)
    assert passed.index(card.more) < passed.index(made.models_page.offers["gpt-oss-120b"].download)
    QTest.keyClick(made.focusWidget(), Qt.Key.Key_Backtab)
    assert made.focusWidget() is passed[-2]


def test_what_tab_reaches_is_scrolled_into_sight(open_window: OpenWindow, qtbot: QtBot) -> None:
    many = tuple(replace(INSTALLED, name=f"model-{i}", title=f"model-{i}") for i in range(12))
    made = open_window(FakeChat(), models=FakeModels((*many, DEMO)), size=(900, 500))
    made.show_page(MODELS)
    page = made.models_page
    assert page is not None
    qtbot.waitUntil(lambda: len(page.cards) == 13 and all(card.isVisible() for card in page.cards.values()))
    last = page.cards["model-11"].remove
    for _ in range(80):
        QTest.keyClick(made.focusWidget(), Qt.Key.Key_Tab)
        if last.hasFocus():
            break
    assert last.hasFocus()
    top = last.mapTo(page.viewport(), last.rect().topLeft()).y()
    assert 0 <= top <= page.viewport().height() - last.height()


def test_no_page_has_a_control_without_a_name(open_window: OpenWindow, qtbot: QtBot) -> None:
    begun = replace(INSTALLED, name="begun", title="begun", condition=Condition.UNFINISHED, size=1)
    models = FakeModels((INSTALLED, begun, DEMO), (SMALL, LARGE))
    models.scripts["check"] = [at(0.5), hold]
    made = open_window(FakeChat(), models=models, is_first_run=True)
    first, page = made.first_run, made.models_page
    assert first is not None
    assert page is not None
    qtbot.waitUntil(lambda: bool(first.choices))
    first.licence.click()
    assert unnamed(made) == []
    made.show_page(MODELS)
    card = page.cards[NAME]
    card.more.click()
    card.remove.click()
    page.offers[LARGE.name].more.click()
    assert unnamed(made) == []
    card.check.click()
    qtbot.waitUntil(card.work.isVisible)
    assert unnamed(made) == []
    made.end_first_run()
    assert made.work_bar is not None
    assert made.work_bar.isVisible()
    assert unnamed(made) == []


def test_the_walk_for_names_finds_a_control_without_one(window: Callable[..., Window]) -> None:
    made = window(FakeModels())
    made.chat.header.new.setText("")
    assert made.chat.header.new in unnamed(made)


def test_the_bar_tells_what_goes_wrong_and_is_sent_away(window: Callable[..., Window], qtbot: QtBot) -> None:
    models = FakeModels()
    models.scripts["download"] = [at(0.3), ModelError("The disk is full. Free some space and start again.")]
    made = window(models)
    bar = made.work_bar
    assert made.models is not None
    assert bar is not None
    assert not bar.isVisible()
    made.models.begin(Kind.DOWNLOAD, NAME)
    qtbot.waitUntil(lambda: "The disk is full" in bar.words.text())
    assert not bar.hold.isVisible()
    assert not bar.talk.isVisible()
    bar.dismiss.click()
    assert not bar.isVisible()


def test_the_bar_pauses_and_leads_to_the_page(window: Callable[..., Window], qtbot: QtBot) -> None:
    models = FakeModels()
    models.scripts["download"] = [at(0.3), hold]
    made = window(models)
    bar = made.work_bar
    assert made.models is not None
    assert bar is not None
    made.models.begin(Kind.DOWNLOAD, NAME)
    qtbot.waitUntil(bar.isVisible)
    bar.hold.click()
    assert models.work.is_paused
    assert bar.hold.accessibleName() == "Go on"
    bar.hold.click()
    assert not models.work.is_paused
    bar.show_button.click()
    assert shown(made) is made.models_page
    assert not bar.isVisible()


def test_a_check_that_ended_well_offers_no_other_model(window: Callable[..., Window], qtbot: QtBot) -> None:
    models = FakeModels((INSTALLED, DEMO))
    models.scripts["check"] = [Checked((), 0)]
    made = window(models)
    bar = made.work_bar
    assert made.models is not None
    assert bar is not None
    made.models.begin(Kind.CHECK, NAME)
    qtbot.waitUntil(lambda: "every byte is as it was published" in bar.words.text())
    assert not bar.talk.isVisible()


@pytest.mark.parametrize("width", [420, 560, NARROW, 1180])
def test_nothing_stands_outside_the_window_at_any_width(
    open_window: OpenWindow, qtbot: QtBot, width: int
) -> None:
    used = replace(INSTALLED, is_chosen=True)
    models = FakeModels((used, replace(DEMO, is_chosen=False)), (LARGE,))
    made = open_window(FakeChat(), models=models, size=(width, 800), is_first_run=True)
    page = made.models_page
    assert page is not None
    qtbot.waitUntil(lambda: bool(page.cards))
    for key in (CHAT, MODELS):
        made.show_page(key)
        if key == MODELS:
            page.cards[NAME].remove.click()
            page.cards[NAME].more.click()
        qtbot.waitUntil(lambda: outside(made) == [])
    assert made.rail.width() == (width if width < NARROW else made.rail.minimumWidth())


def outside(made: Window) -> list[QWidget]:
    """What can be seen and is cut off at the left or right."""
    shown = [child for child in made.page.findChildren(QWidget) if child.isVisible()]
    inner = {
        grandchild
        for child in shown
        if child.inherits("QAbstractScrollArea") and child is not made.page
        for grandchild in child.findChildren(QWidget)
    }
    return [
        child
        for child in shown
        if child not in inner
        and not (
            child.mapTo(made, child.rect().topLeft()).x() >= 0
            and child.mapTo(made, child.rect().topRight()).x() < made.width()
        )
    ]


def test_ctrl_n_goes_back_to_the_conversation(window: Callable[..., Window]) -> None:
    made = window(FakeModels())
    made.show_page(MODELS)
    QTest.keyClick(made, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert shown(made) is made.chat


def test_a_window_without_models_has_no_rail(open_window: OpenWindow) -> None:
    made = open_window(FakeChat())
    assert not made.rail.isVisible()
    made.show_page(MODELS)
    assert shown(made) is made.chat


def test_an_import_that_is_done_offers_the_model_it_brought(
    window: Callable[..., Window], qtbot: QtBot
) -> None:
    models = FakeModels()
    models.scripts["bring"] = [Done("my-model", 1)]
    made = window(models)
    bar = made.work_bar
    assert made.models is not None
    assert bar is not None
    made.models.begin(Kind.BRING, "/media/stick/my-model")
    qtbot.waitUntil(bar.talk.isVisible)
    bar.talk.click()
    qtbot.waitUntil(lambda: models.asked[-1:] == [("talk_to", "my-model")])


def test_in_a_narrow_window_the_bar_still_says_how_long_it_takes(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    models = FakeModels()
    models.scripts["download"] = [at(0.3), hold]
    made = open_window(FakeChat(), models=models, size=(420, 600))
    bar = made.work_bar
    assert made.models is not None
    assert bar is not None
    made.models.begin(Kind.DOWNLOAD, NAME)
    qtbot.waitUntil(lambda: "about 7 min left" in bar.words.text())
    assert "4.1 GB of 13.8 GB" in bar.words.text()
    assert bar.words.fontMetrics().horizontalAdvance(bar.words.text()) <= bar.words.width()
    made.resize(1180, 600)
    qtbot.waitUntil(lambda: bar.words.text().startswith("Downloading gpt-oss-20b · "))
