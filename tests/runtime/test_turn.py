"""A turn knows when it is over, what each voice cost, and never loses what was said."""

from __future__ import annotations

from runtime.conversation import Channel, Conversation, Message, Role
from runtime.events import StopReason, TextDelta, TurnEnded, TurnRequest
from runtime.turn import Turn
from tests.support.harmony_goldens import ids_of, tokenizer

ANALYSIS = "<|channel|>analysis<|message|>A greeting.<|end|>"
CALL = "<|channel|>commentary to=functions.get_current_date <|constrain|>json<|message|>{}<|call|>"


def follow(stream: str) -> tuple[Turn, list[bool]]:
    """A turn that drew `stream`, and after each token whether it was over."""
    turn = Turn(TurnRequest(1, Conversation()), tokenizer(), prompt_tokens=10, cached_tokens=4)
    turn.prefilled()
    answered = []
    for token in ids_of(stream):
        list(turn.drew(token))
        answered.append(turn.answered)
    return turn, answered


def end(turn: Turn, reason: StopReason = StopReason.STOP) -> TurnEnded:
    *_, ended = turn.end(reason)
    assert isinstance(ended, TurnEnded)
    return ended


def test_an_answer_closed_like_an_old_one_is_over_before_the_next_question_is_made_up() -> None:
    _, answered = follow(ANALYSIS + "<|start|>assistant<|channel|>final<|message|>Hello.<|end|>")
    assert answered[-1]
    assert not any(answered[:-1])


def test_thinking_and_preambles_do_not_end_the_turn() -> None:
    _, answered = follow(ANALYSIS + "<|start|>assistant<|channel|>commentary<|message|>I will look.<|end|>")
    assert not any(answered)


def test_a_call_waits_for_its_result() -> None:
    turn, _ = follow(f"{ANALYSIS}<|start|>assistant{CALL}")
    ended = end(turn)
    assert ended.reason is StopReason.TOOL_CALL
    assert [message.channel for message in ended.messages] == [Channel.ANALYSIS, Channel.COMMENTARY]
    assert ended.messages[-1].recipient == "functions.get_current_date"


def test_a_cancelled_call_is_not_run() -> None:
    turn, _ = follow(CALL.removesuffix("<|call|>"))
    assert end(turn, StopReason.CANCELLED).reason is StopReason.CANCELLED


def test_each_message_carries_its_tokens() -> None:
    first, second = ANALYSIS, "<|start|>assistant<|channel|>final<|message|>Hello.<|return|>"
    turn, _ = follow(first + second)
    ended = end(turn)
    assert [span.tokens for span in ended.spans] == [len(ids_of(first)), len(ids_of(second))]
    assert ended.usage.completion_tokens == len(ids_of(first + second))
    assert (ended.usage.prompt_tokens, ended.usage.cached_tokens) == (10, 4)
    assert ended.decode_seconds >= sum(span.seconds for span in ended.spans) >= 0


def test_text_held_back_inside_a_character_is_said_at_the_end() -> None:
    turn = Turn(TurnRequest(1, Conversation()), tokenizer(), prompt_tokens=1, cached_tokens=0)
    said = [delta for token in ids_of("<|channel|>final<|message|>Hi 🎶")[:-1] for delta in turn.drew(token)]
    *rest, ended = turn.end(StopReason.LENGTH)
    assert isinstance(ended, TurnEnded)
    texts = "".join(event.text for event in [*said, *rest] if isinstance(event, TextDelta))
    assert ended.messages == (Message(Role.ASSISTANT, texts, Channel.FINAL),)
    assert texts.startswith("Hi ")
