"""Looks what an open conversation takes of the context, and makes room in it as the person chose.

`context_room` decides; this does it: leaves turns out, has them summarised, or asks for more room at the next load.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.asides import Asides
from app.chat import Chat
from app.context_memory import largest_context
from app.context_room import Choice, Room, Way, rate_of, room_of, turns_of
from app.day import known, named
from app.history.tree import Node, Question
from models.errors import ContextFullError, InputError
from runtime.events import EngineReady, LoadProgress, PromptProgress
from runtime.harmony.render import developer_text, system_text


@dataclass(frozen=True, slots=True)
class _Refused:
    """A prompt that did not fit: its tokens, its question's characters, and the node that it stood behind."""

    tokens: int
    asked: int
    end: int | None
    is_new: bool


class RoomMaker:
    """The room of the conversation that `chat` is about."""

    def __init__(self, chat: Chat, asides: Asides) -> None:
        self._chat = chat
        self._asides = asides
        self._ready: EngineReady | None = None
        self._largest = 0
        self._refused: _Refused | None = None
        self._rate: float | None = None  # while turns are left out since a prompt was counted

    def use(self, folder: Path, ready: EngineReady) -> None:
        """A model is loaded."""
        self._ready, self._largest = ready, largest_context(folder, ready)
        self._refused = None

    def forget(self) -> None:
        """Another conversation, or another path of it."""
        self._refused = self._rate = self._chat.earlier = None

    def counted(self) -> None:
        """A prompt was taken: what is known of it is true again."""
        self._refused = self._rate = self._chat.earlier = None

    def refuse(self, error: ContextFullError, asked: int, end: int | None, *, is_new: bool) -> None:
        """A prompt did not fit. `is_new` says whether its question, of `asked` characters, is not in the tree yet."""
        self._refused = _Refused(error.tokens, asked, end, is_new)

    @property
    def room(self) -> Room | None:
        """None until a model is loaded."""
        if self._ready is None:
            return None
        tree, refused = self._chat.tree, self._refused
        end = tree.leaf if refused is None else refused.end
        told = () if self._chat.earlier is not None else tree.told(end)
        asked = sum(isinstance(node.content, Question) for node in tree.path_to(end))
        return room_of(
            told,
            limit=self._ready.context_length,
            fixed=self._fixed(),
            left_out=asked - len(turns_of(told)),
            needed=0 if refused is None else refused.tokens,
            asked=0 if refused is None or not refused.is_new else refused.asked,
            largest=self._largest,
            rate=self._rate,
            is_new=refused is not None and refused.is_new,
        )

    def make(
        self, choice: Choice, ask_for: Callable[[int], None], stopping: threading.Event
    ) -> Iterator[LoadProgress | PromptProgress]:
        """Do what was chosen; `ask_for` is told how much context the next load should have.

        Raises `InputError` if turns that were to be left out are gone; `Cancelled` or `EngineError` from a summary.
        """
        if choice.way is Way.RAISE:
            ask_for(choice.context_length)
            self._refused = None
            return
        tree = self._chat.tree
        end = tree.leaf if self._refused is None else self._refused.end
        told = tree.told(end)
        turns = turns_of(told)
        if not 0 < choice.turns <= len(turns):
            raise InputError("The conversation has changed meanwhile. Look again what takes its room.")
        first_kept = turns[choice.turns].question if choice.turns < len(turns) else None
        rate = rate_of(told, self._fixed())
        earlier = ""
        if choice.way is Way.SUMMARISE:
            last_left_out = end if first_kept is None else tree.node(first_kept).parent
            for told_of in self._asides.summary(tree.prompt(last_left_out), stopping):
                if isinstance(told_of, str):
                    earlier = told_of
                else:
                    yield told_of
        if first_kept is None:
            self._chat.earlier = earlier
        else:
            content = tree.node(first_kept).content
            assert isinstance(content, Question)
            tree.replace(
                first_kept, replace(content, earlier=earlier, today=_today(tree.told(first_kept), content))
            )
        self._rate = rate
        self._refused = None

    def _fixed(self) -> int:
        """Characters of the standing instructions and tools."""
        conversation = self._chat.as_conversation(())
        return len(system_text(conversation)) + len(developer_text(conversation))


def _today(told: Sequence[Node], content: Question) -> str | None:
    """The day that the question `content`, the last of `told`, has to tell once all before it is left out."""
    day = known(told)
    return None if day in (content.date, named(told)) else day
