"""The kinds of Windows PC that a package is made for, and what each tool calls them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """One kind of processor.

    Attributes:
        name: ours, as in file names.
        machine: as PE files number it, and what Python's `platform.machine()` says there.
        wheels: as uv names it.
        compiler: as `runtime.kernels.build` and zig name it.
    """

    name: str
    machine: int
    platform_machine: str
    wheels: str
    compiler: str


X64 = Target("x64", 0x8664, "AMD64", "x86_64-pc-windows-msvc", "x86_64-windows-gnu")
ARM64 = Target("arm64", 0xAA64, "ARM64", "aarch64-pc-windows-msvc", "aarch64-windows-gnu")
TARGETS = {target.name: target for target in (X64, ARM64)}

PYTHON_VERSION = "3.12"  # of the Python inside; its library is python312.dll
