"""`chorale models list`: the models on this PC, and whether each is complete."""

from __future__ import annotations

import argparse
from typing import Any

from app.house import House
from app.installs import Install
from models.checkpoint import Checkpoint
from models.errors import ModelError


def run(options: argparse.Namespace, house: House) -> int:
    """Print one line a model. Damaged ones are listed with the reason."""
    for install in house.installs.found():
        found = describe(install)
        if options.json:
            house.terminal.json(found)
        else:
            size = "" if found["bytes"] is None else f", {found['bytes'] / 1e9:.2f} GB"
            state = "complete" if found["usable"] else f"not usable: {found['why_not']}"
            house.terminal.line(f"{found['name']}: {found['folder']}{size}, {state}")
    return 0


def describe(install: Install) -> dict[str, Any]:
    """A model for `--json`: name, folder, bytes (of its weights; None if damaged), usable, why_not."""
    size, why_not = None, ""
    try:
        checkpoint = Checkpoint.open(install.folder)
        size = sum(file.stat().st_size for file in checkpoint.files)
    except ModelError as error:
        why_not = error.user_text
    except OSError as error:
        why_not = f"{install.folder} cannot be read: {error.strerror}."
    return {
        "name": install.name,
        "folder": str(install.folder),
        "bytes": size,
        "usable": not why_not,
        "why_not": why_not,
    }
