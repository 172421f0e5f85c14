"""The terms of a model, to be read before and after it is here."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.licence_text import apache_licence, licence_text


def test_before_the_download_the_licence_and_what_the_policy_asks_can_be_read() -> None:
    text = licence_text()
    assert "usage policy" in text
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_the_models_own_policy_stands_first_once_it_is_here(tmp_path: Path) -> None:
    (tmp_path / "USAGE_POLICY").write_text("Use it well.\n", encoding="utf-8")
    (tmp_path / "LICENSE").write_text("The publisher's licence.", encoding="utf-8")
    assert licence_text(tmp_path) == "USAGE_POLICY\n\nUse it well.\n\n\nLICENSE\n\nThe publisher's licence."


def test_a_model_without_terms_of_its_own_shows_the_usual_ones(tmp_path: Path) -> None:
    assert licence_text(tmp_path) == licence_text()


def test_terms_that_are_no_text_are_shown_as_far_as_they_go(tmp_path: Path) -> None:
    (tmp_path / "USAGE_POLICY").write_bytes(b"Use it \xff well." + b"!" * (1 << 20))
    assert "Use it \ufffd well." in licence_text(tmp_path)
    assert len(licence_text(tmp_path)) < 1 << 19


def test_an_installed_chorale_finds_the_licence_in_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class File:
        name = "LICENSE"

        def locate(self) -> Path:
            return tmp_path / "LICENSE"

    (tmp_path / "LICENSE").write_text("Installed terms.", encoding="utf-8")
    monkeypatch.setattr("app.__file__", str(tmp_path / "site" / "app" / "__init__.py"))
    monkeypatch.setattr("importlib.metadata.files", lambda name: [File()])
    assert apache_licence() == "Installed terms."
