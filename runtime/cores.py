"""The processor's cores, and which of them a model should run on.

A model's work is cut into equal pieces, so a thread that shares its core with another, or sits on one of the
slower cores of a laptop, is what all others wait for; and decoding is bound by memory, which a few fast cores
use up. So: one thread a physical core, fast cores before efficient ones.

Windows lists cores and their efficiency class by GetLogicalProcessorInformationEx, Linux in /sys.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

_SYS = Path("/sys/devices")
# Below this many fast cores the efficient ones help more than they hold up: two fast cores do not use up a
# laptop's memory bandwidth.
_ENOUGH = 4


@dataclass(frozen=True, slots=True)
class Core:
    """A physical core.

    Attributes:
        processors: the logical processors on it.
        speed: larger is faster; only the order counts.
    """

    processors: tuple[int, ...]
    speed: int = 0


def cores() -> tuple[Core, ...]:
    """The cores this process may use, fastest first; as many nameless ones as psutil counts where unknown."""
    found: Iterable[Core] = ()
    with suppress(OSError, ValueError, AttributeError):
        found = _windows_cores() if sys.platform == "win32" else linux_cores(_SYS, os.sched_getaffinity(0))
    listed = tuple(sorted(found, key=lambda core: (-core.speed, core.processors)))
    return listed or (Core(()),) * (psutil.cpu_count(logical=False) or os.cpu_count() or 1)


def cores_for_model(available: tuple[Core, ...]) -> tuple[Core, ...]:
    """Those of `available` (fastest first) that a model should run on: one thread each."""
    fast = tuple(core for core in available if core.speed == available[0].speed)
    return fast if len(fast) >= _ENOUGH else available


class Residence:
    """Which cores this process runs on: kept to some of them, and let go again. Of the thread that calls, on Linux.

    A model is loaded more than once in one process, and not always with as many threads: what it was kept to for
    one must not hold for the next.
    """

    def __init__(self) -> None:
        self._before: list[int] | None = None

    def keep_to(self, chosen: tuple[Core, ...], available: tuple[Core, ...]) -> None:
        """Keep this process on the `chosen` cores, if they are some of several kinds.

        Among equal cores the system knows better where to put a thread. It is also told that this process is
        not background work, although it has no window: Windows would run it on the efficient cores.
        """
        _refuse_throttling()
        if {core.speed for core in available} == {core.speed for core in chosen}:
            return
        processors = [processor for core in chosen for processor in core.processors]
        with suppress(OSError, ValueError, AttributeError, psutil.Error):
            process = psutil.Process()
            before = process.cpu_affinity()
            process.cpu_affinity(processors)
            self._before = self._before or before

    def let_go(self) -> None:
        """Run wherever this process might before `keep_to`."""
        if self._before is not None:
            with suppress(OSError, ValueError, AttributeError, psutil.Error):
                psutil.Process().cpu_affinity(self._before)
            self._before = None


# Linux


def linux_cores(devices: Path, allowed: Iterable[int]) -> Iterator[Core]:
    """Cores as /sys/devices tells, restricted to the logical processors in `allowed`."""
    allowed = set(allowed)
    slow = _listed(devices / "cpu_atom" / "cpus")  # Intel's efficient cores
    seen: set[int] = set()
    for processor in sorted(allowed):
        if processor in seen:
            continue
        folder = devices / "system" / "cpu" / f"cpu{processor}"
        siblings = _listed(folder / "topology" / "thread_siblings_list") | {processor}
        seen |= siblings
        capacity = folder / "cpu_capacity"  # ARM: 1024 for the fastest
        speed = int(capacity.read_text()) if capacity.is_file() else 0 if processor in slow else 1
        yield Core(tuple(sorted(siblings & allowed)), speed)


def _listed(file: Path) -> set[int]:
    """The numbers of a list such as `0-3,8`; none if there is no such file."""
    if not file.is_file():
        return set()
    found: set[int] = set()
    for part in file.read_text().strip().split(","):
        if part:
            first, _, last = part.partition("-")
            found.update(range(int(first), int(last or first) + 1))
    return found


# Windows

_RELATION_PROCESSOR_CORE = 0
_PROCESS_POWER_THROTTLING = 4
_EXECUTION_SPEED = 1


def _windows_cores() -> Iterator[Core]:
    if sys.platform != "win32":
        return
    ask = ctypes.WinDLL("kernel32").GetLogicalProcessorInformationEx
    size = ctypes.c_uint32()
    ask(_RELATION_PROCESSOR_CORE, None, ctypes.byref(size))
    buffer = ctypes.create_string_buffer(size.value)
    if size.value and ask(_RELATION_PROCESSOR_CORE, buffer, ctypes.byref(size)):
        yield from windows_cores(buffer.raw[: size.value], _allowed())


def _allowed() -> Sequence[int] | None:
    """The logical processors that this process may use; None where Windows does not say."""
    with suppress(OSError, ValueError, AttributeError, psutil.Error):
        return psutil.Process().cpu_affinity() or None
    return None


def windows_cores(data: bytes, allowed: Container[int] | None = None) -> Iterator[Core]:
    """Cores of an array of SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX (winnt.h), of the first group only.

    Restricted to the logical processors in `allowed`, if given: a person or an administrator may have done so.

    More than 64 logical processors make several groups, and a process starts in one of them.
    """
    offset = 0
    while offset + 8 <= len(data):
        relation, size = struct.unpack_from("<II", data, offset)
        if size < 8:
            break
        if relation == _RELATION_PROCESSOR_CORE:
            # BYTE Flags, EfficiencyClass, Reserved[20]; WORD GroupCount; then KAFFINITY Mask, WORD Group.
            efficiency = data[offset + 9]
            mask, group = struct.unpack_from("<QH", data, offset + 32)
            processors = tuple(bit for bit in range(64) if mask >> bit & 1)
            if allowed is not None:
                processors = tuple(bit for bit in processors if bit in allowed)
            if group == 0 and processors:
                yield Core(processors, efficiency)
        offset += size


def _refuse_throttling() -> None:
    """Ask Windows for full speed (SetProcessInformation, PROCESS_POWER_THROTTLING_STATE)."""
    if sys.platform != "win32":
        return
    with suppress(OSError, AttributeError):
        kernel32 = ctypes.WinDLL("kernel32")
        kernel32.GetCurrentProcess.restype = ctypes.c_void_p
        kernel32.SetProcessInformation.argtypes = [
            ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_uint32,
        ]  # fmt: skip
        state = struct.pack("<III", 1, _EXECUTION_SPEED, 0)  # version, what is controlled, off
        kernel32.SetProcessInformation(
            kernel32.GetCurrentProcess(), _PROCESS_POWER_THROTTLING, state, len(state)
        )
