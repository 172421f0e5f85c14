"""`chorale` without a command: the window, or where there is no display, the conversation in the terminal."""

from __future__ import annotations

import argparse

from app.device_policy import allowed_device
from app.house import House, WindowOrder
from app.installs import DEMO
from models.errors import ModelError
from models.store import State, state_of


def run(options: argparse.Namespace, house: House) -> int:
    """Open the window; returns its exit code. Raises `AppError` if the model that was named is not there."""
    if options.window_device is not None:
        allowed_device(options.window_device, house.policy, insist=True)
    model = DEMO if options.demo else options.window_model
    problem = ""
    if model is None:
        model, problem = _chosen_or_demo(house)
    if why := house.why_no_window():
        from app.commands import chat

        left_out = " Files are not attached here: use chorale ask --attach." if options.window_files else ""
        house.terminal.error(f"{why} Talking in this terminal instead.{left_out}")
        told = argparse.Namespace(
            model=model,
            device=options.window_device,
            threads=options.window_threads,
            effort=None,
            system=None,
            max_tokens=None,
            temperature=None,
            top_p=None,
            seed=None,
        )
        return chat.run(told, house)
    for problem in house.settings.problems:
        house.terminal.error(problem)
    order = WindowOrder(
        install=house.installs.resolve(model),
        device=options.window_device or house.settings.device,
        threads=options.window_threads or house.settings.threads,
        is_first_run=bool(problem) and not _has_model(house),
        problems=(problem,) if problem and _has_model(house) else (),
        files=tuple(options.window_files),
    )
    return house.open_window(house, order)


def _chosen_or_demo(house: House) -> tuple[str | None, str]:
    """None for the model chosen in the settings; the demo, and a sentence that says why, if it is not there.

    A newcomer starts Chorale before there is any model on the PC, and should meet more than an error.
    """
    try:
        house.installs.resolve()
    except ModelError as error:
        sentence = f"{error.user_text} Opening the demo meanwhile."
        house.terminal.error(sentence)
        return DEMO, sentence
    return None, ""


def _has_model(house: House) -> bool:
    """Whether there is a model besides the demo that looks complete."""
    found = (install.folder for install in house.installs.found() if install.name != DEMO)
    return any(state_of(folder) in (State.INSTALLED, State.PLAIN) for folder in found)
