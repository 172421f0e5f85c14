"""A conversation with a model of its own: said before anything is sent, loaded when it is, and nothing is lost if not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.context_room import Choice, Room, Way
from app.history.tree import Question
from app.history.values import ChatSettings
from app.shelf import Condition, Done
from app.talk_values import Awaited, Switching
from models.errors import Cancelled, ContextFullError, EngineError, ModelError
from runtime.events import EngineFailed, LoadProgress, StopReason
from tests.fakes.awaiting_chat import OTHER, AwaitingChat
from tests.fakes.chat import PATIENCE_S, FakeChat, end, hold, say
from tests.fakes.history import FakeHistory
from tests.fakes.kept_chat import KeptChat, keep
from tests.fakes.shelf import DEMO, INSTALLED, FakeModels
from tests.ui.conftest import OpenWindow
from ui.chat.chat_settings import ChatSettingsPanel
from ui.controller import Stage
from ui.models.models_controller import Kind
from ui.services import TalkEvent
from ui.window import Window

Ask = Callable[..., None]
LINE = "This conversation goes on with gpt-oss-20b: it is loaded when you send."
CHOSEN_DEMO = replace(DEMO, is_chosen=True, is_loaded=True)
OWN = replace(INSTALLED, is_chosen=False)


def both(**changes: object) -> FakeModels:
    return FakeModels((replace(OWN, **changes), CHOSEN_DEMO))  # type: ignore[arg-type]


def line(window: Window) -> str:
    label = window.chat.panels.model_line
    return label.text() if label.isVisible() else ""


def opened(window: Window, qtbot: QtBot) -> ChatSettingsPanel:
    """The settings of the conversation, with the models on this PC."""
    shown = window.chat.panels.settings
    window.chat.header.settings.click()
    qtbot.waitUntil(lambda: shown.model.count() > 2)
    return shown


# -- choosing ----------------------------------------------------------------------------------------


def test_the_models_on_this_pc_can_be_chosen_for_one_conversation(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    chat = FakeChat()
    window = open_window(chat, models=both())
    shown = opened(window, qtbot)
    assert shown.model.hasFocus()
    items = [shown.model.itemText(i) for i in range(shown.model.count())]
    assert items == ["Default: Chorale demo", "gpt-oss-20b", "Chorale demo"]
    shown.model.setCurrentIndex(1)
    shown.model.activated.emit(1)
    assert chat.settings == ChatSettings(model=OTHER)
    shown.model.setCurrentIndex(0)
    shown.model.activated.emit(0)
    assert chat.settings == ChatSettings()


def test_opening_the_settings_changes_nothing_of_what_was_chosen(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    chat = FakeChat()
    chat.settings = ChatSettings(model="/srv/models/mine", temperature=0.3)
    window = open_window(chat, models=both())
    shown = opened(window, qtbot)
    assert (shown.model.currentText(), shown.model.currentData()) == ("mine", "/srv/models/mine")
    shown.instructions.setPlainText("Briefly.")
    assert chat.settings.model == "/srv/models/mine"


@pytest.mark.parametrize("condition", [Condition.UNFINISHED, Condition.DAMAGED, Condition.UNUSABLE])
def test_a_model_that_cannot_be_talked_to_is_not_offered(
    open_window: OpenWindow, qtbot: QtBot, condition: Condition
) -> None:
    window = open_window(models=FakeModels((replace(OWN, condition=condition), CHOSEN_DEMO)))
    shown = window.chat.panels.settings
    window.chat.header.settings.click()
    qtbot.waitUntil(lambda: shown.model.count() == 2)
    assert [shown.model.itemData(i) for i in range(2)] == [None, "demo"]


def test_what_the_organisation_forbids_is_not_offered_and_that_is_said(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window(models=both(refusal="Your organisation does not allow the model gpt-oss-20b."))
    shown = window.chat.panels.settings
    window.chat.header.settings.click()
    qtbot.waitUntil(lambda: shown.model.count() == 2)
    assert shown.refused.isVisible()
    assert "organisation" in shown.refused.text()


# -- before anything is sent -------------------------------------------------------------------------


def test_a_conversation_says_which_model_goes_on_with_it_and_loads_nothing(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    chat = AwaitingChat()
    window = open_window(chat, models=both())
    qtbot.waitUntil(lambda: line(window) == LINE)
    assert chat.loads == 0
    assert window.chat.header.title.text() == "Chorale demo"
    chat.awaited = None
    window.chat.panels.show_awaited()
    assert line(window) == ""


def test_another_context_is_said_too(open_window: OpenWindow) -> None:
    chat = FakeChat()
    chat.awaited = Awaited("demo", "Chorale demo", is_other=False)
    window = open_window(chat, models=both())
    assert line(window) == (
        "This conversation has a context of its own: Chorale demo is loaded again when you send."
    )


def test_opening_a_conversation_shows_its_line_and_leaving_it_takes_it_away(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    history = FakeHistory()
    entry = keep(history, "Rent", ("What?", "That."))
    history.configure(entry, ChatSettings(model=OTHER))
    chat = OwnModelChat(history)
    window = open_window(chat, models=both(), history=history)
    window._open(entry, None)
    qtbot.waitUntil(lambda: line(window) == LINE)
    window.chat.new_conversation()
    assert line(window) == ""


class OwnModelChat(KeptChat):
    """Waits for its own model wherever it is set to one."""

    @property
    def awaited(self) -> Awaited | None:
        return None if self.settings.model is None else Awaited(self.settings.model, self.settings.model)

    @awaited.setter
    def awaited(self, _: Awaited | None) -> None: ...

    def new(self, kept: bool | None = None) -> None:
        super().new(kept)
        self.settings = ChatSettings()


@pytest.mark.parametrize(
    ("models", "words"),
    [
        (FakeModels((CHOSEN_DEMO,)), "not on this PC any more"),
        (FakeModels((replace(OWN, condition=Condition.UNFINISHED), CHOSEN_DEMO)), "is not complete"),
        (FakeModels((replace(OWN, condition=Condition.DAMAGED), CHOSEN_DEMO)), "is not complete"),
        (both(refusal="Your organisation does not allow it."), "does not allow"),
    ],
)
def test_a_model_that_cannot_answer_is_said_before_anything_is_written(
    open_window: OpenWindow, qtbot: QtBot, models: FakeModels, words: str
) -> None:
    window = open_window(AwaitingChat(), models=models)
    qtbot.waitUntil(lambda: words in line(window))
    assert window.chat.panels.model_line.property("kind") == "wrong"


# -- when something is asked -------------------------------------------------------------------------


def test_sending_loads_the_model_first_and_then_asks(open_window: OpenWindow, qtbot: QtBot) -> None:
    chat = AwaitingChat([*say("Hello."), end()])
    chat.load = [LoadProgress("mapping", 1, 4), hold]
    window = open_window(chat, models=both())
    window.chat.send("Hi")
    qtbot.waitUntil(lambda: window.chat.header.title.text() == OTHER)
    qtbot.waitUntil(lambda: _activity(window) == "Loading gpt-oss-20b · Opening the model: 1 of 4")
    assert line(window) == ""
    assert window.chat.status.device.text() == "Loading…"
    chat.release()
    qtbot.waitUntil(lambda: window.chat.transcript.last_answer() == "Hello.")
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert chat.asked == ["Hi"]
    assert not window.chat.header.badge.isVisible()
    assert "Fake CPU" in window.chat.status.device.text()


def _activity(window: Window) -> str:
    view = window.chat.transcript.last_view()
    return view.activity.words if view is not None else ""


def test_where_there_is_no_room_what_the_header_says_is_left_out(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    chat = AwaitingChat()
    chat.load = [LoadProgress("mapping", 1, 4), hold]
    window = open_window(chat, models=both())
    window.chat.send("Hi")
    qtbot.waitUntil(lambda: "Opening" in _activity(window))
    view = window.chat.transcript.last_view()
    assert view is not None
    wide = view.activity.fontMetrics().horizontalAdvance(view.activity.words)
    assert view.activity.shown_in(wide + 1) == view.activity.words
    assert view.activity.shown_in(wide - 1) == "Opening the model: 1 of 4"
    assert view.activity.shown_in(wide // 4).endswith("…")
    window.controller.stop()
    qtbot.waitUntil(lambda: window.controller.stage is not Stage.ANSWERING)


def test_esc_stops_the_loading_and_the_message_is_in_the_field_again(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    chat = AwaitingChat()
    chat.load = [LoadProgress("mapping", 1, 4), hold]
    window = open_window(chat, models=both())
    window.chat.send("A long question")
    qtbot.waitUntil(lambda: "Opening" in _activity(window))
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert window.chat.composer.text == "A long question"
    assert not window.chat.transcript.rows
    assert window.chat.notice.text() == "Loading was stopped. Nothing was sent."
    assert window.chat.status.device.text() == "No model is loaded"
    assert chat.asked == []
    chat.load = []
    window.chat.composer.send()  # and can be sent at once again
    qtbot.waitUntil(lambda: chat.asked == ["A long question"])


@pytest.mark.parametrize("is_loaded_other", [True, False])
def test_a_stop_before_anything_was_heard_of_the_model_gives_the_message_back(
    open_window: OpenWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, is_loaded_other: bool
) -> None:
    chat, begun, stopped = AwaitingChat(), threading.Event(), threading.Event()
    if not is_loaded_other:
        chat.awaited = None  # the same model, which is not in the engine any more

    def send(text: str) -> Iterator[TalkEvent]:
        begun.set()
        assert stopped.wait(PATIENCE_S)  # a title is being made, or another load ends
        raise Cancelled
        yield

    monkeypatch.setattr(chat, "send", send)
    monkeypatch.setattr(chat, "stop", stopped.set)
    window = open_window(chat, models=both())
    window.chat.send("A long question")
    assert begun.wait(PATIENCE_S)
    window.controller.stop()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert window.chat.composer.text == "A long question"
    assert not window.chat.transcript.rows
    assert window.chat.notice.text() == "Loading was stopped. Nothing was sent."


def test_a_model_that_cannot_be_loaded_costs_one_sentence(open_window: OpenWindow, qtbot: QtBot) -> None:
    chat = AwaitingChat()
    chat.load = [LoadProgress("mapping", 1, 4), EngineError("There is not enough memory for gpt-oss-20b.")]
    window = open_window(chat, models=both())
    window.chat.send("A long question")
    qtbot.waitUntil(lambda: "not enough memory" in window.chat.notice.text())
    assert window.chat.composer.text == "A long question"
    assert not window.chat.transcript.rows
    assert window.controller.stage is Stage.READY


def test_a_model_that_is_gone_costs_one_sentence_and_the_loaded_one_stays(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    chat = AwaitingChat()
    chat.missing = ModelError("gpt-oss-20b answers here, but is not on this PC any more.")
    window = open_window(chat, models=both())
    before = window.chat.status.device.text()
    window.chat.send("A long question")
    qtbot.waitUntil(lambda: "not on this PC" in window.chat.notice.text())
    assert window.chat.composer.text == "A long question"
    assert window.chat.header.title.text() == "Chorale demo"
    assert window.chat.status.device.text() == before


@pytest.mark.parametrize("way", ["retry", "go_on"])
def test_an_answer_stays_if_the_model_for_another_cannot_be_loaded(
    open_window: OpenWindow, qtbot: QtBot, ask: Ask, way: str
) -> None:
    chat = AwaitingChat([*say("The first"), end(StopReason.LENGTH)])
    chat.awaited = None
    window = open_window(chat, models=both())
    ask(window, "What?")
    chat.awaited = Awaited(OTHER, OTHER)
    chat.load = [EngineError("There is not enough memory.")]
    getattr(window.chat.acting, way)()
    qtbot.waitUntil(lambda: "not enough memory" in window.chat.notice.text())
    assert window.chat.transcript.last_answer() == "The first"
    assert len(window.chat.transcript.rows) == 2
    assert window._services.chat.can_go_on
    chat.load = []
    getattr(window.chat.acting, way)()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY and len(chat.asked) == 2)


def test_an_edited_question_stays_to_be_edited_if_the_model_cannot_be_loaded(
    open_window: OpenWindow, qtbot: QtBot, ask: Ask
) -> None:
    chat = AwaitingChat([*say("The first."), end()])
    chat.awaited = None
    window = open_window(chat, models=both())
    ask(window, "What?")
    chat.awaited = Awaited(OTHER, OTHER)
    chat.load = [EngineError("There is not enough memory.")]
    window.chat.acting._edit(window.chat.transcript.rows[0], "What else?")
    qtbot.waitUntil(lambda: "not enough memory" in window.chat.notice.text())
    assert window.chat.transcript.last_answer() == "The first."
    assert window.chat.composer.text == ""


def test_a_message_after_an_edit_that_went_well_is_not_taken_for_that_edit(
    open_window: OpenWindow, qtbot: QtBot, ask: Ask
) -> None:
    chat = AwaitingChat([*say("The first."), end()])
    chat.awaited = None
    window = open_window(chat, models=both())
    ask(window, "What?")
    window.chat.acting._edit(window.chat.transcript.rows[0], "What else?")
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY and len(chat.asked) == 2)
    chat.awaited = Awaited(OTHER, OTHER)
    chat.load = [EngineError("There is not enough memory.")]
    window.chat.send("And then?")
    qtbot.waitUntil(lambda: "not enough memory" in window.chat.notice.text())
    assert window.chat.composer.text == "And then?"


class FullChat(AwaitingChat):
    """Has no room for what is asked, once the model is loaded."""

    def _ask(self, parent: int | None, question: Question) -> Iterator[TalkEvent]:
        self.room = Room(4096, 100, 0, 3900, needed=9000, is_full=True)
        raise ContextFullError("This does not fit.")


def test_a_message_that_the_loaded_model_has_no_room_for_is_refused_as_ever(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window(FullChat(), models=both())
    window.chat.send("A long question")
    qtbot.waitUntil(lambda: window.chat.notice.text() == "This does not fit.")
    assert window.chat.composer.text == "A long question"
    assert "Fake CPU" in window.chat.status.device.text()  # the model is there


def test_another_conversation_can_be_begun_while_the_model_is_loaded(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    chat = AwaitingChat()
    chat.load = [LoadProgress("mapping", 1, 4), hold]
    window = open_window(chat, models=both())
    window.chat.send("Hi")
    qtbot.waitUntil(lambda: "Opening" in _activity(window))
    window.chat.new_conversation()
    assert window.controller.stage is Stage.READY
    assert not window.chat.transcript.rows
    assert window.chat.composer.text == ""
    assert window.chat.status.device.text() == "No model is loaded"


def test_a_new_conversation_ends_at_once_the_loading_that_nobody_waits_for_any_more(
    open_window: OpenWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = AwaitingChat()
    chat.load = [LoadProgress("mapping", 1, 4), hold]
    monkeypatch.setattr(chat, "clear", lambda: None)
    window = open_window(chat, models=both())
    window.chat.send("Hi")
    qtbot.waitUntil(lambda: "Opening" in _activity(window))
    window.chat.new_conversation()
    assert chat.stops == 1


def test_room_that_could_not_be_made_for_want_of_a_model_leaves_no_word_of_loading(
    open_window: OpenWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = FakeChat()

    def make_room(choice: Choice) -> Iterator[TalkEvent]:
        yield Switching(OTHER, OTHER)
        raise EngineError("There is not enough memory.")

    monkeypatch.setattr(chat, "make_room", make_room)
    window = open_window(chat, models=both())
    window.controller.make_room(Choice(Way.SUMMARISE, 1, 900, 4096), window.chat.panels._made_room)
    qtbot.waitUntil(lambda: window.chat.notice.text() == "There is not enough memory.")
    assert window.chat.status.device.text() == "No model is loaded"


def test_where_the_usual_model_fails_a_conversation_with_its_own_can_go_on(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    chat = AwaitingChat([*say("Hello."), end()])
    failed = ((EngineFailed("There is no memory left.", ""),),)
    window = open_window(chat, models=both(), loads=failed, ready=False)
    qtbot.waitUntil(lambda: window.controller.stage is Stage.FAILED)
    window.chat.send("Hi")
    qtbot.waitUntil(lambda: window.chat.transcript.last_answer() == "Hello.")


def test_what_is_set_elsewhere_while_the_settings_are_open_is_not_set_back(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    chat = FakeChat()
    chat.settings = ChatSettings(model=OTHER)
    window = open_window(chat, models=both())
    shown = opened(window, qtbot)
    shown.instructions.setPlainText("Be brief. ")
    assert window.models_page is not None
    window.models_page.talk_asked.emit("demo")
    qtbot.waitUntil(lambda: chat.settings.model is None)
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    shown.temperature.setCurrentIndex(1)
    shown.temperature.activated.emit(1)
    assert chat.settings == ChatSettings(temperature=0.0, instructions="Be brief.")
    assert shown.model.currentData() is None
    assert shown.instructions.toPlainText() == "Be brief. "  # where one goes on writing


# -- and the models page -----------------------------------------------------------------------------


def test_talking_to_another_model_everywhere_ends_this_conversations_own(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    chat = FakeChat()
    chat.settings = ChatSettings(model="demo", temperature=0.3)
    models = both()
    window = open_window(chat, models=models)
    qtbot.waitUntil(lambda: window.models is not None and window.models.shelf is not None)
    assert window.models_page is not None
    window.models_page.talk_asked.emit(OTHER)
    qtbot.waitUntil(lambda: chat.settings == ChatSettings(temperature=0.3))
    qtbot.waitUntil(lambda: window.chat.header.title.text() == OTHER)


def test_a_model_that_a_conversation_loaded_is_freed_before_it_is_moved_and_comes_back(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    models = FakeModels((replace(OWN, is_loaded=True), replace(DEMO, is_chosen=True)))
    models.scripts["move"] = [Done("", received=1)]
    window = open_window(models=models)
    qtbot.waitUntil(lambda: window.models is not None and window.models.shelf is not None)
    assert window.models_page is not None
    window.models_page.work_asked.emit(Kind.MOVE, "/data/models")
    qtbot.waitUntil(lambda: models.asked[-1:] == [("lend", OTHER)])
    assert models.asked == [("lend", "demo"), ("move", "/data/models"), ("lend", OTHER)]


def test_a_model_of_everywhere_that_is_removed_is_talked_to_nowhere(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    models = FakeModels((replace(INSTALLED, is_chosen=True), replace(DEMO, is_loaded=True)))
    window = open_window(models=models)
    qtbot.waitUntil(lambda: window.models is not None and window.models.shelf is not None)
    assert window.models_page is not None
    window.models_page.work_asked.emit(Kind.REMOVE, INSTALLED.name)
    qtbot.waitUntil(lambda: models.asked[-1:] == [("remove", INSTALLED.name)])
    assert models.asked == [("talk_to", "demo"), ("remove", INSTALLED.name)]


def test_every_choice_can_be_read_in_a_narrow_window(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(models=both(), size=(440, 760))
    shown = opened(window, qtbot)
    for box in (shown.model, shown.effort, shown.temperature, shown.length):
        assert box.fontMetrics().horizontalAdvance(box.currentText()) <= box.width() - 42
