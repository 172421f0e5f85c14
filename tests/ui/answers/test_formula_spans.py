"""Where formulas are found, and where dollars are money."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.answers.formula_spans import find


def found(source: str) -> list[tuple[str, bool]]:
    return [(formula.tex, formula.display) for formula in find(source).formulas]


@pytest.mark.parametrize(
    ("source", "formulas"),
    [
        (r"So \(a + b\) holds", [("a + b", False)]),
        (r"\[ a" + "\n" + r"= b \]", [("a\n= b", True)]),
        ("so $a$, and $$b$$", [("a", False), ("b", True)]),
        ("$$\na + b\n$$", [("a + b", True)]),
        ("- item $a_1$\n- other", [("a_1", False)]),
        ("| $a$ | $b$ |", [("a", False), ("b", False)]),
        (r"$x \$ y$", [(r"x \$ y", False)]),
        ("($x$)-axis, $x$-axis", [("x", False), ("x", False)]),
    ],
)
def test_formulas_are_found(source: str, formulas: list[tuple[str, bool]]) -> None:
    assert found(source) == formulas


@pytest.mark.parametrize(
    "source",
    [
        "It costs $5 and $10.",
        "It costs $5, $6 or $7.",
        "from $20,000 to $30,000",
        "$5/$10 and $5-$10 and ($5)($6)",
        "US$5 and A$ 6",
        "export $HOME/$USER and $PATH",
        "| $5 | $6 |",
        "|$5|$6|",
        r"\$5 and 6$",
        "open $a and no more",
        "open $a\nb$",
        "$$a\n\nb$$",
        r"\(a" + "\n\n" + r"b\)",
        r"open \[ a",
        "$ a $",
        "$$ $$ \\(  \\)",
        "`$a$` and ``\\(b\\)``",
        "```\n$a$\n```",
        "  - ~~~ tex\n    $a$\n    ~~~",
    ],
)
def test_money_variables_code_and_what_stays_open_are_text(source: str) -> None:
    assert found(source) == []


def test_a_price_before_a_formula_does_not_swallow_it() -> None:
    assert found("It costs $5, so $x = 5$ here.") == [("x = 5", False)]


def test_spans_hold_what_they_say() -> None:
    source = r"a `b` \(c\) ```d``` $$e$$ $f$"
    spans = find(source)
    assert [source[a:b] for a, b in spans.code] == ["`b`", "```d```"]
    assert [source[each.start : each.end] for each in spans.formulas] == [r"\(c\)", "$$e$$", "$f$"]


@pytest.mark.slow
@given(st.text(alphabet="a1 $`\\()[]\n~|", max_size=120))
def test_spans_are_in_order_and_apart(source: str) -> None:
    spans = find(source)
    places = sorted([*spans.code, *((each.start, each.end) for each in spans.formulas)])
    for (_, end), (start, _) in itertools.pairwise(places):
        assert end <= start
    for each in spans.formulas:
        assert each.tex in source[each.start : each.end]
        assert "\n\n" not in source[each.start : each.end]


@pytest.mark.slow
@pytest.mark.parametrize(
    "hostile",
    ["$a " * 33_000, "$$ " * 33_000, "`a``" * 25_000, "\\(" * 50_000, "~~~~a\n```\n" * 10_000, "$" * 100_000],
)
def test_hostile_text_is_searched_in_good_time(hostile: str) -> None:
    began = time.process_time()
    find(hostile)
    assert time.process_time() - began < 1.5
