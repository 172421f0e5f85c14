"""The packages of the lock file as they are on Windows: fetched as wheels, checked by hash, unpacked, stripped.

uv judges a package's conditions for Windows, which pip's `--platform` does not. What is stripped is what no
running app reads: tests, headers, type stubs, programs, and the installer's own notes, which name this machine.
Read next: `qt` for the largest of them, `lock` for which they are.
"""

from __future__ import annotations

import email
import os
import shutil
import subprocess
import sys
from pathlib import Path

from packaging.utils import canonicalize_name

import dev
from installers.lock import Pin, check_closure, environment, needs
from installers.target import PYTHON_VERSION, Target
from runtime.kernels.build import BuildError

# Not read by a running app, wherever it lies.
SUFFIXES = frozenset(
    {
        ".pyi",
        ".lib",
        ".pdb",
        ".h",
        ".hpp",
        ".c",
        ".cc",
        ".cpp",
        ".cxx",
        ".pyx",
        ".pxd",
        ".proto",
        ".typed",
        ".in",
    }
    | {".md", ".rst", ".1", ".f", ".f90", ".sh", ".bat"}
)
FOLDERS = frozenset({"tests", "test", "testing_data", "include", "__pycache__", "bin", "Scripts", "sboms"})
# Parts of packages that nothing of ours imports (`tests/windows/test_app_folder.py` imports all that is ours).
PARTS = (
    *("numpy/f2py", "numpy/typing/tests", "numpy/_pyinstaller", "numpy/doc"),
    *("onnx/backend", "onnx/bin", "onnx/tools", "onnx/test", "onnx/common"),
    *("onnxruntime/transformers", "onnxruntime/quantization", "onnxruntime/tools", "onnxruntime/datasets"),
    *("onnxruntime/backend", "pypdfium2_cli", "apsw/sqlite_extra_binaries", "huggingface_hub/cli"),
    *("OleFileIO_PL.py", "olefile/olefile2.py", "anyio/pytest_plugin.py", "tqdm/completion.sh"),
)
# Headers of METADATA that are kept; the rest is a long description.
HEADERS = ("Metadata-Version", "Name", "Version", "License", "License-Expression")
NOTICES = ("licen", "copying", "notice", "thirdparty", "third-party", "third_party", "authors")


def install(pins: list[Pin], folder: Path, target: Target) -> None:
    """Unpack the packages into `folder`, whole, and check that they are what the app needs.

    Raises:
        BuildError: one cannot be had, is not the locked file, or is not for Windows.
    """
    wanted = folder.parent / "requirements.txt"
    wanted.write_text("".join(pin.entry for pin in pins), encoding="utf-8")
    uv = [
        dev.venv_program("uv"),
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "--link-mode=copy",
    ]
    windows = ["--python-platform", target.wheels, "--python-version", PYTHON_VERSION]
    files = ["--only-binary", ":all:", "--target", str(folder), "--requirements", str(wanted)]
    done = subprocess.run(
        [*uv, "--python", sys.executable, *windows, *files],
        env={**os.environ, **dev.index_of_pip()},
        capture_output=True,
        text=True,
        check=False,
    )
    wanted.unlink()
    if done.returncode:
        raise BuildError(f"The Windows packages could not be unpacked:\n{done.stderr.strip()}")
    there = environment(target)
    texts = [path.read_text(encoding="utf-8") for path in folder.glob("*.dist-info/METADATA")]
    check_closure({_name(text): needs(text, there) for text in texts}, target)


def _name(metadata: str) -> str:
    return canonicalize_name(str(email.message_from_string(metadata)["Name"]))


def strip(folder: Path) -> None:
    """Remove what a running app does not read; licences stay until they are collected (`notices`)."""
    for part in PARTS:
        _remove(folder / part)
    for path in sorted(folder.rglob("*"), reverse=True):
        inside = path.relative_to(folder)
        if path.is_dir() and path.name in FOLDERS and not is_dist_info(inside):
            shutil.rmtree(path)
        elif path.is_file() and path.suffix in SUFFIXES and not is_notice(inside):
            path.unlink()
    for metadata in folder.glob("*.dist-info/METADATA"):
        _strip_metadata(metadata)


def _strip_metadata(metadata: Path) -> None:
    message = email.message_from_string(metadata.read_text(encoding="utf-8"))
    lines = [f"{name}: {_one_line(value)}" for name, value in message.items() if name in HEADERS]
    metadata.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for path in metadata.parent.iterdir():
        if path.name not in ("METADATA", "entry_points.txt") and not is_notice(
            path.relative_to(metadata.parents[1])
        ):
            _remove(path)


def _one_line(value: str) -> str:
    return " ".join(str(value).split())[:200]


def is_dist_info(inside: Path) -> bool:
    return inside.parts[0].endswith(".dist-info")


def is_notice(inside: Path) -> bool:
    """Whether a file, given relative to the packages, is a licence or a notice."""
    if is_dist_info(inside) and len(inside.parts) > 2:
        return inside.parts[1].lower() == "licenses"
    if inside.suffix in (".py", ".pyc", ".pyi", ".dll", ".pyd"):
        return False
    return inside.name.lower().startswith(NOTICES)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
