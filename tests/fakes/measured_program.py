"""A program that pretends to run a model, for `app.bench`: `python -m tests.fakes.measured_program`.

A file named `broken.gguf` cannot be loaded; `dying.gguf` ends the process.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from app.bench.contender import Reply, serve


def load(file: str, **settings: Any) -> Reply:
    if file.endswith("broken.gguf"):
        raise ValueError("this file is broken")
    if file.endswith("dying.gguf"):
        os._exit(3)
    sys.stdout.write("libraries chatter\n")
    return {"seconds": 0.5, "version": "0", "features": "AVX2"}


def ask(ids: list[int], cached: int, max_tokens: int) -> Reply:
    return {
        "fed": len(ids) - cached,
        "cached": cached,
        "prefill_seconds": 0.5,
        "decoded": max_tokens - 1,
        "decode_seconds": 1.0,
    }


if __name__ == "__main__":
    sys.exit(serve({"load": load, "ask": ask}))
