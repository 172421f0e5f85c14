"""The engine process's entry point: puts the engine behind its end of the pipe. Nothing imports this."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runtime.engine_process import Pipe


def main(connection: Pipe) -> None:
    """Serve `connection` until the window process closes it."""
    # Ctrl+C in a terminal reaches the whole process group; the client turns it into a cancel.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Imported here: importing this module must stay cheap for the process that only names `main`.
    from runtime.engine import Engine
    from runtime.engine_process import EngineServer

    EngineServer(Engine(own_process=True), connection).serve()
