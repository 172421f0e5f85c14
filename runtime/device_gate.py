"""Which devices may run a model: those that passed the self-test with it, remembered with all that it depends on.

Results lie beside the model's other derived files, one JSON file a model; it may be deleted at any time. A result
counts for one chip with one driver, one model, one ONNX Runtime, one DirectML, one way of building the graph;
change any, and the test runs again at the next use. It does not count for a LUID, which is a new one after each boot.

A driver can also end the whole process, and would again at every start. So a test, and later each load, notes that
it begins, and takes the note back when it ends in any way that can be noticed, and when somebody asks it to end;
several notes left behind are a device that failed. (One may be left by a PC that was switched off.)
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from models.checkpoint import Checkpoint
from models.dense import identity
from runtime import self_test
from runtime.device_errors import DeviceError, Trouble
from runtime.devices.directml_version import directml_version
from runtime.events import Device
from runtime.self_test import Distance, LogitsSource, Report
from runtime.session import runtime_versions

FILE = "self-tests.json"
# Raised whenever the test asks for more, or what is compared is computed otherwise, without a new version of Chorale.
VERSION = 2
_MOST_ATTEMPTS = 3
_LARGEST_FILE = 1 << 20  # bytes
# Python may collect a test that was left half-way, which takes its note back, while another holds the lock.
_lock = threading.RLock()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """All that a result depends on.

    Attributes:
        hardware, driver, name: the device's.
        model: digest of its configuration and of its files' names, sizes and times.
        onnxruntime, directml, chorale: versions; empty if unknown.
        graph: digest of the graph that runs on the device.
        test: `VERSION`.
    """

    hardware: str
    driver: str
    name: str
    model: str
    onnxruntime: str
    directml: str
    chorale: str
    graph: str
    test: int = VERSION

    @classmethod
    def of(cls, device: Device, checkpoint: Checkpoint, graph: bytes) -> Circumstances:
        """The circumstances of `device` running `checkpoint`'s model by `graph`, on this PC, now."""
        return cls(
            hardware=device.hardware,
            driver=device.driver,
            name=device.name,
            model=model_identity(checkpoint),
            onnxruntime=runtime_versions()["onnxruntime"],
            directml=directml_version(),
            chorale=_chorale_version(),
            graph=hashlib.sha256(graph).hexdigest()[:16],
        )

    def is_of(self, device: Device) -> bool:
        """Whether these are of this chip, by this name, with this driver."""
        return (self.hardware, self.driver, self.name) == (device.hardware, device.driver, device.name)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is remembered.

    Attributes:
        circumstances: when it counts.
        passed: whether the device may run the model.
        sentence: why not; empty if it passed.
        numbers: `Distance` by part, `allowed` and `rounding`, as plain numbers; empty if there are none.
        attempts: tests that began and never ended; such a record is no result yet.
    """

    circumstances: Circumstances
    passed: bool
    sentence: str = ""
    numbers: dict[str, Any] | None = None
    attempts: int = 0


class Gate:
    """The results for one model, in its cache `folder`."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._under_way: tuple[Circumstances, int] | None = None  # a test, and its notes from before

    def verdicts(self) -> tuple[Verdict, ...]:
        """Every result kept, unfinished tests left out."""
        return tuple(verdict for verdict in self._read() if not verdict.attempts)

    def known(self, circumstances: Circumstances) -> Verdict | None:
        """The result that counts; None if the test has to run."""
        found = [verdict for verdict in self._read() if verdict.circumstances == circumstances]
        for verdict in found:
            if verdict.attempts >= _MOST_ATTEMPTS:
                return replace(verdict, sentence=_crashes(circumstances.name), attempts=0)
        return next((verdict for verdict in found if not verdict.attempts), None)

    def test(
        self,
        circumstances: Circumstances,
        reference: Callable[[], LogitsSource],
        twin: Callable[[], LogitsSource],
        device: Callable[[], Generator[tuple[int, int], None, LogitsSource]],
        limit: int,
        probe: Callable[[], None] = lambda: None,
    ) -> Generator[tuple[int, int], None, tuple[Verdict, LogitsSource | None]]:
        """Test a device, and keep the result; yields steps done and in all.

        Args:
            reference: makes the CPU's session; it is let go of before the device's is made.
            twin: makes the CPU's other form.
            device: makes the device's, and yields how far it is.
            limit: the most positions that each can hold.
            probe: uses the device a little, so that one that cannot be had at all says so before the CPU computes.

        Returns:
            The result, and the device's session if it passed, ready for use.

        Raises:
            DeviceError: the device failed in a way that says nothing of the next time (it was lost, its memory
                was full). Nothing is kept then.
            Cancelled: by one of the sessions.
        """
        try:
            with self.noted(circumstances):
                probe()
        except DeviceError as error:
            return self._unsupported(circumstances, error), None
        cpu = reference()
        todo, first = self_test.steps(cpu.vocabulary, limit), self_test.first_tokens(cpu.vocabulary, limit)
        steps = [self_test.tokens_of(todo), self_test.tokens_of(first), self_test.tokens_of(todo)]
        total = sum(steps)
        wanted = yield from _told(self_test.run_steps(cpu, todo), 0, total)
        mine = [cpu.run(list(step.ids), step.past, step.positions) for step in first]
        del cpu
        other = yield from _told(self_test.run_steps(twin(), first), steps[0], total)
        rounding = self_test.distance(mine, other)
        try:
            with self.noted(circumstances):
                source = yield from _hiding(device(), steps[0] + steps[1], total)
                got = yield from _told(self_test.run_steps(source, todo), steps[0] + steps[1], total)
        except DeviceError as error:
            return self._unsupported(circumstances, error), None
        report = self_test.compare(todo, wanted, got, rounding)
        sentence = "" if report.passed else f"{circumstances.name}: {report.failure}."
        verdict = Verdict(circumstances, report.passed, sentence, numbers_of(report))
        self.keep(verdict)
        return verdict, source if report.passed else None

    def keep(self, verdict: Verdict) -> None:
        """Remember `verdict` in place of what was known of the same device; a disk that refuses is no matter."""
        with _lock, suppress(OSError):
            others = [other for other in self._read() if not _same_device(other, verdict)]
            self._write([*others, verdict])

    def forget(self, device: Device) -> None:
        """Forget every result of `device`, so that its next use tests it again."""
        with _lock, suppress(OSError):
            self._write([verdict for verdict in self._read() if not verdict.circumstances.is_of(device)])

    def excuse(self) -> None:
        """Take back the note of the test under way: whatever ends the process now, its device did not do it.

        From any thread. A test that does not hear a cancel in time is ended with its process.
        """
        if (under_way := self._under_way) is not None:
            self._note(*under_way)

    def _unsupported(self, circumstances: Circumstances, error: DeviceError) -> Verdict:
        """Keep that the device lacks something; raises `error` if it says nothing of the next time."""
        if error.trouble is not Trouble.UNSUPPORTED:
            raise error
        verdict = Verdict(circumstances, False, error.user_text)
        self.keep(verdict)
        return verdict

    @contextmanager
    def noted(self, circumstances: Circumstances) -> Iterator[None]:
        """A note that the device is in use; it stays only if the process ends within."""
        known = [v.attempts for v in self._read() if v.circumstances == circumstances]
        before = max(known, default=0)
        self._under_way = circumstances, before
        self._note(circumstances, before + 1)
        try:
            yield
        finally:
            self._note(circumstances, before)
            self._under_way = None

    def _note(self, circumstances: Circumstances, attempts: int) -> None:
        with _lock, suppress(OSError):
            verdicts = [v for v in self._read() if not (v.attempts and v.circumstances == circumstances)]
            if attempts:
                verdicts.append(Verdict(circumstances, False, attempts=attempts))
            self._write(verdicts)

    def _read(self) -> list[Verdict]:
        try:
            with self._path.open("rb") as file:
                data = file.read(_LARGEST_FILE)
            return [_verdict(entry) for entry in json.loads(data)["tests"]]
        except (OSError, ValueError, RecursionError, KeyError, TypeError):
            return []  # damaged or of another version: what cannot be read is found out again

    def _write(self, verdicts: list[Verdict]) -> None:
        """Replace the file, whole or not at all. Raises `OSError`."""
        text = json.dumps({"tests": [asdict(verdict) for verdict in verdicts]}, indent=1)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=FILE + ".", dir=self._path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text + "\n")
            Path(name).replace(self._path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise


def model_identity(checkpoint: Checkpoint) -> str:
    """A digest that changes with the model's configuration and with its files."""
    config = repr(checkpoint.config).encode()
    return hashlib.sha256(identity(checkpoint).encode() + config).hexdigest()[:32]


def numbers_of(report: Report) -> dict[str, Any]:
    """A report's numbers, for JSON."""
    return {
        "parts": {name: _plain(part) for name, part in report.parts},
        "whole": _plain(report.whole),
        "rounding": _plain(report.rounding),
        "allowed": asdict(report.allowed),
    }


def _plain(distance: Distance) -> dict[str, float | None]:
    """JSON has no infinity."""
    return {name: value if abs(value) < 1e30 else None for name, value in asdict(distance).items()}


def _verdict(entry: dict[str, Any]) -> Verdict:
    return Verdict(**{**entry, "circumstances": Circumstances(**entry["circumstances"])})


def _same_device(one: Verdict, other: Verdict) -> bool:
    a, b = one.circumstances, other.circumstances
    return (a.hardware, a.name, a.model) == (b.hardware, b.name, b.model)


def _crashes(name: str) -> str:
    return f"{name} ended Chorale's engine {_MOST_ATTEMPTS} times at the start, so its driver is not used."


def _told(
    running: Generator[int, None, list[self_test.Logits]], before: int, total: int
) -> Generator[tuple[int, int], None, list[self_test.Logits]]:
    """`running`, with what it has done counted on from `before`."""
    while True:
        try:
            done = next(running)
        except StopIteration as end:
            logits: list[self_test.Logits] = end.value
            return logits
        yield before + done, total


def _hiding(
    making: Generator[tuple[int, int], None, LogitsSource], before: int, total: int
) -> Generator[tuple[int, int], None, LogitsSource]:
    """`making`, telling that it goes on; its own numbers are of another unit."""
    while True:
        try:
            next(making)
        except StopIteration as end:
            source: LogitsSource = end.value
            return source
        yield before, total


def _chorale_version() -> str:
    try:
        return importlib.metadata.version("chorale")
    except importlib.metadata.PackageNotFoundError:
        return ""  # run from a folder; the graph's digest stands for it
