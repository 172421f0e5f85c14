"""Sentences of the page to talk on."""

from __future__ import annotations

from ui.controller import Stage
from ui.words import tr


def welcome(is_demo: bool) -> tuple[str, str]:
    """Title and sentence of the empty page."""
    if is_demo:
        return tr("Meet Chorale"), tr(
            "This is a tiny demo model. It only knows about Chorale, and runs on this PC alone."
        )
    return tr("What is on your mind?"), tr("The model runs on this PC. Nothing you write leaves it.")


def why_not_now(stage: Stage) -> str:
    """Why nothing can be asked at this stage."""
    if stage is Stage.LOADING:
        return tr("The model is still loading. Send this when it is ready.")
    if stage is Stage.FAILED:
        return tr("No model is loaded, so there is nobody to answer. Try loading it again first.")
    return tr("An answer is still being written. Wait for it, or stop it with Esc.")


def invitation(stage: Stage) -> str:
    """What the empty field to write in says."""
    return {
        Stage.LOADING: tr("The model is loading; you can write already"),
        Stage.FAILED: tr("No model is loaded"),
    }.get(stage, tr("Ask something"))
