"""Parts: every page in exactly one, none too long, cut where the text has a joint."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from runtime.documents.chunks import MARK_TOKENS, parts_of, split_text
from runtime.documents.prompt import Placed
from runtime.documents.values import Document, Page, PageState
from tests.support.documents.making import count_words, document, marker_pages, with_headings


def test_a_marker_on_each_of_300_pages_is_in_exactly_one_part() -> None:
    parts = parts_of(Placed("D1", document("a.pdf", *marker_pages(300))), 500, count_words)
    assert 30 < len(parts) < 100
    for number in range(1, 301):
        assert [f"marker{number:04d}" in part.text() for part in parts].count(True) == 1
    assert [page for part in parts for page in part.pages] == list(range(1, 301))


def test_no_part_is_longer_than_asked_for_by_the_models_own_counting() -> None:
    pages = [*marker_pages(20), "x" * 5000, "long " * 900]
    for part in parts_of(Placed("D1", document("a.pdf", *pages)), 200, count_words):
        assert count_words(part.text()) <= part.tokens <= 200


def test_a_page_longer_than_a_part_is_continued_and_says_so() -> None:
    first, second, *_ = parts_of(Placed("D1", document("a.pdf", "word " * 400)), 200, count_words)
    assert first.text().startswith("<<<D1 page 1>>>")
    assert second.text().startswith("<<<D1 page 1, continued>>>")


def test_a_part_ends_before_a_chapter_rather_than_in_it() -> None:
    body = "word " * 60
    page = with_headings(1, (1, "One", body), (3, "Detail", body), (1, "Two", body), (2, "Three", body))
    made = Document("a.pdf", "PDF document", (page,), 1)
    parts = parts_of(Placed("D1", made), 220, count_words)
    assert [part.text().count("# ") for part in parts] == [2, 2]
    assert "# Two" in parts[1].text()


def test_pages_without_text_are_in_no_part() -> None:
    made = document("a.pdf", "one", PageState.PICTURES, PageState.DAMAGED, "four")
    (part,) = parts_of(Placed("D1", made), 100, count_words)
    assert part.pages == (1, 4)


def test_parts_too_small_for_anything_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="64"):
        parts_of(Placed("D1", document("a.pdf", "x")), 10, count_words)


@given(st.text(alphabet="ab .\n。漢<", max_size=3000), st.integers(1, 400))
def test_splitting_keeps_every_character_and_the_limit(text: str, most: int) -> None:
    pieces = list(split_text(text, most, len))
    assert "".join(pieces).strip() == text.strip() or "".join("".join(pieces).split()) == "".join(
        text.split()
    )
    assert all(len(piece) <= max(most, 3) for piece in pieces)


def test_a_mark_costs_no_more_than_is_reckoned() -> None:
    from pathlib import Path

    import models
    from runtime.documents.prompt import page_mark
    from runtime.tokenizer import Tokenizer

    tokenizer = Tokenizer.load(Path(models.__path__[0]) / "demo")
    longest = len(tokenizer.encode("\n" + page_mark("D12", 12345, continued=True) + "\n"))
    assert longest <= 3 * MARK_TOKENS  # the demo's small vocabulary; that of gpt-oss needs some 13


def test_an_empty_document_has_no_parts() -> None:
    assert (
        parts_of(Placed("D1", Document("a", "x", (Page(1, "", PageState.BLANK),), 1)), 100, count_words) == []
    )
