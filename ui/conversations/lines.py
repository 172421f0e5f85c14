"""What stands in the list, line by line: headings, conversations under them, and what a search found.

Plain values, made on a worker thread, so that ten thousand conversations cost the window nothing.
Read next: `ui.conversations.item_model`, which shows them to Qt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.history.rows import UNTITLED
from app.history.values import Entry, Hit
from ui.sentences import translated
from ui.words import tr

PINNED = "pinned"
TODAY, YESTERDAY, WEEK, OLDER = "today", "yesterday", "week", "older"
FOLDER = "folder:"  # and its name: the key of a folder's heading


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a group. A folder's can be closed, and stands there also when it is empty.

    Attributes:
        key: `pinned`, `today`, …, or `folder:NAME`.
        count: conversations under it.
    """

    key: str
    text: str
    count: int
    is_open: bool = True

    @property
    def folder(self) -> str:
        """The folder that it names; empty for a group that is none."""
        return self.key.removeprefix(FOLDER) if self.key.startswith(FOLDER) else ""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A conversation; `group` is the words of its heading, for who cannot see it."""

    entry: Entry
    group: str

    @property
    def key(self) -> str:
        return f"entry:{self.entry.id}"


@dataclass(frozen=True, slots=True)
class HitLine:
    """What a search found; `number` tells several in one conversation apart."""

    hit: Hit
    number: int

    @property
    def key(self) -> str:
        return f"hit:{self.number}:{self.hit.entry.id}:{self.hit.node}"


Line = Heading | EntryLine | HitLine


def lines_of(
    entries: Sequence[Entry], folders: Iterable[str], closed: frozenset[str], now: datetime
) -> list[Line]:
    """Pinned ones, then the folders, then the rest by age; each group in the order of `entries`.

    A folder of which all is pinned has no line of its own: it would seem to have lost what is in it.
    `closed` are the names of folders of which only the heading is shown. `now` is local time.
    """
    groups: dict[str, list[Entry]] = {PINNED: []}
    for folder in sorted(folders, key=str.casefold):
        groups[FOLDER + folder] = []
    by_age = _ages(now)
    groups.update({key: [] for key, _since in by_age})
    for entry in entries:
        if entry.is_pinned:
            groups[PINNED].append(entry)
        elif entry.folder:
            groups.setdefault(FOLDER + entry.folder, []).append(entry)
        else:
            groups[next(key for key, since in by_age if entry.changed >= since)].append(entry)
    shown_above = {FOLDER + entry.folder for entry in groups[PINNED]}
    lines: list[Line] = []
    for key, group in groups.items():
        is_folder = key.startswith(FOLDER)
        if not group and (not is_folder or key in shown_above):
            continue
        is_open = not is_folder or key.removeprefix(FOLDER) not in closed
        words = _words(key)
        lines.append(Heading(key, words, len(group), is_open))
        if is_open:
            lines.extend(EntryLine(named(entry), words) for entry in group)
    return lines


def as_before(lines: Sequence[Line], before: Sequence[Line]) -> list[Line]:
    """`lines`, those that say what they said before being the very same, so that comparing them costs nothing."""
    known = {line.key: line for line in before}
    if not known:
        return list(lines)
    found = ((line, known.get(line.key)) for line in lines)
    return [line if same is None or same != line else same for line, same in found]


def found_lines(hits: Iterable[Hit]) -> list[Line]:
    """What a search found, best first."""
    return [HitLine(replace(hit, entry=named(hit.entry)), number) for number, hit in enumerate(hits)]


def named(entry: Entry) -> Entry:
    """`entry`; if nothing names it yet, in the language of the window."""
    is_nameless = not entry.has_title and entry.title == UNTITLED
    return replace(entry, title=translated(entry.title)) if is_nameless else entry


def _ages(now: datetime) -> tuple[tuple[str, float], ...]:
    """The groups by age, and since when (s since 1970) a conversation belongs there."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        (TODAY, midnight.timestamp()),
        (YESTERDAY, (midnight - timedelta(days=1)).timestamp()),
        (WEEK, (midnight - timedelta(days=7)).timestamp()),
        (OLDER, float("-inf")),
    )


def _words(key: str) -> str:
    return {
        PINNED: tr("Pinned"),
        TODAY: tr("Today"),
        YESTERDAY: tr("Yesterday"),
        WEEK: tr("Last 7 days"),
        OLDER: tr("Older"),
    }.get(key) or key.removeprefix(FOLDER)
