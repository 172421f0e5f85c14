"""The graphics adapters that Windows knows, asked of DXGI (`dxgi.h`); nowhere else are there any."""

from __future__ import annotations

import ctypes
import sys
import uuid
from typing import Any

from runtime.devices.adapter import Adapter, is_basic_render
from runtime.devices.com import Factory, Object, driver_version, guid, luid_text, make

_FACTORY1 = uuid.UUID("770aae78-f26f-4dba-a829-253c83d1b387")  # IDXGIFactory1
_DEVICE = uuid.UUID("54ec77fa-1377-44e6-8c32-88fd5f44c84c")  # IDXGIDevice
_CHECK_INTERFACE_SUPPORT, _GET_DESC1 = 9, 10  # IDXGIAdapter, IDXGIAdapter1
_ENUM_ADAPTERS1 = 12  # IDXGIFactory1
_SOFTWARE = 2  # DXGI_ADAPTER_FLAG_SOFTWARE
_MOST_ADAPTERS = 32


class Description(ctypes.Structure):
    """DXGI_ADAPTER_DESC1."""

    _fields_ = (
        ("description", ctypes.c_uint16 * 128),  # UTF-16
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


def library() -> Factory | None:
    """DXGI's way in; None if this is not Windows, or one without graphics, such as Server Core."""
    if sys.platform != "win32":
        return None
    try:
        return ctypes.WinDLL("dxgi").CreateDXGIFactory1
    except (OSError, AttributeError):
        return None


def adapters(create: Factory | None) -> tuple[Adapter, ...]:
    """Every adapter that is hardware, in DXGI's order; `create` is what `library` found."""
    with Object() as factory:
        if create is None or not make(create, _FACTORY1, factory):
            return ()
        found = []
        for index in range(_MOST_ADAPTERS):
            with Object() as pointer:
                if factory.call(_ENUM_ADAPTERS1, ctypes.c_uint32(index), pointer.out()) < 0:
                    break  # DXGI_ERROR_NOT_FOUND: there are no more
                if (adapter := _describe(index, pointer)) is not None:
                    found.append(adapter)
        return tuple(found)


def _describe(index: int, pointer: Object) -> Adapter | None:
    """The adapter at `pointer`; None if it is software or says nothing of itself."""
    said = Description()
    if not pointer or pointer.call(_GET_DESC1, ctypes.byref(said)) < 0:
        return None
    if said.flags & _SOFTWARE or is_basic_render(said.vendor_id, said.device_id):
        return None
    version = ctypes.c_int64()
    status = pointer.call(_CHECK_INTERFACE_SUPPORT, guid(_DEVICE), ctypes.byref(version))
    return Adapter(
        luid=luid_text(said.luid_low, said.luid_high),
        name=_text(said.description),
        vendor_id=said.vendor_id,
        device_id=said.device_id,
        driver=driver_version(version.value) if status >= 0 else "",
        dedicated_bytes=said.dedicated_video_memory + said.dedicated_system_memory,
        shared_bytes=said.shared_system_memory,
        index=index,
    )


def _text(units: Any) -> str:
    """The text of UTF-16 units that end with 0, or with the array."""
    return bytes(units).decode("utf-16-le", "replace").partition("\0")[0].strip()
