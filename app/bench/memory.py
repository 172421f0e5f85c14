"""What a process holds, and what of some files the system holds: for measuring, so Linux tells most."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

_CHUNK = 8 << 20


@dataclass(frozen=True, slots=True)
class Held:
    """Bytes of memory: `private` is the process's alone and cannot be dropped; `mapped` is the part of its mapped files
    that happens to be in memory, shared with whoever maps them, and given back when others need it."""

    private: int
    mapped: int


def held_by(pid: int) -> Held:
    """What a process holds now. Raises `psutil.Error` if there is none."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
        sizes = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith(("Rss", "VmSwap"))}
        private = sum(int(sizes.get(name, 0)) for name in ("RssAnon", "RssShmem", "VmSwap"))
        return Held(1024 * private, 1024 * int(sizes.get("RssFile", 0)))
    info = psutil.Process(pid).memory_info()
    private = int(getattr(info, "private", info.rss))
    return Held(private, max(info.rss - private, 0))


def read_through(files: Iterable[Path]) -> None:
    """Read files once, so that the system's page cache holds them, as far as there is room."""
    for path in files:
        with path.open("rb", buffering=0) as file:
            while file.read(_CHUNK):
                pass


def forget(files: Iterable[Path]) -> bool:
    """Ask the system to drop files from its page cache; False where it cannot be asked.

    It keeps what another process has mapped.
    """
    if not hasattr(os, "posix_fadvise"):
        return False
    for path in files:
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return True
