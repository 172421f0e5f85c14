"""A program that runs a model and can be measured: Chorale's engine in this process, or llama.cpp in one of its own.

`measure` knows no more of them than this. Read next: `measure`.
"""

from __future__ import annotations

import gc
import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from app.bench.asking import Reading, question, reading, ready
from app.bench.contender import Contender
from app.bench.memory import Held, held_by
from runtime.engine_interface import EngineInterface
from runtime.events import LoadRequest
from runtime.harmony import render
from runtime.sequence import common_prefix
from runtime.tokenizer import Tokenizer

LLAMA_MODULE = "app.bench.llama_cpp"


class Runner(Protocol):
    """Loads a model, answers, and says what it holds.

    Attributes:
        name: what people call the program.
        details: how it computes; known once it is loaded.
        files: what it reads while loading and running.
    """

    name: str
    details: str
    files: tuple[Path, ...]

    def load(self) -> float:
        """Load afresh; seconds. Raises `AppError`."""
        ...

    def ask(self, text: str, max_tokens: int) -> Reading:
        """Answer a question greedily. Raises `AppError` or `Cancelled`."""
        ...

    def held(self) -> Held:
        """Its process's memory now."""
        ...

    def cancel(self) -> None:
        """End what is running; from any thread."""
        ...

    def close(self) -> None:
        """Forget the model."""
        ...


class ChoraleRunner:
    """Chorale's engine in this process; see `Runner`."""

    name = "Chorale"

    def __init__(self, engine: EngineInterface, request: LoadRequest) -> None:
        self._engine = engine
        self._request = request
        self._turns = 0
        self.details = ""
        folder, cache = Path(request.folder), Path(request.cache)
        self.files = (*sorted(folder.glob("*.safetensors")), *sorted(cache.glob("*.safetensors")))

    def load(self) -> float:
        self.close()
        event = ready(self._engine, self._request)
        self.details = f"kernel {event.kernel}"
        return event.load_seconds

    def ask(self, text: str, max_tokens: int) -> Reading:
        self._turns += 1
        return reading(self._engine, self._turns, text, max_tokens)

    def held(self) -> Held:
        return held_by(os.getpid())

    def cancel(self) -> None:
        self._engine.cancel()

    def close(self) -> None:
        self._engine.close()
        gc.collect()  # mapped files are let go with the last array that points into them


class OtherProgram(ABC):
    """A `Runner` in a process of its own, given the token ids that Chorale is given.

    Attributes:
        name, details, files: see `Runner`.
    """

    def __init__(self, name: str, files: tuple[Path, ...], tokenizer: Tokenizer) -> None:
        self.name = name
        self.details = ""
        self.files = files
        self._tokenizer = tokenizer
        self._contender: Contender | None = None
        self._ids: list[int] = []

    @abstractmethod
    def load(self) -> float:
        """Start the process and load; the seconds of loading."""

    def ask(self, text: str, max_tokens: int) -> Reading:
        ids = list(render(question(text), self._tokenizer))
        cached = common_prefix(self._ids, ids[:-1])  # the last one is fed in any case
        self._ids = ids
        return Reading(**self._call("ask", ids=ids, cached=cached, max_tokens=max_tokens))

    def logits(self, ids: list[int], out: Path) -> None:
        """Write the logits of every position to `out`, f32 [ids, vocabulary]."""
        self._ids = []
        self._call("logits", ids=ids, out=str(out))

    def held(self) -> Held:
        assert self._contender is not None
        return held_by(self._contender.pid)

    def cancel(self) -> None:
        self.close()

    def close(self) -> None:
        self._ids = []
        contender, self._contender = self._contender, None
        if contender is not None:
            contender.close()

    def _call(self, do: str, **arguments: Any) -> dict[str, Any]:
        assert self._contender is not None
        return self._contender.call(do, **arguments)


class LlamaRunner(OtherProgram):
    """llama.cpp in a process of its own, given the token ids that Chorale is given; see `Runner`.

    Args:
        repack: whether it may rearrange the experts in memory of its own while loading.
        python: one that has llama-cpp-python; None is this one.
    """

    def __init__(
        self,
        gguf: Path,
        tokenizer: Tokenizer,
        *,
        threads: int,
        context: int,
        repack: bool,
        ubatch: int = 512,
        name: str = "llama.cpp",
        python: Path | None = None,
        start: Callable[[str, Path, str], Contender] = Contender,
    ) -> None:
        super().__init__(name, (gguf,), tokenizer)
        self._settings = {
            "file": str(gguf), "threads": threads, "context": context, "repack": repack, "ubatch": ubatch,
        }  # fmt: skip
        self._python = python or Path(sys.executable)
        self._start = start

    def load(self) -> float:
        self.close()
        self._contender = self._start(self.name, self._python, LLAMA_MODULE)
        reply = self._contender.call("load", **self._settings)
        self.details = f"llama-cpp-python {reply['version']}, {reply['features']}"
        return float(reply["seconds"])
