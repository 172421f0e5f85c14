"""Pictures of getting and keeping models, to be looked at: `python -m tests.ui.model_screenshots FOLDER`.

As `tests.ui.screenshots`: scripted, no model and no network; not a test.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt

from app.shelf import Checked, Condition, Done
from models.errors import ModelError
from tests.fakes.chat import FakeChat, hold, services
from tests.fakes.shelf import DEMO, INSTALLED, LARGE, SMALL, FakeModels, at
from tests.ui.screenshots import FULL, READY, SUGGESTIONS, Studio, shoot_in_all_looks
from ui.controller import Stage
from ui.models.models_controller import Kind
from ui.window import MODELS, Window

FULL_DISK = ModelError(
    "Downloading gpt-oss-20b stopped. The disk with /data/ada/.local/share/chorale/models is full. Free some space "
    "there and start again; what is there is kept.",
    "OSError(28, 'No space left on device')",
)
SIZES = {"": (1180, 800), "narrow-": (420, 800)}


def shoot_all(studio: Studio) -> None:
    """Every state once, wide and narrow."""
    for prefix, size in SIZES.items():
        _shoot_size(studio, prefix, size)


def _shoot_size(studio: Studio, prefix: str, size: tuple[int, int]) -> None:
    def open_it(models: FakeModels, is_first_run: bool) -> Window:
        given = services(
            FakeChat(FULL),
            loads=((READY,),),
            suggestions=SUGGESTIONS,
            models=models,
            is_first_run=is_first_run,
        )
        window = studio.open(given, size)
        studio.wait(lambda: window.controller.stage is Stage.READY)
        studio.wait(lambda: window.models is not None and window.models.shelf is not None)
        return window

    def shoot(
        name: str,
        models: FakeModels,
        *,
        first: bool = False,
        then: Callable[[Window], None] = lambda window: None,
    ) -> None:
        window = open_it(models, first)
        if not first:
            window.show_page(MODELS)
        studio.settle()
        then(window)
        studio.shoot(prefix + name, window)
        window.close()

    def downloading(window: Window) -> None:
        assert window.models is not None
        window.models.begin(Kind.DOWNLOAD, "gpt-oss-20b")
        studio.settle()

    def run(kind: Kind, what: str) -> Callable[[Window], None]:
        def begin(window: Window) -> None:
            assert window.models is not None
            window.models.begin(kind, what)
            studio.settle()

        return begin

    def licence(window: Window) -> None:
        assert window.first_run is not None
        window.first_run.licence.click()
        studio.settle()

    def focus(window: Window) -> None:
        assert window.first_run is not None
        window.activateWindow()
        window.first_run.download.setFocus(Qt.FocusReason.TabFocusReason)

    shoot("first", FakeModels(), first=True, then=focus)
    shoot("first-licence", FakeModels(), first=True, then=licence)
    models = FakeModels()
    models.scripts["download"] = [at(0.23), hold]
    shoot("first-download", models, first=True, then=downloading)
    models = FakeModels()
    models.scripts["download"] = [at(0.23), FULL_DISK]
    shoot("first-trouble", models, first=True, then=downloading)
    models = FakeModels()
    models.scripts["download"] = [Done("gpt-oss-20b", 13_760_000_000)]
    models.after["download"] = models.with_models(INSTALLED, DEMO)
    shoot("first-done", models, first=True, then=downloading)

    def meanwhile(window: Window) -> None:
        downloading(window)
        window.end_first_run()
        window.chat.send("What is Chorale, and how do its voices work?")
        studio.wait(lambda: window.controller.stage is Stage.READY)

    models = FakeModels()
    models.scripts["download"] = [at(0.23), hold]
    shoot("bar", models, first=True, then=meanwhile)
    used = replace(INSTALLED, is_chosen=True)
    idle = replace(DEMO, is_chosen=False)
    shoot("models", FakeModels((used, idle), (LARGE,)))
    shoot("models-none", FakeModels())

    def provenance(window: Window) -> None:
        assert window.models_page is not None
        window.models_page.cards["gpt-oss-20b"].more.click()

    shoot("models-provenance", FakeModels((used, idle), (LARGE,)), then=provenance)

    def remove(window: Window) -> None:
        assert window.models_page is not None
        window.models_page.cards["gpt-oss-20b"].remove.click()

    shoot("models-remove", FakeModels((used, idle), (LARGE,)), then=remove)
    models = FakeModels((used, idle), (LARGE,))
    models.scripts["check"] = [at(0.6, speed=1.2e9), hold]
    shoot("models-check", models, then=run(Kind.CHECK, "gpt-oss-20b"))
    damaged = Checked(("model-00002-of-00003.safetensors",), 4_798_702_184)
    models = FakeModels((used, idle), (LARGE,))
    models.scripts["check"] = [damaged]
    models.after["check"] = models.with_models(
        replace(used, condition=Condition.UNFINISHED, why_not="Not complete."), idle
    )
    shoot("models-damaged", models, then=run(Kind.CHECK, "gpt-oss-20b"))
    begun = replace(INSTALLED, condition=Condition.UNFINISHED, size=3_200_000_000, derived=0)
    shoot("models-begun", FakeModels((begun, DEMO), (replace(SMALL, have=3_200_000_000), LARGE)))


if __name__ == "__main__":
    sys.exit(shoot_in_all_looks("tests.ui.model_screenshots", lambda *look: shoot_all(Studio(*look))))
