"""The strip at the top: which model this is, and a new conversation."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from ui.elided_label import ElidedLabel
from ui.glyphs import GlyphTextButton
from ui.style import MARGIN, scaled
from ui.words import tr


class Header(QWidget):
    """The model's name, whether it is the demo, and the button for a new conversation."""

    def __init__(self, model_title: str, is_demo: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel(self)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.badge = QLabel(tr("Demo"), self)
        self.badge.setProperty("kind", "badge")
        self.badge_text = ElidedLabel(tr("A tiny model that only knows about Chorale"), self)
        self.new = GlyphTextButton("new", tr("New conversation"), self)
        self.new.setToolTip(tr("New conversation (Ctrl+N)"))
        self.badge.setToolTip(self.badge_text.text())
        self.show_model(model_title, is_demo)
        self._dress()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MARGIN, 8, MARGIN - 8, 8)
        layout.setSpacing(10)
        for widget in (self.title, self.badge, self.badge_text):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self.badge_text.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        layout.addStretch(1)
        layout.addWidget(self.new)

    def show_model(self, title: str, is_demo: bool) -> None:
        """The model that is talked to."""
        self.title.setText(title)
        self.title.setAccessibleName(tr("Model: {name}").format(name=title))
        self.badge.setVisible(is_demo)
        self.badge_text.setVisible(is_demo)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._dress()

    def _dress(self) -> None:
        self.title.setFont(scaled(self.font(), 1.04, QFont.Weight.DemiBold))
        self.badge.setFont(scaled(self.font(), 0.8, QFont.Weight.DemiBold))
        self.badge_text.setFont(scaled(self.font(), 0.9))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self.palette().mid())
