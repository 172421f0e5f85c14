"""Citations in answers as links: `[D1 p. 17]` becomes `[report.pdf p. 17]`, which opens that page.

A page that was not among what the model read is marked in words, never hidden. A link carries the words of the
statement, so that the page can show the place that bears it out. Read next: `ui.documents.document_pane`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from urllib.parse import quote

from PySide6.QtCore import QUrl, QUrlQuery

from app.attachments import Mention
from ui.answers.text_view import PAGE_SCHEME
from ui.services import DocumentsInterface
from ui.words import tr

_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~])")
_SIGNS = re.compile(r"^[\s>#*+-]+|[*_`|]")
_LONGEST_NAME = 28
_LONGEST_CLAIM = 300


def linked(source: str, documents: DocumentsInterface) -> str:
    """Markdown with its citations as links."""
    spans: list[tuple[int, int, list[Mention]]] = []
    for (start, end), named in groupby(documents.mentions(source), key=lambda each: (each.start, each.end)):
        spans.append((start, end, list(named)))
    code = [match.span() for match in _CODE.finditer(source)]
    names_files = not documents.is_alone
    for start, end, mentions in reversed(spans):
        if any(a <= start < b for a, b in code) or source[end : end + 1] == "(":
            continue
        claim = _claim(source[:start])
        parts = [_link(run, claim, names_files) for run in _runs(mentions)]
        source = f"{source[:start]}[{'; '.join(parts)}]{source[end:]}"
    return source


def asked_page(url: QUrl) -> tuple[str, int, str]:
    """What a link asks for: the document, the page, and the statement's words."""
    document, _, number = url.path().partition("/")
    claim = QUrlQuery(url).queryItemValue("c", QUrl.ComponentFormattingOption.FullyDecoded)
    return document, int(number) if number.isdecimal() else 0, claim


def _runs(mentions: Iterable[Mention]) -> list[list[Mention]]:
    """Neighbouring pages together: they are one link, to the first of them."""
    runs: list[list[Mention]] = []
    for mention in mentions:
        last = runs[-1][-1] if runs else None
        if (
            last is not None
            and (last.document, last.file, last.was_shown)
            == (mention.document, mention.file, mention.was_shown)
            and mention.page == last.page + 1
        ):
            runs[-1].append(mention)
        else:
            runs.append([mention])
    return runs


def _link(run: list[Mention], claim: str, names_files: bool) -> str:
    first, last = run[0], run[-1]
    number = str(first.page) if first is last else f"{first.page}–{last.page}"
    words = tr("p. {number}").format(number=number).replace(" ", "\u00a0")  # no line ends within
    if not first.file:
        return _escaped(tr("⚠ {page}: there is no such page").format(page=words))
    if names_files:
        words = f"{_shortened(first.file)} {words}"
    title = tr("{file}, page {number}").format(file=first.file, number=number)
    if not first.was_shown:
        words = tr("⚠ {page}, not in what was read").format(page=words)
        title = tr("{title}: the model was not shown this page").format(title=title)
    title = title.replace("\\", "\\\\").replace('"', '\\"')
    address = f"{PAGE_SCHEME}:{first.document}/{first.page}"
    if claim:
        address += f"?c={quote(claim, safe='')}"
    return f'[{_escaped(words)}]({address} "{title}")'


def _claim(before: str) -> str:
    """The statement that ends where a citation stands."""
    line = before.rpartition("\n")[2].rstrip(" .!?。！？")
    line = re.split(r"[\]】]|(?<=[.!?。！？])\s", line)[-1]
    return _SIGNS.sub("", line).strip()[-_LONGEST_CLAIM:]


def _shortened(name: str) -> str:
    """A file's name, short enough to stand in a sentence; the link's tooltip has all of it."""
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{name[: _LONGEST_NAME - 1].rstrip(' ._-')}…"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
