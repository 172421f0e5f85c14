"""Conducts what is done with models: looks at the shelf, runs one long piece of work at a time, says how it went.

It knows no widget. A look is quick and has a thread of its own, so that the shelf is brought up to date while
a download runs. What came of the last work stays in `outcome` until the person has taken note of it.

Read next: `app.shelf` for the values, `ui.models.models_page` and `ui.models.first_run` for who shows them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

from PySide6.QtCore import QObject, Signal

from app.licence_text import BEFORE
from app.shelf import Checked, Done, Face, Shelf, ShelvedModel, Work, WorkEvent
from models.errors import Cancelled
from models.progress import DownloadProgress
from runtime.events import LoadProgress
from ui.background import Background
from ui.error_words import sentence_of
from ui.sentences import translated
from ui.services import ModelsInterface


class Kind(Enum):
    """A long piece of work; what it is done with."""

    DOWNLOAD = "download"  # a model's name; also going on, and repairing
    BRING = "bring"  # a path
    CHECK = "check"  # a model's name
    REMOVE = "remove"  # a model's name
    MOVE = "move"  # a folder


@dataclass(frozen=True, slots=True)
class Running:
    """What goes on now.

    Attributes:
        kind, what: the work.
        progress: the last report; None before the first.
        is_paused: whether it was asked to pause; it does so after the piece it is at.
    """

    kind: Kind
    what: str
    progress: DownloadProgress | LoadProgress | None = None
    is_paused: bool = False

    @property
    def can_pause(self) -> bool:
        """Whether it can be held; a removal and the making ready go through."""
        return self.kind is not Kind.REMOVE and not isinstance(self.progress, LoadProgress)

    @property
    def note(self) -> str:
        """What holds it up; mostly nothing."""
        return self.progress.note if isinstance(self.progress, DownloadProgress) else ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it.

    Attributes:
        kind, what: the work.
        sentence, detail: what went wrong; empty if nothing did.
        checked: what a check found.
        done: what else was done.
    """

    kind: Kind
    what: str
    sentence: str = ""
    detail: str = ""
    checked: Checked | None = None
    done: Done | None = None

    @property
    def model(self) -> str:
        """The model that it is about; of an import that failed, the path."""
        return self.done.name if self.done is not None and self.done.name else self.what


class ModelsController(QObject):
    """The models of this PC, and the work on them.

    Signals:
        shelf_changed: `shelf` was looked at again.
        running_changed: work began, is further, or ended.
        outcome_changed: there is something to say of the last work, or no longer.
        ended(Outcome): work ended, well or not; not told of one that was cancelled.
        faced(Face): another model was chosen to talk to.
        failed(str, str): looking or choosing failed; sentence and detail, which stay in `failure` until the
            same goes well or something else is begun.
        licence_read(str): the text that `read_licence` asked for.
    """

    shelf_changed = Signal()
    running_changed = Signal()
    outcome_changed = Signal()
    ended = Signal(object)
    faced = Signal(object)
    failed = Signal(str, str)
    licence_read = Signal(str)

    def __init__(self, models: ModelsInterface, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self._looks = Background(self)
        self._works = Background(self)
        self._work: Work | None = None
        self.shelf: Shelf | None = None
        self.running: Running | None = None
        self.outcome: Outcome | None = None
        self.failure: tuple[str, str] | None = None
        self._is_blind = False  # whether the last look failed

    def model(self, name: str) -> ShelvedModel | None:
        """The model of that name on the shelf."""
        models = self.shelf.models if self.shelf is not None else ()
        return next((model for model in models if model.name == name), None)

    @property
    def chosen(self) -> ShelvedModel | None:
        """The model that is talked to, where a conversation has none of its own."""
        models = self.shelf.models if self.shelf is not None else ()
        return next((model for model in models if model.is_chosen), None)

    @property
    def loaded(self) -> ShelvedModel | None:
        """The model whose files are in use."""
        models = self.shelf.models if self.shelf is not None else ()
        return next((model for model in models if model.is_loaded), self.chosen)

    # -- quick things ----------------------------------------------------------------------------

    def look(self) -> None:
        """Bring the shelf up to date."""

        def work() -> Iterator[Shelf]:
            yield self._models.look()

        self._looks.start(work, self._on_shelf, self._on_look_end)

    def talk_to(self, name: str) -> None:
        """Choose the model to talk to; `faced` says when that is done."""
        self._face(lambda: self._models.talk_to(name))

    def lend(self, name: str) -> None:
        """Have a model loaded for a while; `faced` says when that can be done."""
        self._face(lambda: self._models.lend(name))

    def _face(self, choose: Callable[[], Face]) -> None:
        def work() -> Iterator[Face | Shelf]:
            yield choose()
            yield self._models.look()

        self.failure = None

        self._looks.start(work, self._on_shelf, self._on_quick_end)

    def read_licence(self, name: str) -> None:
        """Read a model's terms; `licence_read` brings them."""

        def work() -> Iterator[str]:
            yield self._models.licence(name)

        self._looks.start(work, lambda texts: self.licence_read.emit(_terms(texts[-1])), self._on_quick_end)

    def _on_shelf(self, events: list[Face | Shelf]) -> None:
        for event in events:
            if isinstance(event, Face):
                self.faced.emit(event)
            else:
                self.shelf = event
                if self._is_blind:
                    self._is_blind, self.failure = False, None
                self.shelf_changed.emit()

    def _on_look_end(self, error: BaseException | None) -> None:
        self._is_blind = error is not None
        self._on_quick_end(error)

    def _on_quick_end(self, error: BaseException | None) -> None:
        if error is not None and not isinstance(error, Cancelled):
            self.failure = sentence_of(error)
            self.failed.emit(*self.failure)

    # -- long work -------------------------------------------------------------------------------

    def begin(self, kind: Kind, what: str) -> None:
        """Begin a long piece of work, if none is under way."""
        if self.running is not None:
            return
        start = {
            Kind.DOWNLOAD: self._models.download,
            Kind.BRING: self._models.bring,
            Kind.CHECK: self._models.check,
            Kind.REMOVE: self._models.remove,
            Kind.MOVE: self._models.move,
        }[kind]
        self._work = work = start(what)
        self.failure = None
        self.dismiss()
        self.running = Running(kind, what)
        self._works.start(lambda: iter(work), self._on_events, self._on_end)
        self.running_changed.emit()

    def pause(self) -> None:
        """Hold what runs, after the piece it is at."""
        self._hold(True)

    def resume(self) -> None:
        """Go on with it."""
        self._hold(False)

    def cancel(self) -> None:
        """End what runs; what is on the disk is kept."""
        if self._work is not None:
            self._work.cancel()

    def dismiss(self) -> None:
        """The person has taken note of the outcome."""
        if self.outcome is not None:
            self.outcome = None
            self.outcome_changed.emit()

    def close(self) -> None:
        """End everything."""
        self.cancel()
        self._looks.close()
        self._works.close()

    def _hold(self, is_paused: bool) -> None:
        if self._work is None or self.running is None:
            return
        if is_paused:
            self._work.pause()
        else:
            self._work.resume()
        self.running = replace(self.running, is_paused=is_paused)
        self.running_changed.emit()

    def _on_events(self, events: list[WorkEvent]) -> None:
        assert self.running is not None
        for event in events:
            if isinstance(event, DownloadProgress | LoadProgress):
                self.running = replace(self.running, progress=event)
            else:
                checked = event if isinstance(event, Checked) else None
                done = event if isinstance(event, Done) else None
                self.outcome = Outcome(self.running.kind, self.running.what, checked=checked, done=done)
        self.running_changed.emit()

    def _on_end(self, error: BaseException | None) -> None:
        running = self.running
        assert running is not None
        self.running = self._work = None
        if isinstance(error, Cancelled):
            self.outcome = None
        elif error is not None:
            self.outcome = Outcome(running.kind, running.what, *sentence_of(error))
        self.running_changed.emit()
        self.outcome_changed.emit()
        if self.outcome is not None:
            self.ended.emit(self.outcome)
        self.look()


def _terms(text: str) -> str:
    """A model's terms as they are; what Chorale says before them is in the language of the window."""
    return translated(BEFORE) + text.removeprefix(BEFORE) if text.startswith(BEFORE) else text
