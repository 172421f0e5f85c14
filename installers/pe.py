"""What a Windows program or library is for and needs, read from its file (Microsoft's PE format, 64 bits).

So that a folder can be checked on Linux: that everything in it is for one processor, and that every library
it loads is in it or part of Windows.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = (".dll", ".exe", ".pyd")
_IMPORTS, _DELAYED = 1, 13  # directories of the optional header


@dataclass(frozen=True, slots=True)
class Binary:
    """A program or library as its file describes it.

    Attributes:
        machine: the processor, as the format numbers it.
        imports: libraries it loads at its start or later, lower case.
    """

    machine: int
    imports: tuple[str, ...]


def binaries(folder: Path) -> list[Path]:
    """All programs and libraries under a folder, sorted."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())


def read(path: Path) -> Binary:
    """Read a 64-bit PE file. Raises ValueError for anything else."""
    image = path.read_bytes()
    try:
        return _read(image)
    except (struct.error, StopIteration) as error:
        raise ValueError(f"{path.name} is not a whole program of Windows") from error


def _read(image: bytes) -> Binary:
    header = struct.unpack_from("<I", image, 0x3C)[0]
    if image[:2] != b"MZ" or image[header : header + 4] != b"PE\0\0":
        raise StopIteration
    machine, sections = struct.unpack_from("<HH", image, header + 4)
    optional = header + 24
    (size,) = struct.unpack_from("<H", image, header + 20)
    if struct.unpack_from("<H", image, optional)[0] != 0x20B:  # PE32+
        raise StopIteration
    table = optional + size
    ranges = [struct.unpack_from("<IIII", image, table + 40 * i + 8) for i in range(sections)]

    def offset(address: int) -> int:
        return int(
            next(raw + address - base for size, base, _, raw in ranges if base <= address < base + size)
        )

    found = []
    for directory, step, at in ((_IMPORTS, 20, 12), (_DELAYED, 32, 4)):
        (start,) = struct.unpack_from("<I", image, optional + 112 + 8 * directory)
        if start:
            found += list(_names(image, offset, offset(start), step, at))
    return Binary(machine, tuple(found))


def _names(image: bytes, offset: object, entry: int, step: int, at: int) -> Iterator[str]:
    assert callable(offset)
    while address := struct.unpack_from("<I", image, entry + at)[0]:
        start = offset(address)
        yield image[start : image.index(b"\0", start)].decode("ascii").lower()
        entry += step
