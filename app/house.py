"""What every command is given. `app/__main__` puts the parts in that only a composition root may know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.history.interface import HistoryInterface
from app.installs import Install, Installs
from app.paths import Paths
from app.policy import Policy
from app.settings import Settings
from app.terminal import Terminal
from runtime.documents.extractor import Extractor
from runtime.engine_interface import EngineInterface


@dataclass(frozen=True, slots=True)
class WindowOrder:
    """What the window is to open with. `device` and `threads` as in `LoadRequest`.

    Attributes:
        is_first_run: whether there is no model on this PC but the demo.
        problems: sentences for the person, besides those of the settings.
        files: paths of files to attach.
    """

    install: Install
    device: str
    threads: int | None
    is_first_run: bool = False
    problems: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def open_history(house: House) -> HistoryInterface:
    """This user's conversations, as far as the organisation allows keeping any."""
    from app.history.keychain import SystemKeychain
    from app.history.vault import Rules
    from app.kv_history import KvHistory

    rules = Rules(house.policy.history_allowed, house.policy.history_encryption_required)
    folder = house.paths.cache / "kv"
    # A keychain may ask the person first: nothing waits for it but what needs the conversations.
    return KvHistory(house.paths.history_file, SystemKeychain(), rules, folder, at_once=False)


@dataclass(frozen=True, slots=True)
class House:
    """The parts that commands work with.

    Attributes:
        paths, settings, installs, terminal: this user's.
        new_engine: makes the engine that answers; it is closed by whoever asked for it.
        why_no_window: a sentence if no window can be opened here, else None.
        open_window: opens the window, runs it to its end and returns the exit code.
        today: the clock.
        new_extractor: makes what reads documents; `new_reader` asks the organisation's policy first.
        new_history: the conversations that are kept, not opened yet; closed by whoever asked for it.
    """

    paths: Paths
    settings: Settings
    installs: Installs
    terminal: Terminal
    new_engine: Callable[[], EngineInterface]
    why_no_window: Callable[[], str | None]
    open_window: Callable[[House, WindowOrder], int]
    today: Callable[[], date] = date.today
    new_extractor: Callable[[], Extractor] = Extractor
    new_history: Callable[[House], HistoryInterface] = open_history

    def new_reader(self) -> Extractor:
        """What reads a document. Raises `PolicyError` if the organisation allows none."""
        self.policy.check_documents()
        return self.new_extractor()

    @property
    def policy(self) -> Policy:
        """What the organisation decides."""
        return self.settings.policy
