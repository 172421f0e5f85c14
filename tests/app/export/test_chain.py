"""An audit file that was touched says so, and where; whatever was done to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.export.chain import FIRST, canonical, check, lines, read

RECORDS = [
    {"type": "message", "text": text} for text in ("one", "two", "three", "fo\u00fcr \U0001f600", "five")
]


def whole() -> list[str]:
    return list(lines(RECORDS))


def verdict(text: list[str]) -> str:
    return check("".join(text).encode()).problem


def forged(number: int, text: str, previous: str) -> str:
    """A record of somebody's own, with a hash that fits it."""
    record = {"type": "message", "text": text, "n": number}
    own = hashlib.sha256((previous + canonical(record)).encode()).hexdigest()
    return canonical({**record, "hash": own}) + "\n"


def test_a_file_that_nobody_touched_is_whole() -> None:
    found = check("".join(whole()).encode())
    assert (found.problem, found.records, found.is_whole) == ("", 5, True)
    assert found.head == json.loads(whole()[4])["hash"] == json.loads(whole()[5])["head"]


def test_the_hash_is_the_one_that_is_described() -> None:
    """Written out by hand, so that another program can be written after the description."""
    first = '{"n":1,"text":"one","type":"message"}'
    own = hashlib.sha256((FIRST + first).encode()).hexdigest()
    assert whole()[0] == f'{{"hash":"{own}","n":1,"text":"one","type":"message"}}\n'
    fourth = '{"n":4,"text":"fo\\u00fcr \\ud83d\\ude00","type":"message"}'
    before = json.loads(whole()[2])["hash"]
    assert json.loads(whole()[3])["hash"] == hashlib.sha256((before + fourth).encode()).hexdigest()


def test_what_is_read_is_what_was_written() -> None:
    assert [record["text"] for record in read("".join(whole()).encode())] == [
        each["text"] for each in RECORDS
    ]


CASES: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "a changed word": (lambda w: [*w[:2], w[2].replace("three", "thr3e"), *w[3:]], "Record 3 was changed"),
    "a changed hash": (lambda w: [*w[:2], forged(3, "x", FIRST), *w[3:]], "Record 3 was changed"),
    "a missing record": (lambda w: [*w[:2], *w[3:]], "Record 3 is missing"),
    "two missing records": (lambda w: [*w[:1], *w[3:]], "Records 2 to 3 are missing"),
    "the first missing": (lambda w: w[1:], "Record 1 is missing"),
    "a forged record": (lambda w: [*w[:2], forged(3, "x", FIRST), *w[2:]], "inserted at record 3"),
    "a copied record": (lambda w: [*w[:2], w[4], *w[2:]], "inserted at record 3"),
    "a record twice": (lambda w: [*w[:3], w[2], *w[3:]], "inserted at record 4"),
    "an empty line": (lambda w: [*w[:3], "\n", *w[3:]], "inserted at record 4"),
    "two swapped": (lambda w: [w[0], w[2], w[1], *w[3:]], "Record 2 does not stand in its place"),
    "one moved ahead": (lambda w: [w[0], w[3], w[1], w[2], *w[4:]], "Record 2 does not stand in its place"),
    "one moved back": (lambda w: [w[0], w[2], w[3], w[1], *w[4:]], "Record 2 does not stand in its place"),
    "the end cut off": (lambda w: w[:4], "cut off behind record 4"),
    "only the last line missing": (lambda w: w[:5], "cut off behind record 5"),
    "the middle of a line cut off": (lambda w: [*w[:3], w[3][:20]], "cut off behind record 3"),
    "nothing left": (lambda w: [], "cut off behind record 0"),
    "something added": (lambda w: [*w, w[0]], "added behind the last line, record 6"),
    "a space in a line": (lambda w: [*w[:1], w[1].replace(",", ", ", 1), *w[2:]], "Record 2 was changed"),
    "Windows line ends": (lambda w: [line.replace("\n", "\r\n") for line in w], "Record 1 was changed"),
    "a count that lies": (lambda w: [*w[:5], w[5].replace('"count":5', '"count":4')], "Record 6 was changed"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_was_done_to_a_file_shows_where_it_was_done(name: str) -> None:
    change, sentence = CASES[name]
    assert sentence in verdict(change(whole()))


def test_an_end_that_somebody_rewrote_does_not_fit() -> None:
    """Cut behind record 2, with a last line whose own hash is right."""
    kept = whole()[:2]
    previous = json.loads(kept[1])["hash"]
    record = {"type": "end", "count": 5, "head": previous, "n": 3}
    own = hashlib.sha256((previous + canonical(record)).encode()).hexdigest()
    assert "does not fit the records before it" in verdict([*kept, canonical({**record, "hash": own}) + "\n"])


def test_a_file_that_is_something_else_is_no_crash() -> None:
    for data in (
        b"\xff\xfe\n",
        b"[]\n",
        b"1\n",
        b'{"n":true,"hash":"x"}\n',
        b"[" * 100_000 + b"\n",
        b'{"n":1.0}\n',
    ):
        assert "Record 1 was changed" in check(data).problem


def test_a_number_with_a_fraction_has_no_canonical_form() -> None:
    with pytest.raises(ValueError, match="not whole"):
        canonical({"a": [{"b": 0.5}]})


@given(st.integers(min_value=0), st.binary(max_size=3))
def test_no_byte_can_be_changed_unseen(place: int, other: bytes) -> None:
    data = "".join(whole()).encode()
    place %= len(data)
    changed = data[:place] + other + data[place + 1 :]
    assert (check(changed).problem == "") == (changed == data)


@given(st.text(st.characters(codec=None)))
def test_any_text_comes_back_and_is_ascii_in_the_file(text: str) -> None:
    data = "".join(lines([{"text": text}])).encode("ascii")
    assert check(data).is_whole
    assert canonical(read(data)[0]["text"]) == canonical(text)
