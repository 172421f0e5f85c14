"""Qt trimmed to what is used: the modules that our code imports, the plugins named here, and what those load.

Which libraries go with them is read from the libraries themselves (`pe`), so that a new import of ours brings
what it needs and nothing has to be listed twice.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

from installers import pe, speech
from runtime.kernels.build import BuildError

PLUGINS = ("platforms/qwindows.dll", "styles/qmodernwindowsstyle.dll")
PLUGINS_OF = {"QtTextToSpeech": speech.PLUGINS}  # more, for who imports this module
TRANSLATIONS = ("qtbase_de.qm",)  # Qt's own words, in the languages that Chorale speaks besides English
PYTHON_FILES = ("__init__.py", "_config.py", "_git_pyside_version.py", "_git_shiboken_module_version.py")

# Microsoft's C++ runtime, which a new Windows lacks; it is kept once for all, beside Python.
CPP_RUNTIME = re.compile(
    r"(msvcp140.*|vcruntime140.*|concrt140|vccorlib140|vcamp140|vcomp140)\.dll", re.IGNORECASE
)


def imported_modules(sources: Iterable[Path]) -> set[str]:
    """The modules of PySide6 that these Python files import, such as `QtCore`, wherever in the file."""
    found = set()
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            found |= {name.split(".")[1] for name in names if name.startswith("PySide6.Qt")}
    return found


def trim(packages: Path, modules: set[str]) -> None:
    """Remove from PySide6 and shiboken6 what `modules` do not need.

    Raises:
        BuildError: Qt does not have a module that is imported.
    """
    qt, shiboken = packages / "PySide6", packages / "shiboken6"
    missing = sorted(name for name in modules if not (qt / f"{name}.pyd").exists())
    if missing:
        raise BuildError(f"PySide6 for Windows does not have {', '.join(missing)}.")
    plugins = [*PLUGINS, *(name for module in sorted(modules) for name in PLUGINS_OF.get(module, ()))]
    roots = [qt / f"{name}.pyd" for name in sorted(modules)]
    roots += [shiboken / "Shiboken.pyd", *(qt / "plugins" / name for name in plugins)]
    kept = closure(roots, [qt, shiboken])
    kept |= {folder / name for folder in (qt, shiboken) for name in PYTHON_FILES}
    kept |= {qt / "translations" / name for name in TRANSLATIONS}
    for folder in (qt, shiboken):
        for path in sorted(folder.rglob("*"), reverse=True):
            if path.is_file() and path not in kept:
                path.unlink()
            elif path.is_dir() and not any(path.iterdir()):
                path.rmdir()


def closure(roots: Iterable[Path], folders: Iterable[Path]) -> set[Path]:
    """`roots` and all libraries of these folders that they load, without the C++ runtime.

    A module of Python needs others that it imports by name when it is loaded: those are said by Qt's own
    libraries, because QtWidgets.pyd loads Qt6Gui.dll, whose module is QtGui.
    """
    shelf = {path.name.lower(): path for folder in folders for path in folder.iterdir()}
    found: set[Path] = set()
    waiting = list(roots)
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        for name in pe.read(path).imports:
            if name in shelf and not CPP_RUNTIME.fullmatch(name):
                waiting.append(shelf[name])
            module = f"{name[:-4].replace('qt6', 'qt', 1)}.pyd"
            if path.suffix == ".pyd" and name.startswith("qt6") and module in shelf:
                waiting.append(shelf[module])
    return found


def cpp_runtime(packages: Path) -> dict[str, bytes]:
    """Microsoft's C++ runtime as Qt's wheel brings it, whole: lower-case name -> content."""
    files = sorted((packages / "PySide6").iterdir())
    return {path.name.lower(): path.read_bytes() for path in files if CPP_RUNTIME.fullmatch(path.name)}
