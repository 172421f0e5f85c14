"""Where Chorale starts: `chorale`, which is `python -m app`. The start-up, in order:

1. `main` wraps the standard streams (`terminal`) and hands the command line to `cli`.
2. `cli` reads it; `--help` and mistakes end here, before anything heavy is imported.
3. `make_house` finds the user's folders, reads the organisation's policy and the settings, starts the logs.
4. The command runs (`commands/`): the window, or one of those for the terminal.
5. A command that talks to a model makes an `EngineClient`, which starts the engine process
   (`engine_main`) when the model is loaded. That process imports this module too, so importing it
   must do nothing.

This is a composition root: only here do the window, the commands and the engine meet.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from app import cli
from app.terminal import Terminal

if TYPE_CHECKING:
    from app.house import House, WindowOrder
    from runtime.engine_interface import EngineInterface

    ExceptHook = Callable[[type[BaseException], BaseException, TracebackType | None], object]

_TRY_QT_S = 20.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run Chorale; the exit code."""
    multiprocessing.freeze_support()
    return cli.run(sys.argv[1:] if arguments is None else arguments, Terminal.standard(), make_house)


def make_house(terminal: Terminal) -> House:
    """What the commands work with, for the user who runs this."""
    from app.house import House
    from app.installs import Installs
    from app.logs import log_start, start_logging
    from app.paths import user_paths
    from app.policy import read_policy
    from app.settings import Settings

    paths = user_paths()
    settings = Settings(paths.settings_file, read_policy())
    start_logging(paths.logs if settings.keep_logs else None, settings.policy.log_level)
    if settings.keep_logs:
        log_start()
        sys.excepthook = _logging_bugs(sys.excepthook)
    return House(
        paths=paths,
        settings=settings,
        installs=Installs(paths, settings),
        terminal=terminal,
        new_engine=new_engine,
        why_no_window=why_no_window,
        open_window=open_window,
    )


def _logging_bugs(show: ExceptHook) -> ExceptHook:
    """`sys.excepthook` that logs what nobody caught, Qt's slots included, before `show` prints it."""
    from app.logs import log_bug

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log_bug(error)
        show(kind, error, trace)

    return hook


def new_engine() -> EngineInterface:
    """An engine in a process of its own, which starts when a model is loaded."""
    from app import engine_main
    from app.logged_engine import LoggedEngine, log_death
    from runtime.engine_client import EngineClient

    if sys.platform != "win32":
        # multiprocessing would start this helper of its own later, and in doing so lift the mask that
        # keeps Ctrl+C from the engine process while that one starts (`foreground`).
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()
    return LoggedEngine(EngineClient(engine_main.main, log_death))


def why_no_window() -> str | None:
    """A sentence if no window can be opened here, else None."""
    if sys.platform in ("win32", "darwin"):
        return None
    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        return "There is no display here."
    try:
        from ui import trial
    except ImportError:  # a library that Qt needs is not there
        return "Qt cannot be loaded here; libraries it needs may be missing."
    return trial.why_not(_TRY_QT_S)


def open_window(house: House, order: WindowOrder) -> int:
    """Open the window and run it to its end; the exit code."""
    from app.preferences import Preferences
    from app.window_models import face_of, new_keeper
    from app.window_parts import put_together
    from ui.services import Services
    from ui.start import hand_over, run

    meeting = house.paths.data / "window"
    if hand_over(meeting, order.files):
        return 0
    # Qt's loop runs no Python for long stretches, so Ctrl+C in the terminal ends the process itself.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parts = put_together(house, order, new_engine)
    models, settings, may_attach = parts.models, parts.settings, house.policy.may_attach_documents
    loaded = lambda: models.install.folder  # noqa: E731
    face = face_of(order.install)
    try:
        return run(
            Services(
                chat=parts.talk,
                load=parts.talk.load,
                model_title=face.title,
                is_demo=face.is_demo,
                suggestions=face.suggestions,
                settings=settings,
                close=parts.close,
                problems=(*house.policy.problems, *house.settings.problems, *order.problems),
                models=new_keeper(house, settings, order.install, models.choose, models.lend, loaded),
                is_first_run=order.is_first_run,
                documents=parts.desk if may_attach else None,
                summaries=parts.talk if may_attach else None,
                history=parts.history,
                files=order.files,
                meeting=meeting,
                diagnostics=parts.diagnostics,
                preferences=Preferences(house.settings, settings, house.installs),
            )
        )
    finally:
        settings.flush()


if __name__ == "__main__":
    sys.exit(main())
