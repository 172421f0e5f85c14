"""Goes from one model to another: chooses it, loads it, and frees a model's files before they are changed.

A model that is talked to has its files mapped, and Windows removes or replaces no file that is. So before the
model in use is removed, moved or repaired, the demo takes its place; after a move or a repair it comes back, also
after one that was cancelled or failed, once its files are whole.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.shelf import Condition, Face
from ui.controller import Controller, Stage
from ui.models.models_controller import Kind, ModelsController

DEMO = "demo"


class ModelSwitch(QObject):
    """Between the conversation and the models.

    Signals:
        faced(Face): this model is talked to from now on, and is being loaded.
        talk_began: that is what the person asked for, and not done to free another model's files.
    """

    faced = Signal(object)
    talk_began = Signal()

    def __init__(
        self, controller: Controller, models: ModelsController, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._models = models
        self._next: tuple[Kind, str] | None = None  # waits until the model in use is freed
        self._back_to: str | None = None
        self._is_lent = False  # whether that is a conversation's own, and not that of everywhere
        self._is_asked = False
        self._asked_name = ""
        models.faced.connect(self._load)
        models.failed.connect(self._give_up)
        models.shelf_changed.connect(self._come_back)
        controller.stage_changed.connect(self._go_on)

    def talk_to(self, name: str) -> None:
        """Talk to that model; the conversation stays, and has no other one of its own any more."""
        self._models.dismiss()
        self._back_to = None
        self._is_asked, self._asked_name = True, name
        self._models.talk_to(name)

    def begin(self, kind: Kind, what: str) -> None:
        """Begin work on models, once it can touch no file in use."""
        held = self._models.loaded
        in_use = held is not None and held.is_kept and (kind is Kind.MOVE or held.name == what)
        chosen = self._models.chosen
        if kind is Kind.REMOVE and chosen is not None and chosen.name == what:
            held, in_use = chosen, True  # nobody could talk to it any more
        if held is None or not in_use or kind is Kind.CHECK or self._models.running is not None:
            self._models.begin(kind, what)
            return
        self._next = (kind, what)
        self._is_lent = not held.is_chosen
        self._back_to = None if kind is Kind.REMOVE else held.name
        self._go_to(DEMO)

    def _go_to(self, name: str) -> None:
        """Load that model; a conversation's own makes place and comes back without a change of settings."""
        if self._is_lent:
            self._models.lend(name)
        else:
            self._models.talk_to(name)

    def _load(self, face: Face) -> None:
        if self._is_asked:
            self._controller.leave_own_model(self._asked_name)
        self.faced.emit(face)
        self._controller.reload()
        if self._is_asked:
            self._is_asked = False
            self.talk_began.emit()

    def _go_on(self, stage: Stage) -> None:
        if (
            stage in (Stage.READY, Stage.FAILED)
            and self._next is not None
            and not self._controller.is_reloading
        ):
            (kind, what), self._next = self._next, None
            self._models.begin(kind, what)

    def _come_back(self) -> None:
        """The work has ended, however it did: back to the model that made place, if it is whole."""
        if self._back_to is None or self._next is not None or self._models.running is not None:
            return
        model = self._models.model(self._back_to)
        if model is not None and model.condition is Condition.READY:
            back_to, self._back_to = self._back_to, None
            self._go_to(back_to)

    def _give_up(self) -> None:
        self._next = self._back_to = None
        self._is_asked = False
