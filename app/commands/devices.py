"""`chorale devices`: every processor found, and whether it can run gpt-oss or why not."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from app.house import House
from models.errors import AppError
from runtime import kernels
from runtime.devices import list_devices
from runtime.events import Device, DeviceKind


def run(options: argparse.Namespace, house: House) -> int:
    """Print one line a device."""
    for device in list_devices():
        if options.json:
            house.terminal.json(device_as_json(device))
        else:
            house.terminal.line(_sentence(device))
    return 0


def device_as_json(device: Device) -> dict[str, Any]:
    """A device for `--json`; `kernel` is the one in use on a CPU."""
    return {**asdict(device), "kind": device.kind.value, "kernel": kernel_in_use(device)}


def kernel_in_use(device: Device) -> str | None:
    """The kernel that runs on `device`; None if it is no CPU or none can run."""
    try:
        return kernels.in_use() if device.kind is DeviceKind.CPU else None
    except AppError:
        return None


def _sentence(device: Device) -> str:
    parts = [f"{device.id}: {device.name}"]
    if device.memory_bytes is not None:
        parts.append(f"{device.memory_bytes / (1 << 30):.1f} GiB")
    if device.driver:
        parts.append(f"driver {device.driver}")
    parts.append(device.provider)
    if kernel := kernel_in_use(device):
        parts.append(f"kernel {kernel}")
    parts.append("usable" if device.usable else f"not usable: {device.why_not}")
    return ", ".join(parts)
