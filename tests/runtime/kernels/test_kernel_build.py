"""The build: nothing to do when nothing changed, every target from any machine, and no surprise libraries."""

from __future__ import annotations

import platform
import sys
import sysconfig
from pathlib import Path

import pytest

from runtime.kernels import build as building
from runtime.kernels.build import BuildError, build
from runtime.kernels.place import host_target, library_file
from tests.runtime.kernels.binaries import read_binary

# What every system of the kind has: on Windows the kernel and the C runtime that is part of it.
SYSTEM_LIBRARIES = {
    "windows": ("kernel32.dll", "ntdll.dll", "ucrtbase.dll", "api-ms-win-crt-"),
    "linux": ("libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "ld-linux-"),
}
MACHINES = {  # as PE and ELF number them
    "x86_64-windows-gnu": 0x8664,
    "aarch64-windows-gnu": 0xAA64,
    "x86_64-linux-gnu": 62,
    "aarch64-linux-gnu": 183,
}


def test_building_again_without_a_change_compiles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    build()

    def refuse(arguments: list[str]) -> None:
        raise AssertionError(f"compiled again: {arguments}")

    monkeypatch.setattr(building, "run_compiler", refuse)
    assert build() == library_file(host_target())


def test_a_changed_source_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = building.fingerprint(host_target())
    for file in building.SOURCES.glob("*.[ch]"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(building, "SOURCES", tmp_path)
    assert building.fingerprint(host_target()) == before
    (tmp_path / "moe.c").write_text("changed")
    assert building.fingerprint(host_target()) != before


@pytest.mark.parametrize(
    ("tag", "target"), [("win-amd64", "x86_64-windows-gnu"), ("win-arm64", "aarch64-windows-gnu")]
)
def test_a_python_for_intel_on_an_arm_pc_loads_the_library_for_intel(
    tag: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sysconfig, "get_platform", lambda: tag)
    monkeypatch.setattr(platform, "machine", lambda: "ARM64")
    assert host_target() == target


def test_an_unknown_target_is_refused_with_those_there_are() -> None:
    with pytest.raises(BuildError, match=r"for sparc-sunos; choose one of x86_64-linux-gnu"):
        build("sparc-sunos")


def test_a_compiler_error_is_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bad.c").write_text("int wrong(void) { return nothing; }\n")
    monkeypatch.setattr(building, "SOURCES", tmp_path)
    with pytest.raises(BuildError, match="nothing"):
        building._compile(host_target(), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("target", sorted(MACHINES))
def test_every_library_needs_nothing_that_its_system_lacks(target: str) -> None:
    binary = read_binary(build(target).read_bytes())
    assert binary.machine == MACHINES[target]
    assert binary.imports
    allowed = SYSTEM_LIBRARIES["windows" if "windows" in target else "linux"]
    assert [name for name in binary.imports if not name.startswith(allowed)] == []


@pytest.mark.slow
def test_every_library_offers_the_same_functions() -> None:
    exports = {target: read_binary(build(target).read_bytes()).exports for target in MACHINES}
    assert {"RegisterCustomOps", "chorale_kernel_select"} <= exports[host_target()]
    for target, names in exports.items():
        assert names == exports[host_target()], target


def test_files_named_after_instructions_are_built_only_for_cpus_that_have_them() -> None:
    for target in building.TARGETS:
        names = {file.stem for file in building.sources(target)}
        assert {"moe", "scalar"} <= names
        assert ("avx2" in names) == target.startswith("x86_64")
        assert ("neon_dotprod" in names) == ("neon_i8mm" in names) == target.startswith("aarch64")
