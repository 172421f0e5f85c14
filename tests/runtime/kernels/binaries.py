"""What a built library is for, loads and offers, read from the file: Microsoft's PE and the ELF of Linux.

Enough of both formats for libraries of 64 bits that our own linker made; so that a library for another system can
be looked at where it cannot run.
"""

from __future__ import annotations

import struct
from typing import NamedTuple


class Binary(NamedTuple):
    """A library as its file describes it."""

    machine: int  # as the format numbers processors
    imports: list[str]  # libraries, lower case
    exports: set[str]


def read_binary(image: bytes) -> Binary:
    """A DLL or shared object."""
    return _read_elf(image) if image[:4] == b"\x7fELF" else _read_pe(image)


def _text(image: bytes, start: int) -> str:
    return image[start : image.index(b"\0", start)].decode()


def _read_pe(image: bytes) -> Binary:
    header = struct.unpack_from("<I", image, 0x3C)[0] + 4
    machine, sections = struct.unpack_from("<HH", image, header)
    optional_size = struct.unpack_from("<H", image, header + 16)[0]
    export_table, _, import_table = struct.unpack_from("<III", image, header + 20 + 112)
    ranges = [
        struct.unpack_from("<IIII", image, header + 20 + optional_size + 40 * i + 8) for i in range(sections)
    ]

    def offset(address: int) -> int:
        return int(
            next(raw + address - base for size, base, _, raw in ranges if base <= address < base + size)
        )

    imports = []
    entry = offset(import_table)
    while name := struct.unpack_from("<I", image, entry + 12)[0]:
        imports.append(_text(image, offset(name)).lower())
        entry += 20
    count, _, names = struct.unpack_from("<III", image, offset(export_table) + 24)
    pointers = struct.unpack_from(f"<{count}I", image, offset(names)) if count else ()
    return Binary(machine, imports, {_text(image, offset(pointer)) for pointer in pointers})


def _read_elf(image: bytes) -> Binary:
    machine = struct.unpack_from("<H", image, 18)[0]
    start = struct.unpack_from("<Q", image, 40)[0]
    size, count = struct.unpack_from("<HH", image, 58)
    # Of each section: type, offset, size, and the section with its texts.
    sections = [struct.unpack_from("<4xI16xQQI", image, start + i * size) for i in range(count)]
    imports, exports = [], set()
    for kind, offset, length, link in sections:
        if kind == 6:  # dynamic: 1 is a library that is needed
            for tag, value in struct.iter_unpack("<QQ", image[offset : offset + length]):
                if tag == 1:
                    imports.append(_text(image, sections[link][1] + value).lower())
        if kind == 11:  # symbols: those with a section are ours
            for name, section in struct.iter_unpack("<I2xH16x", image[offset : offset + length]):
                if section:
                    exports.add(_text(image, sections[link][1] + name))
    return Binary(machine, imports, exports)
