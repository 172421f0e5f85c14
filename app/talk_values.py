"""What a conversation tells the window besides what the engine says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Noted:
    """One sentence for the person about what did not work beside the answer; the answer goes on."""

    sentence: str
