"""How much of the documents was read is told in the reader's language; what was summarised stays as it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from runtime.documents.prompt import Placed
from runtime.documents.summaries import coverage_of
from runtime.documents.values import Document, Page, PageState
from tests.ui.speaking import speaking
from ui.documents.coverage_words import retitled, reworded


@pytest.fixture
def in_german(qapp: QApplication) -> Iterator[None]:
    with speaking(qapp, "de"):
        yield


def _document(name: str, *states: PageState) -> Document:
    pages = tuple(Page(i, "", state=state) for i, state in enumerate(states, 1))
    return Document(name, "plain text", pages, len(pages))


def _ended(*documents: Document) -> str:
    placed = [Placed(f"D{i}", document) for i, document in enumerate(documents, 1)]
    return f"- Rent rises. [D1 p. 1]\n\n---\n\n{coverage_of(placed, ()).sentence}"


@pytest.mark.usefixtures("in_german")
@pytest.mark.parametrize(
    ("documents", "said"),
    [
        ([_document("a.pdf", PageState.READ)], "1 Seite von 1 gelesen."),
        ([_document("a.pdf", *[PageState.READ] * 1204)], "1.204 von 1.204 Seiten gelesen."),
        (
            [_document("a.pdf", PageState.READ, PageState.BLANK)],
            "1 von 2 Seiten gelesen; Seite 2 ist leer.",
        ),
        (
            [
                _document("a.pdf", PageState.READ),
                _document("b.pdf", PageState.PICTURES, PageState.READ, PageState.PICTURES),
            ],
            "2 von 4 Seiten gelesen; die Seiten 1 und 3 von b.pdf enthalten nur Bilder.",
        ),
    ],
)
def test_what_was_read_is_said_in_german(documents: list[Document], said: str) -> None:
    assert reworded(_ended(*documents)) == f"- Rent rises. [D1 p. 1]\n\n---\n\n{said}"


@pytest.mark.usefixtures("in_german")
def test_an_answer_that_is_no_summary_is_left_alone() -> None:
    for text in ("Read 3 of 4 pages.", "One.\n\n---\n\nTwo.", ""):
        assert reworded(text) == text


@pytest.mark.usefixtures("in_german")
def test_a_part_of_a_summary_is_titled_in_german() -> None:
    assert retitled("a.pdf, pages 3-9\n- Rent rises.") == "a.pdf, Seiten 3-9\n- Rent rises."
    joined = "Brought together: a.pdf, pages 1-9, 12; b.pdf, page 1\n- Both."
    assert retitled(joined) == "Zusammengeführt: a.pdf, Seiten 1-9, 12; b.pdf, Seite 1\n- Both."
    assert retitled("a.pdf, pages 1\n- Rent.") == "a.pdf, Seite 1\n- Rent."  # as it was said before
    assert retitled("I will read pages 3-9.\nThen I answer.") == "I will read pages 3-9.\nThen I answer."


def test_in_english_a_summary_is_as_it_was_made() -> None:
    text = _ended(_document("a.pdf", PageState.READ, PageState.BLANK))
    assert reworded(text) == text
