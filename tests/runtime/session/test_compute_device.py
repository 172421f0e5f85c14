"""When a device fails, or ONNX Runtime quietly takes another: one sentence, with the CPU as the way out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.checkpoint import Checkpoint
from models.errors import Cancelled
from runtime.device_errors import DeviceError, Trouble
from runtime.session import CPU_PROVIDER, DIRECTML_PROVIDER, ComputeDevice, DirectMLSession
from runtime.session.compute_device import _copier
from tests.support.random_checkpoint import NAMED, write_random_checkpoint

REMOVED = "DmlCommandRecorder.cpp(371): (caller: 00006FFFF78B5F24) Exception(1) tid(24) 887A0005 "
FULL = "BucketizedBufferAllocator.cpp(122): (caller: 00006FFFF78B5F24) Exception(2) tid(24) 8007000E "


class FailingSession:
    """Stands in for ONNX Runtime's: each run fails with what it is told."""

    def __init__(self, says: str) -> None:
        self.says = says

    def run_with_iobinding(self, binding: Any, options: Any) -> None:
        raise RuntimeError(self.says)


def test_arrays_come_back_from_the_device_as_they_were() -> None:
    device = ComputeDevice(CPU_PROVIDER)
    for array in (np.arange(24, dtype=np.float16).reshape(2, 3, 4), np.arange(7, dtype=np.uint8)):
        assert np.array_equal(device.get(device.put(array), array.dtype), array)


def test_a_provider_that_onnx_runtime_replaces_by_the_cpu_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Replaced:
        def __init__(self, *_: Any, **__: Any) -> None: ...

        def get_providers(self) -> list[str]:
            return [CPU_PROVIDER]

    monkeypatch.setattr("runtime.session.compute_device.ort.InferenceSession", Replaced)
    device = ComputeDevice(DIRECTML_PROVIDER, {"device_id": "7"}, "Some GPU")
    with pytest.raises(DeviceError, match=r"Some GPU cannot be used.*CPUExecutionProvider.*Choose") as caught:
        device.program(b"")
    assert caught.value.trouble is Trouble.UNSUPPORTED


def test_the_cpu_is_forbidden_as_a_way_out_on_directml(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    class Session:
        def __init__(self, model: bytes, options: Any, providers: Any, enable_fallback: int) -> None:
            seen["python"] = enable_fallback
            seen["fallback"] = options.get_session_config_entry("session.disable_cpu_ep_fallback")
            seen["providers"] = providers

        def get_providers(self) -> list[str]:
            return [DIRECTML_PROVIDER]

        def get_inputs(self) -> list[Any]:
            return []

        def io_binding(self) -> None: ...

    monkeypatch.setattr("runtime.session.compute_device.ort.InferenceSession", Session)
    ComputeDevice(DIRECTML_PROVIDER, {"device_id": "1"}).program(b"")
    assert seen == {"python": 0, "fallback": "1", "providers": [(DIRECTML_PROVIDER, {"device_id": "1"})]}


@pytest.mark.parametrize(("says", "trouble"), [(REMOVED, Trouble.LOST), (FULL, Trouble.MEMORY)])
def test_a_device_that_fails_in_a_turn_is_told_in_one_sentence(says: str, trouble: Trouble) -> None:
    device = ComputeDevice(CPU_PROVIDER, name="Some GPU")
    program = device.program(_copier(np.dtype(np.float32)))
    program._session = FailingSession(says)
    device.answering = True
    with pytest.raises(
        DeviceError, match=r"^Some GPU .*answer so far is kept.*choose the device cpu"
    ) as caught:
        program.run({"from": np.zeros(1, np.float32)}, {"to": "cpu"})
    assert caught.value.trouble is trouble
    assert caught.value.detail == says


def test_a_cancelled_run_is_no_failure_of_the_device() -> None:
    device = ComputeDevice(CPU_PROVIDER)
    program = device.program(_copier(np.dtype(np.float32)))
    program._session = FailingSession("Exiting due to terminate flag being set to true.")
    device.terminate()
    with pytest.raises(Cancelled):
        program.run({"from": np.zeros(1, np.float32)}, {"to": "cpu"})


def test_a_failure_while_uploading_names_the_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint = Checkpoint.open(write_random_checkpoint(tmp_path / "narrow", NAMED["narrow"]))
    device = ComputeDevice(CPU_PROVIDER, name="Some GPU")
    session = DirectMLSession(checkpoint, None, device, limit=64)
    progress = session.upload()
    next(progress)
    next(progress)
    monkeypatch.setattr(
        "runtime.session.compute_device.Program.run",
        lambda *_: device.run(FailingSession(FULL), None),
    )
    with pytest.raises(DeviceError, match=r"^Some GPU ran out of memory.*8007000E"):
        list(progress)
