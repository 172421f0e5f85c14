"""Builds the app folder: `python -m installers.build`. On Linux, for Windows, from a checkout.

    --target x64|arm64       the processor (x64)
    --python-runtime FILE    python.org's embeddable package, instead of the one on the package index (needed for arm64)
    --licences FOLDER        where Debian's GPL-3 and LGPL-3 are, if not in /usr/share/common-licenses
    --output FOLDER          where it is put (dist/Chorale-VERSION-TARGET); what is there is replaced

It needs what `dev.py setup` installs, a Python of the version that ships, and the package index. SOURCE_DATE_EPOCH
sets the time of all files; otherwise it is that of the last commit. Read next: `app_folder`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from installers import gnu
from installers.app_folder import Order, build, digest, sizes
from installers.target import TARGETS
from installers.version import ROOT, version
from runtime.kernels.build import BuildError

DIST = ROOT / "dist"
DOWNLOADS = ROOT / "build" / "downloads"


def epoch() -> int:
    """The time that everything gets, in seconds."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    git = ["git", "log", "-1", "--format=%ct"]
    done = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError("The app is built from a git checkout; this is none.")
    return int(done.stdout)


def build_folder(target: str, runtime: Path | None, licences: Path, output: Path) -> None:
    """Build as `output`, replacing it when all is done. Raises `BuildError`."""
    scratch = output.with_name(f"{output.name}.part")
    shutil.rmtree(scratch, ignore_errors=True)
    build(Order(TARGETS[target], DOWNLOADS, epoch(), runtime, licences), scratch)
    shutil.rmtree(output, ignore_errors=True)
    scratch.rename(output)


def main(arguments: list[str] | None = None) -> int:
    """The command line; 0 and what was made on standard output, or 1 and one line on standard error."""
    parser = argparse.ArgumentParser(
        prog="python -m installers.build", description="Build the app folder for Windows."
    )
    parser.add_argument("--target", choices=sorted(TARGETS), default="x64")
    parser.add_argument("--python-runtime", type=Path, metavar="FILE")
    parser.add_argument("--licences", type=Path, default=gnu.FOLDER, metavar="FOLDER")
    parser.add_argument("--output", type=Path, metavar="FOLDER")
    options = parser.parse_args(arguments)
    try:
        output = (options.output or DIST / f"Chorale-{version()}-{options.target}").absolute()
        build_folder(options.target, options.python_runtime, options.licences, output)
    except (BuildError, OSError) as error:
        sys.stderr.write(f"installers.build: {error}\n")
        return 1
    parts = sizes(output)
    for name, size in list(parts.items())[:12]:
        sys.stdout.write(f"{size / 1e6:8.1f} MB  {name}\n")
    sys.stdout.write(f"{sum(parts.values()) / 1e6:8.1f} MB  in all\n{output}\n{digest(output)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
