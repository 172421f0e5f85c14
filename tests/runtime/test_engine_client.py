"""A crash costs one answer: what was said stays, one sentence tells, and the next turn works."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

import runtime.engine_client
from models.errors import Cancelled, EngineError, InputError
from runtime.conversation import Channel, Conversation, Message, Role
from runtime.engine_client import EngineClient
from runtime.events import (
    EngineFailed,
    EngineReady,
    LoadProgress,
    LoadRequest,
    Span,
    StopReason,
    TextDelta,
    TurnEnded,
    TurnEvent,
    TurnRequest,
)
from runtime.kv.values import KeepOrder, KvPlace
from tests.fakes.engine_processes import EXIT_CODE, WORDS, serve

pytestmark = pytest.mark.slow  # each starts a process or two


@pytest.fixture
def client() -> Iterator[EngineClient]:
    client = EngineClient(serve)
    yield client
    client.close()


def load(client: EngineClient, folder: str = "model") -> EngineReady | EngineFailed:
    last = list(client.load(LoadRequest(folder, "")))[-1]
    assert isinstance(last, EngineReady | EngineFailed)
    return last


def ask(text: str, turn_id: int = 1) -> TurnRequest:
    return TurnRequest(turn_id, Conversation((Message(Role.USER, text),)))


def answer(client: EngineClient, text: str) -> list[TurnEvent]:
    return list(client.run(ask(text)))


def ended(events: list[TurnEvent]) -> TurnEnded:
    assert isinstance(events[-1], TurnEnded)
    return events[-1]


def test_events_come_through_in_order(client: EngineClient) -> None:
    assert isinstance(load(client), EngineReady)
    events = answer(client, "hello")
    assert [event.text for event in events if isinstance(event, TextDelta)] == list(WORDS)
    assert ended(events).reason is StopReason.STOP


def test_the_process_that_computes_can_be_looked_at(client: EngineClient) -> None:
    assert client.process_id is None
    ready = load(client)
    assert isinstance(ready, EngineReady)
    assert str(client.process_id) == ready.kernel  # in which the fake tells its process
    client.close()
    assert client.process_id is None


def test_caches_are_kept_and_forgotten_in_their_turn_by_the_process(
    client: EngineClient, tmp_path: Path
) -> None:
    path = tmp_path / "one.kv"
    order = KeepOrder(KvPlace(str(path), b"key", 1), Conversation())
    client.keep(order)  # there is no process yet, and nothing to keep
    assert not path.exists()
    load(client)
    client.keep(order)
    answer(client, "hello")  # is answered after what was sent before it
    assert path.read_bytes() == b"key"
    client.forget(str(path))
    answer(client, "hello")
    assert not path.exists()


def test_a_crash_keeps_what_was_said_and_tells_in_a_sentence(client: EngineClient) -> None:
    load(client)
    whole = ended(answer(client, "crash"))
    assert whole.reason is StopReason.ERROR
    assert whole.error is not None
    assert str(EXIT_CODE) in whole.error
    assert [message.content for message in whole.messages] == ["".join(WORDS)]


def test_a_crash_while_an_answer_is_gone_on_with_keeps_its_beginning(client: EngineClient) -> None:
    load(client)
    cut = Message(Role.ASSISTANT, "crash", Channel.FINAL)
    conversation = Conversation((Message(Role.USER, "hello"), cut), is_open=True)
    whole = ended(list(client.run(TurnRequest(1, conversation))))
    assert whole.reason is StopReason.ERROR
    assert whole.messages == (replace(cut, content="crash" + "".join(WORDS)),)


def test_after_a_crash_it_is_still_known_how_long_the_model_thought(
    client: EngineClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(client)
    monkeypatch.setattr(
        runtime.engine_client, "time", SimpleNamespace(perf_counter=itertools.count().__next__)
    )
    whole = ended(answer(client, "crash"))
    assert whole.spans == (Span(len(WORDS), len(WORDS) - 1),)
    assert whole.decode_seconds == len(WORDS) - 1


def test_whoever_wants_to_know_is_told_how_the_engine_died() -> None:
    codes: list[int | None] = []
    client = EngineClient(serve, codes.append)
    load(client)
    answer(client, "hello")
    assert codes == []
    answer(client, "crash")
    client.close()
    assert codes == [EXIT_CODE]


def test_after_a_crash_the_next_turn_loads_the_model_again_and_works(client: EngineClient) -> None:
    load(client)
    answer(client, "crash")
    events = answer(client, "hello")
    assert isinstance(events[0], LoadProgress)
    assert ended(events).reason is StopReason.STOP


def test_a_model_that_cannot_be_loaded_again_is_said(client: EngineClient) -> None:
    load(client, "crash")
    with pytest.raises(EngineError, match=str(EXIT_CODE)):
        answer(client, "hello")


def test_after_stopping_while_the_model_is_loaded_again_the_next_turn_works(client: EngineClient) -> None:
    load(client, "slow")
    answer(client, "crash")
    with pytest.raises(Cancelled):
        for _ in client.run(ask("hello")):
            client.cancel()
    assert ended(answer(client, "hello")).reason is StopReason.STOP


def test_a_crash_after_the_last_word_does_not_end_the_turn_twice(client: EngineClient) -> None:
    load(client)
    events = answer(client, "crash at the end")
    assert [event.reason for event in events if isinstance(event, TurnEnded)] == [StopReason.STOP]
    assert ended(answer(client, "hello")).reason is StopReason.STOP


def test_after_a_lost_device_the_next_turn_has_a_new_process(client: EngineClient) -> None:
    before = load(client)
    events = answer(client, "lose the device")
    assert [event.reason for event in events if isinstance(event, TurnEnded)] == [StopReason.STOP]
    again = answer(client, "hello")
    assert ended(again).reason is StopReason.STOP
    assert isinstance(again[0], LoadProgress)
    after = load(client)
    assert isinstance(before, EngineReady)
    assert isinstance(after, EngineReady)
    assert before.kernel != after.kernel  # the process id stands in for it


def test_a_crash_while_loading_is_a_failed_load(client: EngineClient) -> None:
    failed = load(client, "crash")
    assert isinstance(failed, EngineFailed)
    assert str(EXIT_CODE) in failed.user_text


def test_a_failed_load_leaves_the_engine_usable(client: EngineClient) -> None:
    assert isinstance(load(client, "missing"), EngineFailed)
    assert isinstance(load(client), EngineReady)


def test_cancel_ends_the_turn_in_the_same_process(client: EngineClient) -> None:
    before = load(client)
    events: list[TurnEvent] = []
    for event in client.run(ask("wait")):
        events.append(event)
        client.cancel()
    assert ended(events).reason is StopReason.CANCELLED
    assert ended(answer(client, "hello")).reason is StopReason.STOP
    assert load(client) == before


def test_an_engine_deaf_to_cancel_is_killed_and_what_it_said_is_kept(
    client: EngineClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime.engine_client, "CANCEL_GRACE_S", 0.1)
    load(client)
    events: list[TurnEvent] = []
    for event in client.run(ask("ignore")):
        events.append(event)
        if sum(isinstance(e, TextDelta) for e in events) == len(WORDS):
            client.cancel()
    whole = ended(events)
    assert (whole.reason, whole.error) == (StopReason.CANCELLED, None)
    assert whole.messages[0].content == "".join(WORDS)
    assert ended(answer(client, "hello")).reason is StopReason.STOP


def test_an_answer_nobody_listens_to_is_ended_and_does_not_mix_into_the_next(client: EngineClient) -> None:
    load(client)
    turn = client.run(ask("wait"))
    next(turn)
    turn.close()  # type: ignore[attr-defined]
    events = list(client.run(ask("hello", turn_id=2)))
    assert {event.turn_id for event in events if isinstance(event, TextDelta)} == {2}
    assert ended(events).reason is StopReason.STOP


def test_leaving_an_answer_late_does_not_cancel_the_one_after_it(client: EngineClient) -> None:
    load(client)
    left = client.run(ask("hello"))
    next(left)
    current = client.run(ask("hello", turn_id=2))
    events = [next(current)]
    left.close()  # type: ignore[attr-defined]
    events += current
    assert ended(events).reason is StopReason.STOP
    assert {event.turn_id for event in events if isinstance(event, TextDelta)} == {2}


def test_a_cancel_with_nothing_running_does_nothing(client: EngineClient) -> None:
    client.cancel()
    load(client)
    client.cancel()
    assert ended(answer(client, "hello")).reason is StopReason.STOP


def test_errors_with_both_their_texts_cross_the_pipe(client: EngineClient) -> None:
    load(client)
    with pytest.raises(InputError, match="5 too long"):
        answer(client, "too long")
    with pytest.raises(EngineError) as caught:
        answer(client, "broken")
    assert (caught.value.user_text, caught.value.detail) == ("The model stopped.", "detail")
    assert ended(answer(client, "hello")).reason is StopReason.STOP


def test_asking_before_loading_says_so(client: EngineClient) -> None:
    with pytest.raises(EngineError, match="No model"):
        answer(client, "hello")
