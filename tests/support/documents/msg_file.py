"""Writes Outlook messages (MSG) for tests: a compound file of version 3 with a message's properties.

Layout: [MS-CFB] and [MS-OXMSG]. Streams of less than 4,096 bytes go to the mini stream, as they must.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from itertools import pairwise

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
Storage = dict[str, "bytes | Storage"]


@dataclass(slots=True)
class _Entry:
    name: str
    kind: int  # 1 storage, 2 stream, 5 root
    data: bytes = b""
    children: list[int] = field(default_factory=list)
    start: int = _END
    left: int = _FREE
    right: int = _FREE
    child: int = _FREE


def message(
    subject: str,
    body: str,
    *,
    sender: str = "Ada",
    attachments: tuple[tuple[str, bytes | Storage], ...] = (),
    inner: bool = False,
    html: bytes = b"",
) -> Storage:
    """The storage of a message; an attachment that is a storage is a message of its own."""
    header = 24 if inner else 32
    storage: Storage = {
        "__properties_version1.0": bytes(header)
        + _fixed(0x3FFD, 0x3, 65001)
        + _fixed(0x0039, 0x40, 133_000_000_000_000_000),
        "__substg1.0_0037001F": subject.encode("utf-16-le"),
        "__substg1.0_0C1A001F": sender.encode("utf-16-le"),
        "__substg1.0_0E04001F": "Grace".encode("utf-16-le"),
    }
    if body:
        storage["__substg1.0_1000001F"] = body.encode("utf-16-le")
    if html:
        storage["__substg1.0_10130102"] = html
    for number, (name, content) in enumerate(attachments):
        is_message = isinstance(content, dict)
        folder: Storage = {
            "__properties_version1.0": bytes(8) + _fixed(0x3705, 0x3, 5 if is_message else 1),
            "__substg1.0_3707001F": name.encode("utf-16-le"),
            f"__substg1.0_3701{'000D' if is_message else '0102'}": content,
        }
        storage[f"__attach_version1.0_#{number:08X}"] = folder
    return storage


def _fixed(tag: int, kind: int, value: int) -> bytes:
    return struct.pack("<HHIq", kind, tag, 6, value)


def compound_file(root: Storage) -> bytes:
    """The bytes of a compound file with these streams and storages."""
    entries = [_Entry("Root Entry", 5)]
    _add(root, 0, entries)
    sectors: list[bytes] = []
    fat: list[int] = []
    mini_fat: list[int] = []
    mini = bytearray()

    def place(data: bytes) -> int:
        if not data:
            return _END
        first, count = len(sectors), -(-len(data) // _SECTOR)
        for number in range(count):
            sectors.append(data[number * _SECTOR : (number + 1) * _SECTOR].ljust(_SECTOR, b"\0"))
            fat.append(first + number + 1 if number + 1 < count else _END)
        return first

    for entry in entries:
        if entry.kind == 2 and len(entry.data) >= _CUTOFF:
            entry.start = place(entry.data)
        elif entry.kind == 2 and entry.data:
            entry.start, count = len(mini_fat), -(-len(entry.data) // _MINI)
            mini += entry.data.ljust(count * _MINI, b"\0")
            mini_fat += [*range(entry.start + 1, entry.start + count), _END]
    entries[0].data = bytes(mini)
    entries[0].start = place(bytes(mini))
    mini_table = place(
        struct.pack(f"<{len(mini_fat)}I", *mini_fat).ljust(_SECTOR, b"\xff") if mini_fat else b""
    )
    mini_sectors = 0 if mini_table == _END else len(sectors) - mini_table
    directory = place(b"".join(_directory_entry(entry) for entry in entries).ljust(_SECTOR, b"\0"))
    fat_sectors = 1
    while fat_sectors * 128 < len(sectors) + fat_sectors:
        fat_sectors += 1
    fat_start = len(sectors)
    fat += [_FAT] * fat_sectors
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(fat_sectors * _SECTOR, b"\xff")
    difat = [*range(fat_start, fat_start + fat_sectors)]
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, fat_sectors, directory, 0, _CUTOFF,
        mini_table, mini_sectors, _END, 0,
    )  # fmt: skip
    header += struct.pack("<109I", *difat, *[_FREE] * (109 - len(difat)))
    return header + b"".join(sectors) + table


def _add(storage: Storage, parent: int, entries: list[_Entry]) -> None:
    numbers = []
    for name, content in storage.items():
        numbers.append(len(entries))
        if isinstance(content, dict):
            entries.append(_Entry(name, 1))
            _add(content, len(entries) - 1, entries)
        else:
            entries.append(_Entry(name, 2, content))
    # A chain to the right, in the order of the standard: shorter names first.
    numbers.sort(key=lambda number: (len(entries[number].name), entries[number].name.upper()))
    for before, after in pairwise(numbers):
        entries[before].right = after
    if numbers:
        entries[parent].child = numbers[0]


def _directory_entry(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII16xI8x8xIQ",
        name, len(name), entry.kind, 1, entry.left, entry.right, entry.child, 0,
        entry.start if entry.kind != 1 else 0, len(entry.data),
    )  # fmt: skip
