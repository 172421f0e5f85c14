"""Which folder `--model` means, and the sentence when there is none."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from app.installs import Installs, load_request
from app.paths import Paths, user_paths
from app.settings import Settings
from models.errors import InputError, ModelError


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "config", tmp_path / "data", tmp_path / "cache", tmp_path / "logs")


@pytest.fixture
def installs(paths: Paths) -> Installs:
    return Installs(paths, Settings(paths.settings_file))


def test_folders_are_the_users_own_and_are_not_made_by_asking(own_user_folders: Path) -> None:
    paths = user_paths()
    for folder in (paths.config, paths.data, paths.cache, paths.logs):
        assert own_user_folders in folder.parents
        assert "chorale" in str(folder).lower()
    assert not own_user_folders.exists()


def test_the_demo_comes_with_chorale(installs: Installs) -> None:
    demo = installs.resolve("demo")
    assert (demo.name, demo.folder.name, demo.folder.parent.name) == ("demo", "demo", "models")
    assert demo.folder.is_absolute()


def test_a_folder_called_demo_here_does_not_stand_in_for_the_demo(
    installs: Installs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "demo").mkdir()
    assert installs.resolve("demo").folder != tmp_path / "demo"
    assert installs.resolve(f".{os.sep}demo").folder == tmp_path / "demo"


def test_a_model_is_found_by_name_in_the_models_folder(installs: Installs, paths: Paths) -> None:
    for name in ("gpt-oss-20b", "my tuning"):
        (paths.models / name).mkdir(parents=True)
        assert installs.resolve(name).folder == paths.models / name
    assert installs.resolve().name == "gpt-oss-20b"
    assert [install.name for install in installs.found()] == ["demo", "gpt-oss-20b", "my tuning"]


def test_the_settings_name_another_models_folder_and_model(paths: Paths, tmp_path: Path) -> None:
    (tmp_path / "big disk" / "tuned").mkdir(parents=True)
    settings = Settings(paths.settings_file)
    settings.models_folder = str(tmp_path / "big disk")
    settings.model = "tuned"
    assert Installs(paths, settings).resolve().folder == tmp_path / "big disk" / "tuned"


def test_any_folder_is_a_model_also_with_umlauts(installs: Installs, tmp_path: Path) -> None:
    folder = tmp_path / "Modèle 大"
    folder.mkdir()
    found = installs.resolve(str(folder))
    assert (found.name, found.folder) == ("Modèle 大", folder)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are Unicode there")
def test_a_folder_whose_name_is_not_text_is_a_model_too(installs: Installs, tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/mod\xe8le"))
    folder.mkdir()
    assert installs.resolve(str(folder)).folder == folder


def test_a_missing_model_says_where_it_was_looked_for_and_what_to_do(
    installs: Installs, paths: Paths, tmp_path: Path
) -> None:
    with pytest.raises(ModelError) as missing:
        installs.resolve()
    assert "gpt-oss-20b is not on this PC" in missing.value.user_text
    assert str(paths.models / "gpt-oss-20b") in missing.value.user_text
    with pytest.raises(ModelError, match="There is no model gpt-oss-20"):
        installs.resolve("gpt-oss-20")
    (tmp_path / "model.safetensors").write_text("")
    with pytest.raises(ModelError, match="is a file; a model is a folder"):
        installs.resolve(str(tmp_path / "model.safetensors"))
    with pytest.raises(InputError, match="empty"):
        installs.resolve(" ")


def test_two_models_never_share_derived_files(installs: Installs, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    a, b = (installs.resolve(str(tmp_path / name)) for name in ("a", "b"))
    assert a.cache != b.cache
    assert not a.cache.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="making links needs a privilege there")
def test_a_link_to_a_model_shares_what_was_derived_from_it(installs: Installs, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    link, folder = (installs.resolve(str(tmp_path / name)) for name in ("link", "a"))
    assert link.cache == folder.cache
    assert link.folder == tmp_path / "link"


def test_loading_makes_the_cache_and_leaves_the_model_alone(installs: Installs, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    install = installs.resolve(str(tmp_path / "a"))
    request = load_request(install, device="cpu", threads=2)
    assert (request.folder, request.cache) == (str(tmp_path / "a"), str(install.cache))
    assert (request.device, request.threads, request.exact) == ("cpu", 2, False)
    assert install.cache.is_dir()
    assert list((tmp_path / "a").iterdir()) == []


def test_a_cache_that_cannot_be_made_says_so(paths: Paths, tmp_path: Path) -> None:
    paths.cache.write_text("in the way")
    installs = Installs(paths, Settings(paths.settings_file))
    with pytest.raises(ModelError, match="cannot be made"):
        load_request(installs.resolve("demo"), device="auto", threads=None)


def test_a_folder_that_is_not_there_is_named_once(installs: Installs, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    with pytest.raises(ModelError) as caught:
        installs.resolve(str(missing))
    assert caught.value.user_text == f"There is no folder {missing}. Check the name, or try --model demo."
