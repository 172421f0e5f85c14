"""Streaming: what stands on the screen while an answer is written, and that the window stays awake."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from app.chat import ChatEvent
from runtime.conversation import Channel, Message, Role
from runtime.events import LoadEvent, LoadProgress, StopReason, TextDelta, TurnEnded, Usage
from tests.fakes.chat import READY, FakeChat, call, end, hold, reading, result, say, services, think
from tests.ui.conftest import OpenWindow
from ui.answers.answer import AnswerView
from ui.answers.voices import Voice
from ui.chat.transcript import Transcript
from ui.controller import Stage
from ui.window import Window


def last(window: Window) -> AnswerView:
    view = window.chat.transcript.last_view()
    assert view is not None
    return view


def test_reading_the_prompt_shows_how_far_it_is(qtbot: QtBot, open_window: OpenWindow) -> None:
    chat = FakeChat([reading(1204, 3000), hold, *say("Hello."), end()])
    window = open_window(chat)
    window.chat.send("Hi")
    qtbot.waitUntil(lambda: last(window).activity.words == "Reading 1,204 of 3,000 tokens")
    assert last(window).activity.isVisible()
    assert "3,000 of 4,096" in window.chat.status.context.text()
    chat.release()
    qtbot.waitUntil(lambda: not last(window).activity.isVisible())


def test_voices_stream_into_their_own_places(qtbot: QtBot, open_window: OpenWindow) -> None:
    chat = FakeChat([*think("Let me see."), hold, *say("The answer is"), hold, *say(" here."), end()])
    window = open_window(chat)
    window.chat.send("Hi")
    qtbot.waitUntil(lambda: Voice.ANALYSIS in last(window).panes)
    view = last(window)
    assert view.panes[Voice.ANALYSIS].header.text() == "Thinking… 1 s · 3 tokens"
    assert view.text.source == ""
    chat.release()
    qtbot.waitUntil(lambda: view.text.source == "The answer is")
    assert view.panes[Voice.ANALYSIS].header.text().startswith("Thought for ")
    assert Voice.COMMENTARY not in view.panes  # a voice that said nothing has no pane
    chat.release()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert view.cost.isVisible()


def test_a_tool_call_is_shown_with_its_arguments_and_its_result(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    chat = FakeChat(
        [
            *call("get_current_date", '{"zone":"UTC"}'),
            hold,
            end(StopReason.TOOL_CALL),
            hold,
            result("get_current_date", '{"date":"2026-11-20"}'),
            *say("It is Friday."),
            end(),
        ]
    )
    window = open_window(chat)
    window.chat.send("What day is it?")
    qtbot.waitUntil(lambda: Voice.COMMENTARY in last(window).panes)
    pane = last(window).panes[Voice.COMMENTARY]
    assert pane.header.text() == "Calling get_current_date…"
    chat.release()
    qtbot.waitUntil(lambda: pane.header.text() == "Running get_current_date…")
    chat.release()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert pane.header.text() == "Called get_current_date"
    written = pane.text.toPlainText()
    assert '"zone": "UTC"' in written
    assert '"date": "2026-11-20"' in written


def test_speed_and_context_are_in_the_status_strip_at_the_end(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(FakeChat([*say("one two three four"), end()], seconds_per_token=0.05))
    window.chat.send("Hi")
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert window.chat.status.speed.text() == "20.0 tokens/s"
    assert window.chat.status.context.text() == "Context 124 of 4,096"


class Flood(FakeChat):
    """Says words as fast as Python can, until it is stopped."""

    def _answer(self) -> Iterator[ChatEvent]:
        for i in range(2_000_000):
            if self._stopped:
                break
            channel = Channel.ANALYSIS if i < 4000 else Channel.FINAL
            text = "word " if i % 40 else "word.\n\nA **new** paragraph, with `code` "
            yield TextDelta(1, int(i >= 4000), Role.ASSISTANT, channel, None, None, text)
        message = Message(Role.ASSISTANT, "Enough.", Channel.FINAL)
        yield TurnEnded(1, StopReason.STOP, (message,), (), Usage(), 0.1, 1.0)


class Pulse:
    """A timer that should fire every 5 ms, and the worst gap between two firings.

    Only time that this process was computing counts: on a busy machine other programs make the gaps longer,
    which says nothing about the window. Waiting for the worker's thread (Python's lock) does count.
    """

    def __init__(self, window: Window) -> None:
        self.worst_s = 0.0
        self.beats = 0
        self._last, self._last_computing = time.perf_counter(), time.process_time()
        self._timer = QTimer(window, interval=5)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now, computing = time.perf_counter(), time.process_time()
        self.worst_s = max(self.worst_s, min(now - self._last, computing - self._last_computing))
        self._last, self._last_computing = now, computing
        self.beats += 1


@pytest.mark.slow
def test_the_window_answers_within_50_ms_while_words_flood_in(qtbot: QtBot, open_window: OpenWindow) -> None:
    def flood() -> Pulse:
        window = open_window(Flood())
        window.chat.transcript.pane_defaults[Voice.ANALYSIS] = True
        window.chat.send("Tell me everything")
        qtbot.waitUntil(lambda: bool(window.chat.transcript.last_view()))
        pulse = Pulse(window)
        qtbot.waitUntil(lambda: pulse.beats >= 60, timeout=20_000)
        window.controller.stop()
        qtbot.waitUntil(lambda: window.controller.stage is Stage.READY, timeout=10_000)
        assert last(window).text.source == "Enough."
        window.close()
        return pulse

    pulses = [flood()]
    while pulses[-1].worst_s >= 0.05 and len(pulses) < 3:
        pulses.append(flood())
    assert min(pulse.worst_s for pulse in pulses) < 0.05


@pytest.mark.slow
def test_the_answer_is_painted_at_most_thirty_times_a_second(
    qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = Flood()
    window = open_window(chat)
    times: list[float] = []
    refresh = Transcript.refresh_last

    def counted(self: Transcript) -> None:
        times.append(time.monotonic())
        refresh(self)

    monkeypatch.setattr(Transcript, "refresh_last", counted)
    window.controller.voices_changed.disconnect()
    window.controller.voices_changed.connect(window.chat._show_voices)
    window.controller._tick.timeout.disconnect()
    window.chat.send("Tell me everything")
    qtbot.waitUntil(lambda: len(times) > 6, timeout=10_000)
    window.controller.stop()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY, timeout=10_000)
    gaps = [later - earlier for earlier, later in itertools.pairwise(times[:6])]
    assert min(gaps) >= 0.030


def test_loading_does_not_block_the_window(qtbot: QtBot) -> None:
    chat, gate = FakeChat(), FakeChat([hold])

    def loads() -> Iterator[LoadEvent]:
        yield LoadProgress("mapping", 12, 24)
        gate._wait()
        yield READY

    window = Window(services(chat, loads=[loads()]))
    qtbot.addWidget(window)
    window.show()
    window.controller.load()
    qtbot.waitUntil(lambda: window.chat.empty.stage.text() == "Opening the model: 12 of 24")
    assert window.chat.empty.bar.isVisible()
    assert (window.chat.empty.bar.value(), window.chat.empty.bar.maximum()) == (500, 1000)
    window.chat.composer.set_text("Already typing")
    window.chat.composer.send()
    assert window.chat.composer.text == "Already typing"
    assert "still loading" in window.chat.notice.text()
    window.chat.new_conversation()  # Ctrl+N, which must not stop the loading
    assert chat.stops == 0
    gate.release()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert window.chat.status.device.text() == "CPU · Fake CPU · avx2 kernel"
    assert window.chat.composer.button.isEnabled()
    window.close()  # while there is a name for it: only this test keeps the window alive
