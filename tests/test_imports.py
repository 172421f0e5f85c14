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
    "models": ("models.errors", "models.progress"),
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
    "httpx2": "models.transport",
    "httpcore2": "models.transport",
    "urllib3": "models.transport",
    "aiohttp": "models.transport",
    "huggingface_hub": "models.transport",
}

# For making the demo model and expected results, never for running. They may be used by tools/ and by scripts
# under tests/, and neither the app nor its tests may import a module that uses one.
MAKERS_LIBRARIES = ("torch", "transformers", "safetensors", "openai_harmony")


def is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def top(module: str) -> str:
    return module.partition(".")[0]


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


def broken_rule(importer: str, imported: str, makers: set[str], importer_is_maker: bool) -> str | None:
    """Why `importer` may not import `imported`; None if it may."""
    layer, target = top(importer), top(imported)
    if target in MAKERS_LIBRARIES and not importer_is_maker:
        return f"{target} is for tools/ and for scripts under tests/"
    if not importer_is_maker and any(is_within(imported, maker) for maker in makers):
        return "it is for making things, and what it needs is not installed"
    if layer not in LAYERS:
        return None
    if target in ("tests", "tools"):
        return f"{target} is not part of the app"
    for library, home in HOMES.items():
        if is_within(imported, library) and not is_within(importer, home):
            return f"{library} belongs in {home}"
    for composition_root in COMPOSITION_ROOTS:
        if is_within(imported, composition_root) and importer not in COMPOSITION_ROOTS:
            return f"no part imports {composition_root}"
    if target not in LAYERS or importer in COMPOSITION_ROOTS:
        return None
    if LAYERS.index(target) > LAYERS.index(layer):
        return f"{layer} is below {target}"
    if layer == "ui" and target in VALUES_FOR_UI:
        allowed = VALUES_FOR_UI[target]
        if not any(is_within(imported, value) for value in allowed):
            return f"ui takes only {', '.join(allowed)} from {target}"
    return None


def is_maker(path: Path, source: str) -> bool:
    """Whether a file is there for making things: in tools/, or a script under tests/ that is not a test."""
    is_script = path.parts[0] == "tests" and '__name__ == "__main__"' in source
    return path.parts[0] == "tools" or (is_script and not path.name.startswith("test_"))


def violations(sources: Mapping[Path, str]) -> list[str]:
    """Every broken rule as `file:line: what it imports: why not`."""
    all_imports = {path: list(imports(path, source)) for path, source in sources.items()}
    makers = {
        module_name(path)
        for path, found in all_imports.items()
        if is_maker(path, sources[path]) and any(top(name) in MAKERS_LIBRARIES for _, name in found)
    }
    return [
        f"{path}:{line}: {imported}: {why}"
        for path, found in all_imports.items()
        for line, imported in found
        if (why := broken_rule(module_name(path), imported, makers, is_maker(path, sources[path])))
    ]


def house() -> dict[Path, str]:
    files = (file for layer in (*LAYERS, "tests", "tools") for file in sorted((ROOT / layer).rglob("*.py")))
    return {file.relative_to(ROOT): file.read_text(encoding="utf-8") for file in files}


def test_no_module_breaks_an_import_rule() -> None:
    sources = house()
    assert Path("runtime/session/cpu.py") in sources
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
        ("tests/goldens/make.py", "import torch"),
        ("runtime/engine.py", "from tests.fakes import engine"),
        ("models/demo.py", "from tools.demo import lessons"),
    ],
)
def test_an_import_across_the_rules_is_found(path: str, source: str) -> None:
    assert len(violations({Path(path): source})) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("models/graph/build.py", "from models import checkpoint\nfrom . import nodes\nimport onnx"),
        ("runtime/session/library.py", "import onnxruntime as ort\nfrom models.config import ModelConfig"),
        ("app/__main__.py", "import ui.window, runtime.engine_client, models.checkpoint"),
        ("app/__main__.py", "from app import engine_main"),
        ("ui/window.py", "from PySide6 import QtCore\nimport app.chat\nfrom runtime.events import TextDelta"),
        ("ui/window.py", "from runtime import conversation, events\nfrom models import errors"),
        ("models/store.py", "from urllib.parse import urlsplit"),
        ("models/transport.py", "import urllib.request"),
        ("tools/demo/train.py", "import torch\nfrom runtime import tokenizer"),
        ("tests/tools/test_lessons.py", "from tools.demo import lessons"),
        ("tests/goldens/make.py", 'import torch\nif __name__ == "__main__":\n    pass'),
    ],
)
def test_an_import_within_the_rules_is_left_alone(path: str, source: str) -> None:
    assert violations({Path(path): source}) == []


@pytest.mark.parametrize("importer", ["tests/test_x.py", "models/x.py"])
def test_a_test_or_the_app_needing_what_only_makers_have_is_found(importer: str) -> None:
    network = {Path("tools/demo/network.py"): "import torch"}
    assert len(violations({**network, Path(importer): "from tools.demo.network import GptOss"})) == 1
    assert violations({**network, Path("tools/demo/train.py"): "from tools.demo.network import GptOss"}) == []
