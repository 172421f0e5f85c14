"""PDF documents through PDFium: text in reading order, form fields, comments, headings from the outline.

Scanned pages, blank ones and ones whose fonts do not say which letters they draw are told apart, page by
page. Read next: `reading_order`.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from unicodedata import normalize

import pypdfium2
import pypdfium2.raw as pdfium

from runtime.documents.readers.reading_order import Box, column_order
from runtime.documents.source import Items, Opened, Source, Trouble, UnreadableError, damaged, encrypted
from runtime.documents.text import clean_text, one_line
from runtime.documents.values import Heading, Page, PageState

_KIND = "a PDF document"
_MOST_HEADINGS = 20_000
_MOST_BOXES = 4000  # of a page; one with more is a drawing, and is taken in its own order
_SPLIT_WORD = re.compile("[\ufffe\x02]\r?\n?")  # how PDFium marks a word divided at a line's end
_NO_LETTER = re.compile("[\ufffd\ue000-\uf8ff\U000f0000-\U0010fffd]")
# Ligatures and Arabic letters in the shape they have between others, which no one types or searches for.
_SHAPES = re.compile("[\ufb00-\ufb06\ufb50-\ufdfb\ufe70-\ufefc]")
_PAINTED = 20  # paths on a page without text: letters drawn as shapes, or a drawing


def read(source: Source) -> Items:
    """A PDF. A page that cannot be read is told, and costs no other."""
    try:
        pdf = pypdfium2.PdfDocument(source.data)
        count = len(pdf)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise encrypted(source) from error
        raise damaged(source, _KIND, str(error)) from error
    if not count:
        raise UnreadableError(f"{source.name} has no pages.")
    yield Opened("PDF document", count, unit="page")
    kind = pdf.get_formtype()
    if kind != pdfium.FORMTYPE_NONE:
        pdf.init_forms()
    if kind in (pdfium.FORMTYPE_XFA_FULL, pdfium.FORMTYPE_XFA_FOREGROUND):
        yield Trouble(f"{source.name} holds an XFA form; what is filled in there may be missing.")
    outline = _outline(pdf)
    for index in range(count):
        yield _page(pdf, index, outline.get(index, []))


def _outline(pdf: Any) -> dict[int, list[tuple[int, str]]]:
    """Page index → (level, title) of the bookmarks that lead there."""
    found: dict[int, list[tuple[int, str]]] = {}
    try:
        for number, bookmark in enumerate(pdf.get_toc(max_depth=8)):
            if number >= _MOST_HEADINGS:
                break
            destination = bookmark.get_dest()
            index = destination.get_index() if destination else None
            title = one_line(bookmark.get_title())
            if index is not None and title:
                found.setdefault(index, []).append((bookmark.level + 1, title))
    except (pypdfium2.PdfiumError, ValueError, UnicodeError):
        pass  # an outline that is damaged is no loss of text
    return found


def _page(pdf: Any, index: int, outline: list[tuple[int, str]]) -> Page:
    number = index + 1
    try:
        page = pdf[index]
    except pypdfium2.PdfiumError:
        return Page(0, "", PageState.DAMAGED, note=f"Page {number} is damaged.")
    try:
        text = _text(page)
        extra = _annotations(page, pdf.formenv)
        whole = clean_text("\n".join(part for part in (text, extra) if part.strip()))
        if not whole:
            return Page(0, "", _state_without_text(page))
        strange = len(_NO_LETTER.findall(whole))
        if strange > 0.3 * len(whole):
            return Page(0, "", PageState.DAMAGED, note=f"Page {number} does not say which letters it draws.")
    except pypdfium2.PdfiumError:
        return Page(0, "", PageState.DAMAGED, note=f"Page {number} is damaged.")
    finally:
        page.close()
    return Page(0, whole, headings=tuple(_place(whole, outline)))


def _place(text: str, outline: list[tuple[int, str]]) -> list[Heading]:
    """Where the bookmarks' titles stand on their page; at its top if they are not found."""
    headings = []
    for level, title in outline:
        words = r"\s+".join(re.escape(word) for word in title.split()[:12])
        found = re.search(words, text, re.I)
        offset = text.rfind("\n", 0, found.start()) + 1 if found else 0
        headings.append(Heading(level, offset, title))
    return sorted(headings, key=lambda heading: heading.offset)


def _state_without_text(page: Any) -> PageState:
    paths = 0
    for item in page.get_objects(max_depth=3):
        if item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            return PageState.PICTURES
        paths += item.type in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_SHADING)
        if paths >= _PAINTED:
            return PageState.PICTURES
    return PageState.BLANK


def _text(page: Any) -> str:
    """The page's text: in the file's own order, unless that jumps between columns line by line."""
    textpage = page.get_textpage()
    try:
        raw: str = textpage.get_text_range()
        count = textpage.count_rects()
        if 8 <= count <= _MOST_BOXES:
            width, height = page.get_size()
            turn = _turning(page.get_rotation(), width, height)
            boxes = [turn(*textpage.get_rect(number)) for number in range(count)]
            if lines := column_order(boxes):
                words = _words(textpage, count)
                raw = "\n".join(" ".join(words[number] for number in line) for line in lines)
    finally:
        textpage.close()
    return _SHAPES.sub(lambda found: normalize("NFKC", found[0]), _SPLIT_WORD.sub("", raw))


def _words(textpage: Any, count: int) -> list[str]:
    return [textpage.get_text_bounded(*textpage.get_rect(number)).strip() for number in range(count)]


def _turning(rotation: int, width: float, height: float) -> Callable[[float, float, float, float], Box]:
    """From a box in the page's own coordinates to one as the page is shown, y downwards.

    `width` and `height` are those shown.
    """

    def turn(left: float, bottom: float, right: float, top: float) -> Box:
        match rotation:
            case 90:
                return Box(bottom, left, top, right)
            case 180:
                return Box(width - right, bottom, width - left, top)
            case 270:
                return Box(width - top, height - right, width - bottom, height - left)
        return Box(left, height - top, right, height - bottom)

    return turn


# Form fields and comments


@dataclass(slots=True)
class _Extras:
    fields: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)


def _annotations(page: Any, formenv: Any) -> str:
    """What is filled in and noted on the page, as lines after its text."""
    extras = _Extras()
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), 5000)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, number)
        if not annotation:
            continue
        try:
            _take(annotation, formenv, extras)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
    lines = []
    if extras.fields:
        lines += ["Form fields:", *extras.fields]
    if extras.comments:
        lines += ["Comments:", *extras.comments]
    return "\n".join(lines)


def _take(annotation: Any, formenv: Any, extras: _Extras) -> None:
    kind = pdfium.FPDFAnnot_GetSubtype(annotation)
    if kind == pdfium.FPDF_ANNOT_WIDGET and formenv:
        form = formenv.raw
        name = _string(lambda *to: pdfium.FPDFAnnot_GetFormFieldName(form, annotation, *to))
        field_kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
        if field_kind in (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON):
            value = "yes" if pdfium.FPDFAnnot_IsChecked(form, annotation) else "no"
        else:
            value = _string(lambda *to: pdfium.FPDFAnnot_GetFormFieldValue(form, annotation, *to))
        if value and field_kind != pdfium.FPDF_FORMFIELD_PUSHBUTTON:
            extras.fields.append(f"{name or 'field'}: {value}")
    elif kind in (pdfium.FPDF_ANNOT_TEXT, pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_HIGHLIGHT):
        text = _string(lambda *to: pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents", *to))
        extras.comments += [text] if text else []


def _string(get: Callable[[Any, int], int]) -> str:
    """A text that PDFium writes to a buffer as UTF-16."""
    size = get(None, 0)
    if size <= 2 or size > 1 << 22:
        return ""
    buffer = (ctypes.c_uint16 * (size // 2 + 1))()
    get(buffer, size)
    return one_line(bytes(buffer)[:size].decode("utf-16-le", "replace").rstrip("\0"))
