"""Builds the two programs that start the installed app, from `launcher.c`: chorale.exe and chorale-cli.exe.

zig is the compiler and the resource compiler, so nothing else is needed on the machine, and the same sources give
the same bytes. The icon is made by `tools/make_icon.py`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from installers.python_runtime import LIBRARY
from installers.target import Target
from runtime.kernels.build import BuildError, run_compiler
from runtime.kernels.place import LIBRARIES

FOLDER = Path(__file__).resolve().parent
PUBLISHER = "Chorale"
COPYRIGHT = "Apache License 2.0"
FLAGS = (
    "-O2",
    "-std=c11",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-g0",
    "-s",
    "-municode",
    "-fno-sanitize=undefined",
)


@dataclass(frozen=True, slots=True)
class Program:
    """One of the launchers."""

    name: str
    description: str
    flags: tuple[str, ...]


WINDOW = Program("chorale.exe", "Chorale", ("-DGUI", "-Wl,--subsystem,windows"))
CONSOLE = Program("chorale-cli.exe", "Chorale on the command line", ("-Wl,--subsystem,console",))


def build(folder: Path, target: Target, version: str) -> None:
    """Build both programs into `folder`. Raises `BuildError`."""
    with tempfile.TemporaryDirectory() as scratch:
        for program in (WINDOW, CONSOLE):
            resources = _resources(program, version, Path(scratch))
            made = Path(scratch) / program.name
            flags = [*FLAGS, *program.flags, f'-DPYTHON_LIBRARY=L"{LIBRARY}"', "-o", str(made)]
            files = [str(FOLDER / "launcher.c"), str(resources), "-luser32", "-lshell32"]
            run_compiler(["-target", target.compiler, *flags, *files])
            (folder / program.name).write_bytes(made.read_bytes())


def _resources(program: Program, version: str, scratch: Path) -> Path:
    """Icon, manifest and version of a program, compiled."""
    source, made = scratch / f"{program.name}.rc", scratch / f"{program.name}.res"
    source.write_text(resource_script(program, version), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "ziglang",
        "rc",
        "/:no-preprocess",
        "/c65001",
        "/fo",
        str(made),
        str(source),
    ]
    # zig builds its resource compiler once, a minute's work: keep it where `run_compiler` keeps its libraries.
    cache = {name: str(LIBRARIES / "cache") for name in ("ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR")}
    environment = {**cache, **os.environ}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise BuildError(f"The resources of {program.name} could not be compiled:\n{done.stderr.strip()}")
    return made


def resource_script(program: Program, version: str) -> str:
    """The source of the resources, with numbers where a C header would have names."""
    numbers = f"{version.replace('.', ',')},0"
    texts = {
        "CompanyName": PUBLISHER,
        "FileDescription": program.description,
        "FileVersion": version,
        "InternalName": program.name.removesuffix(".exe"),
        "LegalCopyright": COPYRIGHT,
        "OriginalFilename": program.name,
        "ProductName": "Chorale",
        "ProductVersion": version,
    }
    values = "\n".join(f'   VALUE "{name}", "{text}"' for name, text in texts.items())
    icon, manifest = (FOLDER / name for name in ("chorale.ico", "chorale.manifest"))
    return f"""1 ICON "{icon.as_posix()}"
1 24 "{manifest.as_posix()}"
1 VERSIONINFO
FILEVERSION {numbers}
PRODUCTVERSION {numbers}
FILEFLAGSMASK 0x3F
FILEOS 0x40004
FILETYPE 0x1
BEGIN
 BLOCK "StringFileInfo"
 BEGIN
  BLOCK "040904B0"
  BEGIN
{values}
  END
 END
 BLOCK "VarFileInfo"
 BEGIN
  VALUE "Translation", 0x0409, 0x04B0
 END
END
"""
