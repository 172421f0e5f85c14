"""An answer's voices as values: what is shown where, what it cost, and that nothing said is lost."""

from __future__ import annotations

from app.chat import ToolRan
from runtime.conversation import Channel, Message, Role
from runtime.events import PromptProgress, Span, StopReason, TextDelta, TurnEnded, Usage
from ui.answers.voices import Voice, Voices, voice_of


class Clock:
    """Time that only passes when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def delta(
    index: int, channel: Channel | None, text: str, recipient: str | None = None, count: int = 1
) -> TextDelta:
    return TextDelta(1, index, Role.ASSISTANT, channel, recipient, None, text, count)


def ended(
    reason: StopReason,
    messages: tuple[Message, ...] = (),
    spans: tuple[Span, ...] = (),
    error: str | None = None,
) -> TurnEnded:
    return TurnEnded(1, reason, messages, spans, Usage(10, 20), 0.5, 2.0, error)


CALL = Message(Role.ASSISTANT, '{"a": 1}', Channel.COMMENTARY, "functions.look", "<|constrain|>json")
RESULT = Message(Role.TOOL, "42", Channel.COMMENTARY, "assistant", name="functions.look")
FINAL = Message(Role.ASSISTANT, "It is 42.", Channel.FINAL)


def test_each_channel_has_its_place() -> None:
    assert voice_of(Message(Role.ASSISTANT, "x", Channel.ANALYSIS)) is Voice.ANALYSIS
    assert voice_of(Message(Role.ASSISTANT, "x", Channel.COMMENTARY)) is Voice.COMMENTARY
    assert voice_of(FINAL) is Voice.FINAL
    assert voice_of(RESULT) is Voice.COMMENTARY


def test_a_tool_call_on_the_analysis_channel_is_not_shown_as_reasoning() -> None:
    message = Message(Role.ASSISTANT, "print(1)", Channel.ANALYSIS, recipient="python")
    assert voice_of(message) is Voice.COMMENTARY


def test_text_without_a_channel_is_shown_as_the_answer() -> None:
    assert voice_of(Message(Role.ASSISTANT, "x", None)) is Voice.FINAL


def test_thinking_time_runs_on_while_the_model_is_silent() -> None:
    clock = Clock()
    voices = Voices(clock=clock)
    voices.feed([delta(0, Channel.ANALYSIS, "Hm", count=2)])
    clock.now += 3.0
    cost = voices.cost(Voice.ANALYSIS)
    assert cost == Span(2, 3.0)
    voices.feed([delta(1, Channel.FINAL, "Yes")])
    clock.now += 5.0
    assert voices.cost(Voice.ANALYSIS) == Span(2, 0.0)  # it stopped when the answer began
    assert voices.speaking is Voice.FINAL


def test_the_end_replaces_what_was_streamed() -> None:
    voices = Voices()
    voices.feed([delta(0, Channel.FINAL, "It is 4")])
    voices.feed([ended(StopReason.STOP, (FINAL,), (Span(5, 0.5),))])
    assert voices.text(Voice.FINAL) == "It is 42."
    assert voices.cost(Voice.FINAL) == Span(5, 0.5)
    assert voices.finished
    assert voices.tokens_per_second == 10.0


def test_rounds_with_a_tool_between_them_are_one_answer() -> None:
    voices = Voices()
    voices.feed(
        [
            PromptProgress(1, 5, 10, 0),
            delta(0, Channel.ANALYSIS, "Look it up."),
            delta(1, Channel.COMMENTARY, '{"a": 1}', "functions.look"),
            ended(StopReason.TOOL_CALL, (Message(Role.ASSISTANT, "Look it up.", Channel.ANALYSIS), CALL)),
        ]
    )
    assert not voices.finished
    assert voices.running_tool == "functions.look"
    voices.feed([ToolRan(1, CALL, RESULT)])
    assert voices.running_tool is None
    voices.feed([delta(0, Channel.ANALYSIS, "So."), delta(1, Channel.FINAL, "It is 42.")])
    voices.feed(
        [ended(StopReason.STOP, (Message(Role.ASSISTANT, "So.", Channel.ANALYSIS), FINAL))],
    )
    assert voices.text(Voice.ANALYSIS) == "Look it up.\n\nSo."
    assert [part.message for part in voices.of(Voice.COMMENTARY)] == [CALL, RESULT]
    assert voices.text(Voice.FINAL) == "It is 42."
    assert voices.finished


def test_a_crash_that_knows_less_than_the_screen_takes_nothing_away() -> None:
    for reason in (StopReason.ERROR, StopReason.CANCELLED):
        voices = Voices()
        voices.feed([delta(0, Channel.FINAL, "So far"), ended(reason, error="It broke.")])
        assert voices.text(Voice.FINAL) == "So far"
        assert voices.speaking is None
        assert voices.finished


def test_deltas_of_different_messages_in_one_batch_do_not_mix() -> None:
    voices = Voices()
    voices.feed(
        [
            delta(0, Channel.ANALYSIS, "a"),
            delta(0, Channel.ANALYSIS, "b"),
            delta(1, Channel.FINAL, "c"),
            delta(1, Channel.FINAL, "d"),
        ]
    )
    assert (voices.text(Voice.ANALYSIS), voices.text(Voice.FINAL)) == ("ab", "cd")
    assert voices.tokens == 4
