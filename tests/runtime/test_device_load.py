"""A model is loaded on a GPU that passes its test and fits, else on the CPU with the reason.

The GPU is ONNX Runtime's CPU provider running DirectML's own graphs in float16: all but the device is real.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models.checkpoint import Checkpoint
from models.dense import make_dense, open_dense
from models.errors import Cancelled, EngineError
from runtime import device_load, kernels
from runtime.device_errors import DeviceError, device_error
from runtime.device_gate import FILE
from runtime.device_load import DeviceLoad, Loaded, Refusal
from runtime.events import Device, DeviceKind, LoadProgress, LoadRequest
from runtime.session import CPU_PROVIDER, ComputeDevice, DirectMLSession
from tests.support.gpt_oss_layout import RandomConfig
from tests.support.random_checkpoint import write_random_checkpoint

pytestmark = pytest.mark.slow

CPU = Device("cpu", DeviceKind.CPU, "Any CPU", 8 << 30, "CPUExecutionProvider")
GPU = Device(
    "dml:0", DeviceKind.GPU, "Any GPU", 8 << 30, "DmlExecutionProvider", "31.0.1.2", hardware="10de:2684",
    luid="00000000:0000c0de",
)  # fmt: skip
NPU = replace(GPU, id="npu", kind=DeviceKind.NPU, name="Any NPU", hardware="8086:7d1d", shares_memory=True)

SMALLEST = RandomConfig(
    hidden_size=64,
    intermediate_size=64,
    num_attention_heads=2,
    num_key_value_heads=1,
    num_local_experts=4,
    num_experts_per_tok=2,
    vocab_size=300,
)


class Place:
    """A model, a cache folder, and devices that tests change.

    Attributes:
        opened: names of the devices that were opened, each time: a test does it twice, first for a try.
    """

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        self.cache = cache
        self.devices: list[Device] = [CPU, GPU]
        self.opened: list[str] = []
        self.fails: DeviceError | None = None
        checkpoint = Checkpoint.open(folder)
        for _ in make_dense(checkpoint, cache):
            pass

    def load(
        self, device: str = "auto", *, insist: bool = False, context_length: int | None = None
    ) -> DeviceLoad:
        checkpoint = Checkpoint.open(self.folder)
        dense = open_dense(checkpoint, self.cache)
        assert dense is not None
        request = LoadRequest(
            str(self.folder), str(self.cache), device=device, insist=insist, context_length=context_length
        )
        return DeviceLoad(
            request, checkpoint, dense, limit=2048, threads=1, devices=self._list, compute=self._compute
        )

    def _list(self) -> Sequence[Device]:
        return self.devices

    def _compute(self, device: Device) -> ComputeDevice:
        self.opened.append(device.name)
        if self.fails is not None:
            raise self.fails
        return ComputeDevice(CPU_PROVIDER, name=device.name)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_random_checkpoint(tmp_path_factory.mktemp("models") / "smallest", SMALLEST)


@pytest.fixture
def place(model: Path, tmp_path: Path) -> Place:
    return Place(model, tmp_path)


def run(load: DeviceLoad) -> tuple[Loaded | Refusal, list[LoadProgress]]:
    told, running = [], load.run()
    while True:
        try:
            told.append(next(running))
        except StopIteration as end:
            return end.value, told


def without_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on devices ignore the window."""
    honest = DirectMLSession.opening.__func__  # type: ignore[attr-defined]

    def lying(
        cls: type[DirectMLSession], checkpoint: Checkpoint, *rest: Any, **options: Any
    ) -> Generator[tuple[int, int], None, DirectMLSession]:
        config = replace(checkpoint.config, windows=(0,) * checkpoint.config.layers)
        session: DirectMLSession = yield from honest(
            cls, replace(checkpoint, config=config), *rest, **options
        )
        return session

    monkeypatch.setattr(DirectMLSession, "opening", classmethod(lying))


def test_a_gpu_that_computes_rightly_in_float16_is_tested_once_and_used(place: Place) -> None:
    loaded, told = run(place.load())
    assert isinstance(loaded, Loaded)
    assert loaded.device == GPU
    assert {event.stage for event in told} == {"testing"}
    assert told[-1].done == told[-1].total
    again, told = run(place.load())
    assert isinstance(again, Loaded)
    assert {event.stage for event in told} == {"copying"}
    assert again.session.run([1, 2, 3], 0, 1).shape == (1, 300)


def test_a_gpu_that_ignores_the_window_is_refused_with_the_numbers_and_not_tried_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_window(monkeypatch)
    refused, _ = run(place.load())
    assert isinstance(refused, Refusal)
    assert refused.notice.startswith("Any GPU: at 600 tokens in chunks the logits differ by ")
    assert refused.notice.endswith(" %). Chorale uses the CPU.")
    assert place.opened == ["Any GPU"] * 2
    again, told = run(place.load())
    assert isinstance(again, Refusal)
    assert (again.notice, told, place.opened) == ("", [], ["Any GPU"] * 2), "auto says it once"
    asked, _ = run(place.load("gpu"))
    assert isinstance(asked, Refusal)
    assert asked.notice == refused.notice, "who asks for the GPU hears it each time"
    with pytest.raises(EngineError, match=r"Any GPU: at 600 tokens .* Choose the device auto or cpu\."):
        run(place.load("gpu", insist=True))


def test_a_new_driver_is_tested_anew(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as old_driver:
        without_window(old_driver)
        run(place.load())
    place.devices[1] = replace(GPU, driver="32.0.0.1")
    loaded, _ = run(place.load())
    assert isinstance(loaded, Loaded)


def test_the_next_gpu_is_taken_when_the_first_does_not_pass(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    worse = replace(GPU, id="dml:1", name="Full GPU", memory_bytes=16 << 30, hardware="1002:744c")
    place.devices.append(worse)
    honest = place._compute

    def full(device: Device) -> ComputeDevice:
        if device is worse:
            place.opened.append(device.name)
            raise device_error(device.name, "8007000E")
        return honest(device)

    monkeypatch.setattr(place, "_compute", full)
    loaded, _ = run(place.load())
    assert isinstance(loaded, Loaded)
    assert loaded.device == GPU
    assert place.opened == ["Full GPU", "Any GPU", "Any GPU"]


def test_an_npu_is_tried_only_when_asked_for_and_says_what_it_lacks(place: Place) -> None:
    place.devices = [CPU, NPU]
    assert run(place.load())[0] == Refusal((), False)
    place.fails = device_error("Any NPU", "TopK node. 887A0004")
    refused, told = run(place.load("npu"))
    assert isinstance(refused, Refusal)
    assert refused.notice.startswith("Any NPU does not support what the model needs (error 887A0004)")
    assert (place.cache / FILE).is_file(), "it lacks the same tomorrow"
    assert told == [], "it is found out before the CPU computes anything"


def test_a_pc_without_a_gpu_says_nothing(place: Place) -> None:
    place.devices = [CPU]
    refused, told = run(place.load())
    assert isinstance(refused, Refusal)
    assert (refused.notice, told) == ("", [])


def test_a_gpu_that_was_asked_for_and_is_not_there_is_said(place: Place) -> None:
    place.devices = [CPU]
    refused, _ = run(place.load("gpu"))
    assert isinstance(refused, Refusal)
    assert refused.notice == ("No GPU was found that can run DirectML; there is: cpu. Chorale uses the CPU.")


def test_a_gpu_unplugged_between_listing_and_loading_is_said(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(device: Device) -> ComputeDevice:
        raise LookupError(device.name)

    monkeypatch.setattr(place, "_compute", gone)
    refused, _ = run(place.load("dml:0"))
    assert isinstance(refused, Refusal)
    assert refused.notice.startswith("Any GPU is not there any more.")
    assert not (place.cache / FILE).is_file() or "not there" not in (place.cache / FILE).read_text()


def test_a_cancel_during_the_test_is_heard_and_leaves_no_verdict(place: Place) -> None:
    load = place.load()
    running = load.run()
    next(running)
    load.terminate()
    with pytest.raises(Cancelled):
        for _ in running:
            pass
    loaded, _ = run(place.load())
    assert isinstance(loaded, Loaded)


def test_a_gpu_whose_driver_ends_each_start_is_not_used_for_ever(place: Place) -> None:
    assert isinstance(run(place.load())[0], Loaded)
    processes = []
    for _ in range(3):  # each of them ends here, without another word
        processes.append(place.load().run())
        assert next(processes[-1]).stage == "copying"
    refused, _ = run(place.load("gpu"))
    assert isinstance(refused, Refusal)
    assert refused.notice.startswith("Any GPU ended Chorale's engine 3 times at the start")
    for process in processes:
        process.close()


def test_a_conversation_is_as_long_as_the_gpus_memory_allows_and_not_the_pcs(place: Place) -> None:
    load = place.load()
    most = Checkpoint.open(place.folder).config.context_length
    assert most > 2048, "what the place gives for a device that does not tell"
    assert load.limit_on(GPU) == most
    assert load.limit_on(replace(GPU, memory_bytes=None)) == 2048
    assert load.limit_on(replace(GPU, memory_bytes=1 << 20)) == min(most, 4096)
    loaded, _ = run(load)
    assert isinstance(loaded, Loaded)
    assert loaded.session.limit == most


def test_a_short_context_does_not_shorten_the_test(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    without_window(monkeypatch)
    refused, _ = run(place.load(context_length=100))
    assert isinstance(refused, Refusal), "its result would count for longer conversations, too"
    monkeypatch.undo()
    place.devices[1] = replace(GPU, driver="32.0.0.1")
    loaded, _ = run(place.load(context_length=100))
    assert isinstance(loaded, Loaded)
    assert loaded.session.limit == 100


def test_a_stop_while_the_cpu_computes_for_a_test_does_not_reach_the_next_one(place: Place) -> None:
    load = place.load()
    running = load.run()
    next(running)
    kernels.stop(True)  # what a cancel does to the CPU's session
    load._computing = ComputeDevice(CPU_PROVIDER)  # by then the device's turn has come
    running.close()
    loaded, _ = run(place.load())
    assert isinstance(loaded, Loaded)


def test_a_test_by_hand_runs_again_whatever_is_known(place: Place) -> None:
    run(place.load())
    testing = place.load().test(GPU)
    stages = {event.stage for event in testing}
    assert stages == {"testing"}
    assert place.opened == ["Any GPU"] * 4


def test_directml_takes_the_number_that_the_luid_has_now(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[Any, ...]] = []
    monkeypatch.setattr(device_load, "ComputeDevice", lambda *given: made.append(given))
    monkeypatch.setattr(device_load, "provider_options", lambda device: {"device_id": "3"})
    device_load.directml_on(GPU)
    assert made == [("DmlExecutionProvider", {"device_id": "3"}, "Any GPU")]
