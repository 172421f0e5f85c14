"""Which device a load is tried on, in which order: what was asked for, else what fits best, and the CPU last.

Nothing is computed here. Whether a device computes rightly is found out afterwards (`runtime.device_gate`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runtime.devices.memory import MemoryNeed, usable_bytes, why_too_small
from runtime.devices.pin import Pin
from runtime.events import Device, DeviceKind


@dataclass(frozen=True, slots=True)
class Choice:
    """What to try.

    Attributes:
        candidates: GPUs or NPUs to try, best first; then the CPU, which is not among them.
        why_not: sentences about devices that were passed over.
        asked: whether a GPU or NPU was asked for, so that taking the CPU needs a word.
    """

    candidates: tuple[Device, ...]
    why_not: tuple[str, ...]
    asked: bool


def choose(asked: str, devices: Sequence[Device], need: MemoryNeed) -> Choice:
    """Candidates for `asked`, which is as `LoadRequest.device`, among `devices`.

    `auto` is every GPU with memory of its own that the model fits, more before less. Never one that shares the
    PC's memory, which by the bytes it must move is slower than the CPU (docs/ARCHITECTURE.md, "On DirectML"),
    and never an NPU, because one that computes rightly has not been seen. `cpu` is nobody.
    """
    if asked == "cpu":
        return Choice((), (), False)
    wanted = _wanted(asked, devices)
    if not wanted:
        if asked == "auto":
            return Choice((), (), False)
        return Choice((), (_nothing(asked, devices),), True)
    fits, why_not = [], []
    for device in wanted:
        if asked == "auto" and device.shares_memory:
            why_not.append(
                f"{device.name} shares the PC's memory, where the CPU is expected to be faster; --device gpu uses it."
            )
        elif why := device.why_not or why_too_small(device, need):
            why_not.append(why)
        else:
            fits.append(device)
    return Choice(tuple(fits), tuple(why_not), asked != "auto")


def _wanted(asked: str, devices: Sequence[Device]) -> list[Device]:
    gpus = [device for device in devices if device.kind is DeviceKind.GPU]
    if asked in ("auto", "gpu"):
        return sorted(gpus, key=lambda gpu: (gpu.shares_memory, -(usable_bytes(gpu) or 0)))
    if pin := Pin.parse(asked):
        found = pin.find(devices)
        return [] if found is None else [found]
    return [device for device in devices if device.id == asked and device.kind is not DeviceKind.CPU][:1]


def _nothing(asked: str, devices: Sequence[Device]) -> str:
    """Why there is no such device, in one sentence."""
    if pin := Pin.parse(asked):
        return f"{pin.name} is not there any more."
    there = ", ".join(device.id for device in devices)
    if asked in ("gpu", "npu"):
        return f"No {asked.upper()} was found that can run DirectML; there is: {there}."
    return f"There is no device {asked}; there is: {there}."
