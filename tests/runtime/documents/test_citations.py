"""Citations: found however a model writes them, and marked when they name what it was not shown."""

from __future__ import annotations

import pytest

from runtime.documents.citations import citations_in, cite, marked, page_list

SHOWN = {("D1", page) for page in range(1, 11)} | {("D2", 3)}


def keys(text: str, only: str | None = None) -> list[tuple[str, int]]:
    return [(citation.document, citation.page) for citation in citations_in(text, SHOWN, only)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It rose [D1 p. 7].", [("D1", 7)]),
        ("It rose 【D1 p. 7】.", [("D1", 7)]),
        ("[D1, p.7]", [("D1", 7)]),
        ("[d1 page 7]", [("D1", 7)]),
        ("[D1 pp. 3-5, 9]", [("D1", 3), ("D1", 4), ("D1", 5), ("D1", 9)]),
        ("[D1 p. 3–4 and 6]", [("D1", 3), ("D1", 4), ("D1", 6)]),
        ("[D1 p. 3; D2 p. 3]", [("D1", 3), ("D2", 3)]),
        ("[D1 p. 3; p. 4]", [("D1", 3), ("D1", 4)]),
        ("[D1 7]", [("D1", 7)]),
        ("a[0] = [1, 2], see [note] and [7]", []),
        ("[x](https://example.org) [ ] [D1 p. seven]", []),
    ],
)
def test_citations_are_found_in_the_ways_models_write_them(text: str, found: list[tuple[str, int]]) -> None:
    assert keys(text) == found


def test_with_one_document_its_id_may_be_left_out() -> None:
    assert keys("[p. 4] [pages 5-6]", only="D1") == [("D1", 4), ("D1", 5), ("D1", 6)]
    assert keys("[p. 4]") == [("", 4)]


def test_an_absurd_range_does_not_fill_the_memory() -> None:
    assert len(keys("[D1 p. 1-999999]")) <= 501


def test_a_page_that_was_not_shown_is_marked_and_the_others_are_left_alone() -> None:
    text = "Right [D1 p. 2]. Wrong [D1 p. 99]. Mixed [D1 p. 3, 88]. Other [D2 p. 4]."
    citations = citations_in(text, SHOWN)
    assert [citation.was_shown for citation in citations] == [True, False, True, False, False]
    assert marked(text, citations) == (
        "Right [D1 p. 2]. Wrong [D1 p. 99] (not shown to the model). "
        "Mixed [D1 p. 3, 88] (p. 88: not shown to the model). Other [D2 p. 4] (not shown to the model)."
    )


def test_pages_are_written_as_people_write_them() -> None:
    assert page_list([9, 3, 4, 5, 4]) == "3-5, 9"
    assert cite([("D1", 3), ("D1", 4)], {"D1": 0}) == "[p. 3-4]"
    assert cite([("D1", 3), ("D2", 4)], {"D1": 0, "D2": 0}) == "[D1 p. 3; D2 p. 4]"
