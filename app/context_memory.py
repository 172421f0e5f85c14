"""How long a conversation this PC has memory for, beyond what the model was loaded with."""

from __future__ import annotations

from pathlib import Path

import psutil

from models.config import ModelConfig
from models.errors import ModelError
from runtime.events import DeviceKind, EngineReady

_SHARE = 0.5  # of the memory that is free now


def largest_context(folder: Path, ready: EngineReady, free_bytes: int | None = None) -> int:
    """The most tokens that the model in `folder` could be loaded with instead; what it has if that is all.

    Of a graphics device's memory nothing is known here. `free_bytes` is the PC's free memory, by default as it is.
    """
    if ready.device.kind is not DeviceKind.CPU or not ready.position_bytes:
        return ready.context_length
    try:
        made_for = ModelConfig.read(folder).context_length
    except ModelError:
        return ready.context_length
    free = psutil.virtual_memory().available if free_bytes is None else free_bytes
    more = int(free * _SHARE) // ready.position_bytes
    return max(ready.context_length, min(made_for, ready.context_length + more))
