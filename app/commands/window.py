"""`chorale` without a command: the window, or where there is no display, the conversation in the terminal."""

from __future__ import annotations

import argparse

from app.house import House, WindowOrder
from app.installs import DEMO
from models.errors import ModelError


def run(options: argparse.Namespace, house: House) -> int:
    """Open the window; returns its exit code. Raises `AppError` if the model that was named is not there."""
    model = DEMO if options.demo else options.window_model
    if model is None:
        model = _chosen_or_demo(house)
    if why := house.why_no_window():
        from app.commands import chat

        house.terminal.error(f"{why} Talking in this terminal instead.")
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
    )
    return house.open_window(house, order)


def _chosen_or_demo(house: House) -> str | None:
    """None for the model chosen in the settings; the demo, and a line that says why, if it is not there.

    A newcomer starts Chorale before there is any model on the PC, and should meet more than an error.
    """
    try:
        house.installs.resolve()
    except ModelError as error:
        house.terminal.error(f"{error.user_text} Opening the demo meanwhile.")
        return DEMO
    return None
