"""A cut answer goes on as if it had not been cut: the same ids, in the same message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import models
from models.errors import ContextFullError
from runtime.conversation import Channel, Conversation, Message, Role
from runtime.engine import Engine
from runtime.events import EngineReady, LoadRequest, Sampling, StopReason, TextDelta, TurnEnded, TurnRequest
from runtime.going_on import as_said
from runtime.harmony import Parser, render
from tests.support.harmony_goldens import ids_of, tokenizer

DEMO = Path(models.__path__[0]) / "demo"
ASKED = Conversation((Message(Role.USER, "What is Chorale?"),), date="2026-11-21")


def open_with(text: str, channel: Channel = Channel.FINAL, *before: Message) -> Conversation:
    last = Message(Role.ASSISTANT, text, channel)
    return replace(ASKED, messages=(*ASKED.messages, *before, last), is_open=True)


def test_an_open_message_is_rendered_without_its_end() -> None:
    prompt = tokenizer().decode(render(open_with("Half an"), tokenizer()))
    assert prompt.endswith("What is Chorale?<|end|><|start|>assistant<|channel|>final<|message|>Half an")


def test_the_reasoning_of_an_open_answer_stays_in_the_prompt() -> None:
    thought = Message(Role.ASSISTANT, "Let me see.", Channel.ANALYSIS)
    prompt = tokenizer().decode(render(open_with("Half an", Channel.FINAL, thought), tokenizer()))
    assert "Let me see.<|end|><|start|>assistant<|channel|>final<|message|>Half an" in prompt


def test_a_parser_inside_a_message_brings_what_is_new_and_ends_with_the_whole() -> None:
    message = Message(Role.ASSISTANT, "Half an ans", Channel.FINAL)
    parser = Parser(tokenizer(), inside=message)
    deltas = [delta for token in ids_of("wer.<|return|>") for delta in parser.feed(token)]
    assert "".join(delta.text for delta in deltas) == "wer."
    assert {(delta.message_index, delta.channel) for delta in deltas} == {(0, Channel.FINAL)}
    assert parser.messages == (replace(message, content="Half an answer."),)
    assert parser.complete


def test_after_the_open_message_others_may_follow() -> None:
    parser = Parser(tokenizer(), inside=Message(Role.ASSISTANT, "Hm", Channel.ANALYSIS))
    for token in ids_of(".<|end|><|start|>assistant<|channel|>final<|message|>Hello.<|return|>"):
        parser.feed(token)
    assert [(message.channel, message.content) for message in parser.messages] == [
        (Channel.ANALYSIS, "Hm."),
        (Channel.FINAL, "Hello."),
    ]


def test_a_text_that_encodes_otherwise_than_it_was_drawn_keeps_the_ids_that_were_drawn() -> None:
    head = render(open_with(""), tokenizer())
    spelled = [token for letter in "Hello" for token in tokenizer().encode(letter)]
    prompt = render(open_with("Hello"), tokenizer())
    assert prompt != head + spelled
    assert as_said(prompt, head + spelled, tokenizer()) == head + spelled
    # What was drawn after the text, its end for example, is drawn again.
    assert as_said(prompt, [*head, *spelled, tokenizer().special.end], tokenizer()) == head + spelled


def test_ids_of_another_answer_are_not_taken() -> None:
    prompt = render(open_with("Hello there"), tokenizer())
    head = render(open_with(""), tokenizer())
    for said in ([], head, [*head, *tokenizer().encode("Hello")], [*head, *tokenizer().encode("Help")]):
        assert as_said(prompt, said, tokenizer()) == prompt
    assert as_said(prompt, [0, *head[1:], *tokenizer().encode("Hello there")], tokenizer()) == prompt


def test_an_end_written_out_as_text_does_not_match_a_real_one() -> None:
    prompt = render(open_with("<|end|>"), tokenizer())
    head = render(open_with(""), tokenizer())
    assert as_said(prompt, [*head, tokenizer().special.end], tokenizer()) == prompt


# -- with the demo ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def engine(cache: Path) -> Iterator[Engine]:
    engine = Engine()
    assert isinstance(list(engine.load(LoadRequest(str(DEMO), str(cache), device="cpu")))[-1], EngineReady)
    yield engine
    engine.close()


def answer(engine: Engine, conversation: Conversation, most: int | None = None) -> TurnEnded:
    last = list(engine.run(TurnRequest(1, conversation, Sampling(temperature=0), most)))[-1]
    assert isinstance(last, TurnEnded)
    return last


def gone_on(cut: TurnEnded) -> Conversation:
    """The conversation whose answer was cut, to be gone on with."""
    *before, last = cut.messages
    last = replace(last, content=last.content.rstrip("\ufffd"))
    return replace(ASKED, messages=(*ASKED.messages, *before, last), is_open=True)


@pytest.mark.slow
def test_wherever_an_answer_is_cut_it_goes_on_to_the_same_words(engine: Engine) -> None:
    whole = answer(engine, ASKED)
    assert whole.reason is StopReason.STOP
    tried = 0
    for most in range(1, whole.usage.completion_tokens, 3):
        cut = answer(engine, ASKED, most)
        assert cut.reason is StopReason.LENGTH
        if not cut.messages:
            continue
        rest = answer(engine, gone_on(cut))
        *before, _ = cut.messages
        assert (*before, *rest.messages) == whole.messages
        assert rest.reason is StopReason.STOP
        # Nothing but the last token is read again.
        assert rest.usage.cached_tokens >= rest.usage.prompt_tokens - 1 - (most == 1)
        tried += 1
    assert tried > 5


@pytest.mark.slow
def test_it_goes_on_in_a_new_engine_too(engine: Engine, cache: Path) -> None:
    whole = answer(engine, ASKED)
    cut = answer(engine, ASKED, whole.usage.completion_tokens - 6)
    other = Engine()
    list(other.load(LoadRequest(str(DEMO), str(cache), device="cpu")))
    rest = answer(other, gone_on(cut))
    other.close()
    assert (*cut.messages[:-1], *rest.messages) == whole.messages


@pytest.mark.slow
def test_what_is_new_streams_and_what_was_there_does_not(engine: Engine) -> None:
    whole = answer(engine, ASKED)
    cut = answer(engine, ASKED, whole.usage.completion_tokens - 4)
    request = TurnRequest(2, gone_on(cut), Sampling(temperature=0))
    events = list(engine.run(request))
    new = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert cut.messages[-1].content + new == whole.messages[-1].content


@pytest.mark.slow
def test_a_prompt_that_does_not_fit_says_by_how_much(cache: Path) -> None:
    engine = Engine()
    list(engine.load(LoadRequest(str(DEMO), str(cache), device="cpu", context_length=32)))
    with pytest.raises(ContextFullError) as caught:
        answer(engine, ASKED)
    engine.close()
    assert caught.value.limit == 32
    assert caught.value.tokens > 32
