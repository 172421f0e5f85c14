"""The strip at the top: which model this is, what this conversation is set to, and a new one.

In a narrow window it says less: first goes the sentence about the demo, then the words of "New conversation", then
the badge of the demo, whose name says it too, and at last the end of the model's name.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from ui.elided_label import ElidedLabel
from ui.glyphs import GlyphButton, GlyphTextButton
from ui.style import MARGIN, scaled
from ui.words import tr

BETWEEN = 8  # pixels


class Header(QWidget):
    """The model's name, whether it is the demo, whether the conversation is kept, and what can be begun.

    Signals:
        list_asked: show the list of conversations.
        unkept_asked(bool): a new conversation, which is not kept, or which is.
    """

    list_asked = Signal()
    unkept_asked = Signal(bool)

    def __init__(self, model_title: str, is_demo: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.side = GlyphButton("side", tr("Show the list of conversations (Ctrl+B)"), self)
        self.side.hide()
        self.title = ElidedLabel("", self, is_quiet=False)
        self.badge = QLabel(tr("Demo"), self)
        self.badge.setProperty("kind", "badge")
        self.badge_text = ElidedLabel(tr("A tiny model that only knows about Chorale"), self)
        self.unkept_badge = QLabel(tr("Not kept"), self)
        self.unkept_badge.setProperty("kind", "state")
        self.settings = GlyphButton("sliders", tr("Settings of this conversation"), self)
        self.unkept = GlyphButton("unkept", tr("Do not keep this chat"), self)
        self.unkept.setCheckable(True)
        self.new = GlyphTextButton("new", tr("New conversation"), self)
        self.new.setToolTip(tr("New conversation (Ctrl+N)"))
        self.badge.setToolTip(self.badge_text.text())
        self._is_demo = is_demo
        self._dress()  # before anything is shown: Qt forgets a font that is set between that and the first paint
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MARGIN, 8, MARGIN - 8, 8)
        for widget in (self.side, self.title, self.badge, self.badge_text):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self.badge_text.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        layout.addStretch(1)
        layout.addWidget(self.unkept_badge, 0, Qt.AlignmentFlag.AlignVCenter)
        for button in (self.settings, self.unkept, self.new):
            layout.addWidget(button)
        layout.setSpacing(BETWEEN)
        self.side.clicked.connect(self.list_asked)
        self.unkept.clicked.connect(self.unkept_asked)
        self.show_model(model_title, is_demo)
        self.show_kept(can_keep=False, is_kept=True)

    def stops(self) -> list[QWidget]:
        """Where Tab stops, from left to right, though the buttons are not equally high."""
        buttons = (self.side, self.settings, self.unkept, self.new)
        return [button for button in buttons if button.isVisible() and button.isEnabled()]

    def show_model(self, title: str, is_demo: bool) -> None:
        """The model that is talked to."""
        self.title.setText(title)
        self.title.setAccessibleName(tr("Model: {name}").format(name=title))
        self._is_demo = is_demo
        self._fit()

    def show_listed(self, is_listed: bool) -> None:
        """Whether the list of conversations stands beside; it has a button for a new one, too."""
        self.side.setVisible(not is_listed)
        self.new.setVisible(not is_listed)
        self._fit()

    def show_kept(self, *, can_keep: bool, is_kept: bool, must_keep: bool = False, why_not: str = "") -> None:
        """Whether conversations can be kept here at all, whether this one is, and whether each has to be.

        `why_not` is a sentence why none can be at the moment: it is said, and there is nothing to choose.
        """
        self.unkept.setVisible(can_keep and not why_not and not must_keep)
        self.unkept.setChecked(not is_kept)
        self.unkept_badge.setVisible(can_keep and (bool(why_not) or not is_kept))
        reason = why_not or tr("Nothing of this conversation is written to the disk.")
        self.unkept_badge.setToolTip(reason)
        self.unkept_badge.setAccessibleDescription(reason)
        words = tr("Do not keep this chat") if is_kept else tr("This chat is not kept; begin one that is")
        self.unkept.rename("unkept", words)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._dress()
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Say as much as there is room for, and nothing by halves but the model's name."""
        for sentence, words, badge in (
            (True, True, True),
            (False, True, True),
            (False, False, True),
            (False, False, False),
        ):
            self.new.show_words(words)
            says: list[QWidget] = [self.badge_text] if sentence else []
            says += [self.badge] if badge else []
            if self._needed(says if self._is_demo else []) <= self.width():
                break
        for part in (self.badge, self.badge_text):
            part.setVisible(self._is_demo and part in says)

    def _needed(self, says: list[QWidget]) -> int:
        """Pixels that all takes, with `says` of the demo."""
        parts = (self.side, self.title, self.unkept_badge, self.settings, self.unkept, self.new)
        shown = [*says, *(part for part in parts if not part.isHidden())]
        words = sum(part.sizeHint().width() for part in shown)
        return MARGIN + words + BETWEEN * len(shown) + MARGIN - 8

    def _dress(self) -> None:
        self.title.setFont(scaled(self.font(), 1.04, QFont.Weight.DemiBold))
        self.badge.setFont(scaled(self.font(), 0.8, QFont.Weight.DemiBold))
        self.unkept_badge.setFont(scaled(self.font(), 0.8, QFont.Weight.DemiBold))
        self.badge_text.setFont(scaled(self.font(), 0.9))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self.palette().mid())
