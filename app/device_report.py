"""What can be said of this PC's devices: what they are, which models fit them, and which they were found to
compute rightly. For `chorale devices` and `chorale doctor`. Nothing is computed and nothing loaded for it.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from app.house import House
from app.installs import Install
from models.checkpoint import Checkpoint
from models.errors import AppError
from runtime import kernels
from runtime.device_gate import Gate, Verdict, model_identity
from runtime.devices import memory_need, why_too_small
from runtime.events import Device, DeviceKind


def about(device: Device, house: House) -> dict[str, Any]:
    """A device for `--json`: its fields, the kernel in use on a CPU, and what is known of it with each model."""
    models = []
    if device.kind is not DeviceKind.CPU:
        models = [known for install in house.installs.found() if (known := with_model(device, install))]
    return {**asdict(device), "kind": device.kind.value, "kernel": kernel_in_use(device), "models": models}


def with_model(device: Device, install: Install) -> dict[str, Any] | None:
    """What is known of a GPU or NPU with a model; None if the model cannot be read.

    `test` is `passed`, `failed` or `not run`; `why_not` is a sentence if the model does not run there.
    """
    try:
        checkpoint = Checkpoint.open(install.folder)
    except AppError:
        return None
    need = memory_need(checkpoint)
    too_small = why_too_small(device, need)
    verdict = _last_verdict(device, install, checkpoint)
    test = "not run" if verdict is None else "passed" if verdict.passed else "failed"
    why_not = device.why_not or too_small or (verdict.sentence if verdict else "")
    return {
        "model": install.name,
        "needs_bytes": need.total_bytes,
        "fits": not too_small,
        "test": test,
        "why_not": why_not,
    }


def _last_verdict(device: Device, install: Install, checkpoint: Checkpoint) -> Verdict | None:
    """The last result with this driver and these files; whether it still counts is found out when it is loaded."""
    model = model_identity(checkpoint)
    for verdict in Gate(install.cache).verdicts():
        if verdict.circumstances.is_of(device) and verdict.circumstances.model == model:
            return verdict
    return None


def kernel_in_use(device: Device) -> str | None:
    """The kernel that runs on `device`; None if it is no CPU or none can run."""
    try:
        return kernels.in_use() if device.kind is DeviceKind.CPU else None
    except AppError:
        return None


def sentences(report: dict[str, Any]) -> list[str]:
    """`about`'s report in lines: the device, then each model."""
    parts = [f"{report['id']}: {report['name']}", report["kind"].upper()]
    if report["memory_bytes"] is not None:
        parts.append(_memory(report))
    if report["driver"]:
        parts.append(f"driver {report['driver']}")
    parts.append(report["provider"])
    if report["kernel"]:
        parts.append(f"kernel {report['kernel']}")
    parts.append("usable" if report["usable"] else f"not usable: {report['why_not']}")
    return [", ".join(parts), *(f"    {_with_model(known)}" for known in report["models"])]


def _memory(report: dict[str, Any]) -> str:
    own, shared = report["memory_bytes"], report["shared_memory_bytes"]
    if shared is None:
        return _gib(own)
    return f"{_gib(own)} of its own and {_gib(shared)} shared"


def _with_model(known: dict[str, Any]) -> str:
    if known["why_not"]:
        return f"{known['model']}: no. {known['why_not']}"
    if known["test"] == "passed":
        return f"{known['model']}: yes, it passed its self-test"
    return f"{known['model']}: fits; its self-test runs at its first use, or now with --test"


def _gib(size: int) -> str:
    return f"{size / (1 << 30):.1f} GiB"
