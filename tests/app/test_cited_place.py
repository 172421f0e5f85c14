"""The place on a page that a statement comes from."""

from __future__ import annotations

import pytest

from app.cited_place import cited_place

PAGE = (
    "Annual report\nThe company was founded in 1987. In 2024 it had 212 employees, nine more than before.\n"
    "The board decided on 3 May to close the plant in Ulm. Costs of 4.2 million are expected."
)


def found(claim: str) -> str | None:
    place = cited_place(PAGE, claim)
    return PAGE[slice(*place)] if place else None


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        (
            "The plant in Ulm will be closed by the board.",
            "The board decided on 3 May to close the plant in Ulm.",
        ),
        ("There were 212 employees in 2024.", "In 2024 it had 212 employees, nine more than before."),
        ("It expects costs of 4.2 million.", "Costs of 4.2 million are expected."),
    ],
)
def test_the_sentence_that_shares_the_words_is_the_place(claim: str, sentence: str) -> None:
    assert found(claim) == sentence


def test_words_in_quotes_are_found_as_they_stand() -> None:
    assert found('It says "close the plant" there.') == "close the plant"


def test_a_statement_that_is_not_on_the_page_has_no_place() -> None:
    assert found("Penguins inhabit Antarctica exclusively.") is None
    assert cited_place("", "Anything at all") is None
