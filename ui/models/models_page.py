"""The page of models: those on this PC, those that can be downloaded, and where they are kept."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.shelf import Offer, Shelf
from ui.announce import announce
from ui.answers.flow import Flow
from ui.answers.parts import Text, button
from ui.ask import Ask
from ui.column_page import ColumnPage
from ui.models.bring import BringButton, choose_folder
from ui.models.model_card import ModelCard
from ui.models.models_controller import Kind, ModelsController, Outcome
from ui.models.offer_card import OfferCard
from ui.models.work_view import WorkView
from ui.models.work_words import bad_news, good_news
from ui.style import GAP
from ui.trouble import Trouble
from ui.words import breakable, size, tr


class ModelsPage(ColumnPage):
    """Shows the shelf of `models`.

    Signals:
        talk_asked(str): talk to this model.
        work_asked(Kind, str): do this; it may concern the model that is talked to.
    """

    talk_asked = Signal(str)
    work_asked = Signal(object, str)

    def __init__(self, models: ModelsController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self._terms_for = ""
        self.cards: dict[str, ModelCard] = {}
        self.offers: dict[str, OfferCard] = {}
        self.title = Text(tr("Models"), self.column, factor=1.6, weight=QFont.Weight.DemiBold)
        self.place = Text("", self.column, kind="quiet")
        self.move_button = button(tr("Keep them elsewhere…"), self.column)
        self.bring = BringButton(self.column)
        self.ask = Ask(tr("Move"), tr("Leave them"), self.column)
        self.news = Text("", self.column)
        self.trouble = Trouble(self.column)
        self.work = WorkView(models, self.column)
        self.here = Text(tr("On this PC"), self.column, weight=QFont.Weight.DemiBold)
        self.there = Text(tr("To download"), self.column, weight=QFont.Weight.DemiBold)
        self._here = QVBoxLayout()
        self._there = QVBoxLayout()
        self._folder = ""
        self._place()
        self._connect()
        self._show_shelf()
        self._show_work()

    def showEvent(self, event: QShowEvent) -> None:
        """What another program did to the models meanwhile is seen."""
        super().showEvent(event)
        self._models.look()

    # -- showing ---------------------------------------------------------------------------------

    def _show_shelf(self) -> None:
        shelf = self._models.shelf
        self.here.setVisible(shelf is not None)
        self.there.setVisible(shelf is not None and bool(_offers(shelf)))
        self.move_button.setVisible(shelf is not None and not shelf.is_folder_fixed)
        if shelf is None:
            self.place.say(tr("Looking at the models on this PC…"))
            return
        self.place.say(_place(shelf))
        self.bring.allow_copies(not shelf.is_read_only)
        self._fill(shelf)
        self._show_work()

    def _fill(self, shelf: Shelf) -> None:
        """Bring the cards in line with the shelf, and leave those that stay where they are."""
        offers = _offers(shelf)
        for name in [name for name in self.cards if name not in {model.name for model in shelf.models}]:
            _drop(self.cards.pop(name))
        for name in [name for name in self.offers if self.offers[name].offer not in offers]:
            _drop(self.offers.pop(name))
        for i, model in enumerate(shelf.models):
            card = self.cards.get(model.name)
            if card is None:
                card = self.cards[model.name] = ModelCard(model, self._models, self.column)
                card.talk_asked.connect(self.talk_asked)
                card.work_asked.connect(self.work_asked)
            else:
                card.show_model(model)
            self._here.insertWidget(i, card)
        for i, offer in enumerate(offers):
            if offer.name not in self.offers:
                made = self.offers[offer.name] = OfferCard(offer, self._models, self.column)
                made.work_asked.connect(self.work_asked)
                made.terms_asked.connect(self._read_terms)
            self._there.insertWidget(i, self.offers[offer.name])

    def _show_work(self) -> None:
        running, outcome = self._models.running, self._models.outcome
        for card in self.cards.values():
            card.show_work(running, outcome)
        for offer in self.offers.values():
            offer.show_work(running, outcome)
        # What is about no card stands at the top.
        is_mine = running is not None and running.kind in (Kind.BRING, Kind.MOVE)
        if is_mine and running is not None:
            self.work.show_running(running, running.what)
        self.work.setVisible(is_mine)
        mine = outcome if outcome is not None and not self._has_card(outcome) else None
        self.news.say(good_news(mine) if mine else "")
        sentence, detail = self._models.failure or (bad_news(mine) if mine else ("", ""))
        self.trouble.setVisible(bool(sentence))
        if sentence:
            self.trouble.say(sentence, detail)
        for widget in (self.bring, self.move_button):
            widget.setEnabled(running is None)
            widget.setToolTip("" if running is None else tr("One thing at a time: something is under way."))

    def _has_card(self, outcome: Outcome) -> bool:
        return outcome.model in self.cards or outcome.model in self.offers

    def _tell(self, outcome: Outcome) -> None:
        if self.isVisible():
            announce(self, bad_news(outcome)[0] or good_news(outcome))

    def _show_terms(self, text: str) -> None:
        if self._terms_for in self.offers:
            self.offers[self._terms_for].show_terms(text)

    # -- asking ----------------------------------------------------------------------------------

    def _read_terms(self, name: str) -> None:
        self._terms_for = name
        self._models.read_licence(name)

    def _ask_move(self) -> None:
        shelf = self._models.shelf
        if shelf is None:
            return
        self._folder = choose_folder(self, tr("Where models are to be kept"), shelf.folder)
        if not self._folder:
            return
        moved = [model for model in shelf.models if model.is_kept]
        if not moved:
            self.work_asked.emit(Kind.MOVE, self._folder)
            return
        words = tr("Move {models} ({size}) to {folder}? Nothing is removed here before all of it is there.")
        names = ", ".join(model.title for model in moved)
        total = sum(model.size for model in moved)
        self.ask.say(words.format(models=names, size=size(total), folder=self._folder))

    def _again(self) -> None:
        outcome = self._models.outcome
        if outcome is not None and self._models.failure is None and not self._has_card(outcome):
            self.work_asked.emit(outcome.kind, outcome.what)
        else:
            self._models.look()

    # -- putting together ------------------------------------------------------------------------

    def _place(self) -> None:
        buttons = Flow()
        buttons.addWidget(self.bring)
        buttons.addWidget(self.move_button)
        self.body.addWidget(self.title)
        self.body.addWidget(self.place)
        self.body.addLayout(buttons)
        for part in (self.ask, self.news, self.trouble, self.work):
            self.body.addWidget(part)
        self.body.addSpacing(GAP)
        self.body.addWidget(self.here)
        self.body.addLayout(self._here)
        self.body.addSpacing(GAP)
        self.body.addWidget(self.there)
        self.body.addLayout(self._there)
        for cards in (self._here, self._there):
            cards.setSpacing(GAP + 4)

    def _connect(self) -> None:
        models = self._models
        models.shelf_changed.connect(self._show_shelf)
        models.running_changed.connect(self._show_work)
        models.outcome_changed.connect(self._show_work)
        models.ended.connect(self._tell)
        models.failed.connect(self._show_work)
        models.licence_read.connect(self._show_terms)
        self.bring.brought.connect(lambda path: self.work_asked.emit(Kind.BRING, path))
        self.bring.used.connect(self.talk_asked)
        self.move_button.clicked.connect(self._ask_move)
        self.ask.agreed.connect(lambda: self.work_asked.emit(Kind.MOVE, self._folder))
        self.ask.closed.connect(self.move_button.setFocus)
        self.trouble.again_asked.connect(self._again)


def _offers(shelf: Shelf) -> tuple[Offer, ...]:
    """What can be downloaded and has not been begun."""
    there = {model.name for model in shelf.models}
    return tuple(offer for offer in shelf.offers if offer.name not in there)


def _place(shelf: Shelf) -> str:
    words = tr("Kept in {folder}.").format(folder=breakable(shelf.folder))
    if shelf.free is not None:
        words += " " + tr("{free} are free there.").format(free=size(shelf.free))
    if shelf.is_folder_fixed:
        words += " " + tr("The folder is managed by your organisation.")
    return words


def _drop(card: QWidget) -> None:
    card.hide()
    card.setParent(None)
    card.deleteLater()
