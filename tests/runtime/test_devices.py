"""Processors are listed as they are, and one that cannot run gpt-oss says why."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

import pytest

from runtime import devices, dxgi
from runtime.dxgi import Adapter

windows_only = pytest.mark.skipif(sys.platform != "win32", reason="DXGI is Windows'")


def test_a_graphics_adapter_is_listed_after_the_cpu_with_the_reason_it_is_not_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(devices, "adapters", lambda: (Adapter(1, "Any Graphics", 8 << 30, "31.0.1.2"),))
    cpu, graphics = devices.list_devices()
    assert cpu.id == "cpu"
    assert (graphics.id, graphics.kind, graphics.name) == ("dml:1", "gpu", "Any Graphics")
    assert (graphics.memory_bytes, graphics.driver) == (8 << 30, "31.0.1.2")
    assert not graphics.usable
    assert "DirectML is not supported yet" in graphics.why_not


@pytest.mark.parametrize(
    ("packed", "text"), [(0x001F_0000_000F_0E27, "31.0.15.3623"), (0, ""), (-1, "65535.65535.65535.65535")]
)
def test_a_driver_version_is_unpacked(packed: int, text: str) -> None:
    assert dxgi.driver_version(packed) == text


def test_a_function_of_a_com_object_is_found_by_its_place() -> None:
    asked: list[int] = []

    def answer(this: int, number: int, out: Any) -> int:
        asked.append(number)
        out[0] = 7
        return -2

    kind = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_uint32, ctypes.POINTER(ctypes.c_uint32))
    function = kind(answer)
    table = (ctypes.c_void_p * 4)(0, 0, 0, ctypes.cast(function, ctypes.c_void_p).value)
    object_ = ctypes.c_void_p(ctypes.addressof(table))
    value = ctypes.c_uint32()
    this = ctypes.c_void_p(ctypes.addressof(object_))
    assert dxgi._call(this, 3, ctypes.c_uint32(5), ctypes.byref(value)) == -2
    assert (asked, value.value) == ([5], 7)


@windows_only
def test_the_layout_of_a_description_is_windows_own() -> None:
    assert ctypes.sizeof(dxgi._Description) == 2 * 128 + 4 * 4 + 3 * 8 + 8 + 4 + 4  # the last 4 are padding


@windows_only
def test_adapters_have_names_and_numbers_of_their_own() -> None:
    found = dxgi.adapters()
    assert all(adapter.name and adapter.memory_bytes >= 0 for adapter in found)
    assert len({adapter.index for adapter in found}) == len(found)


@pytest.mark.skipif(sys.platform == "win32", reason="there it has some")
def test_elsewhere_there_are_no_adapters() -> None:
    assert dxgi.adapters() == ()
