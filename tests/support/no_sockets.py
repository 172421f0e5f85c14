"""Takes the network away from this process and all it starts, for good: the kernel refuses, nobody can forget.

A seccomp filter (Linux, x86-64) ends the process the moment it asks for an internet socket, whether from
Python or from a native library. Sockets between processes of this machine stay allowed: the engine's pipe
is one.

`run_without_network("app", "ask", …)` runs a module so, as a process of its own.
"""

from __future__ import annotations

import ctypes
import os
import platform
import runpy
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest

needs_seccomp = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="the filter is for Linux on x86-64"
)

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_KILL_PROCESS, _ALLOW = 0x80000000, 0x7FFF0000
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06  # BPF: load a word, jump if equal, return
_NUMBER, _FIRST_ARGUMENT = 0, 16  # offsets in struct seccomp_data
_SYS_SOCKET = 41  # on x86-64


def forbid_internet_sockets() -> None:
    """End this process, and those it starts, at their first `socket(AF_INET or AF_INET6, …)`."""
    program = [
        (_LOAD, 0, 0, _NUMBER),
        (_EQUAL, 0, 4, _SYS_SOCKET),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_EQUAL, 1, 0, int(socket.AF_INET)),
        (_EQUAL, 0, 1, int(socket.AF_INET6)),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_RETURN, 0, 0, _ALLOW),
    ]
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.create_string_buffer(header, len(header))
    ):
        raise OSError(ctypes.get_errno(), "the kernel took no seccomp filter")


def run_without_network(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m module arguments…` in a process that may open no internet socket."""
    return subprocess.run(
        [sys.executable, "-m", "tests.support.no_sockets", module, *arguments],
        capture_output=True,
        text=True,
        timeout=180,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONUTF8": "1"},
        check=False,
    )


if __name__ == "__main__":
    forbid_internet_sockets()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__")
