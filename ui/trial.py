"""Whether Qt can open a window here, where it might not: on Linux, libraries or the display may be missing.

Qt ends the process when its platform cannot start, so it is tried out in a copy of this one. A copy, because Qt
is loaded then and need not be loaded twice, which would take a quarter of a second of every start.
"""

from __future__ import annotations

import os
import select
import signal
from contextlib import suppress

from PySide6.QtGui import QGuiApplication


def why_not(patience_s: float) -> str | None:
    """A sentence if Qt cannot open a window here, else None. Before Qt's application and any thread, not on Windows."""
    ended, end = os.pipe()
    process = os.fork()
    if process == 0:
        _try()
    os.close(end)
    answers = bool(select.select([ended], [], [], patience_s)[0])  # the copy held the other end
    os.close(ended)
    if not answers:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    _pid, status = os.waitpid(process, 0)
    if not answers:
        return "The display does not answer."
    return None if status == 0 else "Qt cannot open a window here; libraries it needs may be missing."


def _try() -> None:
    """In the copy: begin with Qt, and end, well or not, without what ends a Python process."""
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        QGuiApplication([])
        os._exit(0)
    finally:
        os._exit(1)
