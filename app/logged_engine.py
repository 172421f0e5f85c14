"""An engine that writes into the log what it did: loads, turns, failures; nothing of what was said.

`app/__main__` puts it around the engine, so that the window and the commands need not think of logs. Of a
failure its kind is written, and of a load's the technical detail; the sentence may quote. Read next: `logs`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.logs import logger
from models.errors import Cancelled
from runtime.engine_client import EngineClient
from runtime.engine_interface import EngineInterface
from runtime.events import (
    EngineFailed,
    EngineReady,
    LoadEvent,
    LoadProgress,
    LoadRequest,
    TurnEnded,
    TurnEvent,
    TurnRequest,
)

_log = logger("engine")


class LoggedEngine:
    """See `EngineInterface`; does what `engine` does and says so in the log."""

    def __init__(self, engine: EngineInterface) -> None:
        self._engine = engine

    @property
    def process(self) -> EngineClient | None:
        """The engine's process; None where the engine has none of its own."""
        return self._engine if isinstance(self._engine, EngineClient) else None

    def load(self, request: LoadRequest) -> Iterator[LoadEvent]:
        _log.info(
            "load of %s begins: device %s, kernel %s, threads %s",
            Path(request.folder).name,
            request.device,
            request.kernel or "auto",
            request.threads or "auto",
        )
        try:
            for event in self._engine.load(request):
                match event:
                    case EngineReady():
                        _log_ready(event)
                    case EngineFailed():
                        _log.error("load failed: %s (%s)", event.kind, " ".join(event.detail.split()))
                yield event
        except Cancelled:
            _log.info("load cancelled")
            raise
        except Exception as error:
            _log.error("load failed: %s", type(error).__name__)
            raise

    def run(self, request: TurnRequest) -> Iterator[TurnEvent]:
        loads_again = False
        try:
            for event in self._engine.run(request):
                if isinstance(event, LoadProgress) and not loads_again:
                    loads_again = True
                    _log.warning("turn %d: the model is loaded again first", request.turn_id)
                elif isinstance(event, TurnEnded):
                    _log_end(event)
                yield event
        except Cancelled:
            _log.info("turn %d: cancelled before it began", request.turn_id)
            raise
        except Exception as error:
            _log.error("turn %d: %s", request.turn_id, type(error).__name__)
            raise

    def cancel(self) -> None:
        self._engine.cancel()

    def close(self) -> None:
        self._engine.close()


def log_death(exit_code: int | None) -> None:
    """Note that the engine's process ended in the middle of its work; None if it is not known how."""
    _log.error("the engine process ended, exit code %s", exit_code)


def _log_ready(event: EngineReady) -> None:
    _log.info(
        "loaded %s in %.2f s: device %s (%s), kernel %s, %d tokens of context",
        event.model_name,
        event.load_seconds,
        event.device.id,
        event.device.name,
        event.kernel,
        event.context_length,
    )


def _log_end(event: TurnEnded) -> None:
    usage = event.usage
    _log.info(
        "turn %d: %s, %d prompt tokens (%d cached) in %.2f s, %d completion tokens in %.2f s",
        event.turn_id,
        event.reason.value,
        usage.prompt_tokens,
        usage.cached_tokens,
        event.prefill_seconds,
        usage.completion_tokens,
        event.decode_seconds,
    )
