"""The tools that Chorale has, as a model is told of them, by name: an answer's origin keeps names only."""

from __future__ import annotations

from collections.abc import Iterable

from app.documents import READ, SEARCH
from app.tools import NAMESPACE, built_in_tools
from runtime.conversation import Message, Role, ToolSpec

_OF_DOCUMENTS = (SEARCH, READ)


def known_tools() -> dict[str, ToolSpec]:
    """Every tool by its name."""
    return {spec.name: spec for spec in (*built_in_tools().specs, *_OF_DOCUMENTS)}


def specs_of(names: Iterable[str]) -> tuple[ToolSpec, ...]:
    """Those of `names` that there are, in their order."""
    known = known_tools()
    return tuple(known[name] for name in names if name in known)


def quotes_documents(message: Message) -> bool:
    """Whether it is a tool's result that may hold the text of attached files."""
    named = (message.name or "").removeprefix(NAMESPACE)
    return message.role is Role.TOOL and any(spec.name == named for spec in _OF_DOCUMENTS)
