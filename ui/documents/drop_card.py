"""Where documents are dropped while there are none: an invitation, and what can be done with them then."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QGuiApplication, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.answers.parts import Text
from ui.glyphs import GlyphTextButton, draw
from ui.style import GAP, quiet_colour
from ui.words import tr


def paint_target(painter: QPainter, box: QRectF, *, is_target: bool) -> None:
    """Draw a dashed frame; as one that waits for what is about to be dropped, if it `is_target`."""
    palette, role = QGuiApplication.palette(), QPalette.ColorRole
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(palette.color(role.Link if is_target else role.Dark), 2.5 if is_target else 1.2)
    pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(palette.color(role.Highlight if is_target else role.Base))
    painter.drawRoundedRect(box, 14, 14)


class DropCard(QWidget):
    """Invites to drop files.

    Attributes:
        attach: the button for those who do not drop.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._is_target = False
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
            ("file", tr("Have them summarised, one by one or together: page by page, nothing is left out.")),
            ("search", tr("Check. A click on a page that is named opens it, with the place marked.")),
        ):
            line = QHBoxLayout()
            line.setSpacing(GAP + 4)
            line.addWidget(_Large(glyph, self, 16), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Text(words, self), 1)
            layout.addLayout(line)

    def set_target(self, is_target: bool) -> None:
        """Show that files dropped now will be attached."""
        self._is_target = is_target
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        box = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        paint_target(QPainter(self), box, is_target=self._is_target)


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
