"""The pages that an answer names, found in its text and checked against what the model was shown.

A model is asked to write `[D1 p. 17]`; `[p. 17]`, `[D1 pp. 3-5, 9]`, `[D1 p. 3; D2 p. 4]` and the brackets
`【 】` that gpt-oss likes are understood as well. A page that it was not shown cannot be where a statement
comes from: such a citation is marked, never hidden.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from runtime.documents.values import Citation, PageKey

_BRACKET = re.compile(r"[\[【]([^\[\]【】\n]{1,120})[\]】]")
_NUMBERS = r"\d{1,6}(?:\s*[-–—]\s*\d{1,6})?"
_ONE = re.compile(
    rf"\s*(?P<document>D\d{{1,4}})?\s*[,:]?\s*(?P<word>pp?\.?|pages?|p\.)?\s*"
    rf"(?P<pages>{_NUMBERS}(?:\s*(?:,|and|&)\s*(?:pp?\.?\s*)?{_NUMBERS})*)\s*",
    re.I,
)
_LONGEST_RANGE = 500


def citations_in(text: str, shown: Collection[PageKey], only: str | None = None) -> tuple[Citation, ...]:
    """The citations of `text` in order.

    Args:
        shown: the pages that the model was shown.
        only: the id of the document, if there is only one, for citations that name none.
    """
    found: list[Citation] = []
    for bracket in _BRACKET.finditer(text):
        document = only or ""
        keys: list[PageKey] = []
        for part in bracket[1].split(";"):
            match = _ONE.fullmatch(part)
            if match is None or not (match["document"] or match["word"]):
                keys.clear()
                break
            document = (match["document"] or document).upper()
            keys += [(document, page) for page in _pages(match["pages"])]
        found += [Citation(*key, key in shown, bracket.start(), bracket.end()) for key in keys]
    return tuple(found)


def _pages(text: str) -> Iterator[int]:
    for part in re.split(r",|and|&", text, flags=re.I):
        first, *last = (int(number) for number in re.findall(r"\d+", part))
        end = min(last[0], first + _LONGEST_RANGE) if last else first
        yield from range(first, end + 1)


def marked(text: str, citations: Collection[Citation], mark: str = "not shown to the model") -> str:
    """`text` with every citation of a page that was not shown followed by a remark."""
    spans: dict[int, list[Citation]] = {}
    for citation in citations:
        spans.setdefault(citation.end, []).append(citation)
    for end in sorted(spans, reverse=True):
        wrong = [citation.page for citation in spans[end] if not citation.was_shown]
        if wrong:
            pages = f"p. {', '.join(map(str, wrong))}: " if len(wrong) < len(spans[end]) else ""
            text = f"{text[:end]} ({pages}{mark}){text[end:]}"
    return text


def rewritten(
    text: str, change: Callable[[PageKey], str | None], shown: Collection[PageKey], only: str | None = None
) -> str:
    """`text` with each bracket of citations made anew: `change` says how to write a page, None leaves it out."""
    spans: dict[tuple[int, int], list[str]] = {}
    for citation in citations_in(text, shown, only):
        new = change((citation.document, citation.page))
        spans.setdefault((citation.start, citation.end), []).extend([new] if new else [])
    for (start, end), parts in sorted(spans.items(), reverse=True):
        if parts:
            text = f"{text[:start]}[{'; '.join(parts)}]{text[end:]}"
        else:
            text = text[:start].rstrip() + text[end:]
    return text


def page_list(pages: Collection[int]) -> str:
    """`3`, `3-5`, `3-5, 9`: sorted page numbers with ranges."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def cite(keys: Collection[PageKey], documents: Collection[str]) -> str:
    """`[p. 3-5]` for one document, `[D1 p. 3-5; D2 p. 4]` for several."""
    by_document: dict[str, list[int]] = {}
    for document, page in keys:
        by_document.setdefault(document, []).append(page)
    several = len(documents) > 1
    parts = (
        f"{f'{name} ' if several else ''}p. {page_list(pages)}" for name, pages in sorted(by_document.items())
    )
    return f"[{'; '.join(parts)}]"
