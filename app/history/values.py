"""What the history gives and takes besides trees: frozen values, for lists, searches and settings of a chat."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.history.tree import Node
from runtime.conversation import Effort
from runtime.documents.values import Document


class Protection(StrEnum):
    """What keeps others from reading the conversations on the disk."""

    KEYCHAIN = "keychain"  # encrypted; the operating system keeps the key for this user
    PASSPHRASE = "passphrase"  # encrypted; the key is made from words that are asked for at each start
    NONE = "none"  # not encrypted, because the person chose so


class Access(StrEnum):
    """Whether the history can be used now."""

    OPENING = "opening"  # not opened yet, or the keychain has not answered yet
    OPEN = "open"
    LOCKED = "locked"  # the passphrase is needed
    KEY_LOST = "key_lost"  # the keychain has no key for what is on the disk: only a clean start helps
    NO_ANSWER = "no_answer"  # the keychain that has the key does not answer: `unlock` asks it again
    NO_KEYCHAIN = "no_keychain"  # nothing is kept until a passphrase, or no protection, is chosen
    FORBIDDEN = "forbidden"  # the organisation's policy
    BROKEN = "broken"  # the file cannot be opened; the reason is said beside it


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """What one chat is set to; None takes what Chorale is set to.

    Attributes:
        model: as `ShelvedModel.name`; loaded when something is asked (`model_in_use`).
    """

    model: str | None = None
    effort: Effort | None = None
    temperature: float | None = None
    top_p: float | None = None
    context_length: int | None = None
    instructions: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A conversation in the list.

    Attributes:
        title: never empty; until it has one, the beginning of its first question.
        has_title: whether a person or the model gave it.
        folder: its folder's name; empty for none.
        created, changed: seconds since 1970.
    """

    id: int
    title: str
    has_title: bool
    folder: str
    is_pinned: bool
    created: float
    changed: float


@dataclass(frozen=True, slots=True)
class Stored:
    """A conversation, whole.

    Attributes:
        damaged: how many messages cannot be read any more, because the file is damaged there; something stands in
            their place, so that the others keep theirs.
        file_names: of kept documents, by the id that answers cite them by.
    """

    entry: Entry
    settings: ChatSettings
    nodes: tuple[Node, ...]
    leaf: int | None
    damaged: int = 0
    file_names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document that answers of a conversation may cite, so that its pages can still be read.

    Attributes:
        id: what prompts and answers call it, `D1`.
        document: without pages if its text is too long to be kept.
        is_summarised: whether the model was shown all of it, part by part.
    """

    id: str
    document: Document
    is_summarised: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """Where words were found: in `node` of a conversation, or in its title if that is None.

    `snippet` is plain text around them; `marks` are the ranges of the words in it.
    """

    entry: Entry
    node: int | None
    snippet: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class SavedPrompt:
    """A prompt to be used again. `{{name}}` in its text is a variable that is asked for."""

    id: int
    name: str
    text: str
