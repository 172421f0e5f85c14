"""A conversation as a PDF: what `app.export.html` gives for paper, set by Qt.

A4, with numbered pages. The same conversation gives the same bytes: the file's date is the conversation's, and its
number is made from what is in it. Called on the window's thread, because fonts and documents are Qt's.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from datetime import UTC, datetime

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt, QUuid
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextDocument,
)

_DPI = 96
_MARGIN_MM = 18.0
_FOOT = 30  # pixels at `_DPI`, below the text
_POINTS = 10
_DATES = (  # as the file's own entries and its metadata have them, in the PC's time zone
    (re.compile(rb"(?<=Date \(D:)\d{14}(?=[Z+-])"), "%Y%m%d%H%M%S"),
    (re.compile(rb"(?<=Date \(D:\d{14})[+-]\d\d'\d\d"), "+00'00"),
    (re.compile(rb"(?<=Date=\")\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d"), "%Y-%m-%dT%H:%M:%S+00:00"),
)


def pdf(html: str, title: str, created: float, font: QFont) -> bytes:
    """The file's bytes. `created` is in seconds since 1970; `font` is what the text is set in."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator("Chorale")
    writer.setResolution(_DPI)
    writer.setDocumentId(QUuid(str(uuid.UUID(bytes=hashlib.sha256(html.encode("utf-8")).digest()[:16]))))
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            margins,
            QPageLayout.Unit.Millimeter,
        )
    )
    _paint(writer, _document(html, writer, font))
    return _dated(bytes(buffer.data().data()), created)


def _document(html: str, writer: QPdfWriter, font: QFont) -> QTextDocument:
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.documentLayout().setPaintDevice(writer)
    own = QFont(font)
    own.setPointSizeF(_POINTS)
    document.setDefaultFont(own)
    document.setDocumentMargin(0)
    document.setHtml(html)
    document.setPageSize(QSizeF(writer.width(), writer.height() - _FOOT))
    return document


def _paint(writer: QPdfWriter, document: QTextDocument) -> None:
    width, height = writer.width(), document.pageSize().height()
    context = QAbstractTextDocumentLayout.PaintContext()
    context.palette.setColor(QPalette.ColorRole.Text, QColor("#23221f"))
    painter = QPainter(writer)
    pages = document.pageCount()
    foot = QFont(document.defaultFont())
    foot.setPointSizeF(_POINTS * 0.8)
    for page in range(pages):
        if page:
            writer.newPage()
        painter.save()
        painter.translate(0, -page * height)
        context.clip = QRectF(0, page * height, width, height)
        painter.setClipRect(context.clip)
        document.documentLayout().draw(painter, context)
        painter.restore()
        painter.setFont(foot)
        painter.setPen(QColor("#68645d"))
        where = QRectF(0, height, width, _FOOT)
        painter.drawText(
            where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, f"{page + 1} / {pages}"
        )
    painter.end()


def _dated(data: bytes, created: float) -> bytes:
    """`data` with the conversation's date in place of now, each as long as before: the file counts its bytes."""
    moment = datetime.fromtimestamp(created, UTC)
    for pattern, form in _DATES:
        data = pattern.sub(moment.strftime(form).encode(), data)
    return data
