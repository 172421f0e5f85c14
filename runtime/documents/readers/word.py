"""Word documents (DOCX): text, headings, lists, tables, footnotes, comments, text boxes and form fields.

Read from the XML itself: libraries for the format leave out footnotes, text boxes or the page breaks that
Word noted when it saved last, which are what makes a page number mean something. Deleted text of tracked
changes is left out, inserted text is read. Standard: ECMA-376, part 1, section 17.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from runtime.documents.guarded_zip import End, GuardedZip, Start, open_zip
from runtime.documents.source import Items, Opened, Source, Trouble, damaged
from runtime.documents.text import Block, pages_of

_KIND = "a Word document"
# Text within these is no text of the document, or stands there a second time.
_SKIPPED = frozenset(("del", "moveFrom", "instrText", "delText", "Fallback", "tblPr", "sectPr", "rPr"))
_NOTES = {"footnotes": "footnote", "endnotes": "endnote", "comments": "comment"}


def read(source: Source) -> Items:
    """A document. Its pages are those of Word's last saving if it noted them, else parts are counted."""
    with open_zip(source, _KIND) as archive:
        main = next(
            (target for kind, target in archive.relations("").values() if kind == "officeDocument"),
            "word/document.xml",
        )
        if main not in archive:
            raise damaged(source, _KIND, "no main part")
        parts = dict(archive.relations(main).values())
        levels = _heading_levels(archive, parts.get("styles"))
        has_pages = any(
            isinstance(event, Start) and event.name == "lastRenderedPageBreak" for event in archive.xml(main)
        )
        yield Opened("Word document", unit="page" if has_pages else "part")
        body = _Body(levels, has_pages=has_pages, notes=_all_notes(archive, parts, levels))
        yield from pages_of(body.blocks(archive.xml(main)), split=not has_pages)
        if body.pictures:
            yield Trouble(
                f"{source.name} holds {_count(body.pictures, 'picture')}; what they show was not read."
            )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("s" if number != 1 else "")


def _heading_levels(archive: GuardedZip, part: str | None) -> dict[str, int]:
    """Style id → heading level."""
    levels: dict[str, int] = {}
    style = ""
    if part is None or part not in archive:
        return levels
    for event in archive.xml(part):
        if not isinstance(event, Start):
            continue
        value = event.attributes.get("val", "")
        if event.name == "style":
            style = event.attributes.get("styleId", "")
        elif event.name == "name" and style:
            if found := re.fullmatch(r"heading ([1-9])", value, re.I):
                levels[style] = int(found[1])
            elif value.lower() == "title":
                levels[style] = 1
        elif event.name == "outlineLvl" and value.isdigit() and int(value) < 9:
            levels.setdefault(style, int(value) + 1)
    return levels


def _all_notes(
    archive: GuardedZip, parts: dict[str, str], levels: dict[str, int]
) -> dict[tuple[str, str], str]:
    """(`footnote` …, id) → text."""
    notes: dict[tuple[str, str], str] = {}
    for relation, element in _NOTES.items():
        part = parts.get(relation)
        if part is None or part not in archive:
            continue
        key, texts = "", list[Start | End | str]()
        for event in archive.xml(part):
            if isinstance(event, Start) and event.name == element:
                key, texts = event.attributes.get("id", ""), []
            elif isinstance(event, End) and event.name == element:
                blocks = _Body(levels, has_pages=False, notes={}).blocks(iter(texts))
                if text := " ".join(block.text for block in blocks).strip():
                    notes[element, key] = text
            else:
                texts.append(event)
    return notes


class _Body:
    """Turns a part into blocks. `pictures` counts those met."""

    def __init__(self, levels: dict[str, int], *, has_pages: bool, notes: dict[tuple[str, str], str]) -> None:
        self.pictures = 0
        self._levels = levels
        self._has_pages = has_pages
        self._notes = notes
        self._text: list[str] = []
        self._level = 0
        self._in_list = False
        self._break = False
        self._tables: list[list[str]] = []  # of each open table: the cells of the row being read
        self._cells: list[list[str]] = []  # of each open cell: its paragraphs

    def blocks(self, events: Iterator[Start | End | str]) -> Iterator[Block]:
        skipping = 0
        in_text = False
        for event in events:
            match event:
                case Start(name, attributes):
                    if skipping or name in _SKIPPED:
                        skipping += 1
                    elif name == "t":
                        in_text = True
                    elif name == "p":
                        # A text box stands inside of a paragraph: what came before it is a block.
                        yield from self._end_paragraph()
                    elif name == "lastRenderedPageBreak" and self._has_pages:
                        if not self._tables:
                            yield from self._end_paragraph()
                        self._break = True
                    else:
                        self._start(name, attributes)
                case End(name):
                    if skipping:
                        skipping -= 1
                    elif name == "t":
                        in_text = False
                    elif name == "p":
                        yield from self._end_paragraph()
                    elif name in ("tc", "tr", "tbl"):
                        yield from self._end_of_table(name)
                case str(text):
                    if in_text and not skipping:
                        self._text.append(text)
        yield from self._end_paragraph()

    def _start(self, name: str, attributes: object) -> None:
        get = attributes.get if isinstance(attributes, dict) else dict[str, str]().get
        value = get("val", "") or ""
        match name:
            case "pStyle":
                self._level = self._levels.get(value, 0)
            case "outlineLvl" if value.isdigit() and int(value) < 9:
                self._level = int(value) + 1
            case "numPr":
                self._in_list = True
            case "tab":
                self._text.append("\t" if self._text else "")
            case "br" | "cr":
                self._text.append("\n")
            case "noBreakHyphen":
                self._text.append("-")
            case "tbl":
                self._tables.append([])
            case "tc":
                self._cells.append([])
            case "blip" | "imagedata":
                self.pictures += 1
            case "checked" if value in ("0", "1", "true", "false"):
                self._text.append("[x] " if value in ("1", "true") else "[ ] ")
            case "footnoteReference" | "endnoteReference" | "commentReference":
                kind = name.removesuffix("Reference")
                if note := self._notes.get((kind, get("id", "") or "")):
                    self._text.append(f" [{'note' if kind != 'comment' else kind}: {note}]")

    def _end_paragraph(self) -> Iterator[Block]:
        text = "".join(self._text).strip(" \n")
        level, in_list = self._level, self._in_list
        self._text, self._level, self._in_list = [], 0, False
        if not text:
            return
        if self._cells:
            self._cells[-1].append(text)
            return
        yield Block(f"- {text}" if in_list and not level else text, level, new_page=self._break)
        self._break = False

    def _end_of_table(self, name: str) -> Iterator[Block]:
        yield from self._end_paragraph()
        if name == "tc" and self._cells:
            cell = " ".join(self._cells.pop())
            if self._tables:
                self._tables[-1].append(cell)
        elif name == "tr" and self._tables:
            row = " | ".join(self._tables[-1]).rstrip(" |")
            self._tables[-1] = []
            if self._cells:  # a table within a cell
                self._cells[-1].append(row)
            elif row:
                yield Block(row, new_page=self._break)
                self._break = False
        elif name == "tbl" and self._tables:
            self._tables.pop()
