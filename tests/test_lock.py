"""The lock files: what a newcomer installs is what was tested, on every platform Chorale is for.

`python3 dev.py lock` writes them. The first tests only read the files; the slow ones ask the package index
(`python3 dev.py test` names the one that pip uses), install nothing, and are skipped on a machine without a
network, but never in continuous integration.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import dev

LOCKS = (dev.APP_LOCK, dev.DEV_LOCK)
# One row for each system of the README: its name for uv, `sys_platform` and `platform_machine`.
SYSTEMS = (
    ("x86_64-pc-windows-msvc", "win32", "AMD64"),
    ("aarch64-pc-windows-msvc", "win32", "ARM64"),
    ("x86_64-manylinux_2_34", "linux", "x86_64"),
)
PYTHONS = ("3.11", "3.12", "3.13")
NO_NETWORK = ("Failed to fetch", "error sending request", "dns error", "Could not connect")


def entries(lock: Path) -> Iterator[tuple[Requirement, list[str]]]:
    """Each pinned requirement of a lock file with its SHA-256 hashes."""
    for entry in lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        requirement, *hashes = re.split(r"\s+--hash=sha256:", entry.strip())
        yield Requirement(requirement), hashes


def project_requirements(lock: Path) -> list[Requirement]:
    """What pyproject.toml asks for in this lock file."""
    with (dev.ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    groups = ["build"] if lock == dev.APP_LOCK else ["build", "dev"]
    texts = [*project["project"]["dependencies"]]
    for group in groups:
        texts += project["dependency-groups"][group]
    return [Requirement(text) for text in texts]


def applies(requirement: Requirement, environment: dict[str, str]) -> bool:
    return requirement.marker is None or requirement.marker.evaluate(environment)


def environments() -> list[dict[str, str]]:
    return [
        {
            "sys_platform": platform,
            "platform_machine": machine,
            "os_name": "nt" if platform == "win32" else "posix",
            "platform_system": "Windows" if platform == "win32" else "Linux",
            "python_version": python,
            "python_full_version": f"{python}.9",
        }
        for _, platform, machine in SYSTEMS
        for python in PYTHONS
    ]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_is_pinned_and_hashed_and_has_no_address(lock: Path) -> None:
    assert "://" not in lock.read_text(encoding="utf-8")
    for requirement, hashes in entries(lock):
        assert [specifier.operator for specifier in requirement.specifier] == ["=="], requirement
        assert hashes, requirement
        assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in hashes), requirement


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_everything_the_project_asks_for_is_locked_on_every_system(lock: Path) -> None:
    locked = [requirement for requirement, _ in entries(lock)]
    for environment in environments():
        pins = {
            canonicalize_name(pin.name): Version(next(iter(pin.specifier)).version)
            for pin in locked
            if applies(pin, environment)
        }
        for wanted in project_requirements(lock):
            if applies(wanted, environment):
                version = pins.get(canonicalize_name(wanted.name))
                assert version is not None, f"{wanted} is not in {lock.name}: run `python3 dev.py lock`"
                assert version in wanted.specifier, f"{wanted} in {lock.name}: run `python3 dev.py lock`"


def test_development_has_the_very_packages_of_the_app() -> None:
    # Without the conditions: what development needs on more systems than the app has wider ones.
    app, development = (
        {f"{requirement.name}{requirement.specifier}": hashes for requirement, hashes in entries(lock)}
        for lock in LOCKS
    )
    assert app.items() <= development.items()


@pytest.fixture(scope="module")
def uv_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for the module: what the index says is asked for once."""
    return tmp_path_factory.mktemp("uv")


def run_uv(command: list[str], cache: Path) -> None:
    """Run uv in the checkout; skip the test if there is no network, fail it if uv fails.

    An index that stops answering in the middle gets a second chance.
    """
    environment = {**os.environ, "UV_CACHE_DIR": str(cache), "UV_HTTP_TIMEOUT": "30"}
    for attempt in (1, 2):
        try:
            done = subprocess.run(
                command,
                cwd=dev.ROOT,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
            break
        except subprocess.TimeoutExpired:
            if attempt == 2:
                raise
    if done.returncode != 0 and any(sign in done.stderr for sign in NO_NETWORK) and not os.environ.get("CI"):
        pytest.skip("the package index cannot be reached")
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_the_lock_is_what_the_project_resolves_to(lock: Path, tmp_path: Path, uv_cache: Path) -> None:
    output = tmp_path / lock.name
    shutil.copyfile(lock, output)  # versions in it are kept, so a release of today changes nothing
    run_uv(dev.lock_command(lock, output, []), uv_cache)
    assert output.read_text(encoding="utf-8") == lock.read_text(encoding="utf-8"), "run `python3 dev.py lock`"


@pytest.mark.slow
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", [system for system, _, _ in SYSTEMS])
def test_the_lock_installs_on_every_system_and_python(
    system: str, python: str, tmp_path: Path, uv_cache: Path
) -> None:
    """Wheels only, every dependency among the pins; a dry run, nothing is downloaded or installed."""
    uv = [dev.venv_program("uv"), "pip", "install", "--dry-run", "--python", sys.executable]
    where = ["--python-platform", system, "--python-version", python, "--target", str(tmp_path)]
    for lock in LOCKS:
        what = ["--require-hashes", "--only-binary", ":all:", "--requirements", str(lock)]
        run_uv([*uv, *where, *what], uv_cache)
