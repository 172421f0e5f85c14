"""The terms that a model comes with, as text to read before and after it is downloaded.

The Apache License ships with Chorale, which is under it as well. OpenAI's usage policy comes with the model's
files; before they are here, it is told what it asks for and where it can be read.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import metadata
from pathlib import Path

import app

_LARGEST = 1 << 18  # characters
_POLICY = "USAGE_POLICY"
BEFORE = (
    "OpenAI publishes gpt-oss under the Apache License 2.0, together with a usage policy.\n\n"
    "The usage policy asks whoever uses the model to use it safely and responsibly, and to comply with the law "
    "that applies to them. Its text comes with the model as the file USAGE_POLICY, and is shown here as soon as "
    "it is on this PC. Until then it can be read at huggingface.co/openai, with each model's files.\n\n"
    "The Apache License follows. In short: you may use the model for any purpose, change it and pass it on, if "
    "you keep the licence with it; there is no warranty.\n\n"
)


def licence_text(folder: Path | None = None) -> str:
    """The terms of the model in `folder`, from its own files; None is before there are any."""
    policy = _read(folder / _POLICY) if folder is not None else ""
    licence = _read(folder / "LICENSE") if folder is not None else ""
    licence = licence or apache_licence()
    if policy:
        return f"{_POLICY}\n\n{policy.strip()}\n\n\nLICENSE\n\n{licence}"
    return BEFORE + licence


def apache_licence() -> str:
    """The Apache License 2.0; empty if Chorale was installed without it."""
    beside = Path(app.__file__).absolute().parent.parent / "LICENSE"
    if text := _read(beside):
        return text
    with suppress(metadata.PackageNotFoundError):
        for file in metadata.files("chorale") or ():
            if file.name == "LICENSE":
                return _read(Path(str(file.locate())))
    return ""


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(_LARGEST)
    except OSError:
        return ""
