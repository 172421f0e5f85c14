"""Which model goes on with a conversation, in words: for the line above the field to write in, and the settings."""

from __future__ import annotations

from pathlib import Path

from app.model_in_use import gone, incomplete
from app.shelf import Condition, Shelf, ShelvedModel
from app.talk_values import Awaited
from ui.sentences import translated
from ui.words import tr


def awaited_words(awaited: Awaited | None, shelf: Shelf | None) -> tuple[str, bool]:
    """One sentence, empty if nothing is waited for; and whether something is wrong with it.

    Without a `shelf` it is not known yet whether the model is there.
    """
    if awaited is None:
        return "", False
    if not awaited.is_other:
        words = tr("This conversation has a context of its own: {name} is loaded again when you send.")
        return words.format(name=awaited.title), False
    if shelf is not None and (why := why_not(awaited.name, awaited.title, shelf)):
        return translated(why), True
    words = tr("This conversation goes on with {name}: it is loaded when you send.")
    return words.format(name=awaited.title), False


def why_not(name: str, title: str, shelf: Shelf) -> str:
    """Why the model called `name` cannot answer, in English; empty if it can, or if that is not known."""
    model = find(name, shelf)
    if model is None:
        is_plain = Path(name).name == name  # what lies elsewhere is not all on the shelf
        return gone(title) if is_plain else ""
    if model.condition in (Condition.UNFINISHED, Condition.DAMAGED):
        return incomplete(title)
    return model.refusal or model.why_not


def find(name: str, shelf: Shelf) -> ShelvedModel | None:
    """The model of that name, or in that folder."""
    return next((model for model in shelf.models if name in (model.name, model.folder)), None)
