"""Words become the ids that the `tokenizers` library gives, which is what the model was trained with."""

from __future__ import annotations

import functools
import json

import pytest
import tokenizers
from hypothesis import given
from hypothesis import strategies as st

from runtime import byte_pairs
from tests.support.harmony_goldens import golden, tokenizer


@functools.cache
def library(ignore_merges: bool = True) -> tokenizers.Tokenizer:
    data = golden("tokenizer")
    data["model"]["ignore_merges"] = ignore_merges
    data |= {"added_tokens": [], "post_processor": None}
    return tokenizers.Tokenizer.from_str(json.dumps(data))


def expected(text: str) -> list[int]:
    return list(library().encode(text, add_special_tokens=False).ids)


@pytest.mark.slow
@given(st.text())
def test_any_text_has_the_ids_of_the_library(text: str) -> None:
    assert tokenizer().encode(text) == expected(text)


# Letters only, so that the text is one word: long ones take another way through the pairs.
@given(st.text(alphabet="aeinorst", min_size=1, max_size=400))
def test_a_long_word_has_the_ids_of_the_library(word: str) -> None:
    assert tokenizer().encode(word) == expected(word)


@pytest.mark.slow
@given(st.text(alphabet=st.characters(categories=["Lo"]), min_size=40, max_size=200))
def test_a_language_without_spaces_has_the_ids_of_the_library(text: str) -> None:
    assert tokenizer().encode(text) == expected(text)


@pytest.mark.parametrize("unit", ["a", "ab", "the", "\u00e9", "\u6771\u4eac", "=", "\n", " "])
@pytest.mark.parametrize("count", [1, 2, 47, 48, 49, 1000])
def test_one_thing_again_and_again_has_the_ids_of_the_library(unit: str, count: int) -> None:
    assert tokenizer().encode(unit * count) == expected(unit * count)


@pytest.mark.slow
@given(st.lists(st.sampled_from("abcdefgh"), max_size=120).map("".join))
def test_both_ways_through_the_pairs_agree(word: str) -> None:
    pairs = tokenizer()._byte_pairs
    ids = [pairs._pieces[letter] for letter in word]
    assert pairs._join(list(ids)) == pairs._join_many(list(ids))


def test_many_different_words_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(byte_pairs, "_REMEMBERED", 10)
    pairs = tokenizer()._byte_pairs
    pairs._words.clear()
    for number in range(100):
        pairs.encode(f"{number:03}")
    assert len(pairs._words) <= 10
