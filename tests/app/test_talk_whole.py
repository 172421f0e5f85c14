"""Talk, engine, demo and the encrypted history together: an answer is cut, Chorale ends, and it goes on the next day."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import models
from app.chat import Chat
from app.document_chat import DocumentChat
from app.history.interface import HistoryInterface
from app.history.origin import model_hash
from app.history.store import History
from app.history.tree import Answer, Question
from app.talk import Defaults, Talk
from app.tools import ToolRegistry
from models.errors import ContextFullError
from runtime.engine import Engine
from runtime.events import EngineReady, LoadRequest, Sampling, StopReason, TurnEnded
from tests.fakes.documents import desk_with
from tests.fakes.engine import PATIENCE_S
from tests.fakes.history import FakeHistory
from tests.fakes.keychain import FakeKeychain

ROOT = Path(__file__).resolve().parents[2]
DEMO = Path(models.__path__[0]) / "demo"
QUESTION = "What is Chorale?"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@contextmanager
def chorale(
    cache: Path,
    history: HistoryInterface | None = None,
    context: int | None = None,
    *,
    is_demo: bool = True,
    today: Callable[[], date] = lambda: date(2026, 11, 21),
) -> Iterator[tuple[Chat, Talk]]:
    """One run of it."""
    engine = Engine()
    chat = Chat(engine, tools=ToolRegistry(()), today=today)
    usual = Defaults(Sampling(temperature=0))
    talk = Talk(chat, engine, DocumentChat(chat, engine, desk_with()), lambda: usual, history)
    request = LoadRequest(str(DEMO), str(cache), device="cpu", context_length=context)
    events = list(talk.loading(lambda: engine.load(request), lambda: len, DEMO, is_demo=is_demo))
    assert isinstance(events[-1], EngineReady)
    yield chat, talk
    talk.close()
    engine.close()


def last_answer(talk: Talk) -> Answer:
    content = talk.path[-1].content
    assert isinstance(content, Answer)
    return content


@pytest.fixture(scope="module")
def whole(cache: Path) -> Answer:
    """The answer that was never cut."""
    with chorale(cache) as (_, talk):
        list(talk.send(QUESTION))
        return last_answer(talk)


def test_an_answer_cut_in_one_run_is_completed_in_the_next(
    cache: Path, whole: Answer, tmp_path: Path
) -> None:
    keychain = FakeKeychain()
    tokens = whole.rounds[0].usage.completion_tokens
    history = History(tmp_path / "conversations.db", keychain)
    with chorale(cache, history) as (chat, talk):
        chat.max_tokens = tokens // 2
        list(talk.send(QUESTION))
        assert last_answer(talk).reason is StopReason.LENGTH
        assert talk.entry is not None
        entry = talk.entry.id
    history.close()
    history = History(tmp_path / "conversations.db", keychain)
    with chorale(cache, history) as (chat, talk):
        talk.open(entry)
        list(talk.go_on())
        assert last_answer(talk).messages == whole.messages
    assert history.open(entry).nodes[-1].content == last_answer(talk)
    history.close()


def test_midnight_in_the_middle_of_a_conversation_costs_no_prompt(cache: Path) -> None:
    days = iter((date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 22)))
    day = next(days)
    with chorale(cache, today=lambda: day) as (_, talk):
        list(talk.send(QUESTION))
        before = last_answer(talk).rounds[0].usage
        day = next(days)
        list(talk.send(QUESTION))
        asked = talk.path[2].content
        assert isinstance(asked, Question)
        assert asked.today == "2026-11-22"
        after = last_answer(talk).rounds[0].usage
        assert after.cached_tokens >= before.prompt_tokens


# One run of `chorale` with a disk that is told of each word, and dies in the middle of an answer.
_DIES = """
import itertools, os, sys
from pathlib import Path
from app.history.store import History
from app.history.values import Protection
from tests.app.test_talk_whole import QUESTION, chorale
from tests.fakes.keychain import FakeKeychain

history = History(Path(sys.argv[1]), FakeKeychain(is_there=False))
history.protect(Protection.NONE)
with chorale(Path(sys.argv[2]), history) as (chat, talk):
    seconds = itertools.count(step=3)
    chat._clock = lambda: next(seconds)
    for number, event in enumerate(talk.send(QUESTION)):
        if number == 45:
            os._exit(9)
"""


def test_a_killed_chorale_loses_no_word_that_was_kept_and_goes_on(
    cache: Path, whole: Answer, tmp_path: Path
) -> None:
    file = tmp_path / "conversations.db"
    died = subprocess.run(
        [sys.executable, "-c", _DIES, str(file), str(cache)], cwd=ROOT, timeout=60, check=False
    )
    assert died.returncode == 9
    history = History(file, FakeKeychain(is_there=False))
    (entry,) = history.entries()
    with chorale(cache, history) as (_, talk):
        talk.open(entry.id)
        cut = last_answer(talk)
        assert cut.reason is None
        assert 0 < len(cut.text) < len(whole.text)
        assert whole.text.startswith(cut.text)
        list(talk.go_on())
        assert last_answer(talk).messages == whole.messages
    history.close()


def test_a_stopped_answer_goes_on_from_the_cache_to_the_same_words(cache: Path, whole: Answer) -> None:
    with chorale(cache) as (_, talk):
        told = 0
        for event in talk.send(QUESTION):
            told += type(event).__name__ == "TextDelta"
            if told == 5:
                talk.stop()
        assert last_answer(talk).reason is StopReason.CANCELLED
        *_, ended = talk.go_on()
        assert isinstance(ended, TurnEnded)
        assert ended.usage.cached_tokens >= ended.usage.prompt_tokens - 2
        assert last_answer(talk).messages == whole.messages
        assert [each.goes_on for each in last_answer(talk).rounds] == [False, True]


def test_an_answer_made_again_with_its_seed_has_the_same_words(cache: Path) -> None:
    with chorale(cache) as (chat, talk):
        talk.configure(replace(talk.settings, temperature=1.0))
        list(talk.send(QUESTION))
        first = last_answer(talk)
        assert first.origin is not None
        assert first.origin.model_hash == model_hash(DEMO)
    with chorale(cache) as (chat, talk):
        usual = replace(first.origin.sampling, seed=first.rounds[0].seed)
        chat.sampling = usual
        events = list(chat.send(QUESTION))
        ended = events[-1]
        assert isinstance(ended, TurnEnded)
        assert ended.messages == first.messages


def test_a_title_costs_the_next_question_nothing_of_the_cache(cache: Path) -> None:
    cached: dict[bool, int] = {}
    for is_titled in (False, True):
        with chorale(cache, FakeHistory(), is_demo=not is_titled) as (_, talk):
            list(talk.send(QUESTION))
            talk._idle.wait(PATIENCE_S)
            *_, ended = talk.send("What are the panes?")
            assert isinstance(ended, TurnEnded)
            cached[is_titled] = ended.usage.cached_tokens
    assert cached[True] >= cached[False] > 50


def test_a_conversation_that_no_longer_fits_goes_on_once_turns_are_left_out(cache: Path) -> None:
    with chorale(cache, context=420) as (_, talk):
        with pytest.raises(ContextFullError):
            for _ in range(40):
                list(talk.send(QUESTION))
        shown = len(talk.path)
        room = talk.room
        assert room is not None
        assert room.is_full
        assert room.needed >= room.limit == 420
        drop = room.choices[0]
        list(talk.make_room(drop))
        list(talk.send(QUESTION))
        assert len(talk.path) == shown + 2
        after = talk.room
        assert after is not None
        assert after.left_out == drop.turns
        assert after.used < room.limit


def test_what_choices_say_they_free_is_about_what_they_free(cache: Path) -> None:
    with chorale(cache, context=420) as (_, talk):
        with pytest.raises(ContextFullError):
            for _ in range(40):
                list(talk.send(QUESTION))
        room = talk.room
        assert room is not None
        drop = room.choices[0]
        list(talk.make_room(drop))
        *_, ended = talk.send(QUESTION)
        assert isinstance(ended, TurnEnded)
        freed = room.needed - ended.usage.prompt_tokens
        assert abs(freed - drop.frees) < 0.15 * room.limit
