"""Writes Office, OpenDocument and EPUB files for tests: the least XML that programs of the field write too."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP with these parts; `mimetype` is stored as it is, as its standards want it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(name, content, how)
    return buffer.getvalue()


def relations(targets: Mapping[str, tuple[str, str]]) -> str:
    """A relationships part: id → (type, target)."""
    lines = (
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_RELATIONS}">{"".join(lines)}</Relationships>'


# Word


def paragraph(text: str, style: str = "", extra: str = "") -> str:
    """A paragraph; `extra` is XML after its text."""
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{look}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>{extra}</w:p>'


PAGE_BREAK = "<w:r><w:lastRenderedPageBreak/></w:r>"


def docx_parts(body: str, footnotes: Mapping[int, str] | None = None) -> dict[str, str | bytes]:
    styles = "".join(
        f'<w:style w:styleId="Heading{level}"><w:name w:val="heading {level}"/></w:style>'
        for level in (1, 2, 3)
    )
    notes = "".join(
        f'<w:footnote w:id="{key}">{paragraph(text)}</w:footnote>' for key, text in (footnotes or {}).items()
    )
    return {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": relations({"r1": ("officeDocument", "word/document.xml")}),
        "word/_rels/document.xml.rels": relations(
            {"r1": ("styles", "styles.xml"), "r2": ("footnotes", "footnotes.xml")}
        ),
        "word/styles.xml": f'<w:styles xmlns:w="{_W}">{styles}</w:styles>',
        "word/footnotes.xml": f'<w:footnotes xmlns:w="{_W}">{notes}</w:footnotes>',
        "word/document.xml": f'<w:document xmlns:w="{_W}" xmlns:mc="mc" xmlns:w14="w14"><w:body>{body}</w:body></w:document>',
    }


def docx(body: str, footnotes: Mapping[int, str] | None = None) -> bytes:
    """A Word document with this body."""
    return packed(docx_parts(body, footnotes))


# PowerPoint


def pptx(slides: Sequence[tuple[str, Sequence[str], str]]) -> bytes:
    """A presentation of (title, lines, notes); a title of `""` makes a slide with only a picture."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": relations({"r1": ("officeDocument", "ppt/presentation.xml")}),
    }
    targets: dict[str, tuple[str, str]] = {}
    order = ""
    for number, (title, lines, notes) in enumerate(slides, 1):
        # Named backwards: the order of names is not that of slides.
        file = f"slide{len(slides) - number + 1}.xml"
        targets[f"r{number}"] = ("slide", f"slides/{file}")
        order += f'<p:sldId id="{255 + number}" r:id="r{number}"/>'
        body = ""
        if title:
            body = _shape(title, "title") + "".join(_shape(line, "body") for line in lines)
        parts[f"ppt/slides/{file}"] = (
            f'<p:sld xmlns:p="{_P}" xmlns:a="{_A}"><p:cSld><p:spTree>{body}</p:spTree></p:cSld></p:sld>'
        )
        own = {"r1": ("image", "../media/image1.png")} if not title else {}
        if notes:
            own["r2"] = ("notesSlide", f"../notesSlides/{file}")
            parts[f"ppt/notesSlides/{file}"] = (
                f'<p:notes xmlns:p="{_P}" xmlns:a="{_A}">{_shape(notes, "body")}{_shape("7", "sldNum")}</p:notes>'
            )
        parts[f"ppt/slides/_rels/{file}.rels"] = relations(own)
    parts["ppt/presentation.xml"] = (
        f'<p:presentation xmlns:p="{_P}" xmlns:r="{_OFFICE}"><p:sldIdLst>{order}</p:sldIdLst></p:presentation>'
    )
    parts["ppt/_rels/presentation.xml.rels"] = relations(targets)
    return packed(parts)


def _shape(text: str, kind: str) -> str:
    return (
        f'<p:sp><p:nvSpPr><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr>'
        f"<p:txBody><a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


# Excel


def xlsx_parts(sheets: Mapping[str, Iterable[Sequence[str | float]]]) -> dict[str, str | bytes]:
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="r{number}"/>'
        for number, name in enumerate(sheets, 1)
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": relations({"r1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f'<workbook xmlns="{_S}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            {
                f"r{number}": ("worksheet", f"worksheets/sheet{number}.xml")
                for number in range(1, len(sheets) + 1)
            }
        ),
    }
    for number, rows in enumerate(sheets.values(), 1):
        data = "".join(
            f'<row r="{row}">'
            + "".join(_cell(value, row, column) for column, value in enumerate(values))
            + "</row>"
            for row, values in enumerate(rows, 1)
        )
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{_S}"><sheetData>{data}</sheetData></worksheet>'
        )
    return parts


def xlsx(sheets: Mapping[str, Iterable[Sequence[str | float]]]) -> bytes:
    """A spreadsheet: sheet name → rows of at most 26 cells."""
    return packed(xlsx_parts(sheets))


def _cell(value: str | float, row: int, column: int) -> str:
    place = f"{chr(65 + column)}{row}"
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>' if value else ""
    return f'<c r="{place}"><v>{value}</v></c>'


# OpenDocument and EPUB


def odt(body: str, kind: str = "text") -> bytes:
    """An OpenDocument file with this body (`text:` and `table:` prefixes); `kind`: text or presentation."""
    spaces = " ".join(f'xmlns:{prefix}="{prefix}"' for prefix in ("office", "text", "table", "draw"))
    return packed(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"<office:document-content {spaces}><office:body>{body}</office:body></office:document-content>",
        }
    )


def epub_parts(chapters: Sequence[str]) -> dict[str, str | bytes]:
    items = "".join(
        f'<item id="c{number}" href="text/c%20{number}.xhtml" media-type="application/xhtml+xml"/>'
        for number in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{number}"/>' for number in range(len(chapters)))
    parts: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
        "OPS/book.opf": f"<package><manifest>{items}</manifest><spine>{spine}</spine></package>",
    }
    # Stored backwards: the order in the file is not that of reading.
    for number, chapter in reversed(list(enumerate(chapters))):
        parts[f"OPS/text/c {number}.xhtml"] = (
            f"<!DOCTYPE html><html><head><title>x</title></head><body>{chapter}</body></html>"
        )
    return parts


def epub(chapters: Sequence[str]) -> bytes:
    """A book of these chapters (XHTML bodies)."""
    return packed(epub_parts(chapters))
