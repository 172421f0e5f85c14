"""What this PC can compute with: its processors, and whether gpt-oss can run on each.

Only the CPU runs gpt-oss today.
"""

from __future__ import annotations

import platform
import sys
from pathlib import Path

import psutil

from runtime.events import Device, DeviceKind


def list_devices() -> tuple[Device, ...]:
    """Every processor found, best first."""
    return (cpu_device(),)


def cpu_device() -> Device:
    """The CPU; its memory is the PC's."""
    return Device(
        id="cpu",
        kind=DeviceKind.CPU,
        name=cpu_name(),
        memory_bytes=psutil.virtual_memory().total,
        provider="CPUExecutionProvider",
    )


def cpu_name() -> str:
    """The CPU as its maker calls it."""
    if sys.platform == "win32":
        import winreg

        path = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
            return str(winreg.QueryValueEx(key, "ProcessorNameString")[0]).strip()
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
