"""A model on the best device that computes it rightly: chooses, tests at first use, and says why not.

    what was asked ─ devices.choose ─► candidates ─ gate known? ─ no ─► self-test ─► session
                                             └──────── next ◄── failed, too small, gone

Graphics memory decides how long a conversation may be. Read next: `devices.choice`, `device_gate`,
`session.directml`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from models.checkpoint import Checkpoint
from models.errors import EngineError
from models.graph import build_cpu_graph
from models.safetensors import TensorLocation
from runtime.device_errors import DeviceError
from runtime.device_gate import Circumstances, Gate, Verdict
from runtime.devices import MemoryNeed, choose, list_devices, memory_need, provider_options, usable_bytes
from runtime.events import Device, LoadProgress
from runtime.self_test import LogitsSource
from runtime.session import (
    DIRECTML_PROVIDER,
    ComputeDevice,
    DirectMLSession,
    ModelSession,
    graphs_as_bytes,
)

_TEST_POSITIONS = 1024  # the self-test needs 616
_SMALLEST_CONTEXT = 4096

Dense = Mapping[str, TensorLocation]
Options = Callable[[Device], dict[str, str]]


@dataclass(slots=True)
class DeviceSessions:
    """Opens sessions on GPUs and NPUs.

    Attributes:
        checkpoint, dense: the model, and its matrices at 8 bits.
        gate: what is known of devices with this model.
        threads: for the CPU, which the self-test compares with.
        asked_context: the longest conversation asked for; None for what memory allows.
        devices: the list to choose from, made when it is needed.
        options: how ONNX Runtime is told which device is meant.
        provider: whose code runs the graphs; the tests' is the CPU's.
        why_not: sentences about devices that were tried and not taken.
    """

    checkpoint: Checkpoint
    dense: Dense
    gate: Gate
    threads: int
    asked_context: int | None = None
    devices: Callable[[], Iterable[Device]] = list_devices
    options: Options = provider_options
    provider: str = DIRECTML_PROVIDER
    why_not: list[str] = field(default_factory=list)

    def open(self, asked: str) -> Generator[LoadProgress, None, tuple[DirectMLSession, Device] | None]:
        """The first of the devices that `asked` (see `LoadRequest.device`) allows and that computes rightly.

        Returns:
            The session, its weights uploaded, and its device; None for the CPU. `why_not` then says why, if a GPU
            or NPU was asked for.

        Raises:
            Cancelled: by a session.
        """
        choice = choose(asked, tuple(self.devices()), memory_need(self.checkpoint))
        if choice.asked:
            self.why_not += choice.why_not
        for device in choice.candidates:
            try:
                session = yield from self._open(device)
            except DeviceError as error:
                self.why_not.append(error.user_text)
            except LookupError:
                self.why_not.append(f"{device.name} is not there any more.")
            else:
                if session is not None:
                    return session, device
        return None

    def test(self, device: Device) -> Generator[LoadProgress, None, Verdict]:
        """Test `device` whatever is known of it, and keep the result.

        Raises:
            DeviceError: it failed in a way that says nothing of the next time.
            LookupError: it is not there any more.
        """
        verdict, _ = yield from self._tested(device, self._circumstances(device))
        return verdict

    def _open(self, device: Device) -> Generator[LoadProgress, None, DirectMLSession | None]:
        circumstances = self._circumstances(device)
        verdict = self.gate.known(circumstances)
        if verdict is None:
            verdict, session = yield from self._tested(device, circumstances)
            if session is not None:
                return session
        if not verdict.passed:
            self.why_not.append(verdict.sentence)
            return None
        opening = self._opening(device)
        while True:
            try:
                done, total = next(opening)
            except StopIteration as end:
                opened: DirectMLSession = end.value
                return opened
            yield LoadProgress("mapping", done, total)

    def _tested(
        self, device: Device, circumstances: Circumstances
    ) -> Generator[LoadProgress, None, tuple[Verdict, DirectMLSession | None]]:
        testing = self.gate.test(
            circumstances,
            reference=lambda: self._cpu(self.dense),
            twin=lambda: self._cpu(None),
            device=lambda: self._opening(device),
            limit=min(_TEST_POSITIONS, self.checkpoint.config.context_length),
        )
        while True:
            try:
                done, total = next(testing)
            except StopIteration as end:
                verdict, source = end.value
                return verdict, source if isinstance(source, DirectMLSession) else None
            yield LoadProgress("testing", done, total)

    def _opening(self, device: Device) -> Generator[tuple[int, int], None, DirectMLSession]:
        compute = ComputeDevice(self.provider, self.options(device), device.name)
        return DirectMLSession.opening(self.checkpoint, self.dense, compute, limit=self._limit(device))

    def _cpu(self, dense: Dense | None) -> LogitsSource:
        graph = build_cpu_graph(self.checkpoint, dense)
        return ModelSession(graph, self.checkpoint.config, threads=self.threads, limit=_TEST_POSITIONS)

    def _circumstances(self, device: Device) -> Circumstances:
        return Circumstances.of(device, self.checkpoint, graphs_as_bytes(self.checkpoint, self.dense))

    def _limit(self, device: Device) -> int:
        return device_context(self.checkpoint, memory_need(self.checkpoint), device, self.asked_context)


def device_context(checkpoint: Checkpoint, need: MemoryNeed, device: Device, asked: int | None) -> int:
    """The longest conversation on `device`: what the model allows, what was asked, what memory is left.

    While the cache grows, old and new buffers of a layer are there at once, and sizes are rounded up; half of what
    is left is counted on.
    """
    config = checkpoint.config
    row_bytes = 2 * config.layers * config.kv_heads * config.head_dim * np.dtype(np.float16).itemsize
    there = usable_bytes(device)
    left = (there - need.total_bytes) // 2 if there is not None else 0
    affordable = max(left // row_bytes, _SMALLEST_CONTEXT)
    return min(config.context_length, asked or affordable)


def sentence_of(why_not: Iterable[str], *, instead: str) -> str:
    """`why_not` as one text that ends with what is done instead; empty if there is nothing to say."""
    sentences = list(dict.fromkeys(why_not))
    return " ".join([*sentences, instead]) if sentences else ""


def refused(asked: str, why_not: Iterable[str]) -> EngineError:
    """The error where a device was insisted on."""
    text = " ".join(dict.fromkeys(why_not)) or f"The device {asked} cannot be used."
    return EngineError(f"{text} Choose the device cpu or auto.")
