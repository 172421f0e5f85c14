"""A shelf of models for the window's tests and pictures, and work on it that goes by a script.

    models = FakeModels(offers=(SMALL,))
    models.scripts["download"] = [at(0.2), hold, at(1.0), Done("gpt-oss-20b")]
    models.scripts["check"] = [ModelError("The disk is full. Free some space.")]

A step is an event, an exception to raise, or `hold`, which blocks the worker until `release`, `cancel` or the
end of the test's patience: no sleeps in tests. What work does to the shelf is written down in `after`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.shelf import (
    Condition,
    Face,
    Fit,
    Offer,
    Provenance,
    PublishedFile,
    Shelf,
    ShelvedModel,
    WorkEvent,
)
from models.errors import Cancelled
from models.progress import DownloadProgress, Stage
from tests.fakes.chat import PATIENCE_S, hold

Step = object
REVISION = "6cee5e81ee83917806bbde320786a8fb61efebee"
FOLDER = "/data/ada/.local/share/chorale/models"
FILES = tuple(
    PublishedFile(name, size, f"{i:x}" * 64)
    for i, (name, size) in enumerate(
        (
            ("config.json", 1_806),
            ("model-00001-of-00003.safetensors", 4_792_272_488),
            ("model-00002-of-00003.safetensors", 4_798_702_184),
            ("model-00003-of-00003.safetensors", 4_170_342_232),
            ("tokenizer.json", 27_868_174),
        ),
        3,
    )
)
PUBLISHED = Provenance("openai/gpt-oss-20b", REVISION, "https://huggingface.co", "Apache-2.0", FILES)
SMALL = Offer(
    "gpt-oss-20b",
    "gpt-oss-20b",
    "openai/gpt-oss-20b",
    "Apache-2.0",
    "https://huggingface.co",
    13_760_000_000,
    Fit.WELL,
    (
        "gpt-oss-20b runs well here: it uses 12.5 GB of memory, and 24.8 GB are free.",
        f"It takes 15.1 GB on the disk; 212.0 GB are free at {FOLDER}.",
    ),
    is_advised=True,
)
LARGE = Offer(
    "gpt-oss-120b",
    "gpt-oss-120b",
    "openai/gpt-oss-120b",
    "Apache-2.0",
    "https://huggingface.co",
    65_250_000_000,
    Fit.NOT,
    (
        "gpt-oss-120b does not run usefully here: it uses 63.6 GB of memory and this PC has 34.2 GB. Every word "
        "would wait for the disk for seconds.",
        f"It takes 66.9 GB on the disk; 212.0 GB are free at {FOLDER}.",
    ),
)
DEMO = ShelvedModel(
    "demo",
    "Chorale demo",
    "/opt/chorale/models/demo",
    9_400_000,
    is_demo=True,
    is_kept=False,
    is_chosen=True,
)
INSTALLED = ShelvedModel(
    "gpt-oss-20b",
    "gpt-oss-20b",
    f"{FOLDER}/gpt-oss-20b",
    13_789_186_884,
    total=13_789_186_884,
    derived=1_292_000_000,
    provenance=PUBLISHED,
)


def at(
    part: float, *, speed: float | None = 24.1e6, note: str = "", stage: Stage = Stage.DOWNLOADING
) -> DownloadProgress:
    """A report at that part of 13.8 GB."""
    total = SMALL.download
    done = round(part * total)
    left = (total - done) / speed if speed else None
    return DownloadProgress(stage, done, total, speed, left, note=note)


class FakeWork:
    """Goes by a script; see the module."""

    def __init__(self, owner: FakeModels, kind: str, what: str, script: Sequence[Step]) -> None:
        self._owner, self._kind, self._what, self._script = owner, kind, what, script
        self.is_paused = False
        self._gate = threading.Condition()
        self._released = 0
        self.is_cancelled = False

    def __iter__(self) -> Iterator[WorkEvent]:
        for step in self._script:
            if step is hold:
                with self._gate:
                    if not self._gate.wait_for(lambda: self.is_cancelled or self._released > 0, PATIENCE_S):
                        raise TimeoutError("Nobody released this step.")
                    self._released = max(0, self._released - 1)
            elif isinstance(step, BaseException):
                raise step
            else:
                yield step  # type: ignore[misc]
            if self.is_cancelled:
                raise Cancelled
        self._owner.take_effect(self._kind, self._what)

    def release(self) -> None:
        """Let one `hold` go on."""
        with self._gate:
            self._released += 1
            self._gate.notify_all()

    def pause(self) -> None:
        self.is_paused = True

    def resume(self) -> None:
        self.is_paused = False

    def cancel(self) -> None:
        with self._gate:
            self.is_cancelled = True
            self._gate.notify_all()


class FakeModels:
    """See `ui.services.ModelsInterface`.

    Attributes:
        shelf: what a look finds; a test may change it.
        scripts: steps of each kind of work, by the method's name.
        after: what the shelf is after work of that kind has ended well.
        asked: (method, argument) of every call but looks.
        trouble: raised by the next look, if there is one.
        refusal: raised by the next choice of a model.
    """

    def __init__(
        self,
        models: Sequence[ShelvedModel] = (DEMO,),
        offers: Sequence[Offer] = (SMALL, LARGE),
        *,
        free: int | None = 212_000_000_000,
        is_folder_fixed: bool = False,
    ) -> None:
        self.shelf = Shelf(tuple(models), tuple(offers), FOLDER, free, is_folder_fixed)
        self.scripts: dict[str, list[Step]] = {}
        self.after: dict[str, Shelf] = {}
        self.asked: list[tuple[str, str]] = []
        self.trouble: BaseException | None = None
        self.refusal: BaseException | None = None
        self.works: list[FakeWork] = []

    @property
    def work(self) -> FakeWork:
        """The work that was begun last."""
        return self.works[-1]

    def look(self) -> Shelf:
        trouble, self.trouble = self.trouble, None
        if trouble is not None:
            raise trouble
        return self.shelf

    def licence(self, name: str) -> str:
        self.asked.append(("licence", name))
        return "Apache License\nVersion 2.0, January 2004\n\n" + "Terms and conditions. " * 200

    def talk_to(self, name: str) -> Face:
        face = self._face("talk_to", name)
        models = tuple(replace(model, is_chosen=model.name == name) for model in self.shelf.models)
        self.shelf = replace(self.shelf, models=models)
        return face

    def lend(self, name: str) -> Face:
        return self._face("lend", name)

    def _face(self, way: str, name: str) -> Face:
        """Load it next."""
        refusal, self.refusal = self.refusal, None
        if refusal is not None:
            raise refusal
        self.asked.append((way, name))
        models = tuple(replace(model, is_loaded=model.name == name) for model in self.shelf.models)
        self.shelf = replace(self.shelf, models=models)
        is_demo = name == "demo"
        return Face(
            name, "Chorale demo" if is_demo else name, is_demo, ("What is Chorale?",) if is_demo else ()
        )

    def download(self, name: str) -> FakeWork:
        return self._begin("download", name)

    def bring(self, place: str) -> FakeWork:
        return self._begin("bring", place)

    def check(self, name: str) -> FakeWork:
        return self._begin("check", name)

    def remove(self, name: str) -> FakeWork:
        return self._begin("remove", name)

    def move(self, folder: str) -> FakeWork:
        return self._begin("move", folder)

    def take_effect(self, kind: str, what: str) -> None:
        """Work has ended well."""
        self.shelf = self.after.get(kind, self.shelf)

    def with_models(self, *models: ShelvedModel) -> Shelf:
        """The shelf with these models; of the offers those that are left."""
        ready = {model.name for model in models if model.condition is Condition.READY}
        offers = tuple(offer for offer in self.shelf.offers if offer.name not in ready)
        return replace(self.shelf, models=models, offers=offers)

    def _begin(self, kind: str, what: str) -> FakeWork:
        self.asked.append((kind, what))
        self.works.append(FakeWork(self, kind, what, self.scripts.get(kind, [])))
        return self.work
