"""The page that a newcomer meets: what Chorale is, what a model costs, and three ways to begin.

    choosing ──Download──► running ──► done: Start talking
       │  ▲                  └──pause, cancel, trouble──► choosing, with what is here kept
       └─ a file that is here already; or the demo, which can be talked to while the download runs

Read next: `ui.models.offer_choice`, `ui.models.models_controller`.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QVBoxLayout, QWidget

from app.shelf import Condition, Offer, Shelf
from ui.announce import announce
from ui.answers.flow import Flow
from ui.answers.parts import Card, Fold, Reading, Text, button
from ui.column_page import ColumnPage
from ui.mark import Mark
from ui.models.bring import BringButton, choose_folder
from ui.models.models_controller import Kind, ModelsController, Outcome
from ui.models.offer_choice import OfferChoice
from ui.models.work_view import WorkView
from ui.models.work_words import bad_news, good_news, line_times
from ui.sentences import translated
from ui.style import GAP
from ui.trouble import Trouble
from ui.words import breakable, size, tr


class FirstRun(ColumnPage):
    """Getting the first model.

    Signals:
        talk_asked(str): talk to this model, which is ready.
        demo_asked: talk to the demo.
        work_asked(Kind, str): do this.
    """

    talk_asked = Signal(str)
    demo_asked = Signal()
    work_asked = Signal(object, str)

    def __init__(self, models: ModelsController, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=660)
        self._models = models
        self.mark = Mark(44, self.column)
        self.title = Text(tr("Welcome to Chorale"), self.column, factor=1.9, weight=QFont.Weight.DemiBold)
        self.sentence = Text("", self.column, kind="quiet", factor=1.06)
        self.policy = Text("", self.column)
        self.choices: dict[str, OfferChoice] = {}
        self._group = QButtonGroup(self)
        self._choices = QVBoxLayout()
        self.card = Card(self.column)
        self.time = Text("", self.card)
        self.place = Text("", self.card)
        self.change = button(tr("Change…"), self.card, "plain", tr("Change the folder for models"))
        self.terms = Reading(tr("Licence"), self.card, 14)
        self.licence = Fold(tr("Read"), self.terms, self.card, tr("Read the licence"))
        self.licence_words = Text("", self.card)
        self._of_downloads: list[QWidget] = []  # what is said of them in the card
        self.work = WorkView(models, self.column)
        self.comfort = Text(
            tr(
                "You can close Chorale meanwhile: nothing of it is lost, and the next start offers to go on from "
                "there. Each file is checked against the hash that its publisher gives before it is used."
            ),
            self.column,
            kind="quiet",
            factor=0.92,
        )
        self.news = Text("", self.column, factor=1.06, weight=QFont.Weight.DemiBold)
        self.trouble = Trouble(self.column)
        self.download = button("", self.column, "main")
        self.start = button(tr("Start talking"), self.column, "main")
        self.bring = BringButton(self.column)
        self.demo = button(tr("Try the demo first"), self.column)
        self.promise = Text(
            tr(
                "Chorale uses the network for this download and nothing else, once you press Download. You can "
                "pause it; after a break it goes on where it was."
            ),
            self.column,
            kind="quiet",
            factor=0.92,
        )
        self._promise = self.promise.text()
        self._place()
        self._connect()
        self._show_shelf()

    @property
    def offer(self) -> Offer | None:
        """The model that is chosen to be downloaded."""
        chosen = (choice for choice in self.choices.values() if choice.radio.isChecked())
        return next((choice.offer for choice in chosen), None)

    # -- showing ---------------------------------------------------------------------------------

    def _show_shelf(self) -> None:
        shelf = self._models.shelf
        if shelf is not None:
            self._fill(shelf)
        self._show()

    def _fill(self, shelf: Shelf) -> None:
        before = self.offer
        for choice in self.choices.values():
            self._group.removeButton(choice.radio)
            choice.setParent(None)
            choice.deleteLater()
        self.choices.clear()
        for offer in shelf.offers:
            choice = OfferChoice(offer, self.column)
            self._group.addButton(choice.radio)
            choice.radio.toggled.connect(self._show)
            self._choices.addWidget(choice)
            self.choices[offer.name] = choice
        wanted = before.name if before is not None and before.name in self.choices else None
        begun = next((offer.name for offer in shelf.offers if offer.have), None)
        advised = next((offer.name for offer in shelf.offers if offer.is_advised), None)
        first = next(iter(self.choices), None)
        if name := wanted or begun or advised or first:
            self.choices[name].radio.setChecked(True)

    @property
    def _refusal(self) -> str:
        """The sentence with which the organisation refuses downloads; empty if it does not."""
        return self.offer.refusal if self.offer is not None else ""

    def _show(self) -> None:
        shelf, offer, refusal = self._models.shelf, self.offer, self._refusal
        running, outcome = self._models.running, self._models.outcome
        ready = self._ready() if running is None else ""
        is_choosing = running is None and not ready
        if shelf is not None:
            self._show_offer(shelf, offer)
        for choice in self.choices.values():
            choice.setVisible(is_choosing and not refusal)
        self.card.setVisible(is_choosing and shelf is not None)
        for part in self._of_downloads:
            part.setVisible(not refusal)
        self.terms.setVisible(self.licence.isChecked() and not refusal)
        self.bring.setVisible(is_choosing)
        self.policy.say(breakable(translated(refusal)) if is_choosing else "")
        self.promise.setText(_possible() if refusal else self._promise)
        self.promise.setVisible(is_choosing)
        self.work.setVisible(running is not None)
        if running is not None:
            self.work.show_running(running, running.what)
        self.start.setVisible(bool(ready))
        told = good_news(outcome) if outcome is not None and running is None else ""
        self.news.say(told or (tr("{name} is ready.").format(name=ready) if ready else ""))
        news = bad_news(outcome) if outcome is not None and running is None else ("", "")
        sentence, detail = self._models.failure or news
        self.trouble.setVisible(bool(sentence))
        if sentence:
            self.trouble.say(sentence, detail)
        is_again = bool(sentence) and outcome is not None and outcome.kind is Kind.DOWNLOAD
        self.download.setVisible(is_choosing and offer is not None and not is_again and not refusal)
        self.demo.setText(tr("Try the demo meanwhile") if running is not None else tr("Try the demo first"))
        self.demo.setVisible(not ready)
        self.comfort.setVisible(running is not None and running.kind is Kind.DOWNLOAD)
        welcome = tr(
            "Chorale lets you talk to OpenAI's gpt-oss on this PC. It works offline, and nothing you write leaves it."
        )
        missing = (
            tr("What is missing is the model.")
            if refusal
            else tr("What is missing is the model: a large download, once.")
        )
        self.sentence.say(welcome if ready else f"{welcome} {missing}")

    def _show_offer(self, shelf: Shelf, offer: Offer | None) -> None:
        self.place.say(breakable(shelf.folder))
        self.change.setVisible(not shelf.is_folder_fixed)
        self.bring.allow_copies(not shelf.is_read_only)
        if offer is None:
            return
        left = max(0, offer.download - offer.have)
        words = tr("{size} from {address}, {times}.")
        self.time.say(words.format(size=size(left), address=_host(offer.address), times=line_times(left)))
        self.licence_words.say(tr("{licence}, and OpenAI's usage policy.").format(licence=offer.licence))
        if offer.have:
            words = tr("Go on downloading: {size} left")
            self.download.setText(words.format(size=size(left)))
        else:
            self.download.setText(tr("Download {size}").format(size=size(left)))
        self.download.setAccessibleName(f"{self.download.text()}: {offer.title}")

    def _ready(self) -> str:
        """The model that can be talked to now; empty if there is none but the demo."""
        outcome, shelf = self._models.outcome, self._models.shelf
        if outcome is not None and outcome.done is not None and outcome.kind in (Kind.DOWNLOAD, Kind.BRING):
            return outcome.model
        models = shelf.models if shelf is not None else ()
        ready = (m.name for m in models if m.condition is Condition.READY and not m.is_demo)
        return next(ready, "")

    def _tell(self, outcome: Outcome) -> None:
        if self.isVisible():
            announce(self, bad_news(outcome)[0] or good_news(outcome))
            if self._ready():
                self.start.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- asking ----------------------------------------------------------------------------------

    def _ask_download(self) -> None:
        if (offer := self.offer) is not None:
            self.work_asked.emit(Kind.DOWNLOAD, offer.name)
            self.work.hold.setFocus(Qt.FocusReason.OtherFocusReason)

    def _change_folder(self) -> None:
        shelf = self._models.shelf
        folder = choose_folder(self, tr("Where models are to be kept"), shelf.folder if shelf else "")
        if folder:
            self.work_asked.emit(Kind.MOVE, folder)

    def _again(self) -> None:
        outcome = self._models.outcome
        if outcome is not None and self._models.failure is None:
            self.work_asked.emit(outcome.kind, outcome.what)
        else:
            self._models.look()

    def _read_licence(self) -> None:
        if (offer := self.offer) is not None:
            self._models.read_licence(offer.name)

    # -- putting together ------------------------------------------------------------------------

    def _place(self) -> None:
        ways = Flow()
        for way in (self.download, self.start, self.bring, self.demo):
            ways.addWidget(way)
        facts = QGridLayout()
        facts.setHorizontalSpacing(2 * GAP)
        facts.setVerticalSpacing(GAP + 2)
        facts.setColumnStretch(1, 1)
        rows: tuple[tuple[str, Text, QPushButton | None], ...] = (
            (tr("Download"), self.time, None),
            (tr("Folder"), self.place, self.change),
            (tr("Licence"), self.licence_words, self.licence),
        )
        for i, (label, text, action) in enumerate(rows):
            name = Text(label, self.card, kind="quiet")
            name.setWordWrap(False)
            if text is not self.place:
                self._of_downloads += [name, text, *([action] if action else [])]
            facts.addWidget(
                name, i, 0, Qt.AlignmentFlag.AlignVCenter if action else Qt.AlignmentFlag.AlignTop
            )
            facts.addWidget(text, i, 1, 1, 1 if action else 2)
            if action:
                facts.addWidget(action, i, 2, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        self.card.body.addLayout(facts)
        self.card.body.addWidget(self.terms)
        self._choices.setSpacing(GAP)
        self.body.addSpacing(2 * GAP)
        self.body.addWidget(self.mark)
        self.body.addWidget(self.title)
        self.body.addWidget(self.sentence)
        self.body.addWidget(self.policy)
        self.body.addLayout(self._choices)
        self.body.addWidget(self.card)
        for part in (self.news, self.trouble, self.work):
            self.body.addWidget(part)
        self.body.addLayout(ways)
        self.body.addWidget(self.comfort)
        self.body.addWidget(self.promise)

    def _connect(self) -> None:
        models = self._models
        models.shelf_changed.connect(self._show_shelf)
        models.running_changed.connect(self._show)
        models.outcome_changed.connect(self._show)
        models.ended.connect(self._tell)
        models.failed.connect(self._show)
        models.licence_read.connect(self.terms.say)
        self.download.clicked.connect(self._ask_download)
        self.start.clicked.connect(lambda: self.talk_asked.emit(self._ready()))
        self.demo.clicked.connect(self.demo_asked)
        self.bring.brought.connect(lambda path: self.work_asked.emit(Kind.BRING, path))
        self.bring.used.connect(self.talk_asked)
        self.change.clicked.connect(self._change_folder)
        self.licence.opened.connect(self._read_licence)
        self.trouble.again_asked.connect(self._again)


def _possible() -> str:
    return tr(
        "Use the files of a model that you have on this PC, a stick or a share, or try the demo. A model that your "
        "organisation puts into the folder above is found when Chorale starts."
    )


def _host(address: str) -> str:
    """`huggingface.co` of `https://huggingface.co`."""
    return address.partition("://")[2] or address
