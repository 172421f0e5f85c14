"""Every processor of this PC as a `Device`, and how ONNX Runtime is told which one is meant."""

from __future__ import annotations

from runtime.devices import dxcore, dxgi
from runtime.devices.adapter import Adapter, merge
from runtime.devices.cpu import cpu_device
from runtime.events import Device, DeviceKind

DIRECTML = "DmlExecutionProvider"


def list_devices() -> tuple[Device, ...]:
    """The CPU, then every GPU and NPU that Windows knows; one that nothing here can run on says why."""
    return (cpu_device(), *devices_of(adapters()))


def adapters() -> tuple[Adapter, ...]:
    """What DXGI and DXCore know, now; nothing elsewhere than on Windows."""
    return merge(dxgi.adapters(dxgi.library()), dxcore.adapters(dxcore.library()))


def devices_of(found: tuple[Adapter, ...]) -> tuple[Device, ...]:
    """`found` as devices, in its order."""
    first_npu = next((adapter for adapter in found if adapter.is_npu), None)
    return tuple(_device(adapter, adapter is first_npu) for adapter in found)


def _device(adapter: Adapter, is_first_npu: bool) -> Device:
    why_not = ""
    if adapter.is_npu:
        id_ = "npu"
        if not is_first_npu:
            why_not = "ONNX Runtime offers programs the first NPU only, and this is another."
    elif adapter.index is None:
        id_, why_not = adapter.luid, "DXGI does not list it, so ONNX Runtime cannot be told to use it."
    else:
        id_ = f"dml:{adapter.index}"
    return Device(
        id=id_,
        kind=DeviceKind.NPU if adapter.is_npu else DeviceKind.GPU,
        name=adapter.name,
        memory_bytes=adapter.dedicated_bytes,
        provider=DIRECTML,
        driver=adapter.driver,
        usable=not why_not,
        why_not=why_not,
        vendor=adapter.vendor,
        hardware=adapter.hardware,
        luid=adapter.luid,
        shared_memory_bytes=adapter.shared_bytes,
        shares_memory=adapter.shares_memory,
    )


def provider_options(device: Device) -> dict[str, str]:
    """What ONNX Runtime's DirectML provider is told to run on `device`.

    It takes DXGI's number of an adapter, never a LUID, so the number is looked up by the LUID in the moment it is
    needed. An NPU it finds by itself, through DXCore; the option is `device_filter` (`filter`, which its
    documentation has, is not heard). Options it does not like make ONNX Runtime's Python code use the CPU
    instead, so the session compares what it got.

    Raises:
        LookupError: the adapter is not there any more.
    """
    if device.kind is DeviceKind.NPU:
        return {"device_filter": "npu"}
    for adapter in adapters():
        if adapter.luid == device.luid and adapter.index is not None:
            return {"device_id": str(adapter.index)}
    raise LookupError(device.name)
