"""Coming back to a long conversation reads nothing anew and changes no bit; what is torn or foreign is not believed."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import models
from models.errors import Cancelled
from runtime.conversation import Channel, Conversation, Message, Role
from runtime.engine import Engine
from runtime.events import EngineReady, LoadRequest, Sampling, TurnEnded, TurnRequest
from runtime.kv import keeper as keeper_module
from runtime.kv.erase import destroy
from runtime.kv.file import DamagedError, KvFile, KvState, digest_of, prefix_digests
from runtime.kv.keeper import KvKeeper, make_room
from runtime.kv.layout import CHUNK_ROWS, SLACK_ROWS, Layout
from runtime.kv.values import KeepOrder, KvPlace
from runtime.sequence import TokenSequence
from runtime.session import ModelSession
from tests.support.random_checkpoint import NAMED, write_random_checkpoint

KEY = bytes(range(32))
SLOW = 10.0  # tokens a second: reading prompts so slowly that keeping is always worth it
IDS = [int(each) for each in np.random.default_rng(6).integers(10, 250, 900)]
WINDOW = 128
DEMO = Path(models.__path__[0]) / "demo"


def unchecked() -> None:
    """Nobody cancels."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_random_checkpoint(tmp_path_factory.mktemp("models") / "tiny", NAMED["tiny"])


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def place(tmp_path: Path) -> KvPlace:
    return KvPlace(str(tmp_path / "kv" / "one.kv"), KEY, most_bytes=1 << 30, worth_s=0.0)


class Loaded:
    """An engine with the model, as after a start of Chorale, and its parts."""

    def __init__(self, folder: Path, cache: Path, kernel: str | None = None) -> None:
        self.engine = Engine()
        assert isinstance(
            list(self.engine.load(LoadRequest(str(folder), str(cache), kernel=kernel)))[-1], EngineReady
        )
        session, self.sequence, _ = self.engine._loaded()
        assert isinstance(session, ModelSession)
        assert self.engine._kv is not None
        self.session: ModelSession = session
        self.kv: KvKeeper = self.engine._kv

    def read(self, ids: list[int]) -> np.ndarray:
        """Feed what is not cached; the last logits."""
        self.sequence.rewind(self.sequence.shared_with(ids[:-1]))
        *_, logits = self.sequence.prefill(ids, 1, unchecked)
        last: np.ndarray = logits[-1]
        return last

    def keep(self, place: KvPlace, length: int) -> None:
        """Keep so many rows, and wait until that is done."""
        self.sequence.rate = SLOW
        self.kv.keep(place, length)
        if self.kv._writer is not None:
            assert self.kv._writer.wait(20)
        self.kv.stop()


@pytest.fixture
def loaded(folder: Path, cache: Path) -> Iterator[Loaded]:
    loaded = Loaded(folder, cache)
    yield loaded
    loaded.engine.close()


@pytest.fixture
def other(folder: Path, cache: Path) -> Iterator[Loaded]:
    other = Loaded(folder, cache)
    yield other
    other.engine.close()


@pytest.mark.parametrize("length", [40, CHUNK_ROWS, 300, 5 * CHUNK_ROWS, 800])
def test_what_comes_back_is_the_same_to_the_bit(
    loaded: Loaded, other: Loaded, place: KvPlace, length: int
) -> None:
    loaded.read(IDS[:length])
    loaded.keep(place, length)
    other.kv.recall(place, IDS[:850], unchecked)
    assert other.sequence.ids == IDS[:length]
    assert np.array_equal(other.read(IDS[:851]), loaded.read(IDS[:851]))


def test_only_the_rows_that_are_needed_are_kept(loaded: Loaded, place: KvPlace) -> None:
    loaded.read(IDS)
    loaded.keep(place, 900)
    rows = 2 * (900 + WINDOW + SLACK_ROWS)  # two layers see everything, two have a window
    wanted = rows * 2 * loaded.session._config.kv_heads * loaded.session._config.head_dim * 2
    assert wanted <= Path(place.path).stat().st_size < wanted + (1 << 20)


def test_a_question_asked_in_place_of_the_last_one_goes_on_a_little_further_up(
    loaded: Loaded, other: Loaded, place: KvPlace
) -> None:
    loaded.read(IDS[:800])
    loaded.keep(place, 800)
    changed = [*IDS[: 800 - SLACK_ROWS], *reversed(IDS[:200])]
    other.kv.recall(place, changed[:-1], unchecked)
    assert other.sequence.ids == IDS[: 800 - SLACK_ROWS]
    assert np.array_equal(other.read(changed), loaded.read(changed))


def test_where_rows_are_missing_the_prompt_is_read_from_the_beginning(
    loaded: Loaded, other: Loaded, place: KvPlace
) -> None:
    loaded.read(IDS[:800])
    loaded.keep(place, 800)
    other.kv.recall(place, IDS[:850], unchecked)
    early = [*IDS[: 799 - SLACK_ROWS], *reversed(IDS[:100])]
    assert other.sequence.shared_with(early) == 0
    assert np.array_equal(other.read(early), loaded.read(early))
    assert other.sequence.least == 0


def test_a_prompt_that_differs_too_far_up_takes_nothing_from_the_disk(
    loaded: Loaded, other: Loaded, place: KvPlace
) -> None:
    loaded.read(IDS[:800])
    loaded.keep(place, 800)
    other.kv.recall(place, [*IDS[: 799 - SLACK_ROWS], *reversed(IDS[:100])], unchecked)
    assert other.sequence.ids == []


def test_rows_that_did_not_come_back_are_not_said_to_be_there(
    loaded: Loaded, other: Loaded, place: KvPlace
) -> None:
    loaded.read(IDS[:600])
    loaded.keep(place, 600)
    other.kv.recall(place, IDS[:850], unchecked)
    other.keep(place, 590)
    loaded.sequence.rewind(0)
    loaded.sequence.rate = SLOW
    loaded.kv.recall(place, [*IDS[: 590 - SLACK_ROWS], *reversed(IDS[:100])], unchecked)
    assert loaded.sequence.ids == []  # of windowed layers the rows before 600 - 256 - 128 were never there


def test_what_came_back_is_kept_again_and_comes_back_again(
    loaded: Loaded, folder: Path, cache: Path, place: KvPlace
) -> None:
    loaded.read(IDS[:600])
    loaded.keep(place, 600)
    for length in (610, 700, 880):
        again = Loaded(folder, cache)
        again.kv.recall(place, IDS[: length - 1], unchecked)
        assert again.sequence.ids
        last = again.read(IDS[:length])
        again.keep(place, length)
        assert np.array_equal(last, loaded.read(IDS[:length]))
        again.engine.close()


def test_chunks_that_are_there_are_not_written_again(
    loaded: Loaded, place: KvPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    put = KvFile.put_chunk

    def noted(self: KvFile, number: int, prefix: bytes, data: bytes) -> None:
        written.append(number)
        put(self, number, prefix, data)

    monkeypatch.setattr(KvFile, "put_chunk", noted)
    loaded.read(IDS[:500])
    loaded.keep(place, 500)
    loaded.read(IDS[:800])
    loaded.keep(place, 800)
    assert written == [0, 1, 2, 3, 4, 5]
    loaded.read([*IDS[:400], *reversed(IDS[:400])])  # another branch: from chunk 3 on it differs
    loaded.keep(place, 700)
    assert written[6:] == [3, 4]


def test_a_title_between_two_questions_does_not_cost_the_conversation(
    loaded: Loaded, other: Loaded, place: KvPlace
) -> None:
    loaded.read(IDS[:800])
    loaded.keep(place, 800)
    loaded.read([*IDS[:150], *reversed(IDS[:100])])  # shares its beginning
    loaded.sequence.rate = SLOW
    loaded.kv.recall(place, IDS[:850], unchecked)
    assert loaded.sequence.ids == IDS[:800]
    assert np.array_equal(loaded.read(IDS[:851]), other.read(IDS[:851]))


# -- what is not worth it ------------------------------------------------------------------------


def test_what_is_read_quickly_is_not_kept(loaded: Loaded, place: KvPlace) -> None:
    loaded.read(IDS[:800])
    loaded.sequence.rate = 801.0
    loaded.kv.keep(replace(place, worth_s=1.0), 800)
    assert loaded.kv._writer is None
    loaded.sequence.rate = 799.0
    loaded.kv.keep(replace(place, worth_s=1.0), 800)
    assert loaded.kv._writer is not None


def test_what_is_read_quicker_than_the_file_is_not_brought_back(
    loaded: Loaded, other: Loaded, place: KvPlace
) -> None:
    loaded.read(IDS[:800])
    loaded.keep(place, 800)
    other.sequence.rate = 1e6
    other.kv.recall(place, IDS[:850], unchecked)
    assert other.sequence.ids == []
    other.sequence.rate = 100.0
    other.sequence.take_over(IDS[:799], 0)  # one row more is not worth opening a file
    other.kv.recall(place, IDS[:850], unchecked)
    assert len(other.sequence.ids) == 799


def test_a_conversation_larger_than_the_limit_is_not_kept(loaded: Loaded, place: KvPlace) -> None:
    loaded.read(IDS[:800])
    loaded.keep(replace(place, most_bytes=100_000), 800)
    assert not Path(place.path).exists()


def test_a_full_disk_is_left_alone(loaded: Loaded, place: KvPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper_module, "_free", lambda path: 2 << 30)
    loaded.read(IDS[:800])
    loaded.keep(place, 800)
    assert not Path(place.path).exists()


def test_those_not_used_for_longest_make_room(tmp_path: Path) -> None:
    for number in range(4):
        path = tmp_path / f"{number}.kv"
        path.write_bytes(bytes(1000))
        os.utime(path, (number, number))
    (tmp_path / "conversations.db").write_bytes(bytes(9000))
    make_room(tmp_path, 2500, but=tmp_path / "0.kv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.kv", "3.kv", "conversations.db"]


# -- what must not be believed -------------------------------------------------------------------


def refused(other: Loaded, place: KvPlace) -> bool:
    """Whether nothing comes back, and the file is gone."""
    other.kv.recall(place, IDS[:850], unchecked)
    return other.sequence.ids == [] and not Path(place.path).exists()


def test_another_key_opens_nothing(loaded: Loaded, other: Loaded, place: KvPlace) -> None:
    loaded.read(IDS[:800])
    loaded.keep(place, 800)
    assert refused(other, replace(place, key=bytes(32)))


def test_nothing_can_be_read_in_the_file(loaded: Loaded, place: KvPlace) -> None:
    loaded.read(IDS[:800])
    rows = loaded.session.cached_rows()["0.value"][0, 5].tobytes()
    loaded.keep(place, 800)
    data = Path(place.path).read_bytes()
    for plain in (b"SQLite", b"chunks", np.asarray(IDS[:8], "<u4").tobytes(), rows):
        assert plain not in data
    if sys.platform != "win32":
        assert Path(place.path).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("where", [0.1, 0.5, 0.9])
def test_a_flipped_byte_is_noticed(loaded: Loaded, other: Loaded, place: KvPlace, where: float) -> None:
    loaded.read(IDS[:800])
    loaded.keep(place, 800)
    data = bytearray(Path(place.path).read_bytes())
    data[int(where * len(data))] ^= 1
    Path(place.path).write_bytes(data)
    assert refused(other, place)


def test_a_file_of_another_model_is_thrown_away(
    loaded: Loaded, place: KvPlace, tmp_path: Path, cache: Path
) -> None:
    loaded.read(IDS[:800])
    loaded.keep(place, 800)
    folder = write_random_checkpoint(tmp_path / "other", NAMED["tiny"], seed=3)
    other = Loaded(folder, tmp_path / "cache")
    assert refused(other, place)
    other.engine.close()


def test_rows_of_another_kernel_are_not_mixed_in(
    loaded: Loaded, place: KvPlace, folder: Path, cache: Path
) -> None:
    loaded.read(IDS[:800])
    loaded.keep(place, 800)
    other = Loaded(folder, cache, kernel="scalar")
    assert refused(other, place)
    other.engine.close()


def test_a_chunk_of_another_text_is_noticed(loaded: Loaded, other: Loaded, place: KvPlace) -> None:
    loaded.read(IDS[:800])
    loaded.keep(place, 800)
    layout = loaded.kv._layout
    loaded.read([*IDS[:300], *reversed(IDS[:500])])
    file = KvFile(Path(place.path), KEY)
    digests = prefix_digests(layout.tag, loaded.sequence.ids)
    file.put_chunk(4, digests[4], layout.pack_chunk(loaded.session.cached_rows(), 4))
    file.close()  # as if it had been ended here
    assert refused(other, place)


def test_a_kill_at_any_write_leaves_the_old_or_the_new(
    loaded: Loaded, folder: Path, cache: Path, place: KvPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every write in turn is the one before which the process is gone."""
    loaded.read(IDS[:300])
    loaded.keep(place, 300)
    before = Path(place.path).read_bytes()
    expected = loaded.read(IDS[:851])
    other = Loaded(folder, cache)
    lengths = []
    for count in itertools.count():
        Path(place.path).write_bytes(before)
        with monkeypatch.context() as patch:
            was_killed = _killed_after(count, patch, loaded, place)
        other.sequence.rewind(0)
        other.sequence.rate = None
        other.kv.recall(place, IDS[:850], unchecked)
        lengths.append(len(other.sequence.ids))
        assert np.array_equal(other.read(IDS[:851]), expected)
        if not was_killed:
            break
    assert lengths == [300] * 5 + [800]  # four chunks and the state
    other.engine.close()


class _KilledError(BaseException):
    """From here on nothing of ours runs any more."""


def _killed_after(count: int, patch: pytest.MonkeyPatch, loaded: Loaded, place: KvPlace) -> bool:
    """Write 800 rows, and end before write number `count`; whether it came to that."""
    writes = itertools.count()

    def counted(name: str) -> None:
        write = getattr(KvFile, name)

        def wrapped(self: KvFile, *given: object) -> None:
            if next(writes) == count:
                raise _KilledError
            write(self, *given)

        patch.setattr(KvFile, name, wrapped)

    counted("put_chunk")
    counted("put_state")
    rows = loaded.session.cached_rows()
    writer = keeper_module._Writer(place, loaded.kv._layout, tuple(IDS[:800]), 0, SLOW, rows)
    file = KvFile(Path(place.path), KEY)
    try:
        writer._write(file)
    except _KilledError:
        return True
    finally:
        file.close()
    return False


# -- interruptions -------------------------------------------------------------------------------


def test_stopping_keeps_the_beginning(
    loaded: Loaded, other: Loaded, place: KvPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = KvFile.put_chunk

    def and_stop(self: KvFile, number: int, prefix: bytes, data: bytes) -> None:
        put(self, number, prefix, data)
        if number == 3:
            assert loaded.kv._writer is not None
            loaded.kv._writer._stopped.set()

    monkeypatch.setattr(KvFile, "put_chunk", and_stop)
    loaded.read(IDS[:800])
    loaded.keep(place, 800)
    other.kv.recall(place, IDS[:850], unchecked)
    assert other.sequence.ids == IDS[: 4 * CHUNK_ROWS]
    assert np.array_equal(other.read(IDS[:851]), loaded.read(IDS[:851]))


def test_a_cancel_while_it_comes_back_leaves_what_was_there(
    loaded: Loaded, other: Loaded, place: KvPlace
) -> None:
    loaded.read(IDS[:800])
    loaded.keep(place, 800)
    other.read([*IDS[:200], *reversed(IDS[:50])])
    other.sequence.rate = None
    calls = itertools.count()

    def check() -> None:
        if next(calls) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        other.kv.recall(place, IDS[:850], check)
    assert other.sequence.ids == IDS[:200]
    assert np.array_equal(other.read(IDS[:851]), loaded.read(IDS[:851]))


def test_the_next_question_does_not_wait_for_a_slow_disk(
    loaded: Loaded, place: KvPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper_module, "_PATIENCE_S", 0.0)
    put = KvFile.put_chunk

    def slowly(self: KvFile, number: int, prefix: bytes, data: bytes) -> None:
        assert writer._stopped.wait(10)
        put(self, number, prefix, data)

    monkeypatch.setattr(KvFile, "put_chunk", slowly)
    loaded.read(IDS[:800])
    loaded.sequence.rate = SLOW
    with monkeypatch.context() as patch:
        patch.setattr(keeper_module._Writer, "start", lambda self: None)
        loaded.kv.keep(place, 800)
    assert loaded.kv._writer is not None
    writer = loaded.kv._writer
    writer._thread.start()
    loaded.kv.settle(unchecked)
    assert loaded.kv._writer is None
    assert not writer._thread.is_alive()  # rows may change now


def test_another_chorale_that_has_the_file_is_left_alone(
    loaded: Loaded, other: Loaded, place: KvPlace
) -> None:
    loaded.read(IDS[:800])
    loaded.keep(place, 800)
    holding = KvFile(Path(place.path), KEY)
    holding._connection.execute("BEGIN EXCLUSIVE")
    other.kv.recall(place, IDS[:850], unchecked)
    loaded.read(IDS[:850])
    loaded.keep(place, 850)
    assert other.sequence.ids == []
    holding.close()
    other.kv.recall(place, IDS[:850], unchecked)
    assert other.sequence.ids == IDS[:800]


# -- deleting ------------------------------------------------------------------------------------


def test_deleting_overwrites_and_also_ends_what_is_being_written(loaded: Loaded, place: KvPlace) -> None:
    path = Path(place.path)
    loaded.read(IDS[:800])
    loaded.keep(place, 800)
    second = path.with_name("second")
    os.link(path, second)
    loaded.read(IDS[:850])
    loaded.sequence.rate = SLOW
    loaded.kv.keep(place, 850)
    loaded.kv.forget(place.path)
    assert loaded.kv._writer is None
    assert list(path.parent.iterdir()) == [second]
    assert not any(second.read_bytes())


def test_deleting_what_is_not_there_is_no_fault(tmp_path: Path) -> None:
    destroy(tmp_path / "none.kv")


# -- through the engine --------------------------------------------------------------------------


def ask(*texts: str, recall: KvPlace | None = None) -> TurnRequest:
    messages: list[Message] = []
    for text in texts:
        messages += [
            Message(Role.USER, text),
            Message(Role.ASSISTANT, f"On {text[:9]}.", Channel.FINAL),
        ]
    return TurnRequest(1, Conversation(tuple(messages[:-1])), Sampling(temperature=0), 12, recall)


def ended(engine: Engine, request: TurnRequest) -> TurnEnded:
    *_, last = engine.run(request)
    assert isinstance(last, TurnEnded)
    return last


LONG = "The quick brown fox jumps over the lazy dog. " * 14


def test_an_engine_that_was_ended_goes_on_where_it_was(loaded: Loaded, other: Loaded, place: KvPlace) -> None:
    first = ended(loaded.engine, ask(LONG))
    loaded.sequence.rate = SLOW
    conversation = ask(LONG).conversation.plus(Message(Role.ASSISTANT, f"On {LONG[:9]}.", Channel.FINAL))
    loaded.engine.keep(KeepOrder(place, conversation))
    assert loaded.kv._writer is not None
    assert loaded.kv._writer.wait(20)
    again = ended(other.engine, ask(LONG, "And then?", recall=place))
    assert again.usage.cached_tokens >= first.usage.prompt_tokens
    unkept = ended(other.engine, ask("Something else."))
    assert unkept.usage.cached_tokens < 100
    plain = ended(loaded.engine, ask(LONG, "And then?"))
    assert (again.messages, again.usage.prompt_tokens) == (plain.messages, plain.usage.prompt_tokens)


def test_reasoning_that_is_not_read_again_is_not_kept(loaded: Loaded, place: KvPlace) -> None:
    ended(loaded.engine, ask(LONG))
    loaded.sequence.rate = SLOW
    said = (
        Message(Role.ASSISTANT, "A thought.", Channel.ANALYSIS),
        Message(Role.ASSISTANT, "An answer.", Channel.FINAL),
    )
    before = len(loaded.sequence.ids)
    loaded.engine.keep(KeepOrder(place, ask(LONG).conversation.plus(*said)))
    assert loaded.kv._writer is not None
    assert loaded.kv._writer.wait(20)
    file = KvFile(Path(place.path), KEY)
    state = file.state()
    file.close()
    assert state is not None
    assert 600 < len(state.ids) < before


def test_the_exact_form_keeps_nothing(folder: Path, cache: Path, place: KvPlace) -> None:
    engine = Engine()
    list(engine.load(LoadRequest(str(folder), str(cache), exact=True)))
    engine.keep(KeepOrder(place, ask("Hello").conversation))
    engine.forget(place.path)
    assert engine._kv is None
    engine.close()


def test_the_demo_answers_the_same_after_coming_back(place: KvPlace, cache: Path) -> None:
    one, two = (Loaded(DEMO, cache) for _ in range(2))
    question, following = "What are the panes beside an answer?", "What is Chorale?"
    first = ended(one.engine, replace(ask(question), max_tokens=300))
    conversation = ask(question).conversation.plus(*first.messages)
    one.sequence.rate = SLOW
    one.engine.keep(KeepOrder(place, conversation))
    assert one.kv._writer is not None
    assert one.kv._writer.wait(20)
    request = TurnRequest(2, conversation.plus(Message(Role.USER, following)), Sampling(temperature=0), 300)
    came_back = ended(two.engine, replace(request, recall=place))
    assert came_back.usage.cached_tokens > 40
    assert came_back.messages == ended(one.engine, request).messages
    one.engine.close()
    two.engine.close()


# -- the bytes -----------------------------------------------------------------------------------


def test_the_key_is_not_shown(place: KvPlace) -> None:
    assert repr(KEY) not in repr(ask("Hello", recall=place))
    assert KEY.hex() not in repr(place)


@pytest.mark.parametrize("windows", [(0, 0), (64, 64), (0, 37, 128)])
@pytest.mark.parametrize("length", [1, 127, 128, 129, 700])
def test_any_mix_of_layers_is_packed_and_unpacked(windows: tuple[int, ...], length: int) -> None:
    layout = Layout("model", "kernel", windows, 2, 8)
    random = np.random.default_rng(1)

    def rows() -> dict[str, np.ndarray]:
        return {
            f"{layer}.{part}": random.standard_normal((2, 768, 8)).astype(np.float16)
            for layer in range(len(windows))
            for part in ("key", "value")
        }

    old, new = rows(), rows()
    for number in range(length // CHUNK_ROWS):
        layout.unpack_chunk(new, number, layout.pack_chunk(old, number))
    layout.unpack_tail(new, length, 0, layout.pack_tail(old, length))
    for layer, window in enumerate(windows):
        begin = layout.tail_start(window, length) if window else 0
        for part in ("key", "value"):
            name = f"{layer}.{part}"
            assert np.array_equal(new[name][:, begin:length], old[name][:, begin:length])
            assert not np.array_equal(new[name][:, length:], old[name][:, length:])
    with pytest.raises(ValueError, match="bytes"):
        layout.unpack_tail(new, length, 0, b"1234")


def test_a_chunk_that_was_changed_is_noticed(place: KvPlace) -> None:
    file = KvFile(Path(place.path), KEY, is_new=True)
    file.put_chunk(0, b"prefix", b"data")
    assert file.chunk(0, b"prefix") == b"data"
    file._connection.execute("UPDATE chunks SET data = ?", (b"date",))
    with pytest.raises(DamagedError):
        file.chunk(0, b"prefix")
    file.close()


def test_a_state_that_was_changed_is_noticed(place: KvPlace) -> None:
    file = KvFile(Path(place.path), KEY, is_new=True)
    assert file.state() is None
    state = KvState(b"tag", (1, 2, 3), 0, 5.0, digest_of(b"tail"))
    file.put_state(state, b"tail")
    assert file.state() == state
    assert file.tail(state) == b"tail"
    for column, value in (
        ("least", 1),
        ("rate", 6.0),
        ("tail", b"tale"),
        ("ids", bytes(12)),
        ("tag", b"gat"),
    ):
        file._connection.execute("SAVEPOINT one")
        file._connection.execute(f"UPDATE state SET {column} = ?", (value,))
        with pytest.raises(DamagedError):
            file.tail(file.state() or state)
        file._connection.execute("ROLLBACK TO one")
    file.close()


def test_a_sequence_goes_back_to_nothing_or_to_what_is_there() -> None:
    sequence = TokenSequence(None)  # type: ignore[arg-type]
    sequence.take_over(IDS[:500], 400)
    assert sequence.shared_with(IDS[:450]) == 450
    assert sequence.shared_with(IDS[:399]) == 0
    sequence.rewind(420)
    assert sequence.least == 400
    sequence.rewind(0)
    assert sequence.least == 0
