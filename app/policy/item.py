"""What one policy is: its name, its words in both languages, how its value is read, what is safest.

Read next: `items`, the list of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.policy.values import Reader
from app.wording import NO_WORDS, Words


class Kind(StrEnum):
    """What a value looks like."""

    SWITCH = "switch"  # REG_DWORD 0 or 1; true or false
    NUMBER = "number"  # REG_DWORD
    TEXT = "text"  # REG_SZ, REG_EXPAND_SZ
    CHOICE = "choice"  # REG_SZ: one of `Item.choices`
    LIST = "list"  # REG_MULTI_SZ; or one text, parted by commas, semicolons or lines


class Section(StrEnum):
    """What a policy is about."""

    DOWNLOADS = "Downloads"
    MODELS = "Models"
    DEVICES = "Devices"
    HISTORY = "History"
    FEATURES = "Features"
    UPKEEP = "Upkeep"


SECTION_WORDS = {
    Section.DOWNLOADS: Words("Downloads", "Downloads"),
    Section.MODELS: Words("Models", "Modelle"),
    Section.DEVICES: Words("Processors", "Prozessoren"),
    Section.HISTORY: Words("Conversations", "Unterhaltungen"),
    Section.FEATURES: Words("What can be used", "Was benutzt werden kann"),
    Section.UPKEEP: Words("Updates and logs", "Updates und Protokolle"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One policy.

    Attributes:
        name: of its value in the registry and in the file, for ever.
        title: of a few words.
        sentence: what it does, for whoever sets it.
        read: raw value → value; raises `ValueError` (`values`).
        safest: its value when what is there cannot be understood.
        then: what that means, completing "It cannot be understood, so …".
        locks: keys of the settings that it decides, so that nobody else can.
        choices: of a `CHOICE`, or the words of a `LIST` that has no others.
        least, most: of a `NUMBER`; `unit` is what it counts.
    """

    name: str
    kind: Kind
    section: Section
    title: Words
    sentence: Words
    read: Reader
    safest: object
    then: Words
    locks: tuple[str, ...] = ()
    choices: tuple[tuple[str, Words], ...] = ()
    least: int = 0
    most: int = 0
    unit: Words = NO_WORDS
