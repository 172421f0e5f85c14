"""Records in a file, one a line, chained by their hashes: whatever is changed later, shows, and where.

The form, exactly. A file is lines of ASCII, each ended by a line feed, each one record. A record is a JSON
object. Its canonical JSON is written so: the keys of every object sorted by code point; no white space; no
numbers but whole ones, in decimal, without a leading zero or `-0`; `true`, `false`, `null`; in strings `\\"`,
`\\\\`, `\\n`, `\\r`, `\\t`, `\\f`, `\\b`, and every other character outside of U+0020 to U+007E as `\\uXXXX` in
lower-case hexadecimal, those beyond U+FFFF as two of them (UTF-16). A line is the canonical JSON of its record,
nothing else.

Every record has `n`, its number from 1, and `hash`:

    hash = SHA-256(hash of the record before + canonical JSON of the record without its `hash`)

in lower-case hexadecimal, both parts ASCII; before the first record stand 64 zeros. The last record is
`{"count": …, "head": …, "n": …, "type": "end"}` with its hash: how many records stand before it, and the hash of
the last of these.

What this proves: that the file is the one that was written, as long as one hash of it (the head) was kept where
the file's holder cannot reach it. It is no signature: whoever rewrites every record from the change to the end
makes a file that is whole again, with another head. Read next: `audit`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

FIRST = "0" * 64
_END = "end"

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at a file found.

    Attributes:
        records: how many are whole, from the first on; in a whole file all but the last, which ends it.
        head: the hash of the last of these.
        problem: one sentence that names the first record where a change shows; empty if there is none.
    """

    records: int
    head: str
    problem: str = ""

    @property
    def is_whole(self) -> bool:
        return not self.problem


def canonical(value: Any) -> str:
    """The canonical JSON of `value`. Raises `ValueError` for what has none, as a number with a fraction."""
    _refuse_fractions(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def _refuse_fractions(value: Any) -> None:
    if isinstance(value, float):
        raise ValueError("a number that is not whole")
    if isinstance(value, Mapping):
        for each in value.values():
            _refuse_fractions(each)
    elif isinstance(value, list | tuple):
        for each in value:
            _refuse_fractions(each)


def hash_of(previous: str, record: Record) -> str:
    """The hash of `record`, which may have one already, behind the record with the hash `previous`."""
    content = {key: value for key, value in record.items() if key != "hash"}
    return hashlib.sha256((previous + canonical(content)).encode("ascii")).hexdigest()


def lines(records: Iterable[Record]) -> Iterator[str]:
    """The lines of a file with `records`, numbered and chained, and its last line."""
    previous, count = FIRST, 0
    for count, record in enumerate(records, 1):
        line, previous = _line({**record, "n": count}, previous)
        yield line
    yield _line({"type": _END, "count": count, "head": previous, "n": count + 1}, previous)[0]


def _line(record: Record, previous: str) -> tuple[str, str]:
    own = hash_of(previous, record)
    return canonical({**record, "hash": own}) + "\n", own


def check(data: bytes) -> Verdict:
    """Whether `data`, a whole file, is as it was written, and if not, where that shows first."""
    found = data.split(b"\n")
    rest = found.pop()  # what stands behind the last line feed
    previous = FIRST
    for number, line in enumerate(found, 1):
        record = _read(line)
        if record is None or record["n"] != number or not _follows(previous, record):
            return Verdict(number - 1, previous, _why(found, number, previous))
        if record.get("type") == _END:
            return Verdict(number - 1, previous, _end_problem(record, number, previous, found[number:], rest))
        previous = record["hash"]
    return Verdict(
        len(found),
        previous,
        f"The file is cut off behind record {len(found)}: the last line, which says how many there are, is missing.",
    )


def has_no_records(data: bytes) -> bool:
    """Whether no line of a file is a record: then it never was a chain."""
    return all(_read(line) is None for line in data.split(b"\n"))


def read(data: bytes) -> tuple[dict[str, Any], ...]:
    """The records of a file that `check` found whole, without the last."""
    return tuple(record for line in data.split(b"\n")[:-2] if (record := _read(line)) is not None)


def _end_problem(record: Record, number: int, previous: str, behind: list[bytes], rest: bytes) -> str:
    if record.get("count") != number - 1 or record.get("head") != previous:
        return f"The last line, record {number}, does not fit the records before it."
    if behind or rest:
        return f"Something was added behind the last line, record {number}."
    return ""


def _read(line: bytes) -> dict[str, Any] | None:
    """The record that a line is; None if it is none, or not written as records are."""
    try:
        text = line.decode("ascii")
        record = json.loads(text, parse_float=_no_fractions, parse_constant=_no_fractions)
        if not isinstance(record, dict) or type(record.get("n")) is not int:
            return None
        if not isinstance(record.get("hash"), str) or canonical(record) != text:
            return None
    except (ValueError, RecursionError):
        return None
    return record


def _no_fractions(text: str) -> NoReturn:
    raise ValueError(text)


def _follows(previous: str, record: Record) -> bool:
    return bool(hash_of(previous, record) == record["hash"])


def _why(found: list[bytes], at: int, previous: str) -> str:
    """What happened at record `at`, the first that does not fit behind `previous`."""
    record = _read(found[at - 1])
    others = [_read(line) for line in found]
    came_later = next(
        (
            place
            for place, other in enumerate(others[at:], at + 1)
            if other is not None and _follows(previous, other)
        ),
        None,
    )
    if came_later is not None:
        was_moved = record is not None and record["n"] != at and _count(others, record["n"]) == 1
        if was_moved and record is not None:
            return f"Record {at} does not stand in its place: the order was changed; record {record['n']} stands there."
        return f"Something was inserted at record {at}."
    if record is None:
        return f"Record {at} was changed: it is no longer written as records are."
    if record["n"] > at:
        missing = f"Record {at} is" if record["n"] == at + 1 else f"Records {at} to {record['n'] - 1} are"
        return f"{missing} missing."
    return f"Record {at} was changed: its hash does not fit what it says."


def _count(records: list[dict[str, Any] | None], number: int) -> int:
    return sum(1 for record in records if record is not None and record["n"] == number)
