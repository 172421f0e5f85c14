"""Keeps this user's models for the window: looks, downloads, brings, checks, repairs, moves, removes.

It puts together what `models` can do with where this user's models and settings are. Every method may wait
for the disk, so the window calls them on a worker thread, all but those that make a `Work`.

Read next: `shelf`, then `models.store`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from app.installs import DEMO, Install, Installs, refusal_of
from app.keeper_work import KeeperWork
from app.licence_text import licence_text
from app.model_choice import Choice, Fit
from app.model_jobs import ModelJobs
from app.model_move import copy_models, models_to_move
from app.shelf import (
    Checked,
    Condition,
    Done,
    Face,
    Offer,
    Provenance,
    PublishedFile,
    Shelf,
    ShelvedModel,
    WorkEvent,
)
from models.checkpoint import Checkpoint
from models.disk import disk_error
from models.download import ModelInstalled
from models.errors import AppError, ModelError
from models.manifest import FileRecord, ModelInstallation, Plan
from models.progress import Control, DownloadProgress, Stage
from models.store import State, Store, installation_of, state_of
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
        self._hub_address = hub_address
        self._choices = choices
        self._open_model = open_model
        self._lend_model = lend_model or open_model
        self._loaded = loaded
        self._is_folder_fixed = is_folder_fixed
        self.chosen = chosen

    # -- looking ---------------------------------------------------------------------------------

    def look(self) -> Shelf:
        """What there is now. Raises `ModelError` if the models folder cannot be read."""
        store = self._jobs.store()
        try:
            found = [
                install
                for install in self._installs.found()
                if install.name != DEMO and state_of(install.folder, store.disk) is not State.ABSENT
            ]
        except OSError as error:
            raise disk_error(error, store.models_folder, "looking for models") from error
        own = store.models_folder
        models = [
            self._kept(store, install) if install.folder.parent == own else self._used(install, install.name)
            for install in found
        ]
        models.extend(self._elsewhere(found))
        models.append(self._demo())
        models = [self._in_use(model) for model in models]
        ready = {model.name for model in models if model.condition is Condition.READY}
        begun = {model.name: model.size for model in models}
        choices = [choice for choice in self._choices(store.models_folder) if choice.model.repository]
        advised = next((c.model.id for c in choices if c.fit is not Fit.NOT and c.fits_disk), None)
        free = None
        with suppress(OSError):
            free = store.disk.free(store.models_folder)
        return Shelf(
            tuple(models),
            tuple(
                self._offer(choice, begun.get(choice.model.id, 0), choice.model.id == advised)
                for choice in choices
                if choice.model.id not in ready
            ),
            str(store.models_folder),
            free,
            self._is_folder_fixed,
            not self._jobs.may_change,
        )

    def _kept(self, store: Store, install: Install) -> ShelvedModel:
        """A folder in the models folder."""
        state = store.state(install.name)
        model = ShelvedModel(
            install.name,
            install.name,
            str(install.folder),
            _bytes_in(install.folder),
            derived=_bytes_in(install.cache),
            is_chosen=install.name == self.chosen,
        )
        if state is State.INSTALLED:
            installation = store.installation(install.name)
            return replace(model, total=installation.size, provenance=_provenance(installation))
        if state is State.PLAIN:
            return _plain(replace(model, is_kept=False), install.folder)
        plan = store.plan(install.name) if state is State.UNFINISHED else store.damaged_plan(install.name)
        try:
            store.installation(install.name)
            why = ""
        except ModelError as error:
            why = error.user_text
        # All the bytes are there, and some of them were found to be wrong.
        is_broken = plan is not None and bool(plan.recheck) and model.size >= plan.size
        return replace(
            model,
            condition=Condition.DAMAGED if state is State.DAMAGED or is_broken else Condition.UNFINISHED,
            why_not=why,
            total=plan.size if plan is not None and not plan.is_removal else None,
            provenance=_provenance(plan) if plan is not None and not plan.is_removal else None,
        )

    def _elsewhere(self, found: list[Install]) -> Iterator[ShelvedModel]:
        """The model that is talked to, if it is not among those."""
        if self.chosen is not None and self.chosen not in (DEMO, *(install.name for install in found)):
            with suppress(AppError):
                yield self._used(self._installs.place(self.chosen), self.chosen)

    def _used(self, install: Install, name: str) -> ShelvedModel:
        """A folder outside the models folder, which is only read."""
        model = ShelvedModel(
            name,
            install.name,
            str(install.folder),
            _bytes_in(install.folder),
            derived=_bytes_in(install.cache),
            is_kept=False,
            is_chosen=name == self.chosen,
        )
        try:
            kept = installation_of(install.folder)
        except ModelError:
            return _plain(model, install.folder)
        return replace(model, total=kept.size, provenance=_provenance(kept))

    def _in_use(self, model: ShelvedModel) -> ShelvedModel:
        """With whether it is loaded now, and may be at all."""
        folder = Path(model.folder)
        install = Install(model.title, folder, folder, self._installs.policy)
        is_usable = model.condition is Condition.READY
        return replace(
            model,
            is_loaded=folder == self._loaded(),
            refusal=refusal_of(install) if is_usable and not model.is_demo else "",
        )

    def _demo(self) -> ShelvedModel:
        install = self._installs.resolve(DEMO)
        return ShelvedModel(
            DEMO,
            "Chorale demo",
            str(install.folder),
            _bytes_in(install.folder),
            is_demo=True,
            is_kept=False,
            is_chosen=self.chosen == DEMO,
        )

    def _offer(self, choice: Choice, have: int, is_advised: bool) -> Offer:
        model = choice.model
        return Offer(
            model.id,
            model.title,
            model.repository,
            model.licence,
            self._hub_address,
            model.download_bytes,
            choice.fit,
            choice.sentences,
            have,
            is_advised,
            self._jobs.why_no_download,
        )

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
        before = _bytes_in(folder) + _bytes_in(cache)
        yield DownloadProgress(Stage.REMOVING, 0, None)
        self._jobs.remove(name)
        yield Done(name, freed=before - _bytes_in(folder) - _bytes_in(cache))

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


def _plain(model: ShelvedModel, folder: Path) -> ShelvedModel:
    """A folder of the user's, with what its headers say."""
    try:
        Checkpoint.open(folder)
    except AppError as error:
        return replace(model, condition=Condition.UNUSABLE, why_not=error.user_text)
    except OSError as error:
        why = f"{folder} cannot be read: {error.strerror}."
        return replace(model, condition=Condition.UNUSABLE, why_not=why)
    return model


def _provenance(known: ModelInstallation | Plan) -> Provenance:
    files = tuple(PublishedFile(file.name, file.size, file.sha256 or "") for file in known.files)
    return Provenance(known.repository, known.revision, known.source, known.licence, files)


def _sum(files: tuple[FileRecord, ...], names: tuple[str, ...]) -> int:
    return sum(file.size for file in files if file.name in names)


def _bytes_in(folder: Path) -> int:
    """Bytes of the files in a folder; what cannot be read counts as nothing."""
    total = 0
    with suppress(OSError):
        for path in folder.iterdir():
            with suppress(OSError):
                total += path.stat().st_size if path.is_file() else 0
    return total
