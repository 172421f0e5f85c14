"""Documents through the real engine with the demo model: the plumbing, not the wisdom."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import models
from runtime.conversation import Channel, Conversation, Effort, Message, Role
from runtime.documents.prompt import Placed, documents_text
from runtime.documents.summarizer import Summarizer
from runtime.documents.summary_values import SummaryEnded, SummaryOptions, SummaryProgress
from runtime.engine import Engine
from runtime.events import EngineReady, LoadRequest, Sampling, TurnEnded, TurnRequest
from runtime.tokenizer import Tokenizer
from tests.support.documents.making import document, marker_pages

FOLDER = Path(models.__path__[0]) / "demo"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine()
    events = list(engine.load(LoadRequest(str(FOLDER), str(tmp_path_factory.mktemp("cache")), device="cpu")))
    assert isinstance(events[-1], EngineReady)
    yield engine
    engine.close()


def test_a_follow_up_question_reads_none_of_the_document_again(engine: Engine) -> None:
    tokenizer = Tokenizer.load(FOLDER)
    text = documents_text([Placed("D1", document("a.pdf", *marker_pages(6, 20)))])
    size = len(tokenizer.encode(text))
    conversation = Conversation(
        (Message(Role.USER, text), Message(Role.USER, "What is Chorale?")), date="2026-11-21"
    )

    def ask(asked: Conversation) -> TurnEnded:
        *_, ended = engine.run(TurnRequest(1, asked, Sampling(temperature=0), max_tokens=60))
        assert isinstance(ended, TurnEnded)
        return ended

    first = ask(conversation)
    answer = Message(Role.ASSISTANT, first.messages[-1].content, Channel.FINAL)
    second = ask(conversation.plus(answer, Message(Role.USER, "And the panes?")))
    assert size > 500
    assert second.usage.cached_tokens >= size
    # The question before is kept as well; only the reasoning that is dropped and what follows is read anew.
    assert second.usage.cached_tokens > size + 20
    assert second.usage.prompt_tokens - second.usage.cached_tokens < 150


def test_a_long_text_is_summarised_in_levels_and_every_page_is_covered(engine: Engine) -> None:
    tokenizer = Tokenizer.load(FOLDER)

    def count(text: str) -> int:
        return len(tokenizer.encode(text))

    made = Summarizer(engine, count, 1024, sampling=Sampling(temperature=0))
    pages = document("a.pdf", *marker_pages(8, 40))
    events = list(made.run([Placed("D1", pages)], SummaryOptions(max_tokens=30), Effort.LOW))
    end = events[-1]
    assert isinstance(end, SummaryEnded) and end.summary is not None, end
    assert any(isinstance(event, SummaryProgress) and event.total > 1 for event in events)
    assert end.summary.coverage.pages_total == 8
