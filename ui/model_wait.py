"""The model that an answer waits for: loading, loaded, or not to be had, as the answer's own events tell.

Read next: `ui.controller`, which has one for each answer, and `app.talk`, where the events come from.
"""

from __future__ import annotations

from app.talk_values import Noted, Switched, Switching
from models.errors import AppError, Cancelled
from runtime.events import LoadProgress
from ui.answers.voices import Voices
from ui.services import TalkEvent


class ModelWait:
    """Of one answer.

    Attributes:
        is_loading: whether a model is being loaded for it.
        has_begun: whether anything was heard of the answer itself, so that its question is in the tree.
    """

    def __init__(self) -> None:
        self.is_loading = self.has_begun = False

    def take(self, event: TalkEvent, voices: Voices | None) -> bool:
        """Note what came; whether it was about the model. `voices` say what is waited for."""
        match event:
            case Switching():
                self.is_loading = True
                _say(voices, event.title)
            case Switched():
                self.is_loading = False
                _say(voices, "")
            case LoadProgress() if self.is_loading:
                if voices is not None:
                    voices.load = event
            case Noted() | LoadProgress():  # the engine is started again, or something beside it
                return False
            case _:
                self.has_begun = True
                return False
        return True

    def is_missed(self, error: BaseException, *, is_awaited: bool) -> bool:
        """Whether it is for the model that nothing was asked; `is_awaited`: it is waited for still."""
        if self.has_begun:
            return False
        if isinstance(error, Cancelled):
            return (
                True  # perhaps before the loading began; an answer that is stopped ends in words of its own
            )
        return self.is_loading or (is_awaited and isinstance(error, AppError))


def _say(voices: Voices | None, title: str) -> None:
    if voices is not None:
        voices.awaits, voices.load = title, None
