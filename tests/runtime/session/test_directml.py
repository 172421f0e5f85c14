"""The graphs for graphics devices, run by ONNX Runtime's CPU code: the right numbers, however tokens are fed.

On DirectML itself they run in `tests/windows`.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.checkpoint import Checkpoint
from models.dense import make_dense, open_dense
from models.errors import Cancelled, EngineError
from models.graph import build_cpu_graph
from models.graph.plain import Float
from models.graph.plain_attention import RECENT
from runtime import kernels
from runtime.device_errors import DeviceError
from runtime.session import CPU_PROVIDER, ComputeDevice, DirectMLSession, ModelSession
from runtime.session.directml import CHUNKS
from tests.support.logits_goldens import l2_error, load_goldens, max_error
from tests.support.random_checkpoint import NAMED, random_ids, write_random_checkpoint

EXACT_TOLERANCE = 1e-3  # of the largest |logit|
FLOAT16_TOLERANCE = 5e-3  # the same; measured: 8e-4 here, 4e-3 by DirectML on a GPU in software
INT8_TOLERANCE = 0.02  # relative L2, as for the CPU's graph
FLOAT_ORDER = 1e-5  # what another order of float32 additions changes, of the largest |logit|

SMALL = [name for name in NAMED if name != "full_width"]
CAPACITY = 256

Folder = Callable[[str], Path]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    """Writes a named checkpoint once."""
    root = tmp_path_factory.mktemp("checkpoints")

    def written(name: str) -> Path:
        path = root / name
        return path if path.exists() else write_random_checkpoint(path, NAMED[name])

    yield written
    shutil.rmtree(root)


def open_session(
    path: Path,
    *,
    dtype: Float = np.float32,
    cache: Path | None = None,
    chunks: Sequence[int] = CHUNKS,
    capacity: int = CAPACITY,
    limit: int = 2048,
) -> DirectMLSession:
    """A session on ONNX Runtime's CPU code; with a `cache` folder, dense matrices at 8 bits."""
    checkpoint = Checkpoint.open(path)
    dense = None
    if cache is not None:
        for _ in make_dense(checkpoint, cache):
            pass
        dense = open_dense(checkpoint, cache)
    device = ComputeDevice(CPU_PROVIDER)
    session = DirectMLSession(
        checkpoint, dense, device, limit=limit, dtype=dtype, chunks=chunks, capacity=capacity
    )
    for done, total in session.upload():
        assert done <= total
    return session


def on_the_cpu(path: Path) -> ModelSession:
    """The CPU's own exact graph, by the scalar kernels."""
    kernels.select("scalar-f32")
    checkpoint = Checkpoint.open(path)
    return ModelSession(build_cpu_graph(checkpoint, None), checkpoint.config, threads=1, limit=2048)


def ids_of(name: str, count: int) -> list[int]:
    ids: list[int] = random_ids(count, NAMED[name].vocab_size).tolist()
    return ids


@pytest.mark.slow
@pytest.mark.parametrize("name", SMALL)
def test_the_plain_graphs_give_the_exact_logits(name: str, folder: Folder) -> None:
    session = open_session(folder(name))
    for length, golden in load_goldens(name).items():
        got = golden.of(session.run(golden.ids.tolist(), 0, length))
        assert got.dtype == np.float32
        assert max_error(got, golden.logits) <= EXACT_TOLERANCE, f"prompt of {length}"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tiny", "odd_sizes"])
def test_float16_costs_less_than_a_half_percent(name: str, folder: Folder) -> None:
    session = open_session(folder(name), dtype=np.float16)
    golden = load_goldens(name)[600]
    got = golden.of(session.run(golden.ids.tolist(), 0, 600))
    assert max_error(got, golden.logits) <= FLOAT16_TOLERANCE


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tiny", "odd_sizes"])
def test_dense_matrices_at_8_bits_stay_within_two_percent(name: str, folder: Folder, tmp_path: Path) -> None:
    session = open_session(folder(name), cache=tmp_path)
    golden = load_goldens(name)[129]
    assert l2_error(golden.of(session.run(golden.ids.tolist(), 0, 129)), golden.logits) <= INT8_TOLERANCE


@pytest.mark.slow
def test_two_layers_of_gpt_oss_20bs_width_are_exact(tmp_path: Path) -> None:
    config = replace(NAMED["full_width"], num_hidden_layers=2, num_local_experts=4)
    path = write_random_checkpoint(tmp_path / "wide", config)
    ids: list[int] = random_ids(66, config.vocab_size).tolist()
    wanted = on_the_cpu(path).run(ids, 0, 2)
    session = open_session(path)
    session.run(ids[:65], 0, 0)
    assert max_error(session.run(ids[64:], 64, 2), wanted) <= EXACT_TOLERANCE
    shutil.rmtree(path)


@pytest.mark.slow
def test_tokens_that_all_want_the_same_experts_are_all_served(tmp_path: Path) -> None:
    # 600 tokens fill blocks of two experts only, more than an even spread would.
    path = write_random_checkpoint(tmp_path / "uneven", NAMED["odd_sizes"])
    for tensor in Checkpoint.open(path).tensors.values():
        if tensor.name.endswith("router.weight"):
            data = np.memmap(tensor.file, np.uint8, "r+", tensor.offset, (tensor.size,))
            data[:] = 0
            data.flush()
    ids = ids_of("odd_sizes", 600)
    wanted = on_the_cpu(path).run(ids, 0, 20)
    assert max_error(open_session(path).run(ids, 0, 20), wanted) <= EXACT_TOLERANCE


@pytest.mark.slow
def test_a_prompt_in_pieces_gives_the_logits_of_the_whole(folder: Folder) -> None:
    # One by one for longer than the small buffers hold, so that they are emptied on the way.
    ids = ids_of("narrow", 300)
    session = open_session(folder("narrow"))
    whole = session.run(ids, 0, 300)
    for first, size in ((300 - RECENT - 9, 1), (0, 7), (130, 64), (1, 200)):
        session.run(ids[: max(first, 1)], 0, 0)
        parts = [
            session.run(ids[start : start + size], start, len(ids[start : start + size]))
            for start in range(max(first, 1), 300, size)
        ]
        assert max_error(np.concatenate(parts), whole[max(first, 1) :]) <= FLOAT_ORDER, f"by {size}"


@pytest.mark.slow
@pytest.mark.parametrize("back_to", [0, 1, 37, 199, 230, 239])
def test_going_back_forgets_what_came_after(back_to: int, folder: Folder) -> None:
    # 200 positions are in the large buffers then, 40 in the small ones.
    ids, others = ids_of("narrow", 240), ids_of("narrow", 90)
    session = open_session(folder("narrow"))
    session.run(ids[:200], 0, 0)
    for position in range(200, 240):
        session.run(ids[position : position + 1], position, 0)
    turn = others[:back_to] or others[:3]
    got = session.run(turn, back_to, len(turn))
    fresh = open_session(folder("narrow"))
    wanted = fresh.run(ids[:back_to] + turn, 0, len(turn))
    assert max_error(got, wanted) <= FLOAT_ORDER


@pytest.mark.slow
def test_a_cache_that_grows_keeps_what_it_holds(folder: Folder) -> None:
    ids = ids_of("narrow", 130)
    wanted = open_session(folder("narrow")).run(ids, 0, 10)
    session = open_session(folder("narrow"), capacity=16, limit=131)
    for start in range(0, 130, 13):
        got = session.run(ids[start : start + 13], start, 10)
    assert session.capacity == 131
    assert max_error(got, wanted) <= FLOAT_ORDER


def test_when_memory_is_too_short_for_a_larger_cache_the_smaller_one_goes_on(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = ids_of("narrow", 40)
    session = open_session(folder("narrow"), capacity=32)
    wanted = session.run(ids[:30], 0, 1)
    put, calls = ComputeDevice.put, itertools.count()

    def short(self: ComputeDevice, array: np.ndarray) -> Any:
        if next(calls) == 3:
            raise DeviceError("Some GPU ran out of memory.", "8007000E")
        return put(self, array)

    with monkeypatch.context() as patch:
        patch.setattr(ComputeDevice, "put", short)
        with pytest.raises(DeviceError, match="ran out of memory"):
            session.run(ids[30:], 30, 1)
    assert session.capacity == 32
    assert max_error(session.run(ids[29:30], 29, 1), wanted) <= FLOAT_ORDER
    later = session.run(ids[30:], 30, 1)
    assert max_error(later, open_session(folder("narrow")).run(ids, 0, 1)) <= FLOAT_ORDER


def test_a_sequence_beyond_the_limit_is_refused(folder: Folder) -> None:
    session = open_session(folder("narrow"), capacity=16, limit=20)
    session.run([1, 2, 3], 0, 1)
    with pytest.raises(EngineError, match="21 positions, the context has 20"):
        session.run([4] * 18, 3, 1)
    assert session.run([4], 3, 1).shape == (1, session.vocabulary)


def test_a_cancel_stops_a_run_and_leaves_the_past_alone(folder: Folder) -> None:
    ids = ids_of("narrow", 20)
    session = open_session(folder("narrow"))
    wanted = session.run(ids, 0, 10)
    session.terminate()
    with pytest.raises(Cancelled):
        session.run(ids[10:], 10, 10)
    session.begin()
    assert max_error(session.run(ids[10:], 10, 10), wanted) <= FLOAT_ORDER


def test_numbers_that_were_none_do_not_spoil_what_is_fed_after_forgetting_them(folder: Folder) -> None:
    ids = ids_of("narrow", 30)
    session = open_session(folder("narrow"), capacity=32)
    wanted = session.run(ids, 0, 1)
    rows = session._embedding
    session._embedding = np.full_like(rows, 0x7FC0)  # an overflow, or a driver's whim
    assert np.isnan(session.run(ids, 0, 1)).all()
    session._embedding = rows
    session.forget()
    assert max_error(session.run(ids, 0, 1), wanted) <= FLOAT_ORDER


def test_no_logits_are_computed_where_none_are_asked_for(folder: Folder) -> None:
    session = open_session(folder("narrow"))
    assert session.run([1, 2, 3], 0, 0).shape == (0, session.vocabulary)


def test_large_pieces_are_fed_only_while_their_scores_are_small(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_session(folder("narrow"), chunks=(4, 16), capacity=32)
    session.run([1], 0, 0)
    assert session._size(16) == 16
    assert session._size(17) in (4, 16)
    row = NAMED["narrow"].num_attention_heads * 32 * 4
    monkeypatch.setattr("runtime.session.directml._SCORES_BYTES", 15 * row)
    assert session._size(16) == 4


def test_a_few_tokens_are_fed_one_by_one(folder: Folder) -> None:
    # With 32 experts, 64 tokens decode 32 of them, one token 4.
    session = open_session(folder("two_shards"))
    session.run([1], 0, 0)
    assert [session._size(left) for left in (1, 7, 8, 64, 600)] == [1, 1, 64, 64, 512]
