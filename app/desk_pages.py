"""The pages of the files on the desk: which of them an answer names, and what stands on one.

A page of a file that is not kept with its conversation is looked for in a file of the same name that was attached
again. Nothing here waits. Used by `document_desk`; read next: `cited_place`.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.attachments import Mention, PageText
from app.cited_place import cited_place
from app.desk_file import DeskFile
from runtime.documents.citations import citations_in
from runtime.documents.values import Document, PageKey, PageState

_UNREAD = {
    PageState.BLANK: "This page is blank.",
    PageState.PICTURES: "This page holds only pictures.",
    PageState.DAMAGED: "This page could not be read.",
}


@dataclass(frozen=True, slots=True)
class DeskPages:
    """The files at one moment, in order, and the pages that the model was shown until then."""

    files: tuple[DeskFile, ...]
    shown: frozenset[PageKey]

    def mentions(self, answer: str) -> tuple[Mention, ...]:
        """The pages that an answer names, checked against what the model was shown."""
        known = {file.face.id: file.document for file in self.files if file.document}
        only = next(iter(known)) if len(known) == 1 else None
        if not known:
            return ()
        found = []
        for citation in citations_in(answer, self.shown, only):
            document = known.get(citation.document)
            exists = document is not None and 0 < citation.page <= (
                len(document.pages) or document.pages_total
            )
            found.append(
                Mention(
                    citation.document,
                    citation.page,
                    document.name if document is not None and exists else "",
                    # What was shown of a page that is not kept nobody can say; it would be wrong to warn.
                    citation.was_shown or (document is not None and not document.pages),
                    citation.start,
                    citation.end,
                )
            )
        return tuple(found)

    def page(self, document: str, number: int, claim: str = "") -> PageText | None:
        """A page, and the place on it that bears out `claim`; None if there is no such page."""
        file = next((file for file in self.files if file.face.id == document), None)
        found = file.document if file is not None else None
        if file is None or found is None:
            return None
        if not found.pages:
            again = self._attached_again(found)
            if again is None:
                return _not_kept(document, number, found)
            found = again
        if not 0 < number <= len(found.pages):
            return None
        page = found.pages[number - 1]
        return PageText(
            document,
            number,
            found.name,
            len(found.pages),
            page.label,
            page.text,
            page.note or _UNREAD.get(page.state, ""),
            (document, number) in self.shown or not file.is_kept,
            cited_place(page.text, claim) if claim else None,
        )

    def _attached_again(self, lost: Document) -> Document | None:
        """The file with the name of one that is not kept."""
        for file in self.files:
            found = file.document
            if found is not None and found.pages and found.name == lost.name:
                return found
        return None


def _not_kept(document: str, number: int, found: Document) -> PageText | None:
    if not 0 < number <= found.pages_total:
        return None
    note = f"{found.name} is not kept with this conversation. Attach it again to read this page here."
    return PageText(document, number, found.name, found.pages_total, "", "", note)
