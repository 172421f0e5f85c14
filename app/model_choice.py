"""Which published model runs on this PC, how well, and why: in sentences, before anything is downloaded.

    for choice in choose(look_at_pc(folder), catalog()):
        choice.fit, choice.sentences

What decides is memory and the disk. The weights stay in files that are mapped, so a model that is larger than
the free memory still runs, but each token then waits for the disk. A speed is told only where the memory's
bandwidth was measured on this PC: a token of an answer reads `CatalogModel.token_bytes`, so no CPU can be faster
than bandwidth / token_bytes. Read next: `models/catalog`, `model_jobs`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psutil

from models.catalog import CatalogModel
from models.disk import Disk
from runtime.events import Device, DeviceKind

_SPARE_BYTES = 64 << 20  # of the disk, for what others write meanwhile
_REAL_SHARE = (0.5, 0.9)  # of the memory's bandwidth that decoding reaches, at worst and at best
_CPU_FLOOR = "avx2"


class Fit(StrEnum):
    """How a model runs here."""

    WELL = "well"
    SLOWLY = "slowly"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class ThisPc:
    """What counts of a PC.

    Attributes:
        memory_bytes: all of it.
        available_bytes: what programs may still take now.
        disk_free_bytes: where models are kept.
        disk_name: the folder they are kept in, for people.
        cpu_features: as `runtime.devices.cpu_features` tells them; empty if unknown.
        devices: every device found.
        bandwidth: bytes a second that the memory gives, measured here; None if that was not measured.
    """

    memory_bytes: int
    available_bytes: int
    disk_free_bytes: int
    disk_name: str
    cpu_features: tuple[str, ...] = ()
    devices: tuple[Device, ...] = ()
    bandwidth: float | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A model for this PC.

    Attributes:
        model: which.
        fit: how it runs.
        fits_disk: whether there is room for it.
        sentences: why, and what to do; the first says how it runs.
        tokens_per_second: least and most to expect of the CPU; None where the bandwidth was not measured.
    """

    model: CatalogModel
    fit: Fit
    fits_disk: bool
    sentences: tuple[str, ...]
    tokens_per_second: tuple[float, float] | None = None


def look_at_pc(
    models_folder: Path,
    *,
    cpu_features: Sequence[str] = (),
    devices: Sequence[Device] = (),
    bandwidth: float | None = None,
) -> ThisPc:
    """This PC as it is now. Raises `OSError` if the disk cannot be asked."""
    memory = psutil.virtual_memory()
    return ThisPc(
        memory.total,
        memory.available,
        Disk().free(models_folder),
        str(models_folder),
        tuple(cpu_features),
        tuple(devices),
        bandwidth,
    )


def choose(pc: ThisPc, models: Sequence[CatalogModel]) -> tuple[Choice, ...]:
    """Every model, the best for this PC first: the largest that runs well, then those that run slowly."""
    order = {Fit.WELL: 0, Fit.SLOWLY: 1, Fit.NOT: 2}
    choices = [judge(pc, model) for model in models]
    choices.sort(
        key=lambda choice: (
            not choice.model.repository,  # the demo is for trying, not for choosing
            order[choice.fit],
            not choice.fits_disk,
            # Of those that run well the largest; of those that run slowly the smallest.
            -choice.model.download_bytes if choice.fit is Fit.WELL else choice.model.download_bytes,
        )
    )
    return tuple(choices)


def judge(pc: ThisPc, model: CatalogModel) -> Choice:
    """How `model` runs on `pc`, and why."""
    fit, why = _by_memory(pc, model)
    if pc.cpu_features and _CPU_FLOOR not in pc.cpu_features and _is_x86(pc.cpu_features):
        fit = Fit.NOT
        why = [
            f"{model.title} does not run here: this processor has no AVX2, which PCs since about 2015 have."
        ]
    speed = None
    if pc.bandwidth is not None and fit is Fit.WELL:
        least, most = (share * pc.bandwidth / model.token_bytes for share in _REAL_SHARE)
        speed = (least, most)
        why.append(
            f"Expect about {least:.0f} to {most:.0f} tokens a second, by the speed of the memory measured here "
            f"({_gb(pc.bandwidth)} a second)."
        )
    why += _by_devices(pc, model)
    need = model.download_bytes + model.derived_bytes + _SPARE_BYTES if model.repository else 0
    fits_disk = pc.disk_free_bytes >= need
    if model.repository:
        room = f"It takes {_gb(model.download_bytes + model.derived_bytes)} on the disk"
        if fits_disk:
            why.append(f"{room}; {_gb(pc.disk_free_bytes)} are free at {pc.disk_name}.")
        else:
            why.append(
                f"{room}, and {_gb(pc.disk_free_bytes)} are free at {pc.disk_name}: free "
                f"{_gb(need - pc.disk_free_bytes)} there, or choose another folder."
            )
    return Choice(model, fit, fits_disk, tuple(why), speed)


def _by_memory(pc: ThisPc, model: CatalogModel) -> tuple[Fit, list[str]]:
    if not model.repository:
        return Fit.WELL, [f"{model.title} runs on every PC. It is for trying Chorale out."]
    needs, name = _gb(model.comfortable_bytes), model.title
    if pc.available_bytes >= model.comfortable_bytes:
        return Fit.WELL, [
            f"{name} runs well here: it uses {needs} of memory, and {_gb(pc.available_bytes)} are free."
        ]
    if pc.memory_bytes * 0.9 >= model.comfortable_bytes:
        return Fit.WELL, [
            f"{name} runs well here when other programs are closed: it uses {needs} of memory, and "
            f"{_gb(pc.available_bytes)} of {_gb(pc.memory_bytes)} are free now."
        ]
    if pc.memory_bytes * 0.9 >= model.least_bytes:
        return Fit.SLOWLY, [
            f"{name} runs slowly here: it uses {needs} of memory and this PC has {_gb(pc.memory_bytes)}, so part "
            "of it is read from the disk again for every word."
        ]
    return Fit.NOT, [
        f"{name} does not run usefully here: it uses {needs} of memory and this PC has "
        f"{_gb(pc.memory_bytes)}. Every word would wait for the disk for seconds."
    ]


def _by_devices(pc: ThisPc, model: CatalogModel) -> list[str]:
    """What the graphics cards change; nothing where none is usable."""
    if not model.repository:
        return []
    usable = [device for device in pc.devices if device.kind is not DeviceKind.CPU and device.usable]
    fitting = [device for device in usable if (device.memory_bytes or 0) >= model.comfortable_bytes]
    if fitting:
        return [f"{fitting[0].name} has enough memory of its own to run it."]
    if usable:
        return [f"{usable[0].name} has too little memory of its own for all of it, so the CPU runs it."]
    return []


def _is_x86(features: tuple[str, ...]) -> bool:
    """Whether these are features of an x86 processor; ARM64 ones are not measured by AVX2."""
    return any(name.startswith(("avx", "sse", "fma", "f16c")) for name in features)


def _gb(size: float) -> str:
    return f"{size / 1e9:.1f} GB"
