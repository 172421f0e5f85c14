"""The version of the DirectML that ONNX Runtime loads: the file beside it, else Windows' own."""

from __future__ import annotations

import ctypes
import functools
import importlib.util
import os
import sys
from pathlib import Path

from runtime.devices.com import driver_version

_DLL = "DirectML.dll"


@functools.cache
def directml_version() -> str:
    """`1.15.4.0`; empty elsewhere than on Windows, or if the file does not say."""
    if sys.platform != "win32":
        return ""
    path = next((path for path in _places() if path.is_file()), None)
    return "" if path is None else _file_version(path)


def _places() -> tuple[Path, ...]:
    """Where it is looked for, in Windows' order."""
    places = [Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", _DLL)]
    found = importlib.util.find_spec("onnxruntime")
    if found is not None and found.origin is not None:
        places.insert(0, Path(found.origin).parent / "capi" / _DLL)
    return tuple(places)


def _file_version(path: Path) -> str:
    """The version in a file's resources; empty if there is none."""
    if sys.platform != "win32":
        return ""
    library = ctypes.WinDLL("version")
    size = library.GetFileVersionInfoSizeW(str(path), None)
    data = ctypes.create_string_buffer(max(size, 1))
    found, length = ctypes.POINTER(ctypes.c_uint32)(), ctypes.c_uint()
    if not size or not library.GetFileVersionInfoW(str(path), 0, size, data):
        return ""
    if not library.VerQueryValueW(data, "\\", ctypes.byref(found), ctypes.byref(length)):
        return ""
    high, low = found[2], found[3]  # dwFileVersionMS, dwFileVersionLS of VS_FIXEDFILEINFO
    return driver_version(high << 32 | low)
