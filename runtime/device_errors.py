"""What went wrong on a GPU or NPU, in one sentence for people, out of what ONNX Runtime and DirectML say of it.

DirectML's errors come as text with an HRESULT in it, eight hexadecimal digits, and with Windows' own sentence
in the PC's language, which may mislead: of a driver that was reset it says that the program gave a wrong command.
So the number decides, and only where there is none, ONNX Runtime's own English. Used by `session` and
`device_gate`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from models.errors import EngineError


class Trouble(StrEnum):
    """Kinds of failure."""

    LOST = "lost"  # the device went away under us: removed, reset, hung, driver replaced
    MEMORY = "memory"  # its memory is full
    UNSUPPORTED = "unsupported"  # it lacks something the model needs, and will tomorrow
    OTHER = "other"


class DeviceError(EngineError):
    """A GPU or NPU failed.

    Attributes:
        trouble: in which way. After LOST the session is of no use any more; whatever is made for the device
            afterwards starts anew.
    """

    def __init__(self, user_text: str, detail: str = "", trouble: Trouble = Trouble.OTHER) -> None:
        super().__init__(user_text, detail)
        self.trouble = trouble

    def __reduce__(self) -> tuple[type[DeviceError], tuple[str, str, Trouble]]:  # type: ignore[override]
        return type(self), (self.user_text, self.detail, self.trouble)


@dataclass(frozen=True, slots=True)
class _Meaning:
    trouble: Trouble
    words: str  # after the device's name


# dxgi's, d3d12's and Windows' numbers. Of several in one text, the first in this order is the most telling.
_NUMBERS: dict[int, _Meaning] = {
    0x8007000E: _Meaning(Trouble.MEMORY, "ran out of memory"),  # E_OUTOFMEMORY
    0x8876017C: _Meaning(Trouble.MEMORY, "ran out of memory"),  # D3DERR_OUTOFVIDEOMEMORY
    0x887A0006: _Meaning(Trouble.LOST, "took longer than Windows allows and was reset"),  # DEVICE_HUNG
    0x887A0020: _Meaning(Trouble.LOST, "was lost because its driver failed"),  # DRIVER_INTERNAL_ERROR
    0x887A0007: _Meaning(Trouble.LOST, "was reset by another program's mistake"),  # DEVICE_RESET
    0x887A0005: _Meaning(Trouble.LOST, "was unplugged, or its driver was updated or stopped"),  # DEVICE_REMOVED
    0x887A002B: _Meaning(Trouble.LOST, "may not be used while Windows is locked"),  # ACCESS_DENIED
    0x887A0004: _Meaning(Trouble.UNSUPPORTED, "does not support what the model needs"),  # UNSUPPORTED
    0x887E0003: _Meaning(Trouble.UNSUPPORTED, "has a driver that is older than Windows needs"),  # D3D12's
    0x887A002D: _Meaning(Trouble.UNSUPPORTED, "needs a part of Windows that is missing"),  # SDK_COMPONENT_MISSING
    0x887A0002: _Meaning(Trouble.LOST, "is not there any more"),  # NOT_FOUND
    0x887E0001: _Meaning(Trouble.LOST, "is not there any more"),  # D3D12_ERROR_ADAPTER_NOT_FOUND
    0x80070057: _Meaning(Trouble.UNSUPPORTED, "refused the model"),  # E_INVALIDARG
    0x887A0001: _Meaning(Trouble.OTHER, "refused a command"),  # INVALID_CALL
    0x80004005: _Meaning(Trouble.OTHER, "failed without saying why"),  # E_FAIL
}  # fmt: skip
_PHRASES: tuple[tuple[str, _Meaning], ...] = (
    ("device-lost / removal-class", _Meaning(Trouble.LOST, "was lost")),
    ("failed to allocate memory", _Meaning(Trouble.MEMORY, "ran out of memory")),
    ("out of memory", _Meaning(Trouble.MEMORY, "ran out of memory")),
    ("bad allocation", _Meaning(Trouble.MEMORY, "ran out of memory")),
    ("dxcore is not available", _Meaning(Trouble.UNSUPPORTED, "needs a newer Windows (DXCore is missing)")),
    # Measured with onnxruntime-windowsml 1.30: it hears device_filter "gpu" only, "npu" and "any" are errors.
    ("invalid filter provided", _Meaning(Trouble.UNSUPPORTED, "cannot be reached, because this ONNX Runtime's DirectML is built for GPUs only")),
    ("no devices detected that match", _Meaning(Trouble.UNSUPPORTED, "is not offered to DirectML by its driver")),
    ("no gpus or npus detected", _Meaning(Trouble.UNSUPPORTED, "is not offered to DirectML by its driver")),
    ("fallback to cpu ep has been explicitly disabled", _Meaning(Trouble.UNSUPPORTED, "lacks an operation of the model's")),
)  # fmt: skip
# Digits on both sides would make it part of an address.
_HRESULT = re.compile(r"(?<![0-9A-Za-z])(?:0x)?(8[0-9A-Fa-f]{7})(?![0-9A-Za-z])")
_MISSING = (
    re.compile(r"could not find an implementation for ([\w.:]+)", re.IGNORECASE),
    re.compile(r"failed to find kernel for ([\w.:]+)", re.IGNORECASE),
)
_RUNNING = re.compile(r"while running (\w+) node\. Name:'([^']*)'")
# What to do while loading, and while answering: what was answered is kept by `turn`.
_ADVICE = {
    Trouble.LOST: ("Try again", "The answer so far is kept; ask again"),
    Trouble.MEMORY: (
        "Close other programs that use it",
        "The answer so far is kept; close other programs that use it, start a new conversation",
    ),
    Trouble.UNSUPPORTED: ("Update its driver", "The answer so far is kept; update its driver"),
    Trouble.OTHER: ("Try again", "The answer so far is kept; ask again"),
}


def device_error(device_name: str, text: str, *, answering: bool = False) -> DeviceError:
    """The error to raise for `text`, which ONNX Runtime said while it used the device.

    Args:
        answering: a turn is under way; otherwise the model is being loaded or the device tested.
    """
    meaning = _meaning(text)
    number = _number(text)
    code = f" (error {number:08X})" if number is not None else ""
    return DeviceError(
        f"{device_name} {meaning.words}{_operation(text, meaning)}{code}. "
        f"{_ADVICE[meaning.trouble][answering]}, or choose the device cpu.",
        text,
        meaning.trouble,
    )


def trouble_of(text: str) -> Trouble:
    """The kind of failure that `text` tells of."""
    return _meaning(text).trouble


def _meaning(text: str) -> _Meaning:
    if any(pattern.search(text) for pattern in _MISSING):
        return _Meaning(Trouble.UNSUPPORTED, "lacks an operation of the model's")
    number = _number(text)
    if number is not None:
        return _NUMBERS.get(number, _Meaning(Trouble.OTHER, "failed"))
    lower = text.lower()
    found = next((meaning for phrase, meaning in _PHRASES if phrase in lower), None)
    return found or _Meaning(Trouble.OTHER, "failed")


def _number(text: str) -> int | None:
    """The most telling HRESULT in `text`."""
    numbers = {int(match, 16) for match in _HRESULT.findall(text)}
    return next((number for number in _NUMBERS if number in numbers), next(iter(sorted(numbers)), None))


def _operation(text: str, meaning: _Meaning) -> str:
    """Which operation it was, where that tells something: only what does not work is named, not where it was lost."""
    if meaning.trouble is not Trouble.UNSUPPORTED:
        return ""
    for pattern in _MISSING:
        if found := pattern.search(text):
            return f", {found[1]}"
    if found := _RUNNING.search(text):
        return f", in {found[1]}"
    return ""
