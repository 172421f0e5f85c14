"""The version of what is built: `app.__version__`, the one place. pyproject.toml reads it too, or must agree with it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from runtime.kernels.build import BuildError

ROOT = Path(__file__).resolve().parents[1]


def version(root: Path = ROOT) -> str:
    """The version, such as `0.1.0`.

    Raises:
        BuildError: it is not three numbers (Windows Installer compares just those), or pyproject.toml differs.
    """
    source = (root / "app" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]*)"$', source, re.MULTILINE)
    if not found or not re.fullmatch(r"\d{1,3}\.\d{1,3}\.\d{1,5}", found[1]):
        raise BuildError("app/__init__.py has no __version__ of three numbers, such as 1.2.3.")
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = project.get("version")
    if declared is not None and declared != found[1]:
        raise BuildError(
            f"pyproject.toml says version {declared}, app/__init__.py says {found[1]}; make them one."
        )
    return found[1]
