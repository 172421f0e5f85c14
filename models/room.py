"""Whether what is to come fits on the disks, asked before anything is brought. Read next: `download`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.disk import Disk
from models.errors import ModelError
from models.manifest import PARTIAL, Plan
from models.transfer import Source

_MARGIN_BYTES = 64 << 20  # left free, for what others write meanwhile


@dataclass(frozen=True, slots=True)
class Room:
    """What will be written besides the model's own files: derived ones."""

    folder: Path
    size: int


def check_room(
    disk: Disk, folder: Path, plan: Plan, sources: tuple[Source, ...] = (), room: tuple[Room, ...] = ()
) -> None:
    """Raise `ModelError` if what is still to come of `plan`, and `room`, does not fit on the disks."""
    missing = 0
    for file in plan.files:
        places = [place for source in sources if (place := source.local(plan, file)) is not None]
        is_near = any(_device(place) == _device(folder) for place in places)
        if disk.size(folder / file.name) != file.size and not is_near:
            missing += file.size - min(disk.size(folder / (file.name + PARTIAL)) or 0, file.size)
    needs: dict[object, tuple[Path, int]] = {}
    for place, size in ((folder, missing), *((extra.folder, extra.size) for extra in room)):
        device = _device(place)
        first, sum_ = needs.get(device, (place, 0))
        needs[device] = (first, sum_ + size)
    for place, size in needs.values():
        free = disk.free(place)
        if size and size + _MARGIN_BYTES > free:
            raise ModelError(
                f"{plan.model} needs {_gb(size + _MARGIN_BYTES)} more on the disk with {place}, and "
                f"{_gb(free)} are free there. Free {_gb(size + _MARGIN_BYTES - free)}, or choose another place."
            )


def _device(path: Path) -> object:
    while not path.exists() and path != path.parent:
        path = path.parent
    return path.stat().st_dev


def _gb(size: int) -> str:
    return f"{size / 1e9:.2f} GB" if size >= 1e8 else f"{max(size / 1e6, 0.1):.1f} MB"
