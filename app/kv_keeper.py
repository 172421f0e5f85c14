"""Lets the engine keep what it has read of a kept conversation, and find it again when one comes back to it.

It stands between a chat and its engine: each question says where its conversation may lie on the disk, and after
each answer the engine is told to keep it, in the background. Whether that is worth it the engine decides.
Read next: `kv_folder`, `runtime.kv.keeper`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Protocol

from app.history.interface import HistoryInterface
from app.history.values import Entry
from app.kv_folder import KvFolder
from app.kv_history import KvHistory
from runtime.engine_client import EngineClient
from runtime.engine_interface import EngineInterface
from runtime.events import LoadEvent, LoadRequest, StopReason, TurnEnded, TurnEvent, TurnRequest
from runtime.kv.values import KeepOrder

_UNKEPT = (StopReason.TOOL_CALL, StopReason.ERROR)  # goes on at once; is not to be trusted


def with_caches(
    engine: EngineInterface,
    process: EngineClient | None,
    history: HistoryInterface,
    current: Callable[[], Kept | None],
) -> EngineInterface:
    """`engine` for a chat, with the caches of `history` where it and the engine's process can have any."""
    if process is None or not isinstance(history, KvHistory):
        return engine
    history.caches.let_go = process.forget
    return KvKeeper(engine, process.keep, history.caches, current)


class Kept(Protocol):
    """A conversation that is kept; `entry` is None until something of it is."""

    @property
    def entry(self) -> Entry | None: ...


class KvKeeper:
    """An `EngineInterface` for one chat.

    Args:
        keep: tells the engine's process; waits for nothing.
        current: the open conversation; None if it is not kept.
    """

    def __init__(
        self,
        engine: EngineInterface,
        keep: Callable[[KeepOrder], None],
        folder: KvFolder,
        current: Callable[[], Kept | None],
    ) -> None:
        self._engine, self._keep = engine, keep
        self._folder, self._current = folder, current

    def load(self, request: LoadRequest) -> Iterator[LoadEvent]:
        return self._engine.load(request)

    def run(self, request: TurnRequest) -> Iterator[TurnEvent]:
        # Another conversation may be open by the time this answer ends.
        kept = self._current()
        place = None if kept is None or kept.entry is None else self._folder.place(kept.entry.id)
        for event in self._engine.run(replace(request, recall=place)):
            if isinstance(event, TurnEnded) and event.reason not in _UNKEPT and kept is not None:
                self._order(kept, request, event)
            yield event

    def cancel(self) -> None:
        self._engine.cancel()

    def close(self) -> None:
        self._engine.close()

    def _order(self, kept: Kept, request: TurnRequest, ended: TurnEnded) -> None:
        """Have it kept. Asked again where: by now it may have been deleted, or kept for the first time."""
        entry = kept.entry
        place = None if entry is None else self._folder.place(entry.id)
        if place is not None:
            asked = request.conversation
            # An answer that was gone on with is told whole at its end, from its beginning.
            messages = asked.messages[:-1] if asked.is_open else asked.messages
            conversation = replace(asked, messages=messages, is_open=False)
            if ended.reason is StopReason.STOP:  # else the next prompt leaves out what is not whole
                conversation = conversation.plus(*ended.messages)
            self._keep(KeepOrder(place, conversation))
