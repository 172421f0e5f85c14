"""The app folder's parts, on made-up packages: what is kept, what is refused. `tests/windows` builds the real one."""

from __future__ import annotations

import json
import subprocess
import tomllib
from pathlib import Path

import pytest

import app
from installers import (
    app_folder,
    bytecode,
    gnu,
    launcher,
    lock,
    notices,
    packages,
    pe,
    python_runtime,
    qt,
    sbom,
    version,
)
from installers.target import ARM64, X64, Target
from runtime.kernels.build import BuildError
from tests.support.pe_file import write_library


def test_there_is_one_version() -> None:
    assert version.version() == app.__version__
    project = tomllib.loads((version.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "version" not in project and "version" in project["dynamic"]


def test_two_versions_are_refused(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text('__version__ = "1.2.3"\n')
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1.2.4"\n')
    with pytest.raises(BuildError, match=r"1\.2\.4.*1\.2\.3"):
        version.version(tmp_path)


@pytest.mark.parametrize("target", [X64, ARM64], ids=lambda target: target.name)
def test_what_builds_the_app_is_not_shipped_and_nothing_of_linux(target: Target) -> None:
    names = {pin.name for pin in lock.pins(target)}
    assert not names & {"ziglang", "hatchling", "secretstorage", "jeepney", "onnxruntime"}
    assert {"numpy", "pyside6-essentials", "onnxruntime-windowsml", "pywin32-ctypes"} <= names
    assert all(pin.sha256 for pin in lock.pins(target))


def test_a_package_that_is_missing_or_that_nothing_needs_stops_the_build() -> None:
    direct = {name: set[str]() for name in lock.direct(X64)}
    lock.check_closure(direct, X64)
    with pytest.raises(BuildError, match="lacks for Windows: colorama"):
        lock.check_closure({**direct, "numpy": {"colorama"}}, X64)
    with pytest.raises(BuildError, match="Nothing needs spam"):
        lock.check_closure({**direct, "spam": set()}, X64)


def test_a_library_tells_what_it_loads(tmp_path: Path) -> None:
    library = write_library(tmp_path / "a.dll", ["KERNEL32.dll", "b.dll"])
    assert pe.read(library) == pe.Binary(X64.machine, ("kernel32.dll", "b.dll"))
    library.write_bytes(library.read_bytes()[:300])
    with pytest.raises(ValueError, match=r"a\.dll"):
        pe.read(library)


def test_qt_keeps_what_the_window_imports_and_what_that_loads(tmp_path: Path) -> None:
    source = tmp_path / "window.py"
    source.write_text("def late():\n    from PySide6 import QtWidgets\nfrom PySide6.QtCore import Qt\n")
    qt_folder = tmp_path / "PySide6"
    write_library(qt_folder / "QtWidgets.pyd", ["Qt6Widgets.dll", "python3.dll"])
    write_library(qt_folder / "QtCore.pyd", ["Qt6Core.dll"])
    write_library(qt_folder / "QtGui.pyd", ["Qt6Gui.dll"])
    write_library(qt_folder / "QtQuick.pyd", ["Qt6Quick.dll"])
    for name, loads in (
        ("Widgets", ["Qt6Gui.dll"]),
        ("Gui", ["Qt6Core.dll"]),
        ("Core", ["msvcp140.dll"]),
        ("Quick", []),
    ):
        write_library(qt_folder / f"Qt6{name}.dll", loads)
    write_library(qt_folder / "msvcp140.dll")
    write_library(tmp_path / "shiboken6" / "Shiboken.pyd")
    for plugin in (*qt.PLUGINS, "platforms/qoffscreen.dll"):
        write_library(qt_folder / "plugins" / plugin)
    qt.trim(tmp_path, qt.imported_modules([source]))
    left = {path.name for path in qt_folder.rglob("*") if path.is_file()}
    assert left == {
        *("QtWidgets.pyd", "QtCore.pyd", "Qt6Widgets.dll", "Qt6Gui.dll", "Qt6Core.dll"),
        *("qwindows.dll", "qmodernwindowsstyle.dll"),
    }


def test_a_module_that_qt_for_windows_does_not_have_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "PySide6").mkdir()
    with pytest.raises(BuildError, match="QtWebView"):
        qt.trim(tmp_path, {"QtWebView"})


def test_the_window_imports_only_modules_of_qt_that_are_known() -> None:
    ui = [path for path in app_folder.source_files() if path.suffix == ".py"]
    modules = qt.imported_modules(ui)
    assert {"QtCore", "QtGui", "QtWidgets"} <= modules
    # Each of these makes the app larger: add one knowingly.
    assert modules <= {
        "QtCore",
        "QtGui",
        "QtWidgets",
        "QtNetwork",
        "QtSvg",
        "QtTextToSpeech",
        "QtPrintSupport",
        "QtDBus",
    }


def test_a_library_that_windows_lacks_or_for_another_processor_stops_the_build(tmp_path: Path) -> None:
    write_library(tmp_path / "good.dll", ["kernel32.dll", "api-ms-win-crt-runtime-l1-1-0.dll"])
    app_folder.check(tmp_path, X64)
    with pytest.raises(BuildError, match=r"good\.dll is for another processor than arm64"):
        app_folder.check(tmp_path, ARM64)
    write_library(tmp_path / "bad.pyd", ["libspam.dll"])
    with pytest.raises(BuildError, match=r"bad\.pyd loads libspam\.dll"):
        app_folder.check(tmp_path, X64)


def test_tests_headers_and_the_installers_notes_are_stripped(tmp_path: Path) -> None:
    kept = [
        "a/code.py",
        "a/data.json",
        "a/LICENSE",
        "a-1.dist-info/METADATA",
        "a-1.dist-info/licenses/LICENSE.md",
    ]
    gone = [
        "a/tests/test_a.py",
        "a/code.pyi",
        "a/a.h",
        "bin/a",
        "a-1.dist-info/RECORD",
        "a-1.dist-info/uv_cache.json",
    ]
    for name in (*kept, *gone):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("Name: a\nVersion: 1\nProject-URL: x, https://example.org\n\nlong\n")
    packages.strip(tmp_path)
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == set(kept)
    assert (tmp_path / "a-1.dist-info/METADATA").read_text() == "Name: a\nVersion: 1\n"


def test_every_licence_stands_once_and_one_without_a_text_stops_the_build(tmp_path: Path) -> None:
    for name in ("a", "b"):
        folder = tmp_path / f"{name}-1.dist-info"
        (folder / "licenses").mkdir(parents=True)
        (folder / "METADATA").write_text(f"Name: {name}\nVersion: 1\nLicense-Expression: BSD-3-Clause\n")
        (folder / "licenses" / "LICENSE").write_text("Do <what> you like.")
    found = [notices.of_package(tmp_path, path) for path in sorted(tmp_path.glob("*/METADATA"))]
    page = notices.page(found, "Contents")
    assert page.count("Do &lt;what&gt; you like.") == 1
    assert '<a href="#a">a 1</a> — BSD-3-Clause' in page and 'the same text as <a href="#a">' in page
    (tmp_path / "a-1.dist-info" / "licenses" / "LICENSE").unlink()
    with pytest.raises(BuildError, match="a brings no licence"):
        notices.of_package(tmp_path, tmp_path / "a-1.dist-info" / "METADATA")


def test_qt_comes_with_the_licences_of_this_machine(tmp_path: Path) -> None:
    metadata = tmp_path / "PySide6-1.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Name: PySide6\nVersion: 1\nLicense: LGPL-3.0-only\n")
    if not gnu.FOLDER.is_dir():
        pytest.skip("this is not Debian, whose licences are used")
    notice = notices.of_package(tmp_path, metadata, gnu.texts())
    assert [name for name, _ in notice.texts] == ["How Qt is used", "LGPL-3.0", "GPL-3.0"]
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in notice.texts[1][1]
    assert "GNU GENERAL PUBLIC LICENSE" in notice.texts[2][1]


def test_a_licence_that_is_missing_or_another_text_stops_the_build_before_it_begins(tmp_path: Path) -> None:
    order = app_folder.Order(X64, tmp_path / "downloads", 0, licences=tmp_path)
    with pytest.raises(BuildError, match=r"LGPL-3 cannot be read; .* --licences FOLDER\.$"):
        app_folder.build(order, tmp_path / "app")
    (tmp_path / "LGPL-3").write_text("Do what you like.")
    with pytest.raises(BuildError, match=r"LGPL-3 is not the text that is expected; .* --licences FOLDER\.$"):
        app_folder.build(order, tmp_path / "app")
    assert not (tmp_path / "app").exists()


def test_the_sbom_is_the_same_twice_and_its_references_exist() -> None:
    parts = [
        sbom.Component("a", "1", "MIT", "pkg:pypi/a@1", ("0" * 64,), ("b",)),
        sbom.Component("b", "2", "MIT", "pkg:pypi/b@2"),
    ]
    texts = {
        sbom.document("1.2.3", parts, {"x.dll": "1" * 64}, ["a"], 1_700_000_000, {"zig": "1"})
        for _ in range(2)
    }
    assert len(texts) == 1
    body = json.loads(texts.pop())
    references = {body["metadata"]["component"]["bom-ref"], *(part["bom-ref"] for part in body["components"])}
    for item in body["dependencies"]:
        assert {item["ref"], *item["dependsOn"]} <= references
    assert body["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"


@pytest.mark.slow
def test_bytecode_is_the_same_twice_and_names_files_as_the_repository_does(tmp_path: Path) -> None:
    try:
        python = bytecode.find_python()
    except BuildError as reason:
        pytest.skip(str(reason))
    made = []
    for number in (1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "code.py").write_text(
            "def f():\n    raise ValueError({'b', 'a', 'c'} and 'x' in {'p', 'q', 'r'})\n"
        )
        bytecode.compile_folder(folder, "app", python)
        assert [path.name for path in folder.iterdir()] == ["code.pyc"]
        made.append((folder / "code.pyc").read_bytes())
    assert made[0] == made[1]
    run = [python, "-c", f"import sys; sys.path.insert(0, {str(tmp_path / '1')!r}); import code_; code_.f()"]
    (tmp_path / "1" / "code.pyc").rename(tmp_path / "1" / "code_.pyc")
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert 'File "app/code.py", line 2, in f' in done.stderr


def test_another_python_than_the_one_that_is_tested_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"no python312\.dll"):
        python_runtime.install({"python311.dll": b""}, tmp_path / "python", X64)
    library = write_library(tmp_path / "x.dll").read_bytes()
    with pytest.raises(BuildError, match="another processor than arm64"):
        python_runtime.install({"python312.dll": library, "python312.zip": b""}, tmp_path / "python", ARM64)


@pytest.mark.slow
def test_the_launchers_are_the_same_twice_and_load_only_what_windows_has(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        launcher.build(tmp_path / name, X64, "1.2.3")
    app_folder.check(tmp_path, X64)
    for program in (launcher.WINDOW, launcher.CONSOLE):
        first, second = ((tmp_path / name / program.name).read_bytes() for name in ("a", "b"))
        assert first == second
        assert b"PerMonitorV2" in first and b"longPathAware" in first and b">UTF-8<" in first
        assert (
            "1.2.3".encode("utf-16-le") in first
            and (launcher.FOLDER / "chorale.ico").read_bytes()[-500:] in first
        )
        header = int.from_bytes(first[0x3C:0x40], "little")
        subsystem = int.from_bytes(first[header + 0x5C : header + 0x5E], "little")
        assert subsystem == (2 if program is launcher.WINDOW else 3)  # window, console
