"""A model that can be downloaded: how it will run here, what it costs, under which terms."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.shelf import Fit, Offer
from ui.answers.flow import Flow
from ui.answers.parts import Card, Fold, Reading, Text, badge, button
from ui.models.models_controller import Kind, ModelsController, Outcome, Running
from ui.models.work_view import WorkView
from ui.models.work_words import bad_news, line_times
from ui.sentences import translated
from ui.trouble import Trouble
from ui.words import size, tr


class OfferCard(Card):
    """One offer of the shelf.

    Signals:
        work_asked(Kind, str): download it.
        terms_asked(str): show its terms with `show_terms`.
    """

    work_asked = Signal(object, str)
    terms_asked = Signal(str)

    def __init__(self, offer: Offer, models: ModelsController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.offer = offer
        name = offer.title
        self.title = Text(name, self, factor=1.1, weight=QFont.Weight.DemiBold)
        self.title.setWordWrap(False)
        self.fit = badge(fit_words(offer), self, "bad" if offer.fit is Fit.NOT else "badge")
        self.reasons = Text(translated("\n".join(filter(None, (*offer.sentences, offer.refusal)))), self)
        self.cost = Text(cost(offer), self, kind="quiet")
        self.trouble = Trouble(self)
        self.work = WorkView(models, self)
        words = tr("Download {size}").format(size=size(offer.download - offer.have))
        self.download = button(
            words, self, "main" if offer.fit is not Fit.NOT else "plain", f"{words}: {name}"
        )
        self.terms = Reading(tr("Licence of {name}").format(name=name), self, 14)
        self.more = Fold(tr("Licence"), self.terms, self, tr("Licence of {name}").format(name=name))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title)
        head.addWidget(self.fit)
        head.addStretch(1)
        buttons = Flow()
        buttons.addWidget(self.download)
        buttons.addWidget(self.more)
        self.body.addLayout(head)
        for part in (self.reasons, self.cost, self.trouble, self.work):
            self.body.addWidget(part)
        self.body.addLayout(buttons)
        self.body.addWidget(self.terms)
        self.download.clicked.connect(lambda: self.work_asked.emit(Kind.DOWNLOAD, offer.name))
        self.trouble.again_asked.connect(lambda: self.work_asked.emit(Kind.DOWNLOAD, offer.name))
        self.more.opened.connect(lambda: self.terms_asked.emit(offer.name))
        self.show_work(None, None)

    def show_work(self, running: Running | None, outcome: Outcome | None) -> None:
        """What runs on this PC now, and what came of the last work, both perhaps on another model."""
        is_busy = running is not None and running.what == self.offer.name
        if is_busy and running is not None:
            self.work.show_running(running, self.offer.title)
        self.work.setVisible(is_busy)
        mine = outcome if outcome is not None and outcome.model == self.offer.name and not is_busy else None
        sentence, detail = bad_news(mine) if mine else ("", "")
        self.trouble.setVisible(bool(sentence))
        if sentence:
            self.trouble.say(sentence, detail)
        self.download.setVisible(not is_busy and not sentence)
        why_not = tr("One thing at a time: something is under way.") if running is not None else ""
        for widget in (self.download, self.trouble.again):
            widget.setEnabled(running is None and not self.offer.refusal)
            widget.setToolTip(translated(self.offer.refusal) or why_not)

    def show_terms(self, text: str) -> None:
        """Show the licence."""
        self.terms.say(text)


def fit_words(offer: Offer) -> str:
    """How it will run here, in two or three words."""
    if offer.is_advised:
        return tr("Best for this PC")
    return {
        Fit.WELL: tr("Runs well here"),
        Fit.SLOWLY: tr("Runs slowly here"),
        Fit.NOT: tr("Does not run here"),
    }[offer.fit]


def cost(offer: Offer) -> str:
    """What getting it costs: bytes and time."""
    left = max(0, offer.download - offer.have)
    return tr("{size} to download: {times}.").format(size=size(left), times=line_times(left))
