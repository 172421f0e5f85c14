"""Where on a page a statement comes from: its quotation if it quotes, else the sentences that share its words."""

from __future__ import annotations

import re
from itertools import pairwise

_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:[.!?。！？]+(?=\s|$)|[.!?。！？](?=\w)[^.!?。！？\n]*|\n|$)*")
_WORD = re.compile(r"\w+")
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{8,300})[\"”“»]")
_SHORT = 3  # letters; shorter words say nothing about where they come from, unless they are numbers
_LEAST = 0.34  # of the statement's words
_LONGEST_CLAIM = 600


def cited_place(text: str, claim: str) -> tuple[int, int] | None:
    """From and to which character of a page's `text` a statement is borne out; None if no place stands out."""
    claim = claim[:_LONGEST_CLAIM]
    for quotation in _QUOTED.finditer(claim):
        words = [re.escape(word) for word in quotation[1].split()]
        if words and (found := re.search(r"\s+".join(words), text, re.IGNORECASE)):
            return found.span()
    wanted = _words(claim)
    if not wanted:
        return None
    sentences = [match.span() for match in _SENTENCE.finditer(text) if match[0].strip()]
    # A statement may draw on two neighbouring sentences; one alone is preferred.
    spans = [*sentences, *((first[0], second[1]) for first, second in pairwise(sentences))]
    best, where = 0.0, None
    for number, (start, end) in enumerate(spans):
        shared = _weight(wanted & _words(text[start:end])) / _weight(wanted)
        if number >= len(sentences):
            shared -= 0.15
        if shared > best:
            best, where = shared, (start, end)
    if where is None or best < _LEAST:
        return None
    piece = text[where[0] : where[1]]
    return where[0] + len(piece) - len(piece.lstrip()), where[1] - len(piece) + len(piece.rstrip())


def _words(text: str) -> set[str]:
    return {
        word
        for word in _WORD.findall(text.casefold())
        if len(word) > _SHORT or word[0].isdigit() or not word.isascii()
    }


def _weight(words: set[str]) -> float:
    """Numbers are rarer than words, and say more."""
    return sum(2.0 if word[0].isdigit() else 1.0 for word in words)
