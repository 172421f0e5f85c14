"""What of requirements.lock is installed with the app on Windows: all but what builds it from a checkout.

The lock holds both. Which is which follows from pyproject.toml and from what the installed packages say they
need, so after the packages are unpacked `check_closure` compares the two: nothing missing, nothing too much.
"""

from __future__ import annotations

import email
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from installers.target import PYTHON_VERSION, Target
from installers.version import ROOT
from runtime.kernels.build import BuildError

BUILD_ONLY = frozenset({"hatchling", "pathspec", "pluggy", "tomlkit", "trove-classifiers", "ziglang"})


@dataclass(frozen=True, slots=True)
class Pin:
    """One locked package.

    Attributes:
        entry: its lines in the lock file, hashes and all.
        sha256: of each of its files, for all systems.
    """

    name: str
    version: str
    entry: str
    sha256: tuple[str, ...]


def environment(target: Target) -> dict[str, str]:
    """What markers of requirements see there."""
    return {
        "sys_platform": "win32",
        "platform_system": "Windows",
        "platform_machine": target.platform_machine,
        "os_name": "nt",
        "python_version": PYTHON_VERSION,
        "python_full_version": f"{PYTHON_VERSION}.9",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "extra": "",
    }


def pins(target: Target, lock: Path = ROOT / "requirements.lock") -> list[Pin]:
    """The packages of the app there, by name."""
    there, found = environment(target), []
    for entry in re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip()):
        text, *hashes = re.split(r"\s*\\\s+--hash=sha256:", entry.strip())
        requirement = Requirement(text)
        name = canonicalize_name(requirement.name)
        if name not in BUILD_ONLY and (requirement.marker is None or requirement.marker.evaluate(there)):
            (pinned,) = requirement.specifier
            found.append(Pin(name, pinned.version, f"{entry}\n", tuple(hashes)))
    return sorted(found, key=lambda pin: pin.name)


def needs(metadata: str, there: Mapping[str, str]) -> set[str]:
    """The packages that a METADATA file asks for there, without extras."""
    wanted = (Requirement(text) for text in email.message_from_string(metadata).get_all("Requires-Dist", []))
    return {canonicalize_name(r.name) for r in wanted if r.marker is None or r.marker.evaluate(dict(there))}


def check_closure(installed: Mapping[str, set[str]], target: Target, root: Path = ROOT) -> None:
    """Compare what is installed (name -> what it needs) with what pyproject.toml leads to.

    Raises:
        BuildError: a package is missing, or nothing needs one.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    overrides = project["tool"]["uv"]["override-dependencies"]
    never = {canonicalize_name(r.name) for r in map(Requirement, overrides) if not _applies(r, target)}
    reached: set[str] = set()
    waiting = set(direct(target, root))
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= installed.get(name, set()) - reached - never
    _complain(
        "requirements.lock lacks for Windows: {}; run `python3 dev.py lock`.", reached - installed.keys()
    )
    _complain("Nothing needs {}: add it to installers.lock.BUILD_ONLY.", installed.keys() - reached)


def direct(target: Target, root: Path = ROOT) -> list[str]:
    """The packages that pyproject.toml itself asks for there, sorted."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = map(Requirement, project["dependencies"])
    return sorted(canonicalize_name(r.name) for r in wanted if _applies(r, target))


def _applies(requirement: Requirement, target: Target) -> bool:
    return requirement.marker is None or requirement.marker.evaluate(environment(target))


def _complain(sentence: str, names: Iterable[str]) -> None:
    if names := sorted(names):
        raise BuildError(sentence.format(", ".join(names)))
