"""Command lines run in this process: a house whose engine is scripted, a terminal that remembers."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

from app import cli
from app.history.interface import HistoryInterface
from app.house import House, WindowOrder
from app.installs import Installs
from app.paths import Paths
from app.policy import NO_POLICY
from app.settings import Settings
from app.terminal import Terminal
from tests.fakes.engine import FakeEngine
from tests.fakes.history import FakeHistory


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Cli:
    """Runs command lines in this process.

    Attributes:
        house: what the commands get.
        engine, history: what answers, and what is kept.
        orders: windows that were to be opened.
        policy: what the organisation decides.
        out, err: what the last command line wrote.
    """

    def __init__(self, folder: Path) -> None:
        self.paths = Paths(folder / "config", folder / "data", folder / "cache", folder / "logs")
        self.engine = FakeEngine()
        self.history: HistoryInterface = FakeHistory()
        self.orders: list[WindowOrder] = []
        self.no_window: str | None = None
        self.environment: dict[str, str] = {}
        self.policy = NO_POLICY
        self.out = self.err = ""

    def __call__(self, *arguments: str, stdin: str = "", screen: bool = False) -> int:
        """Run `chorale ARGUMENTS`; the exit code. `screen`: on a terminal, else all three are pipes."""
        kind = Screen if screen else io.StringIO
        out, err = kind(), kind()
        terminal = Terminal(kind(stdin), out, err, self.environment)
        code = cli.run(arguments, terminal, self.make_house)
        self.out, self.err = out.getvalue(), err.getvalue()
        return code

    def make_house(self, terminal: Terminal) -> House:
        settings = Settings(self.paths.settings_file, self.policy)
        return House(
            paths=self.paths,
            settings=settings,
            installs=Installs(self.paths, settings),
            terminal=terminal,
            new_engine=lambda: self.engine,
            why_no_window=lambda: self.no_window,
            open_window=self._open_window,
            today=lambda: date(2026, 11, 21),
            new_history=lambda house: self.history,
        )

    def _open_window(self, house: House, order: WindowOrder) -> int:
        self.orders.append(order)
        return 0

    def json(self) -> list[dict[str, Any]]:
        """The lines of standard output, each of which must be a JSON object."""
        return [json.loads(line) for line in self.out.splitlines()]
