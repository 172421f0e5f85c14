"""Where the built library of a target lies; shared by those who build it and those who load it."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

LIBRARIES = Path(__file__).resolve().parent / "lib"


def host_target() -> str:
    """The target of the machine this runs on, such as `x86_64-linux-gnu`."""
    machine = platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(machine, machine)
    return f"{machine}-{'windows' if sys.platform == 'win32' else 'linux'}-gnu"


def library_file(target: str) -> Path:
    """Where the library of a target lies (or will lie)."""
    return LIBRARIES / target / ("chorale_kernels.dll" if "windows" in target else "libchorale_kernels.so")
