"""One file on the desk: what the window sees of it, and what is behind that. Used by `document_desk`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from app.attachments import AttachedFile, FileState
from app.document_tokens import TokenCount
from app.documents import unread_sentences
from app.kept_documents import OldDocument
from runtime.documents.prompt import Placed, documents_text
from runtime.documents.values import Document, PageKey, PageState, ReadEvent


class Reader(Protocol):
    """What reads a file; `runtime.documents.extractor.Extractor` is one."""

    def read(self, path: Path) -> Iterator[ReadEvent]: ...

    def cancel(self) -> None: ...


@dataclass(slots=True)
class DeskFile:
    """A file: what the window sees, and what is behind it. `costs`: tokens whole, and only described."""

    face: AttachedFile
    path: Path
    document: Document | None = None
    reader: Reader | None = None
    costs: tuple[int, int] | None = None
    is_removed: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether its pages are there; of a document of an old conversation it may be the name alone."""
        return self.document is not None and bool(self.document.pages)


def old_file(key: int, old: OldDocument) -> DeskFile:
    """A file that the model was told of before; in sight only if its pages can be read."""
    # What was only summarised goes with the next message, as it would have gone then.
    is_sent = old.is_told or not old.document.pages
    face = AttachedFile(key, old.id, old.document.name, is_whole=old.is_whole, is_sent=is_sent)
    face = described(face, old.document)
    return DeskFile(face, Path(old.document.name), old.document, is_removed=not old.document.pages)


def shown_of(old: OldDocument) -> set[PageKey]:
    """The pages that a message or a tool showed the model."""
    pages = {page.number for page in old.document.pages} if old.is_whole else old.shown
    return {(old.id, page) for page in pages}


def described(face: AttachedFile, document: Document) -> AttachedFile:
    """`face`, with what is known of the file once it is read."""
    return replace(
        face,
        state=FileState.READY,
        kind=document.kind,
        size_bytes=document.size_bytes,
        pages_done=len(document.pages),
        pages_read=sum(page.state in (PageState.READ, PageState.BLANK) for page in document.pages),
        pages_total=document.pages_total,
        problems=tuple(unread_sentences([document])),
    )


def costs_of(model: TokenCount, id: str, document: Document) -> tuple[int, int]:
    """Tokens of a document: whole, and described."""
    whole = model.tokens(documents_text([Placed(id, document)]))
    return whole, model.tokens(documents_text([Placed(id, document, is_whole=False)]))
