"""Guesses come from what stood there before, are fed only where that pays, and are never more than asked for."""

from __future__ import annotations

import pytest

from runtime.prompt_lookup import PromptLookup

CODE = list(range(100, 200))


def test_what_is_being_copied_from_the_prompt_is_guessed() -> None:
    lookup = PromptLookup([*CODE, 1, 2, 3])
    copied: list[int] = []
    for position in range(60):
        guess = lookup.guess(15)
        if position >= 20:  # by then it has seen that guesses are right
            assert len(guess) >= 3
            assert guess == CODE[position : position + len(guess)]
        lookup.push(CODE[position])
        copied.append(CODE[position])


def test_a_text_that_repeats_nothing_is_never_guessed() -> None:
    lookup = PromptLookup(CODE)
    for token in range(1000, 1100):
        assert lookup.guess(15) == []
        lookup.push(token)


def test_guesses_that_turn_out_wrong_again_and_again_are_no_longer_fed() -> None:
    # The same three words, each time with something else behind them.
    lookup = PromptLookup([])
    fed = 0
    for round_ in range(60):
        for token in (7, 8, 9):
            lookup.push(token)
        fed += round_ >= 30 and bool(lookup.guess(15))
        lookup.push(1000 + round_)
    assert fed == 0


def test_after_telling_comes_quoting_and_guessing_sets_in_again() -> None:
    lookup = PromptLookup([*CODE, *CODE])
    for token in range(1000, 1200):
        lookup.push(token)
    for token in CODE[:40]:
        lookup.push(token)
    guess = lookup.guess(15)
    assert guess
    assert guess == CODE[40 : 40 + len(guess)]


def test_the_longest_match_is_not_forgotten_when_the_gram_stands_elsewhere_too() -> None:
    # "7 8 9" stands last before 500, but what is being copied stands before 10.
    prompt = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 0, 7, 8, 9, 500]
    lookup = PromptLookup(prompt)
    for token in range(1, 10):
        lookup.push(token)
    guess = lookup.guess(5)
    assert guess[:1] != [500]


@pytest.mark.parametrize("most", [0, 1, 2, 3, 7])
def test_no_more_is_guessed_than_may_still_be_said(most: int) -> None:
    lookup = PromptLookup(CODE)
    for token in CODE[:50]:
        lookup.push(token)
    assert len(lookup.guess(most)) <= most


def test_at_the_end_of_the_known_text_no_more_is_guessed_than_is_known() -> None:
    lookup = PromptLookup(range(30))
    for token in range(30):
        lookup.push(token)
    guess = lookup.guess(100)  # what stood behind 27 28 29 is the copy itself
    assert 0 < len(guess) <= 30
    assert guess == list(range(len(guess)))


@pytest.mark.parametrize("ids", [[], [1], [1, 2], [1, 2, 3]])
def test_a_prompt_shorter_than_a_gram_is_no_trouble(ids: list[int]) -> None:
    lookup = PromptLookup(ids)
    assert lookup.guess(5) == []
    lookup.push(4)
    assert lookup.guess(5) == []
