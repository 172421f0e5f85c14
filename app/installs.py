"""Which model folder a name means, and where that model's derived files go.

`--model` takes `demo` (comes with Chorale), the name of a model (`gpt-oss-20b`, in the models folder), or
any folder. Model folders are only ever read. Whether a folder really holds a model is found out by whoever
opens it (`models.checkpoint`); here only its place is. Read next: `commands`.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

import models
from app.device_policy import allowed_device
from app.paths import Paths
from app.policy import NO_POLICY, Policy
from app.private_files import make_folder
from app.settings import Settings
from models.disk import disk_error
from models.errors import InputError, ModelError, PolicyError
from models.store import State, installation_of, state_of, unfinished
from runtime.events import LoadRequest

DEMO = "demo"
PUBLISHED = ("gpt-oss-20b", "gpt-oss-120b")
DEFAULT = PUBLISHED[0]


@dataclass(frozen=True, slots=True)
class Install:
    """A model on this PC.

    Attributes:
        name: what it is called; for a folder of the user's, the folder's name.
        folder: absolute; holds the published files; may be read-only.
        cache: absolute; for derived files; may not exist yet.
        policy: what the organisation allows to do with it.
    """

    name: str
    folder: Path
    cache: Path
    policy: Policy = field(default=NO_POLICY, compare=False, repr=False)


class Installs:
    """The models of one user.

    Attributes:
        models_folder: where models are kept by name.
        shared_folder: where else they are looked for; never written to. None if there is no such folder.
        policy: what the organisation decides.
    """

    def __init__(self, paths: Paths, settings: Settings) -> None:
        chosen = settings.models_folder
        self.models_folder = Path(chosen).expanduser().absolute() if chosen else paths.models
        shared = settings.shared_models_folder
        self.shared_folder = Path(shared).expanduser().absolute() if shared else None
        self._derived = paths.cache / "derived"
        self._chosen = settings.model
        self.policy = settings.policy

    def resolve(self, model: str | None = None) -> Install:
        """The model that `model` means; None is the one chosen in the settings, else gpt-oss-20b.

        Raises:
            InputError: it is blank.
            ModelError: there is no such folder, or it holds a download that has not ended, or a damaged one;
                the sentence says where it was looked for or what to do.
        """
        install = self.place(model)
        match state_of(install.folder):
            case State.UNFINISHED:
                raise unfinished(install.folder)
            case State.DAMAGED:
                installation_of(install.folder)
        return install

    def place(self, model: str | None = None) -> Install:
        """As `resolve`, but whatever state the folder is in."""
        wanted = self._chosen or DEFAULT if model is None else model
        if not wanted.strip():
            raise InputError("The model's name is empty. Give demo, gpt-oss-20b or a folder.")
        if wanted == DEMO:
            return self._install(DEMO, demo_folder())
        named = self._named(wanted)
        if wanted in PUBLISHED or (_is_plain_name(wanted) and named.is_dir()):
            if not named.is_dir():
                raise ModelError(
                    f"{wanted} is not on this PC: there is no folder {named}. "
                    f"Run: chorale models download {wanted}, name its folder, or try --model {DEMO}."
                )
            return self._install(wanted, named)
        folder = Path(wanted).expanduser().absolute()
        if folder.is_dir():
            return self._install(folder.name, folder)
        if folder.exists():
            raise ModelError(f"{folder} is a file; a model is a folder. Name the folder it is in.")
        if folder == named:
            raise ModelError(f"There is no folder {folder}. Check the name, or try --model {DEMO}.")
        raise ModelError(
            f"There is no model {wanted}: neither {folder} nor {named} is a folder. "
            f"Check the name, or try --model {DEMO}."
        )

    def found(self) -> tuple[Install, ...]:
        """The demo, every folder in the models folder, by name, and those in the shared one.

        Raises:
            ModelError: one of those folders cannot be read.
        """
        folders: list[Path] = []
        for place in (self.models_folder, self.shared_folder):
            if place is None:
                continue
            names = {folder.name for folder in folders}
            try:
                if place.is_dir():
                    folders += sorted(
                        folder
                        for folder in place.iterdir()
                        if folder.is_dir() and folder.name[0] != "." and folder.name not in names
                    )
            except OSError as error:
                raise disk_error(error, place, "looking for models") from error
        return (
            self._install(DEMO, demo_folder()),
            *(self._install(folder.name, folder.absolute()) for folder in folders),
        )

    def cache_of(self, folder: Path) -> Path:
        """Where what is derived from the model in `folder` is kept."""
        return self._install(folder.name, folder).cache

    def _named(self, name: str) -> Path:
        """The folder of a model by name: in the models folder, else in the shared one."""
        own = self.models_folder / name
        if self.shared_folder is not None and not own.is_dir() and (self.shared_folder / name).is_dir():
            return self.shared_folder / name
        return own

    def _install(self, name: str, folder: Path) -> Install:
        # By its real place, so that a link to a model shares what was derived from it.
        place = os.path.normcase(os.path.realpath(folder))
        digest = hashlib.sha256(place.encode("utf-8", "surrogateescape")).hexdigest()
        return Install(name, folder, self._derived / digest[:16], self.policy)


def load_request(
    install: Install, *, device: str, threads: int | None, exact: bool = False, insist: bool = False
) -> LoadRequest:
    """What the engine is told to load, as in `LoadRequest`; makes the cache folder.

    Raises:
        ModelError: the cache folder cannot be made.
        PolicyError: the organisation does not allow the model, or a device that is insisted on.
    """
    check_allowed(install)
    device = allowed_device(device, install.policy, insist=insist)
    try:
        make_folder(install.cache)
    except OSError as error:
        raise ModelError(
            f"The folder for derived files, {install.cache}, cannot be made ({error.strerror}). "
            "Make its parent writable."
        ) from error
    return LoadRequest(
        folder=str(install.folder),
        cache=str(install.cache),
        device=device,
        threads=threads,
        exact=exact,
        insist=insist,
    )


def check_allowed(install: Install) -> None:
    """Raises `PolicyError` if the organisation does not allow the model."""
    if install.policy.allowed_models is not None and install.folder != demo_folder():
        from app.history.origin import model_hash

        install.policy.check_model(install.name, model_hash(install.folder))


def refusal_of(install: Install) -> str:
    """Why the organisation does not allow the model; empty if it does."""
    try:
        check_allowed(install)
    except PolicyError as error:
        return error.user_text
    return ""


def demo_folder() -> Path:
    """The demo model's folder, which comes with Chorale and is used in place."""
    return Path(models.__path__[0]).absolute() / DEMO


def _is_plain_name(text: str) -> bool:
    return Path(text).name == text and text not in (".", "..")
