"""What `ask` and `chat` share: loading a model with Ctrl+C and a status line, and a `Chat` from options."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from app.chat import Chat
from app.foreground import iterate
from app.house import House
from app.installs import Install, load_request
from app.model_hints import sampling_of, tools_of
from app.terminal import Terminal
from app.tools import built_in_tools
from models.errors import EngineError, InputError
from runtime.conversation import Effort
from runtime.engine_interface import EngineInterface
from runtime.events import EngineFailed, EngineReady, LoadEvent, LoadProgress, PromptProgress

_STAGES = {
    "checking": "Checking the files",
    "preparing": "Preparing, once for this model",
    "mapping": "Mapping the weights",
    "testing": "Testing the device, once for this model and driver",
    "copying": "Copying the weights to the device",
    "starting": "Starting",
}


def load(engine: EngineInterface, install: Install, options: argparse.Namespace, house: House) -> EngineReady:
    """Load `install` into `engine`.

    Raises:
        AppError: it cannot be loaded.
        Cancelled: Ctrl+C.
    """
    device = options.device or house.settings.device
    request = load_request(
        install,
        device=device,
        threads=options.threads or house.settings.threads,
        insist=options.device is not None,  # a choice in the settings may be of a card that is gone
    )
    ready = ready_from(iterate(lambda: engine.load(request), engine.cancel), house.terminal)
    house.terminal.clear_status()
    if ready.notice:
        house.terminal.note(ready.notice)
    return ready


def ready_from(events: Iterable[LoadEvent], terminal: Terminal) -> EngineReady:
    """Iterate over a load to its end, showing progress. Raises `EngineError` if it failed."""
    last: LoadEvent | None = None
    for last in events:  # to the very end: only then is the engine free
        if isinstance(last, LoadProgress):
            show_progress(last, terminal)
    if isinstance(last, EngineReady):
        return last
    if isinstance(last, EngineFailed):
        raise EngineError(last.user_text, last.detail)
    raise EngineError("The engine stopped while loading. Try again.")


def show_progress(event: LoadProgress | PromptProgress, terminal: Terminal) -> None:
    """Show on the status line how far loading or reading the prompt is."""
    if isinstance(event, PromptProgress):
        terminal.status(f"Reading the prompt: {event.done:,} of {event.total:,} tokens")
        return
    share = f": {100 * (event.done or 0) // event.total} %" if event.total else ""
    terminal.status(f"{_STAGES.get(event.stage, event.stage)}{share} …")


def new_chat(
    engine: EngineInterface, install: Install, options: argparse.Namespace, house: House, effort: Effort
) -> Chat:
    """A chat as the command line's options say; `effort` is used if they name none."""
    return Chat(
        engine,
        tools=built_in_tools(house.today, tools_of(install.folder), policy=house.policy),
        today=house.today,
        effort=Effort(options.effort) if options.effort else effort,
        instructions=as_text(options.system) if options.system else None,
        sampling=sampling_of(
            install.folder, temperature=options.temperature, top_p=options.top_p, seed=options.seed
        ),
        max_tokens=options.max_tokens,
    )


def read_input(name: str, terminal: Terminal) -> str:
    """The text of the file `name`; `-` is standard input.

    Raises:
        InputError: it cannot be read, or is not UTF-8.
    """
    if name == "-":
        return terminal.read_all()
    try:
        return Path(name).read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not UTF-8 text. Save it as UTF-8.") from error
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror}.") from error


def as_text(argument: str) -> str:
    """A command-line argument without the halves of characters that broken UTF-8 in it becomes."""
    return argument.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
