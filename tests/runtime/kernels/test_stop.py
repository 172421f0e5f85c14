"""A cancelled computation ends in the middle of an op, as a failure, and leaves nothing behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from runtime import kernels
from tests.runtime.kernels.kernel_reference import to_bf16
from tests.runtime.kernels.op_session import op_session


@pytest.fixture(autouse=True)
def going_again() -> Iterator[None]:
    yield
    kernels.stop(False)


def test_a_stopped_op_fails_rather_than_give_an_unfinished_result() -> None:
    random = np.random.default_rng(1)
    x = random.normal(size=(5, 64)).astype(np.float32)
    session = op_session("Linear", {"x": x}, {"weight": to_bf16(random.normal(size=(300, 64)))}, threads=2)
    (before,) = session.run(None, {"x": x})
    kernels.stop(True)
    with pytest.raises(Exception, match="stopped"):
        session.run(None, {"x": x})
    kernels.stop(False)
    (after,) = session.run(None, {"x": x})
    assert np.array_equal(before, after)


@pytest.mark.slow
def test_a_stop_taken_back_in_the_middle_of_an_op_leaves_no_gap_in_its_result() -> None:
    random = np.random.default_rng(2)
    x = random.normal(size=(64, 64)).astype(np.float32)
    session = op_session("Linear", {"x": x}, {"weight": to_bf16(random.normal(size=(40_000, 64)))}, threads=2)
    (wanted,) = session.run(None, {"x": x})
    ended = threading.Event()

    def waver() -> None:
        while not ended.wait(0.004):
            kernels.stop(True)
            kernels.stop(False)

    wavering = threading.Thread(target=waver)
    wavering.start()
    results = []
    try:
        for _ in range(10):
            try:
                results += session.run(None, {"x": x})
            except Exception as error:
                assert "stopped" in str(error)
    finally:
        ended.set()
        wavering.join()
    kernels.stop(False)
    results += session.run(None, {"x": x})
    assert all(np.array_equal(got, wanted) for got in results)
