"""Draws installers/launcher/chorale.ico from Chorale's mark: `python -m tools.make_icon`.

An icon file is a list of pictures; each is a PNG here, which Windows reads since Vista. Run it when the mark changes.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QBuffer, QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter

from ui.mark import draw_mark
from ui.style import LIGHT

TARGET = Path(__file__).resolve().parents[1] / "installers" / "launcher" / "chorale.ico"
SIZES = (16, 20, 24, 32, 40, 48, 64, 256)


def picture(size: int) -> bytes:
    """The mark as a PNG of `size` pixels."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    draw_mark(painter, QRectF(0, 0, size, size), QColor(LIGHT.accent), QColor(LIGHT.on_accent))
    painter.end()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(content.data())


def icon(pictures: dict[int, bytes]) -> bytes:
    """The file: a header, an entry for each picture, the pictures."""
    header = struct.pack("<HHH", 0, 1, len(pictures))
    start = len(header) + 16 * len(pictures)
    entries = b""
    for size, content in pictures.items():
        side = size % 256  # 256 is written as 0
        entries += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(content), start)
        start += len(content)
    return header + entries + b"".join(pictures.values())


if __name__ == "__main__":
    application = QGuiApplication([])
    TARGET.write_bytes(icon({size: picture(size) for size in SIZES}))
