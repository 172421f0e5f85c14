"""When something goes wrong: what was said stays, one sentence says what happened, and Try again works."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from models.errors import EngineError, ModelError
from runtime.conversation import Channel, Role
from runtime.events import EngineFailed, LoadProgress, StopReason, TextDelta, Usage
from tests.fakes.chat import LOADS, PATIENCE_S, FakeChat, end, hold, reading, say, services, think
from tests.fakes.documents import desk_with
from tests.support.documents.making import document
from tests.ui.conftest import OpenWindow
from ui.answers.answer import AnswerView
from ui.answers.voices import Voice
from ui.controller import Stage
from ui.services import TalkEvent
from ui.window import Window

Ask = Callable[..., None]
CRASH = EngineError("The engine stopped unexpectedly.", "exit code -9")


def last(window: Window) -> AnswerView:
    view = window.chat.transcript.last_view()
    assert view is not None
    return view


def test_after_a_crash_the_answer_so_far_stays_and_try_again_works(
    open_window: OpenWindow, ask: Ask, qtbot: QtBot
) -> None:
    chat = FakeChat([*think("Hm."), *say("Half an ans"), CRASH], [*say("A whole answer."), end()])
    window = open_window(chat)
    ask(window, "Question?")
    view = last(window)
    assert view.text.source == "Half an ans"
    assert Voice.ANALYSIS in view.panes
    assert view.trouble is not None
    assert view.trouble.isVisible()
    assert view.trouble.sentence.text() == "The engine stopped unexpectedly."
    view.trouble.more.click()
    assert view.trouble.details.isVisible()
    assert view.trouble.details.toPlainText() == "exit code -9"
    view.trouble.again.click()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert chat.asked == ["Question?", None]
    assert len(window.chat.transcript.rows) == 2
    assert last(window).text.source == "A whole answer."
    assert last(window).trouble is None


def test_a_turn_that_ends_with_an_error_says_so(open_window: OpenWindow, ask: Ask) -> None:
    window = open_window(FakeChat([*say("Half"), end(StopReason.ERROR, "There is no memory left.")]))
    ask(window)
    trouble = last(window).trouble
    assert trouble is not None
    assert trouble.sentence.text() == "There is no memory left."
    assert not trouble.more.isVisible()  # nothing technical to show
    assert last(window).text.source == "Half"


def test_an_engine_that_died_does_not_make_the_context_look_empty(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    class Dying(FakeChat):
        def _answer(self) -> Iterator[TalkEvent]:
            yield reading(120, 120)
            yield TextDelta(0, 0, Role.ASSISTANT, Channel.FINAL, None, None, "Half")
            self._wait()
            # What the engine's client makes of it: it knows what was said, but not how long the prompt was.
            yield replace(end(StopReason.ERROR, "The engine stopped."), usage=Usage(completion_tokens=1))

    chat = Dying()
    window = open_window(chat)
    window.chat.send("Question?")
    qtbot.waitUntil(lambda: window.chat.status.context.text() == "Context 121 of 4,096")
    chat.release()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert window.chat.status.context.text() == "Context 121 of 4,096"


def test_a_question_asked_just_before_closing_does_not_start_the_engine_again(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat, begun, closing = FakeChat(), threading.Event(), threading.Event()
    send = chat.send

    def send_late(text: str) -> Iterator[TalkEvent]:
        begun.set()
        assert closing.wait(PATIENCE_S)
        return send(text)

    monkeypatch.setattr(chat, "send", send_late)
    window = Window(replace(services(chat), close=closing.set))
    window.controller.load()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    window.chat.send("Question?")
    assert begun.wait(PATIENCE_S)
    window.close()
    assert chat.asked == ["Question?"]
    assert chat.stops == 2  # once for what ran, once for what came after


def test_a_bug_says_where_it_is_but_not_what_the_person_wrote(open_window: OpenWindow, ask: Ask) -> None:
    window = open_window(FakeChat([ValueError("unexpected")]))
    ask(window, "My secret.")
    trouble = last(window).trouble
    assert trouble is not None
    assert "inside Chorale" in trouble.sentence.text()
    assert "ValueError: unexpected" in trouble.details.toPlainText()
    assert "chat.py" in trouble.details.toPlainText()
    assert "secret" not in trouble.details.toPlainText()


def test_only_the_last_answer_can_be_tried_again(open_window: OpenWindow, ask: Ask) -> None:
    window = open_window(FakeChat([*say("Broken"), CRASH], [*say("Fine."), end()]))
    ask(window)
    first = last(window)
    ask(window)
    assert first.trouble is not None
    assert first.trouble.isVisible()
    assert not first.trouble.again.isVisible()
    assert last(window).again.isVisible()


def test_an_answer_cut_by_a_full_context_says_so(open_window: OpenWindow, ask: Ask) -> None:
    window = open_window(FakeChat([*say("Never end"), end(StopReason.LENGTH)]))
    ask(window)
    assert "Cut off" in last(window).note.text()


def test_an_answer_without_words_says_so(open_window: OpenWindow, ask: Ask) -> None:
    window = open_window(FakeChat([*think("Nothing to say."), end()]))
    ask(window)
    assert last(window).note.text() == "The model ended without an answer."


def test_a_model_that_cannot_be_loaded_is_explained_and_can_be_tried_again(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    failed = (
        LoadProgress("checking"),
        EngineFailed("The file model.safetensors is cut short.", "9 of 10 bytes"),
    )
    window = open_window(loads=(failed, LOADS), ready=False)
    qtbot.waitUntil(lambda: window.controller.stage is Stage.FAILED)
    trouble = window.chat.empty.trouble
    assert trouble.isVisible()
    assert trouble.sentence.text() == "The file model.safetensors is cut short."
    assert not window.chat.empty.buttons[0].isVisible()
    trouble.more.click()
    assert trouble.details.toPlainText() == "9 of 10 bytes"
    window.chat.composer.set_text("Hello?")
    window.chat.composer.send()
    assert window.chat.composer.text == "Hello?"
    assert "No model is loaded" in window.chat.notice.text()
    trouble.again.click()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert not trouble.isVisible()
    assert window.chat.empty.buttons[0].isVisible()


def test_loading_that_raises_is_explained(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(loads=((ModelError("There is no model in this folder."),),), ready=False)
    qtbot.waitUntil(lambda: window.controller.stage is Stage.FAILED)
    assert window.chat.empty.trouble.sentence.text() == "There is no model in this folder."


def test_closing_the_window_in_the_middle_of_an_answer_frees_the_engine(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    chat = FakeChat([*say("word"), hold, end()])
    window = open_window(chat)
    window.chat.send("Go")
    with qtbot.waitSignal(window.closed):
        window.close()
    assert chat.stops >= 1


def test_a_window_that_closes_leaves_the_screen_before_it_waits_for_the_engine(
    qtbot: QtBot,
) -> None:
    seen: list[bool] = []
    window = Window(replace(services(FakeChat()), close=lambda: seen.append(window.isVisible())))
    with qtbot.waitExposed(window):
        window.show()
    window.close()
    assert seen == [False]
    assert not window.isVisible()


def test_what_is_kept_while_the_window_closes_still_has_its_documents(qtbot: QtBot) -> None:
    desk = desk_with(document("lease.pdf", "The rent is 900."))
    desk.hand_over()
    seen: list[str] = []
    told = lambda: seen.extend(kept.document.name for kept in desk.told)  # noqa: E731
    window = Window(replace(services(FakeChat()), documents=desk, close=told))
    window.close()
    assert seen == ["lease.pdf"]


@pytest.mark.parametrize("broken", [[CRASH], [end(StopReason.ERROR, CRASH.user_text)]])
def test_a_retry_that_fails_before_it_says_anything_leaves_the_old_answer(
    open_window: OpenWindow, qtbot: QtBot, ask: Ask, broken: list[object]
) -> None:
    chat = FakeChat([*say("The old answer."), end()], broken, broken, [*say("The new one."), end()])
    window = open_window(chat)
    ask(window)
    for _ in range(2):
        window.chat.retry()
        qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
        assert len(window.chat.transcript.rows) == 3  # the question, the old answer, what went wrong
        assert window.chat.transcript.last_answer() == "The old answer."
        trouble = last(window).trouble
        assert trouble is not None
        assert trouble.sentence.text() == CRASH.user_text
        assert trouble.again.isVisible()
    window.chat.retry()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert len(window.chat.transcript.rows) == 2
    assert window.chat.transcript.last_answer() == "The new one."


def test_the_old_answer_is_read_until_the_new_one_begins(
    open_window: OpenWindow, qtbot: QtBot, ask: Ask
) -> None:
    chat = FakeChat([*say("The old answer."), end()], [reading(1, 2), hold, *say("New."), hold, end()])
    window = open_window(chat)
    ask(window)
    old = last(window)
    window.chat.retry()
    qtbot.waitUntil(lambda: "Reading" in last(window).activity.words)
    assert old.isVisible()
    assert not old.bar.is_steady
    chat.release()
    qtbot.waitUntil(lambda: last(window).text.source == "New.")
    assert len(window.chat.transcript.rows) == 2
    chat.release()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)


def test_a_retry_that_ends_by_itself_with_nothing_is_the_new_answer(
    open_window: OpenWindow, qtbot: QtBot, ask: Ask
) -> None:
    window = open_window(FakeChat([*say("The old answer."), end()], [end()]))
    ask(window)
    window.chat.retry()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert len(window.chat.transcript.rows) == 2
    assert last(window).note.text() == "The model ended without an answer."
