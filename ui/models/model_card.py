"""A model that is on this PC: what it is, where it came from, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.shelf import Condition, Provenance, ShelvedModel
from ui.answers.flow import Flow
from ui.answers.parts import Card, Fold, Reading, Text, badge, button
from ui.ask import Ask
from ui.models.models_controller import Kind, ModelsController, Outcome, Running
from ui.models.work_view import WorkView
from ui.models.work_words import bad_news, good_news
from ui.sentences import translated
from ui.trouble import Trouble
from ui.words import breakable, size, tr


class ModelCard(Card):
    """One model of the shelf.

    Signals:
        talk_asked(str): talk to this model.
        work_asked(Kind, str): do this with it; of a removal, after the person has confirmed it.
    """

    talk_asked = Signal(str)
    work_asked = Signal(object, str)

    def __init__(self, model: ShelvedModel, models: ModelsController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._models = models
        name = model.title
        self.title = Text(name, self, factor=1.1, weight=QFont.Weight.DemiBold)
        self.title.setWordWrap(False)
        self.badges: dict[str, QLabel] = {
            "chosen": badge(tr("In use"), self),
            "demo": badge(tr("Demo"), self, "state"),
            "unfinished": badge(tr("Not complete"), self, "state"),
            "damaged": badge(tr("Damaged"), self, "bad"),
            "unusable": badge(tr("Cannot be used"), self, "bad"),
        }
        self.facts = Text("", self, kind="quiet")
        self.place = Text("", self, kind="quiet", factor=0.92)
        self.why_not = Text("", self, kind="wrong")
        self.news = Text("", self)
        self.trouble = Trouble(self)
        self.work = WorkView(models, self)
        kind = "plain" if model.is_demo else "main"
        self.talk = button(tr("Talk to it"), self, kind, tr("Talk to {name}").format(name=name))
        self.mend = button(tr("Repair"), self, "main")
        self.check = button(
            tr("Check every byte"), self, "plain", tr("Check every byte of {name}").format(name=name)
        )
        self.remove = button(tr("Remove…"), self, "plain", tr("Remove {name}").format(name=name))
        self.details = Reading(tr("Where {name} came from").format(name=name), self, 16, is_code=True)
        self.more = Fold(
            tr("Where it came from"),
            self.details,
            self,
            tr("Where {name} came from: files and hashes").format(name=name),
        )
        self.ask = Ask(tr("Remove"), tr("Keep it"), self)
        self._place()
        self._connect()
        self.show_model(model)

    def show_model(self, model: ShelvedModel) -> None:
        """The shelf was looked at again."""
        self.model = model
        shown = {
            "chosen": model.is_chosen,
            "demo": model.is_demo,
            "unfinished": model.condition is Condition.UNFINISHED,
            "damaged": model.condition is Condition.DAMAGED,
            "unusable": model.condition is Condition.UNUSABLE,
        }
        for key, is_shown in shown.items():
            self.badges[key].setVisible(is_shown)
        self.facts.say(_facts(model))
        self.place.say("" if model.is_demo else breakable(model.folder))
        self.why_not.say(translated(model.why_not) if model.condition is Condition.UNUSABLE else "")
        self.details.say(_provenance(model, model.provenance) if model.provenance else "")
        self.more.setVisible(model.provenance is not None)
        self.show_work(None, None)

    def show_work(self, running: Running | None, outcome: Outcome | None) -> None:
        """What runs on this PC now, and what came of the last work, both perhaps on another model."""
        model, name = self.model, self.model.name
        is_busy = running is not None and running.what == name
        mine = outcome if outcome is not None and outcome.model == name and not is_busy else None
        if is_busy and running is not None:
            self.work.show_running(running, model.title)
        self.work.setVisible(is_busy)
        self.news.say(good_news(mine) if mine else "")
        sentence, detail = bad_news(mine) if mine else ("", "")
        self.trouble.setVisible(bool(sentence))
        if sentence:
            self.trouble.say(sentence, detail)
            is_broken = mine is not None and mine.checked is not None
            self.trouble.again.setText(tr("Repair") if is_broken else tr("Try again"))
        ready = model.condition is Condition.READY
        can_mend = model.condition in (Condition.UNFINISHED, Condition.DAMAGED) and not sentence
        mend = tr("Go on downloading") if model.condition is Condition.UNFINISHED else tr("Repair")
        self.mend.setText(mend)
        self.mend.setAccessibleName(f"{mend}: {model.title}")
        self.talk.setVisible(ready and not model.is_chosen and not is_busy)
        self.mend.setVisible(can_mend and not is_busy)
        self.check.setVisible(ready and model.is_kept and not is_busy)
        self.remove.setVisible(model.is_kept and not is_busy)
        for widget in (self.mend, self.check, self.remove, self.trouble.again):
            widget.setEnabled(running is None)
            widget.setToolTip("" if running is None else tr("One thing at a time: something is under way."))
        if is_busy:
            self.ask.close_question()

    # -- putting together ------------------------------------------------------------------------

    def _place(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title)
        for label in self.badges.values():
            head.addWidget(label)
        head.addStretch(1)
        buttons = Flow()
        for widget in (self.talk, self.mend, self.check, self.remove, self.more):
            buttons.addWidget(widget)
        self.body.addLayout(head)
        for part in (self.facts, self.place, self.why_not, self.news, self.trouble, self.work):
            self.body.addWidget(part)
        self.body.addLayout(buttons)
        self.body.addWidget(self.ask)
        self.body.addWidget(self.details)

    def _connect(self) -> None:
        self.talk.clicked.connect(lambda: self.talk_asked.emit(self.model.name))
        self.check.clicked.connect(lambda: self.work_asked.emit(Kind.CHECK, self.model.name))
        self.mend.clicked.connect(lambda: self.work_asked.emit(Kind.DOWNLOAD, self.model.name))
        self.remove.clicked.connect(self._ask_remove)
        self.ask.agreed.connect(lambda: self.work_asked.emit(Kind.REMOVE, self.model.name))
        self.ask.closed.connect(self.remove.setFocus)
        self.trouble.again_asked.connect(self._again)

    def _again(self) -> None:
        outcome = self._models.outcome
        if outcome is not None:
            kind = Kind.DOWNLOAD if outcome.checked is not None else outcome.kind
            self.work_asked.emit(kind, self.model.name)

    def _ask_remove(self) -> None:
        model = self.model
        words = tr("Remove {name} from this PC? {size} will be free again.")
        sentence = words.format(name=model.title, size=size(model.size + model.derived))
        if model.is_chosen:
            sentence += " " + tr("You talk to it now; the conversation stays, and goes on with the demo.")
        if model.provenance is not None and model.provenance.repository:
            sentence += " " + tr("It can be downloaded again.")
        self.ask.say(sentence)


def _facts(model: ShelvedModel) -> str:
    if model.is_demo:
        return tr("A tiny model that only knows about Chorale, and comes with it.")
    if model.condition is Condition.UNFINISHED and model.total:
        words = tr("{done} of {total} are here.")
        return words.format(done=size(model.size), total=size(model.total))
    parts = [size(model.size)]
    if model.derived:
        parts.append(tr("{size} made from it").format(size=size(model.derived)))
    known = model.provenance
    if known is not None and known.repository:
        parts.append(tr("published as {repository}").format(repository=known.repository))
    elif not model.is_kept and model.condition is Condition.READY:
        parts.append(tr("used where it is; Chorale only reads it"))
    return " · ".join(parts)


def _provenance(model: ShelvedModel, known: Provenance) -> str:
    lines = [
        (tr("Published as"), known.repository),
        (tr("Revision"), known.revision),
        (tr("Taken from"), known.source),
        (tr("Licence"), known.licence),
        (tr("Folder"), model.folder),
    ]
    width = max(len(label) for label, _ in lines)
    text = [f"{label + ':':<{width + 2}}{value or tr('unknown')}" for label, value in lines]
    text += ["", tr("Each file with its SHA-256:")]
    for file in known.files:
        text += [f"{file.name} ({size(file.size)})", f"  {file.sha256 or tr('not known yet')}"]
    return "\n".join(text)
