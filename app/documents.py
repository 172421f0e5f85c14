"""The documents of one chat: what stands in the prompt, what is searched, and which pages were shown.

Small documents go whole into the prompt; the others are described there and offered through two tools,
`search_documents` and `read_pages`. Nothing is cut silently: a document is whole or it is searched, and a
tool that cannot return all says which pages are left. Used by `commands/ask` and the window.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.tools import Tool
from models.errors import InputError
from runtime.conversation import ToolSpec
from runtime.documents.chunks import Count, split_text
from runtime.documents.citations import citations_in, page_list
from runtime.documents.index import PageIndex
from runtime.documents.prompt import Placed, as_data, documents_text
from runtime.documents.values import Citation, Document, Page, PageKey, PageState

WHOLE_TOKENS = 16_000  # of documents in the prompt; more are searched, which is faster than reading all
WHOLE_SHARE = 0.5  # of the context, if that is less
RESULT_TOKENS = 4_000  # of one tool's result
_RESULT_SHARE = 0.1
_HITS = 8

SEARCH = ToolSpec(
    "search_documents",
    "Finds pages of the attached documents by their words. Returns the best pages with excerpts; read_pages shows "
    "whole pages. Words in quotes must stand together. Search again with other words if nothing fits.",
    {
        "type": "object",
        "properties": {
            "query": {
                "type": "string",
                "description": "words as they stand in the documents, in their language",
            },
            "document": {"type": "string", "description": "only in this one, for example D1"},
        },
        "required": ["query"],
    },
)
READ = ToolSpec(
    "read_pages",
    "Shows pages of an attached document.",
    {
        "type": "object",
        "properties": {
            "document": {"type": "string", "description": "for example D1"},
            "first_page": {"type": "integer"},
            "last_page": {"type": "integer", "description": "the same page if left out"},
            "piece": {"type": "integer", "description": "of a page too long for one call; 1 is the first"},
        },
        "required": ["document", "first_page"],
    },
)


@dataclass(frozen=True, slots=True)
class Attached:
    """A document of the chat. `tokens` is what it costs in the prompt: whole, or described."""

    placed: Placed
    tokens: int


class DocumentShelf:
    """The documents of one chat. May be used from any thread.

    Args:
        count: tokens of a text, by the model's own tokenizer.
        context_length: most tokens of a conversation.
    """

    def __init__(self, count: Count, context_length: int) -> None:
        self._count = count
        self._set_limits(context_length)
        self._attached: list[Attached] = []
        self._told = 0  # how many of them `take_text` has given out
        self._shown: set[tuple[str, int]] = set()
        self._index = PageIndex()
        self._lock = threading.RLock()

    @property
    def attached(self) -> tuple[Attached, ...]:
        return tuple(self._attached)

    @property
    def whole_tokens_left(self) -> int:
        """How many tokens of documents still go whole into the prompt."""
        used = sum(each.tokens for each in self._attached if each.placed.is_whole)
        return max(0, self._whole_budget - used)

    @property
    def shown(self) -> frozenset[PageKey]:
        """The pages that the model was shown until now. Waits for nothing: the window asks while it paints."""
        return frozenset(self._shown)

    def use(self, count: Count, context_length: int) -> None:
        """Go on with another model; what is attached stays as it was placed."""
        with self._lock:
            self._count = count
            self._set_limits(context_length)

    def _set_limits(self, context_length: int) -> None:
        self._whole_budget = min(WHOLE_TOKENS, int(context_length * WHOLE_SHARE))
        self._result_tokens = max(200, min(RESULT_TOKENS, int(context_length * _RESULT_SHARE)))

    def add(self, document: Document, id: str | None = None) -> Attached:
        """Attach a document, under an `id` that no other has; without one they are given in order.

        Raises `InputError` if nothing in it can be read.
        """
        if not document.has_text:
            raise InputError(without_text(document))
        with self._lock:
            placed = Placed(id or f"D{len(self._attached) + 1}", document)
            tokens = self._count(documents_text([placed]))
            if tokens > self.whole_tokens_left:
                placed = Placed(placed.id, document, is_whole=False)
                tokens = self._count(documents_text([placed]))
            attached = Attached(placed, tokens)
            self._attached.append(attached)
            self._index.add(placed.id, document.pages)
        return attached

    def bring_back(self, placed: Placed) -> None:
        """Attach a document that a message told the model of when the conversation was open before."""
        with self._lock:
            tokens = self._count(documents_text([placed])) if placed.is_whole else 0
            self._attached.append(Attached(placed, tokens))
            self._told = len(self._attached)
            self._index.add(placed.id, placed.document.pages)

    def take_text(self) -> str:
        """The message about the documents attached since the last call; empty if there are none."""
        with self._lock:
            new = [each.placed for each in self._attached[self._told :]]
            self._told = len(self._attached)
            for placed in new:
                if placed.is_whole:
                    self._shown |= {(placed.id, page.number) for page in placed.document.pages}
        return documents_text(new) if new else ""

    def put_back(self, first: int) -> None:
        """Detach the documents from number `first` (0 …) on: the message with them could not be sent."""
        with self._lock:
            for each in self._attached[first:]:
                self._index.forget(each.placed.id)
                self._shown = {key for key in self._shown if key[0] != each.placed.id}
            del self._attached[first:]
            self._told = min(self._told, first)

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The tools that are needed: none while every document stands whole in the prompt."""
        if all(each.placed.is_whole for each in self._attached):
            return ()
        return (Tool(SEARCH, self._search), Tool(READ, self._read))

    def citations(self, answer: str) -> tuple[Citation, ...]:
        """The pages that an answer names, checked against what the model was shown until now."""
        with self._lock:
            only = self._attached[0].placed.id if len(self._attached) == 1 else None
            return citations_in(answer, self._shown, only)

    def page(self, citation: Citation) -> Page | None:
        """The page that a citation names, or None if there is none."""
        for each in self._attached:
            if each.placed.id == citation.document:
                pages = each.placed.document.pages
                return pages[citation.page - 1] if 0 < citation.page <= len(pages) else None
        return None

    def file_of(self, citation: Citation) -> str | None:
        """The name of the file that a citation names."""
        names = {each.placed.id: each.placed.document.name for each in self._attached}
        return names.get(citation.document)

    def close(self) -> None:
        """Forget everything."""
        self._index.close()

    # What the tools do

    def _search(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        document = self._document(arguments["document"]).id if arguments.get("document") else None
        hits = self._index.search(arguments["query"], _HITS, document)
        results: list[dict[str, Any]] = []
        left = self._result_tokens
        for hit in hits:
            left -= self._count(hit.excerpt) + 30
            if left < 0 and results:
                break
            results.append({"cite": f"[{hit.document} p. {hit.page}]", "excerpt": as_data(hit.excerpt)})
            self._shown.add((hit.document, hit.page))
        if not results:
            return {"results": [], "note": "No page holds these words. Try others, or fewer."}
        return {"results": results}

    def _read(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        placed = self._document(arguments["document"])
        first = int(arguments["first_page"])
        last = int(arguments.get("last_page", first))
        pages = placed.document.pages
        if not 1 <= first <= last or first > len(pages):
            raise InputError(f"{placed.id} has pages 1 to {len(pages)}.")
        shown: list[dict[str, Any]] = []
        left = self._result_tokens
        for page in pages[first - 1 : last]:
            tokens = self._count(as_data(page.text))
            if tokens > left and shown:
                rest = page_list(range(page.number, min(last, len(pages)) + 1))
                return {"pages": shown, "note": f"Pages {rest} did not fit. Call again for them."}
            entry: dict[str, Any] = {"cite": f"[{placed.id} p. {page.number}]"}
            if page.state is not PageState.READ:
                entry["note"] = _WORDS[page.state]
            elif tokens <= left:
                entry["text"] = as_data(page.text)
            else:
                entry |= self._piece(page, int(arguments.get("piece", 1)))
            left -= tokens
            self._shown.add((placed.id, page.number))
            shown.append(entry)
        return {"pages": shown}

    def _piece(self, page: Page, number: int) -> dict[str, Any]:
        pieces = list(split_text(page.text, self._result_tokens, self._count))
        if not 1 <= number <= len(pieces):
            raise InputError(f"Page {page.number} has pieces 1 to {len(pieces)}.")
        return {"text": as_data(pieces[number - 1]), "note": f"piece {number} of {len(pieces)} of this page"}

    def _document(self, name: str) -> Placed:
        known = {each.placed.id: each.placed for each in self._attached}
        wanted = name.strip().upper()
        if wanted not in known:
            by_name = [placed for placed in known.values() if placed.document.name == name]
            if len(by_name) == 1:
                return by_name[0]
            raise InputError(f"There is no document {name}. Documents: {', '.join(known)}.")
        return known[wanted]


_WORDS = {
    PageState.BLANK: "this page is blank",
    PageState.PICTURES: "this page holds only pictures",
    PageState.DAMAGED: "this page could not be read",
}


def without_text(document: Document) -> str:
    """The sentence about a document in which nothing can be read."""
    states = {page.state for page in document.pages}
    if PageState.PICTURES in states:
        return (
            f"{document.name} holds only pictures, as scans do, and no text. Run text recognition (OCR) on it "
            "first, and attach the result."
        )
    if PageState.DAMAGED in states:
        note = next((page.note for page in document.pages if page.note), "")
        return f"Nothing in {document.name} can be read. {note}".rstrip()
    return f"{document.name} holds no text."


def unread_sentences(documents: Sequence[Document]) -> list[str]:
    """What of the documents could not be read, for people."""
    sentences: list[str] = []
    for document in documents:
        for state in (PageState.PICTURES, PageState.DAMAGED):
            pages = [page.number for page in document.pages if page.state is state]
            if pages:
                sentences.append(_unread(state, page_list(pages), len(pages) == 1, document.name))
        sentences += document.problems
    return sentences


def _unread(state: PageState, pages: str, is_one: bool, name: str) -> str:
    if state is PageState.PICTURES:
        return (
            f"Page {pages} of {name} holds only pictures."
            if is_one
            else f"Pages {pages} of {name} hold only pictures."
        )
    return (
        f"Page {pages} of {name} could not be read."
        if is_one
        else f"Pages {pages} of {name} could not be read."
    )
