"""What a conversation tells the window besides what the engine says, what it waits for, and what it is set to else."""

from __future__ import annotations

from dataclasses import dataclass

from app.shelf import Face
from runtime.events import EngineReady, Sampling


@dataclass(frozen=True, slots=True)
class Noted:
    """One sentence for the person about what did not work beside the answer; the answer goes on."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Awaited:
    """What is loaded before the next message of a conversation is answered.

    Attributes:
        name: the model, as `ShelvedModel.name`; its `title` is for people.
        is_other: whether it is another model than the one that is loaded, and not that one with another context.
    """

    name: str
    title: str
    is_other: bool = True


@dataclass(frozen=True, slots=True)
class Switching:
    """Before the answer a model is loaded: `LoadProgress` follows, then `Switched`, or an error that costs nothing."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Switched:
    """It is loaded, and answers."""

    face: Face
    ready: EngineReady


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
