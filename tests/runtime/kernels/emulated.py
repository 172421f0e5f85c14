"""The kernels of ARM64 on any PC: the library that ships, run by `qemu-aarch64` as one CPU or another.

`EmulatedLibrary` has the functions that tests call on the library of this machine, and passes each call to
`emulated.c`, which runs it on the other side. So the same tests check both. `machine(cpu)` gives one, or skips.

Needs, on Debian: qemu-user and libc6-arm64-cross (`dev.py test` installs them). On ARM64 Linux nothing is
emulated and there is one CPU, this one.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pytest

from runtime.kernels import MESSAGE_BYTES
from runtime.kernels import build as building
from runtime.kernels.place import host_target

TARGET = "aarch64-linux-gnu"
SYSTEM = Path("/usr/aarch64-linux-gnu")  # where Debian's cross packages put ARM64's C library

# As in emulated.c.
FUNCTIONS = ("count", "name", "supported", "calls", "select", "in_use", "moe", "linear", "attention")
REQUEST, BUFFER, ANSWER = struct.Struct("<10Q2d"), struct.Struct("<3Q"), struct.Struct(f"<q{MESSAGE_BYTES}s")
NOWHERE = 2**64 - 1

Argument: TypeAlias = "ctypes.c_void_p | ctypes.c_size_t | ctypes.c_float"


class Buffer(NamedTuple):
    """Memory that an op reads, or also writes."""

    address: int | None
    size: int  # bytes
    written: bool = False


def launcher(cpu: str) -> list[str]:
    """What runs an ARM64 program here as `cpu`; skips the test, in one line, where there is nothing."""
    if sys.platform == "win32":
        pytest.skip("ARM64 kernels are tested on Linux")
    if host_target() == TARGET:
        pytest.skip("this is an ARM64 CPU: its kernels are tested as they are")
    emulator = shutil.which("qemu-aarch64") or shutil.which("qemu-aarch64-static")
    if not emulator or not (SYSTEM / "lib/ld-linux-aarch64.so.1").exists():
        pytest.skip("ARM64 kernels need the packages qemu-user and libc6-arm64-cross")
    model = cpu.partition(",")[0]
    if model not in cpu_models(emulator):
        pytest.skip(f"this qemu-aarch64 has no {model}; version 7.2 has")
    return [emulator, "-L", str(SYSTEM), "-cpu", cpu]


@functools.cache
def cpu_models(emulator: str) -> frozenset[str]:
    """The CPUs that this version of the emulator knows."""
    listed = subprocess.run([emulator, "-cpu", "help"], capture_output=True, text=True, check=False)
    return frozenset(listed.stdout.split())


@functools.cache
def program() -> Path:
    """`emulated.c`, built beside the library it uses."""
    library = building.build(TARGET)
    made, source = library.with_name("emulated"), Path(__file__).with_name("emulated.c")
    scratch = made.with_suffix(f".{os.getpid()}")
    flags = ["-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-O1", "-Wl,-rpath,$ORIGIN"]
    linked = ["-L", str(library.parent), "-lchorale_kernels"]
    target = ["-target", building.TARGETS[TARGET]]
    building.run_compiler([*target, *flags, str(source), *linked, "-o", str(scratch)])
    return scratch.replace(made)


@contextlib.contextmanager
def machine(cpu: str) -> Iterator[EmulatedLibrary]:
    """The library on an emulated CPU such as `max`, `neoverse-n1` or `cortex-a72`."""
    command = [*launcher(cpu), str(program())]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        yield EmulatedLibrary(process)
    finally:
        process.kill()
        process.communicate()


class EmulatedLibrary:
    """What tests and `runtime.kernels` use of the library, run elsewhere. Arguments as for ctypes.

    Buffers that an op writes come back into the caller's memory. Each stands before a forbidden page there,
    at the address modulo 64 that it has here.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin and process.stdout and process.stderr
        self._process, self._requests, self._answers = process, process.stdin, process.stdout

    def chorale_kernel_count(self) -> int:
        return self._call("count")[0]

    def chorale_kernel_name(self, index: int) -> bytes | None:
        value, text = self._call("name", [index])
        return text if value == 0 else None

    def chorale_kernel_supported(self, index: int) -> int:
        return self._call("supported", [index])[0]

    def chorale_kernel_calls(self, index: int) -> int:
        return self._call("calls", [index])[0]

    def chorale_kernel_select(self, name: bytes | None, message: ctypes.Array[ctypes.c_char]) -> int:
        text = ctypes.create_string_buffer(name or b"")
        address = None if name is None else ctypes.addressof(text)
        value, message.value = self._call("select", buffers=[Buffer(address, len(text))])
        return value

    def chorale_kernel_in_use(self, message: ctypes.Array[ctypes.c_char]) -> bytes | None:
        value, text = self._call("in_use")
        if value == 0:
            return text
        message.value = text
        return None

    def chorale_mxfp4_moe_run(self, *arguments: Argument | ctypes.Array[ctypes.c_char]) -> int:
        *given, message = arguments
        pointers, numbers, reals = _sorted(given)
        tokens, hidden, width, experts, _ = numbers
        up, down = experts * 2 * width * (hidden // 32), experts * hidden * (width // 32)
        sizes = [4 * tokens * hidden, 2 * experts * hidden, 2 * experts, 16 * up, up, 4 * experts * width]
        sizes += [16 * down, down, 2 * experts * hidden]
        read = [Buffer(*each) for each in zip(pointers[:9], sizes, strict=True)]
        out = Buffer(pointers[9], 4 * tokens * hidden, True)
        return self._op("moe", numbers, [*read, out], reals, message)

    def chorale_linear_run(self, *arguments: Argument | ctypes.Array[ctypes.c_char]) -> int:
        *given, message = arguments
        (x, weight, scales, bias, y), numbers, reals = _sorted(given)
        tokens, n, k = numbers
        matrix = Buffer(weight, n * k if scales else 2 * n * k)
        read = [Buffer(x, 4 * tokens * k), matrix, Buffer(scales, 2 * n * (k // 32)), Buffer(bias, 2 * n)]
        return self._op("linear", numbers, [*read, Buffer(y, 4 * tokens * n, True)], reals, message)

    def chorale_sink_attention_run(self, *arguments: Argument | ctypes.Array[ctypes.c_char]) -> int:
        *given, message = arguments
        (q, k, v, key, value, cos, sin, sinks, out), numbers, reals = _sorted(given)
        tokens, q_heads, kv_heads, dim, capacity, past, _ = numbers
        head, cache, table = 4 * tokens * dim, 2 * kv_heads * capacity * dim, 2 * (past + tokens) * dim
        new = [Buffer(q, head * q_heads), Buffer(k, head * kv_heads), Buffer(v, head * kv_heads)]
        kept = [Buffer(key, cache, True), Buffer(value, cache, True)]
        tables = [Buffer(cos, table), Buffer(sin, table), Buffer(sinks, 2 * q_heads)]
        results = Buffer(out, head * q_heads, True)
        return self._op("attention", numbers, [*new, *kept, *tables, results], reals, message)

    def _op(
        self, function: str, numbers: list[int], buffers: list[Buffer], reals: list[float], message: object
    ) -> int:
        value, text = self._call(function, numbers, buffers, reals)
        if value:
            assert isinstance(message, ctypes.Array)
            message.value = text
        return value

    def _call(
        self,
        function: str,
        numbers: Sequence[int] = (),
        buffers: Sequence[Buffer] = (),
        reals: Sequence[float] = (),
    ) -> tuple[int, bytes]:
        """What the function returned, and the text it left."""
        padded = [*numbers, *[0] * (8 - len(numbers))]
        parts = [REQUEST.pack(FUNCTIONS.index(function), *padded, len(buffers), *[*reals, 0.0, 0.0][:2])]
        for buffer in buffers:
            if buffer.address is None:
                parts.append(BUFFER.pack(NOWHERE, 0, 0))
                continue
            parts.append(BUFFER.pack(buffer.size, buffer.address % 64, buffer.written))
            parts.append(ctypes.string_at(buffer.address, buffer.size))
        with contextlib.suppress(BrokenPipeError):  # it has died; what it said of that is read below
            self._requests.write(b"".join(parts))
            self._requests.flush()
        value, text = ANSWER.unpack(self._read(ANSWER.size))
        for buffer in buffers:
            if buffer.written and buffer.address is not None:
                ctypes.memmove(buffer.address, self._read(buffer.size), buffer.size)
        return value, text.rstrip(b"\0")

    def _read(self, size: int) -> bytes:
        data = self._answers.read(size)
        if len(data) < size:
            _, said = self._process.communicate()
            pytest.fail(f"the emulated CPU stopped ({self._process.returncode}): {said.decode().strip()}")
        return data


def _sorted(given: Sequence[object]) -> tuple[list[int | None], list[int], list[float]]:
    """Pointers, numbers and floats of a call, each in their order."""
    pointers = [each.value for each in given if isinstance(each, ctypes.c_void_p)]
    numbers = [each.value for each in given if isinstance(each, ctypes.c_size_t)]
    return pointers, numbers, [each.value for each in given if isinstance(each, ctypes.c_float)]
