"""dev.py: what a newcomer reads when something is missing, and that nothing is installed twice."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

import dev

Version = namedtuple("Version", "major minor micro releaselevel serial")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with both lock files and an environment in which nothing is installed yet."""
    (tmp_path / ".venv").mkdir()
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "STAMP", tmp_path / ".venv" / "stamp.json")
    monkeypatch.setattr(dev, "APP_LOCK", tmp_path / "requirements.lock")
    monkeypatch.setattr(dev, "DEV_LOCK", tmp_path / "requirements-dev.lock")
    return tmp_path


def record_installed(lock: Path) -> None:
    dev.STAMP.write_text(json.dumps({lock.name: dev.fingerprint(lock)}), encoding="utf-8")


@pytest.mark.parametrize("version", [(3, 10, 14), (3, 14, 0)])
def test_a_python_that_does_not_fit_is_named_in_one_sentence(
    version: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", Version(*version, "final", 0))
    monkeypatch.setattr(dev, "other_python", list)
    with pytest.raises(dev.SetupError, match=r"Chorale needs Python 3\.11, 3\.12 or 3\.13; this is "):
        dev.main(["demo"])


def test_without_the_right_to_install_the_exact_command_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    with pytest.raises(dev.SetupError) as refusal:
        dev.install_system_packages(["libegl1", "libgl1"], "The window needs more")
    assert str(refusal.value).splitlines() == [
        "The window needs more. Run this, then try again:",
        "    sudo apt-get install --yes --no-install-recommends libegl1 libgl1",
    ]


def test_a_system_without_apt_is_told_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(dev.SetupError, match=r"these Debian packages: libegl1 libgl1$"):
        dev.install_system_packages(["libegl1", "libgl1"], "The window needs more")


@pytest.mark.skipif(sys.platform != "linux", reason="Windows needs no system libraries")
def test_only_missing_libraries_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(dev, "has_library", lambda name: name != "libxcb-cursor.so.0")
    monkeypatch.setattr(dev, "install_system_packages", lambda packages, purpose: asked.append(packages))
    dev.install_qt_libraries()
    assert asked == [["libxcb-cursor0"]]


@pytest.mark.skipif(sys.platform != "linux", reason="the emulator is for Linux")
def test_tests_run_without_the_emulator_when_it_cannot_be_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(
        dev, "EMULATOR", {"/nowhere/qemu-aarch64": "qemu-user", __file__: "installed-already"}
    )
    monkeypatch.setattr(shutil, "which", lambda name: None)
    dev.install_emulator()
    assert capsys.readouterr().err.splitlines() == [
        "The tests of the ARM64 kernels need an emulator. Install what your system calls these Debian packages: "
        "qemu-user",
        "Until then they are skipped.",
    ]
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    dev.install_emulator()
    assert capsys.readouterr().err == "", "an ARM64 processor needs no emulator"


def test_a_folder_of_the_users_named_venv_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "notes.txt").write_text("mine", encoding="utf-8")
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    with pytest.raises(dev.SetupError, match="is not a virtual environment; move it away"):
        dev.make_environment()
    assert (tmp_path / ".venv" / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_set_up_that_was_cut_is_not_taken_for_complete(checkout: Path) -> None:
    assert not dev.is_installed(dev.APP_LOCK)
    dev.STAMP.write_text('{"requirements', encoding="utf-8")
    assert not dev.is_installed(dev.APP_LOCK)


def test_the_environment_for_development_also_runs_the_app(checkout: Path) -> None:
    record_installed(dev.DEV_LOCK)
    assert dev.is_installed(dev.DEV_LOCK)
    assert dev.is_installed(dev.APP_LOCK)


def test_the_environment_of_the_app_is_not_enough_for_development(checkout: Path) -> None:
    record_installed(dev.APP_LOCK)
    assert dev.is_installed(dev.APP_LOCK)
    assert not dev.is_installed(dev.DEV_LOCK)


@pytest.mark.parametrize("changed", ["requirements.lock", "pyproject.toml"])
def test_after_a_pull_that_changes_packages_they_are_installed(checkout: Path, changed: str) -> None:
    record_installed(dev.APP_LOCK)
    (checkout / changed).write_text("newer", encoding="utf-8")
    assert not dev.is_installed(dev.APP_LOCK)


def test_the_lock_is_made_from_the_index_that_pip_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    listing = (
        ":env:.index-url='https://mirror.example/env'\n"
        "global.cert='/etc/company.pem'\n"
        "global.index-url='https://mirror.example/global'\n"
    )
    done = subprocess.CompletedProcess([], 0, stdout=listing)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    assert dev.index_of_pip() == {
        "UV_DEFAULT_INDEX": "https://mirror.example/env",
        "SSL_CERT_FILE": "/etc/company.pem",
    }


def test_an_unknown_command_is_refused_with_the_list_of_commands() -> None:
    done = subprocess.run(
        [sys.executable, dev.__file__, "frobnicate"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "python3 dev.py demo" in done.stdout
