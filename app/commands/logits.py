"""`chorale logits`: the numbers behind the answers, in a NumPy file, for comparing with another program."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from app.commands.answering import read_input, ready_from
from app.foreground import iterate
from app.house import House
from app.installs import load_request
from app.logged_engine import LoggedEngine
from models.errors import InputError
from runtime.engine import Engine
from runtime.harmony.json_form import ids_from_json


def run(options: argparse.Namespace, house: House) -> int:
    """Write f32 [ids, vocabulary]. Raises `AppError` or `Cancelled`."""
    ids = ids_from_json(read_input(options.ids, house.terminal))
    install = house.installs.resolve(options.model)
    request = load_request(
        install,
        device=options.device or house.settings.device,
        threads=options.threads or house.settings.threads,
        exact=options.exact,
        insist=options.device is not None,
    )
    # In this process: half a gigabyte of logits need not cross a pipe, and nobody waits in a window.
    engine = Engine()
    try:
        ready_from(iterate(lambda: LoggedEngine(engine).load(request), engine.cancel), house.terminal)
        house.terminal.status(f"Computing {len(ids):,} positions …")
        (logits,) = iterate(lambda: [engine.logits(ids, options.chunk, options.step)], engine.cancel)
    finally:
        engine.close()
    try:
        with Path(options.out).open("wb") as file:  # np.save would add .npy to a name without it
            np.save(file, logits)
    except OSError as error:
        raise InputError(f"{options.out} cannot be written: {error.strerror}.") from error
    house.terminal.note(f"{options.out}: {logits.shape[0]:,} positions, {logits.shape[1]:,} logits each.")
    return 0
