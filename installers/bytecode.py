"""Python files to bytecode, by a Python of the version that ships; the app folder holds no sources.

That makes it smaller and quicker to start, because nothing is compiled or written on the user's PC. Tracebacks
name files as they are called in the repository.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from installers.target import PYTHON_VERSION
from runtime.kernels.build import BuildError

SCRIPT = Path(__file__).with_name("compile_code.py")


def find_python() -> str:
    """A Python of the version that ships, on this machine.

    Raises:
        BuildError: there is none.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    candidates = [os.environ.get("CHORALE_PYTHON"), sys.executable, shutil.which(f"python{PYTHON_VERSION}")]
    candidates += sorted(map(str, pyenv.glob(f"{PYTHON_VERSION}.*/bin/python")), reverse=True)
    for python in candidates:
        if python and _version(python) == PYTHON_VERSION:
            return python
    raise BuildError(
        f"Bytecode for Python {PYTHON_VERSION} needs that Python: install it, or name it in CHORALE_PYTHON."
    )


def _version(python: str) -> str:
    try:
        command = [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def compile_files(orders: list[tuple[Path, Path, str]], python: str) -> None:
    """Compile (source, target, name in tracebacks); the targets' folders must exist.

    Raises:
        BuildError: a file is not valid Python.
    """
    text = json.dumps([[str(source), str(target), name] for source, target, name in orders])
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [python, "-s", "-S", "-B", str(SCRIPT)],
        input=text,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BuildError(f"A file could not be compiled:\n{done.stderr.strip()}")


def compile_folder(folder: Path, prefix: str, python: str) -> None:
    """Replace every Python file under `folder` by its bytecode; tracebacks call it `prefix/…`."""
    sources = sorted(folder.rglob("*.py"))
    orders = [(p, p.with_suffix(".pyc"), f"{prefix}/{p.relative_to(folder).as_posix()}") for p in sources]
    compile_files(orders, python)
    for source in sources:
        source.unlink()
