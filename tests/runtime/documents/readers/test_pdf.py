"""PDF: text in the order people read it, and a word on every page that has none."""

from __future__ import annotations

import pytest

from runtime.documents.source import UnreadableError
from runtime.documents.values import Heading, PageState
from tests.support.documents.pdf_file import PdfFile, Text
from tests.support.documents.reading import read

PROSE = "the harvest was late and the barns stood empty"


def two_columns(lines: int = 20) -> list[Text]:
    """A title, then two columns, written line by line across both, as some programs do."""
    texts: list[Text] = [
        (60, 740, "A title that goes across both of the columns of this page, from left to right")
    ]
    for line in range(lines):
        texts.append((60, 700 - 14 * line, f"left {line:02d} {PROSE[:36]}"))
        texts.append((330, 700 - 14 * line, f"right {line:02d} {PROSE[:36]}"))
    return texts


def text_of(pdf: PdfFile) -> str:
    return read("a.pdf", pdf.file()).text


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_the_left_column_is_read_before_the_right_one_also_on_a_rotated_page(rotate: int) -> None:
    pdf = PdfFile()
    pdf.page(two_columns(), rotate=rotate)
    lines = text_of(pdf).splitlines()
    assert lines[0].startswith("A title")
    assert [line.split()[0] for line in lines[1:]] == ["left"] * 20 + ["right"] * 20
    assert [int(line.split()[1]) for line in lines[1:21]] == list(range(20))


def test_a_table_is_read_row_by_row_and_not_column_by_column() -> None:
    pdf = PdfFile()
    cells: list[Text] = []
    for row in range(12):
        cells += [(60, 700 - 14 * row, f"item {row}"), (330, 700 - 14 * row, f"{row * 10} EUR")]
    pdf.page(cells)
    assert "item 3 30 EUR" in " ".join(text_of(pdf).split())


def test_text_in_its_right_order_already_is_left_alone() -> None:
    pdf = PdfFile()
    left = [(60.0, 700.0 - 14 * line, f"left {line} {PROSE[:36]}") for line in range(10)]
    right = [(330.0, 700.0 - 14 * line, f"right {line} {PROSE[:36]}") for line in range(10)]
    pdf.page([*left, *right])
    assert [line.split()[0] for line in text_of(pdf).splitlines()] == ["left"] * 10 + ["right"] * 10


@pytest.mark.parametrize(
    "line",
    [
        "שלום עולם",
        "مرحبا بالعالم",
        "日本語の文書です。",
        "中华人民共和国",
        "한국어 문서",
        "Größe – naïve (α)",
    ],
)
def test_every_script_comes_out_as_it_is_written(line: str) -> None:
    pdf = PdfFile()
    pdf.page([(72, 700, line)])
    assert text_of(pdf) == line


def test_ligatures_and_arabic_letter_shapes_become_the_letters_people_search_for() -> None:
    pdf = PdfFile()
    pdf.page([(72, 700, "e\ufb03cient"), (72, 680, "\ufe8d\ufedf\ufecc\ufeae\ufe91\ufef4\ufe94")])
    assert text_of(pdf).split("\n") == ["efficient", "العربية"]


def test_pages_without_text_are_told_apart() -> None:
    pdf = PdfFile()
    pdf.page([(72, 700, "Words")])
    pdf.page(picture=True)
    pdf.page()
    assert read("a.pdf", pdf.file()).states == [PageState.READ, PageState.PICTURES, PageState.BLANK]


def test_a_page_whose_letters_mean_nothing_is_not_passed_off_as_text() -> None:
    pdf = PdfFile()
    pdf.page([(72, 700, "\ue001\ue002\ue003\ue004\ue005")])
    (page,) = read("a.pdf", pdf.file()).pages
    assert page.state is PageState.DAMAGED
    assert page.note == "Page 1 does not say which letters it draws."


def test_what_was_filled_into_a_form_is_read() -> None:
    pdf = PdfFile()
    pdf.page(
        [(72, 740, "Application")], fields=[("Name", "Ada"), ("Member", "on"), ("Guest", "off"), ("Note", "")]
    )
    assert text_of(pdf).splitlines() == [
        "Application",
        "Form fields:",
        "Name: Ada",
        "Member: yes",
        "Guest: no",
    ]


def test_comments_are_read_after_the_text() -> None:
    pdf = PdfFile()
    pdf.page([(72, 740, "Draft")], comment="Who wrote this?")
    assert text_of(pdf).splitlines() == ["Draft", "Comments:", "Who wrote this?"]


def test_the_outline_gives_headings_where_their_words_stand() -> None:
    pdf = PdfFile()
    pdf.page([(72, 740, "Some words"), (72, 700, "2 Methods"), (72, 680, "More")])
    pdf.bookmark("2  Methods")
    pdf.page([(72, 740, "Other words")])
    pdf.bookmark("Not on the page")
    first, second = read("a.pdf", pdf.file()).pages
    assert first.headings == (Heading(1, first.text.index("2 Methods"), "2 Methods"),)
    assert second.headings == (Heading(1, 0, "Not on the page"),)


def test_a_password_is_asked_for_in_a_sentence() -> None:
    pdf = PdfFile(password="secret")
    pdf.page([(72, 700, "Hidden")])
    with pytest.raises(UnreadableError, match=r"a\.pdf is protected by a password"):
        read("a.pdf", pdf.file())


def test_a_pdf_encrypted_without_a_password_to_open_it_is_read() -> None:
    pdf = PdfFile(password="")
    pdf.page([(72, 700, "Only printing is forbidden")])
    assert text_of(pdf) == "Only printing is forbidden"


def test_a_damaged_page_costs_no_other() -> None:
    pdf = PdfFile(compress=False)
    for word in ("one", "two", "three"):
        pdf.page([(72, 700, word)])
    broken = pdf.file().replace(b"/Type /Page /Parent 2 0 R", b"/Type /Pagx /Parent 2 0 R", 2)
    broken = broken.replace(b"/Type /Pagx", b"/Type /Page", 1)
    reading = read("a.pdf", broken)
    assert len(reading.pages) == 3
    assert next(page.text for page in reading.pages if page.state is PageState.READ) == "one"


@pytest.mark.parametrize("data", [b"%PDF-1.7\nno more", b"%PDF-1.4\n" + bytes(5000)])
def test_a_file_that_only_begins_like_a_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="damaged"):
        read("a.pdf", data)
