"""Where documents are dropped: an invitation while there are none, and what shows that dropping them attaches them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.answers.parts import Text
from ui.glyphs import GlyphTextButton, draw
from ui.style import GAP, quiet_colour
from ui.words import tr


class DropCard(QWidget):
    """Invites to drop files.

    Attributes:
        attach: the button for those who do not drop.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.title = Text(tr("Drop documents here"), self, factor=1.25, weight=QFont.Weight.DemiBold)
        self.attach = GlyphTextButton("clip", tr("Attach files"), self, kind="main")
        self.attach.setAutoDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GAP, 4 * GAP, 3 * GAP, 4 * GAP)
        layout.setSpacing(2 * GAP)
        layout.addWidget(_Large("file", self), 0, Qt.AlignmentFlag.AlignHCenter)
        self.title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.title)
        layout.addWidget(self.attach, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(GAP)
        for glyph, words in (
            ("chat", tr("Ask about them. The answer names the page that each statement is from.")),
            ("file", tr("Have them summarised, one by one or together. Every page with text is read.")),
            ("search", tr("Check. A click on a page that is named opens it, with the place marked.")),
        ):
            line = QHBoxLayout()
            line.setSpacing(GAP + 4)
            line.addWidget(_Large(glyph, self, 16), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Text(words, self), 1)
            layout.addLayout(line)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = QGuiApplication.palette()
        pen = QPen(palette.color(QPalette.ColorRole.Dark), 1.2)
        _frame(self, pen, palette.color(QPalette.ColorRole.Base), 2)


class DropTarget(QWidget):
    """Lies over a page while files are held over it, and says what dropping them does."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        words = tr("Drop the files to attach them")
        self.words = Text(words, self, factor=1.25, weight=QFont.Weight.DemiBold)
        self.words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addWidget(_Large("clip", self), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.words)
        layout.addStretch(1)
        self.hide()

    def lie_over(self, page: QWidget) -> None:
        """Show it, over all of `page`."""
        self.setGeometry(page.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette, role = QGuiApplication.palette(), QPalette.ColorRole
        QPainter(self).fillRect(self.rect(), palette.color(role.Window))
        _frame(self, QPen(palette.color(role.Link), 2.5), palette.color(role.Highlight), 12)


def _frame(widget: QWidget, pen: QPen, ground: QColor, inset: int) -> None:
    """Draw a dashed frame so many pixels within the edge."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(ground)
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(inset, inset, -inset, -inset), 14, 14)


class _Large(QWidget):
    """A glyph that stands alone, `side` pixels wide."""

    def __init__(self, glyph: str, parent: QWidget, side: int = 40) -> None:
        super().__init__(parent)
        self._glyph, self._side = glyph, side

    def sizeHint(self) -> QSize:
        return QSize(self._side, max(self._side, self.fontMetrics().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(0, (self.height() - self._side) / 2, self._side, self._side)
        draw(QPainter(self), self._glyph, box, quiet_colour())
