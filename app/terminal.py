"""What the commands write to and read from: results on standard output, all else on standard error.

`--json` output is one object a line. Colour is used only on a terminal that wants it (`NO_COLOR`,
`TERM=dumb`). On a terminal, control characters in a model's text are shown rather than sent: text must
not be able to move the cursor or retitle the window. Used by `cli` and every command.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from io import TextIOWrapper
from typing import Any, TextIO

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_DIM, _BOLD, _PLAIN = "\x1b[2m", "\x1b[1m", "\x1b[0m"
_CLEAR_LINE = "\r\x1b[K"


class Terminal:
    """Standard input, output and error.

    Attributes:
        is_interactive: whether a person types here, rather than a pipe.
        has_colour: whether standard output shows colours.
    """

    def __init__(self, stdin: TextIO, stdout: TextIO, stderr: TextIO, environment: Mapping[str, str]) -> None:
        self._stdin, self._stdout, self._stderr = stdin, stdout, stderr
        plain = "NO_COLOR" in environment or environment.get("TERM") == "dumb"
        self._is_screen = stdout.isatty()
        self.is_interactive = stdin.isatty() and self._is_screen
        self.has_colour = self._is_screen and not plain and _understands_escapes()
        self._shows_status = stderr.isatty() and not plain and _understands_escapes()
        self._status = ""

    @classmethod
    def standard(cls) -> Terminal:
        """This process's streams, all UTF-8 whatever the system's code page."""
        for stream in (sys.stdin, sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(encoding="utf-8", errors="replace")
        return cls(sys.stdin, sys.stdout, sys.stderr, os.environ)

    def write(self, text: str, *, dim: bool = False, bold: bool = False) -> None:
        """Write to standard output at once, without ending the line."""
        self.clear_status()
        if self._is_screen:
            text = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
        if text and self.has_colour and (dim or bold):
            text = (_DIM if dim else _BOLD) + text + _PLAIN
        self._stdout.write(text)
        self._stdout.flush()

    def line(self, text: str = "", *, dim: bool = False, bold: bool = False) -> None:
        """Write a line to standard output."""
        self.write(text + "\n", dim=dim, bold=bold)

    def json(self, value: Mapping[str, Any]) -> None:
        """Write one JSON object as a line of standard output."""
        self.clear_status()
        self._stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
        self._stdout.flush()

    def error(self, sentence: str) -> None:
        """Write one line to standard error."""
        self.note("chorale: " + " ".join(sentence.split()))

    def note(self, text: str) -> None:
        """Write a line for people to standard error."""
        self.clear_status()
        self._stderr.write(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", text) + "\n")
        self._stderr.flush()

    def give_up(self) -> None:
        """Send nothing more to standard output, whose reader has left; Python would complain at its exit."""
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stdout.fileno())
            os.close(nowhere)

    def status(self, text: str) -> None:
        """Show what goes on, on a line of standard error that the next output replaces; pipes get nothing."""
        if self._shows_status and text != self._status:
            self._status = text
            self._stderr.write(f"{_CLEAR_LINE}{text}")
            self._stderr.flush()

    def clear_status(self) -> None:
        """Take the status line away."""
        if self._status:
            self._status = ""
            self._stderr.write(_CLEAR_LINE)
            self._stderr.flush()

    def ask(self, prompt: str) -> str | None:
        """Read a line; None at the end of the input. The prompt is shown to people only."""
        self.clear_status()
        if not self.is_interactive:
            line = self._stdin.readline()
            return line.rstrip("\r\n") if line else None
        with suppress(ImportError):
            import readline  # noqa: F401 (importing it gives input() its arrow keys; Windows needs it not)
        try:
            return input(prompt)
        except EOFError:
            self.line()
            return None

    def ask_secret(self, prompt: str) -> str | None:
        """Read a line that is not shown; None where no person types, or at the end of the input."""
        self.clear_status()
        if not self.is_interactive:
            return None
        import getpass

        try:
            return getpass.getpass(prompt, self._stderr)
        except EOFError:
            self.line()
            return None

    def read_all(self) -> str:
        """All of standard input."""
        return self._stdin.read()


def _understands_escapes() -> bool:
    """Whether the console shows escape sequences; on Windows, after asking it to."""
    if sys.platform != "win32":
        return True
    import ctypes

    kernel = ctypes.windll.kernel32
    understood = True
    for number in (-11, -12):  # standard output and error
        handle, mode = kernel.GetStdHandle(number), ctypes.c_uint32()
        if kernel.GetConsoleMode(handle, ctypes.byref(mode)):
            understood &= bool(kernel.SetConsoleMode(handle, mode.value | 4))  # virtual terminal processing
    return understood
