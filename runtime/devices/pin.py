"""How a chosen adapter is kept, so that it is the one found again.

DXGI's numbers move whenever a screen, a dock or a driver comes or goes, and a LUID lasts until the next boot.
What is kept is therefore all of: who made which chip, the LUID, the driver's version and the name. Found again
is, in this order,

1. the adapter with this LUID, if it is still the same chip: the very card, as long as Windows runs;
2. the first adapter with this chip and name: after a reboot or a new driver. Two cards of one kind compute the
   same and have the same memory, so whichever of them it is makes no difference but the heat.

The driver's version plays no part in finding: a new one gives a new self-test (`runtime.device_gate`), not another
choice. A chip that is not there any more is not replaced by another of its maker's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from runtime.events import Device

_PATTERN = re.compile(
    r"adapter ([0-9a-f]{4,8}:[0-9a-f]{4,8}) ([0-9a-f]{8}:[0-9a-f]{8}) (\S{1,40}) (.{1,128})"
)
_NO_DRIVER = "-"


@dataclass(frozen=True, slots=True)
class Pin:
    """A chosen adapter: fields of its `Device`."""

    hardware: str
    luid: str
    driver: str
    name: str

    @classmethod
    def of(cls, device: Device) -> Pin:
        return cls(device.hardware, device.luid, device.driver, device.name)

    @classmethod
    def parse(cls, text: str) -> Pin | None:
        """The pin that `text` is; None if it is none."""
        if not (found := _PATTERN.fullmatch(text)):
            return None
        hardware, luid, driver, name = found.groups()
        return cls(hardware, luid, "" if driver == _NO_DRIVER else driver, name)

    def __str__(self) -> str:
        """`adapter 10de:2684 00000000:0000c0de 31.0.15.3623 NVIDIA GeForce RTX 4090`: one line, for settings."""
        name = " ".join(self.name.split())[:128] or "?"
        return f"adapter {self.hardware} {self.luid} {self.driver or _NO_DRIVER} {name}"

    def find(self, devices: Sequence[Device]) -> Device | None:
        """This adapter among `devices`; None if it is not there."""
        same = [device for device in devices if device.hardware == self.hardware]
        for device in same:
            if device.luid == self.luid:
                return device
        name = " ".join(self.name.split())[:128]
        return next((device for device in same if " ".join(device.name.split())[:128] == name), None)
