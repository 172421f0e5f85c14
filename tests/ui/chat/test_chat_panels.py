"""The panels about a conversation: a full context asks, settings hold for this chat alone, prompts come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from app.context_room import Choice, Room, Way
from app.history.values import Access, ChatSettings, SavedPrompt
from app.talk_values import Noted
from models.errors import ContextFullError, InputError
from runtime.conversation import Effort
from runtime.events import LoadEvent
from tests.fakes.chat import LOADS, FakeChat, end, say
from tests.fakes.documents import SummarisingChat, desk_with
from tests.fakes.history import FakeHistory
from tests.fakes.kept_chat import KeptChat
from tests.support.documents.making import document
from tests.ui.conftest import OpenWindow
from ui.chat.chat_panels import ChatPanels
from ui.chat.prompts import filled, variables
from ui.chat.room_panel import choice_words
from ui.controller import Stage
from ui.services import TalkEvent
from ui.window import Window

Ask = Callable[..., None]
CHOICES = (Choice(Way.DROP, 2, 900, 4096), Choice(Way.SUMMARISE, 3, 800, 4096), Choice(Way.RAISE, 0, 0, 8192))
FULL = Room(4096, 100, 0, 3900, 3000, needed=4400, is_full=True, choices=CHOICES)


def panels(window: Window) -> ChatPanels:
    return window.chat.panels


# -- room --------------------------------------------------------------------------------------------


class Crowded(FakeChat):
    """Has no room for the first question until some is made."""

    def send(self, text: str) -> Iterator[TalkEvent]:
        if not self.made_room:
            self.room = FULL
            raise ContextFullError("This does not fit.")
        return super().send(text)

    def make_room(self, choice: Choice) -> Iterator[TalkEvent]:
        yield from super().make_room(choice)
        self.room = Room(4096, 100, 0, 900)
        yield Noted("The summary leaves out the tables.")


def test_a_message_that_does_not_fit_is_kept_and_the_person_is_asked(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    chat = Crowded([*say("It fits."), end()])
    window = open_window(chat)
    window.chat.send("A long one")
    qtbot.waitUntil(panels(window).room.isVisible)
    assert window.chat.composer.text == "A long one"
    assert window.chat.notice.text() == ""  # the panel says it, and what can be done
    assert "4,400 tokens" in panels(window).room.sentence.text()
    assert [button.text() for button in panels(window).room.buttons] == [
        choice_words(each) for each in CHOICES
    ]
    assert "Nothing is deleted" in panels(window).room.sentence.text()
    panels(window).room.buttons[0].click()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    qtbot.waitUntil(lambda: "room again" in window.chat.notice.text())
    assert chat.made_room == [CHOICES[0]]
    assert not panels(window).room.isVisible()
    assert window.chat.status.context.text() == "Context 1,000 of 4,096 · 3,096 free"
    window.chat.composer.send()
    qtbot.waitUntil(lambda: window.chat.transcript.last_answer() == "It fits.")


def test_a_message_is_weighed_with_the_room_that_was_made(open_window: OpenWindow, qtbot: QtBot) -> None:
    desk = desk_with(document("report.pdf", "The first page."))
    chat = SummarisingChat(desk)
    chat.room = FULL
    window = open_window(chat, documents=desk, summaries=chat)
    figures = window.chat.composer.meter.figures
    qtbot.waitUntil(lambda: "conversation 4,000" in figures.text())
    chat.room = Room(4096, 100, 0, 900)
    window.controller.make_room(CHOICES[0], lambda _error: None)
    qtbot.waitUntil(lambda: "conversation 1,000" in figures.text())


def test_every_way_to_make_room_can_be_read_whole_and_comes_into_sight_in_a_low_window(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window(Crowded([*say("It fits."), end()]), size=(420, 480))
    window.chat.send("A long one")
    room = panels(window).room
    qtbot.waitUntil(room.isVisible)
    QApplication.processEvents()
    for button in room.buttons:
        assert button.height() >= button.heightForWidth(button.width()) > 2 * button.fontMetrics().height()
    assert room.no.visibleRegion().isEmpty()
    for stop in (room.no, room.buttons[0], room.buttons[2]):
        stop.setFocus(Qt.FocusReason.TabFocusReason)
        assert stop.visibleRegion().boundingRect().height() == min(stop.height(), room.height() - 2)


def test_a_message_that_no_choice_makes_room_for_is_refused_with_a_sentence(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window(Hopeless())
    window.chat.send("A long one")
    qtbot.waitUntil(lambda: window.chat.notice.text() == "This does not fit.")
    assert window.chat.composer.text == "A long one"
    assert not panels(window).room.isVisible()


class Hopeless(Crowded):
    """Has no room, and nothing that would make some."""

    def send(self, text: str) -> Iterator[TalkEvent]:
        try:
            return super().send(text)
        finally:
            self.room = Room(4096, 100, 0, 0, needed=9000, is_full=True)


class CrowdedUntilLoaded(Crowded):
    """Has room once the model is loaded again."""

    def make_room(self, choice: Choice) -> Iterator[TalkEvent]:
        yield from FakeChat.make_room(self, choice)

    def load_with_room(self) -> Iterator[LoadEvent]:
        self.room = Room(8192, 100, 0, 900)
        yield from LOADS


def test_more_room_loads_the_model_again(open_window: OpenWindow, qtbot: QtBot) -> None:
    chat = CrowdedUntilLoaded()
    window = open_window(chat, loads=(LOADS, chat.load_with_room()))
    stages: list[Stage] = []
    window.chat.send("A long one")
    qtbot.waitUntil(panels(window).room.isVisible)
    window.controller.stage_changed.connect(stages.append)
    panels(window).room.buttons[2].click()
    qtbot.waitUntil(lambda: Stage.LOADING in stages and stages[-1] is Stage.READY)
    assert not panels(window).room.isVisible()
    assert window.chat.status.context.text() == "Context 1,000 of 8,192 · 7,192 free"


def test_room_that_cannot_be_made_is_said(
    open_window: OpenWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(Crowded())

    def fail(_choice: Choice) -> Iterator[TalkEvent]:
        raise InputError("The oldest question is the only one.")

    monkeypatch.setattr(window._services.chat, "make_room", fail)
    panels(window).room.show_room(FULL)
    panels(window).room.buttons[0].click()
    qtbot.waitUntil(lambda: window.chat.notice.text() == "The oldest question is the only one.")
    assert window.controller.stage is Stage.READY


def test_the_question_can_be_left_for_now_by_escape(open_window: OpenWindow) -> None:
    window = open_window()
    panels(window).room.show_room(FULL)
    panels(window).room.buttons[0].setFocus()
    QTest.keyClick(panels(window).room.buttons[0], Qt.Key.Key_Escape)
    assert not panels(window).room.isVisible()
    assert window.chat.composer.field.hasFocus()


def test_the_strip_tells_what_is_used_kept_and_free(open_window: OpenWindow) -> None:
    chat = FakeChat()
    chat.room = Room(4096, 100, 500, 400, 800, left_out=2)
    window = open_window(chat)
    panels(window).show_room()
    told = window.chat.status.context.toolTip().split("\n")
    assert told == [
        "Questions and answers: 400 tokens",
        "Instructions and tools: 100 tokens",
        "Attached files: 500 tokens",
        "Kept in memory, not to be read again: 800 tokens",
        "Free: 3,096 tokens",
        "Questions and answers the model is no longer told: 2",
    ]
    assert window.chat.status.context.accessibleDescription() == "\n".join(told)


# -- settings of a conversation ----------------------------------------------------------------------


def test_settings_hold_for_this_conversation_from_the_next_message_on(open_window: OpenWindow) -> None:
    chat = FakeChat()
    window = open_window(chat)
    window.chat.header.settings.click()
    shown = panels(window).settings
    assert shown.isVisible()
    assert shown.effort.currentText() == "Default"
    shown.effort.setCurrentIndex(shown.effort.findData(Effort.HIGH))
    shown.effort.activated.emit(shown.effort.currentIndex())
    shown.temperature.setCurrentIndex(shown.temperature.findData(0.0))
    shown.temperature.activated.emit(shown.temperature.currentIndex())
    shown.instructions.setPlainText("Answer in verse.")
    assert chat.settings == ChatSettings(effort=Effort.HIGH, temperature=0.0, instructions="Answer in verse.")
    QTest.keyClick(shown.instructions, Qt.Key.Key_Escape)
    assert not shown.isVisible()
    assert window.chat.composer.field.hasFocus()


def test_what_was_set_elsewhere_to_something_unusual_is_shown_and_kept(open_window: OpenWindow) -> None:
    chat = FakeChat()
    chat.settings = ChatSettings(temperature=0.42, context_length=5000, top_p=0.5)
    window = open_window(chat)
    window.chat.header.settings.click()
    shown = panels(window).settings
    assert shown.temperature.currentText() == "0.42"
    assert shown.length.currentData() == 5000
    shown.instructions.setPlainText("Briefly.")
    assert chat.settings == ChatSettings(
        temperature=0.42, context_length=5000, top_p=0.5, instructions="Briefly."
    )


def test_where_there_are_no_models_to_choose_what_was_kept_stays(open_window: OpenWindow) -> None:
    chat = FakeChat()
    chat.settings = ChatSettings(model="gpt-oss-20b")
    window = open_window(chat)
    panels(window).toggle_settings()
    shown = panels(window).settings
    boxes = [box.accessibleName() for box in shown.findChildren(QComboBox) if box.isVisible()]
    assert boxes == ["Effort", "Temperature", "Context"]
    shown.instructions.setPlainText("Briefly.")
    assert chat.settings == ChatSettings(model="gpt-oss-20b", instructions="Briefly.")


# -- saved prompts -----------------------------------------------------------------------------------


def test_variables_are_asked_for_once_each_and_never_filled_twice() -> None:
    text = "To {{ who }} about {{what}}: dear {{who}}, {not this} {{}}"
    assert variables(text) == ("who", "what")
    assert filled(text, {"who": "Ada {{what}}", "what": "rent"}) == (
        "To Ada {{what}} about rent: dear Ada {{what}}, {not this} {{}}"
    )


def test_a_message_is_saved_as_a_prompt_and_comes_back(open_window: OpenWindow, qtbot: QtBot) -> None:
    history = FakeHistory()
    window = open_window(KeptChat(history), history=history)
    window.chat.composer.set_text("Translate: {{text}}")
    menu = panels(window).prompts.menu(window.chat.composer.text)
    next(action for action in menu.actions() if action.text().startswith("Save")).trigger()
    field = panels(window).prompts.name.field
    assert field.hasFocus()
    QTest.keyClicks(field, "Translate")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(panels(window).prompts.prompts) == 1)
    assert history.prompts()[0].text == "Translate: {{text}}"
    window.chat.composer.clear()
    panels(window).prompts.menu("").actions()[0].trigger()
    form = panels(window).prompts.form
    QTest.keyClicks(form.fields["text"], "Guten Tag")
    QTest.keyClick(form.fields["text"], Qt.Key.Key_Return)
    assert window.chat.composer.text == "Translate: Guten Tag"
    assert not form.isVisible()
    assert window.chat.composer.field.hasFocus()


def test_enter_in_one_variable_goes_on_to_the_next_and_sends_no_gap(open_window: OpenWindow) -> None:
    window = open_window()
    form = panels(window).prompts.form
    panels(window).prompts.use(SavedPrompt(1, "Letter", "To {{who}} about {{what}}."))
    QTest.keyClicks(form.fields["who"], "Ada")
    QTest.keyClick(form.fields["who"], Qt.Key.Key_Return)
    assert form.fields["what"].hasFocus()
    assert window.chat.composer.text == ""
    QTest.keyClicks(form.fields["what"], "rent")
    QTest.keyClick(form.fields["what"], Qt.Key.Key_Return)
    assert window.chat.composer.text == "To Ada about rent."


def test_a_prompt_without_variables_goes_behind_what_is_written(open_window: OpenWindow) -> None:
    window = open_window()
    window.chat.composer.set_text("First.")
    panels(window).prompts.use(SavedPrompt(1, "Second", "Then this."))
    assert window.chat.composer.text == "First.\n\nThen this."
    window.chat.composer.set_text("/")
    panels(window).prompts.use(SavedPrompt(1, "Second", "Then this."))
    assert window.chat.composer.text == "Then this."


def test_a_slash_in_an_empty_message_offers_the_prompts(open_window: OpenWindow, qtbot: QtBot) -> None:
    history = FakeHistory()
    window = open_window(KeptChat(history), history=history)
    asked: list[bool] = []
    window.chat.composer.prompts_asked.disconnect()
    window.chat.composer.prompts_asked.connect(lambda: asked.append(True))
    QTest.keyClicks(window.chat.composer.field, "1/2")
    assert asked == []
    window.chat.composer.clear()
    QTest.keyClicks(window.chat.composer.field, "/")
    assert asked == [True]


def test_where_nothing_can_be_kept_prompts_are_not_an_error(open_window: OpenWindow, qtbot: QtBot) -> None:
    history = FakeHistory(access=Access.NO_KEYCHAIN)
    window = open_window(KeptChat(history), history=history)
    assert window.listed is not None
    listed = window.listed
    qtbot.waitUntil(listed.access.isVisible)
    assert window.chat.notice.text() == ""
    assert panels(window).prompts.prompts == ()


# -- files that come from elsewhere ------------------------------------------------------------------


@pytest.fixture
def comes_forward(monkeypatch: pytest.MonkeyPatch) -> None:
    """The screen of the tests has no front and no back."""
    monkeypatch.setattr(Window, "raise_", lambda window: None)


@pytest.mark.usefixtures("comes_forward")
def test_files_of_a_second_start_are_attached_in_this_window(
    open_window: OpenWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    desk = desk_with()
    window = open_window(documents=desk)
    window.showMinimized()
    window.welcome([str(tmp_path / "Brief 東京.pdf")])
    qtbot.waitUntil(lambda: len(desk.files()) == 1)
    assert desk.files()[0].name == "Brief 東京.pdf"
    assert not window.isMinimized()
    assert window.page is window.chat


@pytest.mark.usefixtures("comes_forward")
def test_where_files_cannot_be_attached_a_second_start_says_so(open_window: OpenWindow) -> None:
    window = open_window()
    window.welcome([])
    assert window.chat.notice.text() == ""
    window.welcome(["/tmp/a.pdf"])
    assert "cannot be attached" in window.chat.notice.text()


def test_esc_closes_the_panel_before_it_stops_the_answer(open_window: OpenWindow, ask: Ask) -> None:
    chat = FakeChat()
    window = open_window(chat)
    panels(window).toggle_settings()
    window.chat.composer.setFocus()
    stops = chat.stops
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Escape)
    assert not panels(window).settings.isVisible()
    assert chat.stops == stops


@pytest.mark.parametrize("name", ["room", "name", "form", "ask"])
def test_esc_closes_every_panel_from_wherever_the_keyboard_is(open_window: OpenWindow, name: str) -> None:
    window = open_window()
    prompt = SavedPrompt(1, "Letter", "To {{who}}")
    ways: dict[str, tuple[Callable[[], None], QWidget]] = {
        "room": (lambda: panels(window).room.show_room(FULL), panels(window).room),
        "name": (panels(window).prompts.name.ask, panels(window).prompts.name),
        "form": (lambda: panels(window).prompts.use(prompt), panels(window).prompts.form),
        "ask": (lambda: window.chat.foot.ask.say("Delete?"), window.chat.foot.ask),
    }
    opened, panel = ways[name]
    opened()
    assert panel.isVisible()
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert window.chat.composer.field.hasFocus()
