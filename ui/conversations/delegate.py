"""Paints a line of the list: a heading, a conversation's title, or a find with the words marked in it.

All lines of one list are equally high, so that Qt need not measure ten thousand of them.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QGuiApplication,
    QMouseEvent,
    QPainter,
    QPalette,
    QPen,
    QTextCharFormat,
    QTextLayout,
)
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.history.values import Entry, Hit
from ui.conversations.item_model import LINE
from ui.conversations.lines import EntryLine, Heading, HitLine
from ui.glyphs import draw
from ui.style import scaled
from ui.words import tr

Index = QModelIndex | QPersistentModelIndex
SIDE = 8  # pixels between a line's edge and the list's
INSET = 12  # between a line's edge and its words
MORE = 28  # the sign for what can be done with a conversation
SNIPPET_LINES = 2


class LineDelegate(QStyledItemDelegate):
    """Paints lines, and lets a title be typed.

    Signals:
        more_asked(QModelIndex): the sign for what can be done with a conversation was clicked.

    Attributes:
        opened: the conversation that is open; None for none.
    """

    more_asked = Signal(QModelIndex)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.opened: int | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        height = QFontMetrics(option.font).height()
        if isinstance(index.data(LINE), HitLine):
            small = QFontMetrics(scaled(option.font, 0.9)).lineSpacing()
            return QSize(120, height + SNIPPET_LINES * small + 20)
        return QSize(120, max(34, height + 14))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = index.data(LINE)
        if isinstance(line, Heading):
            self._paint_heading(painter, option, line)
        elif isinstance(line, EntryLine):
            self._paint_entry(painter, option, line.entry)
        elif isinstance(line, HitLine):
            self._paint_hit(painter, option, line.hit)
        painter.restore()

    # -- painting --------------------------------------------------------------------------------

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, heading: Heading) -> None:
        palette, role = QGuiApplication.palette(), QPalette.ColorRole
        box = _box(option)
        if heading.folder:
            self._paint_ground(painter, option, is_open=False)
            ink = palette.color(role.WindowText)
            middle = box.center().y()
            draw(
                painter, "open" if heading.is_open else "closed", QRectF(box.x() + 6, middle - 5, 11, 11), ink
            )
            draw(painter, "folder", QRectF(box.x() + 22, middle - 7, 14, 14), ink)
            painter.setFont(option.font)
            painter.setPen(ink)
            words = QRectF(box.x() + 44, box.y(), box.width() - 80, box.height())
            _words(painter, words, heading.text)
            painter.setPen(palette.color(role.PlaceholderText))
            painter.drawText(
                box.adjusted(0, 0, -INSET, 0),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
                str(heading.count),
            )
            return
        painter.setFont(scaled(option.font, 0.82, QFont.Weight.DemiBold))
        painter.setPen(palette.color(role.PlaceholderText))
        painter.drawText(
            box.adjusted(INSET, 0, -INSET, -5),
            Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft,
            heading.text,
        )

    def _paint_entry(self, painter: QPainter, option: QStyleOptionViewItem, entry: Entry) -> None:
        is_open = entry.id == self.opened
        self._paint_ground(painter, option, is_open=is_open)
        has_sign = _has_sign(option)
        box = _box(option).adjusted(INSET, 0, -MORE if has_sign else -INSET, 0)
        if entry.folder and not entry.is_pinned:
            box.adjust(14, 0, 0, 0)
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold if is_open else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QGuiApplication.palette().color(QPalette.ColorRole.WindowText))
        _words(painter, box, entry.title)
        if has_sign:
            self._paint_sign(painter, option)

    def _paint_hit(self, painter: QPainter, option: QStyleOptionViewItem, hit: Hit) -> None:
        self._paint_ground(painter, option, is_open=hit.entry.id == self.opened)
        palette, role = QGuiApplication.palette(), QPalette.ColorRole
        box = _box(option).adjusted(INSET, 7, -INSET, -5)
        painter.setFont(scaled(option.font, 1.0, QFont.Weight.DemiBold))
        painter.setPen(palette.color(role.WindowText))
        metrics = painter.fontMetrics()
        if hit.node is None:  # found in the title itself
            place = QPointF(box.left(), box.top())
            _marked(painter, hit.snippet, hit.marks, painter.font(), place, box.width(), 1)
            return
        _words(painter, QRectF(box.left(), box.top(), box.width(), metrics.height()), hit.entry.title)
        painter.setPen(palette.color(role.PlaceholderText))
        place = QPointF(box.left(), box.top() + metrics.height() + 2)
        _marked(painter, hit.snippet, hit.marks, scaled(option.font, 0.9), place, box.width(), SNIPPET_LINES)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, *, is_open: bool) -> None:
        palette, role = QGuiApplication.palette(), QPalette.ColorRole
        state, flag = option.state, QStyle.StateFlag
        box = _box(option).adjusted(0.5, 1, -0.5, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if state & flag.State_Selected:
            painter.setBrush(palette.color(role.Highlight))
        elif is_open:
            painter.setBrush(palette.color(role.Base))
            painter.setPen(QPen(palette.color(role.Mid), 1))
        elif state & flag.State_MouseOver:
            painter.setBrush(palette.color(role.Midlight))
        if state & flag.State_HasFocus and state & flag.State_Active:
            painter.setPen(QPen(palette.color(role.Link), 2))
        painter.drawRoundedRect(box, 8, 8)
        if is_open:  # a bar as well: no meaning by colour alone
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(role.Link))
            painter.drawRoundedRect(QRectF(box.left() + 1, box.top() + 8, 3, box.height() - 16), 1.5, 1.5)

    def _paint_sign(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        box = _sign_box(option)
        ink = QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText)
        draw(painter, "more", QRectF(box.center().x() - 7, box.center().y() - 7, 14, 14), ink)

    # -- the pointer, and typing a title ---------------------------------------------------------

    def is_on_sign(self, option_rect: QRect, event: QMouseEvent) -> bool:
        """Whether the pointer is where the sign for what can be done stands."""
        return option_rect.right() - SIDE - MORE <= event.position().x() <= option_rect.right() - SIDE

    def editorEvent(self, event: QEvent, model: QObject, option: QStyleOptionViewItem, index: Index) -> bool:
        is_entry = isinstance(index.data(LINE), EntryLine)
        if is_entry and isinstance(event, QMouseEvent) and self.is_on_sign(option.rect, event):
            if event.type() == QEvent.Type.MouseButtonRelease:
                self.more_asked.emit(index.model().index(index.row(), 0))
            return True
        return super().editorEvent(event, model, option, index)  # type: ignore[arg-type]

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        field = QLineEdit(parent)
        field.setProperty("kind", "field")
        field.setMaxLength(200)
        field.setAccessibleName(tr("Title"))
        return field

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(_box(option).toRect())


def _box(option: QStyleOptionViewItem) -> QRectF:
    return QRectF(option.rect).adjusted(SIDE, 0, -SIDE, 0)


def _sign_box(option: QStyleOptionViewItem) -> QRectF:
    box = _box(option)
    return QRectF(box.right() - MORE, box.top(), MORE, box.height())


def _has_sign(option: QStyleOptionViewItem) -> bool:
    return bool(option.state & QStyle.StateFlag.State_MouseOver)


def _words(painter: QPainter, box: QRectF, text: str) -> None:
    """One line, cut by an ellipsis."""
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def _marked(
    painter: QPainter,
    text: str,
    marks: tuple[tuple[int, int], ...],
    font: QFont,
    place: QPointF,
    width: float,
    lines: int,
) -> None:
    """Text over some lines, with the words that were found set in a heavier weight on a marked ground."""
    palette = QGuiApplication.palette()
    layout = QTextLayout(text, font)
    formats = []
    for start, end in marks:
        mark = QTextLayout.FormatRange()
        mark.start, mark.length = start, end - start
        look = QTextCharFormat()
        look.setFontWeight(QFont.Weight.DemiBold)
        look.setBackground(palette.color(QPalette.ColorRole.Highlight))
        look.setForeground(palette.color(QPalette.ColorRole.WindowText))
        mark.format = look
        formats.append(mark)
    layout.setFormats(formats)
    layout.beginLayout()
    y = 0.0
    for _ in range(lines):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        line.setPosition(QPointF(0, y))
        y += line.height()
    layout.endLayout()
    layout.draw(painter, place)
