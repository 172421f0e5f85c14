"""What the window is given of models: how the one that is talked to is called, shown, and found again."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.installs import Install, demo_folder
from app.shelf import Fit
from app.terminal import Terminal
from app.window_models import choices_here, face_of, name_of, new_keeper
from models.errors import ModelError
from tests.support.command_line import Cli


def install(name: str, folder: Path) -> Install:
    return Install(name, folder, folder / "cache")


def test_a_model_is_named_so_that_it_is_found_again(tmp_path: Path) -> None:
    assert name_of(install("demo", demo_folder()), tmp_path) == "demo"
    assert name_of(install("gpt-oss-20b", tmp_path / "gpt-oss-20b"), tmp_path) == "gpt-oss-20b"
    share = tmp_path / "share" / "gpt-oss-20b"
    assert name_of(install("gpt-oss-20b", share), tmp_path) == str(share)


def test_the_demo_shows_as_what_it_is_with_questions_to_begin_with(tmp_path: Path) -> None:
    demo = face_of(install("demo", demo_folder()))
    assert (demo.title, demo.is_demo) == ("Chorale demo", True)
    assert demo.suggestions
    other = face_of(install("gpt-oss-20b", tmp_path))
    assert (other.title, other.is_demo, other.suggestions) == ("gpt-oss-20b", False, ())


def test_every_published_model_is_judged_for_this_pc(tmp_path: Path) -> None:
    choices = [choice for choice in choices_here(tmp_path) if choice.model.repository]
    assert {choice.model.id for choice in choices} == {"gpt-oss-20b", "gpt-oss-120b"}
    assert all(choice.sentences and choice.fit in Fit for choice in choices)


def test_a_disk_that_does_not_answer_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(folder: Path, **given: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("app.window_models.look_at_pc", fail)
    with pytest.raises(ModelError, match="Check the disk"):
        choices_here(tmp_path)


def test_the_keeper_names_the_mirror_that_the_settings_name(chorale: Cli) -> None:
    chorale.paths.config.mkdir()
    chorale.paths.settings_file.write_text('{"hub_endpoint": "https://mirror.example/hub/"}')
    house = chorale.make_house(Terminal.standard())
    demo = house.installs.resolve("demo")
    keeper = new_keeper(house, _Forgets(), demo, lambda name: face_of(demo))
    shelf = keeper.look()
    assert {offer.address for offer in shelf.offers} == {"https://mirror.example/hub"}
    assert [model.name for model in shelf.models if model.is_chosen] == ["demo"]


class _Forgets:
    """Remembers nothing."""

    def set(self, key: str, value: str | None) -> None: ...

    def flush(self) -> None: ...
