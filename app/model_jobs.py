"""Getting, checking, carrying and removing models, for the command line and the window.

    jobs = ModelJobs(house.settings, house.installs)
    control = Control()
    for event in jobs.download("gpt-oss-20b", control=control):     # on a worker thread
        ...     # DownloadProgress …, ModelInstalled

Each method gives a generator of frozen events whose last one says what was done. It may be iterated on any
thread, one at a time; `control` pauses, slows or cancels it from any other. Errors are `AppError`, a cancel is
`Cancelled`. Nothing here is started by Chorale itself: a request leaves this PC only when somebody calls
`download`, or `verify` finds damage to repair. Read next: `models/download`, `commands/models`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import app
from app.installs import DEMO, Installs, load_request
from app.settings import Settings
from models import catalog
from models.carry import import_model
from models.catalog import CatalogModel
from models.checkpoint import Checkpoint
from models.disk import Disk, disk_error
from models.download import Hub, ModelInstalled, download
from models.errors import InputError, ModelError, PolicyError
from models.exports import ModelExported, export_archive, export_folder
from models.hub_cache import HubCache
from models.manifest import ModelInstallation
from models.progress import Control, DownloadProgress
from models.room import Room
from models.store import State, Store, installation_of, state_of
from models.verify import ModelVerified, distrust, mark_damaged, verify
from runtime.events import LoadProgress

if TYPE_CHECKING:
    from runtime.preparation import ModelPrepared

Progress = Iterator[DownloadProgress | ModelInstalled]


def new_hub(endpoint: str | None, environment: Mapping[str, str], proxy: str | None = None) -> Hub:
    """The hub at `endpoint`; None is what the environment names, else the public one. Raises `InputError`.

    `proxy` is as in `HubTransport`.
    """
    from models.transport import HubTransport

    return HubTransport(
        endpoint or environment.get("HF_ENDPOINT") or None,
        version=app.__version__,
        token=environment.get("HF_TOKEN") or None,
        proxy=proxy,
    )


class ModelJobs:
    """What can be done with models on this PC."""

    def __init__(
        self,
        settings: Settings,
        installs: Installs,
        *,
        disk: Disk | None = None,
        environment: Mapping[str, str] = os.environ,
        hub: Callable[[str | None, Mapping[str, str], str | None], Hub] = new_hub,
        accept: Callable[[Path], object] = Checkpoint.open,
    ) -> None:
        self._settings = settings
        self._policy = settings.policy
        self._installs = installs
        self._disk = disk or Disk()
        self._environment = environment
        self._new_hub = hub
        self._accept = accept

    def store(self, folder: Path | None = None) -> Store:
        """The models folder; None is the one of the settings."""
        return Store(folder or self._installs.models_folder, self._disk)

    def new_control(self) -> Control:
        """A control with the limit of the settings."""
        return Control(limit=self._settings.download_limit)

    def download(
        self,
        model: str,
        *,
        control: Control,
        endpoint: str | None = None,
        revision: str | None = None,
        folder: Path | None = None,
    ) -> Progress:
        """Download `model`, complete it, or repair it. See `models.download.download`.

        Args:
            endpoint: a mirror; None is that of the settings, of HF_ENDPOINT, or the public hub.
            folder: another models folder than that of the settings.

        Raises:
            PolicyError: the organisation does not allow it.
        """
        known = self._known(model)
        self._check_download(endpoint, folder)
        hub = self._new_hub(endpoint or self._settings.hub_endpoint, self._environment, self._policy.proxy)
        try:
            yield from download(
                self.store(folder),
                hub,
                known,
                revision=revision,
                donors=self._donors(),
                control=control,
                room=self.room(model),
                accept=self._accept,
            )
        finally:
            if (close := getattr(hub, "close", None)) is not None:
                close()

    def verify(
        self, model: str, *, control: Control, endpoint: str | None = None
    ) -> Iterator[DownloadProgress | ModelVerified | ModelInstalled]:
        """Hash every file of `model`, a name or a folder; what is damaged in the models folder is repaired.

        `ModelVerified` comes after the check, and `ModelInstalled` after a repair.

        Raises:
            ModelError: also when something is damaged that cannot be repaired from the hub.
        """
        installation, store = self._to_verify(model)
        damaged: tuple[str, ...] = ()
        if installation is None:
            self._policy.check_model_changes()
            distrust(store, model)
        else:
            for event in verify(installation, store, control=control):
                if isinstance(event, ModelVerified):
                    damaged = event.damaged
                yield event
            if not damaged:
                return
            names = ", ".join(damaged)
            is_own = store.models_folder == self._installs.models_folder and self._policy.may_change_models
            if is_own:
                mark_damaged(store, installation, damaged)  # from here on nobody loads it
            known = catalog.find(model)
            if not is_own or known is None or known.repository != installation.repository:
                raise ModelError(
                    f"{installation.folder} is damaged: {names}. Chorale did not download it, so copy or import it again."
                )
        yield from self.download(model, control=control, endpoint=endpoint)

    def import_(
        self,
        place: Path,
        *,
        control: Control,
        expected_manifest: str | None = None,
        folder: Path | None = None,
    ) -> Progress:
        """Bring the model at `place` into the models folder. See `models.carry.import_model`.

        Raises `PolicyError` if the organisation does not allow it.
        """
        self._check_change(folder)
        return import_model(
            self.store(folder),
            place.expanduser().absolute(),
            expected_manifest=expected_manifest,
            control=control,
            room=self.room,
            accept=self._accept,
        )

    def export(
        self, model: str, place: Path, *, control: Control
    ) -> Iterator[DownloadProgress | ModelExported]:
        """Copy `model` to the folder `place`, or into the archive `place` if that ends in .zip."""
        store = self.store()
        if model == DEMO:
            raise InputError("The demo comes with every Chorale, so there is nothing to export.")
        installation = store.installation(model)
        place = place.expanduser().absolute()
        if place.suffix.lower() == ".zip":
            return export_archive(store, installation, place, control=control)
        return export_folder(store, installation, place, control=control)

    def prepare(self, model: str, *, control: Control) -> Iterator[LoadProgress | ModelPrepared]:
        """Make `model` ready to load, and test that this PC computes it rightly; quick when that was done."""
        from runtime.preparation import prepare  # numpy comes with it, for which the window need not wait

        install = self._installs.resolve(model)
        request = load_request(install, device="cpu", threads=self._settings.threads)
        return prepare(request, lambda: control.is_cancelled)

    def remove(self, model: str) -> None:
        """Remove `model` and what was derived from it. Raises `AppError`."""
        self._policy.check_model_changes()
        if model == DEMO:
            raise InputError("The demo is part of Chorale and cannot be removed.")
        store = self.store()
        cache = self._installs.cache_of(store.folder(model))
        try:
            with store.locked(model) as is_mine:
                if not is_mine:
                    raise ModelError(
                        f"Another Chorale is at work on {model}. Wait until it has ended, then try again."
                    )
                store.remove(model)
        except OSError as error:
            raise disk_error(error, store.folder(model), f"removing {model}") from error
        with suppress(OSError):  # what is left of it can be made again, and is in nobody's way
            shutil.rmtree(cache)

    def state(self, model: str) -> State:
        """What is there of `model` in the models folder."""
        return self.store().state(model)

    def installations(self) -> tuple[ModelInstallation, ...]:
        """Every complete model that Chorale fetched, with its provenance."""
        store = self.store()
        found = []
        for name in store.disk.names(store.models_folder):
            folder = store.models_folder / name
            if not name.startswith(".") and state_of(folder, store.disk) is State.INSTALLED:
                with suppress(ModelError):
                    found.append(installation_of(folder, store.disk))
        return tuple(found)

    def room(self, model: str) -> tuple[Room, ...]:
        """What will be written besides the model itself."""
        known = catalog.find(model)
        if known is None:
            return ()
        cache = self._installs.cache_of(self.store().folder(model))
        return () if cache.exists() else (Room(cache, known.derived_bytes),)

    @property
    def why_no_download(self) -> str:
        """The sentence with which the organisation refuses downloads; empty if it does not."""
        try:
            self._policy.check_downloads()
        except PolicyError as error:
            return error.user_text
        return ""

    @property
    def may_change(self) -> bool:
        """Whether the organisation allows changes to the models folder."""
        return self._policy.may_change_models

    def check_change(self) -> None:
        """Raises `PolicyError` if it does not."""
        self._policy.check_model_changes()

    def check_move(self) -> None:
        """Raises `PolicyError` if the organisation does not allow models to be kept elsewhere."""
        self._policy.check_models_folder()
        self._policy.check_model_changes()

    def _check_change(self, folder: Path | None) -> None:
        self.check_change()
        if folder is not None and folder != self._installs.models_folder:
            self._policy.check_models_folder()

    def _check_download(self, endpoint: str | None, folder: Path | None) -> None:
        self._policy.check_downloads()
        if endpoint is not None:
            self._policy.check_mirror(endpoint)
        self._check_change(folder)

    def _known(self, model: str) -> CatalogModel:
        known = catalog.find(model)
        if known is None or not known.repository:
            names = ", ".join(entry.id for entry in catalog.catalog() if entry.repository)
            raise InputError(f"{model} cannot be downloaded. Give one of: {names}.")
        return known

    def _donors(self) -> tuple[HubCache, ...]:
        from models.transport import hub_cache_folder

        folder = hub_cache_folder()
        return (HubCache(folder),) if folder.is_dir() else ()

    def _to_verify(self, model: str) -> tuple[ModelInstallation | None, Store]:
        """What is to be hashed, and where; None for a folder that has to be repaired first."""
        if model == DEMO:
            raise InputError("The demo has no list of hashes; it is checked with the rest of Chorale.")
        install = self._installs.place(model)
        store = Store(install.folder.parent, self._disk)
        state = state_of(install.folder, self._disk)
        if state is State.PLAIN:
            Checkpoint.open(install.folder)
            raise ModelError(
                f"{install.folder} is complete, but there is no list of hashes to compare it with. Import it: "
                f"chorale models import {install.folder}"
            )
        if state is State.INSTALLED:
            return installation_of(install.folder, self._disk), store
        if store.models_folder != self._installs.models_folder:
            raise ModelError(f"{install.folder} is damaged or not complete. Copy or import it again.")
        return None, store
