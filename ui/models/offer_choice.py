"""One of the models that the first download can be of: chosen or not, and what it is like on this PC."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QRadioButton, QWidget

from app.shelf import Fit, Offer
from ui.answers.parts import Card, Text, badge
from ui.models.offer_card import fit_words
from ui.sentences import translated
from ui.style import scaled
from ui.words import size, tr


class OfferChoice(Card):
    """A radio button with what speaks for and against the model; all of it can be clicked."""

    def __init__(self, offer: Offer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.offer = offer
        self.radio = QRadioButton(offer.title, self)
        self.radio.setProperty("kind", "choice")
        self.radio.setFont(scaled(self.font(), 1.06, QFont.Weight.DemiBold))
        self.reasons = Text("", self, kind="quiet")
        fit = badge(fit_words(offer), self, "bad" if offer.fit is Fit.NOT else "badge")
        label = tr("{name}, {size}: {fit}. {reasons}")
        self.radio.setAccessibleName(
            label.format(
                name=offer.title,
                size=size(offer.download),
                fit=fit.text(),
                reasons=" ".join(map(translated, offer.sentences)),
            )
        )
        head = QHBoxLayout()
        head.addWidget(self.radio)
        head.addWidget(fit, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addStretch(1)
        self.body.addLayout(head)
        self.body.addWidget(self.reasons)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.radio.toggled.connect(self._show_reasons)
        self._show_reasons(False)

    def _show_reasons(self, is_chosen: bool) -> None:
        """All that speaks for and against the chosen one; of the other, how it would run."""
        told = self.offer.sentences if is_chosen else self.offer.sentences[:1]
        self.reasons.say(translated("\n".join(told)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.radio.setChecked(True)
        self.radio.setFocus(Qt.FocusReason.MouseFocusReason)
