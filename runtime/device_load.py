"""Loading a model on a GPU or NPU: which is tried, whether it passes the self-test, and why not where it does not.

    asked for ─ devices.choose ─► candidates ─ Gate.known ─► upload ─► session
                                                 └ unknown ─► Gate.test ─┘

Nothing here gives up: what cannot be used leaves a sentence, and the engine goes on with the CPU.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.checkpoint import Checkpoint
from models.errors import EngineError
from models.graph import build_cpu_graph
from models.safetensors import TensorLocation
from runtime import kernels
from runtime.device_errors import DeviceError
from runtime.device_gate import Circumstances, Gate, Verdict
from runtime.devices import choose, list_devices, longest_conversation, memory_need, provider_options
from runtime.events import Device, LoadProgress, LoadRequest
from runtime.self_test import LogitsSource
from runtime.session import DIRECTML_PROVIDER, ComputeDevice, DirectMLSession, ModelSession
from runtime.session.directml import graphs_as_bytes

_TEST_LIMIT = 1024  # positions; the self-test needs some 620

MakeCompute = Callable[[Device], ComputeDevice]


@dataclass(frozen=True, slots=True)
class Refusal:
    """No device but the CPU.

    Attributes:
        sentences: why not, one for each device that was passed over.
        asked: whether one was asked for.
        fresh: whether one of them was found out just now.
    """

    sentences: tuple[str, ...]
    asked: bool
    fresh: bool = False

    @property
    def notice(self) -> str:
        """What to tell, if anything: what was asked for is not had, or something new was found out."""
        if not self.sentences or not (self.asked or self.fresh):
            return ""
        return f"{self.sentences[-1]} Chorale uses the CPU."


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model on `device`, ready."""

    session: DirectMLSession
    device: Device


class DeviceLoad:
    """One load on other devices than the CPU.

    Args:
        checkpoint, dense: the model, and its 8-bit matrices.
        limit: the longest conversation where a device's memory is not known; where it is, that decides.
        threads: of the CPU, for computing what a device's logits are compared with.
        devices: what there is; makes a test free of this PC.
        compute: makes ONNX Runtime's hand on a device; likewise.
    """

    def __init__(
        self,
        request: LoadRequest,
        checkpoint: Checkpoint,
        dense: Mapping[str, TensorLocation],
        *,
        limit: int,
        threads: int,
        devices: Callable[[], Sequence[Device]] = list_devices,
        compute: MakeCompute | None = None,
    ) -> None:
        self._request = request
        self._checkpoint = checkpoint
        self._dense = dense
        self._limit = limit
        self._threads = threads
        self._devices = devices
        self._compute = compute or directml_on
        self._gate = Gate(Path(request.cache))
        self._test_limit = min(_TEST_LIMIT, checkpoint.config.context_length)
        self._computing: ModelSession | ComputeDevice | None = None

    def run(self) -> Generator[LoadProgress, None, Loaded | Refusal]:
        """Try the candidates; tell how far it is.

        Raises:
            EngineError: the request insists on a device that cannot be used.
            Cancelled: `terminate` was called.
        """
        devices = self._devices()
        choice = choose(self._request.device, devices, memory_need(self._checkpoint))
        sentences, fresh = list(choice.why_not), False
        for device in choice.candidates:
            try:
                session, verdict, is_new = yield from self._open(device)
            except DeviceError as error:
                sentences.append(error.user_text)
                fresh = True
                continue
            finally:
                self._finished()
            if session is not None:
                return Loaded(session, device)
            sentences.append(verdict.sentence)
            fresh = fresh or is_new
        if choice.asked and self._request.insist:
            raise EngineError(f"{sentences[-1]} Choose the device auto or cpu.")
        return Refusal(tuple(sentences), choice.asked, fresh)

    def terminate(self) -> None:
        """Stop what is computed; from any thread."""
        if (computing := self._computing) is not None:
            computing.terminate()
        self._gate.excuse()

    def test(self, device: Device) -> Generator[LoadProgress, None, Verdict]:
        """Test `device` again, whatever is known of it; the result. Raises `DeviceError` or `Cancelled`."""
        self._gate.forget(device)
        try:
            _, verdict, _ = yield from self._open(device)
        finally:
            self._finished()
        return verdict

    def _open(
        self, device: Device
    ) -> Generator[LoadProgress, None, tuple[DirectMLSession | None, Verdict, bool]]:
        """The session if `device` passed, and what is known of it; whether that is new."""
        graphs = graphs_as_bytes(self._checkpoint, self._dense)
        circumstances = Circumstances.of(device, self._checkpoint, graphs)
        if (known := self._gate.known(circumstances)) is not None:
            if not known.passed:
                return None, known, False
            with self._gate.noted(circumstances):
                session = yield from self._upload(device)
            return session, known, False
        testing = self._gate.test(
            circumstances,
            lambda: self._cpu(self._dense),
            lambda: self._cpu(None),
            lambda: self._opening(device),
            self._test_limit,
            lambda: self._probe(device),
        )
        while True:
            try:
                done, total = next(testing)
            except StopIteration as end:
                verdict, source = end.value
                if source is not None:
                    source.limit = self.limit_on(device)
                return source, verdict, True
            yield LoadProgress("testing", done, total)

    def _upload(self, device: Device) -> Generator[LoadProgress, None, DirectMLSession]:
        opening = self._opening(device)
        while True:
            try:
                done, total = next(opening)
            except StopIteration as end:
                session: DirectMLSession = end.value
                return session
            yield LoadProgress("copying", done, total)

    def _probe(self, device: Device) -> None:
        """Put one number on `device`; that fails where it cannot be had at all."""
        self._on(device).put(np.zeros(1, np.float32))

    def _on(self, device: Device) -> ComputeDevice:
        try:
            return self._compute(device)
        except LookupError:
            raise DeviceError(
                f"{device.name} is not there any more. Choose the device auto or cpu."
            ) from None

    def _opening(self, device: Device) -> Generator[tuple[int, int], None, DirectMLSession]:
        self._computing = computing = self._on(device)
        # The whole test, however short the conversations that were asked for: its result counts for others, too.
        limit = max(self.limit_on(device), self._test_limit)
        return (yield from DirectMLSession.opening(self._checkpoint, self._dense, computing, limit=limit))

    def limit_on(self, device: Device) -> int:
        """The longest conversation on `device`: what was asked for, as far as model and memory go."""
        most = self._checkpoint.config.context_length
        most = min(most, self._request.context_length or most)
        fits = longest_conversation(device, memory_need(self._checkpoint), most)
        return self._limit if fits is None else fits

    def _cpu(self, dense: Mapping[str, TensorLocation] | None) -> LogitsSource:
        """The CPU's session, in its fast or its exact form."""
        graph = build_cpu_graph(self._checkpoint, dense)
        session = ModelSession(graph, self._checkpoint.config, threads=self._threads, limit=self._test_limit)
        self._computing = session
        return session

    def _finished(self) -> None:
        if self._computing is not None:
            self._computing.begin()  # a cancel of this load must not reach what is computed next
            self._computing = None
            kernels.stop(False)  # likewise; it may have come while the CPU computed for a test


def directml_on(device: Device) -> ComputeDevice:
    """ONNX Runtime's DirectML provider on `device`. Raises `LookupError` if it is not there any more."""
    return ComputeDevice(DIRECTML_PROVIDER, provider_options(device), device.name)
