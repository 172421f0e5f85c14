"""Word, PowerPoint, spreadsheets, OpenDocument and EPUB: everything with words in it, in order, once."""

from __future__ import annotations

import pytest

from runtime.documents.source import UnreadableError
from runtime.documents.values import Heading, PageState
from tests.support.documents.office_files import (
    PAGE_BREAK,
    docx,
    docx_parts,
    epub,
    epub_parts,
    odt,
    packed,
    paragraph,
    pptx,
    xlsx,
)
from tests.support.documents.reading import read


def cell(*paragraphs: str) -> str:
    return f"<w:tc>{''.join(map(paragraph, paragraphs))}</w:tc>"


def table(*rows: str) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def test_word_headings_tables_and_footnotes_come_in_order() -> None:
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    body = (
        paragraph("Report", "Heading1")
        + paragraph("Sales rose", extra=note)
        + table(cell("Year") + cell("Sum"), cell("2025") + cell("1", "2"))
        + paragraph("After")
    )
    (page,) = read("a.docx", docx(body, {2: "Before tax."})).pages
    assert page.text.splitlines() == [
        "# Report",
        "Sales rose [note: Before tax.]",
        "Year | Sum",
        "2025 | 1 2",
        "After",
    ]
    assert page.headings == (Heading(1, 0, "Report"),)


def test_word_pages_are_those_of_its_last_saving() -> None:
    body = paragraph("one") + f"<w:p><w:r><w:t>two </w:t></w:r>{PAGE_BREAK}<w:r><w:t>three</w:t></w:r></w:p>"
    reading = read("a.docx", docx(body))
    assert (reading.opened.unit, reading.texts) == ("page", ["one\ntwo", "three"])


def test_what_was_deleted_with_tracked_changes_is_gone_and_what_was_inserted_is_there() -> None:
    changes = "<w:p><w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins></w:p>"
    assert read("a.docx", docx(changes)).text == "new"


def test_a_text_box_is_read_once_although_the_file_holds_it_twice() -> None:
    box = f"<w:txbxContent>{paragraph('Boxed')}</w:txbxContent>"
    choice = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    assert read("a.docx", docx(f"<w:p><w:r><w:t>Before</w:t>{choice}</w:r></w:p>")).text == "Before\nBoxed"


def test_a_table_in_a_table_does_not_lose_its_cells() -> None:
    inner = table(cell("x") + cell("y"))
    assert (
        read("a.docx", docx(table(f"<w:tc>{inner}{paragraph('z')}</w:tc>" + cell("w")))).text == "x | y z | w"
    )


def test_pictures_in_a_word_document_are_counted() -> None:
    picture = '<w:p><w:r><a:blip xmlns:a="a"/></w:r></w:p>'
    reading = read("a.docx", docx(paragraph("x") + 2 * picture))
    assert reading.troubles == ["a.docx holds 2 pictures; what they show was not read."]


def test_slides_come_in_the_order_shown_with_their_notes() -> None:
    reading = read("a.pptx", pptx([("First", ["one", "two"], "say hello"), ("", [], ""), ("Last", [], "")]))
    assert reading.texts == ["# First\none\ntwo\nNotes:\nsay hello", "", "# Last"]
    assert reading.states[1] is PageState.PICTURES


def test_sheets_keep_row_numbers_and_say_their_columns_on_every_page() -> None:
    rows: list[list[str | float]] = [["Name", "Sum"]]
    rows += ([f"name {row}", row + 0.5] for row in range(400))
    first, *others = read("a.xlsx", xlsx({"Budget": rows})).pages
    assert first.label.startswith("Budget, rows 1-")
    assert first.text.startswith("# Budget\nName | Sum\nname 0 | 0.5\n")
    assert others[0].text.startswith("# Budget\nColumns: Name | Sum\nname ")
    assert others[-1].label.endswith("-401")
    seen = [line for page in (first, *others) for line in page.text.splitlines() if line.startswith("name ")]
    assert len(seen) == len(set(seen)) == 400


def test_an_opendocument_text_keeps_headings_lists_tables_notes_and_pages() -> None:
    body = (
        '<office:text><text:h text:outline-level="2">Head</text:h>'
        '<text:p>A<text:s text:c="2"/>b<text:note><text:note-citation>1</text:note-citation>'
        "<text:note-body><text:p>Foot</text:p></text:note-body></text:note> c</text:p>"
        "<text:list><text:list-item><text:p>item</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>1</text:p></table:table-cell>"
        "<table:table-cell><text:p>2</text:p></table:table-cell></table:table-row></table:table>"
        "<text:p>before<text:soft-page-break/>after</text:p></office:text>"
    )
    reading = read("a.odt", odt(body))
    assert reading.texts == ["## Head\nA  b [note: Foot ]  c\n- item\n1 | 2\nbefore", "after"]
    assert reading.opened.unit == "page"


def test_an_opendocument_presentation_has_a_page_a_slide() -> None:
    body = "<office:presentation><draw:page><text:p>a</text:p></draw:page><draw:page/><draw:page><text:p>c</text:p></draw:page></office:presentation>"
    assert read("a.odp", odt(body, "presentation")).texts == ["a", "", "c"]


def test_a_book_is_read_in_the_order_of_its_spine() -> None:
    reading = read("a.epub", epub(["<h1>One</h1><p>first</p>", "<h1>Two</h1><p>second &amp; last</p>"]))
    assert reading.texts == ["# One\nfirst", "# Two\nsecond & last"]


def test_a_missing_chapter_is_told_and_the_others_are_read() -> None:
    parts = epub_parts(["<p>one</p>", "<p>two</p>"])
    del parts["OPS/text/c 0.xhtml"]
    reading = read("a.epub", packed(parts))
    assert reading.texts == ["two"]
    assert reading.troubles == ["Section 1 of a.epub is missing in the file."]


def test_a_book_locked_to_a_reader_is_refused() -> None:
    parts = epub_parts(["<p>one</p>"])
    parts["META-INF/encryption.xml"] = '<e><EncryptionMethod Algorithm="some drm"/></e>'
    with pytest.raises(UnreadableError, match="locked"):
        read("a.epub", packed(parts))


def test_xml_that_defines_entities_is_refused() -> None:
    parts = docx_parts(paragraph("x"))
    document = str(parts["word/document.xml"]).replace("x</w:t>", "&a;</w:t>")
    laughs = '<!DOCTYPE d [<!ENTITY a "ha">]>'
    with pytest.raises(UnreadableError, match="defines words"):
        read("a.docx", packed({**parts, "word/document.xml": laughs + document}))


def test_xml_nested_without_end_is_refused() -> None:
    with pytest.raises(UnreadableError, match="nests more than"):
        read("a.docx", docx("<w:sdt>" * 5000 + "</w:sdt>" * 5000))
