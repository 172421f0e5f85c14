"""The engine answers the same whatever came before: a turn, a cancel, a longer chat; and says what is wrong."""

from __future__ import annotations

import itertools
import json
import stat
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from models.checkpoint import Checkpoint
from models.errors import Cancelled, EngineError, InputError
from runtime.conversation import Channel, Conversation, Message, Role
from runtime.cores import Core
from runtime.device_errors import DeviceError, Trouble
from runtime.engine import Engine, context_limit
from runtime.events import (
    EngineFailed,
    EngineReady,
    LoadEvent,
    LoadProgress,
    LoadRequest,
    PromptProgress,
    Sampling,
    StopReason,
    TextDelta,
    TurnEnded,
    TurnEvent,
    TurnRequest,
)
from runtime.prompt_lookup import PromptLookup
from runtime.sequence import TokenSequence, common_prefix
from tests.support.random_checkpoint import NAMED, write_random_checkpoint

GREEDY = Sampling(temperature=0)
LONG = "The quick brown fox jumps over the lazy dog. " * 14  # crosses the window of 128 several times


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_random_checkpoint(tmp_path_factory.mktemp("models") / "tiny", NAMED["tiny"])


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def load(engine: Engine, request: LoadRequest) -> LoadEvent:
    return list(engine.load(request))[-1]


@pytest.fixture
def engine(folder: Path, cache: Path) -> Iterator[Engine]:
    engine = Engine()
    assert isinstance(load(engine, LoadRequest(str(folder), str(cache))), EngineReady)
    yield engine
    engine.close()


def user(text: str) -> Message:
    return Message(Role.USER, text)


def ask(*texts: str, most: int = 12, sampling: Sampling = GREEDY) -> TurnRequest:
    """A conversation of user messages, with made-up answers between them."""
    messages: list[Message] = []
    for text in texts:
        messages += [user(text), Message(Role.ASSISTANT, f"On {text[:5]}…", Channel.FINAL)]
    return TurnRequest(1, Conversation(tuple(messages[:-1])), sampling, most)


def ended(events: Sequence[TurnEvent]) -> TurnEnded:
    last = events[-1]
    assert isinstance(last, TurnEnded)
    assert sum(isinstance(event, TurnEnded) for event in events) == 1
    return last


def answer(engine: Engine, request: TurnRequest) -> TurnEnded:
    return ended(list(engine.run(request)))


def from_scratch(folder: Path, cache: Path, request: TurnRequest) -> TurnEnded:
    engine = Engine()
    load(engine, LoadRequest(str(folder), str(cache)))
    return answer(engine, request)


def test_loading_tells_its_stages_and_what_is_loaded(folder: Path, tmp_path: Path) -> None:
    events = list(Engine().load(LoadRequest(str(folder), str(tmp_path / "cache"))))
    stages = [event.stage for event in events if isinstance(event, LoadProgress)]
    assert list(dict.fromkeys(stages)) == ["checking", "preparing", "mapping", "starting"]
    ready = events[-1]
    assert isinstance(ready, EngineReady)
    assert (ready.model_name, ready.device.id) == ("tiny", "cpu")
    assert ready.threads >= 1
    again = list(Engine().load(LoadRequest(str(folder), str(tmp_path / "cache"))))
    assert "preparing" not in [event.stage for event in again if isinstance(event, LoadProgress)]


def test_what_the_cache_holds_and_has_room_for_is_told(engine: Engine, folder: Path, cache: Path) -> None:
    whole = answer(engine, ask(LONG))
    used = whole.usage.prompt_tokens + whole.usage.completion_tokens
    assert used <= whole.reserved < 2 * used + 256
    ready = load(engine, LoadRequest(str(folder), str(cache)))
    config = Checkpoint.open(folder).config
    assert isinstance(ready, EngineReady)
    # Keys and values, f16, as in the session's own buffers.
    assert ready.position_bytes == config.layers * 2 * config.kv_heads * config.head_dim * 2


def test_streamed_text_is_the_final_text(engine: Engine) -> None:
    events = list(engine.run(ask("Hello", most=40)))
    whole = ended(events)
    for index, message in enumerate(whole.messages):
        texts = [e.text for e in events if isinstance(e, TextDelta) and e.message_index == index]
        assert "".join(texts) == message.content
    assert len(whole.spans) == len(whole.messages)
    assert sum(span.tokens for span in whole.spans) <= whole.usage.completion_tokens


def test_a_second_turn_reuses_the_first_and_answers_as_from_scratch(
    engine: Engine, folder: Path, cache: Path
) -> None:
    first = answer(engine, ask(LONG))
    second = answer(engine, ask(LONG, "And then?"))
    assert first.usage.cached_tokens == 0
    assert second.usage.cached_tokens > first.usage.prompt_tokens * 0.9
    expected = from_scratch(folder, cache, ask(LONG, "And then?"))
    assert second.messages == expected.messages
    assert expected.usage.cached_tokens == 0


def test_going_back_to_an_earlier_message_answers_as_from_scratch(
    engine: Engine, folder: Path, cache: Path
) -> None:
    answer(engine, ask(LONG, "And then?", "And after that?"))
    edited = ask(LONG, "Why?")
    assert answer(engine, edited).messages == from_scratch(folder, cache, edited).messages


def test_the_same_question_again_reads_only_its_last_token(engine: Engine) -> None:
    first = answer(engine, ask(LONG))
    again = answer(engine, ask(LONG))
    assert again.usage.cached_tokens == again.usage.prompt_tokens - 1
    assert again.messages == first.messages


def test_cancelling_while_reading_the_prompt_ends_the_turn_and_harms_nothing(
    engine: Engine, folder: Path, cache: Path
) -> None:
    events: list[TurnEvent] = []
    for event in engine.run(ask(LONG, LONG)):
        events.append(event)
        if isinstance(event, PromptProgress) and event.done > 0:
            engine.cancel()
    whole = ended(events)
    assert (whole.reason, whole.messages) == (StopReason.CANCELLED, ())
    assert [type(event) for event in events] == [PromptProgress, PromptProgress, TurnEnded]
    request = ask(LONG, LONG)
    resumed = answer(engine, request)
    assert resumed.usage.cached_tokens > 0
    assert resumed.messages == from_scratch(folder, cache, request).messages


def test_cancelling_inside_a_computation_harms_nothing(engine: Engine, folder: Path, cache: Path) -> None:
    turn = engine.run(ask(LONG * 4, most=4000))
    canceller = threading.Timer(0.02, engine.cancel)
    canceller.start()
    assert ended(list(turn)).reason is StopReason.CANCELLED
    canceller.join()
    request = ask(LONG)
    assert answer(engine, request).messages == from_scratch(folder, cache, request).messages


def test_cancelling_while_answering_keeps_what_was_said(engine: Engine) -> None:
    events: list[TurnEvent] = []
    for event in engine.run(ask("Hello", most=500)):
        events.append(event)
        if sum(isinstance(e, TextDelta) for e in events) == 3:
            engine.cancel()
    whole = ended(events)
    assert whole.reason is StopReason.CANCELLED
    said = "".join(e.text for e in events if isinstance(e, TextDelta))
    assert "".join(message.content for message in whole.messages) == said


def test_a_cancel_after_the_end_does_not_reach_the_next_turn(engine: Engine) -> None:
    answer(engine, ask("Hello"))
    engine.cancel()
    assert answer(engine, ask("Hello")).reason is not StopReason.CANCELLED


def test_max_tokens_cuts_the_answer_and_says_so(engine: Engine) -> None:
    whole = answer(engine, ask("Hello", most=5))
    assert (whole.reason, whole.usage.completion_tokens) == (StopReason.LENGTH, 5)


def test_a_full_context_ends_the_answer(folder: Path, cache: Path) -> None:
    engine = Engine()
    ready = load(engine, LoadRequest(str(folder), str(cache), context_length=300))
    assert isinstance(ready, EngineReady)
    assert ready.context_length == 300
    request = replace(ask("Hello"), max_tokens=None)
    whole = answer(engine, request)
    assert whole.reason is StopReason.LENGTH
    assert whole.usage.prompt_tokens + whole.usage.completion_tokens == 300


def test_a_message_longer_than_the_context_says_by_how_much(folder: Path, cache: Path) -> None:
    engine = Engine()
    load(engine, LoadRequest(str(folder), str(cache), context_length=900))
    before = answer(engine, ask("Hello"))
    with pytest.raises(InputError, match=r"\d+ too long"):
        list(engine.run(ask("Hello" * 300)))
    after = answer(engine, ask("Hello"))
    assert after.messages == before.messages
    assert after.usage.cached_tokens == after.usage.prompt_tokens - 1


def test_the_same_seed_gives_the_same_answer(engine: Engine) -> None:
    sampling = Sampling(temperature=1.0, seed=11)
    first, again = (answer(engine, ask("Hello", sampling=sampling, most=30)) for _ in range(2))
    other = answer(engine, ask("Hello", sampling=Sampling(seed=12), most=30))
    assert first.messages == again.messages
    assert first.messages != other.messages


@pytest.mark.slow
def test_a_growing_conversation_keeps_what_the_cache_holds(engine: Engine, folder: Path, cache: Path) -> None:
    # The cache starts at 256 positions or what the prompt needs, and doubles; decoding crosses the edge.
    request = ask("Hello", most=600)
    grown = answer(engine, request)
    assert grown.usage.prompt_tokens + grown.usage.completion_tokens > 256
    assert grown.messages == from_scratch(folder, cache, request).messages


@pytest.mark.slow
def test_when_memory_is_too_short_for_a_conversation_others_can_still_be_had(
    engine: Engine, folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = answer(engine, ask("Hello"))
    zeros, grown = np.zeros, itertools.count()

    def short(shape: Any, **options: Any) -> Any:
        if next(grown) == 3:  # in the middle of the second layer
            raise MemoryError
        return zeros(shape, **options)

    with monkeypatch.context() as patch:
        patch.setattr(np, "zeros", short)
        failed = answer(engine, ask(LONG))
    assert failed.reason is StopReason.ERROR
    assert "not enough memory" in (failed.error or "")
    assert answer(engine, ask("Hello")).messages == before.messages
    assert answer(engine, ask(LONG)).messages == from_scratch(folder, cache, ask(LONG)).messages


@pytest.mark.parametrize("trouble", [Trouble.LOST, Trouble.MEMORY])
def test_a_device_that_fails_in_a_turn_keeps_the_answer_so_far(
    trouble: Trouble, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = answer(engine, ask("Hello"))
    feed, fed = TokenSequence.feed, itertools.count()

    def failing(self: TokenSequence, ids: Sequence[int], positions: int) -> Any:
        if next(fed) == 8:
            raise DeviceError("Some GPU failed. Choose the device cpu.", "887A0005", trouble)
        return feed(self, ids, positions)

    with monkeypatch.context() as patch:
        patch.setattr(TokenSequence, "feed", failing)
        cut = answer(engine, ask("Hello"))
    assert cut.reason is StopReason.ERROR
    assert cut.error == "Some GPU failed. Choose the device cpu."
    assert 0 < cut.usage.completion_tokens < whole.usage.completion_tokens
    said = "".join(message.content for message in cut.messages)
    assert said
    assert "".join(message.content for message in whole.messages).startswith(said)
    assert engine.is_spent == (trouble is Trouble.LOST)


def test_after_numbers_that_are_none_the_same_question_starts_from_nothing(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = answer(engine, ask("Hello"))
    feed, forgotten = TokenSequence.feed, []

    def spoilt(self: TokenSequence, ids: Sequence[int], positions: int) -> Any:
        return feed(self, ids, positions) * np.float32(np.nan)

    with monkeypatch.context() as patch:
        patch.setattr(TokenSequence, "feed", spoilt)
        patch.setattr(type(engine._session), "forget", lambda session: forgotten.append(session))
        failed = answer(engine, ask("Hello"))
    assert failed.reason is StopReason.ERROR
    assert forgotten == [engine._session]
    again = answer(engine, ask("Hello"))
    assert again.usage.cached_tokens == 0
    assert again.messages == whole.messages


def test_threads_that_are_asked_for_may_run_where_an_earlier_load_was_kept_away(
    folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    affinity = [list(range(6))]

    class Process:
        def cpu_affinity(self, processors: list[int] | None = None) -> list[int]:
            if processors is not None:
                affinity.append(processors)
            return affinity[-1]

    hybrid = (*(Core((n,), 1) for n in range(4)), Core((4,), 0), Core((5,), 0))
    monkeypatch.setattr("runtime.cores.psutil.Process", Process)
    monkeypatch.setattr("runtime.engine.cores", lambda: hybrid)
    engine = Engine(own_process=True)
    request = LoadRequest(str(folder), str(cache), "cpu")
    assert isinstance(load(engine, request), EngineReady)
    assert affinity[-1] == [0, 1, 2, 3]
    assert isinstance(load(engine, replace(request, threads=1)), EngineReady)
    assert affinity[-1] == [0, 1, 2, 3, 4, 5]
    engine.close()


def test_nothing_can_be_asked_before_a_model_is_loaded() -> None:
    with pytest.raises(EngineError, match="No model"):
        Engine().run(ask("Hello"))


def test_a_device_that_is_not_there_is_replaced_by_the_cpu_with_a_word(folder: Path, cache: Path) -> None:
    ready = load(Engine(), LoadRequest(str(folder), str(cache), device="dml:3"))
    assert isinstance(ready, EngineReady)
    assert ready.device.id == "cpu"
    assert "dml:3" in ready.notice


def test_a_device_that_is_insisted_on_and_not_there_is_refused(folder: Path, cache: Path) -> None:
    failed = load(Engine(), LoadRequest(str(folder), str(cache), device="dml:3", insist=True))
    assert isinstance(failed, EngineFailed)
    assert "dml:3" in failed.user_text


def test_an_unknown_kernel_is_refused_by_name(folder: Path, cache: Path) -> None:
    failed = load(Engine(), LoadRequest(str(folder), str(cache), kernel="warp-drive"))
    assert isinstance(failed, EngineFailed)
    assert "warp-drive" in failed.user_text


def test_files_that_change_while_they_are_prepared_are_not_run_slowly_instead(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.engine.open_dense", lambda checkpoint, cache: None)
    failed = load(Engine(), LoadRequest(str(folder), str(tmp_path / "cache")))
    assert isinstance(failed, EngineFailed)
    assert "changed" in failed.user_text


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    failed = load(Engine(), LoadRequest(str(tmp_path / "gone"), str(tmp_path)))
    assert isinstance(failed, EngineFailed)
    assert "gone" in failed.user_text
    assert failed.kind == "ModelError"


def test_a_tokenizer_without_harmonys_tokens_is_refused(tmp_path: Path) -> None:
    folder = write_random_checkpoint(tmp_path / "model", NAMED["narrow"])
    path = folder / "tokenizer.json"
    path.write_text(path.read_text("utf-8").replace("<|channel|>", "<|chanel|>"), "utf-8")
    failed = load(Engine(), LoadRequest(str(folder), str(tmp_path / "cache")))
    assert isinstance(failed, EngineFailed)
    assert "<|channel|>" in failed.user_text


def test_a_tokenizer_of_another_model_is_refused_before_it_can_do_harm(tmp_path: Path) -> None:
    folder = write_random_checkpoint(tmp_path / "model", NAMED["tiny"])
    tokenizer = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    tokenizer["added_tokens"][-1]["id"] = NAMED["tiny"].vocab_size
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")
    failed = load(Engine(), LoadRequest(str(folder), str(tmp_path / "cache")))
    assert isinstance(failed, EngineFailed)
    assert "do not belong together" in failed.user_text


def test_a_load_stopped_at_its_last_step_leaves_no_model_behind(folder: Path, cache: Path) -> None:
    engine = Engine()
    with pytest.raises(Cancelled):
        for event in engine.load(LoadRequest(str(folder), str(cache))):
            if event == LoadProgress("starting"):
                engine.cancel()
    with pytest.raises(EngineError, match="No model"):
        engine.run(ask("Hello"))
    assert isinstance(load(engine, LoadRequest(str(folder), str(cache))), EngineReady)
    assert answer(engine, ask("Hello")).reason is not StopReason.ERROR


def test_a_read_only_folder_with_any_name_is_used_in_place_and_left_alone(tmp_path: Path) -> None:
    folder = write_random_checkpoint(tmp_path / "Modèle 模型", NAMED["narrow"])
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    for file in folder.iterdir():
        file.chmod(stat.S_IREAD)
    folder.chmod(stat.S_IREAD | stat.S_IEXEC)
    engine = Engine()
    assert isinstance(load(engine, LoadRequest(str(folder), str(tmp_path / "cache ü"))), EngineReady)
    assert answer(engine, ask("Hello")).usage.completion_tokens > 0
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    folder.chmod(stat.S_IRWXU)


@pytest.mark.parametrize("sampling", [GREEDY, Sampling(seed=11), Sampling(temperature=0.3, seed=12)])
def test_guessing_ahead_changes_nothing_but_the_time(
    engine: Engine, folder: Path, cache: Path, sampling: Sampling, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Guesses of any length, right and wrong ones, fed whether they pay or not.
    said: list[int] = []
    fed: list[int] = []

    def guess(self: PromptLookup, most: int) -> list[int]:
        count = min(most, len(said) % 5)
        ids: list[int] = right.ids[len(said) : len(said) + count]
        if len(said) % 3 == 0:
            ids = [(token + 1) % 300 for token in ids]  # wrong from the first on
        elif len(ids) > 1 and len(said) % 3 == 1:
            ids = [*ids[:-1], 5]  # wrong at the end
        fed.extend(ids)
        return ids

    monkeypatch.setattr(PromptLookup, "push", lambda self, token: said.append(token))
    monkeypatch.setattr(PromptLookup, "guess", guess)
    request = ask(LONG, most=40, sampling=sampling)
    plain = Engine()
    load(plain, LoadRequest(str(folder), str(cache), prompt_lookup=False))
    expected = answer(plain, request)
    assert plain._sequence is not None
    right = SimpleNamespace(ids=plain._sequence.ids[expected.usage.prompt_tokens :])
    assert said == []  # switched off, nothing follows the text
    guessed = answer(engine, request)
    assert len(fed) > 10
    assert guessed.messages == expected.messages
    assert guessed.usage.completion_tokens == expected.usage.completion_tokens
    assert engine._sequence is not None
    assert engine._sequence.ids == plain._sequence.ids
    # What guessing left in the cache is the past of the next turn.
    monkeypatch.undo()
    following = ask(LONG, "And then?")
    assert answer(engine, following).messages == answer(plain, following).messages


def test_common_prefix() -> None:
    assert common_prefix([], [1]) == 0
    assert common_prefix([1, 2, 3], [1, 2, 4]) == 2
    assert common_prefix([1, 2, 3], [1, 2]) == 2
    assert common_prefix([1, 2], [1, 2]) == 2


def test_the_context_is_what_the_model_allows_and_what_was_asked() -> None:
    from models.config import ModelConfig

    config = ModelConfig(384, 128, 128, 4, 4, 2, 64, 8, 4, (128, 0) * 2, 20_000, 1.5e5, None, 1e-5, 7.0)
    assert context_limit(config, None) == 20_000
    assert context_limit(config, 512) == 512
    assert context_limit(config, 50_000) == 20_000
