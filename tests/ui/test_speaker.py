"""Who hears the window hears an answer as it comes, in sentences, without being drowned in it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from runtime.conversation import Channel, Role
from runtime.events import StopReason, TextDelta
from tests.fakes.chat import FakeChat, call, end, hold, result, say, think
from tests.fakes.listener import Listener
from tests.ui.conftest import OpenWindow
from ui import speaker
from ui.answers.voices import Voice, Voices
from ui.controller import Stage
from ui.speaker import Speaker
from ui.window import Window


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Listener:
    made = Listener()
    monkeypatch.setattr("ui.announce.QAccessible", made)
    return made


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A screen reader that speaks in no time, so that tests need not wait for it."""
    monkeypatch.setattr(speaker, "LEAST_MS", 0)
    monkeypatch.setattr(speaker, "MS_PER_LETTER", 0)


def delta(text: str, channel: Channel = Channel.FINAL, index: int = 0) -> TextDelta:
    return TextDelta(0, index, Role.ASSISTANT, channel, None, None, text)


def test_a_thousand_tokens_are_not_a_thousand_announcements(qtbot: QtBot, listener: Listener) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    reader, voices = Speaker(widget), Voices()
    for i in range(1000):
        voices.feed([delta(f"Word{i}. ")])
        reader.follow(voices, is_thinking_open=False)
    assert listener.heard == ["Word0."]  # the rest waits until that can have been said
    assert len(reader.waiting) == 999


@pytest.mark.usefixtures("hasty")
def test_what_waited_is_said_in_order_some_sentences_at_once(qtbot: QtBot, listener: Listener) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    reader, voices = Speaker(widget), Voices()
    for i in range(100):
        voices.feed([delta(f"Word{i}. ")])
        reader.follow(voices, is_thinking_open=False)
    qtbot.waitUntil(lambda: not reader.waiting)
    assert "\n".join(listener.heard).split() == [f"Word{i}." for i in range(100)]
    assert len(listener.heard) < 10
    assert all(len(words) <= speaker.MOST_LETTERS for words in listener.heard)


def test_a_new_answer_ends_what_was_still_to_be_said(qtbot: QtBot, listener: Listener) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    reader, old, new = Speaker(widget), Voices(), Voices()
    old.feed([delta("One. Two. Three. ")])
    reader.follow(old, is_thinking_open=False)
    old.feed([delta("Four. ")])
    reader.follow(old, is_thinking_open=False)
    new.feed([delta("Other. ")])
    reader.follow(new, is_thinking_open=False)
    assert listener.heard == ["One. Two. Three.", "Other."]


def test_nothing_is_cut_or_kept_while_nobody_listens(qtbot: QtBot, listener: Listener) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    listener.is_there = False
    reader, voices = Speaker(widget), Voices()
    voices.feed([delta("One. ")])
    reader.follow(voices, is_thinking_open=False)
    reader.end(voices, is_thinking_open=False)
    assert not reader.waiting
    assert listener.heard == []


# -- in the window -----------------------------------------------------------------------------------


def asked(window: Window, qtbot: QtBot) -> None:
    window.chat.send("What?")
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    qtbot.waitUntil(lambda: not window.chat.speaker.waiting)


ANSWER = [*think("Secret plan. More of it."), *say("The answer. It has two sentences."), end()]


@pytest.mark.usefixtures("hasty")
def test_an_answer_is_said_but_not_what_was_thought(
    open_window: OpenWindow, qtbot: QtBot, listener: Listener
) -> None:
    window = open_window(FakeChat(ANSWER))
    asked(window, qtbot)
    heard = "\n".join(listener.heard)
    assert "The answer." in heard
    assert "It has two sentences." in heard
    assert heard.endswith("Answer finished")
    assert "Secret" not in heard


@pytest.mark.usefixtures("hasty")
def test_who_opens_the_pane_hears_what_is_thought(
    open_window: OpenWindow, qtbot: QtBot, listener: Listener
) -> None:
    window = open_window(FakeChat(ANSWER))
    window.chat.transcript.pane_defaults[Voice.ANALYSIS] = True
    asked(window, qtbot)
    heard = "\n".join(listener.heard)
    assert heard.index("Secret plan.") < heard.index("The answer.")


@pytest.mark.usefixtures("hasty")
def test_that_the_model_thinks_or_uses_a_tool_is_said_once(
    open_window: OpenWindow, qtbot: QtBot, listener: Listener
) -> None:
    round_ = [*think("A. B. C."), *call("look", "{}"), end(StopReason.TOOL_CALL), hold, result("look", "1")]
    chat = FakeChat([*round_, *say("It is one."), end()])
    window = open_window(chat)
    window.chat.send("What?")
    qtbot.waitUntil(lambda: "Running look" in "\n".join(listener.heard))
    chat.release()
    qtbot.waitUntil(lambda: "Answer finished" in "\n".join(listener.heard))
    words = "\n".join(listener.heard).split("\n")
    assert words.count("Running look") == 1
    assert words.count("Thinking") <= 1


def test_after_a_stop_nothing_more_is_read(open_window: OpenWindow, qtbot: QtBot, listener: Listener) -> None:
    chat = FakeChat([*say("One. Two. Three. Four. "), hold, *say("Five."), end()])
    window = open_window(chat)
    window.chat.send("What?")
    qtbot.waitUntil(lambda: any("One." in words for words in listener.heard))
    window.controller.stop()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert listener.at_once == ["Stopped."]
    assert listener.heard[-1] == "Stopped."
    assert not window.chat.speaker.waiting


def test_what_went_wrong_is_said_at_once(open_window: OpenWindow, qtbot: QtBot, listener: Listener) -> None:
    window = open_window(FakeChat([*say("One. Tw"), end(StopReason.ERROR, "The engine stopped. Try again.")]))
    window.chat.send("What?")
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert listener.at_once == ["The engine stopped. Try again."]


@pytest.mark.usefixtures("hasty")
def test_an_answer_that_was_cut_off_says_so(
    open_window: OpenWindow, qtbot: QtBot, listener: Listener
) -> None:
    window = open_window(FakeChat([*say("One. Two"), end(StopReason.LENGTH)]))
    asked(window, qtbot)
    assert "Cut off here: there is no room for more tokens." in "\n".join(listener.heard)
    assert "Answer finished" not in "\n".join(listener.heard)


def test_what_is_said_above_the_composer_is_heard(open_window: OpenWindow, listener: Listener) -> None:
    window = open_window(FakeChat())
    window.chat.notify("The message is too long. Shorten it.")
    assert "The message is too long. Shorten it." in listener.heard
