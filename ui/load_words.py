"""What loading a model does at the moment, in words."""

from __future__ import annotations

from runtime.events import LoadProgress
from ui.words import number, tr


def load_words(progress: LoadProgress | None) -> str:
    """One line; without progress that a model is loaded."""
    stage = progress.stage if progress else ""
    words = {
        "checking": tr("Checking the model's files"),
        "preparing": tr("Preparing the model for this PC"),
        "mapping": tr("Opening the model"),
        "testing": tr("Testing the graphics card, once for this model and driver"),
        "copying": tr("Copying the weights to the graphics card"),
        "starting": tr("Starting the engine"),
    }.get(stage, tr("Loading the model"))
    if progress is not None and progress.total and progress.done is not None and progress.total <= 1000:
        count = tr("{words}: {done} of {total}")
        return count.format(words=words, done=number(progress.done), total=number(progress.total))
    return words


def load_part(progress: LoadProgress | None) -> float | None:
    """How much of it is done; None if that is not known."""
    if progress is None or not progress.total or progress.done is None:
        return None
    return progress.done / progress.total
