"""A device is tested once, again when anything changes, and never takes the program down for ever."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path

import numpy as np
import pytest

from models.checkpoint import Checkpoint
from models.errors import Cancelled
from runtime.device_errors import DeviceError, device_error
from runtime.device_gate import FILE, Circumstances, Gate, Verdict, model_identity
from runtime.events import Device, DeviceKind
from runtime.self_test import Logits, LogitsSource
from tests.support.random_checkpoint import NAMED, write_random_checkpoint

GPU = Device(
    "dml:0", DeviceKind.GPU, "Any GPU", 8 << 30, "DmlExecutionProvider", "31.0.1.2", hardware="10de:2684"
)
NOW = Circumstances("10de:2684", "31.0.1.2", "Any GPU", "model", "1.30.0", "1.15.4.0", "0.1.0", "graph")
LIMIT = 1024


class Source:
    """A model whose logits follow from the token and its position; `error` is raised at the nth call."""

    vocabulary = 16

    def __init__(self, shift: float = 0.0, error: BaseException | None = None, at: int = 5) -> None:
        self._shift = shift
        self._error = error
        self._left = at

    def run(self, ids: Sequence[int], past: int, positions: int) -> Logits:
        self._left -= 1
        if self._error is not None and self._left == 0:
            raise self._error
        rows = np.arange(past + len(ids) - positions, past + len(ids))
        tokens = np.asarray(ids[len(ids) - positions :])
        logits: Logits = np.cos(tokens[:, None] + rows[:, None] * np.arange(16)).astype(np.float32)
        logits[:, 3] += np.float32(self._shift)
        return logits


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate(tmp_path / "cache")


def test_of(
    gate: Gate, device: LogitsSource, circumstances: Circumstances = NOW
) -> tuple[Verdict, LogitsSource | None]:
    def make() -> Generator[tuple[int, int], None, LogitsSource]:
        yield 1, 2
        return device

    running = gate.test(circumstances, Source, Source, make, LIMIT)
    while True:
        try:
            next(running)
        except StopIteration as end:
            result: tuple[Verdict, LogitsSource | None] = end.value
            return result


test_of.__test__ = False  # type: ignore[attr-defined]


def test_a_device_that_passes_is_remembered_and_its_session_used_on(gate: Gate) -> None:
    device = Source()
    verdict, session = test_of(gate, device)
    assert verdict.passed
    assert session is device
    again = gate.known(NOW)
    assert again == verdict
    assert again.numbers is not None
    assert again.numbers["parts"]["129 tokens"]["positions"] == 16


def test_a_device_that_fails_is_remembered_with_a_sentence_that_has_the_numbers(gate: Gate) -> None:
    verdict, session = test_of(gate, Source(shift=1.0))
    assert (verdict.passed, session) == (False, None)
    assert verdict.sentence.startswith("Any GPU: at 64 tokens the logits differ by ")
    assert verdict.sentence.endswith("of the largest (allowed 3 %).")
    assert gate.known(NOW) == verdict


@pytest.mark.parametrize("field", [field.name for field in fields(Circumstances)])
def test_the_test_runs_again_when_anything_changes(gate: Gate, field: str) -> None:
    test_of(gate, Source())
    changed = Circumstances(**{**asdict(NOW), field: 99 if field == "test" else "another"})
    assert gate.known(changed) is None
    assert gate.known(NOW) is not None


def test_a_new_result_takes_the_place_of_the_one_with_the_old_driver(gate: Gate) -> None:
    test_of(gate, Source())
    test_of(gate, Source(shift=1.0), replace(NOW, driver="32.0.0.1"))
    (verdict,) = gate.verdicts()
    assert (verdict.circumstances.driver, verdict.passed) == ("32.0.0.1", False)


def test_two_devices_have_a_result_each(gate: Gate) -> None:
    test_of(gate, Source())
    test_of(gate, Source(shift=1.0), replace(NOW, hardware="8086:7d55", name="Inside"))
    assert {verdict.circumstances.name: verdict.passed for verdict in gate.verdicts()} == {
        "Any GPU": True,
        "Inside": False,
    }


def test_a_result_can_be_forgotten_so_that_the_test_runs_again(gate: Gate) -> None:
    test_of(gate, Source(shift=1.0))
    gate.forget(GPU)
    assert gate.known(NOW) is None


def test_a_device_that_lacks_an_operation_is_remembered_as_one(gate: Gate) -> None:
    error = device_error("Any GPU", "(1) 887A0004 The specified device interface is not supported")
    verdict, session = test_of(gate, Source(error=error))
    assert (verdict.passed, session) == (False, None)
    assert "does not support what the model needs" in verdict.sentence
    known = gate.known(NOW)
    assert known is not None
    assert not known.passed


@pytest.mark.parametrize("code", ["887A0005", "8007000E", "80004005"])
def test_what_may_be_otherwise_next_time_is_not_remembered(gate: Gate, code: str) -> None:
    with pytest.raises(DeviceError):
        test_of(gate, Source(error=device_error("Any GPU", f"(1) {code}")))
    assert gate.known(NOW) is None
    assert gate.verdicts() == ()


@pytest.mark.parametrize("error", [Cancelled(), RuntimeError("a bug")])
def test_a_test_that_was_cancelled_says_nothing_about_the_device(gate: Gate, error: BaseException) -> None:
    for _ in range(5):
        with pytest.raises(type(error)):
            test_of(gate, Source(error=error))
    assert gate.known(NOW) is None


def test_a_driver_that_ends_the_process_each_time_is_not_tried_for_ever(gate: Gate) -> None:
    reached: list[int] = []

    def dies() -> Generator[tuple[int, int], None, LogitsSource]:
        reached.append(1)
        yield 0, 1
        raise AssertionError("nothing of it runs any more")

    processes = []
    for attempt in range(3):
        assert gate.known(NOW) is None, attempt
        processes.append(gate.test(NOW, Source, Source, dies, LIMIT))
        while len(reached) <= attempt:
            next(processes[-1])
    known = gate.known(NOW)
    assert known is not None
    assert not known.passed
    assert "ended Chorale's engine 3 times" in known.sentence
    for process in processes:
        process.close()
    test_of(gate, Source())  # asked for by hand
    known = gate.known(NOW)
    assert known is not None
    assert known.passed


def test_a_test_whose_process_is_killed_by_a_cancel_says_nothing_about_the_device(tmp_path: Path) -> None:
    begun: list[int] = []

    def long() -> Generator[tuple[int, int], None, LogitsSource]:
        begun.append(1)
        yield 0, 1
        raise AssertionError("nothing of it runs any more")

    processes = []
    for attempt in range(5):
        gate = Gate(tmp_path)  # a new process's
        assert gate.known(NOW) is None
        processes.append(gate.test(NOW, Source, Source, long, LIMIT))
        while len(begun) <= attempt:
            next(processes[-1])
        gate.excuse()
    assert Gate(tmp_path).known(NOW) is None
    for process in processes:
        process.close()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"tests": 3}', '{"tests": [{"passed": true}]}', "\x00"])
def test_a_damaged_file_means_the_test_runs_again(gate: Gate, tmp_path: Path, text: str) -> None:
    file = tmp_path / "cache" / FILE
    file.parent.mkdir()
    file.write_text(text)
    assert gate.known(NOW) is None
    test_of(gate, Source())
    assert gate.known(NOW) is not None


def test_a_folder_that_cannot_be_written_costs_the_memory_and_not_the_device(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    verdict, session = test_of(Gate(tmp_path / "cache"), Source())
    assert verdict.passed
    assert session is not None


def test_numbers_that_are_infinite_are_kept_as_json_has_them(gate: Gate, tmp_path: Path) -> None:
    verdict, _ = test_of(gate, Source(shift=float("nan")))
    assert "positions are not numbers" in verdict.sentence

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    json.loads((tmp_path / "cache" / FILE).read_text(), parse_constant=refuse)


def test_progress_grows_to_its_total(gate: Gate) -> None:
    def make() -> Generator[tuple[int, int], None, LogitsSource]:
        yield 1, 2
        return Source()

    told = list(gate.test(NOW, Source, Source, make, LIMIT))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == told[-1][1]


def test_the_models_identity_changes_with_its_configuration_and_its_files(tmp_path: Path) -> None:
    folder = write_random_checkpoint(tmp_path / "tiny", NAMED["narrow"])
    checkpoint = Checkpoint.open(folder)
    before = model_identity(checkpoint)
    assert before == model_identity(Checkpoint.open(folder))
    other = replace(checkpoint, config=replace(checkpoint.config, swiglu_limit=5.0))
    assert model_identity(other) != before
    write_random_checkpoint(folder, NAMED["narrow"], seed=3)
    assert model_identity(Checkpoint.open(folder)) != before
