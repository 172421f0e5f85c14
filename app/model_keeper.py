"""Keeps this user's models for the window: looks, downloads, brings, checks, repairs, moves, removes.

It puts together what `models` can do with where this user's models and settings are. Every method may wait
for the disk, so the window calls them on a worker thread, all but those that make a `Work`.

Read next: `shelf`, `shelf_look`, then `models.store`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from app.installs import Installs
from app.keeper_work import KeeperWork
from app.licence_text import licence_text
from app.model_choice import Choice
from app.model_jobs import ModelJobs
from app.model_move import copy_models, models_to_move
from app.shelf import Checked, Done, Face, Shelf, WorkEvent
from app.shelf_look import ShelfLook, bytes_in
from models.download import ModelInstalled
from models.errors import AppError
from models.manifest import FileRecord
from models.progress import Control, DownloadProgress, Stage
from models.store import State, Store
from models.verify import ModelVerified, distrust, mark_damaged, verify
from runtime.events import LoadProgress


class Keep(Protocol):
    """What is remembered; `app.settings_writer.SettingsWriter` is one."""

    def set(self, key: str, value: str | None) -> None: ...

    def flush(self) -> None: ...


class ModelKeeper:
    """The models of one user; see `app.shelf` for what it gives."""

    def __init__(
        self,
        jobs: ModelJobs,
        installs: Installs,
        settings: Keep,
        *,
        hub_address: str,
        choices: Callable[[Path], Sequence[Choice]],
        open_model: Callable[[str], Face],
        lend_model: Callable[[str], Face] | None = None,
        loaded: Callable[[], Path | None] = lambda: None,
        chosen: str | None = None,
        is_folder_fixed: bool = False,
    ) -> None:
        """Nothing is looked at yet.

        Args:
            jobs: does the work.
            installs: where models are.
            settings: remembers another models folder.
            hub_address: where `jobs` downloads from, for people.
            choices: how well each published model will run here, kept in that folder; the best first.
            open_model: has conversations talk to the model of that name, which is loaded next.
            lend_model: has it loaded next and changes nothing else; by default as `open_model`.
            loaded: the folder of the model that is loaded now; None if that is not known.
            chosen: the model that is talked to now, as `ShelvedModel.name`.
            is_folder_fixed: whether the models folder is the organisation's to choose.
        """
        self._jobs = jobs
        self._installs = installs
        self._settings = settings
        self._open_model = open_model
        self._lend_model = lend_model or open_model
        self.chosen = chosen
        self._looks = ShelfLook(
            jobs,
            installs,
            hub_address=hub_address,
            choices=choices,
            loaded=loaded,
            is_folder_fixed=is_folder_fixed,
        )

    # -- looking ---------------------------------------------------------------------------------

    def look(self) -> Shelf:
        """What there is now. Raises `ModelError` if the models folder cannot be read."""
        return self._looks.shelf(self.chosen)

    def licence(self, name: str) -> str:
        """The terms of a model, as text; from its own files once they are there."""
        folder = None
        with suppress(AppError):
            folder = self._installs.place(name).folder
        return licence_text(folder)

    def talk_to(self, name: str) -> Face:
        """Talk to that model from the next load on, also next time. Raises `AppError` if it cannot be used."""
        face = self._open_model(name)
        self.chosen = name
        self._settings.set("model", name)
        return face

    def lend(self, name: str) -> Face:
        """Load that model next, for a while: nothing is remembered. Raises `AppError` if it cannot be used."""
        return self._lend_model(name)

    # -- work ------------------------------------------------------------------------------------

    def download(self, name: str) -> KeeperWork:
        """Get a published model and make it ready; or go on with it, or mend it."""
        return self._work(lambda control: self._download(name, control))

    def bring(self, place: str) -> KeeperWork:
        """Copy the model in a folder or archive into the models folder, and make it ready."""
        return self._work(lambda control: self._bring(Path(place), control))

    def check(self, name: str) -> KeeperWork:
        """Hash every file."""
        return self._work(lambda control: self._check(name, control))

    def remove(self, name: str) -> KeeperWork:
        """Take a model, and what was derived from it, from the disk."""
        return self._work(lambda control: self._remove(name))

    def move(self, folder: str) -> KeeperWork:
        """Keep models in another folder from now on; those that Chorale put there move along."""
        return self._work(lambda control: self._move(Path(folder), control))

    def _work(self, start: Callable[[Control], Iterator[WorkEvent]]) -> KeeperWork:
        return KeeperWork(start, self._jobs.new_control())

    def _download(self, name: str, control: Control) -> Iterator[WorkEvent]:
        yield from self._ready(self._jobs.download(name, control=control), control)

    def _bring(self, place: Path, control: Control) -> Iterator[WorkEvent]:
        yield from self._ready(self._jobs.import_(place, control=control), control)

    def _ready(
        self, events: Iterator[DownloadProgress | ModelInstalled], control: Control
    ) -> Iterator[WorkEvent]:
        """Bring a model here, then make it ready to load and test it, so that the first answer waits for nothing."""
        for event in events:
            if not isinstance(event, ModelInstalled):
                yield event
                continue
            name = event.installation.model
            for step in self._jobs.prepare(name, control=control):
                if isinstance(step, LoadProgress):
                    yield step
            yield Done(name, event.received, is_tested=True)

    def _check(self, name: str, control: Control) -> Iterator[WorkEvent]:
        store = self._jobs.store()
        if store.state(name) is not State.INSTALLED:
            self._jobs.check_change()
            distrust(store, name)  # so that the download that follows hashes all of it
            yield Checked((name,), 0)
            return
        installation = store.installation(name)
        for event in verify(installation, store, control=control):
            if isinstance(event, ModelVerified):
                if event.damaged and self._jobs.may_change:
                    mark_damaged(store, installation, event.damaged)
                yield Checked(event.damaged, _sum(installation.files, event.damaged))
            else:
                yield event

    def _remove(self, name: str) -> Iterator[WorkEvent]:
        folder = self._jobs.store().folder(name)
        cache = self._installs.cache_of(folder)
        before = bytes_in(folder) + bytes_in(cache)
        yield DownloadProgress(Stage.REMOVING, 0, None)
        self._jobs.remove(name)
        yield Done(name, freed=before - bytes_in(folder) - bytes_in(cache))

    def _move(self, folder: Path, control: Control) -> Iterator[WorkEvent]:
        self._jobs.check_move()
        new = folder.expanduser().absolute()
        kept = models_to_move(self._jobs.store(), Store(new))
        yield from copy_models(self._jobs.store(), kept, Store(new), control)
        # Only now, with every byte there: from here on the models are found in the new folder.
        self._settings.set("models_folder", str(new))
        self._settings.flush()
        try:
            for model in kept:
                self._jobs.remove(model.model)
        finally:
            self._installs.models_folder = new
        yield Done("", received=sum(model.size for model in kept))


def _sum(files: tuple[FileRecord, ...], names: tuple[str, ...]) -> int:
    return sum(file.size for file in files if file.name in names)
