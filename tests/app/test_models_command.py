"""`chorale models` as people and scripts meet it: download, verify, export, import, remove, list."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.commands.models import duration, progress_line
from models.disk import Disk
from models.progress import DownloadProgress, Stage
from tests.fakes.hub import COMMIT, FakeHub, Fault
from tests.support.command_line import Cli
from tests.support.installing import MODEL, Published, published

SHARD = "model.safetensors"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return published(tmp_path_factory.mktemp("published"), "narrow")


@pytest.fixture
def hub(files: Published, monkeypatch: pytest.MonkeyPatch, own_user_folders: Path) -> Iterator[FakeHub]:
    monkeypatch.setattr("app.model_jobs.ModelJobs._donors", lambda jobs: ())
    with FakeHub(files) as hub:
        yield hub


def test_a_model_is_downloaded_listed_checked_carried_and_removed(
    chorale: Cli, hub: FakeHub, files: Published, tmp_path: Path
) -> None:
    assert chorale("models", "download", MODEL, "--endpoint", hub.address, "--json") == 0
    *progress, done = chorale.json()
    assert all(line["type"] == "progress" and {"stage", "done", "total"} <= set(line) for line in progress)
    assert (done["type"], done["revision"], done["received"]) == (
        "installed",
        COMMIT,
        sum(len(content) for content in files.values()),
    )
    assert chorale("models", "list", "--json") == 0
    entry = chorale.json()[-1]
    assert (entry["name"], entry["usable"], entry["state"], entry["revision"]) == (
        MODEL,
        True,
        "installed",
        COMMIT,
    )
    assert entry["source"] == hub.address

    assert chorale("models", "verify", MODEL) == 0
    assert chorale.out == "Every file is as it was published.\n"
    assert chorale("models", "export", MODEL, str(tmp_path / "stick.zip"), "--json") == 0
    manifest = chorale.json()[-1]["manifest"]
    assert chorale("models", "remove", MODEL) == 0
    assert not (chorale.paths.models / MODEL).exists()
    assert chorale("models", "import", str(tmp_path / "stick.zip"), "--manifest", manifest) == 0
    assert chorale.out.startswith(f"{MODEL} is complete: ")
    assert {name: (chorale.paths.models / MODEL / name).read_bytes() for name in files} == files


def test_who_has_a_model_is_told_how_to_talk_to_it_wherever_it_lies(
    chorale: Cli, hub: FakeHub, tmp_path: Path
) -> None:
    assert chorale("models", "download", MODEL, "--endpoint", hub.address) == 0
    assert f"Talk to it: chorale chat --model {MODEL}\n" in chorale.out
    assert chorale("--model", MODEL) == 0
    assert chorale("models", "export", MODEL, str(tmp_path / "m.zip")) == 0
    there = tmp_path / "with a space"
    assert chorale("models", "import", str(tmp_path / "m.zip"), "--to", str(there)) == 0
    assert f'Talk to it: chorale chat --model "{there / MODEL}"\n' in chorale.out
    assert chorale("--model", str(there / MODEL)) == 0
    assert [order.install.folder for order in chorale.orders] == [chorale.paths.models / MODEL, there / MODEL]


@pytest.mark.slow
def test_a_model_can_be_made_ready_as_soon_as_it_is_here(chorale: Cli, hub: FakeHub, tmp_path: Path) -> None:
    there = ("--to", str(tmp_path / "there"))
    assert chorale("models", "download", MODEL, "--endpoint", hub.address, *there, "--prepare", "--json") == 0
    kinds = [line["type"] for line in chorale.json()]
    assert kinds[-1] == "prepared"
    assert kinds.count("installed") == 1
    assert chorale("models", "prepare", str(tmp_path / "there" / MODEL), "--json") == 0
    assert chorale.json()[-1]["was_ready"]


def test_damage_is_repaired_and_said(
    chorale: Cli, hub: FakeHub, files: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub.address)
    assert chorale("models", "download", MODEL) == 0
    shard = chorale.paths.models / MODEL / SHARD
    shard.write_bytes(b"x" + files[SHARD][1:])
    assert chorale("models", "verify", MODEL, "--json") == 0
    kinds = [line["type"] for line in chorale.json()]
    assert kinds.index("verified") < kinds.index("installed")
    assert shard.read_bytes() == files[SHARD]
    (chorale.paths.models / MODEL / "config.json").unlink()
    assert chorale("ask", "--model", MODEL, "hi") == 1
    assert "config.json is missing. Run: chorale models verify gpt-oss-20b" in chorale.err
    assert chorale("models", "verify", MODEL) == 0


def test_damage_that_the_hub_cannot_mend_is_kept_from_use_and_mended_by_importing_again(
    chorale: Cli, own_user_folders: Path, files: Published, tmp_path: Path
) -> None:
    folder = tmp_path / "my-own"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    assert chorale("models", "import", str(folder), "--json") == 0
    name = chorale.json()[-1]["name"]
    shard = chorale.paths.models / name / SHARD
    shard.unlink()  # it may be another name of the user's own file
    shard.write_bytes(files[SHARD][:-1] + bytes([files[SHARD][-1] ^ 1]))  # in a tensor, where no header tells
    assert chorale("models", "verify", name) == 1
    assert "copy or import it again" in chorale.err
    assert chorale("ask", "--model", name, "hi") == 1
    assert chorale("models", "import", str(folder)) == 0, chorale.err
    assert shard.read_bytes() == files[SHARD]


def test_a_model_in_a_folder_that_cannot_be_written_to_is_not_removed_and_says_so(
    chorale: Cli, hub: FakeHub, files: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert chorale("models", "download", MODEL, "--endpoint", hub.address) == 0

    def refuse(disk: Disk, path: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Disk, "try_lock", refuse)
    assert chorale("models", "remove", MODEL) == 1
    assert "Removing gpt-oss-20b stopped." in chorale.err
    assert {name: (chorale.paths.models / MODEL / name).read_bytes() for name in files} == files


def test_a_models_folder_that_cannot_be_read_is_said_and_does_not_keep_the_doctor_away(
    chorale: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    chorale.paths.models.mkdir(parents=True)
    look = Path.iterdir

    def refuse(path: Path) -> Iterator[Path]:
        if path == chorale.paths.models:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return look(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert chorale("models", "list") == 1
    assert "Looking for models stopped." in chorale.err
    assert chorale("doctor") == 0
    assert "Looking for models stopped." in chorale.out


def test_a_model_that_is_not_complete_is_not_offered_and_says_how_to_go_on(
    chorale: Cli, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub.address)
    hub.faults.append(Fault("status", path=SHARD, status=403, times=None))
    assert chorale("models", "download", MODEL) == 1
    assert chorale.err.count("\n") == 1
    assert "refuses the download (status 403)" in chorale.err
    for command in (["ask", "--model", MODEL, "hi"], ["--model", MODEL]):
        assert chorale(*command) == 1
        assert "Go on with: chorale models download gpt-oss-20b" in chorale.err
    assert chorale.engine.loads == []
    assert chorale("models", "list", "--json") == 0
    assert not chorale.json()[-1]["usable"]
    hub.faults.clear()
    assert chorale("models", "download", MODEL) == 0
    assert chorale("models", "list", "--json") == 0
    assert chorale.json()[-1]["usable"]


def test_a_folder_for_everyone_is_used_in_place_and_not_written_to(
    chorale: Cli, hub: FakeHub, tmp_path: Path
) -> None:
    assert (
        chorale("models", "download", MODEL, "--endpoint", hub.address, "--to", str(tmp_path / "share")) == 0
    )
    before = sorted(tmp_path.joinpath("share").rglob("*"))
    chorale.paths.config.mkdir()
    chorale.paths.settings_file.write_text(f'{{"shared_models_folder": "{tmp_path / "share"}"}}')
    assert chorale("--model", MODEL) == 0
    assert chorale.orders[0].install.folder == tmp_path / "share" / MODEL
    assert chorale("models", "verify", MODEL) == 0
    shard = tmp_path / "share" / MODEL / SHARD
    shard.write_bytes(b"x" + shard.read_bytes()[1:])
    assert chorale("models", "verify", MODEL, "--endpoint", hub.address) == 1
    assert "copy or import it again" in chorale.err
    assert sorted(tmp_path.joinpath("share").rglob("*")) == before


@pytest.mark.slow
def test_a_model_is_made_ready_and_tested_once(chorale: Cli, tiny_model: Path) -> None:
    assert chorale("models", "prepare", str(tiny_model), "--json") == 0
    *progress, done = chorale.json()
    assert {line["stage"] for line in progress} >= {"preparing", "testing"}
    assert (done["type"], done["was_ready"]) == ("prepared", False)
    assert chorale("models", "prepare", str(tiny_model)) == 0
    assert "its logits are within" in chorale.out


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("download gpt-oss-7b", "Give one of: gpt-oss-20b, gpt-oss-120b"),
        ("download demo", "cannot be downloaded"),
        ("download gpt-oss-20b --endpoint nonsense", "is not an endpoint"),
        ("verify demo", "checked with the rest of Chorale"),
        ("verify gpt-oss-20b", "is not on this PC"),
        ("export demo x", "nothing to export"),
        ("export gpt-oss-20b x", "Chorale did not put this model there"),
        ("remove gpt-oss-20b", "no model gpt-oss-20b to remove"),
        ("remove demo", "cannot be removed"),
        ("remove ../x", "cannot be the name"),
        ("import nowhere", "neither a file nor a folder"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    chorale: Cli, hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert chorale("models", *line.split()) == 1
    assert sentence in chorale.err
    assert chorale.err.count("\n") == 1
    assert hub.requests == []


def test_a_users_own_folder_is_not_removed(chorale: Cli, hub: FakeHub) -> None:
    folder = chorale.paths.models / "mine"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    assert chorale("models", "remove", "mine") == 1
    assert "Delete the folder yourself" in chorale.err
    assert (folder / "config.json").exists()


def test_progress_for_people_has_a_bar_a_speed_and_the_time_left() -> None:
    event = DownloadProgress(Stage.DOWNLOADING, 3_440_000_000, 13_760_000_000, 25e6, 412.8)
    assert progress_line(event) == (
        "Downloading [######..................] 25 %, 3.44 of 13.76 GB, 25.0 MB/s, 7 min left"
    )
    assert progress_line(DownloadProgress(Stage.LOOKING, 0, None)) == "Looking …"
    paused = DownloadProgress(Stage.DOWNLOADING, 0, 1000, is_paused=True)
    assert progress_line(paused).endswith(", paused")
    assert [duration(s) for s in (45, 100, 7300)] == ["45 s", "2 min", "2 h 2 min"]
