"""What this PC can compute with: the CPU, and on Windows every GPU and NPU.

`found` makes the list, out of what `cpu`, `dxgi` and `dxcore` (through `com` and `adapter`) say; `choice`
picks from it, by the memory a model needs (`memory`); `pin` is how a choice is kept.
"""

from runtime.devices.choice import Choice, choose
from runtime.devices.cpu import cpu_device, cpu_features, cpu_name
from runtime.devices.found import list_devices, provider_options
from runtime.devices.memory import MemoryNeed, longest_conversation, memory_need, usable_bytes, why_too_small
from runtime.devices.pin import Pin

__all__ = [
    "Choice",
    "MemoryNeed",
    "Pin",
    "choose",
    "cpu_device",
    "cpu_features",
    "cpu_name",
    "list_devices",
    "longest_conversation",
    "memory_need",
    "provider_options",
    "usable_bytes",
    "why_too_small",
]
