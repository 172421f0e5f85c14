"""Watches the engine, so that the window can say how it is doing: speed, memory, what went wrong.

    diagnostics = Diagnostics(lambda: client.process_id, hash_of)
    engine = diagnostics.watch(engine)      # does the same, and is looked at
    diagnostics.look()                      # from the window's thread; takes about a millisecond

It counts tokens and keeps the sentences of errors; text of the user's or the model's is never kept. Names that
are personal are taken out as things come in (`anonymous`). Read next: `diagnostics_values`, `support_text`.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psutil

import app
from app.anonymous import Person
from app.bench.memory import Held, held_by
from app.diagnostics_values import Diagnosis, Fault, Loaded, Speed
from models.errors import AppError, Cancelled, InputError
from runtime.engine_interface import EngineInterface
from runtime.events import (
    EngineFailed,
    EngineReady,
    LoadEvent,
    LoadRequest,
    PromptProgress,
    TextDelta,
    TurnEnded,
    TurnEvent,
    TurnRequest,
)

SPEEDS_KEPT = 30
FAULTS_KEPT = 20
_FEWEST = 8  # tokens; fewer tell little about speed
_FEWEST_READ = 64
_PACKAGES = (
    "onnxruntime-windowsml" if sys.platform == "win32" else "onnxruntime",
    "PySide6_Essentials",
    "numpy",
    "tokenizers",
    "apsw-sqlite3mc",
)


@dataclass(slots=True)
class _Running:
    """The answer being written."""

    tokens: int = 0
    first: float = 0.0
    last: float = 0.0

    def take(self, tokens: int, now: float) -> None:
        if not self.tokens:
            self.first = now
        self.tokens += tokens
        self.last = now

    @property
    def speed(self) -> Speed | None:
        spent = self.last - self.first
        if self.tokens < _FEWEST or spent <= 0:
            return None
        # The first token marks where counting begins; what came before it was the prompt's time.
        return Speed(self.tokens, (self.tokens - 1) / spent, is_running=True)


class Diagnostics:
    """What is known of the engine; its methods may be called from any thread.

    Args:
        process_id: of the engine's process, None if there is none.
        hash_of: SHA-256 that stands for the model in a folder, hex; empty if unknown. Called once a load, on
            the thread that loads.
        person: whom nothing here may tell of.
    """

    def __init__(
        self,
        process_id: Callable[[], int | None] = lambda: None,
        hash_of: Callable[[Path], str] = lambda folder: "",
        person: Person | None = None,
        clock: Callable[[], float] = time.perf_counter,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._process_id, self._hash_of = process_id, hash_of
        self._person = Person.here() if person is None else person
        self._clock, self._now = clock, now
        self._lock = threading.Lock()
        self._loaded: Loaded | None = None
        self._used = self._reserved = 0
        self._speeds: deque[Speed] = deque(maxlen=SPEEDS_KEPT)
        self._running: _Running | None = None
        self._faults: deque[Fault] = deque(maxlen=FAULTS_KEPT)

    def watch(self, engine: EngineInterface) -> EngineInterface:
        """`engine`, watched."""
        return _Watched(engine, self)

    def look(self) -> Diagnosis:
        """How things stand."""
        memory = psutil.virtual_memory()
        engine = self._process_id()
        window = _held(os.getpid())
        held = None if engine is None else _held(engine)
        with self._lock:
            running = self._running.speed if self._running else None
            speeds = (*self._speeds, running) if running else tuple(self._speeds)
            return Diagnosis(
                loaded=self._loaded,
                window=window,
                engine=held,
                memory_free=memory.available,
                memory_total=memory.total,
                kv_used=self._used,
                kv_reserved=max(self._reserved, self._used),
                speeds=speeds[-SPEEDS_KEPT:],
                faults=tuple(reversed(self._faults)),
                system=self._system,
                versions=self._versions,
            )

    @cached_property
    def _system(self) -> str:
        return f"{platform.system()} {platform.release()}, {platform.machine()}"

    @cached_property
    def _versions(self) -> tuple[tuple[str, str], ...]:
        return (
            ("chorale", app.__version__),
            ("python", platform.python_version()),
            *((package, _version(package)) for package in _PACKAGES),
        )

    # -- what the watched engine tells -----------------------------------------------------------

    def _load_began(self) -> None:
        with self._lock:
            self._loaded = None
            self._used = self._reserved = 0

    def _is_loaded(self, folder: Path, ready: EngineReady) -> None:
        device = ready.device
        loaded = Loaded(
            model=self._person.hidden_in(ready.model_name),
            model_hash=self._hash_of(folder),
            device=device.name,
            kind=device.kind.value,
            provider=device.provider,
            kernel=ready.kernel,
            threads=ready.threads,
            context_length=ready.context_length,
            position_bytes=ready.position_bytes,
        )
        with self._lock:
            self._loaded = loaded

    def _turn_began(self) -> None:
        with self._lock:
            self._running = _Running()

    def _took(self, event: TurnEvent) -> None:
        now = self._clock()
        with self._lock:
            match event:
                case PromptProgress():
                    self._used = event.done
                case TextDelta() if self._running is not None:
                    self._running.take(event.tokens, now)
                    self._used += event.tokens
                case TurnEnded():
                    self._ended(event)

    def _ended(self, event: TurnEnded) -> None:
        self._running = None
        usage = event.usage
        if usage.prompt_tokens:  # an engine that died could not count them, and holds nothing now
            self._used, self._reserved = usage.prompt_tokens + usage.completion_tokens, event.reserved
        else:
            self._used = self._reserved = 0
        if usage.completion_tokens >= _FEWEST and event.decode_seconds > 0:
            read = usage.prompt_tokens - usage.cached_tokens
            is_told = read >= _FEWEST_READ and event.prefill_seconds > 0
            reading = read / event.prefill_seconds if is_told else None
            speed = usage.completion_tokens / event.decode_seconds
            self._speeds.append(Speed(usage.completion_tokens, speed, reading))
        if event.error:
            self._failed(event.error)

    def _turn_left(self) -> None:
        with self._lock:
            self._running = None

    def _went_wrong(self, error: Exception) -> None:
        if isinstance(error, InputError):
            return  # nothing went wrong: what was asked could not be done, and it was said
        unforeseen = f"Something went wrong inside Chorale ({type(error).__name__})."
        with self._lock:
            self._failed(error.user_text if isinstance(error, AppError) else unforeseen)

    def _failed(self, sentence: str) -> None:
        self._faults.append(Fault(self._now(), self._person.hidden_in(sentence)))


class _Watched:
    """See `EngineInterface`; does what `engine` does and lets it be known."""

    def __init__(self, engine: EngineInterface, notes: Diagnostics) -> None:
        self._engine, self._notes = engine, notes

    def load(self, request: LoadRequest) -> Iterator[LoadEvent]:
        self._notes._load_began()
        try:
            for event in self._engine.load(request):
                if isinstance(event, EngineReady):
                    self._notes._is_loaded(Path(request.folder), event)
                elif isinstance(event, EngineFailed):
                    self._notes._went_wrong(AppError(event.user_text))
                yield event
        except Cancelled:
            raise
        except Exception as error:
            self._notes._went_wrong(error)
            raise

    def run(self, request: TurnRequest) -> Iterator[TurnEvent]:
        self._notes._turn_began()
        try:
            for event in self._engine.run(request):
                self._notes._took(event)
                yield event
        except Cancelled:
            raise
        except Exception as error:
            self._notes._went_wrong(error)
            raise
        finally:
            self._notes._turn_left()

    def cancel(self) -> None:
        self._engine.cancel()

    def close(self) -> None:
        self._engine.close()


def _held(process: int) -> Held | None:
    try:
        return held_by(process)
    except (psutil.Error, OSError):  # it has just ended
        return None


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
