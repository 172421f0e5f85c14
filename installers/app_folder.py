"""The app folder: everything that is installed, in the order it is put together.

    chorale.exe, chorale-cli.exe   the programs people start (`launcher`)
    python/                        Windows Python, and what it loads (`python_runtime`)
    packages/                      the locked packages, stripped (`packages`, `qt`, `speech`)
    chorale/                       our own code as bytecode, the demo model, the native library
    LICENSE, THIRD-PARTY.html, sbom.cdx.json

Two builds of one commit are byte-identical: nothing depends on time, chance, or where the folder lies.
Read next: `build`, the command.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

from installers import bytecode, gnu, launcher, lock, notices, packages, pe, python_runtime, qt, sbom, speech
from installers.target import Target
from installers.version import ROOT, version
from installers.windows_libraries import is_part_of_windows
from runtime.kernels.build import BuildError
from runtime.kernels.build import build as build_kernels
from runtime.kernels.place import library_file

CODE = ("app", "runtime", "models", "ui")
NOT_SHIPPED = ("runtime/kernels/src/", "runtime/kernels/build.py", "models/demo/README.md")
# Python's own search path there, relative to the library: nothing else is ever searched.
SEARCH_PATH = ("{stem}.zip", ".", "..\\chorale", "..\\packages")


@dataclass(frozen=True, slots=True)
class Order:
    """What to build.

    Attributes:
        runtime: an embeddable package of Python that the user has; None takes the one on the package index.
        epoch: the time that every file gets and the SBOM tells, in seconds.
        licences: where the GNU licences are (`gnu`).
    """

    target: Target
    downloads: Path
    epoch: int
    runtime: Path | None = None
    licences: Path = gnu.FOLDER


def build(order: Order, folder: Path) -> None:
    """Build the app folder as `folder`, which must not exist.

    Raises:
        BuildError: something is missing or does not fit; what was made until then is left in `folder`.
    """
    licences = gnu.texts(order.licences)
    python = bytecode.find_python()
    folder.mkdir(parents=True)
    runtime, third_party = folder / "python", folder / "packages"
    files = python_runtime.given(order.runtime) if order.runtime else python_runtime.bundled(order.downloads)
    python_version = python_runtime.install(files, runtime, order.target)
    pins = lock.pins(order.target)
    packages.install(pins, third_party, order.target)
    pins.append(speech.install(order.target, pins, third_party, order.downloads))
    told = _notices(third_party, runtime, python_version, licences)
    components = _components(third_party, pins, told, order.target)
    cpp = qt.cpp_runtime(third_party)
    code = source_files()
    qt.trim(third_party, qt.imported_modules(path for path in code if path.suffix == ".py"))
    packages.strip(third_party)
    _remove_notices(third_party)
    bytecode.compile_folder(third_party, "packages", python)
    _put_code(code, folder / "chorale", python, order.target)
    lines = [line.format(stem=python_runtime.LIBRARY[:-4]) for line in SEARCH_PATH]
    (runtime / f"{python_runtime.LIBRARY[:-4]}._pth").write_bytes("\r\n".join([*lines, ""]).encode())
    launcher.build(folder, order.target, version())
    _add_cpp_runtime(folder, cpp)
    check(folder, order.target)
    shutil.copyfile(ROOT / "LICENSE", folder / "LICENSE")
    text = notices.page(told, f"What Chorale {version()} contains besides its own code")
    (folder / "THIRD-PARTY.html").write_text(text, encoding="utf-8")
    _write_sbom(folder, components, python_version, order)
    _set_times(folder, order.epoch)


def source_files() -> list[Path]:
    """Our files that ship: what git knows of the four packages, or would know once it is added."""
    git = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *CODE]
    try:
        listing = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise BuildError("The app is built from a git checkout; this is none.") from error
    names = sorted(set(filter(None, listing.split("\0"))))
    return [ROOT / name for name in names if not name.startswith(NOT_SHIPPED) and (ROOT / name).is_file()]


def _put_code(code: list[Path], folder: Path, python: str, target: Target) -> None:
    orders = [
        (path, folder / f"{path.stem}.pyc", path.name)
        for path in sorted(launcher.FOLDER.glob("chorale_*.py"))
    ]
    for path in code:
        inside = path.relative_to(ROOT)
        made = folder / inside
        made.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".py":
            orders.append((path, made.with_suffix(".pyc"), inside.as_posix()))
        else:
            shutil.copyfile(path, made)
    bytecode.compile_files(orders, python)
    library = build_kernels(target.compiler)
    made = folder / library_file(target.compiler).relative_to(ROOT)
    made.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(library, made)
    shutil.copyfile(ROOT / "LICENSE", folder / "LICENSE")  # where app/licence_text looks for it


def _notices(
    third_party: Path, runtime: Path, python_version: str, gnu_licences: Sequence[tuple[str, str]]
) -> list[notices.Notice]:
    found = [
        notices.of_package(third_party, path, gnu_licences)
        for path in sorted(third_party.glob("*.dist-info/METADATA"))
    ]
    licence = runtime / "LICENSE.txt"
    text = licence.read_text(encoding="utf-8", errors="replace")
    licence.unlink()
    python = notices.Notice("Python", python_version, "PSF-2.0", (("LICENSE.txt", text),))
    return [python, *sorted(found, key=lambda notice: notice.name.lower())]


def _remove_notices(third_party: Path) -> None:
    """Now that they stand on one page."""
    for path in sorted(third_party.rglob("*"), reverse=True):
        if path.is_file() and packages.is_notice(path.relative_to(third_party)):
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def _components(
    third_party: Path, pins: list[lock.Pin], told: list[notices.Notice], target: Target
) -> list[sbom.Component]:
    there = lock.environment(target)
    licences: dict[str, str] = {canonicalize_name(notice.name): notice.licence for notice in told}
    asked: dict[str, tuple[str, ...]] = {}
    for path in third_party.glob("*.dist-info/METADATA"):
        text = path.read_text(encoding="utf-8")
        name = canonicalize_name(next(line for line in text.splitlines() if line.startswith("Name: "))[6:])
        asked[name] = tuple(sorted(lock.needs(text, there)))
    return [
        sbom.Component(
            pin.name,
            pin.version,
            licences[pin.name],
            f"pkg:pypi/{pin.name}@{pin.version}",
            pin.sha256,
            asked[pin.name],
        )
        for pin in pins
    ]


def _add_cpp_runtime(folder: Path, cpp: dict[str, bytes]) -> None:
    """Put the C++ runtime beside Python, where every library finds it: those parts that anything loads."""
    waiting = set(cpp)
    while waiting:
        wanted = {name for path in pe.binaries(folder) for name in pe.read(path).imports} & waiting
        if not wanted:
            return
        for name in wanted:
            (folder / "python" / name).write_bytes(cpp[name])
        waiting -= wanted


def check(folder: Path, target: Target) -> None:
    """Make sure that every program there is for this processor, and that it finds all that it loads.

    Raises:
        BuildError: a program is for another processor, or a library is neither there nor part of Windows.
    """
    found = {path: pe.read(path) for path in pe.binaries(folder)}
    for path, binary in found.items():
        if binary.machine != target.machine:
            raise BuildError(f"{path.relative_to(folder)} is for another processor than {target.name}.")
    there = {path.name.lower() for path in found}
    for path, binary in found.items():
        for name in binary.imports:
            if name not in there and not is_part_of_windows(name):
                raise BuildError(
                    f"{path.relative_to(folder)} loads {name}, which is neither there nor part of Windows."
                )


def _write_sbom(folder: Path, components: list[sbom.Component], python_version: str, order: Order) -> None:
    python = sbom.Component(
        "cpython", python_version, "PSF-2.0", f"pkg:generic/cpython@{python_version}",
        (sbom.sha256(folder / "python" / python_runtime.LIBRARY),),
    )  # fmt: skip
    hashes = {path.relative_to(folder).as_posix(): sbom.sha256(path) for path in pe.binaries(folder)}
    direct = [*lock.direct(order.target), speech.PROJECT, "cpython"]
    tools = {"ziglang": importlib.metadata.version("ziglang")}
    text = sbom.document(version(), [python, *components], hashes, direct, order.epoch, tools)
    (folder / "sbom.cdx.json").write_text(text, encoding="utf-8")


def _set_times(folder: Path, epoch: int) -> None:
    for path in [*folder.rglob("*"), folder]:
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (epoch, epoch))


def sizes(folder: Path) -> dict[str, int]:
    """Bytes by part, largest first: what makes the folder as large as it is."""
    parts: dict[str, int] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            inside = path.relative_to(folder).parts
            name = "/".join(inside[: 2 if inside[0] in ("packages", "chorale") and len(inside) > 2 else 1])
            parts[name] = parts.get(name, 0) + path.stat().st_size
    return dict(sorted(parts.items(), key=lambda item: -item[1]))


def digest(folder: Path) -> str:
    """One SHA-256 over the names and contents of all files: equal for equal folders."""
    lines = [
        f"{sbom.sha256(path)}  {path.relative_to(folder).as_posix()}\n"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()
