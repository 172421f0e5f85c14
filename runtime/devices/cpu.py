"""The PC's own processor: its name, its memory, what it can do."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

import psutil

from models.errors import EngineError
from runtime import kernels
from runtime.events import Device, DeviceKind

# Of all that a CPU can do, what a kernel is or could be chosen by; Linux's names.
_TELLING_FEATURES = (
    "avx2", "fma", "f16c", "avx_vnni", "avx512f", "avx512bw", "avx512vl", "avx512_vnni", "avx512_bf16",
    "amx_int8", "asimddp", "i8mm", "bf16", "sve",
)  # fmt: skip


def cpu_features() -> tuple[str, ...]:
    """The telling instruction sets of the CPU; empty where the system does not list them (Windows)."""
    for line in _cpuinfo():
        name, _, value = line.partition(":")
        if name.strip() in ("flags", "Features"):
            found = set(value.split())
            return tuple(feature for feature in _TELLING_FEATURES if feature in found)
    return ()


def cpu_device() -> Device:
    """The CPU; its memory is the PC's. If no kernel can run on it, it says why."""
    try:
        kernels.in_use()
        why_not = ""
    except EngineError as error:
        why_not = error.user_text
    return Device(
        id="cpu",
        kind=DeviceKind.CPU,
        name=cpu_name(),
        memory_bytes=psutil.virtual_memory().total,
        provider="CPUExecutionProvider",
        usable=not why_not,
        why_not=why_not,
    )


def cpu_name() -> str:
    """The CPU as its maker calls it."""
    if sys.platform == "win32":
        import winreg

        path = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
            return str(winreg.QueryValueEx(key, "ProcessorNameString")[0]).strip()
    for line in _cpuinfo():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _cpuinfo() -> list[str]:
    """What Linux says of the CPUs; elsewhere nothing."""
    try:
        return Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
