"""Qt's text-to-speech, by which answers are read aloud (`ui/system_speech`): a few files of a large wheel.

PySide6 is several packages, and what speaks is in PySide6-Addons: 170 MB of which under 2 MB are wanted. So it is
not in requirements.lock, and nobody who works on Chorale has to have it. `speech.lock` beside this file names the
wheels by SHA-256, as `sha256sum` writes it; they are of the same version as the PySide6 of requirements.lock, which
`wheel` makes sure of. Of a wheel only these files are unpacked; `qt.trim` keeps of them what is loaded.
Read next: `qt`.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from installers import index
from installers.lock import Pin
from installers.target import Target
from runtime.kernels.build import BuildError

PROJECT = "pyside6-addons"
BESIDE = "pyside6-essentials"  # has the rest of Qt; the two are of one version
LOCK = Path(__file__).with_suffix(".lock")
PLATFORMS = {"x64": "win_amd64", "arm64": "win_arm64"}

# What Windows' own voices and its older ones need. Qt6Multimedia plays what the former give; it brings no codecs.
# Qt's engine for tests, `qtexttospeech_mock.dll`, stays in the wheel.
PLUGINS = ("texttospeech/qtexttospeech_winrt.dll", "texttospeech/qtexttospeech_sapi.dll")
FILES = (
    *("PySide6/QtTextToSpeech.pyd", "PySide6/Qt6TextToSpeech.dll", "PySide6/Qt6Multimedia.dll"),
    *(f"PySide6/plugins/{name}" for name in PLUGINS),
)


@dataclass(frozen=True, slots=True)
class Wheel:
    """One wheel of PySide6-Addons: its file name and SHA-256."""

    name: str
    sha256: str

    @property
    def version(self) -> str:
        return self.name.split("-")[1]


def wheel(target: Target, pins: list[Pin], lock: Path = LOCK) -> Wheel:
    """The wheel for `target`.

    Raises:
        BuildError: the lock has none for it, or one of another version than the rest of Qt in `pins`.
    """
    lines = re.findall(r"^([0-9a-f]{64})  (\S+)$", lock.read_text(encoding="ascii"), re.MULTILINE)
    fitting = [
        Wheel(name, sha256) for sha256, name in lines if name.endswith(f"-{PLATFORMS[target.name]}.whl")
    ]
    if len(fitting) != 1:
        raise BuildError(f"{lock.name} does not name one wheel of {PROJECT} for {target.name}.")
    version = next(pin.version for pin in pins if pin.name == BESIDE)
    if fitting[0].version != version:
        raise BuildError(
            f"{lock.name} has {PROJECT} {fitting[0].version} and requirements.lock {BESIDE} {version}: "
            f"write the names and SHA-256 of {PROJECT} {version} for Windows into {lock.name}."
        )
    return fitting[0]


def install(target: Target, pins: list[Pin], folder: Path, downloads: Path) -> Pin:
    """Unpack what speaks beside the rest of Qt in `folder`, with the wheel's METADATA; what was installed.

    Raises:
        BuildError: the wheel cannot be had, is another than the lock says, or lacks a file.
    """
    wanted = wheel(target, pins)
    unpack(index.fetch(PROJECT, wanted.name, wanted.sha256, downloads), wanted.version, folder)
    return Pin(PROJECT, wanted.version, f"{PROJECT}=={wanted.version}\n", (wanted.sha256,))


def unpack(archive: Path, version: str, folder: Path) -> None:
    """Take `FILES` and METADATA out of a wheel. Raises `BuildError` if it lacks one."""
    about = f"pyside6_addons-{version}.dist-info/METADATA"
    with zipfile.ZipFile(archive) as files:
        missing = sorted({*FILES, about} - set(files.namelist()))
        if missing:
            raise BuildError(f"{archive.name} does not have {', '.join(missing)}.")
        for name in (*FILES, about):
            made = folder / name
            made.parent.mkdir(parents=True, exist_ok=True)
            made.write_bytes(files.read(name))
