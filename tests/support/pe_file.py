"""Writes the smallest Windows library that says what it is for and what it loads; nothing could run it."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

_BASE = 0x1000  # where the one section lies in memory; in the file it follows the headers
_START = 0x400


def write_library(path: Path, imports: Sequence[str] = (), machine: int = 0x8664) -> Path:
    """A library at `path` that loads `imports`; its folder is made."""
    names = b"".join(name.encode() + b"\0" for name in imports)
    table_bytes = 20 * (len(imports) + 1)
    table, at = b"", _BASE + table_bytes
    for name in imports:
        table += struct.pack("<IIIII", 0, 0, 0, at, 0)
        at += len(name) + 1
    section = table + bytes(20) + names
    optional = struct.pack("<H110x", 0x20B) + struct.pack("<II", 0, 0)
    optional += struct.pack("<II", _BASE if imports else 0, table_bytes) + bytes(8 * 14)
    header = b"MZ" + bytes(0x3A) + struct.pack("<I", 0x40) + b"PE\0\0"
    header += struct.pack("<HHIIIHH", machine, 1, 0, 0, 0, len(optional), 0) + optional
    header += b".data\0\0\0" + struct.pack("<IIII16x", len(section), _BASE, len(section), _START)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header.ljust(_START, b"\0") + section)
    return path
