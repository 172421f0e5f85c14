"""What a screen that nobody sees showed, as a picture: reads the file that the X server keeps of it."""

from __future__ import annotations

import struct
from pathlib import Path

from PySide6.QtGui import QImage

_HEADER = struct.Struct(">25I")  # X's window dump, version 7


def read_screen(path: Path) -> QImage:
    """The picture of an X window dump with 32 bits a pixel."""
    content = path.read_bytes()
    header = _HEADER.unpack_from(content)
    size, _, _, _, width, height = header[:6]
    line_bytes, colours = header[12], header[19]
    pixels = content[size + 12 * colours :]
    return QImage(pixels, width, height, line_bytes, QImage.Format.Format_RGB32).copy()


def colours_of(picture: QImage) -> int:
    """How many different colours it has, looked at every fifth pixel each way; a blank screen has one."""
    return len(
        {picture.pixel(x, y) for x in range(0, picture.width(), 5) for y in range(0, picture.height(), 5)}
    )


def differing(one: QImage, other: QImage) -> int:
    """How many of the pixels that `colours_of` looks at are not the same in two pictures of one size."""
    return sum(
        one.pixel(x, y) != other.pixel(x, y)
        for x in range(0, one.width(), 5)
        for y in range(0, one.height(), 5)
    )
