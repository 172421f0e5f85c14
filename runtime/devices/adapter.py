"""A graphics adapter or NPU as Windows describes it, and one list made of what DXGI and DXCore know.

DXGI knows every graphics adapter, with the number that ONNX Runtime wants to hear. DXCore (Windows 10 2004 and
later) knows NPUs too, and which adapters share the PC's memory. Both give the same LUID to the same adapter.
Read next: `dxgi`, `dxcore`, `choice`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

_VENDORS = {
    0x1002: "AMD", 0x1022: "AMD", 0x106B: "Apple", 0x10DE: "NVIDIA", 0x1414: "Microsoft", 0x14E4: "Broadcom",
    0x15AD: "VMware", 0x17CB: "Qualcomm", 0x1AF4: "Red Hat", 0x4D4F4351: "Qualcomm", 0x5143: "Qualcomm",
    0x8086: "Intel",
}  # fmt: skip
# Microsoft's Basic Render Driver computes on the CPU, whatever else it says of itself.
_BASIC_RENDER = (0x1414, 0x8C)
# A graphics adapter with less memory of its own lives in the PC's. Asked only where DXCore is not there to say.
_LEAST_OF_ITS_OWN = 512 << 20


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter that is hardware.

    Attributes:
        luid: Windows' number of it until the next boot, driver update or unplugging (see `com.luid_text`).
        name: as its maker calls it; empty if it does not say.
        vendor_id, device_id: of its PCI description.
        driver: version of its driver; empty if it does not say.
        dedicated_bytes: memory of its own.
        shared_bytes: how much of the PC's memory it may use besides.
        index: DXGI's number of it at this moment, which is what ONNX Runtime takes; None if DXGI does not list it.
        is_npu: it computes and cannot draw.
        is_integrated: its memory is the PC's; None if nobody says.
    """

    luid: str
    name: str
    vendor_id: int
    device_id: int
    driver: str
    dedicated_bytes: int
    shared_bytes: int
    index: int | None = None
    is_npu: bool = False
    is_integrated: bool | None = None

    @property
    def vendor(self) -> str:
        """Its maker's name; for one that we do not know, its number."""
        return _VENDORS.get(self.vendor_id, f"vendor {self.vendor_id:04x}")

    @property
    def hardware(self) -> str:
        """`10de:2684`: who made which chip. The same after a reboot, and for two cards of one kind."""
        return f"{self.vendor_id:04x}:{self.device_id:04x}"

    @property
    def shares_memory(self) -> bool:
        """Whether it computes in the PC's memory as in its own."""
        if self.is_integrated is not None:
            return self.is_integrated
        return self.is_npu or self.dedicated_bytes < _LEAST_OF_ITS_OWN


def is_basic_render(vendor_id: int, device_id: int) -> bool:
    """Whether this is Microsoft's driver for PCs without a graphics driver."""
    return (vendor_id, device_id) == _BASIC_RENDER


def merge(from_dxgi: Sequence[Adapter], from_dxcore: Sequence[Adapter]) -> tuple[Adapter, ...]:
    """One entry an adapter, DXGI's first and in its order; what one list leaves out is taken from the other."""
    more = {adapter.luid: adapter for adapter in from_dxcore}
    merged = {adapter.luid: _filled(adapter, more.get(adapter.luid)) for adapter in from_dxgi}
    for luid, adapter in more.items():
        merged.setdefault(luid, adapter)
    return tuple(_named(adapter) for adapter in merged.values())


def _filled(adapter: Adapter, other: Adapter | None) -> Adapter:
    if other is None:
        return adapter
    return replace(
        adapter,
        name=adapter.name or other.name,
        driver=adapter.driver or other.driver,
        # DXGI gives 0 to a process that may not know, and the numbers otherwise agree.
        dedicated_bytes=adapter.dedicated_bytes or other.dedicated_bytes,
        shared_bytes=adapter.shared_bytes or other.shared_bytes,
        is_integrated=other.is_integrated,
    )


def _named(adapter: Adapter) -> Adapter:
    if adapter.name:
        return adapter
    kind = "NPU" if adapter.is_npu else "graphics adapter"
    return replace(adapter, name=f"{adapter.vendor} {kind} {adapter.hardware}")
