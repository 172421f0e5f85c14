"""What `app/__main__` gives the window so that it can show and change models: a `ModelKeeper` for this PC."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from app.house import House
from app.installs import DEMO, Install
from app.model_choice import Choice, choose, look_at_pc
from app.model_hints import suggestions_of
from app.model_jobs import ModelJobs
from app.model_keeper import Keep, ModelKeeper
from app.shelf import Face
from models import catalog
from models.disk import disk_error
from runtime.devices import cpu_features, list_devices


def new_keeper(
    house: House,
    settings: Keep,
    install: Install,
    open_model: Callable[[str], Face],
    lend_model: Callable[[str], Face] | None = None,
    loaded: Callable[[], Path | None] = lambda: None,
) -> ModelKeeper:
    """The keeper of this user's models, of which `install` is talked to now; the rest as in `ModelKeeper`."""
    endpoint = house.settings.hub_endpoint or os.environ.get("HF_ENDPOINT") or catalog.HUB
    return ModelKeeper(
        ModelJobs(house.settings, house.installs),
        house.installs,
        settings,
        hub_address=endpoint.rstrip("/"),
        choices=choices_here,
        open_model=open_model,
        lend_model=lend_model,
        loaded=loaded,
        chosen=name_of(install, house.installs.models_folder),
        is_folder_fixed=not (house.policy.may_choose_models_folder and house.policy.may_change_models),
    )


def choices_here(models_folder: Path) -> Sequence[Choice]:
    """Every published model, as it suits this PC. Raises `ModelError` if the disk does not answer."""
    try:
        pc = look_at_pc(models_folder, cpu_features=cpu_features(), devices=list_devices())
    except OSError as error:
        raise disk_error(error, models_folder, "looking at the disk") from error
    return choose(pc, catalog.catalog())


def name_of(install: Install, models_folder: Path) -> str:
    """What `Installs.resolve` finds this model by, also next time."""
    if install.name == DEMO or install.folder.parent == models_folder:
        return install.name
    return str(install.folder)


def title_of(name: str) -> str:
    """What a model that is asked for by `name` is called; looks at no disk."""
    return "Chorale demo" if name == DEMO else Path(name).name or name


def face_of(install: Install) -> Face:
    """How the window shows this model."""
    return Face(install.name, title_of(install.name), install.name == DEMO, suggestions_of(install.folder))
