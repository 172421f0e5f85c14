"""Formulas in a text: drawn once on a worker thread, kept, and painted as if they were letters.

A formula stands in its document as one object (`put`); what it was written as travels with it and is what is
copied, selected and read out (`source_of`, `with_sources`). It is outlines, filled with the colour of text at the
moment of painting, so it is sharp at any size and follows the theme at once.

Read next: `ui.answers.formula_drawing`, which makes the outlines, and `ui.answers.markdown`, which puts them into texts.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from enum import IntEnum
from functools import cache, lru_cache

from PySide6.QtCore import QCoreApplication, QObject, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QPainter,
    QPainterPath,
    QPalette,
    QPyTextObject,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from ui.answers.formula_drawing import Drawing, draw
from ui.background import Background

OBJECT = QTextFormat.ObjectTypes.UserObject.value + 1
SIGN = "\ufffc"  # what stands in a document for an object
SCALE = 1.08  # the formulas' font is smaller than most at the same size
MOST_KEPT = 3000  # drawings
MOST_IMAGES = 400
MOST_AT_ONCE = 8  # drawn in one go, so that what is asked for meanwhile comes soon
_SMALLEST = 0.55  # of its size; a formula wider than its column shrinks so far and no further
_BASE = QTextFormat.Property.UserProperty.value + 40

Key = tuple[str, bool]  # what it says, and whether it has a line of its own


class Property(IntEnum):
    """What a formula's format holds."""

    TEX = _BASE
    DISPLAY = _BASE + 1
    SOURCE = _BASE + 2
    EM = _BASE + 3  # pixels
    HALF_X = (
        _BASE + 4
    )  # half the height of an x around, in pixels; only of what needs room below the baseline


class Formulas(QObject):
    """All drawings, by what they say.

    Signals:
        drawn: some that were asked for have come.
    """

    drawn = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: OrderedDict[Key, Drawing | None] = OrderedDict()
        self._asked: dict[Key, None] = {}  # in order
        self._work: Background | None = None
        self._under_way: frozenset[Key] = frozenset()

    def knows(self, key: Key) -> bool:
        """Whether it is drawn, or known not to be a formula; if not, it will be, and `drawn` says when."""
        if key in self._kept:
            return True
        if key not in self._under_way:
            self._asked.setdefault(key)
            self._start()
        return False

    def drawing(self, key: Key) -> Drawing | None:
        """The drawing; None for what cannot be drawn, or is not drawn yet."""
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def add(self, key: Key, drawing: Drawing | None) -> None:
        """Keep a drawing."""
        self._kept[key] = drawing
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    def _start(self) -> None:
        if self._under_way or not self._asked:
            return
        keys = list(self._asked)[:MOST_AT_ONCE]
        self._under_way = frozenset(keys)
        for key in keys:
            del self._asked[key]
        if self._work is None:
            self._work = Background(self)

        def work() -> Iterator[tuple[Key, Drawing | None]]:
            for key in keys:
                yield key, draw(*key)

        self._work.start(work, self._take, lambda error: self._end())

    def _take(self, drawings: list[tuple[Key, Drawing | None]]) -> None:
        for key, drawing in drawings:
            self.add(key, drawing)
        self.drawn.emit()

    def _end(self) -> None:
        left = [key for key in self._under_way if key not in self._kept]
        self._under_way = frozenset()
        if left:  # the work broke off; asking again would break it off again
            self._take([(key, None) for key in left])
        self._start()


@cache
def formulas() -> Formulas:
    """The application's formulas; one drawing serves every answer."""
    return Formulas(QCoreApplication.instance())


@lru_cache(maxsize=MOST_KEPT)
def _path(drawing: Drawing) -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for stroke in drawing.strokes:
        for i, at in enumerate(stroke):
            if i == 0:
                path.moveTo(at[0], at[1])
            elif len(at) == 2:
                path.lineTo(at[0], at[1])
            elif len(at) == 4:
                path.quadTo(*at)
            else:
                path.cubicTo(*at)
        path.closeSubpath()
    return path


@lru_cache(maxsize=MOST_IMAGES)
def image(drawing: Drawing, em: float, ratio: float, rgba: int) -> QImage:
    """A picture of `drawing`, with a pixel to spare on every side, for a screen of that device pixel ratio."""
    width = int((drawing.width * em + 2) * ratio) + 1
    height = int(((drawing.ascent + drawing.descent) * em + 2) * ratio) + 1
    made = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(Qt.GlobalColor.transparent)
    made.setDevicePixelRatio(ratio)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(1 - drawing.left * em, 1 + drawing.ascent * em)
    painter.scale(em, em)
    painter.fillPath(_path(drawing), QColor.fromRgba(rgba))
    painter.end()
    return made


class _FormulaObject(QPyTextObject):
    """Tells a text's layout how much room a formula needs, and paints it there."""

    def intrinsicSize(self, document: QTextDocument, position: int, format: QTextFormat) -> QSizeF:
        drawing = _drawing(format)
        if drawing is None:
            return QSizeF(0, 0)
        em = _em(document, drawing, format)
        ascent, descent = drawing.ascent * em, drawing.descent * em
        half = format.property(Property.HALF_X)
        if half is None:  # what little reaches below the baseline stands where letters' descents do
            return QSizeF(drawing.width * em + 1, ascent)
        # Qt puts the middle of such an object at a quarter of the height of an x above the baseline.
        return QSizeF(drawing.width * em + 1, max(2 * ascent - half, 2 * descent + half))

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        document: QTextDocument,
        position: int,
        format: QTextFormat,
    ) -> None:
        drawing = _drawing(format)
        if drawing is None:
            return
        em = _em(document, drawing, format)
        rect = QRectF(rect)
        baseline = rect.bottom()
        half = format.property(Property.HALF_X)
        if half is not None:
            baseline = rect.top() + (rect.height() + half) / 2
        ratio = painter.device().devicePixelRatioF()
        colour = QGuiApplication.palette().color(QPalette.ColorRole.WindowText)
        picture = image(drawing, round(em, 2), ratio, colour.rgba())
        painter.drawImage(
            QRectF(
                rect.left() - 1,
                baseline - drawing.ascent * em - 1,
                picture.width() / ratio,
                picture.height() / ratio,
            ),
            picture,
        )


@cache
def _object() -> _FormulaObject:
    return _FormulaObject(QCoreApplication.instance())


def teach(document: QTextDocument) -> None:
    """Make `document` able to hold formulas; before the first is put there."""
    document.documentLayout().registerHandler(OBJECT, _object())


def put(cursor: QTextCursor, key: Key, source: str, font: QFont, letters: QTextCharFormat) -> None:
    """Insert a formula that is drawn; `font` is that of the text around."""
    drawing = formulas().drawing(key)
    if drawing is None:
        cursor.insertText(source)
        return
    form = QTextCharFormat(letters)
    form.setObjectType(OBJECT)
    form.setProperty(Property.TEX, key[0])
    form.setProperty(Property.DISPLAY, key[1])
    form.setProperty(Property.SOURCE, source)
    form.setProperty(Property.EM, float(QFontInfo(font).pixelSize() * SCALE))
    form.setFont(font)
    metrics = QFontMetricsF(font)
    if drawing.descent * float(form.property(Property.EM)) > metrics.descent() + 1:
        form.setProperty(Property.HALF_X, metrics.xHeight() / 2)
        form.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
    cursor.insertText(SIGN, form)


def source_of(form: QTextFormat) -> str:
    """How a formula was written, with its signs; empty if `form` is not one's."""
    return str(form.property(Property.SOURCE) or "") if form.objectType() == OBJECT else ""


def sources(document: QTextDocument) -> list[tuple[int, str]]:
    """Every formula's place and how it was written, in order."""
    found: list[tuple[int, str]] = []
    block = document.begin()
    while block.isValid():
        if SIGN in block.text():
            found += _sources_in(block)
        block = block.next()
    return found


def _sources_in(block: QTextBlock) -> Iterator[tuple[int, str]]:
    iterator = block.begin()
    while not iterator.atEnd():
        fragment = iterator.fragment()
        source = source_of(fragment.charFormat())
        if source:
            for i in range(fragment.length()):
                yield fragment.position() + i, source
        iterator += 1


def with_sources(selection: QTextCursor) -> QTextDocument:
    """What is selected, as a document in which formulas are text again; for the clipboard."""
    result = QTextDocument()
    cursor = QTextCursor(result)
    cursor.insertFragment(selection.selection())
    for position, source in reversed(sources(result)):
        cursor.setPosition(position)
        cursor.setPosition(position + 1, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(source.replace("\n", "\u2028"), QTextCharFormat())
    return result


def _drawing(form: QTextFormat) -> Drawing | None:
    return formulas().drawing((str(form.property(Property.TEX)), bool(form.property(Property.DISPLAY))))


def _em(document: QTextDocument, drawing: Drawing, form: QTextFormat) -> float:
    em = float(form.property(Property.EM))
    room = document.textWidth()
    if room <= 0 or drawing.width * em + 1 <= room:
        return em
    return max(_SMALLEST * em, (room - 1) / drawing.width)
