"""The adapters that compute, NPUs among them, asked of DXCore (`dxcore_interface.h`).

DXCore came with Windows 10 2004. Where it is missing or is a stub (Wine), the list is empty and DXGI's stands
alone: there is then no NPU to be had, because ONNX Runtime finds one by DXCore only.
"""

from __future__ import annotations

import ctypes
import sys
import uuid
from typing import Any

from runtime.devices.adapter import Adapter, is_basic_render
from runtime.devices.com import Factory, Object, driver_version, guid, luid_text, make

_FACTORY = uuid.UUID("78ee5945-c36e-4b13-a669-005dd11c0f06")  # IDXCoreAdapterFactory
_LIST = uuid.UUID("526c7776-40e9-459b-b711-f32ad76dfc28")  # IDXCoreAdapterList
_ADAPTER = uuid.UUID("f0db4c7f-fe5a-42a2-bd62-f2a6cf6fc83e")  # IDXCoreAdapter
_CREATE_ADAPTER_LIST = 3  # IDXCoreAdapterFactory
_GET_ADAPTER, _GET_ADAPTER_COUNT = 3, 4  # IDXCoreAdapterList
_IS_ATTRIBUTE_SUPPORTED, _IS_PROPERTY_SUPPORTED, _GET_PROPERTY, _GET_PROPERTY_SIZE = (
    4,
    5,
    6,
    7,
)  # IDXCoreAdapter

GRAPHICS = uuid.UUID("0c9ece4d-2f6e-4f01-8c96-e89e331b47b1")  # DXCORE_ADAPTER_ATTRIBUTE_D3D12_GRAPHICS
CORE_COMPUTE = uuid.UUID("248e2800-a793-4724-abaa-23a6de1be090")  # …_D3D12_CORE_COMPUTE
GENERIC_ML = uuid.UUID("b71b0d41-1088-422f-a27c-0250b7d3a988")  # …_D3D12_GENERIC_ML, Windows 11 24H2
NPU = uuid.UUID("d46140c4-add7-451b-9e56-06fe8c3b58ed")  # DXCORE_HARDWARE_TYPE_ATTRIBUTE_NPU, likewise

# DXCoreAdapterProperty
LUID, DRIVER_VERSION, DRIVER_DESCRIPTION, HARDWARE_ID = 0, 1, 2, 3
DEDICATED_ADAPTER_MEMORY, DEDICATED_SYSTEM_MEMORY, SHARED_SYSTEM_MEMORY = 7, 8, 9
IS_HARDWARE, IS_INTEGRATED, HARDWARE_ID_PARTS = 11, 12, 14

_MOST_ADAPTERS = 32
_LONGEST_NAME = 1 << 12  # bytes


def library() -> Factory | None:
    """DXCore's way in; None where there is none."""
    if sys.platform != "win32":
        return None
    try:
        return ctypes.WinDLL("dxcore").DXCoreCreateAdapterFactory
    except (OSError, AttributeError):
        return None


def adapters(create: Factory | None) -> tuple[Adapter, ...]:
    """Every adapter that is hardware and computes, each once; `create` is what `library` found."""
    with Object() as factory:
        if create is None or not make(create, _FACTORY, factory):
            return ()
        found: dict[str, Adapter] = {}
        # A list of all that have each of several attributes is what DXCore makes of several; so one at a time.
        for attribute in (CORE_COMPUTE, GENERIC_ML, NPU):
            with Object() as listed:
                arguments = (ctypes.c_uint32(1), guid(attribute), guid(_LIST), listed.out())
                if factory.call(_CREATE_ADAPTER_LIST, *arguments) < 0 or not listed:
                    continue
                count = listed.call(_GET_ADAPTER_COUNT, result=ctypes.c_uint32)
                for index in range(min(count, _MOST_ADAPTERS)):
                    with Object() as pointer:
                        status = listed.call(
                            _GET_ADAPTER, ctypes.c_uint32(index), guid(_ADAPTER), pointer.out()
                        )
                        if status >= 0 and pointer and (adapter := _describe(pointer)) is not None:
                            found.setdefault(adapter.luid, adapter)
        return tuple(found.values())


def _describe(pointer: Object) -> Adapter | None:
    """The adapter at `pointer`; None if it is software or has no LUID."""
    luid = _property(pointer, LUID, ctypes.c_uint64)
    is_hardware = _property(pointer, IS_HARDWARE, ctypes.c_uint8)
    if luid is None or not is_hardware:
        return None
    vendor_id, device_id = _hardware(pointer)
    if is_basic_render(vendor_id, device_id):
        return None
    is_integrated = _property(pointer, IS_INTEGRATED, ctypes.c_uint8)
    dedicated = [
        _property(pointer, which, ctypes.c_uint64)
        for which in (DEDICATED_ADAPTER_MEMORY, DEDICATED_SYSTEM_MEMORY)
    ]
    return Adapter(
        luid=luid_text(luid, luid >> 32),
        name=_name(pointer),
        vendor_id=vendor_id,
        device_id=device_id,
        driver=driver_version(_property(pointer, DRIVER_VERSION, ctypes.c_uint64) or 0),
        dedicated_bytes=sum(size or 0 for size in dedicated),
        shared_bytes=_property(pointer, SHARED_SYSTEM_MEMORY, ctypes.c_uint64) or 0,
        # What ONNX Runtime goes by, too: hardware that computes and cannot draw.
        is_npu=not pointer.call(_IS_ATTRIBUTE_SUPPORTED, guid(GRAPHICS), result=ctypes.c_bool),
        is_integrated=None if is_integrated is None else bool(is_integrated),
    )


def _hardware(pointer: Object) -> tuple[int, int]:
    """Vendor and device number; zeros if it does not say."""
    for which, numbers in ((HARDWARE_ID_PARTS, 5), (HARDWARE_ID, 4)):
        parts = (ctypes.c_uint32 * numbers)()
        if _fill(pointer, which, parts):
            return parts[0], parts[1]
    return 0, 0


def _name(pointer: Object) -> str:
    """What the driver calls it, in UTF-8; empty for some NPUs."""
    size = ctypes.c_size_t()
    which = ctypes.c_uint32(DRIVER_DESCRIPTION)
    if pointer.call(_GET_PROPERTY_SIZE, which, ctypes.byref(size)) < 0 or not 0 < size.value <= _LONGEST_NAME:
        return ""
    text = ctypes.create_string_buffer(size.value)
    return text.value.decode("utf-8", "replace").strip() if _fill(pointer, DRIVER_DESCRIPTION, text) else ""


def _property(pointer: Object, which: int, kind: Any) -> int | None:
    """A property that is one number; None if there is no such property."""
    value = kind()
    return int(value.value) if _fill(pointer, which, value) else None


def _fill(pointer: Object, which: int, value: Any) -> bool:
    asked = ctypes.c_uint32(which)
    if not pointer.call(_IS_PROPERTY_SUPPORTED, asked, result=ctypes.c_bool):
        return False
    size = ctypes.c_size_t(ctypes.sizeof(value))
    return pointer.call(_GET_PROPERTY, asked, size, ctypes.byref(value)) >= 0
