"""What the message would take of the model's context, before it is sent; and in words what does not fit."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.attachments import Price
from ui.announce import announce
from ui.answers.parts import Text
from ui.documents.document_words import price_warning, price_words
from ui.glyphs import draw
from ui.words import tr

LONG_MESSAGE = 500  # tokens; from there on it is worth telling what a message takes


class TokenMeter(QWidget):
    """A bar, its figures, and a warning. Hidden while there is nothing worth telling."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = _Bar(self)
        self.figures = Text("", self, kind="quiet", factor=0.86)
        self._sign = _Sign(self)
        self.warning = Text("", self, factor=0.9)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignVCenter)
        top.addWidget(self.figures, 1)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        below.addWidget(self.warning, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 6, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addLayout(below)
        self.show_price(None)

    def show_price(self, price: Price | None) -> None:
        """Show what a message would take; None if it is not known."""
        goes = price is not None and (price.whole or price.searched or price.message > LONG_MESSAGE)
        self.setVisible(bool(price is not None and (goes or not price.fits)))
        if price is None:
            self.warning.setText("")
            return
        self.figures.setText(price_words(price))
        self._bar.set_parts(price)
        words = price_warning(price)
        if words and words != self.warning.text():
            announce(self, words)
        self.warning.say(words)
        self.warning.setProperty("kind", "wrong" if not price.fits else "")
        self.warning.style().polish(self.warning)
        self._sign.setVisible(bool(words))
        self._sign.set_kind(is_wrong=not price.fits)
        self.setAccessibleName(
            tr("What this message takes: {figures}. {warning}").format(
                figures=price_words(price), warning=words
            )
        )


class _Bar(QWidget):
    """The context: used, files and message in full, the rest empty."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._used = self._all = 0.0
        self._fits = True
        self.setFixedSize(72, 6)

    def set_parts(self, price: Price) -> None:
        limit = max(1, price.limit)
        self._used, self._all = min(1.0, price.used / limit), min(1.0, price.total / limit)
        self._fits = price.fits
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        palette, role = QGuiApplication.palette(), QPalette.ColorRole
        for part, colour in (
            (1.0, role.Light),
            (self._all, role.Link if self._fits else role.LinkVisited),
            (self._used, role.PlaceholderText),
        ):
            if part:
                painter.setBrush(palette.color(colour))
                painter.drawRoundedRect(QRectF(0, 0, max(6.0, self.width() * part), 6), 3, 3)


class _Sign(QWidget):
    """The sign before a warning."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._is_wrong = False
        self.setFixedSize(QSize(16, 18))

    def set_kind(self, *, is_wrong: bool) -> None:
        self._is_wrong = is_wrong
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette, role = QGuiApplication.palette(), QPalette.ColorRole
        colour = palette.color(role.LinkVisited if self._is_wrong else role.Link)
        draw(QPainter(self), "warning", QRectF(0, 2, 15, 15), colour)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()
