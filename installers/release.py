"""Makes a release: `python -m installers.release`. Everything lands in dist/, with SHA256SUMS.

    --python-runtime FILE    python.org's embeddable package (see `build`)
    --licences FOLDER        Debian's GPL-3 and LGPL-3 (see `build`)
    --unclean                also from a checkout with changes that are not committed; for trying out

What is made: the app folder, as a zip; the MSI per machine and per user; setup.exe; the SBOM and the page of licences,
as they are inside; the policy templates, if there are any. With a certificate in the environment (`sign`) our programs
are signed before they are packed, and then the packages. Read next: docs/IT.md.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

from installers import gnu, msi, setup
from installers.build import DIST, build_folder, epoch
from installers.sbom import sha256
from installers.sign import Signer
from installers.version import ROOT, version
from runtime.kernels.build import BuildError

OURS = (
    "chorale.exe",
    "chorale-cli.exe",
    "chorale/runtime/kernels/lib/x86_64-windows-gnu/chorale_kernels.dll",
)
TEMPLATES = ROOT / "installers" / "policy"
SUMS = "SHA256SUMS"
OLDEST_IN_ZIP = 315532800  # 1980, in seconds


def release(runtime: Path | None, licences: Path, dist: Path, signer: Signer | None) -> list[Path]:
    """Make all files of a release in `dist`, replacing what is there; SHA256SUMS last.

    Raises:
        BuildError: a tool is missing or failed.
    """
    number = version()
    folder = dist / f"Chorale-{number}-x64"
    build_folder("x64", runtime, licences, folder)
    for name in OURS if signer else ():
        signer.sign(folder / name)  # type: ignore[union-attr]
    inside = sorted(path for path in folder.rglob("*") if path.is_file())
    contents = {f"Chorale/{path.relative_to(folder).as_posix()}": path for path in inside}
    made = [archive(contents, dist / f"{folder.name}.zip", epoch())]
    for scope in msi.SCOPES:
        package = dist / msi.file_name(number, "x64", scope)
        msi.build(folder, package, number, scope)
        made.append(package)
    program = dist / f"Chorale-{number}-x64-setup.exe"
    if signer:
        for package in made[1:]:
            signer.sign(package)
    setup.build(made[-1], program, number)
    if signer:
        signer.sign(program)
    made.append(program)
    for name in ("sbom.cdx.json", "THIRD-PARTY.html"):
        made.append(Path(shutil.copyfile(folder / name, dist / f"Chorale-{number}-x64.{name}")))
    templates = sorted([*TEMPLATES.glob("*.admx"), *TEMPLATES.glob("*/*.adml")])
    if templates:
        contents = {path.relative_to(TEMPLATES).as_posix(): path for path in templates}
        made.append(archive(contents, dist / f"Chorale-{number}-policies.zip", epoch()))
    write_sums(made, dist / SUMS)
    return made


def archive(contents: Mapping[str, Path], output: Path, at: int) -> Path:
    """A zip of files by their names in it, whose bytes depend on nothing but these; `at` is the time of all."""
    moment = time.gmtime(max(at, OLDEST_IN_ZIP))[:6]
    with zipfile.ZipFile(output, "w") as made:
        for name, path in sorted(contents.items()):
            entry = zipfile.ZipInfo(name, moment)
            entry.compress_type, entry.external_attr, entry.create_system = (
                zipfile.ZIP_DEFLATED,
                0o644 << 16,
                3,
            )
            made.writestr(entry, path.read_bytes(), compresslevel=6)
    return output


def write_sums(files: list[Path], output: Path) -> None:
    """SHA256SUMS, in the form that sha256sum checks."""
    lines = [f"{sha256(path)}  {path.name}\n" for path in sorted(files, key=lambda path: path.name)]
    output.write_text("".join(lines), encoding="ascii", newline="\n")


def check_clean() -> None:
    """Raises `BuildError` if there are changes that are not committed: a release is of a commit."""
    done = subprocess.run(
        ["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode or done.stdout.strip():
        raise BuildError(
            "A release is made of a commit: commit or remove what git status shows, or use --unclean."
        )


def main(arguments: list[str] | None = None) -> int:
    """The command line; 0 and the files on standard output, or 1 and one line on standard error."""
    parser = argparse.ArgumentParser(
        prog="python -m installers.release", description="Make a release in dist/."
    )
    parser.add_argument("--python-runtime", type=Path, metavar="FILE")
    parser.add_argument("--licences", type=Path, default=gnu.FOLDER, metavar="FOLDER")
    parser.add_argument("--unclean", action="store_true")
    parser.add_argument("--output", type=Path, default=DIST, metavar="FOLDER")
    options = parser.parse_args(arguments)
    try:
        if not options.unclean:
            check_clean()
        dist = options.output.absolute()
        made = release(options.python_runtime, options.licences, dist, Signer.from_environment())
    except (BuildError, OSError) as error:
        sys.stderr.write(f"installers.release: {error}\n")
        return 1
    for path in made:
        sys.stdout.write(f"{path.stat().st_size / 1e6:8.1f} MB  {path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
