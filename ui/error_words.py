"""What went wrong: one sentence for the person, and the technical part, for whoever is asked for help.

An `AppError` brings its sentence along; anything else is a bug, told by its kind and place. Read next: `ui.crash`.
"""

from __future__ import annotations

from typing import Any

from models.errors import AppError
from ui.sentences import translated
from ui.words import tr


def sentence_of(error: BaseException) -> tuple[str, str]:
    """One sentence for the person, and the technical part."""
    if isinstance(error, AppError):
        return translated(error.user_text), error.detail
    kind = type(error)
    sentence = tr("Something went wrong inside Chorale. What was said so far is kept.")
    return sentence, f"{kind.__module__}.{kind.__qualname__}: {error}\n\n{_places(error)}"


def _places(error: BaseException) -> str:
    """Where it happened, file and line, without the values that were there."""
    lines: list[str] = []
    trace: Any = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        lines.append(f"{code.co_filename}:{trace.tb_lineno} in {code.co_name}")
        trace = trace.tb_next
    return "\n".join(lines)
