"""The MSI and setup.exe under Wine: installing, upgrading, refusing, repairing, removing, and signatures.

Marked and wanted as `test_windows` says. Wine keeps what a package for one user tells Programs and Features in the
registry of the machine, and has no SYSTEM account, UAC or Intune.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import dev
from installers import bytecode, msi
from installers.sign import Signer
from runtime.kernels.build import BuildError
from tests.installers.test_release import check_tampering, signer  # noqa: F401 (a fixture)
from tests.windows import packaging
from tests.windows.app import run_programs
from tests.windows.packaging import NEW, OLD
from tests.windows.test_windows import whole, windows  # noqa: F401 (a fixture for all)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.windows,
    pytest.mark.skipif(sys.platform == "win32", reason="this is Windows"),
]

LIFE = Path(__file__).with_name("package_life.sh")
USERS_FOLDER = "/wine/drive_c/users/root/AppData/Local/Programs/Chorale"
REFUSED = 1603 % 256  # Linux keeps eight bits of Windows Installer's exit code


@pytest.fixture(scope="module", autouse=True)
def tools(windows: None) -> Iterator[None]:  # noqa: F811
    try:
        packaging.install_tools()
        bytecode.find_python()
    except (dev.SetupError, BuildError) as reason:
        pytest.skip(str(reason))
    yield


def life(old: str, new: str, at_start: str = "", at_end: str = "") -> dict[str, list[str]]:
    """What was there after each step: step -> lines; `exit N` is how the command before it ended."""
    dist = str(packaging.scratch() / "dist")
    names = [f"Z:\\dist\\{old}", f"Z:\\dist\\{new}", at_start, at_end]
    done = run_programs(LIFE.read_text("utf-8"), binds={"/dist": dist}, arguments=names, timeout_s=900)
    states: dict[str, list[str]] = {}
    before: list[str] = []
    for line in done.stdout.splitlines():
        if line.startswith("== "):
            states[line[3:]], before = before, []
            current = states[line[3:]]
        elif line.startswith("exit "):
            before = [line]
        else:
            current.append(line)
    assert list(states) == ["installed", "upgraded", "downgrade", "damaged", "repaired", "removed"], (
        done.stdout
    )
    return states


def check_life(states: dict[str, list[str]], folder: str, hive: str) -> None:
    def lines(step: str, start: str) -> list[str]:
        return [line for line in states[step] if line.startswith(start)]

    for step, version in (("installed", OLD), ("upgraded", NEW), ("downgrade", NEW), ("repaired", NEW)):
        assert f"file {folder}/chorale.exe" in states[step], (step, states[step])
        assert lines(step, "shortcut ") and "Start Menu" in lines(step, "shortcut ")[0]
        assert any(line.endswith(f"DisplayVersion    REG_SZ    {version}") for line in states[step])
        assert len(lines(step, "arp HKLM DisplayName")) == 1  # the version before is gone
        assert f"registry {hive}\\Software\\Chorale Version    REG_SZ    {version}" in states[step]
    for step in ("installed", "upgraded", "repaired", "removed"):
        assert "exit 0" in states[step], (step, states[step])
    assert f"exit {REFUSED}" in states["downgrade"]
    assert lines("upgraded", "log ") == [] and len(lines("downgrade", "log ")) == 1
    assert f"file {folder}/sbom.cdx.json" not in states["damaged"]
    assert f"file {folder}/sbom.cdx.json" in states["repaired"]
    assert f"file {folder}/chorale/models/demo/config.json" in states["upgraded"]
    for start in ("file ", "shortcut ", "registry ", "arp "):
        assert lines("removed", start) == []
    assert lines("removed", "files ") == ["files 0"]


def test_a_small_package_for_one_user_lives_and_leaves_nothing_but_their_data() -> None:
    old, new = packaging.package(OLD, msi.USER).name, packaging.small_package(msi.USER).name
    states = life(old, new)
    check_life(states, USERS_FOLDER, "HKCU")
    for step in states:
        assert any(line.endswith("models/kept.txt") for line in states[step]), step


@whole
def test_a_package_for_the_machine_keeps_models_and_settings_through_its_life() -> None:
    old, new = (packaging.package(version, msi.MACHINE).name for version in (OLD, NEW))
    states = life(old, new, r"MODELDIR=D:\models DESKTOPSHORTCUT=1")
    check_life(states, "/wine/drive_c/Program Files/Chorale", "HKLM")
    for step in ("installed", "upgraded", "repaired"):
        assert (
            r"registry HKLM\Software\Policies\Chorale ModelFolder    REG_SZ    D:\models" in states[step]
        ), step
        assert any("Desktop/Chorale.lnk" in line for line in states[step]), step
    for step in states:
        assert any(line.endswith("models/kept.txt") for line in states[step]), step


@whole
def test_a_package_for_one_user_goes_with_their_data_when_told_to() -> None:
    old, new = (packaging.package(version, msi.USER).name for version in (OLD, NEW))
    states = life(old, new, "", "REMOVEDATA=1")
    check_life(states, USERS_FOLDER, "HKCU")
    assert any(line.endswith("models/kept.txt") for line in states["repaired"])
    assert not any(line.startswith("data ") for line in states["removed"])


@whole
def test_a_package_of_full_size_that_was_changed_fails_its_check(signer: Signer, tmp_path: Path) -> None:  # noqa: F811
    package = tmp_path / "Chorale.msi"
    shutil.copyfile(packaging.package(NEW, msi.MACHINE), package)
    size = package.stat().st_size
    assert size > 50_000_000
    check_tampering(signer, package, tmp_path / "ca.pem", size // 2)


@whole
def test_setup_installs_for_this_user_without_a_question_when_told_to() -> None:
    program = packaging.setup_program(NEW)
    script = r"""
/usr/bin/wine "$1" /S; echo "exit $?"; wineserver -w
ls "$2"
/usr/bin/wine "$2/chorale-cli.exe" --version
"""
    binds = {"/dist": str(program.parent)}
    done = run_programs(script, binds=binds, arguments=[f"Z:\\dist\\{program.name}", USERS_FOLDER])
    assert "exit 0" in done.stdout, done.stdout
    assert "chorale.exe" in done.stdout
    assert done.stdout.rstrip().splitlines()[-1].startswith("chorale "), done.stdout
