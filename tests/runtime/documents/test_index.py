"""Search over pages: words of every script, best page first, whatever a query holds."""

from __future__ import annotations

import unicodedata

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from runtime.documents.index import PAIRED, PageIndex, tokens_of
from runtime.documents.values import PageState
from tests.support.documents.making import document, marker_pages


def index_of(*texts: str | PageState) -> PageIndex:
    index = PageIndex()
    index.add("D1", document("a.pdf", *texts).pages)
    return index


def pages(index: PageIndex, query: str) -> list[int]:
    return [hit.page for hit in index.search(query)]


def test_the_page_with_the_rare_word_comes_first_among_many() -> None:
    index = PageIndex()
    index.add("D1", document("a.pdf", *[f"{text} common" for text in marker_pages(400, 20)]).pages)
    hits = index.search("common marker0123")
    assert (hits[0].document, hits[0].page) == ("D1", 123)
    assert "marker0123" in hits[0].excerpt


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("The invoices were paid.", "invoice"),
        ("Die Übergabe fand statt.", "ubergabe"),
        ("Die Straße", "STRASSE"),
        ("日本語の文書です。", "文書"),
        ("日本語の文書です。", "語"),
        ("中华人民共和国宪法", "人民"),
        ("水", "水"),
        ("한국어 문서입니다", "문서"),
        ("สวัสดีชาวโลก", "ชาวโลก"),
        ("שָׁלוֹם עולם", "שלום"),
        ("هذا كِتابٌ مفيد", "كتاب"),
        ("إلى أحمد", "احمد"),
        ("ＦＵＬＬ　ｗｉｄｔｈ", "full"),
        ("Rechnung Nr. 4711-B", "4711"),
        ("naïve café", "cafe"),
    ],
)
def test_words_are_found_in_every_script_and_spelling(text: str, query: str) -> None:
    index = index_of("nothing to see", text, "другой текст 其他")
    assert pages(index, query) == [2]


def test_words_in_quotes_must_stand_together() -> None:
    index = index_of("payment terms of thirty days", "terms without payment", "days of thirty")
    assert pages(index, '"payment terms"') == [1]
    assert pages(index, "„thirty days“") == [1]


def test_one_document_can_be_searched_alone() -> None:
    index = index_of("apple")
    index.add("D2", document("b.pdf", "apple", "apple pie").pages)
    assert {hit.document for hit in index.search("apple")} == {"D1", "D2"}
    assert {hit.document for hit in index.search("apple", document="D2")} == {"D2"}


def test_the_excerpt_is_from_where_the_words_are() -> None:
    index = index_of("filler " * 500 + "the needle is here " + "filler " * 500)
    (hit,) = index.search("needle")
    assert "the needle is here" in hit.excerpt
    assert hit.excerpt.startswith("… ") and hit.excerpt.endswith(" …")
    assert len(hit.excerpt) < 520


def test_pages_without_text_are_never_found() -> None:
    assert pages(index_of(PageState.PICTURES, "word"), "word") == [2]


@given(st.text(max_size=60))
@settings(max_examples=200)
def test_no_query_is_an_error(query: str) -> None:
    assert isinstance(SHARED.search(query), list)


@pytest.mark.parametrize(
    "query", ["", "   ", '"', '""', "AND OR NOT", "text:x", "a* NEAR(b)", "'; DROP TABLE pages; --"]
)
def test_the_language_of_the_database_is_not_spoken_by_queries(query: str) -> None:
    assert isinstance(SHARED.search(query), list)


SHARED = index_of("some words to search", "日本語の文書")


def bare(text: str) -> str:
    """A text without marks, letter by letter, however long that takes."""
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn")


@given(st.text(alphabet="aeq 9_·–äöüßñÅøÉйЁςשп😀İﬁ²\u0301\u0308\u0323\u05b0\u0345", max_size=30))
@settings(max_examples=300, deadline=None)
def test_marks_go_wherever_they_stand_and_nothing_else_does(text: str) -> None:
    assert not PAIRED.search(text)
    assert "".join(tokens_of(text)) == "".join(
        letter for letter in bare(text) if letter.isalnum() or letter == "_"
    )
