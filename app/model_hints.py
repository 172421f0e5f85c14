"""What a model's folder says about how to use it: how to draw tokens, and questions to begin with.

Both files are optional and come with the model; a missing or damaged one means the usual. Read by the
commands and the window.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from runtime.events import Sampling

GENERATION = "generation_config.json"  # published with gpt-oss, in transformers' format
QUESTIONS = "questions.json"  # comes with the demo
_LARGEST_FILE = 4 << 20  # bytes


def sampling_of(
    folder: Path,
    *,
    temperature: float | None = None,
    top_p: float | None = None,
    seed: int | None = None,
) -> Sampling:
    """How the model in `folder` wants tokens drawn, except for what is given here.

    gpt-oss wants plain sampling at temperature 1; a `do_sample` of false is greedy.
    """
    config = _read(folder / GENERATION)
    if temperature is None:
        temperature = 0.0 if config.get("do_sample") is False else _number(config, "temperature", 0.0, 2.0)
    if top_p is None:
        top_p = _number(config, "top_p", 0.01, 1.0)
    return Sampling(temperature, top_p, seed=seed)


def suggestions_of(folder: Path) -> tuple[str, ...]:
    """Questions that the model in `folder` suggests to begin with; mostly none."""
    found = _read(folder / QUESTIONS).get("suggestions")
    if not isinstance(found, list):
        return ()
    return tuple(text for text in found if isinstance(text, str) and text.strip())


def tools_of(folder: Path) -> tuple[str, ...] | None:
    """The built-in tools that the model in `folder` was trained with; None if it can take any."""
    found = _read(folder / QUESTIONS).get("tools")
    return tuple(name for name in found if isinstance(name, str)) if isinstance(found, list) else None


def _number(config: dict[str, Any], key: str, least: float, most: float) -> float:
    value = config.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most:
        return float(value)
    return 1.0


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            value = json.loads(file.read(_LARGEST_FILE))
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
