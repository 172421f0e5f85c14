"""Where one goes from page to page: a column at the left, and in a narrow window a row at the top.

In the row sign and word stand in one line, or where that has no room for all, the word below the sign.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QBoxLayout, QButtonGroup, QWidget

from ui.glyphs import draw
from ui.style import scaled
from ui.words import tr

WIDTH = 76  # of the column, unless a word needs more
NARROW = 720  # a window narrower than this has the row


class Rail(QWidget):
    """One button a page, of which one is chosen; the arrow keys choose as well.

    Signals:
        picked(str): the person chose the page of that key.
    """

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Pages"))
        self.buttons: dict[str, _PageButton] = {}
        self._group = QButtonGroup(self)
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._layout.addStretch(1)
        self.set_row(False)

    def add(self, key: str, glyph: str, name: str, hint: str) -> None:
        """Add a page below the others; `hint` says its keys."""
        button = _PageButton(glyph, name, self)
        button.setToolTip(hint)
        button.clicked.connect(lambda: self.picked.emit(key))
        self._group.addButton(button)
        self._layout.insertWidget(len(self.buttons), button)
        self.buttons[key] = button
        self._fit()

    def show_page(self, key: str) -> None:
        """Show the page of that key as chosen; nothing is emitted."""
        self.buttons[key].setChecked(True)

    def set_row(self, is_row: bool) -> None:
        """Stand as a row, or as a column."""
        way = QBoxLayout.Direction.LeftToRight if is_row else QBoxLayout.Direction.TopToBottom
        self._layout.setDirection(way)
        self._layout.setContentsMargins(*((8, 4, 8, 4) if is_row else (6, 8, 6, 8)))
        self._layout.setSpacing(4)
        self._fit()

    def _fit(self) -> None:
        """Be as wide as the widest word of the column needs; in a row, words stand below signs if they must."""
        is_row = self._layout.direction() is QBoxLayout.Direction.LeftToRight
        margins = self._layout.contentsMargins()
        needed = sum(button.line_width() + self._layout.spacing() for button in self.buttons.values())
        is_line = is_row and needed <= self.width() - margins.left() - margins.right()
        for button in self.buttons.values():
            button.set_row(is_row, is_line)
        if is_row:
            self.setMinimumWidth(0)
            self.setMaximumWidth(16777215)
        else:
            widest = max((button.sizeHint().width() for button in self.buttons.values()), default=0)
            self.setFixedWidth(max(WIDTH, widest + 12))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().alternateBase())
        if self._layout.direction() is QBoxLayout.Direction.LeftToRight:
            painter.fillRect(0, self.height() - 1, self.width(), 1, self.palette().mid())
        else:
            painter.fillRect(self.width() - 1, 0, 1, self.height(), self.palette().mid())


class _PageButton(QAbstractButton):
    """A sign over a word, or before it; the chosen one is raised, ruled and heavier, not only coloured."""

    def __init__(self, glyph: str, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._glyph, self._is_row, self._is_line = glyph, False, False
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)  # else it is told as a box to tick
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_row(self, is_row: bool, is_line: bool) -> None:
        """Stand in a row or in the column, with sign and word in one line or the sign above."""
        if (is_row, is_line) != (self._is_row, self._is_line):
            self._is_row, self._is_line = is_row, is_line
            self.updateGeometry()
            self.update()

    def line_width(self) -> int:
        """Pixels that sign and word take in one line."""
        return self._word_width() + 44

    def sizeHint(self) -> QSize:
        height = QFontMetrics(self._font(QFont.Weight.DemiBold)).height()
        if self._is_line:
            return QSize(self.line_width(), max(32, height + 12))
        width = self._word_width() + 8
        return (
            QSize(max(56, width), height + 30) if self._is_row else QSize(max(WIDTH - 12, width), height + 38)
        )

    def minimumSizeHint(self) -> QSize:
        """In a row that is too narrow for all words, they are cut; the signs stay."""
        return QSize(40, self.sizeHint().height()) if self._is_row else self.sizeHint()

    def _word_width(self) -> int:
        return QFontMetrics(self._font(QFont.Weight.DemiBold)).horizontalAdvance(self.text())

    def _font(self, weight: QFont.Weight) -> QFont:
        return scaled(self.font(), 0.86, weight)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Arrow keys choose at once, as they do among radio buttons.
        super().keyPressEvent(event)
        chosen = self.group().checkedButton()
        if chosen is not self and chosen is not None and chosen.hasFocus():
            chosen.click()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, role = self.palette(), QPalette.ColorRole
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.setPen(QPen(palette.color(role.Mid), 1))
            painter.setBrush(palette.color(role.Base))
        elif self.underMouse():
            painter.setBrush(palette.color(role.Midlight))
        if self.hasFocus():
            painter.setPen(QPen(palette.color(role.Link), 2))
        painter.drawRoundedRect(box, 8, 8)
        ink = palette.color(
            role.WindowText if self.isChecked() or self.underMouse() else role.PlaceholderText
        )
        weight = QFont.Weight.DemiBold if self.isChecked() else QFont.Weight.Normal
        painter.setFont(self._font(weight))
        painter.setPen(ink)
        sign = palette.color(role.Link) if self.isChecked() else ink
        if self._is_line:
            draw(painter, self._glyph, QRectF(12, (self.height() - 16) / 2, 16, 16), sign)
            room, way = self.rect().adjusted(34, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter
        else:
            top = 4 if self._is_row else 8
            draw(painter, self._glyph, QRectF((self.width() - 20) / 2, top, 20, 20), sign)
            room, way = self.rect().adjusted(2, top + 22, -2, -4), Qt.AlignmentFlag.AlignCenter
        words = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, way, words)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
