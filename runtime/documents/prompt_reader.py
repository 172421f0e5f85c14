"""What a prompt says of documents, read back: their ids and names, and the pages of those that stand there whole.

For conversations whose documents are not there themselves any more. What a page says comes back as the model was
shown it, its marks taken apart. Read next: `runtime.documents.prompt`, which writes what is read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from runtime.documents.prompt import Placed
from runtime.documents.values import Document, Page, PageState

_DOCUMENT = re.compile(
    r'^<<<document (?P<id>D\d{1,4}): "(?P<name>[^"\n]*)", (?P<kind>[^\n]*), (?P<pages>[\d,]+) pages?'
    r"(?P<described>; its text [^\n]*)?>>>\n(?P<body>.*?)^<<<end of (?P=id)>>>$",
    re.MULTILINE | re.DOTALL,
)
_PAGE = re.compile(r"^<<<D\d{1,4} page (\d+)( is blank| holds only pictures| could not be read)?>>>\n", re.M)
_STATES = {
    None: PageState.READ,
    " is blank": PageState.BLANK,
    " holds only pictures": PageState.PICTURES,
    " could not be read": PageState.DAMAGED,
}


def documents_in(text: str) -> Iterator[Placed]:
    """The documents of a `documents_text`; those that are only described there come without pages."""
    for found in _DOCUMENT.finditer(text):
        is_whole = found["described"] is None
        pages = tuple(_pages(found["body"])) if is_whole else ()
        total = int(found["pages"].replace(",", ""))
        yield Placed(found["id"], Document(found["name"], found["kind"], pages, total), is_whole)


def _pages(body: str) -> Iterator[Page]:
    _, *parts = _PAGE.split(body)
    for number, (state, text) in enumerate(zip(parts[1::3], parts[2::3], strict=True), 1):
        yield Page(number, text.removesuffix("\n"), _STATES[state])
