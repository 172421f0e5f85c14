"""When a line breaks: how long to wait, how often to try again, and when an open line counts as broken.

Read next: `transfer`.
"""

from __future__ import annotations

from models.progress import Clock

_BACKOFF_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_LONGEST_WAIT_S = 300.0  # whatever a server asks for
FIRST_PATIENCE = 3  # attempts before the first byte came: the address may be wrong, so say so soon
PATIENCE = 12  # attempts in a row without progress, later: some five minutes
_DRIP_WINDOW_S, _DRIP_BYTES = 30.0, 30_000  # slower than this is a line that hangs


class Interrupted(Exception):  # noqa: N818 (it is tried again)
    """The line broke, or the server is busy; trying again may help.

    Attributes:
        sentence: what happened and where, for people.
        wait_s: how long the server asks to wait; None if it does not say.
    """

    def __init__(self, sentence: str, wait_s: float | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.wait_s = wait_s


def waiting_time(interrupted: Interrupted, failures: int) -> float:
    """Seconds to wait after that many failures in a row: more each time, or what the server asks for."""
    seconds = _BACKOFF_S[min(failures, len(_BACKOFF_S)) - 1]
    return seconds if interrupted.wait_s is None else min(max(interrupted.wait_s, seconds), _LONGEST_WAIT_S)


class Watch:
    """Ends a body that keeps the line open and sends next to nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since, self._bytes = clock.now(), 0

    def waited(self, seconds: float) -> None:
        """Time that we, not the server, took."""
        self._since += seconds

    def took(self, count: int) -> None:
        self._bytes += count
        now = self._clock.now()
        if now - self._since >= _DRIP_WINDOW_S:
            if self._bytes < _DRIP_BYTES:
                raise Interrupted("The line is open, but next to nothing comes through.")
            self._since, self._bytes = now, 0
