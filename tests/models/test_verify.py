"""A byte that flipped is found, and only its file is fetched again."""

from __future__ import annotations

import pytest

from models.errors import Cancelled
from models.progress import Control
from models.store import State
from models.verify import ModelVerified, mark_damaged, verify
from tests.fakes.hub import FakeHub
from tests.support.installing import MODEL, Download, Published, holds

SHARD = "model-00000-of-00001.safetensors"


def damaged(get: Download) -> tuple[str, ...]:
    last = list(verify(get.store.installation(MODEL), get.store))[-1]
    assert isinstance(last, ModelVerified)
    return last.damaged


def test_a_whole_model_is_said_to_be_whole(get: Download) -> None:
    get()
    assert damaged(get) == ()


def test_one_flipped_bit_is_found_and_only_that_file_is_fetched_again(
    get: Download, hub: FakeHub, files: Published
) -> None:
    folder = get().folder
    content = bytearray(files[SHARD])
    content[-1] ^= 4
    (folder / SHARD).write_bytes(content)
    assert get.store.state(MODEL) is State.INSTALLED  # sizes are right: only hashing can tell
    assert damaged(get) == (SHARD,)
    mark_damaged(get.store, get.store.installation(MODEL), (SHARD,))
    assert get.store.state(MODEL) is State.UNFINISHED  # nobody loads it now
    hub.requests.clear()
    assert holds(get(), files)
    assert get.received == len(files[SHARD])
    assert hub.asked("/api/") == []
    assert damaged(get) == ()


def test_a_file_that_only_seemed_damaged_is_kept(get: Download, hub: FakeHub, files: Published) -> None:
    """A disk that read wrong once must not cost gigabytes."""
    found = get()
    mark_damaged(get.store, found, (SHARD,))
    assert holds(get(), files)
    assert get.received == 0


def test_a_check_can_be_cancelled_and_changes_nothing(get: Download, files: Published) -> None:
    found = get()
    control = Control()
    events = verify(found, get.store, control=control)
    next(events)
    control.cancel()
    with pytest.raises(Cancelled):
        list(events)
    assert holds(get.store.installation(MODEL), files)
