"""Rows of the database and what they stand for: used by `store` within its transactions, on its connections.

What cannot be read, because a row or a page of the file is damaged, costs that message alone: `nodes_of` gives
the others, something in its place, and how many were lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import apsw

from app.history import search, stored
from app.history.tree import Answer, Node, Origin, Question
from app.history.values import ChatSettings, Entry, Hit
from models.errors import InputError

ENTRY = "id, title, opening, folder, is_pinned, created, changed"  # what `entry_of` takes
UNTITLED = "New chat"
HITS_A_CONVERSATION = 3  # so that one that is all about a word does not hide the others

_OPENING = 80  # characters of the first question
_AT_ONCE = 500  # values in one statement
_MANY = 200  # nodes; as many are removed one by one in no time
_MOST = 0.5  # of all nodes: beyond it the search's index is made anew of what is left
_GONE = "This conversation was deleted meanwhile."
_NODE = "node, parent, created, is_answer, content, documents, origin"

_DAMAGE = (apsw.CorruptError, apsw.IOError, apsw.NotADBError)

Row = tuple[Any, ...]


def change(connection: apsw.Connection, statement: str, values: tuple[Any, ...]) -> None:
    """Change one conversation. Raises `InputError` if it is not there."""
    connection.execute(statement, values)
    if not connection.changes():
        raise InputError(_GONE)


def one_line(text: str) -> str:
    """A name or title as it can be shown and stored."""
    return storable(" ".join(text.split()))


def storable(text: str) -> str:
    """Text without halves of characters."""
    return text.encode("utf-8", "replace").decode()


# -- reading ---------------------------------------------------------------------------------------------


def entry_of(row: Row) -> Entry:
    """A row of `ENTRY`."""
    id, title, opening, folder, is_pinned, created, changed = row
    return Entry(id, title or opening or UNTITLED, bool(title), folder, bool(is_pinned), created, changed)


def settings_of(connection: apsw.Connection, entry: int) -> ChatSettings:
    """A chat's settings; Chorale's own if they cannot be read."""
    row = connection.execute("SELECT content FROM settings WHERE conversation = ?", (entry,)).fetchone()
    try:
        return stored.settings_of(row[0]) if row else ChatSettings()
    except stored.DamagedError:
        return ChatSettings()


def find(connection: apsw.Connection, entry: int) -> Row:
    """The `ENTRY` of a conversation, and its leaf. Raises `InputError` if it is not there."""
    row = connection.execute(f"SELECT {ENTRY}, leaf FROM conversations WHERE id = ?", (entry,)).fetchone()
    if row is None:
        raise InputError(_GONE)
    return tuple(row)


def nodes_of(connection: apsw.Connection, entry: int) -> tuple[tuple[Node, ...], int]:
    """All nodes of a conversation, and how many of them cannot be read any more."""
    rows, lost = _rows_of(connection, entry)
    nodes = []
    origins = _Origins(connection)
    for node, parent, created, is_answer, content, documents, origin in rows:
        try:
            value = _content_of(is_answer, content, documents, origins.of(origin))
        except stored.DamagedError:
            value = stored.lost(bool(is_answer))
            lost.add(node)
        nodes.append(Node(node, parent, created, value))
    ordered = stored.in_order(nodes)
    lost |= {node.id for node in ordered} - {node.id for node in nodes}
    return ordered, len(lost)


def _rows_of(connection: apsw.Connection, entry: int) -> tuple[list[Row], set[int]]:
    """The rows of a conversation's nodes, and the ids of those that lie on a damaged page."""
    try:
        rows = connection.execute(f"SELECT {_NODE} FROM nodes WHERE conversation = ?", (entry,)).fetchall()
        return rows, set()
    except _DAMAGE:
        _begin_anew(connection)
        return _rows_one_by_one(connection, entry)


def _rows_one_by_one(connection: apsw.Connection, entry: int) -> tuple[list[Row], set[int]]:
    """Raises what apsw raises if not even the index of nodes can be read."""
    rows: list[Row] = []
    lost: set[int] = set()
    index: list[Row] = connection.execute(
        "SELECT row, node FROM nodes WHERE conversation = ?", (entry,)
    ).fetchall()
    for row, node in index:
        try:
            rows += connection.execute(f"SELECT {_NODE} FROM nodes WHERE row = ?", (row,)).fetchall()
        except _DAMAGE:
            lost.add(node)
            _begin_anew(connection)
    return rows, lost


def _begin_anew(connection: apsw.Connection) -> None:
    """SQLite fails at everything else in the transaction that met a damaged page."""
    connection.execute("ROLLBACK")
    connection.execute("BEGIN")


def _content_of(
    is_answer: int, content: str, documents: str = "", origin: Origin | None = None
) -> Question | Answer:
    return stored.answer_of(content, origin) if is_answer else stored.question_of(content, documents)


class _Origins:
    """What answers were made with, each read once; none where that cannot be read."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._known: dict[int | None, Origin | None] = {None: None}

    def of(self, id: int | None) -> Origin | None:
        if id not in self._known:
            row = self._connection.execute("SELECT content FROM origins WHERE id = ?", (id,)).fetchone()
            try:
                self._known[id] = stored.origin_of(row[0]) if row else None
            except stored.DamagedError:
                self._known[id] = None
        return self._known[id]


# -- searching -------------------------------------------------------------------------------------------


def titles_with(connection: apsw.Connection, words: search.Words, limit: int) -> Iterator[Hit]:
    """Conversations whose given title has the words, last begun first."""
    for entry in search.rows(connection, "titles", words):
        row = connection.execute(f"SELECT {ENTRY} FROM conversations WHERE id = ?", (entry,)).fetchone()
        if row is not None and words.are_in(row[1]):
            yield Hit(entry_of(row), None, *words.snippet(row[1]))
            limit -= 1
        if limit <= 0:
            return


def nodes_with(connection: apsw.Connection, words: search.Words) -> Iterator[Hit]:
    """Questions and answers with the words, last said first, some of each conversation."""
    hits: dict[int, int] = {}
    entries: dict[int, Entry] = {}
    for row in search.rows(connection, "said", words):
        place = connection.execute("SELECT conversation, node FROM nodes WHERE row = ?", (row,)).fetchone()
        if place is None or hits.get(place[0], 0) == HITS_A_CONVERSATION:
            continue
        entry, node = place
        text = _said(connection, row)
        if not words.are_in(text):
            continue
        if entry not in entries:
            entries[entry] = entry_of(find(connection, entry)[:-1])
        hits[entry] = hits.get(entry, 0) + 1
        yield Hit(entries[entry], node, *words.snippet(text))


def _said(connection: apsw.Connection, row: int) -> str:
    """What is found of a node: nothing if it cannot be read."""
    found = connection.execute("SELECT is_answer, content FROM nodes WHERE row = ?", (row,)).fetchone()
    return "" if found is None else _said_in(*found)


def _said_in(is_answer: int, content: str) -> str:
    try:
        return search.said_in(_content_of(is_answer, content))
    except stored.DamagedError:
        return ""


# -- writing ---------------------------------------------------------------------------------------------


def put_node(connection: apsw.Connection, entry: int, node: Node) -> None:
    """Add a node, or give it other content and make that findable instead."""
    content, documents, origin = _columns(connection, node.content)
    said = search.said_in(node.content)
    values = (node.parent, node.created, isinstance(node.content, Answer), content, documents, origin)
    place = (entry, node.id)
    before = connection.execute(
        "SELECT row, origin, is_answer, content FROM nodes WHERE conversation = ? AND node = ?", place
    ).fetchone()
    if before is None:
        connection.execute(
            "INSERT INTO nodes(conversation, node, parent, created, is_answer, content, documents, origin) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*place, *values),
        )
        search.add(connection, "said", connection.last_insert_rowid(), said)
        return
    row, origin_before = before[:2]
    connection.execute(
        "UPDATE nodes SET parent = ?, created = ?, is_answer = ?, content = ?, documents = ?, origin = ? "
        "WHERE row = ?",
        (*values, row),
    )
    search.exchange(connection, "said", row, _said_in(*before[2:]), said)
    _drop_origins(connection, {origin_before} - {origin})


def _columns(connection: apsw.Connection, content: Question | Answer) -> tuple[str, str, int | None]:
    """The content, the documents and the origin's number."""
    if isinstance(content, Question):
        return stored.question_text(content), storable(content.documents), None
    if content.origin is None:
        return stored.answer_text(content), "", None
    text = (stored.origin_text(content.origin),)
    connection.execute("INSERT OR IGNORE INTO origins(content) VALUES (?)", text)
    (origin,) = connection.execute("SELECT id FROM origins WHERE content = ?", text)
    return stored.answer_text(content), "", origin[0]


def _drop_origins(connection: apsw.Connection, origins: Iterable[int | None]) -> None:
    """Remove those that no answer has any more: they hold instructions."""
    connection.executemany(
        "DELETE FROM origins WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM nodes WHERE origin = ?1)",
        ((origin,) for origin in origins if origin is not None),
    )


def opening_of(said: str) -> str:
    """The beginning of a first question, or of the files' names if it is only files."""
    lines = (one_line(line) for line in said.splitlines())
    opening = next((line for line in lines if line), "")
    return opening if len(opening) <= _OPENING else opening[:_OPENING].rsplit(" ", 1)[0] + "…"


def note_opening(connection: apsw.Connection, entry: int) -> None:
    """Keep the beginning of the first question with the conversation, for the list."""
    first = connection.execute(
        "SELECT is_answer, content FROM nodes WHERE conversation = ? AND parent IS NULL ORDER BY node LIMIT 1",
        (entry,),
    ).fetchone()
    opening = opening_of(_said_in(*first)) if first else ""
    connection.execute("UPDATE conversations SET opening = ? WHERE id = ?", (opening, entry))


def remove(connection: apsw.Connection, entries: Sequence[int]) -> None:
    """Remove conversations and all that is of them."""
    rows = _nodes_in(connection, entries)
    (count,) = connection.execute("SELECT count(*) FROM nodes").fetchone() or (0,)
    # Cutting words out of the index costs more than adding them, so where little is left that is added anew.
    is_most = len(rows) >= _MANY and len(rows) > count * _MOST
    if is_most:
        _clear_index(connection)
        _delete_nodes(connection, rows)
    else:
        remove_nodes(connection, rows)
        forget_titles(connection, entries)
    for some in _portions(entries):
        marks = _marks(some)
        connection.execute(f"DELETE FROM settings WHERE conversation IN ({marks})", some)
        connection.execute(f"DELETE FROM documents WHERE conversation IN ({marks})", some)
        connection.execute(f"DELETE FROM conversations WHERE id IN ({marks})", some)
    if is_most:
        _index_all(connection)


def take_out(connection: apsw.Connection, entry: int, nodes: Sequence[int]) -> None:
    """Remove some nodes of a conversation."""
    rows: list[int] = []
    for some in _portions(nodes):
        found = connection.execute(
            f"SELECT row FROM nodes WHERE conversation = ? AND node IN ({_marks(some)})", (entry, *some)
        )
        rows.extend(row for (row,) in found)
    remove_nodes(connection, rows)


def remove_nodes(connection: apsw.Connection, rows: Sequence[int]) -> None:
    """Remove nodes and what can be found of them."""
    search.forget(connection, "said", ((row, _said(connection, row)) for row in rows), len(rows))
    _delete_nodes(connection, rows)


def _delete_nodes(connection: apsw.Connection, rows: Sequence[int]) -> None:
    origins: set[int | None] = set()
    for some in _portions(rows):
        marks = _marks(some)
        found = connection.execute(f"SELECT DISTINCT origin FROM nodes WHERE row IN ({marks})", some)
        origins.update(origin for (origin,) in found)
        connection.execute(f"DELETE FROM nodes WHERE row IN ({marks})", some)
    _drop_origins(connection, origins)


def forget_titles(connection: apsw.Connection, entries: Sequence[int]) -> None:
    """Find given titles no longer."""
    titles: list[tuple[int, str]] = []
    for some in _portions(entries):
        titles.extend(
            connection.execute(
                f"SELECT id, title FROM conversations WHERE id IN ({_marks(some)}) AND title <> ''", some
            )
        )
    search.forget(connection, "titles", titles, len(titles))


def index_anew(connection: apsw.Connection) -> None:
    """Make all that was said findable again; takes about a second for each ten thousand messages."""
    _clear_index(connection)
    _index_all(connection)


def _clear_index(connection: apsw.Connection) -> None:
    for table in ("said", "titles"):
        search.clear(connection, table)


def _index_all(connection: apsw.Connection) -> None:
    nodes: list[Any] = connection.execute("SELECT row FROM nodes").fetchall()
    for (row,) in nodes:
        search.add(connection, "said", row, _said(connection, row))
    titles: list[Any] = connection.execute("SELECT id, title FROM conversations WHERE title <> ''").fetchall()
    for entry, title in titles:
        search.add(connection, "titles", entry, title)


def _nodes_in(connection: apsw.Connection, entries: Sequence[int]) -> list[int]:
    rows: list[int] = []
    for some in _portions(entries):
        found = connection.execute(f"SELECT row FROM nodes WHERE conversation IN ({_marks(some)})", some)
        rows.extend(row for (row,) in found)
    return rows


def _portions(values: Sequence[int]) -> Iterator[tuple[int, ...]]:
    for begin in range(0, len(values), _AT_ONCE):
        yield tuple(values[begin : begin + _AT_ONCE])


def _marks(values: Iterable[int]) -> str:
    return ", ".join("?" for _ in values)
