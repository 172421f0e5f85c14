"""Outlook messages (MSG): properties in a compound file. Layout: [MS-OXMSG] and [MS-OXRTFCP] by Microsoft.

The only kept library for the format has a licence that Chorale's does not allow; `olefile` reads the
compound file, and the few properties that hold text are found here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import olefile

from runtime.documents.readers.html import decode_html, html_blocks
from runtime.documents.readers.plain_text import decode
from runtime.documents.source import Items, Opened, Source, Trouble, damaged
from runtime.documents.text import Block, one_line
from runtime.documents.values import Page

_PROPERTIES = "__properties_version1.0"
_SUBJECT, _SENDER, _SENDER_ADDRESS, _TO, _CC = 0x0037, 0x0C1A, 0x5D01, 0x0E04, 0x0E03
_BODY, _RTF, _HTML = 0x1000, 0x1009, 0x1013
_SUBMITTED, _CODE_PAGE = 0x0039, 0x3FFD
_NAME, _LONG_NAME, _DATA, _METHOD, _MIME = 0x3704, 0x3707, 0x3701, 0x3705, 0x370E
_EMBEDDED = 5  # the attachment is a message of its own
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def read(source: Source) -> Items:
    """A message, its attachments after it, each with pages of its own."""
    yield Opened("Outlook message")
    try:
        with source.open() as file, olefile.OleFileIO(file) as compound:
            yield from _Message(compound, (), source).items()
    except (OSError, ValueError, IndexError, struct.error, AttributeError, TypeError) as error:
        raise damaged(source, "an Outlook message", type(error).__name__) from error


class _Message:
    """The message in the folder `path` of a compound file."""

    def __init__(self, compound: Any, path: tuple[str, ...], source: Source) -> None:
        self._compound = compound
        self._path = path
        self._source = source
        self._fixed = self._fixed_properties(path, 32 if not path else 24)
        page = self._fixed.get(_CODE_PAGE, b"\0")
        number = int.from_bytes(page[:4], "little")
        self._encoding = "utf-8" if number == 65001 else f"cp{number}" if number else "cp1252"

    def items(self) -> Items:
        from runtime.documents.readers.nested import letter_pages, read_attachment

        yield from letter_pages(self._source, [self._header(), *self._body()])
        attachments = sorted({entry[len(self._path)] for entry in self._entries("__attach")})
        for number, folder in enumerate(attachments, 1):
            path = (*self._path, folder)
            method = self._fixed_properties(path, 8).get(_METHOD, b"")[:4]
            name = self._text(_LONG_NAME, path) or self._text(_NAME, path) or f"attachment {number}"
            inner = (*path, f"__substg1.0_{_DATA:04X}000D")
            if int.from_bytes(method, "little") == _EMBEDDED or self._compound.exists([*inner]):
                if self._source.depth >= self._source.limits.depth:
                    yield Trouble(f"{one_line(name)} was not read: it is attached too many messages deep.")
                elif self._compound.exists([*inner, _PROPERTIES]):
                    for item in _Message(self._compound, inner, self._source.inside(name, b"")).items():
                        if isinstance(item, Page):
                            item = replace(item, label=f"{one_line(name)}: {item.label}")
                        yield item
                continue
            data = self._stream(f"{_DATA:04X}0102", path)
            kind = self._text(_MIME, path)
            if data and not kind.startswith(("image/", "audio/", "video/")):
                yield from read_attachment(self._source, name, data)
            elif data:
                yield Trouble(
                    f"{one_line(name)}, attached to {self._source.name}, is a picture, sound or film."
                )

    def _header(self) -> Block:
        sender = self._text(_SENDER)
        if (address := self._text(_SENDER_ADDRESS)) and address != sender:
            sender = f"{sender} <{address}>"
        sent = int.from_bytes(self._fixed.get(_SUBMITTED, b"")[:8], "little")
        # Ten million days: a damaged time must not overflow the calendar.
        when = _EPOCH + timedelta(microseconds=sent // 10) if 0 < sent < 2_650_467_744_000_000_000 else None
        values = (
            ("From", sender),
            ("To", self._text(_TO)),
            ("Cc", self._text(_CC)),
            ("Date", f"{when:%Y-%m-%d %H:%M} UTC" if when else ""),
            ("Subject", self._text(_SUBJECT)),
        )
        return Block("\n".join(f"{name}: {one_line(value)}" for name, value in values if value) + "\n")

    def _body(self) -> Iterator[Block]:
        if text := self._text(_BODY):
            for paragraph in text.replace("\r\n", "\n").split("\n\n"):
                yield Block(paragraph + "\n")
        elif html := self._stream(f"{_HTML:04X}0102"):
            yield from html_blocks(decode_html(html, self._encoding))
        elif html_text := self._text(_HTML):
            yield from html_blocks(html_text)
        elif packed := self._stream(f"{_RTF:04X}0102"):
            from runtime.documents.readers.rtf import rtf_text

            rtf = unpack_rtf(packed, self._source.limits.unpacked_bytes).decode("latin-1")
            yield from (Block(line) for line in rtf_text(rtf, self._encoding).split("\n"))

    def _text(self, tag: int, path: tuple[str, ...] | None = None) -> str:
        if data := self._stream(f"{tag:04X}001F", path):
            return data.decode("utf-16-le", "replace").rstrip("\0")
        if data := self._stream(f"{tag:04X}001E", path):
            return decode(data, self._encoding)[0].rstrip("\0")
        return ""

    def _stream(self, tag: str, path: tuple[str, ...] | None = None) -> bytes:
        name = [*(self._path if path is None else path), f"__substg1.0_{tag}"]
        if not self._compound.exists(name):
            return b""
        data: bytes = self._compound.openstream(name).read()
        return data

    def _fixed_properties(self, path: tuple[str, ...], header: int) -> dict[int, bytes]:
        """Property id → its eight bytes, of those that have no stream of their own."""
        name = [*path, _PROPERTIES]
        if not self._compound.exists(name):
            return {}
        data: bytes = self._compound.openstream(name).read()
        return {
            struct.unpack_from("<H", data, at + 2)[0]: data[at + 8 : at + 16]
            for at in range(header, len(data) - 15, 16)
        }

    def _entries(self, beginning: str) -> list[list[str]]:
        length = len(self._path)
        return [
            entry
            for entry in self._compound.listdir(streams=False, storages=True)
            if len(entry) == length + 1
            and tuple(entry[:length]) == self._path
            and entry[-1].startswith(beginning)
        ]


_RTF_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


def unpack_rtf(data: bytes, most: int) -> bytes:
    """Rich text packed as [MS-OXRTFCP] says; at most `most` bytes of it. Raises `ValueError`."""
    if len(data) < 16:
        raise ValueError("packed rich text is too short")
    _, size, magic, _ = struct.unpack_from("<4I", data)
    if magic == 0x414C454D:  # not packed
        return data[16:][:most]
    if magic != 0x75465A4C:
        raise ValueError("packed rich text of an unknown kind")
    window = bytearray(_RTF_START.ljust(4096, b" "))
    place = len(_RTF_START)
    out = bytearray()
    at = 16
    while at < len(data) and len(out) < min(size, most):
        flags, at = data[at], at + 1
        for bit in range(8):
            if at >= len(data):
                break
            if not flags >> bit & 1:
                piece = [data[at]]
                at += 1
            else:
                word = int.from_bytes(data[at : at + 2], "big")
                at += 2
                offset, length = word >> 4, (word & 15) + 2
                if offset == place % 4096:
                    return bytes(out[:size])
                piece = []
                for step in range(length):
                    byte = window[(offset + step) % 4096]
                    piece.append(byte)
                    window[(place + step) % 4096] = byte
            for byte in piece:
                window[place % 4096] = byte
                place += 1
            out += bytes(piece)
    return bytes(out[: min(size, most)])
