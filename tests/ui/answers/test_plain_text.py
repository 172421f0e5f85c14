"""Plain text: the words of an answer as they are, without Markdown's signs, and never slowly."""

from __future__ import annotations

import time

import pytest

from ui.answers.plain_text import plain_text


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("# Title #\n\nText", "Title\n\nText"),
        ("Title\n=====\n\nText", "Title\n\nText"),
        ("**bold**, *soft*, __bold__, _soft_, ***both***, ~~gone~~", "bold, soft, bold, soft, both, gone"),
        ("**a *b* c**", "a b c"),
        ("a snake_case_name and 2 * 3 * 4", "a snake_case_name and 2 * 3 * 4"),
        ("Call `f(*a, **b)` now", "Call f(*a, **b) now"),
        ('see [the page](https://a.example/b_c_d "t")', "see the page (https://a.example/b_c_d)"),
        ("see <https://a.example/>", "see https://a.example/"),
        ("![a cat](https://a.example/cat.png)", "a cat (https://a.example/cat.png)"),
        ("- one\n- [ ] two\n  1. three", "- one\n- [ ] two\n  1. three"),
        (r"1 \* 2 &amp; 3", "1 * 2 & 3"),
        ("first  \nsecond\\\nthird", "first\nsecond\nthird"),
        ("<b>not bold</b>", "<b>not bold</b>"),
        ("as written [D1 p. 17]", "as written [D1 p. 17]"),
    ],
)
def test_signs_go_and_words_stay(markdown: str, words: str) -> None:
    assert plain_text(markdown) == words


def test_cells_of_a_table_stand_apart_by_tabs_for_a_spreadsheet() -> None:
    table = "| Name | **Cost** |\n|:--|--:|\n| a \\| b | $5 |\n| c | $10 |\n\nAfter | it"
    assert plain_text(table) == "Name\tCost\na | b\t$5\nc\t$10\n\nAfter | it"


def test_code_keeps_every_sign_and_its_indentation() -> None:
    code = 'def f():\n    """**x**"""\n    # not a heading\n    return a_b_c | d'
    assert plain_text(f"So:\n\n```python\n{code}\n```\nEnd") == f"So:\n\n{code}\nEnd"
    assert plain_text("- item\n\n  ```\n  a\n    b\n  ```") == "- item\n\na\n  b"


def test_formulas_stay_as_they_were_written() -> None:
    source = r"So \(a_1 * b_1 * c\), $x_1*y_1*z$ and" + "\n\n" + r"\[ \frac{a}{b} \\ c \]"
    assert plain_text(source) == source


def test_signs_that_stand_for_what_is_set_aside_cannot_be_forged() -> None:
    assert plain_text("\ue0000\ue000 `a` \ue0010\ue001") == "0 a 0"


@pytest.mark.slow
@pytest.mark.parametrize(
    "hostile",
    [
        "$a " * 33_000,
        "`a``" * 25_000,
        "\\(" * 50_000,
        "[a](" * 25_000,
        "[" * 50_000 + "](b)" * 10_000,
        "_a " * 33_000,
        "**a " * 25_000,
        " " * 100_000 + "x",
        "# a" + " " * 100_000 + "b",
        "|a" * 50_000 + "\n" + "|-" * 50_000,
        "\\" * 100_001,
        "[a[b]" * 20_000,
        "```\n~~~\n" * 12_000,
    ],
    ids=lambda text: text[:6],
)
def test_hostile_text_is_read_in_good_time(hostile: str) -> None:
    began = time.process_time()
    plain_text(hostile)
    assert time.process_time() - began < 2.0
