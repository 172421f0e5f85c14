"""The documents of a conversation that is opened again: which there were, and what the model was shown of them.

Pages come from what the history kept beside the conversation; where it kept none, from the messages, if the model
was given the whole text. Of the others the names are left. Read next: `document_desk`, which shows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.history.tree import Answer, Node, Question
from app.history.values import KeptDocument
from runtime.conversation import Role
from runtime.documents.citations import citations_in
from runtime.documents.prompt import Placed
from runtime.documents.prompt_reader import documents_in
from runtime.documents.values import Document

# A page that a tool's result shows. Within the result's texts a quotation mark has a backslash, and fits nowhere.
_SHOWN = re.compile(r'"cite": ?"\[(D\d{1,4}) p\. (\d{1,6})\]"')


@dataclass(frozen=True, slots=True)
class OldDocument:
    """A document that the model was told of in the conversation.

    Attributes:
        is_whole: whether its text stands in the prompt.
        is_summarised: whether the model was shown all of it beside the prompt.
        shown: the pages that the model was shown besides.
        is_told: whether a message told the model of it; else it was only summarised.
    """

    id: str
    document: Document
    is_whole: bool
    is_summarised: bool
    shown: frozenset[int] = frozenset()
    is_told: bool = True


def old_documents(nodes: Sequence[Node], kept: Sequence[KeptDocument]) -> tuple[OldDocument, ...]:
    """The documents of a conversation with these `nodes`, in the order of their ids."""
    told = {placed.id: placed for placed in _told(nodes)}
    summarised = {each.id for each in kept if each.is_summarised}
    documents = {id: placed.document for id, placed in told.items()} | {
        each.id: each.document for each in kept
    }
    shown = list(_shown(nodes))
    return tuple(
        OldDocument(
            id,
            documents[id],
            id in told and told[id].is_whole,
            id in summarised,
            frozenset(page for document, page in shown if document == id),
            id in told,
        )
        for id in sorted(documents, key=number_of)
    )


def number_of(id: str) -> int:
    """`12` of `D12`; 0 of anything else."""
    return int(id[1:]) if id[1:].isdecimal() else 0


def is_named(id: str, nodes: Iterable[Node]) -> bool:
    """Whether a message gives the model this document, or an answer cites it."""
    for node in nodes:
        if isinstance(node.content, Answer):
            if any(citation.document == id for citation in citations_in(node.content.text, ())):
                return True
        elif any(placed.id == id for placed in documents_in(node.content.documents)):
            return True
    return False


def names_in(nodes: Iterable[Node]) -> dict[str, str]:
    """What the documents that messages give the model are called, by id."""
    return {placed.id: placed.document.name for placed in _told(nodes)}


def _told(nodes: Iterable[Node]) -> Iterator[Placed]:
    for node in nodes:
        if isinstance(node.content, Question) and node.content.documents:
            yield from documents_in(node.content.documents)


def _shown(nodes: Iterable[Node]) -> Iterator[tuple[str, int]]:
    for node in nodes:
        for message in node.content.messages if isinstance(node.content, Answer) else ():
            if message.role is Role.TOOL:
                yield from ((id, int(page)) for id, page in _SHOWN.findall(message.content))
