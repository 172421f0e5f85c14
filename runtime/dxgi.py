"""The graphics adapters that Windows knows, asked of DXGI through ctypes; nowhere else are there any.

DXGI is a COM library: an object is a pointer to a table of functions, called by their place in it. The places
are part of Windows' stable binary interface (`dxgi.h`). Used by `devices`.
"""

from __future__ import annotations

import ctypes
import sys
import uuid
from dataclasses import dataclass
from typing import Any

_FACTORY1 = uuid.UUID("770aae78-f26f-4dba-a829-253c83d1b387")  # IDXGIFactory1
_DEVICE = uuid.UUID("54ec77fa-1377-44e6-8c32-88fd5f44c84c")  # IDXGIDevice
_RELEASE = 2  # IUnknown
_CHECK_INTERFACE_SUPPORT, _GET_DESC1 = 9, 10  # IDXGIAdapter, IDXGIAdapter1
_ENUM_ADAPTERS1 = 12  # IDXGIFactory1
_SOFTWARE = 2  # DXGI_ADAPTER_FLAG_SOFTWARE
_MOST_ADAPTERS = 32


@dataclass(frozen=True, slots=True)
class Adapter:
    """A graphics adapter.

    Attributes:
        index: DXGI's number of it, which is also what DirectML takes.
        name: as its maker calls it.
        memory_bytes: memory of its own.
        driver: version of its driver; empty if it does not say.
    """

    index: int
    name: str
    memory_bytes: int
    driver: str


class _Description(ctypes.Structure):
    """DXGI_ADAPTER_DESC1."""

    _fields_ = (
        ("description", ctypes.c_wchar * 128),
        ("vendor_id", ctypes.c_uint32),
        ("device_id", ctypes.c_uint32),
        ("subsystem_id", ctypes.c_uint32),
        ("revision", ctypes.c_uint32),
        ("dedicated_video_memory", ctypes.c_size_t),
        ("dedicated_system_memory", ctypes.c_size_t),
        ("shared_system_memory", ctypes.c_size_t),
        ("luid_low", ctypes.c_uint32),
        ("luid_high", ctypes.c_int32),
        ("flags", ctypes.c_uint32),
    )


def adapters() -> tuple[Adapter, ...]:
    """Every adapter that is hardware, in DXGI's order; none if this is not Windows or DXGI is not there."""
    if sys.platform != "win32":
        return ()
    try:
        create = ctypes.WinDLL("dxgi").CreateDXGIFactory1
    except (OSError, AttributeError):  # a Windows without graphics, such as Server Core
        return ()
    factory = ctypes.c_void_p()
    if create(_guid(_FACTORY1), ctypes.byref(factory)) < 0 or not factory:
        return ()
    found = []
    try:
        for index in range(_MOST_ADAPTERS):
            pointer = ctypes.c_void_p()
            if _call(factory, _ENUM_ADAPTERS1, ctypes.c_uint32(index), ctypes.byref(pointer)) < 0:
                break  # DXGI_ERROR_NOT_FOUND: there are no more
            try:
                if (adapter := _describe(index, pointer)) is not None:
                    found.append(adapter)
            finally:
                _call(pointer, _RELEASE)
    finally:
        _call(factory, _RELEASE)
    return tuple(found)


def _describe(index: int, pointer: ctypes.c_void_p) -> Adapter | None:
    """The adapter at `pointer`; None if it is software or says nothing of itself."""
    description = _Description()
    if _call(pointer, _GET_DESC1, ctypes.byref(description)) < 0 or description.flags & _SOFTWARE:
        return None
    version = ctypes.c_int64()
    status = _call(pointer, _CHECK_INTERFACE_SUPPORT, _guid(_DEVICE), ctypes.byref(version))
    return Adapter(
        index,
        description.description.strip(),
        description.dedicated_video_memory,
        driver_version(version.value) if status >= 0 else "",
    )


def driver_version(packed: int) -> str:
    """`31.0.15.3623` of the four 16-bit numbers that Windows packs into one; empty for 0."""
    return ".".join(str(packed >> shift & 0xFFFF) for shift in (48, 32, 16, 0)) if packed else ""


def _guid(value: uuid.UUID) -> Any:
    return ctypes.create_string_buffer(value.bytes_le, 16)


def _call(this: ctypes.c_void_p, slot: int, *arguments: Any) -> int:
    """Call the function at `slot` of the table of `this`; its HRESULT, negative for a failure."""
    table = ctypes.cast(this, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p))).contents
    # On 64-bit Windows there is one calling convention, which CFUNCTYPE has.
    function = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p)(table[slot])
    function.argtypes = None  # type: ignore[assignment]
    return int(function(this, *arguments))
