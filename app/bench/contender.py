"""A program in a process of its own, asked by lines of JSON, and stopped whenever it is not asked.

The side that asks is `Contender`, the side that is asked calls `serve`. Only standard library and `models.errors`:
the program may run in another Python environment, which has nothing of what Chorale needs. Read next: `llama_cpp`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from models.errors import EngineError

ROOT = Path(__file__).resolve().parents[2]  # what `python -m` finds Chorale in
Reply = dict[str, Any]


class Contender:
    """The asking side.

    Attributes:
        name: what people call the program.

    Args:
        python: the Python to run `-m module` with.
    """

    def __init__(self, name: str, python: Path, module: str) -> None:
        self.name = name
        self._process = subprocess.Popen(
            [str(python), "-m", module],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self._pause(True)

    @property
    def pid(self) -> int:
        return self._process.pid

    def call(self, do: str, **arguments: Any) -> Reply:
        """Have it do one thing; the process runs only for as long as that takes.

        Raises:
            EngineError: it failed or ended.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._pause(False)
        try:
            self._process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except (OSError, ValueError) as error:  # ValueError: somebody closed it
            raise EngineError(f"{self.name} ended while it was asked to {do}.") from error
        finally:
            self._pause(True)
        if not line:
            raise EngineError(f"{self.name} ended while it was asked to {do}.")
        reply: Reply = json.loads(line)
        if "error" in reply:
            raise EngineError(f"{self.name} failed when asked to {do}: {reply['error']}")
        return reply

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()

    def _pause(self, paused: bool) -> None:
        """Its threads may go on spinning for work after an answer; where the system can, it is stopped outright."""
        if sys.platform != "win32" and self._process.poll() is None:
            self._process.send_signal(signal.SIGSTOP if paused else signal.SIGCONT)
            if paused:  # only when it has really stopped is the machine free for the next one
                os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)


def serve(handlers: Mapping[str, Callable[..., Reply]]) -> int:
    """The asked side: answer lines from standard input until it ends; what libraries print goes to stderr."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = handlers[request.pop("do")](**request)
        except Exception as error:  # whatever it is, the other side must hear of it
            reply = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(reply) + "\n")
        answers.flush()
    return 0
