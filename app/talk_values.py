"""What a conversation tells the window besides what the engine says, and what it is set to otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from runtime.events import Sampling


@dataclass(frozen=True, slots=True)
class Noted:
    """One sentence for the person about what did not work beside the answer; the answer goes on."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a chat is set to that has no settings of its own. `sampling` is the model's.

    `must_keep` says whether the organisation wants every conversation kept.
    """

    sampling: Sampling
    instructions: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    context_length: int | None = None
    is_kept: bool = True
    must_keep: bool = False
