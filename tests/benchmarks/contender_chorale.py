"""Chorale as a contender: its engine in a process of its own, driven as the app drives it, without prompt lookup.

(Prompt lookup feeds several tokens at once where an answer repeats the prompt: `tests.benchmarks.prompt_lookup`.)
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

from app.bench.asking import Reading, reading, ready
from app.bench.contender import Contender, Reply, serve
from app.bench.memory import Held, held_by
from runtime.engine import Engine
from runtime.events import LoadRequest


class ChoraleContender:
    """The asking side; a `Runner`."""

    name = "Chorale"

    def __init__(
        self, folder: Path, cache: Path, threads: int, kernel: str | None, exact: bool = False
    ) -> None:
        self.files: tuple[Path, ...] = (
            *sorted(folder.glob("*.safetensors")),
            *sorted(cache.glob("*.safetensors")),
        )
        self.details = ""
        self._contender: Contender | None = None
        self._settings: dict[str, Any] = {
            "folder": str(folder), "cache": str(cache), "threads": threads, "kernel": kernel, "exact": exact,
        }  # fmt: skip

    def load(self) -> float:
        self.close()
        self._contender = Contender(self.name, Path(sys.executable), __name__)
        reply = self._contender.call("load", **self._settings)
        self.details = f"kernel {reply['kernel']}"
        return float(reply["seconds"])

    def ask(self, text: str, max_tokens: int) -> Reading:
        return Reading(**self._call("ask", text=text, max_tokens=max_tokens))

    def logits(self, ids: list[int], out: Path) -> None:
        """Write the logits of every position to `out`, f32 [ids, vocabulary]."""
        self._call("logits", ids=ids, out=str(out))

    def held(self) -> Held:
        assert self._contender is not None
        return held_by(self._contender.pid)

    def cancel(self) -> None:
        self.close()

    def close(self) -> None:
        contender, self._contender = self._contender, None
        if contender is not None:
            contender.close()

    def _call(self, do: str, **arguments: Any) -> Reply:
        assert self._contender is not None
        return self._contender.call(do, **arguments)


class _Asked:
    """The side that is asked."""

    def __init__(self) -> None:
        self._engine = Engine()
        self._turns = 0

    def load(self, folder: str, cache: str, threads: int, kernel: str | None, exact: bool) -> Reply:
        Path(cache).mkdir(parents=True, exist_ok=True)
        request = LoadRequest(folder, cache, threads=threads, kernel=kernel, exact=exact, prompt_lookup=False)
        event = ready(self._engine, request)
        return {"seconds": event.load_seconds, "kernel": event.kernel}

    def ask(self, text: str, max_tokens: int) -> Reply:
        self._turns += 1
        return reading(self._engine, self._turns, text, max_tokens).as_json()

    def logits(self, ids: list[int], out: str) -> Reply:
        np.save(out, self._engine.logits(ids))
        return {"positions": len(ids)}


if __name__ == "__main__":
    asked = _Asked()
    sys.exit(serve({"load": asked.load, "ask": asked.ask, "logits": asked.logits}))
