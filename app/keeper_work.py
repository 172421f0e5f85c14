"""A long piece of work on models, as the window holds it: begun on a worker thread, held or ended from any.

See `app.shelf.Work` for what is promised; `model_keeper` makes these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.shelf import WorkEvent
from models.progress import Control


class KeeperWork:
    """Runs `start` with a control of its own, once it is iterated."""

    def __init__(self, start: Callable[[Control], Iterator[WorkEvent]], control: Control) -> None:
        self._start = start
        self._control = control

    def __iter__(self) -> Iterator[WorkEvent]:
        return self._start(self._control)

    def pause(self) -> None:
        """Hold it after the piece it is at."""
        self._control.pause()

    def resume(self) -> None:
        """Go on with it."""
        self._control.resume()

    def cancel(self) -> None:
        """End it; what is on the disk is kept."""
        self._control.cancel()
