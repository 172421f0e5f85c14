"""PowerPoint presentations (PPTX): a page is a slide, with its tables and notes, in the order shown.

Read from the XML itself: the library for the format brings two others (for drawing and for making sheets)
that reading text has no use for. Standard: ECMA-376, part 1, section 19.
"""

from __future__ import annotations

from collections.abc import Iterator

from runtime.documents.guarded_zip import End, GuardedZip, Start, open_zip
from runtime.documents.source import Items, Opened, Source, UnreadableError, damaged
from runtime.documents.text import clean_text, one_line
from runtime.documents.values import Heading, Page, PageState

_KIND = "a PowerPoint presentation"
_TITLES = ("title", "ctrTitle")
_NO_TEXT = ("sldNum", "dt", "ftr", "hdr")  # placeholders that say the same on every slide


def read(source: Source) -> Items:
    """Slides in order; hidden ones are read too, and say so."""
    with open_zip(source, _KIND) as archive:
        main = next(
            (target for kind, target in archive.relations("").values() if kind == "officeDocument"),
            "ppt/presentation.xml",
        )
        if main not in archive:
            raise damaged(source, _KIND, "no main part")
        parts = archive.relations(main)
        slides = [
            parts.get(event.attributes.get("id", ""), ("", ""))[1]
            for event in archive.xml(main)
            if isinstance(event, Start) and event.name == "sldId"
        ]
        if not slides:
            raise UnreadableError(f"{source.name} has no slides.")
        yield Opened("PowerPoint presentation", len(slides), unit="slide")
        for number, part in enumerate(slides, 1):
            yield _slide(archive, part, number)


def _slide(archive: GuardedZip, part: str, number: int) -> Page:
    try:
        shapes = _Shapes()
        lines = list(shapes.lines(archive.xml(part)))
        notes: list[str] = []
        drawn = False
        for kind, target in archive.relations(part).values():
            if kind == "notesSlide" and target in archive:
                notes = list(_Shapes().lines(archive.xml(target)))
            elif kind == "diagramData" and target in archive:
                lines += _Shapes().lines(archive.xml(target))
            drawn |= kind in ("image", "chart", "media", "video")
    except UnreadableError as error:
        return Page(
            0,
            "",
            PageState.DAMAGED,
            note=f"Slide {number} is damaged ({error.detail or 'it cannot be read'}).",
        )
    if notes:
        lines += ["Notes:", *notes]
    title = one_line(shapes.title)
    headings = (Heading(1, 0, title),) if title else ()
    if title:
        lines.insert(0, f"# {title}")
    text = clean_text("\n".join(lines))
    if not text:
        return Page(0, "", PageState.PICTURES if drawn else PageState.BLANK)
    label = f"slide {number}" + (" (hidden)" if shapes.hidden else "")
    return Page(0, text, label=label, headings=headings)


class _Shapes:
    """Turns a slide or its notes into lines. `title` is known after the last of them."""

    def __init__(self) -> None:
        self.title = ""
        self.hidden = False

    def lines(self, events: Iterator[Start | End | str]) -> Iterator[str]:
        text: list[str] = []
        row: list[str] | None = None
        cell: list[str] = []
        placeholder, in_text, skipping = "", False, 0
        for event in events:
            match event:
                case Start(name, attributes):
                    if skipping or name == "Fallback":
                        skipping += 1
                    elif name == "sld":
                        self.hidden = attributes.get("show") in ("0", "false")
                    elif name in ("sp", "graphicFrame", "pic", "cxnSp"):
                        placeholder = ""
                    elif name == "ph":
                        placeholder = attributes.get("type", "body")
                    elif name == "t":
                        in_text = True
                    elif name == "br":
                        text.append("\n")
                    elif name == "tab":
                        text.append("\t")
                    elif name == "tr":
                        row = []
                    elif name == "tc":
                        cell = []
                case End(name):
                    if skipping:
                        skipping -= 1
                    elif name == "t":
                        in_text = False
                    elif name == "p" and text:
                        line = "".join(text).strip()
                        text.clear()
                        if row is not None:
                            cell.append(line)
                        elif placeholder in _TITLES:
                            self.title = f"{self.title} {line}".strip()
                        elif line and placeholder not in _NO_TEXT:
                            yield line
                    elif name == "tc" and row is not None:
                        row.append(" ".join(cell))
                    elif name == "tr" and row is not None:
                        yield " | ".join(row).rstrip(" |")
                        row = None
                case str(words):
                    if in_text and not skipping:
                        text.append(words)
