"""A DXGI and a DXCore made of ctypes callbacks: tables of functions laid out as in Windows' headers.

What the real modules call through raw pointers is thus called here, on any system, with the same argument
types. Objects count their references, so that a test sees what was never let go of.

    library = FakeDxgi([FakeAdapter("Any Graphics", vendor_id=0x10DE)])
    dxgi.adapters(library.create)
    assert library.alive == 0
"""

from __future__ import annotations

import ctypes
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

NOT_FOUND = -2005270526  # DXGI_ERROR_NOT_FOUND
NO_INTERFACE = -2147467262
FAILED = -2147467259

_P, _U32, _SIZE = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_size_t
_HRESULT = ctypes.c_int32


@dataclass(frozen=True)
class FakeAdapter:
    """An adapter and what it says of itself.

    Attributes:
        driver: packed into 64 bits; None if it does not say.
        attributes: DXCore's, that it has.
        without: properties of DXCore's that it does not have.
        broken: it fails whatever it is asked.
    """

    name: str = "Any Graphics"
    vendor_id: int = 0x10DE
    device_id: int = 0x2684
    dedicated: int = 8 << 30
    shared: int = 16 << 30
    luid: int = 0xC0DE
    flags: int = 0
    driver: int | None = 0x001F_0000_000F_0E27
    attributes: tuple[uuid.UUID, ...] = ()
    is_hardware: bool = True
    is_integrated: bool = False
    without: tuple[int, ...] = ()
    broken: bool = False


@dataclass
class _Library:
    """Keeps the objects it made, and how often each was let go of.

    Attributes:
        alive: references that nobody has let go of.
    """

    alive: int = 0
    _kept: list[Any] = field(default_factory=list)

    def make(self, functions: Mapping[int, tuple[Any, Callable[..., Any]]], size: int) -> int:
        """An object with these functions in its table (place → type and function); its address."""

        def release(this: int) -> int:
            self.alive -= 1
            return 0

        table = (_P * size)()
        for slot, (kind, function) in {2: (ctypes.CFUNCTYPE(_U32, _P), release), **functions}.items():
            callback = kind(function)
            table[slot] = ctypes.cast(callback, _P).value
            self._kept.append(callback)
        pointer = _P(ctypes.addressof(table))
        self._kept += [table, pointer]
        self.alive += 1
        return ctypes.addressof(pointer)


class FakeDxgi(_Library):
    """DXGI with these adapters; `create` is its CreateDXGIFactory1."""

    def __init__(self, adapters: Sequence[FakeAdapter], description: type[ctypes.Structure]) -> None:
        super().__init__()
        self._adapters = adapters
        self._description = description

    def create(self, interface: Any, out: Any) -> int:
        assert bytes(interface) == uuid.UUID("770aae78-f26f-4dba-a829-253c83d1b387").bytes_le
        kind = ctypes.CFUNCTYPE(_HRESULT, _P, _U32, ctypes.POINTER(_P))

        def enum(this: int, index: int, pointer: Any) -> int:
            if index >= len(self._adapters):
                return NOT_FOUND
            pointer[0] = self._adapter(self._adapters[index])
            return 0

        _address(out)[0] = self.make({12: (kind, enum)}, 14)
        return 0

    def _adapter(self, adapter: FakeAdapter) -> int:
        def describe(this: int, out: Any) -> int:
            if adapter.broken:
                return FAILED
            said = out[0]
            units = adapter.name.encode("utf-16-le")
            ctypes.memmove(ctypes.addressof(said), units, len(units))
            said.vendor_id, said.device_id, said.flags = adapter.vendor_id, adapter.device_id, adapter.flags
            said.dedicated_video_memory, said.shared_system_memory = adapter.dedicated, adapter.shared
            said.luid_low, said.luid_high = adapter.luid & 0xFFFFFFFF, adapter.luid >> 32
            return 0

        def support(this: int, interface: int, version: Any) -> int:
            if adapter.driver is None:
                return NO_INTERFACE
            version[0] = adapter.driver
            return 0

        return self.make(
            {
                9: (ctypes.CFUNCTYPE(_HRESULT, _P, _P, ctypes.POINTER(ctypes.c_int64)), support),
                10: (ctypes.CFUNCTYPE(_HRESULT, _P, ctypes.POINTER(self._description)), describe),
            },
            11,
        )


class FakeDxcore(_Library):
    """DXCore with these adapters; `create` is its DXCoreCreateAdapterFactory."""

    def __init__(self, adapters: Sequence[FakeAdapter]) -> None:
        super().__init__()
        self._adapters = adapters

    def create(self, interface: Any, out: Any) -> int:
        assert bytes(interface) == uuid.UUID("78ee5945-c36e-4b13-a669-005dd11c0f06").bytes_le
        kind = ctypes.CFUNCTYPE(_HRESULT, _P, _U32, _P, _P, ctypes.POINTER(_P))

        def create_list(this: int, count: int, attributes: int, interface: int, list_out: Any) -> int:
            wanted = uuid.UUID(bytes_le=ctypes.string_at(attributes, 16))
            assert count == 1
            having = [adapter for adapter in self._adapters if wanted in adapter.attributes]
            list_out[0] = self._list(having)
            return 0

        _address(out)[0] = self.make({3: (kind, create_list)}, 8)
        return 0

    def _list(self, adapters: Sequence[FakeAdapter]) -> int:
        def get(this: int, index: int, interface: int, out: Any) -> int:
            out[0] = self._adapter(adapters[index])
            return 0

        return self.make(
            {
                3: (ctypes.CFUNCTYPE(_HRESULT, _P, _U32, _P, ctypes.POINTER(_P)), get),
                4: (ctypes.CFUNCTYPE(_U32, _P), lambda this: len(adapters)),
            },
            9,
        )

    def _adapter(self, adapter: FakeAdapter) -> int:
        values = _properties(adapter)

        def get(this: int, which: int, size: int, out: int) -> int:
            if adapter.broken or which not in values or size < len(values[which]):
                return FAILED
            ctypes.memmove(out, values[which], len(values[which]))
            return 0

        def size_of(this: int, which: int, out: Any) -> int:
            if which not in values:
                return FAILED
            out[0] = len(values[which])
            return 0

        def has(this: int, attribute: int) -> bool:
            return uuid.UUID(bytes_le=ctypes.string_at(attribute, 16)) in adapter.attributes

        boolean = ctypes.c_bool
        return self.make(
            {
                4: (ctypes.CFUNCTYPE(boolean, _P, _P), has),
                5: (ctypes.CFUNCTYPE(boolean, _P, _U32), lambda this, which: which in values),
                6: (ctypes.CFUNCTYPE(_HRESULT, _P, _U32, _SIZE, _P), get),
                7: (ctypes.CFUNCTYPE(_HRESULT, _P, _U32, ctypes.POINTER(_SIZE)), size_of),
            },
            13,
        )


def _properties(adapter: FakeAdapter) -> dict[int, bytes]:
    """What DXCore knows of an adapter, as it lies in memory."""

    def number(value: int, size: int = 8) -> bytes:
        return value.to_bytes(size, "little")

    ids = number(adapter.vendor_id, 4) + number(adapter.device_id, 4)
    values = {
        0: number(adapter.luid),
        1: number(adapter.driver or 0),
        2: adapter.name.encode() + b"\0",
        3: ids + bytes(8),
        7: number(adapter.dedicated),
        8: number(0),
        9: number(adapter.shared),
        11: number(adapter.is_hardware, 1),
        12: number(adapter.is_integrated, 1),
        14: ids + bytes(12),
    }
    return {which: value for which, value in values.items() if which not in adapter.without}


def _address(out: Any) -> Any:
    """Where a `byref` points to."""
    return ctypes.cast(out, ctypes.POINTER(_P))
