"""A file as it stands in the composer: its sign, name and state; a menu; and a button that takes it away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from app.attachments import AttachedFile, FileState
from ui.documents.document_words import has_trouble, sign, spoken, state_words, told
from ui.glyphs import GlyphButton, draw
from ui.style import scaled
from ui.words import tr

LEAST, MOST = 150, 290  # wide
PADDING = 10
SIGN = 16
CLOSE = 24


class AttachmentChip(QAbstractButton):
    """Shows an `AttachedFile`. Enter, Space or a click opens its menu; Delete takes it away.

    Signals:
        show_asked(int), summary_asked(int), removed(int): with the file's key.
    """

    show_asked = Signal(int)
    summary_asked = Signal(int)
    removed = Signal(int)

    def __init__(self, file: AttachedFile, parent: QWidget) -> None:
        super().__init__(parent)
        self.file = file
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.close_button = GlyphButton("close", "", self)
        self.close_button.setFixedSize(CLOSE, CLOSE)
        self.close_button.clicked.connect(lambda: self.removed.emit(self.file.key))
        self.menu = QMenu(self)
        self._show = self.menu.addAction(tr("Show its text"), lambda: self.show_asked.emit(self.file.key))
        self._summary = self.menu.addAction(tr("Summarise…"), lambda: self.summary_asked.emit(self.file.key))
        self._remove = self.menu.addAction(tr("Remove"), lambda: self.removed.emit(self.file.key))
        self.clicked.connect(lambda: self.menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2))))
        self.refresh(file)

    def refresh(self, file: AttachedFile, can_summarise: bool = False) -> None:
        """Show how `file` stands now."""
        self.file = file
        is_read = file.state is FileState.READY
        self._show.setEnabled(is_read)
        self._summary.setEnabled(is_read and can_summarise)
        self._remove.setEnabled(not file.is_sent)
        self.close_button.setVisible(not file.is_sent)
        self.close_button.rename("close", tr("Remove {name}").format(name=file.name))
        self.setAccessibleName(spoken(file))
        self.setAccessibleDescription("\n".join(told(file).split("\n")[2:]))
        self.setToolTip(told(file))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        lines = self._lines()
        width = max(_width(font, text) for font, text, _, _ in lines)
        room = PADDING + SIGN + 8 + (CLOSE + 4 if not self.file.is_sent else PADDING)
        least = 0 if self.file.is_sent else LEAST
        above_and_below = 10 if self.file.is_sent else 14
        height = sum(_height(font) for font, _, _, _ in lines) + above_and_below
        return QSize(max(least, min(MOST, width + room + 2)), height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.close_button.move(self.width() - CLOSE - 3, (self.height() - CLOSE) // 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not self.file.is_sent:
            self.removed.emit(self.file.key)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, role = QGuiApplication.palette(), QPalette.ColorRole
        focused = self.hasFocus()
        refused = self.file.state is FileState.REFUSED
        line = role.Link if focused else role.LinkVisited if refused else role.Dark
        painter.setPen(QPen(palette.color(line), 3 if focused else 1))
        painter.setBrush(palette.color(role.Midlight if self.underMouse() else role.AlternateBase))
        inset = 2 if focused else 1
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 9, 9)
        quiet = palette.color(role.LinkVisited if refused else role.PlaceholderText)
        tint = palette.color(role.LinkVisited) if has_trouble(self.file) else quiet
        draw(painter, sign(self.file), QRectF(PADDING, (self.height() - SIGN) / 2, SIGN, SIGN), tint)
        left = PADDING + SIGN + 8
        right = self.width() - (CLOSE + 4 if not self.file.is_sent else PADDING)
        lines = self._lines()
        top = (self.height() - sum(_height(font) for font, _, _, _ in lines)) / 2
        for font, text, is_quiet, elide in lines:
            painter.setFont(font)
            painter.setPen(quiet if is_quiet else palette.color(role.WindowText))
            height = _height(font)
            words = painter.fontMetrics().elidedText(text, elide, right - left)
            painter.drawText(QRectF(left, top, right - left, height), Qt.AlignmentFlag.AlignVCenter, words)
            top += height
        if self.file.state is FileState.READING and self.file.pages_total:
            part = min(1.0, self.file.pages_done / self.file.pages_total)
            box = QRectF(left, self.height() - 6, (right - left) * part, 2)
            painter.fillRect(box, palette.color(role.Link))

    def _lines(self) -> tuple[tuple[QFont, str, bool, Qt.TextElideMode], ...]:
        """Font, text, whether it is quiet, and where it is cut. Of a sent file only the name: it is there to stay."""
        name = scaled(self.font(), 0.92, QFont.Weight.Medium)
        named = (name, self.file.name, self.file.is_sent, Qt.TextElideMode.ElideMiddle)
        if self.file.is_sent:
            return (named,)
        return named, (scaled(self.font(), 0.82), state_words(self.file), True, Qt.TextElideMode.ElideRight)


def _width(font: QFont, text: str) -> int:
    return QFontMetrics(font).horizontalAdvance(text)


def _height(font: QFont) -> int:
    return QFontMetrics(font).height()
