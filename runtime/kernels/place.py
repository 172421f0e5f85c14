"""Where the built library of a target lies; shared by those who build it and those who load it."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

LIBRARIES = Path(__file__).resolve().parent / "lib"


def host_target() -> str:
    """The target of this Python, such as `x86_64-linux-gnu`.

    Not of the PC: Windows on ARM also runs a Python made for Intel, which loads libraries made for Intel, while
    `platform.machine()` names the PC's processor.
    """
    machine = sysconfig.get_platform().rpartition("-")[2]
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(machine, machine)
    return f"{machine}-{'windows' if sys.platform == 'win32' else 'linux'}-gnu"


def library_file(target: str) -> Path:
    """Where the library of a target lies (or will lie)."""
    return LIBRARIES / target / ("chorale_kernels.dll" if "windows" in target else "libchorale_kernels.so")
