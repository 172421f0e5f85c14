"""The build: nothing to do when nothing changed, every target from any machine, and no surprise libraries."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from runtime.kernels import build as building
from runtime.kernels.build import BuildError, build
from runtime.kernels.place import host_target, library_file

# What a Windows PC has: the kernel and the C runtime that is part of the system.
SYSTEM_LIBRARIES = ("kernel32.dll", "ntdll.dll", "ucrtbase.dll", "api-ms-win-crt-")
PE_MACHINES = {"x86_64-windows-gnu": 0x8664, "aarch64-windows-gnu": 0xAA64}


def pe_imports(image: bytes) -> tuple[int, list[str]]:
    """The machine a DLL is for and the libraries it loads, lower case (Microsoft's PE format)."""
    header = struct.unpack_from("<I", image, 0x3C)[0] + 4
    machine, sections = struct.unpack_from("<HH", image, header)
    optional_size = struct.unpack_from("<H", image, header + 16)[0]
    import_table = struct.unpack_from("<I", image, header + 20 + 112 + 8)[0]
    ranges = [
        struct.unpack_from("<IIII", image, header + 20 + optional_size + 40 * i + 8) for i in range(sections)
    ]

    def offset(address: int) -> int:
        return int(
            next(raw + address - base for size, base, _, raw in ranges if base <= address < base + size)
        )

    names = []
    entry = offset(import_table)
    while name := struct.unpack_from("<I", image, entry + 12)[0]:
        start = offset(name)
        names.append(image[start : image.index(b"\0", start)].decode().lower())
        entry += 20
    return machine, names


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


def test_an_unknown_target_is_refused_with_those_there_are() -> None:
    with pytest.raises(BuildError, match=r"for sparc-sunos; choose one of x86_64-linux-gnu"):
        build("sparc-sunos")


def test_a_compiler_error_is_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bad.c").write_text("int wrong(void) { return nothing; }\n")
    monkeypatch.setattr(building, "SOURCES", tmp_path)
    with pytest.raises(BuildError, match="nothing"):
        building._compile(host_target(), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("target", sorted(PE_MACHINES))
def test_windows_libraries_need_nothing_that_windows_lacks(target: str) -> None:
    machine, names = pe_imports(build(target).read_bytes())
    assert machine == PE_MACHINES[target]
    assert names
    assert [name for name in names if not name.startswith(SYSTEM_LIBRARIES)] == []


@pytest.mark.slow
def test_the_library_builds_for_linux_on_arm() -> None:
    image = build("aarch64-linux-gnu").read_bytes()
    assert image[:4] == b"\x7fELF"
    assert struct.unpack_from("<H", image, 18)[0] == 183  # EM_AARCH64
