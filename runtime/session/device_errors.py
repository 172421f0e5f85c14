"""What a graphics device's failures mean, in a sentence; Direct3D says them as numbers."""

from __future__ import annotations

import re

from models.errors import EngineError

# HRESULTs as ONNX Runtime prints them, documented with DXGI_ERROR and the system's error codes.
_LOST = ("887A0005", "887A0006", "887A0007", "887A0020")  # removed, hung, reset, driver internal error
_NO_MEMORY = ("8007000E", "887A0026")
_CODE = re.compile(r"\b(?:0x)?(8[0-9A-Fa-f]{7})\b")
_WORDS_OF_MEMORY = ("not enough memory", "out of memory", "bad allocation", "failed to allocate")


class DeviceLostError(EngineError):
    """The device is gone for this process: nothing can be computed there until the model is loaded again."""


class DeviceMemoryError(EngineError):
    """The device's memory is too small for what was asked."""


def explained(error: Exception, device: str) -> EngineError:
    """The error to show for one that ONNX Runtime raised while compiling or computing on `device`."""
    text = str(error)
    codes = {code.upper() for code in _CODE.findall(text)}
    if codes.intersection(_LOST):
        return DeviceLostError(
            f"{device} stopped working: its driver was reset, updated, or the device was taken away. "
            "Load the model again, or choose the CPU.",
            text,
        )
    if codes.intersection(_NO_MEMORY) or any(words in text.lower() for words in _WORDS_OF_MEMORY):
        return DeviceMemoryError(
            f"The memory of {device} is too small. Close other programs that use it, start a new conversation, "
            "or choose the CPU.",
            text,
        )
    return EngineError(f"{device} stopped with an error while computing. Choose the CPU.", text)
