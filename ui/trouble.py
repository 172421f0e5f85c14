"""What went wrong, where it went wrong: one sentence, the technical part in a fold, and Try again."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from ui.glyphs import GlyphTextButton, draw
from ui.style import mono_font, scaled
from ui.words import tr

MOST_LINES = 8  # of the details, without scrolling


class Trouble(QWidget):
    """A failure and what can be done about it.

    Signals:
        again_asked: Try again was chosen.
        resized: the fold was opened or closed.
    """

    again_asked = Signal()
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = QLabel(self)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.again = GlyphTextButton("again", tr("Try again"), self, kind="plain")
        self.more = QPushButton(tr("Details"), self)
        self.more.setProperty("kind", "quiet")
        self.more.setCheckable(True)
        self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.more.setCursor(Qt.CursorShape.PointingHandCursor)
        self.details = QPlainTextEdit(self)
        self.details.setProperty("kind", "details")
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setAccessibleName(tr("Details"))
        self.details.hide()
        self._dress()
        self._place()
        self.again.clicked.connect(self.again_asked)
        self.more.toggled.connect(self._unfold)

    def say(self, sentence: str, detail: str = "") -> None:
        """Show one sentence, and what the fold holds."""
        if sentence == self.sentence.text() and detail == self.details.toPlainText():
            return
        self.sentence.setText(sentence)
        self.details.setPlainText(detail)
        lines = min(MOST_LINES, max(1, self.details.document().blockCount()))
        self.details.setFixedHeight(lines * self.details.fontMetrics().lineSpacing() + 30)
        self.more.setVisible(bool(detail))
        self.more.setChecked(False)

    def arrange(self, width: int) -> int:
        """The height needed at `width` pixels; the layout places the parts."""
        layout = self.layout()
        assert layout is not None
        return layout.totalHeightForWidth(width)

    def _place(self) -> None:
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(4)
        buttons.addWidget(self.again)
        buttons.addWidget(self.more)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(44, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(self.sentence)
        layout.addLayout(buttons)
        layout.addWidget(self.details)

    def _unfold(self, is_open: bool) -> None:
        self.details.setVisible(is_open)
        self.resized.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._dress()

    def _dress(self) -> None:
        self.details.setFont(mono_font(scaled(self.font(), 0.92)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        wrong = palette.color(QPalette.ColorRole.LinkVisited)
        wash = palette.color(QPalette.ColorRole.LinkVisited)
        wash.setAlphaF(0.08)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.setBrush(wash)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        draw(painter, "warning", QRectF(16, 14, 17, 17), wrong)
