"""A talk around a scripted engine, and what can be seen of it: shared by the tests of the open conversation."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from app.chat import Chat
from app.document_chat import DocumentChat
from app.history.interface import HistoryInterface
from app.history.tree import Node
from app.talk import Defaults, Talk
from app.tools import built_in_tools
from runtime.events import LoadRequest, Sampling
from tests.fakes.documents import desk_with
from tests.fakes.engine import FakeEngine


def today() -> date:
    return date(2026, 11, 21)


def talk_with(
    engine: FakeEngine,
    history: HistoryInterface | None = None,
    *,
    files: tuple[Any, ...] = (),
    is_demo: bool = True,
    **defaults: Any,
) -> Talk:
    """A talk whose model is loaded. As the demo it asks for no titles."""
    usual = Defaults(Sampling(), **defaults)
    chat = Chat(engine, tools=built_in_tools(today), today=today)
    documents = DocumentChat(chat, engine, desk_with(*files))
    talk = Talk(chat, engine, documents, lambda: usual, history)
    load = talk.loading(
        lambda: engine.load(LoadRequest("demo", "cache")), lambda: len, Path("no-model"), is_demo=is_demo
    )
    list(load)
    return talk


def said(talk: Talk) -> list[str]:
    """What the path shows: questions as they are, answers by their final text."""
    return [node.content.text for node in talk.path]


def prompts(engine: FakeEngine) -> list[list[str]]:
    return [[message.content for message in request.conversation.messages] for request in engine.requests]


def stored(history: HistoryInterface, entry: int) -> list[str]:
    """What the path shows when the conversation is opened from the disk."""
    kept = history.open(entry)
    by_id = {node.id: node for node in kept.nodes}
    path: list[Node] = []
    at = kept.leaf
    while at is not None:
        path.insert(0, by_id[at])
        at = by_id[at].parent
    return [node.content.text for node in path]
