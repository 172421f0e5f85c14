"""A model is made ready once, in a process of its own, and what this PC computes wrongly is found then."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.checkpoint import Checkpoint
from models.dense import FILE, open_dense
from models.errors import Cancelled, ModelError
from runtime import preparation
from runtime.events import LoadProgress, LoadRequest
from runtime.preparation import ModelPrepared, prepare
from tests.support.random_checkpoint import NAMED, write_random_checkpoint

pytestmark = pytest.mark.slow


@pytest.fixture
def request_(tmp_path: Path) -> LoadRequest:
    folder = write_random_checkpoint(tmp_path / "model", NAMED["narrow"])
    return LoadRequest(str(folder), str(tmp_path / "cache"), device="cpu", threads=1)


def test_the_derived_file_is_made_and_the_numbers_are_compared_with_the_reference(
    request_: LoadRequest,
) -> None:
    *progress, done = prepare(request_)
    assert isinstance(done, ModelPrepared)
    assert not done.was_ready
    assert 0 < done.relative < 0.1
    stages = [event.stage for event in progress if isinstance(event, LoadProgress)]
    assert "preparing" in stages and "testing" in stages
    assert open_dense(Checkpoint.open(Path(request_.folder)), Path(request_.cache)) is not None
    (again,) = prepare(request_)
    assert isinstance(again, ModelPrepared) and again.was_ready and again.relative == done.relative
    (Path(request_.cache) / FILE).unlink()
    *_, anew = prepare(request_)
    assert isinstance(anew, ModelPrepared) and not anew.was_ready


def test_numbers_that_are_too_far_from_the_reference_are_refused(request_: LoadRequest) -> None:
    list(prepare(request_))
    cache = Path(request_.cache)
    (cache / preparation.RESULT).unlink()
    content = bytearray((cache / FILE).read_bytes())
    content[-2000:] = bytes(2000)  # the end of lm_head, as a bad disk would have it
    half = len(content) // 2
    content[half:] = bytes(byte ^ 0x55 for byte in content[half:])
    (cache / FILE).write_bytes(content)
    with pytest.raises(ModelError, match="does not compute this model rightly"):
        list(prepare(request_))
    assert not (cache / preparation.RESULT).exists()


def test_a_cancel_ends_it_at_once_and_the_next_run_finishes(request_: LoadRequest) -> None:
    with pytest.raises(Cancelled):
        list(prepare(request_, lambda: True))
    events = prepare(request_)
    next(events)
    events.close()
    *_, done = prepare(request_)
    assert isinstance(done, ModelPrepared)


def test_what_is_no_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"config\.json"):
        list(prepare(LoadRequest(str(tmp_path), str(tmp_path / "cache"))))
