"""Twenty files shaped like those of the real world, and of each a damaged, encrypted, bomb or lying twin.

Every one goes through the real reading process. The good ones are read; of a twin there is either text or a
sentence that names the file, within the limits; never an exception that is no `AppError`, never a hang.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from models.errors import InputError
from runtime.documents.extractor import Extractor
from runtime.documents.values import Document, DocumentRead, Limits, PageState
from tests.support.documents.msg_file import compound_file, message
from tests.support.documents.office_files import (
    PAGE_BREAK,
    docx,
    docx_parts,
    epub,
    odt,
    packed,
    paragraph,
    pptx,
    xlsx,
    xlsx_parts,
)
from tests.support.documents.pdf_file import PdfFile, Text

pytestmark = pytest.mark.slow

LIMITS = Limits(seconds=20, memory_bytes=512 << 20, unpacked_bytes=32 << 20, characters=20_000_000)
LINE = "the harvest was late and the barns stood em"


def pdf(*pages: list[Text], **options: object) -> bytes:
    made = PdfFile()
    for texts in pages:
        made.page(texts, **options)  # type: ignore[arg-type]
    return made.file()


def two_columns() -> list[Text]:
    rows = [(60.0, 700.0 - 14 * row, f"left {row} {LINE}"[:44]) for row in range(20)]
    return [text for row in rows for text in (row, (330.0, row[1], row[2].replace("left", "right")))]


def lines(*texts: str) -> list[Text]:
    return [(72.0, 720.0 - 20 * row, text) for row, text in enumerate(texts)]


def form() -> bytes:
    made = PdfFile()
    made.page(lines("Application"), fields=[("Name", "Needle"), ("Member", "on")])
    return made.file()


def scan_with_cover() -> bytes:
    made = PdfFile()
    made.page(lines("Needle on the cover"))
    made.page(picture=True)
    return made.file()


def mail(depth: int) -> bytes:
    made = EmailMessage()
    made["From"], made["Subject"] = "a@example.org", f"Level {depth}"
    made.set_content("Needle" if depth == 0 else f"letter {depth}")
    if depth:
        made.add_attachment(
            mail(depth - 1), maintype="application", subtype="octet-stream", filename="inner.eml"
        )
    return made.as_bytes()


def html_table() -> bytes:
    rows = "".join(f"<tr><td>{row}<td>value {row}</tr>" for row in range(200))
    return f"<!doctype html><h1>Needle</h1><table>{rows}</table>".encode()


HUGE: list[list[str | float]] = [["Needle", "B"]]
HUGE += ([f"row {number}", number] for number in range(100_000))
FOOTNOTE = '<w:r><w:footnoteReference w:id="2"/></w:r>'
FILES: dict[str, Callable[[], bytes]] = {
    "two-columns.pdf": lambda: pdf([*lines("Needle"), *two_columns()]),
    "rotated.pdf": lambda: pdf(lines("Needle", "second"), rotate=90),
    "long.pdf": lambda: pdf(*[lines(f"Page {number} Needle") for number in range(500)]),
    "form.pdf": form,
    "scan.pdf": scan_with_cover,
    "hebrew.pdf": lambda: pdf(lines("שלום עולם", "Needle")),
    "chinese.pdf": lambda: pdf(lines("中华人民共和国", "日本語の文書", "Needle")),
    "footnotes.docx": lambda: docx(paragraph("Text", extra=FOOTNOTE), {2: "Needle in a footnote"}),
    "pages.docx": lambda: docx(paragraph("one") + f"<w:p>{PAGE_BREAK}<w:r><w:t>Needle</w:t></w:r></w:p>"),
    "talk.pptx": lambda: pptx([("Title", ["a"], "Needle in the notes"), ("Other", [], "")]),
    "huge.xlsx": lambda: xlsx({"Data": HUGE}),
    "small.xlsx": lambda: xlsx({"A": [["x", 1.5]], "B": [["Needle", 2]]}),
    "letter.odt": lambda: odt("<office:text><text:p>Needle</text:p></office:text>"),
    "book.epub": lambda: epub(["<h1>One</h1><p>Needle</p>", "<p>two</p>"]),
    "nested.eml": lambda: mail(3),
    "forwarded.msg": lambda: compound_file(
        message("Fwd", "see below", attachments=(("in.msg", message("In", "Needle " * 900, inner=True)),))
    ),
    "page.html": html_table,
    "note.rtf": lambda: rb"{\rtf1\ansi\ansicpg1252 Gr\'fc\'dfe, Needle\par}",
    "table.csv": lambda: "Name;Größe\nNeedle;1\n".encode("cp1252"),
    "japanese.txt": lambda: "これはシフトJISで書かれた文章です。Needle".encode("shift_jis"),
}


def entity_bomb() -> bytes:
    laughs = '<!DOCTYPE d [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12)
    )
    parts = docx_parts(paragraph("x"))
    return packed({**parts, "word/document.xml": f"{laughs}]><d>&m;</d>"})


def packed_bomb() -> bytes:
    body = paragraph("x") + " " * (80 << 20)
    return docx(body)


def sheet_bomb() -> bytes:
    parts = xlsx_parts({"A": [["x"]]})
    parts["xl/sharedStrings.xml"] = b" " * (80 << 20)
    return packed(parts)


def wide_sheet() -> bytes:
    """Two cells in the far corners: a table of them all would fill hundreds of gigabytes."""
    parts = xlsx_parts({"A": [["x"]]})
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    sheet = str(parts["xl/worksheets/sheet1.xml"])
    parts["xl/worksheets/sheet1.xml"] = (
        sheet[: sheet.index("<sheetData>") + 11] + cells + "</sheetData></worksheet>"
    )
    return packed(parts)


def locked_pdf() -> bytes:
    made = PdfFile(password="secret")
    made.page(lines("Hidden"))
    return made.file()


def deep_html() -> bytes:
    return b"<!doctype html>" + b"<div><table><ul>" * 60_000 + b"Needle"


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    # name: what is in it, and a word of the sentence
    "laughs.docx": (entity_bomb, "defines words"),
    "bomb.docx": (packed_bomb, "unpacks to more than"),
    "bomb.xlsx": (sheet_bomb, "unpacks to more than"),
    "wide.xlsx": (wide_sheet, "memory"),
    "locked.pdf": (locked_pdf, "password"),
    "locked.docx": (lambda: compound_file({"EncryptedPackage": bytes(9000)}), "password"),
    "pages.pdf": (lambda: pdf(lines("x")).replace(b"/Count 1", b"/Count 9999999"), ""),
    "deep.html": (deep_html, ""),
    "deep.rtf": (lambda: b"{\\rtf1 " + b"{" * 300_000 + b"Needle" + b"}" * 300_001, ""),
    "deep.eml": (lambda: mail(12), ""),
}


def read(path: Path, data: bytes, limits: Limits = LIMITS) -> Document | str:
    """The document, or the sentence it was refused with."""
    path.write_bytes(data)
    try:
        *_, last = Extractor(limits).read(path)
    except InputError as error:
        assert path.name in error.user_text
        return error.user_text
    assert isinstance(last, DocumentRead)
    return last.document


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_the_real_world_is_read_to_its_last_page(name: str, tmp_path: Path) -> None:
    document = read(tmp_path / name, FILES[name]())
    assert isinstance(document, Document), document
    assert len(document.pages) == document.pages_total
    assert any("Needle" in page.text for page in document.pages)
    assert [page.number for page in document.pages] == list(range(1, len(document.pages) + 1))


def test_a_pdf_within_a_mail_is_read_by_a_process_that_may_only_read(tmp_path: Path) -> None:
    made = EmailMessage()
    made["From"], made["Subject"] = "a@example.org", "x"
    made.set_content("letter")
    for name in ("form.pdf", "small.xlsx", "forwarded.msg", "japanese.txt"):
        made.add_attachment(FILES[name](), maintype="application", subtype="octet-stream", filename=name)
    document = read(tmp_path / "a.eml", made.as_bytes())
    assert isinstance(document, Document)
    assert sum("Needle" in page.text for page in document.pages) >= 4
    assert {page.label.partition(":")[0] for page in document.pages} >= {
        "form.pdf",
        "small.xlsx",
        "japanese.txt",
    }


def test_the_hundred_thousand_rows_of_a_sheet_are_all_there(tmp_path: Path) -> None:
    document = read(tmp_path / "huge.xlsx", FILES["huge.xlsx"]())
    assert isinstance(document, Document)
    assert sum(page.text.count("row ") for page in document.pages) == 100_000
    assert document.pages[-1].label.endswith("-100001")


@pytest.mark.parametrize("how", ["cut short", "bytes changed", "another extension"])
@pytest.mark.parametrize("name", [name for name in FILES if name not in ("long.pdf", "huge.xlsx")])
def test_the_damaged_twin_is_read_or_refused_in_a_sentence(name: str, how: str, tmp_path: Path) -> None:
    data = bytearray(FILES[name]())
    path = tmp_path / name
    if how == "cut short":
        data = data[: len(data) * 2 // 3]
    elif how == "bytes changed":
        chance = random.Random(name)
        for _ in range(max(4, len(data) // 200)):
            data[chance.randrange(len(data))] = chance.randrange(256)
    else:
        path = tmp_path / (name.rpartition(".")[0] + (".pdf" if not name.endswith(".pdf") else ".docx"))
    found = read(path, bytes(data))
    if isinstance(found, str):
        assert found.endswith(".") and len(found) < 400
        assert how != "another extension"
    elif how == "another extension":
        assert any("Needle" in page.text for page in found.pages)
        assert any("is named like" in problem for problem in found.problems)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_defused_within_the_limits(name: str, tmp_path: Path) -> None:
    make, words = BOMBS[name]
    found = read(
        tmp_path / name,
        make(),
        Limits(seconds=8, memory_bytes=256 << 20, unpacked_bytes=32 << 20, pages=2000),
    )
    if words:
        assert isinstance(found, str), found
        assert words in found
    elif isinstance(found, Document):
        assert len(found.pages) <= 2000
        assert all(len(page.text) < 1_000_000 for page in found.pages)
        assert found.problems or all(page.state is PageState.READ for page in found.pages)
