"""Which model answers: the one of everywhere, or a conversation's own; what is loaded, and how another is.

Nothing is loaded because a conversation is looked at: `awaited` only says what its next message waits for, and costs
no look at the disk. `talk` loads it, when something is asked. Read next: `talk`, `window_models`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from app.history.values import ChatSettings
from app.installs import DEMO, Install, Installs, check_allowed
from app.shelf import Face
from app.talk_values import Awaited, Switched, Switching
from app.window_models import face_of, name_of, title_of
from models.errors import Cancelled, EngineError, ModelError
from models.store import State, state_of
from runtime.documents.chunks import Count
from runtime.events import EngineFailed, EngineReady, LoadEvent, LoadProgress


class ModelInUse:
    """The model that is loaded, or was to be loaded last.

    Args:
        installs: where models are.
        install: of everywhere; it is loaded first.
        load: has the engine load a model with so many tokens of context (None picks).
        counter: makes what counts a model's tokens.
        taken: told of each model before it is loaded.

    Attributes:
        everywhere: what conversations talk to that have no model of their own; a name that `Installs` finds.
        install, name: of the model that is loaded, or was to be loaded last.
    """

    def __init__(
        self,
        installs: Installs,
        install: Install,
        *,
        load: Callable[[Install, int | None], Iterator[LoadEvent]],
        counter: Callable[[Install], Count],
        taken: Callable[[Install], None],
    ) -> None:
        self._installs = installs
        self._load, self._counter, self._taken = load, counter, taken
        self.install = install
        self.everywhere = self.name = name_of(install, installs.models_folder)
        self._length: int | None = None  # the conversation's own, that it was loaded with
        self._is_loaded = False
        self._first: str | None = None  # to be loaded next, whatever the conversation is set to

    # -- choosing --------------------------------------------------------------------------------

    def choose(self, name: str) -> Face:
        """Talk to that model everywhere, and load it next. Raises `AppError` if there is none."""
        face = self.lend(name)
        self.everywhere = name
        return face

    def lend(self, name: str) -> Face:
        """Load that model next, and change nothing else. Raises `AppError` if there is none."""
        install = self._installs.resolve(name)
        self._first = name
        return face_of(install)

    # -- what is waited for ----------------------------------------------------------------------

    def awaited(self, own: ChatSettings) -> Awaited | None:
        """What the next message of a conversation set to `own` waits for; None if that is loaded."""
        name = own.model or self.everywhere
        if not self._is_here(name):
            return Awaited(name, title_of(name))
        return None if own.context_length == self._length else Awaited(name, title_of(name), is_other=False)

    def must_load(self, own: ChatSettings) -> bool:
        """Whether something has to be loaded before a conversation set to `own` can go on."""
        return not self._is_loaded or self.awaited(own) is not None

    def _is_here(self, name: str) -> bool:
        if name == self.name:
            return True
        folders = (self._installs.models_folder, self._installs.shared_folder)
        named = [folder / name for folder in folders if folder is not None] if name != DEMO else []
        return self.install.folder in (Path(name), *named)

    # -- loading ---------------------------------------------------------------------------------

    def take(self, own: ChatSettings) -> Install:
        """Take the model of a conversation set to `own`, to be loaded.

        Raises `ModelError` or `PolicyError`, and changes nothing, if it cannot be used.
        """
        install = self._wanted(own)
        self.install, self.name = install, name_of(install, self._installs.models_folder)
        self._length, self._is_loaded = own.context_length, False
        self._taken(install)
        return install

    def take_next(self, own: ChatSettings) -> Install:
        """As `take`, unless another one was chosen or lent to be loaded next."""
        first, self._first = self._first, None
        return self.take(own if first is None else replace(own, model=first))

    def get(
        self,
        own: ChatSettings,
        load: Callable[[], Iterator[LoadEvent]],
        stopping: threading.Event,
        stop: Callable[[], None],
    ) -> Iterator[Switching | LoadProgress | Switched]:
        """Have `load` load the model of a conversation set to `own`, unless it is loaded; `stop` ends that.

        Raises `AppError` if it cannot be, or `Cancelled` if `stopping` was set; then nothing was said or changed.
        """
        if not self.must_load(own):
            return
        if stopping.is_set():
            raise Cancelled
        self.take(own)
        yield Switching(self.name, title_of(self.name))
        for event in load():
            if stopping.is_set():  # perhaps since before the engine heard of it
                stop()
            match event:
                case EngineFailed():
                    raise EngineError(event.user_text, event.detail)
                case EngineReady():
                    yield Switched(face_of(self.install), event)
                case _:
                    yield event
        if stopping.is_set():
            raise Cancelled

    def load(self, context_length: int | None) -> Iterator[LoadEvent]:
        """Have the engine load what was taken."""
        return self._load(self.install, context_length)

    def count(self) -> Count:
        """What counts the tokens of what was taken."""
        return self._counter(self.install)

    def loaded(self) -> None:
        """It is loaded."""
        self._is_loaded = True

    def _wanted(self, own: ChatSettings) -> Install:
        name = own.model or self.everywhere
        try:
            install = self._installs.place(name)
        except ModelError as error:
            raise ModelError(gone(title_of(name)), error.user_text) from error
        if state_of(install.folder) in (State.UNFINISHED, State.DAMAGED):
            raise ModelError(incomplete(title_of(name)), str(install.folder))
        check_allowed(install)
        return install


def gone(title: str) -> str:
    """What to do where the model that answers here is not on this PC."""
    return (
        f"{title} answers here, but is not on this PC any more. Get it on the Models page, or choose another model in "
        "the settings of this conversation."
    )


def incomplete(title: str) -> str:
    """What to do where its files are not all there."""
    return (
        f"{title} answers here, but is not complete. Go on with it on the Models page, or choose another model in the "
        "settings of this conversation."
    )
