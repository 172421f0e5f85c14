"""What a summary says of how much was read, at its end and above its parts, in the language of the window.

A summary is kept as it was made, with this sentence in English; it is worded anew only when it is painted, as its
citations become links then. Read next: `ui.answers.citation_links`; `runtime.documents.summaries` makes the sentence.
"""

from __future__ import annotations

import re

from ui.words import language, number, tr

_COVERAGE = re.compile(r"\n\n---\n\nRead ([\d,]+) of ([\d,]+) pages?((?:; [^\n]+)?)\.\s*\Z")
_PLACE = r"[^;\n]+, pages? \d[\d, -]*"  # older summaries say `pages 1`
_TITLE = re.compile(rf"(?P<joined>Brought together: )?(?P<places>{_PLACE}(?:; {_PLACE})*)")
_REMARK = re.compile(
    r"pages? (?P<pages>\d[\d, and-]*?)(?: of (?P<file>.+))? (?P<what>is blank|are blank|holds only pictures|"
    r"hold only pictures|could not be read|could not be summarised|was not reached|were not reached)"
)


def reworded(source: str) -> str:
    """The Markdown of an answer; if it is a summary, its last sentence is in the language of the window."""
    found = _COVERAGE.search(source) if language() != "en" else None
    if found is None:
        return source
    read, total = (int(found[group].replace(",", "")) for group in (1, 2))
    words = tr("Read 1 page of 1") if total == 1 == read else tr("Read {read} of {total} pages")
    told = [words.format(read=number(read), total=number(total))]
    told += [_remark(each) for each in found[3].split("; ")[1:]]
    return f"{source[: found.start()]}\n\n---\n\n{'; '.join(told)}."


def retitled(source: str) -> str:
    """A part of a summary, as commentary tells it: `report.pdf, pages 3-9` and what stands there."""
    title, line, text = source.partition("\n")
    found = _TITLE.fullmatch(title) if line and language() != "en" else None
    if found is None:
        return source
    words = "; ".join(_file_place(place) for place in found["places"].split("; "))
    if found["joined"]:
        words = tr("Brought together: {places}").format(places=words)
    return f"{words}\n{text}"


def _file_place(place: str) -> str:
    file, _, pages = place.rpartition(", page")
    pages = pages.removeprefix("s").strip()
    if pages.isdecimal():
        return tr("{file}, page {number}").format(file=file, number=pages)
    return tr("{file}, pages {pages}").format(file=file, pages=pages)


def _remark(remark: str) -> str:
    found = _REMARK.fullmatch(remark)
    if found is None:
        return remark
    pages = found["pages"]
    is_one = pages.isdecimal()
    if " and " in pages:
        first, _, last = pages.rpartition(" and ")
        pages = tr("{pages} and {page}").format(pages=first, page=last)
    place = tr("page {page}").format(page=pages) if is_one else tr("pages {pages}").format(pages=pages)
    if found["file"]:
        place = tr("{place} of {file}").format(place=place, file=found["file"])
    return f"{place} {_what(found['what'], is_one)}"


def _what(what: str, is_one: bool) -> str:
    words = {
        "blank": (tr("is blank"), tr("are blank")),
        "pictures": (tr("holds only pictures"), tr("hold only pictures")),
        "read": (tr("could not be read"), tr("could not be read (several)")),
        "summarised": (tr("could not be summarised"), tr("could not be summarised (several)")),
        "reached": (tr("was not reached"), tr("were not reached")),
    }
    one, several = words[what.rpartition(" ")[2]]
    return one if is_one else several
