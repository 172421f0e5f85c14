"""What reads aloud on Windows: a few files of a large wheel, of the same version as the rest of Qt, and no more."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from installers import lock, qt, speech
from installers.target import ARM64, X64, Target
from runtime.kernels.build import BuildError
from tests.support.pe_file import write_library

ABOUT = "pyside6_addons-6.0.0.dist-info/METADATA"


def write_wheel(folder: Path, *names: str) -> Path:
    made = folder / "pyside6_addons-6.0.0-cp310-abi3-win_amd64.whl"
    with zipfile.ZipFile(made, "w") as files:
        for name in names:
            files.writestr(name, name)
    return made


@pytest.mark.parametrize("target", [X64, ARM64], ids=lambda target: target.name)
def test_it_is_of_the_version_that_the_rest_of_qt_has(target: Target) -> None:
    pins = lock.pins(target)
    found = speech.wheel(target, pins)
    assert found.version == next(pin.version for pin in pins if pin.name == "pyside6-essentials")
    assert found.name.endswith({"x64": "-win_amd64.whl", "arm64": "-win_arm64.whl"}[target.name])
    assert speech.PROJECT not in {pin.name for pin in pins}  # 170 MB that nobody who develops has to have


def test_qt_of_two_versions_stops_the_build_and_says_what_to_do(tmp_path: Path) -> None:
    old = tmp_path / "speech.lock"
    old.write_text(f"{'0' * 64}  pyside6_addons-6.0.0-cp310-abi3-win_amd64.whl\n")
    with pytest.raises(
        BuildError, match=r"speech\.lock has pyside6-addons 6\.0\.0 .* write the names and SHA-256"
    ):
        speech.wheel(X64, lock.pins(X64), old)
    with pytest.raises(BuildError, match=r"does not name one wheel .* for arm64"):
        speech.wheel(ARM64, lock.pins(ARM64), old)


def test_of_the_wheel_only_what_speaks_is_taken_and_never_the_engine_for_tests(tmp_path: Path) -> None:
    mock = "PySide6/plugins/texttospeech/qtexttospeech_mock.dll"
    others = (mock, "PySide6/Qt6WebEngineCore.dll", "../evil.dll")
    speech.unpack(write_wheel(tmp_path, *speech.FILES, ABOUT, *others), "6.0.0", tmp_path / "packages")
    folder = tmp_path / "packages"
    unpacked = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert unpacked == {*speech.FILES, ABOUT}


def test_a_wheel_that_lacks_a_voice_stops_the_build(tmp_path: Path) -> None:
    archive = write_wheel(tmp_path, *speech.FILES[:-1], ABOUT)
    with pytest.raises(
        BuildError, match=r"does not have PySide6/plugins/texttospeech/qtexttospeech_sapi\.dll"
    ):
        speech.unpack(archive, "6.0.0", tmp_path / "packages")


def test_what_speaks_stays_when_qt_is_trimmed(tmp_path: Path) -> None:
    folder = tmp_path / "PySide6"
    loads = {
        "QtCore.pyd": ["Qt6Core.dll"],
        "QtNetwork.pyd": ["Qt6Network.dll"],
        "QtTextToSpeech.pyd": ["Qt6TextToSpeech.dll", "Qt6Core.dll"],
        "Qt6TextToSpeech.dll": ["Qt6Multimedia.dll"],
        "Qt6Multimedia.dll": ["Qt6Network.dll", "Qt6Core.dll"],
        "Qt6Network.dll": ["Qt6Core.dll"],
        "Qt6Core.dll": [],
    }
    for name, libraries in loads.items():
        write_library(folder / name, libraries)
    for plugin in (*qt.PLUGINS, *speech.PLUGINS):
        write_library(
            folder / "plugins" / plugin, ["Qt6TextToSpeech.dll"] if plugin in speech.PLUGINS else []
        )
    write_library(tmp_path / "shiboken6" / "Shiboken.pyd")
    qt.trim(tmp_path, {"QtCore", "QtTextToSpeech"})
    left = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    plugins = {f"plugins/{name}" for name in (*qt.PLUGINS, *speech.PLUGINS)}
    assert left == {*loads, *plugins} - {"QtNetwork.pyd"}
    qt.trim(tmp_path, {"QtCore"})
    assert not list(folder.rglob("*exttospeech*"))
