"""What stands in the list: the groups, their order, and what is changed when the list is shown anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QApplication

from app.history.rows import UNTITLED
from app.history.values import Entry, Hit
from tests.ui.speaking import speaking
from ui.conversations.item_model import ConversationModel, spoken
from ui.conversations.lines import EntryLine, Heading, HitLine, Line, found_lines, lines_of

NOW = datetime(2026, 11, 21, 12, 0)


def entry(
    number: int, ago: timedelta = timedelta(), *, title: str = "", folder: str = "", is_pinned: bool = False
) -> Entry:
    when = (NOW - ago).timestamp()
    return Entry(number, title or f"Title {number}", True, folder, is_pinned, when, when)


def told(lines: list[Line]) -> list[str | int]:
    """Headings as their words, conversations as their numbers."""
    return [line.text if isinstance(line, Heading) else _number(line) for line in lines]


def _number(line: Line) -> int:
    assert isinstance(line, EntryLine)
    return line.entry.id


def made(entries: list[Entry], closed: frozenset[str] = frozenset()) -> list[Line]:
    folders = {each.folder for each in entries} - {""}
    return lines_of(entries, folders, closed, NOW)


def test_conversations_stand_where_a_person_looks_for_them() -> None:
    lines = made(
        [
            entry(1, is_pinned=True, ago=timedelta(days=90)),
            entry(2),
            entry(3, timedelta(hours=13)),
            entry(4, timedelta(days=3)),
            entry(5, timedelta(days=80)),
            entry(6, folder="Thesis"),
        ]
    )
    assert told(lines) == ["Pinned", 1, "Thesis", 6, "Today", 2, "Yesterday", 3, "Last 7 days", 4, "Older", 5]


def test_what_has_no_name_yet_is_called_so_in_the_language_of_the_window(qapp: QApplication) -> None:
    nameless = Entry(1, UNTITLED, False, "", False, 0, NOW.timestamp())
    by_hand = replace(nameless, has_title=True)
    with speaking(qapp, "de"):
        shown = [line.entry.title for line in made([nameless, by_hand]) if isinstance(line, EntryLine)]
        (hit,) = found_lines([Hit(nameless, None, "", ())])
    assert shown == ["Neue Unterhaltung", "New chat"]
    assert isinstance(hit, HitLine)
    assert hit.hit.entry.title == "Neue Unterhaltung"


def test_just_after_midnight_what_was_said_an_hour_ago_is_yesterdays() -> None:
    late = NOW.replace(hour=0, minute=30)
    before = Entry(1, "Late", True, "", False, 0, (late - timedelta(hours=1)).timestamp())
    assert told(lines_of([before], (), frozenset(), late)) == ["Yesterday", 1]


def test_a_folder_of_which_all_is_pinned_is_not_shown_as_if_it_were_empty() -> None:
    pinned, other = entry(1, folder="Thesis", is_pinned=True), entry(2, folder="Thesis")
    assert told(made([pinned])) == ["Pinned", 1]
    assert told(made([pinned], frozenset({"Thesis"}))) == ["Pinned", 1]
    assert told(made([pinned, other])) == ["Pinned", 1, "Thesis", 2]
    assert told(lines_of([pinned], ("Thesis", "Letters"), frozenset(), NOW)) == ["Pinned", 1, "Letters"]


def test_a_closed_folder_shows_how_many_are_in_it() -> None:
    lines = made([entry(1, folder="Thesis"), entry(2, folder="Thesis"), entry(3)], frozenset({"Thesis"}))
    assert told(lines) == ["Thesis", "Today", 3]
    heading = lines[0]
    assert isinstance(heading, Heading)
    assert (heading.count, heading.is_open) == (2, False)
    assert spoken(heading) == "Folder Thesis, 2, closed"


def test_a_title_that_arrives_redraws_one_line_and_moves_nothing() -> None:
    model = ConversationModel()
    model.show_lines(made([entry(1), entry(2), entry(3)]))
    place = QPersistentModelIndex(model.index(2))
    changed: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    model.rowsRemoved.connect(lambda *_args: changed.append((-1, -1)))
    model.show_lines(made([entry(1), entry(2, title="Made in idle time"), entry(3)]))
    assert changed == [(2, 2)]
    assert place.data() == "Made in idle time"


def test_a_conversation_that_moves_up_leaves_those_below_it_alone() -> None:
    model = ConversationModel()
    model.show_lines(made([entry(number) for number in range(1, 7)]))
    below = QPersistentModelIndex(model.index(6))  # number 6
    model.show_lines(made([entry(number) for number in (4, 1, 2, 3, 5, 6)]))
    assert below.isValid()
    assert below.data() == "Title 6"
    assert told(list(model.lines)) == ["Today", 4, 1, 2, 3, 5, 6]
    assert [model.index(row).data() for row in range(1, 7)] == [f"Title {n}" for n in (4, 1, 2, 3, 5, 6)]


def test_a_conversation_that_goes_leaves_those_above_it_alone() -> None:
    model = ConversationModel()
    model.show_lines(made([entry(1), entry(2), entry(3)]))
    above = QPersistentModelIndex(model.index(1))
    model.show_lines(made([entry(1), entry(2)]))
    assert above.isValid()
    assert above.data() == "Title 1"


def test_headings_are_passed_by_and_only_titles_can_be_typed() -> None:
    model = ConversationModel()
    model.show_lines(made([entry(1, folder="Thesis"), entry(2)]))
    flags = [model.flags(model.index(row)) for row in range(4)]
    enabled, editable = Qt.ItemFlag.ItemIsEnabled, Qt.ItemFlag.ItemIsEditable
    assert [bool(flag & enabled) for flag in flags] == [True, True, False, True]
    assert [bool(flag & editable) for flag in flags] == [False, True, False, True]


def test_an_empty_title_changes_nothing() -> None:
    model = ConversationModel()
    model.show_lines(made([entry(1)]))
    renamed: list[tuple[int, str]] = []
    model.renamed.connect(lambda number, title: renamed.append((number, title)))
    index = model.index(1)
    assert not model.setData(index, "  ")
    assert not model.setData(index, "Title 1")
    assert model.setData(index, "Another")
    assert renamed == [(1, "Another")]
    assert model.rowCount(QModelIndex()) == 2


def test_a_find_is_read_out_with_its_words() -> None:
    line = found_lines([Hit(entry(1, title="Heating"), 4, "the heating costs", ((4, 11),))])[0]
    assert spoken(line) == "Heating: the heating costs"
