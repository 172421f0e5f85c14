"""Harmony's goldens as tests read them; `tests/goldens/harmony/make.py` says what they are."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from runtime.tokenizer import Tokenizer

FOLDER = Path(__file__).resolve().parent.parent / "goldens" / "harmony"
RENDER_NAMES = sorted(path.stem for path in (FOLDER / "render").glob("*.json"))


@cache
def tokenizer() -> Tokenizer:
    """gpt-oss's ids, for the pieces that the goldens need and for all single bytes."""
    return Tokenizer.load(FOLDER)


def golden(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def ids_of(text: str) -> list[int]:
    """Ids of a stream written out: special tokens as special tokens, the rest as text."""
    special = tokenizer().special
    ids: list[int] = []
    for part in re.split(r"(<\|[a-z]+\|>)", text):
        name = {"return": "return_"}.get(part[2:-2], part[2:-2])
        if part.startswith("<|") and hasattr(special, name):
            ids.append(getattr(special, name))
        else:
            ids += tokenizer().encode(part)
    return ids
