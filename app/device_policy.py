"""Which device a load may be told to use, where an organisation allows only some kinds of processor.

Used by `installs.load_request`, which every load goes through, and by whoever lets a person choose.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.policy import Policy
from runtime.devices import list_devices
from runtime.devices.pin import Pin
from runtime.events import Device


def allowed_device(
    asked: str,
    policy: Policy,
    *,
    insist: bool = False,
    devices: Callable[[], Sequence[Device]] = list_devices,
) -> str:
    """What to load on, where `asked` (as `LoadRequest.device`) was asked for.

    A choice that was kept from before the policy makes way for the CPU; one that is insisted on is refused.

    Raises:
        PolicyError: it is insisted on, and not allowed.
    """
    kind = kind_of(asked, policy, devices)
    if policy.allows_device(kind):
        return asked
    if insist:
        policy.check_device(kind)
    return "cpu"


def kind_of(asked: str, policy: Policy, devices: Callable[[], Sequence[Device]] = list_devices) -> str:
    """`cpu`, `gpu` or `npu`. Devices are looked for only where the answer makes a difference."""
    if asked in ("cpu", "gpu", "npu"):
        return asked
    if asked == "auto" or asked.startswith("dml:"):
        return "gpu"  # auto takes GPUs and nothing else, and the CPU where none fits
    if policy.allows_device("gpu") == policy.allows_device("npu"):
        return "gpu"
    pin = Pin.parse(asked)
    found = pin.find(devices()) if pin is not None else None
    return "cpu" if found is None else found.kind.value  # what is gone makes way for the CPU anyway
