"""`chorale devices` says what there is and what it can run; `--test` finds out; `--use` keeps a choice."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from app.commands import devices as command
from app.settings import Settings
from runtime import device_load
from runtime.devices import Pin
from runtime.events import Device, DeviceKind
from runtime.session import CPU_PROVIDER, ComputeDevice
from tests.support.command_line import Cli
from tests.support.gpt_oss_layout import RandomConfig
from tests.support.random_checkpoint import write_random_checkpoint

CPU = Device("cpu", DeviceKind.CPU, "Any CPU", 16 << 30, "CPUExecutionProvider")
GPU = Device(
    "dml:0", DeviceKind.GPU, "Any GPU", 8 << 30, "DmlExecutionProvider", "31.0.1.2", vendor="NVIDIA",
    hardware="10de:2684", luid="00000000:0000c0de", shared_memory_bytes=16 << 30,
)  # fmt: skip
NPU = replace(
    GPU, id="npu", kind=DeviceKind.NPU, name="Any NPU", memory_bytes=0, hardware="8086:7d1d",
    shared_memory_bytes=1 << 10, shares_memory=True,
)  # fmt: skip
SMALLEST = RandomConfig(
    hidden_size=64,
    intermediate_size=64,
    num_attention_heads=2,
    num_key_value_heads=1,
    num_local_experts=4,
    num_experts_per_tok=2,
    vocab_size=300,
)


@pytest.fixture
def present(monkeypatch: pytest.MonkeyPatch) -> list[Device]:
    """What is plugged in; a test may change it."""
    plugged = [CPU, GPU, NPU]
    monkeypatch.setattr(command, "list_devices", lambda: tuple(plugged))
    return plugged


@pytest.fixture
def model(chorale: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A model by name, and a GPU that is ONNX Runtime's CPU code."""
    chorale.paths.models.mkdir(parents=True)
    made = write_random_checkpoint(tmp_path / "made", SMALLEST)
    shutil.copytree(made, chorale.paths.models / "smallest")
    monkeypatch.setattr(
        device_load, "directml_on", lambda device: ComputeDevice(CPU_PROVIDER, name=device.name)
    )
    return "smallest"


def kept(chorale: Cli) -> str:
    return Settings(chorale.paths.settings_file).device


def test_each_device_is_listed_with_what_it_can_run(chorale: Cli, present: list[Device], model: str) -> None:
    assert chorale("devices", "--json") == 0
    cpu, gpu, npu = chorale.json()
    assert (cpu["id"], cpu["models"]) == ("cpu", [])
    assert (gpu["vendor"], gpu["luid"], gpu["driver"]) == ("NVIDIA", "00000000:0000c0de", "31.0.1.2")
    known = {entry["model"]: entry for entry in gpu["models"]}
    assert known["smallest"]["fits"]
    assert (known["smallest"]["test"], known["smallest"]["why_not"]) == ("not run", "")
    assert "may use 0.0 GiB of the PC's memory" in npu["models"][-1]["why_not"]
    assert chorale("devices") == 0
    assert (
        "dml:0: Any GPU, GPU, 8.0 GiB of its own and 16.0 GiB shared, driver 31.0.1.2, "
        "DmlExecutionProvider, usable"
    ) in chorale.out.splitlines()
    assert "    smallest: fits; its self-test runs at its first use, or now with --test" in chorale.out


@pytest.mark.slow
def test_a_test_tells_the_numbers_and_is_remembered(chorale: Cli, present: list[Device], model: str) -> None:
    present[:] = [CPU, GPU]
    assert chorale("devices", "--test", "--model", model) == 0
    assert chorale.out.startswith("dml:0, smallest: Any GPU computes as the CPU does.")
    for part in ("64 tokens", "129 tokens", "600 tokens in chunks", "a second turn"):
        assert f"    {part}: " in chorale.out
    assert chorale("devices") == 0
    assert "    smallest: yes, it passed its self-test" in chorale.out
    present[1] = replace(GPU, driver="32.0.0.1")
    assert chorale("devices", "--json") == 0
    assert {entry["test"] for entry in chorale.json()[1]["models"]} == {"not run"}


@pytest.mark.slow
def test_a_device_that_fails_its_test_ends_with_1(chorale: Cli, present: list[Device], model: str) -> None:
    assert chorale("devices", "--test", "--model", model, "--json") == 1
    gpu, npu = chorale.json()
    assert (gpu["type"], gpu["passed"], gpu["why_not"]) == ("test", True, "")
    assert gpu["numbers"]["parts"]["129 tokens"]["positions"] == 16
    assert (npu["passed"], npu["numbers"]) == (False, None)
    assert "the model needs" in npu["why_not"]


def test_without_a_gpu_there_is_nothing_to_test(chorale: Cli, present: list[Device], model: str) -> None:
    present[:] = [CPU]
    assert chorale("devices", "--test", "--model", model) == 1
    assert "nothing to test" in chorale.err


def test_a_numbered_device_is_kept_by_what_it_is(chorale: Cli, present: list[Device]) -> None:
    assert chorale("devices", "--use", "dml:0") == 0
    assert kept(chorale) == str(Pin.of(GPU))
    assert "From now on models run on: Any GPU." in chorale.err
    assert chorale("devices", "--use", "auto") == 0
    assert kept(chorale) == "auto"


def test_a_device_that_is_not_there_cannot_be_chosen(chorale: Cli, present: list[Device]) -> None:
    assert chorale("devices", "--use", "dml:5") == 1
    assert "There is no device dml:5" in chorale.err
    assert kept(chorale) == "auto"


def test_what_is_not_a_device_is_a_usage_error(chorale: Cli) -> None:
    assert chorale("devices", "--use", "tpu") == 2
    assert chorale("devices", "--use", "auto", "--test") == 2
