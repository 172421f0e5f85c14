"""Where a conversation's KV cache is kept, and the order to keep it: they cross the pipe to the engine."""

from __future__ import annotations

from dataclasses import dataclass, field

from runtime.conversation import Conversation

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class KvPlace:
    """The file of one conversation.

    Attributes:
        path: absolute; its folder holds such files alone, and what is in it may be deleted to make room.
        key: 32 bytes; never shown, logged or written down.
        most_bytes: of all files in that folder; those that were not used for longest make room.
        worth_s: a conversation that is read in less time than this is not kept.
    """

    path: str
    key: bytes = field(repr=False)
    most_bytes: int
    worth_s: float = 1.0


@dataclass(frozen=True, slots=True)
class KeepOrder:
    """Keep what the cache holds of this conversation: what the next question will begin with, as far as is known."""

    place: KvPlace
    conversation: Conversation
