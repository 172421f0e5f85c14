"""The history as it is kept: `HistoryInterface` over one encrypted file.

    History(paths.history_file, SystemKeychain())

Making one opens the file, which may wait for the disk and the keychain; without `at_once`, its first use does. Each
method is one transaction. What the list shows stands in `conversations`; `put` writes one node, its words for the
search, and when it was, at once.
Read next: `vault` (which file, which key), `database` (the connections), `schema` (the tables), `search`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import apsw

from app.history import documents, rows, schema, search, stored
from app.history.database import Connect, connect
from app.history.key import SCRYPT_COST
from app.history.keychain import Keychain
from app.history.tree import Node
from app.history.values import (
    Access,
    ChatSettings,
    Entry,
    Hit,
    KeptDocument,
    Protection,
    SavedPrompt,
    Stored,
)
from app.history.vault import Rules, Vault
from models.errors import AppError, InputError

DAY_S = 86_400
_CHANGED = "UPDATE conversations SET changed = ?, leaf = ? WHERE id = ?"
_OLD = "SELECT id FROM conversations WHERE changed < ? AND NOT is_pinned"


_T = TypeVar("_T")


class History:
    """All conversations of this user. Usable from any thread; see `HistoryInterface`."""

    def __init__(
        self,
        file: Path,
        keychain: Keychain,
        rules: Rules = Rules(),  # noqa: B008 (frozen)
        *,
        clock: Callable[[], float] = time.time,
        scrypt_cost: int = SCRYPT_COST,
        migrations: tuple[schema.Migration, ...] = schema.MIGRATIONS,
        connect: Connect = connect,
        at_once: bool = True,
    ) -> None:
        self._clock = clock
        self._vault = Vault(
            file,
            keychain,
            rules,
            scrypt_cost=scrypt_cost,
            migrations=migrations,
            connect=connect,
            at_once=at_once,
        )

    # -- whether it can be used ------------------------------------------------------------------

    @property
    def access(self) -> Access:
        return self._vault.access

    @property
    def protection(self) -> Protection:
        return self._vault.protection

    @property
    def reason(self) -> str:
        return self._vault.reason

    def prepare(self) -> Access:
        return self._vault.prepare()

    def give_up(self) -> None:
        self._vault.give_up()

    def unlock(self, passphrase: str) -> None:
        self._vault.unlock(passphrase)

    def protect(self, protection: Protection, passphrase: str = "") -> None:
        self._vault.protect(protection, passphrase)

    def derived_key(self, purpose: bytes) -> bytes | None:
        """A key of 32 bytes for what else belongs to the conversations, another for each purpose.

        It changes with their protection. None if they are not open or not encrypted.
        """
        return self._vault.derived_key(purpose)

    def start_clean(self) -> None:
        self._vault.start_clean()

    def close(self) -> None:
        self._vault.close()

    # -- the list --------------------------------------------------------------------------------

    def entries(self, folder: str | None = None) -> tuple[Entry, ...]:
        where, values = ("", ()) if folder is None else ("WHERE folder = ?", (folder,))
        with self._vault.using() as database, database.reading() as connection:
            found = connection.execute(
                f"SELECT {rows.ENTRY} FROM conversations {where} ORDER BY is_pinned DESC, changed DESC, id DESC",
                values,
            )
            return tuple(rows.entry_of(row) for row in found)

    def entry(self, entry: int) -> Entry:
        with self._vault.using() as database, database.reading() as connection:
            *row, _leaf = rows.find(connection, entry)
            return rows.entry_of(tuple(row))

    def folders(self) -> tuple[str, ...]:
        with self._vault.using() as database, database.reading() as connection:
            found = connection.execute("SELECT DISTINCT folder FROM conversations WHERE folder <> ''")
            return tuple(sorted((folder for (folder,) in found), key=lambda name: (name.casefold(), name)))

    def search(self, words: str, limit: int = 100) -> tuple[Hit, ...]:
        wanted = search.Words.of(words)
        if wanted is None:
            return ()
        with self._vault.using() as database, database.reading() as connection:
            hits = list(rows.titles_with(connection, wanted, limit))
            for hit in rows.nodes_with(connection, wanted):
                if len(hits) >= limit:
                    break
                hits.append(hit)
            return tuple(hits)

    def rename(self, entry: int, title: str) -> None:
        title = rows.one_line(title)

        def change(connection: apsw.Connection) -> None:
            rows.forget_titles(connection, (entry,))
            rows.change(connection, "UPDATE conversations SET title = ? WHERE id = ?", (title, entry))
            if title:
                search.add(connection, "titles", entry, title)

        self._change_indexed(change)

    def pin(self, entry: int, is_pinned: bool) -> None:
        with self._vault.using() as database, database.writing() as connection:
            rows.change(connection, "UPDATE conversations SET is_pinned = ? WHERE id = ?", (is_pinned, entry))

    def move(self, entry: int, folder: str) -> None:
        with self._vault.using() as database, database.writing() as connection:
            rows.change(
                connection, "UPDATE conversations SET folder = ? WHERE id = ?", (rows.one_line(folder), entry)
            )

    def remove(self, *entries: int) -> None:
        self._change_indexed(lambda connection: rows.remove(connection, entries))

    def remove_older_than(self, days: int) -> int:
        oldest = self._clock() - days * DAY_S
        with self._vault.using() as database, database.reading() as connection:
            is_any = connection.execute(_OLD, (oldest,)).fetchone() is not None
        if not is_any:
            return 0

        def change(connection: apsw.Connection) -> int:
            entries = [entry for (entry,) in connection.execute(_OLD, (oldest,))]
            rows.remove(connection, entries)
            return len(entries)

        return self._change_indexed(change)

    # -- one conversation ------------------------------------------------------------------------

    def create(self, settings: ChatSettings) -> int:
        now = self._clock()
        with self._vault.using() as database, database.writing() as connection:
            connection.execute("INSERT INTO conversations(created, changed) VALUES (?, ?)", (now, now))
            entry = connection.last_insert_rowid()
            connection.execute("INSERT INTO settings VALUES (?, ?)", (entry, stored.settings_text(settings)))
            return entry

    def open(self, entry: int) -> Stored:
        with self._vault.using() as database, database.reading() as connection:
            *row, leaf = rows.find(connection, entry)
            nodes, damaged = rows.nodes_of(connection, entry)
            settings = rows.settings_of(connection, entry)
            names = documents.names(connection, entry)
            return Stored(rows.entry_of(tuple(row)), settings, nodes, leaf, damaged, names)

    def documents(self, entry: int) -> tuple[KeptDocument, ...]:
        with self._vault.using() as database, database.reading() as connection:
            return documents.of(connection, entry)

    def keep_document(self, entry: int, document: KeptDocument) -> None:
        with self._vault.using() as database, database.writing() as connection:
            rows.find(connection, entry)
            documents.put(connection, entry, document)

    def put(self, entry: int, node: Node, leaf: int) -> None:
        now = self._clock()

        def change(connection: apsw.Connection) -> None:
            rows.put_node(connection, entry, node)
            rows.change(connection, _CHANGED, (now, leaf, entry))
            if node.parent is None:
                rows.note_opening(connection, entry)

        self._change_indexed(change, is_deleting=False)

    def show(self, entry: int, leaf: int | None) -> None:
        with self._vault.using() as database, database.writing() as connection:
            rows.change(connection, "UPDATE conversations SET leaf = ? WHERE id = ?", (leaf, entry))

    def take_out(
        self, entry: int, nodes: tuple[int, ...], leaf: int | None, files: tuple[str, ...] = ()
    ) -> None:
        now = self._clock()

        def change(connection: apsw.Connection) -> None:
            rows.take_out(connection, entry, nodes)
            documents.take_out(connection, entry, files)
            rows.change(connection, _CHANGED, (now, leaf, entry))
            rows.note_opening(connection, entry)

        self._change_indexed(change)

    def configure(self, entry: int, settings: ChatSettings) -> None:
        with self._vault.using() as database, database.writing() as connection:
            row = connection.execute(
                "SELECT content FROM settings WHERE conversation = ?", (entry,)
            ).fetchone()
            text = stored.settings_text(settings, row[0] if row else None)
            rows.change(connection, "UPDATE settings SET content = ? WHERE conversation = ?", (text, entry))

    # -- saved prompts ---------------------------------------------------------------------------

    def prompts(self) -> tuple[SavedPrompt, ...]:
        with self._vault.using() as database, database.reading() as connection:
            prompts = [SavedPrompt(*row) for row in connection.execute("SELECT id, name, text FROM prompts")]
        return tuple(sorted(prompts, key=lambda prompt: (prompt.name.casefold(), prompt.id)))

    def save_prompt(self, name: str, text: str, prompt: int | None = None) -> int:
        name, text = rows.one_line(name), rows.storable(text)
        with self._vault.using() as database, database.writing() as connection:
            if prompt is None:
                connection.execute("INSERT INTO prompts(name, text) VALUES (?, ?)", (name, text))
                return connection.last_insert_rowid()
            connection.execute("UPDATE prompts SET name = ?, text = ? WHERE id = ?", (name, text, prompt))
            if not connection.changes():
                raise InputError("This prompt was deleted meanwhile.")
            return prompt

    def remove_prompt(self, prompt: int) -> None:
        with self._vault.using() as database, database.deleting() as connection:
            connection.execute("DELETE FROM prompts WHERE id = ?", (prompt,))

    def _change_indexed(self, change: Callable[[apsw.Connection], _T], *, is_deleting: bool = True) -> _T:
        """Change what can be searched. An index that is damaged is made anew: all of it is derived."""
        with self._vault.using() as database:
            try:
                with database.deleting() if is_deleting else database.writing() as connection:
                    return change(connection)
            except AppError as error:
                if not isinstance(error.__cause__, apsw.CorruptError):
                    raise
            with database.deleting() as connection:
                rows.index_anew(connection)
                return change(connection)
