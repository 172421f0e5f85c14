"""COM through ctypes: an object is a pointer to a table of functions, which are called by their place in it.

The places are part of Windows' stable binary interface. Nothing here is Windows' alone: tests make tables of
their own. Used by `dxgi` and `dxcore`.
"""

from __future__ import annotations

import ctypes
import uuid
from typing import Any

_RELEASE = 2  # IUnknown

# A function that makes an object: identity of the interface wanted, where to put the pointer; an HRESULT.
Factory = Any


class Object:
    """A COM object that is let go of at the end of a `with`.

    It starts empty: `out()` is what a function that makes objects is given to fill.
    """

    def __init__(self) -> None:
        self._pointer = ctypes.c_void_p()

    def __enter__(self) -> Object:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pointer:
            self.call(_RELEASE)
            self._pointer = ctypes.c_void_p()

    def __bool__(self) -> bool:
        return bool(self._pointer)

    def out(self) -> Any:
        """A pointer to the pointer."""
        return ctypes.byref(self._pointer)

    def call(self, slot: int, *arguments: Any, result: Any = ctypes.c_int32) -> int:
        """Call the function at `slot` with ctypes values; what it returns: an HRESULT is negative for failures."""
        table = ctypes.cast(self._pointer, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p))).contents
        # On 64-bit Windows there is one calling convention, which CFUNCTYPE has.
        function = ctypes.CFUNCTYPE(result, ctypes.c_void_p)(table[slot])
        function.argtypes = None  # type: ignore[assignment]
        return int(function(self._pointer, *arguments))


def make(factory: Factory, interface: uuid.UUID, into: Object) -> bool:
    """Ask `factory` for an object with `interface`; whether it made one."""
    return factory(guid(interface), into.out()) >= 0 and bool(into)


def guid(value: uuid.UUID) -> Any:
    """The 16 bytes that Windows wants where an identity is asked for."""
    return ctypes.create_string_buffer(value.bytes_le, 16)


def luid_text(low: int, high: int) -> str:
    """A LUID as `00000000:0000c0de`, high part first; the number Windows gave the adapter at this boot."""
    return f"{high & 0xFFFFFFFF:08x}:{low & 0xFFFFFFFF:08x}"


def driver_version(packed: int) -> str:
    """`31.0.15.3623` of the four 16-bit numbers that Windows packs into one; empty for 0."""
    return ".".join(str(packed >> shift & 0xFFFF) for shift in (48, 32, 16, 0)) if packed else ""
