"""What the tests of packages share: the app folder and its packages, built once a run, and the tools for that."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

import dev
from installers import app_folder, launcher, msi, setup
from installers.build import epoch
from installers.target import X64
from tests.windows import place

TOOLS = {"wixl": "wixl", "msibuild": "msitools", "makensis": "nsis", "osslsigncode": "osslsigncode"}
OLD, NEW = "0.0.1", "0.0.2"


def install_tools() -> None:
    """Install what makes and signs packages, where that is possible. Raises `dev.SetupError`."""
    missing = [package for program, package in TOOLS.items() if not shutil.which(program)]
    if missing:
        dev.install_system_packages(missing, "Packages for Windows need tools that are not here")


@functools.cache
def scratch() -> Path:
    """A folder of this run, removed at its end."""
    folder = Path(tempfile.mkdtemp(prefix="chorale-packages-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@functools.cache
def app() -> Path:
    """The app folder of this checkout."""
    folder = scratch() / "app"
    app_folder.build(app_folder.Order(X64, place.DOWNLOADS, epoch()), folder)
    return folder


@functools.cache
def old_app() -> Path:
    """What an older version could have been: the launchers, and a file that is no longer there."""
    folder = scratch() / "old"
    (folder / "chorale").mkdir(parents=True)
    launcher.build(folder, X64, OLD)
    (folder / "sbom.cdx.json").write_text("{}")
    (folder / "chorale" / "stale.pyc").write_bytes(b"old")
    return folder


@functools.cache
def small_app() -> Path:
    """What a newer version would be if it were small: nothing that can run but the launchers."""
    folder = scratch() / "small"
    (folder / "chorale" / "models" / "demo").mkdir(parents=True)
    launcher.build(folder, X64, NEW)
    (folder / "sbom.cdx.json").write_text("{}")
    (folder / "chorale" / "models" / "demo" / "config.json").write_text("{}")
    return folder


@functools.cache
def small_package(scope: msi.Scope) -> Path:
    """The MSI of `small_app`."""
    made = scratch() / "dist" / f"small-{msi.file_name(NEW, X64.name, scope)}"
    msi.build(small_app(), made, NEW, scope)
    return made


@functools.cache
def package(version: str, scope: msi.Scope) -> Path:
    """The MSI of a version."""
    made = scratch() / "dist" / msi.file_name(version, X64.name, scope)
    msi.build(old_app() if version == OLD else app(), made, version, scope)
    return made


@functools.cache
def setup_program(version: str) -> Path:
    """The setup.exe of a version."""
    inside = package(version, msi.USER)
    made = inside.with_name(f"Chorale-{version}-x64-setup.exe")
    setup.build(inside, made, version)
    return made
