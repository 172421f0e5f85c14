"""Errors, told apart by who reads them.

    Exception
    ├── AppError            shown: one sentence that says what, where and what to do
    │   ├── ModelError      a model folder, checkpoint or tokenizer that cannot be used
    │   ├── EngineError     the engine could not load, answer, or go on
    │   ├── NetworkError    a server cannot be reached, refuses, or sends what it should not
    │   ├── InputError      what the user gave cannot be used as it is (nothing of it is lost)
    │   │   └── ContextFullError   a prompt that does not fit; room can be made
    │   └── PolicyError     refused by the organisation's policy
    ├── Cancelled           silent: the user asked for it
    └── anything else       a bug: goes to the crash page with its traceback

They live in the lowest layer so that every layer can raise them.
"""

from __future__ import annotations

from functools import partial
from typing import Any


class AppError(Exception):
    """An error to show.

    Attributes:
        user_text: one or two plain sentences for the person at the screen: what, where, what to do.
        detail: technical text for the log and the "Details" fold; may be empty. Never text of the user.
    """

    def __init__(self, user_text: str, detail: str = "") -> None:
        super().__init__(user_text)
        self.user_text = user_text
        self.detail = detail

    def __reduce__(self) -> tuple[type[AppError], tuple[str, str]]:
        """Cross the pipe between processes with both texts."""
        return type(self), (self.user_text, self.detail)


class ModelError(AppError):
    """A model folder, checkpoint or tokenizer that cannot be used."""


class EngineError(AppError):
    """The engine could not load, answer, or go on."""


class NetworkError(AppError):
    """A server cannot be reached, refuses, or sends what it should not; the text names its address."""


class InputError(AppError):
    """What the user gave cannot be used as it is; nothing of it is lost."""


class ContextFullError(InputError):
    """A prompt that does not fit the model's context.

    Attributes:
        tokens: of the prompt.
        limit: the tokens the context has; one is for the answer.
    """

    def __init__(self, user_text: str, detail: str = "", *, tokens: int = 0, limit: int = 0) -> None:
        super().__init__(user_text, detail)
        self.tokens = tokens
        self.limit = limit

    def __reduce__(self) -> Any:
        make = partial(type(self), tokens=self.tokens, limit=self.limit)
        return make, (self.user_text, self.detail)


class PolicyError(AppError):
    """Refused by the organisation's policy."""


class Cancelled(Exception):  # noqa: N818 (not an error: the user asked for it)
    """The user cancelled; nothing to show."""
