"""Looks what models there are on this PC and what else could be got, and makes a `Shelf` of it.

Every look waits for the disk and changes nothing. Read next: `shelf`; `model_keeper`, which changes things.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from app.installs import DEMO, Install, Installs, refusal_of
from app.model_choice import Choice, Fit
from app.model_jobs import ModelJobs
from app.shelf import Condition, Offer, Provenance, PublishedFile, Shelf, ShelvedModel
from models.checkpoint import Checkpoint
from models.disk import disk_error
from models.errors import AppError, ModelError
from models.manifest import ModelInstallation, Plan
from models.store import State, Store, installation_of, state_of


class ShelfLook:
    """Makes shelves; the arguments are as in `ModelKeeper`."""

    def __init__(
        self,
        jobs: ModelJobs,
        installs: Installs,
        *,
        hub_address: str,
        choices: Callable[[Path], Sequence[Choice]],
        loaded: Callable[[], Path | None],
        is_folder_fixed: bool,
    ) -> None:
        self._jobs, self._installs = jobs, installs
        self._hub_address, self._choices = hub_address, choices
        self._loaded, self._is_folder_fixed = loaded, is_folder_fixed

    def shelf(self, chosen: str | None) -> Shelf:
        """What there is now, where `chosen` is talked to (a `ShelvedModel.name`, or None).

        Raises `ModelError` if the models folder cannot be read.
        """
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
            self._kept(store, install, chosen)
            if install.folder.parent == own
            else self._used(install, install.name, chosen)
            for install in found
        ]
        models.extend(self._elsewhere(found, chosen))
        models.append(self._demo(chosen))
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

    def _kept(self, store: Store, install: Install, chosen: str | None) -> ShelvedModel:
        """A folder in the models folder."""
        state = store.state(install.name)
        model = ShelvedModel(
            install.name,
            install.name,
            str(install.folder),
            bytes_in(install.folder),
            derived=bytes_in(install.cache),
            is_chosen=install.name == chosen,
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

    def _elsewhere(self, found: list[Install], chosen: str | None) -> Iterator[ShelvedModel]:
        """The model that is talked to, if it is not among those."""
        if chosen is not None and chosen not in (DEMO, *(install.name for install in found)):
            with suppress(AppError):
                yield self._used(self._installs.place(chosen), chosen, chosen)

    def _used(self, install: Install, name: str, chosen: str | None) -> ShelvedModel:
        """A folder outside the models folder, which is only read."""
        model = ShelvedModel(
            name,
            install.name,
            str(install.folder),
            bytes_in(install.folder),
            derived=bytes_in(install.cache),
            is_kept=False,
            is_chosen=name == chosen,
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

    def _demo(self, chosen: str | None) -> ShelvedModel:
        install = self._installs.resolve(DEMO)
        return ShelvedModel(
            DEMO,
            "Chorale demo",
            str(install.folder),
            bytes_in(install.folder),
            is_demo=True,
            is_kept=False,
            is_chosen=chosen == DEMO,
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


def bytes_in(folder: Path) -> int:
    """Bytes of the files in a folder; what cannot be read counts as nothing."""
    total = 0
    with suppress(OSError):
        for path in folder.iterdir():
            with suppress(OSError):
                total += path.stat().st_size if path.is_file() else 0
    return total
