"""The tables, by version. A migration is a function that brings the tables of one version to the next.

All missing migrations run in one transaction with the version's number, so a failing one leaves what there was.
A version once released never changes: what is new is one more function at the end of `MIGRATIONS`.

    conversations   what the list shows, so that the list reads nothing else
    settings        of one conversation, JSON
    origins         what answers were made with, JSON; nearly all answers of a chat share one
    nodes           questions and answers, JSON (`stored`); `documents` is last because it is long and rarely read
    said            FTS5: the words of each node, by its row (`search`)
    titles          FTS5: the words of titles that were given, by conversation
    prompts         saved prompts
    documents       files that answers cite, by conversation and id; `content` is packed JSON (`documents`)

The search tables hold words, not text, in no order (`detail=none`); `prefix` makes two letters that words begin
with as quick to find as a word. A page of 8 KiB holds two of their blocks, beside what the encryption adds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import apsw

PAGE_BYTES = 8192
APPLICATION_ID = 0x43686F72  # "Chor"

Migration = Callable[[apsw.Connection], None]

_SEARCH_TABLE = (
    "CREATE VIRTUAL TABLE {} USING fts5(words, content='', detail=none, prefix='2', columnsize=0, \
tokenize=\"ascii tokenchars '_'\")"
)


class NewerError(Exception):
    """A newer Chorale wrote this file."""


class ForeignError(Exception):
    """A database, and not of conversations."""


def _first(connection: apsw.Connection) -> None:
    connection.execute("""
        CREATE TABLE conversations(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            title TEXT NOT NULL DEFAULT '',
            opening TEXT NOT NULL DEFAULT '',
            folder TEXT NOT NULL DEFAULT '',
            is_pinned INTEGER NOT NULL DEFAULT 0,
            created REAL NOT NULL,
            changed REAL NOT NULL,
            leaf INTEGER
        );
        CREATE TABLE settings(conversation INTEGER PRIMARY KEY, content TEXT NOT NULL);
        CREATE TABLE origins(id INTEGER PRIMARY KEY, content TEXT NOT NULL UNIQUE);
        CREATE TABLE nodes(
            row INTEGER PRIMARY KEY,
            conversation INTEGER NOT NULL,
            node INTEGER NOT NULL,
            parent INTEGER,
            created REAL NOT NULL,
            is_answer INTEGER NOT NULL,
            content TEXT NOT NULL,
            origin INTEGER,
            documents TEXT NOT NULL DEFAULT ''
        );
        CREATE UNIQUE INDEX nodes_by_place ON nodes(conversation, node);
        CREATE INDEX nodes_by_origin ON nodes(origin) WHERE origin IS NOT NULL;
        CREATE TABLE prompts(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, text TEXT NOT NULL);
    """)
    for table in ("said", "titles"):
        connection.execute(_SEARCH_TABLE.format(table))
        connection.execute(f"INSERT INTO {table}({table}, rank) VALUES ('secure-delete', 1), ('pgsz', 4000)")


def _second(connection: apsw.Connection) -> None:
    connection.execute("""
        CREATE TABLE documents(
            conversation INTEGER NOT NULL,
            id TEXT NOT NULL,
            name TEXT NOT NULL,
            is_summarised INTEGER NOT NULL,
            content BLOB NOT NULL,
            PRIMARY KEY (conversation, id)
        )
    """)


MIGRATIONS: tuple[Migration, ...] = (_first, _second)


def bring_up_to_date(connection: apsw.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Make the tables, or bring them to this version, in one step.

    Raises `NewerError`, `ForeignError`, and whatever a migration raises; then nothing has changed.
    """
    check(connection, migrations)
    if _version(connection) == len(migrations):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again: another process may just have done it.
        for migration in migrations[_version(connection) :]:
            migration(connection)
        connection.pragma("application_id", APPLICATION_ID)
        connection.pragma("user_version", len(migrations))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def check(connection: apsw.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Read the first page. Raises `NewerError`, `ForeignError`, and what apsw raises for another key."""
    is_ours = connection.pragma("application_id") == APPLICATION_ID
    if not is_ours and connection.execute("SELECT count(*) FROM sqlite_schema").get:
        raise ForeignError
    if is_ours and _version(connection) > len(migrations):
        raise NewerError


def _version(connection: apsw.Connection) -> int:
    version = connection.pragma("user_version")
    assert isinstance(version, int)
    return version
