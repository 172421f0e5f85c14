"""Small parts that the pages on models are made of: labels, buttons, folds, badges, cards."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFont, QTextOption
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from ui.glyphs import GlyphTextButton, TextButton
from ui.style import GAP, mono_font, scaled


class Text(QLabel):
    """Words that wrap, at `factor` times the size of the text around; `kind` as in `ui.style`."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        kind: str = "",
        factor: float = 1.0,
        weight: QFont.Weight | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._factor, self._weight = factor, weight
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        if kind:
            self.setProperty("kind", kind)
        self._dress()

    def say(self, text: str) -> None:
        """Show `text`; nothing to say takes no room."""
        if text != self.text():
            self.setText(text)
        self.setVisible(bool(text))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._dress()

    def _dress(self) -> None:
        parent = self.parentWidget()
        if parent is not None and (self._factor != 1.0 or self._weight is not None):
            self.setFont(scaled(parent.font(), self._factor, self._weight))


def badge(text: str, parent: QWidget, kind: str = "badge") -> QLabel:
    """A word in a small frame; it is read with what it stands beside."""
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("kind", kind)
    label.setFont(scaled(parent.font(), 0.8, QFont.Weight.DemiBold))
    return label


def button(text: str, parent: QWidget, kind: str = "plain", name: str = "") -> QPushButton:
    """A button; `name` is what a screen reader says where the text alone does not tell what it is about."""
    made = TextButton(text, parent)
    made.setProperty("kind", kind)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setAutoDefault(True)  # Enter presses it as well as Space
    if name:
        made.setAccessibleName(name)
    return made


class Fold(GlyphTextButton):
    """A button that shows and hides `content`, and says which by its sign.

    Signals:
        opened: it was opened; who makes its content late does so now.
    """

    opened = Signal()

    def __init__(self, text: str, content: QWidget, parent: QWidget | None = None, name: str = "") -> None:
        super().__init__("closed", text, parent)
        self._content = content
        self.setCheckable(True)
        self.setAutoDefault(True)
        if name:
            self.setAccessibleName(name)
        content.hide()
        self.toggled.connect(self._fold)

    def _fold(self, is_open: bool) -> None:
        self.set_glyph("open" if is_open else "closed")
        self._content.setVisible(is_open)
        if is_open:
            self.opened.emit()


class Reading(QPlainTextEdit):
    """Text to be read and copied, in a frame that scrolls, `lines` high at most."""

    def __init__(self, name: str, parent: QWidget, lines: int = 10, *, is_code: bool = False) -> None:
        super().__init__(parent)
        self._lines, self._is_code = lines, is_code
        self.setProperty("kind", "details")
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAccessibleName(name)
        # Moving about by keyboard, also in text that cannot be changed.
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._dress()

    def say(self, text: str) -> None:
        if text != self.toPlainText():
            self.setPlainText(text)
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._dress()

    def _dress(self) -> None:
        parent = self.parentWidget()
        font = scaled(parent.font(), 0.92) if parent is not None else self.font()
        self.setFont(mono_font(font) if self._is_code else font)
        if self._is_code:  # a hash has no place to break at, and all of it is to be seen
            self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        lines = min(self._lines, max(1, self.document().blockCount()))
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 36)


class Card(QFrame):
    """A frame for what belongs together; `body` is its layout."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(2 * GAP + 4, 2 * GAP, 2 * GAP + 4, 2 * GAP)
        self.body.setSpacing(GAP)
