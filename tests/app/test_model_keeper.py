"""The keeper of models, on real folders: what the shelf shows in each state, and that work leaves the right one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from app.installs import Installs
from app.model_choice import Choice, ThisPc, choose
from app.model_jobs import ModelJobs
from app.model_keeper import ModelKeeper
from app.paths import Paths
from app.policy import NO_POLICY, Policy
from app.settings import Settings
from app.shelf import Checked, Condition, Done, Face, Fit, Shelf, WorkEvent
from models import catalog
from models.errors import AppError, Cancelled, InputError, ModelError
from models.progress import Control, DownloadProgress
from runtime.events import LoadProgress
from runtime.preparation import ModelPrepared
from tests.fakes.registry import policy_of
from tests.support.installing import MODEL, Published, published


class Kept:
    """What the keeper remembers, as `SettingsWriter` would."""

    def __init__(self) -> None:
        self.values: dict[str, str | None] = {}
        self.flushes = 0

    def set(self, key: str, value: str | None) -> None:
        self.values[key] = value

    def flush(self) -> None:
        self.flushes += 1


class QuickJobs(ModelJobs):
    """Prepares in no time, and counts."""

    prepared: tuple[str, ...] = ()

    def prepare(self, model: str, *, control: Control) -> Iterator[LoadProgress | ModelPrepared]:
        self.prepared += (model,)
        yield LoadProgress("preparing", 1, 2)
        yield LoadProgress("testing")
        yield ModelPrepared(False, "avx2", 0.1, 0.01, 1.0)


class Home:
    """A keeper of a user's folders below `root`."""

    def __init__(
        self,
        root: Path,
        *,
        memory: int = 32_000_000_000,
        refuses: bool = False,
        really: bool = False,
        policy: Policy = NO_POLICY,
    ) -> None:
        self.root = root
        self.paths = Paths(root / "config", root / "data", root / "cache", root / "logs")
        settings = Settings(self.paths.settings_file, policy)
        self.installs = Installs(self.paths, settings)
        self.kept = Kept()
        self.opened: list[str] = []
        self.refuses = refuses

        def open_model(name: str) -> Face:
            if self.refuses:
                raise ModelError("It cannot be used.")
            self.opened.append(name)
            return Face(name, name, False, ())

        def choices(folder: Path) -> Sequence[Choice]:
            pc = ThisPc(memory, memory, 500_000_000_000, str(folder))
            return choose(pc, catalog.catalog())

        self.jobs: ModelJobs = (ModelJobs if really else QuickJobs)(settings, self.installs)
        self.keeper = ModelKeeper(
            self.jobs,
            self.installs,
            self.kept,
            hub_address="https://hub.example",
            choices=choices,
            open_model=open_model,
            chosen="demo",
        )

    def look(self) -> Shelf:
        return self.keeper.look()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return published(tmp_path_factory.mktemp("published"), "narrow")


@pytest.fixture
def stick(tmp_path: Path, files: Published) -> Path:
    """A folder of published files, as on a stick."""
    folder = tmp_path / "stick" / MODEL
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def last(events: Iterable[WorkEvent]) -> WorkEvent:
    return list(events)[-1]


@pytest.fixture
def brought(home: Home, stick: Path) -> Home:
    """A home with the model in it."""
    done = last(home.keeper.bring(str(stick)))
    assert isinstance(done, Done)
    assert done.name == MODEL
    return home


def test_a_pc_without_models_shows_the_demo_and_what_can_be_had_the_best_first(home: Home) -> None:
    shelf = home.look()
    assert [model.name for model in shelf.models] == ["demo"]
    assert shelf.models[0].is_chosen
    assert [offer.name for offer in shelf.offers] == ["gpt-oss-20b", "gpt-oss-120b"]
    small, large = shelf.offers
    assert (small.fit, small.is_advised, small.address) == (Fit.WELL, True, "https://hub.example")
    assert (large.fit, large.is_advised) == (Fit.NOT, False)
    assert small.sentences[0].startswith("gpt-oss-20b runs well here")
    assert shelf.folder == str(home.paths.models)
    assert shelf.free is not None


def test_a_pc_that_no_model_suits_is_advised_none(tmp_path: Path) -> None:
    shelf = Home(tmp_path, memory=4_000_000_000).look()
    assert all(offer.fit is Fit.NOT and not offer.is_advised for offer in shelf.offers)


def test_a_model_that_was_brought_tells_where_it_came_from(brought: Home, files: Published) -> None:
    model = brought.look().models[0]
    assert (model.name, model.condition, model.is_kept) == (MODEL, Condition.READY, True)
    assert model.total == sum(len(content) for content in files.values())
    assert model.provenance is not None
    assert {file.name for file in model.provenance.files} == set(files)
    assert all(len(file.sha256) == 64 for file in model.provenance.files)
    assert MODEL not in [offer.name for offer in brought.look().offers]


def test_a_model_that_was_brought_is_made_ready_and_tested_before_it_is_said_to_be_ready(
    home: Home, stick: Path
) -> None:
    events = list(home.keeper.bring(str(stick)))
    stages = [event.stage for event in events if isinstance(event, LoadProgress)]
    assert stages == ["preparing", "testing"]
    assert isinstance(events[-1], Done)
    assert events[-1].is_tested
    assert isinstance(home.jobs, QuickJobs)
    assert home.jobs.prepared == (MODEL,)


@pytest.mark.slow
def test_what_was_made_ready_is_found_beside_the_other_derived_files(tmp_path: Path, stick: Path) -> None:
    home = Home(tmp_path, really=True)
    done = last(home.keeper.bring(str(stick)))
    assert isinstance(done, Done)
    assert done.is_tested
    assert home.look().models[0].derived > 0


def test_a_download_that_was_broken_off_is_gone_on_with_and_not_talked_to(brought: Home) -> None:
    folder = brought.paths.models / MODEL
    plan = (folder / "installation.json").read_text()
    (folder / "download.json").write_text(plan)
    (folder / "installation.json").unlink()
    (folder / "tokenizer.json").unlink()
    shelf = brought.look()
    model = shelf.models[0]
    assert model.condition is Condition.UNFINISHED
    assert model.why_not
    assert model.total is not None
    assert model.size < model.total
    offer = next(offer for offer in shelf.offers if offer.name == MODEL)
    assert offer.have == model.size


def test_a_file_cut_short_shows_as_damaged(brought: Home) -> None:
    (brought.paths.models / MODEL / "tokenizer.json").write_bytes(b"{")
    model = brought.look().models[0]
    assert model.condition is Condition.DAMAGED
    assert "tokenizer.json" in model.why_not


def test_an_empty_folder_is_no_model(home: Home) -> None:
    (home.paths.models / MODEL).mkdir(parents=True)
    assert [model.name for model in home.look().models] == ["demo"]


def test_a_folder_of_the_users_own_is_shown_and_never_touched(home: Home, stick: Path) -> None:
    shutil.copytree(stick, home.paths.models / "mine")
    (home.paths.models / "notes").mkdir()
    (home.paths.models / "notes" / "a.txt").write_text("My notes.")
    mine, notes = home.look().models[:2]
    assert (mine.name, mine.condition, mine.is_kept) == ("mine", Condition.READY, False)
    assert (notes.condition, notes.is_kept) == (Condition.UNUSABLE, False)
    with pytest.raises(AppError):
        last(home.keeper.remove("notes"))
    assert (home.paths.models / "notes" / "a.txt").read_text() == "My notes."


def test_a_model_used_where_it_is_stands_on_the_shelf(home: Home, stick: Path) -> None:
    home.keeper.talk_to(str(stick))
    model = home.look().models[0]
    assert (model.name, model.title, model.is_chosen, model.is_kept) == (str(stick), MODEL, True, False)
    assert home.kept.values["model"] == str(stick)
    assert not home.look().models[-1].is_chosen


def test_a_model_that_is_refused_is_not_remembered(tmp_path: Path) -> None:
    home = Home(tmp_path, refuses=True)
    with pytest.raises(ModelError):
        home.keeper.talk_to(MODEL)
    assert home.kept.values == {}
    assert home.look().models[-1].is_chosen


def test_a_model_that_is_lent_is_not_remembered_as_the_one_of_everywhere(brought: Home) -> None:
    brought.keeper.lend(MODEL)
    assert brought.opened == [MODEL]
    assert brought.kept.values == {}
    assert [model.name for model in brought.look().models if model.is_chosen] == ["demo"]


def test_the_shelf_says_whose_files_are_in_use_whatever_is_chosen(brought: Home) -> None:
    brought.keeper._looks._loaded = lambda: brought.paths.models / MODEL
    models = {model.name: model for model in brought.look().models}
    assert (models[MODEL].is_loaded, models[MODEL].is_chosen) == (True, False)
    assert (models["demo"].is_loaded, models["demo"].is_chosen) == (False, True)


def test_the_shelf_says_which_models_the_organisation_refuses_and_why(tmp_path: Path, stick: Path) -> None:
    home = Home(tmp_path, policy=policy_of(AllowedModels=["0" * 64]))
    assert isinstance(last(home.keeper.bring(str(stick))), Done)
    models = {model.name: model for model in home.look().models}
    assert f"does not allow the model {MODEL}" in models[MODEL].refusal
    assert models["demo"].refusal == ""


def test_a_check_finds_the_one_bad_byte_and_takes_the_model_out_of_use(brought: Home) -> None:
    done = last(brought.keeper.check(MODEL))
    assert done == Checked((), 0)
    shard = brought.paths.models / MODEL / "model.safetensors"
    content = bytearray(shard.read_bytes())
    content[-1] ^= 1
    shard.unlink()  # it may share its bytes with the stick
    shard.write_bytes(content)
    done = last(brought.keeper.check(MODEL))
    assert done == Checked(("model.safetensors",), len(content))
    model = brought.look().models[0]
    assert model.condition is Condition.DAMAGED
    with pytest.raises(ModelError):
        brought.installs.resolve(MODEL)


def test_removing_frees_the_model_and_what_was_made_from_it(brought: Home) -> None:
    cache = brought.installs.cache_of(brought.paths.models / MODEL)
    cache.mkdir(parents=True)
    (cache / "dense-q8.safetensors").write_bytes(b"x" * 1000)
    before = brought.look().models[0]
    assert before.derived == 1000
    done = last(brought.keeper.remove(MODEL))
    assert done == Done(MODEL, freed=before.size + 1000)
    assert not (brought.paths.models / MODEL).exists()
    assert not cache.exists()


def test_models_move_to_another_folder_and_are_found_there(
    brought: Home, tmp_path: Path, files: Published
) -> None:
    new = tmp_path / "elsewhere"
    events = list(brought.keeper.move(str(new)))
    assert isinstance(events[-1], Done)
    assert brought.kept.values == {"models_folder": str(new)}
    assert brought.kept.flushes == 1  # written down before anything is removed
    shelf = brought.look()
    assert shelf.folder == str(new)
    assert (shelf.models[0].name, shelf.models[0].condition) == (MODEL, Condition.READY)
    assert {name: (new / MODEL / name).read_bytes() for name in files} == files
    assert not (brought.paths.models / MODEL).exists()


def test_a_move_that_is_cancelled_leaves_every_model_where_it_was(brought: Home, tmp_path: Path) -> None:
    new = tmp_path / "elsewhere"
    work = brought.keeper.move(str(new))
    with pytest.raises(Cancelled):
        for event in work:
            assert isinstance(event, DownloadProgress)
            work.cancel()
    assert brought.kept.values == {}
    assert brought.look().models[0].condition is Condition.READY
    assert not (new / MODEL).exists()


@pytest.mark.parametrize(
    ("place", "why"),
    [
        (lambda home: home.paths.models, "already"),
        (lambda home: home.paths.models / "deeper", "within"),
    ],
)
def test_a_folder_that_is_no_other_place_is_refused(
    brought: Home, place: Callable[[Home], Path], why: str
) -> None:
    with pytest.raises(InputError, match=why):
        last(brought.keeper.move(str(place(brought))))
    assert brought.look().models[0].condition is Condition.READY


def test_an_unfinished_model_is_not_lost_from_sight_by_a_move(home: Home, tmp_path: Path) -> None:
    begun = home.paths.models / MODEL
    begun.mkdir(parents=True)
    (begun / "download.json").write_text("{}")
    with pytest.raises(ModelError, match="not complete"):
        last(home.keeper.move(str(tmp_path / "elsewhere")))
    assert home.kept.values == {}


@pytest.mark.parametrize("is_read_only", [False, True])
def test_a_models_folder_that_is_only_read_is_said_to_be(tmp_path: Path, is_read_only: bool) -> None:
    shelf = Home(tmp_path, policy=policy_of(ModelFolderReadOnly=int(is_read_only))).look()
    assert shelf.is_read_only is is_read_only
    assert [bool(offer.refusal) for offer in shelf.offers] == [is_read_only] * len(shelf.offers)


def test_an_empty_models_folder_is_changed_at_once(home: Home, tmp_path: Path) -> None:
    last(home.keeper.move(str(tmp_path / "elsewhere")))
    assert home.look().folder == str(tmp_path / "elsewhere")


def test_the_licence_is_the_models_own_once_it_is_here(brought: Home, tmp_path: Path) -> None:
    before = Home(tmp_path / "other").keeper.licence(MODEL)
    assert "usage policy" in before
    assert "TERMS AND CONDITIONS" in before
    (brought.paths.models / MODEL / "USAGE_POLICY").write_text("Be kind.")
    own = brought.keeper.licence(MODEL)
    assert "Be kind." in own
    assert "Apache License" in own
