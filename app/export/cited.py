"""Citations in an exported answer: `[D1 p. 3]` becomes `[report.pdf, page 3]`, which says something without Chorale."""

from __future__ import annotations

import re
from itertools import groupby

from app.history.values import Stored
from app.kept_documents import names_in
from runtime.documents.citations import citations_in, page_list

_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~$])")


def file_names(stored: Stored) -> dict[str, str]:
    """What the documents of a conversation are called, by the id that answers cite them by."""
    return names_in(stored.nodes) | dict(stored.file_names)


def with_names(text: str, names: dict[str, str], words: str) -> str:
    """Markdown whose citations name the files; `words` is such as `{file}, page {number}`.

    A document that nothing is known of stays as the model named it.
    """
    code = [match.span() for match in _CODE.finditer(text)] if names else []
    only = next(iter(names)) if len(names) == 1 else None
    brackets = groupby(citations_in(text, (), only) if names else (), key=lambda each: (each.start, each.end))
    for (start, end), group in [(place, list(found)) for place, found in brackets][::-1]:
        is_link = text[end : end + 1] == "("
        is_known = all(citation.document in names for citation in group)
        if not is_known or is_link or any(first <= start < last for first, last in code):
            continue
        parts = [
            words.format(
                file=_SPECIAL.sub(r"\\\1", names[document]), number=page_list([each.page for each in cited])
            )
            for document, cited in groupby(group, key=lambda each: each.document)
        ]
        text = f"{text[:start]}[{'; '.join(parts)}]{text[end:]}"
    return text
