"""setup.exe, for people who install Chorale themselves: the MSI for one user, in a program made by NSIS.

It holds the MSI and nothing else that installs, so that whichever way Chorale came, it is upgraded, repaired and
removed the same way. `setup.nsi` is what it does.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from installers.launcher import FOLDER as LAUNCHER
from installers.version import ROOT
from runtime.kernels.build import BuildError

SCRIPT = Path(__file__).with_name("setup.nsi")


def build(package: Path, output: Path, version: str) -> None:
    """Make the program `output` of an MSI. Raises `BuildError`."""
    names = {
        "OUTPUT": output,
        "MSI": package,
        "ICON": LAUNCHER / "chorale.ico",
        "LICENCE": ROOT / "LICENSE",
        "VERSION": version,
    }
    defines = [f"-D{name}={value}" for name, value in names.items()]
    try:
        done = subprocess.run(
            ["makensis", "-V2", "-INPUTCHARSET", "UTF8", *defines, str(SCRIPT)],
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise BuildError(
            "makensis is missing; on Debian: apt-get install wixl msitools nsis osslsigncode"
        ) from error
    if done.returncode:
        raise BuildError(f"setup.exe could not be made:\n{(done.stdout + done.stderr).strip()[-2000:]}")
