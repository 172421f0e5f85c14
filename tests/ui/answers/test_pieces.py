"""How an answer is cut into pieces, also while it grows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.answers.pieces import LONG_PIECE, split

FENCED = "Before\n\n```python\nprint(1)\n\nprint(2)\n```\nAfter"
TABLE = "| a | b |\n|--|--|\n| c | d |"


def test_a_fenced_block_is_a_piece_of_its_own() -> None:
    pieces = [(piece.source.strip(), piece.language) for piece in split(FENCED)]
    assert pieces == [("Before", None), ("print(1)\n\nprint(2)", "python"), ("After", None)]


def test_a_fence_within_another_kind_of_fence_is_text_of_it() -> None:
    source = "~~~md\n```\nx\n```\n~~~"
    assert [(piece.source, piece.language) for piece in split(source)] == [("```\nx\n```", "md")]


def test_a_fence_that_is_still_open_is_already_code() -> None:
    assert [(piece.source, piece.language) for piece in split("```\nx = 1")] == [("x = 1", "")]


def test_a_long_text_is_cut_only_between_paragraphs() -> None:
    paragraph = "Words of a paragraph. " * 20 + "\n\n"
    listing = "".join(f"- item {i} {'x' * 60}\n\n" for i in range(200))
    pieces = split(paragraph * 40 + listing)
    assert len(pieces) > 3
    assert all(piece.source.startswith("Words") for piece in pieces)
    assert "".join(piece.source for piece in pieces).count("- item") == 200
    assert all(len(piece.source) < 2 * LONG_PIECE for piece in pieces[:-1])


@pytest.mark.slow
@given(st.text(alphabet="ab`~ \n-", max_size=200), st.integers(0, 200))
def test_cutting_again_from_any_piece_gives_the_same_pieces(source: str, length: int) -> None:
    pieces = split(source)
    for i, piece in enumerate(pieces):
        assert split(source, piece.start) == pieces[i:]
    # What stands before the last piece is not cut otherwise when more text comes.
    early = split(source[:length])
    if early:
        begun = [piece.source for piece in pieces[: len(early) - 1]]
        assert [piece.source for piece in early[:-1]] == begun


def test_a_table_is_a_piece_of_its_own_unless_it_belongs_to_a_list() -> None:
    source = f"Before\n\n{TABLE}\n\nAfter"
    assert [(piece.source.strip(), piece.is_table) for piece in split(source)] == [
        ("Before", False),
        (TABLE, True),
        ("After", False),
    ]
    for i, piece in enumerate(split(source)):
        assert split(source, piece.start) == split(source)[i:]
    assert not any(piece.is_table for piece in split("- a\n\n  | b | c |\n  |--|--|\n  | d | e |"))
