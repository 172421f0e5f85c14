"""The house's one rule, held by reading every import: ui → app → runtime → models, and nothing sideways.

`docs/ARCHITECTURE.md` says why. The rules are the constants below; each one is also shown to catch what it
is there for, on a made-up module.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

LAYERS = ("models", "runtime", "app", "ui")  # each may import itself and what stands before it

# They put the house together: they may import any part of it, and no part may import them.
COMPOSITION_ROOTS = ("app.__main__", "app.engine_main")

# The window knows the others by values only, so that it can be tested, and replaced, without them.
VALUES_FOR_UI = {
    "runtime": ("runtime.conversation", "runtime.events"),
    "models": ("models.errors",),
}

# Libraries with one home: a module, or a package with all that is in it.
HOMES = {
    "PySide6": "ui",
    "shiboken6": "ui",
    "onnxruntime": "runtime.session",
    "urllib.request": "models.transport",
    "http": "models.transport",
    "requests": "models.transport",
    "httpx": "models.transport",
    "urllib3": "models.transport",
    "aiohttp": "models.transport",
    "huggingface_hub": "models.transport",
}

# For making reference values and the demo model, never for running: scripts only, which nothing imports.
SCRIPT_LIBRARIES = ("torch", "transformers", "openai_harmony")


def is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def module_name(path: Path) -> str:
    """Dotted name of a file given relative to the checkout."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path, source: str) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything a module imports, wherever in the file it does so.

    `from a import b` gives `a.b`: whether b is a module or a name in one makes no difference to the rules.
    """
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package.pop()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package[: len(package) + 1 - node.level] if node.level else []
            base = [*parents, *([node.module] if node.module else [])]
            yield from ((node.lineno, ".".join([*base, alias.name])) for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            function = (
                node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            )
            if function in ("import_module", "__import__"):
                yield node.lineno, str(node.args[0].value)


def broken_rule(importer: str, imported: str) -> str | None:
    """Why `importer` may not import `imported`; None if it may."""
    layer, target = importer.partition(".")[0], imported.partition(".")[0]
    for library, home in HOMES.items():
        if is_within(imported, library) and not is_within(importer, home):
            return f"{library} belongs in {home}"
    for composition_root in COMPOSITION_ROOTS:
        if is_within(imported, composition_root):
            return f"nothing imports {composition_root}"
    if target not in LAYERS or importer in COMPOSITION_ROOTS:
        return None
    if LAYERS.index(target) > LAYERS.index(layer):
        return f"{layer} is below {target}"
    if layer == "ui" and target in VALUES_FOR_UI:
        allowed = VALUES_FOR_UI[target]
        if not any(is_within(imported, value) for value in allowed):
            return f"ui takes only {', '.join(allowed)} from {target}"
    return None


def violations(sources: Mapping[Path, str]) -> list[str]:
    """Every broken rule as `file:line: what it imports: why not`."""
    found = []
    imported_in_house = set()
    script_imports = []
    for path, source in sources.items():
        importer = module_name(path)
        for line, imported in imports(path, source):
            imported_in_house.add(imported)
            imported_in_house.add(imported.rpartition(".")[0])
            if is_within(imported.partition(".")[0], "tests") and importer.partition(".")[0] in LAYERS:
                found.append(f"{path}:{line}: {imported}: tests are not part of the app")
            if imported.partition(".")[0] in SCRIPT_LIBRARIES:
                script_imports.append((path, line, imported))
            if importer.partition(".")[0] in LAYERS and (why := broken_rule(importer, imported)):
                found.append(f"{path}:{line}: {imported}: {why}")
    for path, line, imported in script_imports:
        is_script = '__name__ == "__main__"' in sources[path]
        if not is_script or module_name(path) in imported_in_house or path.name.startswith("test_"):
            found.append(f"{path}:{line}: {imported}: only scripts that nothing imports may use it")
    return found


def house() -> dict[Path, str]:
    files = (file for layer in (*LAYERS, "tests") for file in sorted((ROOT / layer).rglob("*.py")))
    return {file.relative_to(ROOT): file.read_text(encoding="utf-8") for file in files}


def test_no_module_breaks_an_import_rule() -> None:
    sources = house()
    assert Path("runtime/session.py") in sources
    assert violations(sources) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("models/checkpoint.py", "import runtime.events"),
        ("models/checkpoint.py", "from app.chat import Chat"),
        ("runtime/engine.py", "from app import settings"),
        ("runtime/engine.py", "def late():\n    import ui.window"),
        ("app/chat.py", "import ui"),
        ("app/chat.py", "import importlib\nimportlib.import_module('ui.window')"),
        ("app/chat.py", "from . import engine_main"),
        ("app/commands/ask.py", "from ..__main__ import main"),
        ("ui/window.py", "from app import engine_main"),
        ("ui/window.py", "from runtime import engine"),
        ("ui/window.py", "from runtime.engine_client import EngineClient"),
        ("ui/window.py", "import models.checkpoint"),
        ("app/__main__.py", "from PySide6.QtWidgets import QApplication"),
        ("runtime/events.py", "from PySide6 import QtCore"),
        ("runtime/engine.py", "import onnxruntime as ort"),
        ("app/engine_main.py", "from onnxruntime import InferenceSession"),
        ("app/doctor.py", "import http.client"),
        ("models/store.py", "from urllib.request import urlopen"),
        ("models/store.py", "from urllib import request"),
        ("models/graph/build.py", "import torch"),
        ("tests/runtime/test_engine.py", "import torch"),
        ("runtime/engine.py", "from tests.fakes import engine"),
    ],
)
def test_an_import_across_the_rules_is_found(path: str, source: str) -> None:
    assert len(violations({Path(path): source})) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("models/graph/build.py", "from models import checkpoint\nfrom . import nodes\nimport onnx"),
        ("runtime/session.py", "import onnxruntime as ort\nfrom models.config import ModelConfig"),
        ("app/__main__.py", "import ui.window, runtime.engine_client, models.checkpoint"),
        ("ui/window.py", "from PySide6 import QtCore\nimport app.chat\nfrom runtime.events import TextDelta"),
        ("ui/window.py", "from runtime import conversation, events\nfrom models import errors"),
        ("models/store.py", "from urllib.parse import urlsplit"),
        ("models/transport.py", "import urllib.request"),
        ("tests/goldens/make.py", 'import torch\nif __name__ == "__main__":\n    pass'),
    ],
)
def test_an_import_within_the_rules_is_left_alone(path: str, source: str) -> None:
    assert violations({Path(path): source}) == []


def test_a_script_with_torch_that_something_imports_is_found() -> None:
    script = 'import torch\nif __name__ == "__main__":\n    pass'
    found = violations(
        {Path("tests/goldens/make.py"): script, Path("tests/test_x.py"): "from tests.goldens import make"}
    )
    assert [line.partition(":")[0] for line in found] == [str(Path("tests/goldens/make.py"))]
