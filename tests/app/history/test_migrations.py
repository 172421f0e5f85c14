"""An older Chorale's file becomes this one's with all that is in it; where that fails, it stays what it was."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from app.history import schema
from app.history.store import History
from app.history.tree import Answer, Question, Tree
from app.history.values import Access, ChatSettings, KeptDocument, Protection
from runtime.conversation import Effort
from tests.app.history.samples import answer, answer_with_tool
from tests.fakes.keychain import FakeKeychain
from tests.support.documents.making import document


def colours(connection: apsw.Connection) -> None:
    connection.execute("ALTER TABLE conversations ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey'")


def shapes(connection: apsw.Connection) -> None:
    connection.execute("CREATE TABLE shapes(name TEXT)")
    connection.execute("INSERT INTO shapes SELECT title FROM conversations")


def failing(connection: apsw.Connection) -> None:
    shapes(connection)
    connection.execute("DELETE FROM nodes")
    raise apsw.SQLError("no such column")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "conversations.db"


@pytest.fixture
def keychain() -> FakeKeychain:
    return FakeKeychain()


def tell(history: History) -> int:
    entry = history.create(ChatSettings())
    tree = Tree()
    contents: list[Question | Answer] = [Question("oldquestion"), answer_with_tool(), answer("oldanswer")]
    for parent, content in zip((None, 1, 1), contents, strict=True):
        node = tree.add(parent, content)
        history.put(entry, node, node.id)
    history.rename(entry, "oldtitle")
    return entry


def test_an_older_file_is_brought_up_to_date_whole(file: Path, keychain: FakeKeychain) -> None:
    history = History(file, keychain)
    entry = tell(history)
    before = (history.entries(), history.open(entry), history.search("old"))
    history.close()
    for migrations in ((colours,), (colours, shapes)):  # one by one, and nothing to do the next time
        for _ in range(2):
            history = History(file, keychain, migrations=(*schema.MIGRATIONS, *migrations))
            assert (history.entries(), history.open(entry), history.search("old")) == before
            history.protect(Protection.NONE)
            history.close()
            connection = apsw.Connection(str(file))
            assert connection.pragma("user_version") == len(schema.MIGRATIONS) + len(migrations)
            assert connection.execute("SELECT DISTINCT colour FROM conversations").get == "grey"
            connection.close()


def test_a_migration_that_fails_leaves_the_file_as_it_was(file: Path, keychain: FakeKeychain) -> None:
    history = History(file, keychain)
    entry = tell(history)
    before = history.open(entry)
    history.close()
    history = History(file, keychain, migrations=(*schema.MIGRATIONS, colours, failing))
    assert history.access is Access.BROKEN
    assert str(file) in history.reason
    history.close()
    history = History(file, keychain)
    assert (history.access, history.open(entry)) == (Access.OPEN, before)
    assert len(history.search("old")) == 3
    history.close()


def test_the_released_tables_do_not_change(file: Path) -> None:
    """A file of version 1 as it was released: made by these statements, not by today's code."""
    connection = apsw.Connection(str(file))
    connection.execute(_VERSION_1)
    connection.close()
    history = History(file, FakeKeychain(is_there=False))
    assert (history.access, history.protection) == (Access.OPEN, Protection.NONE)
    (entry,) = history.entries()
    assert (entry.title, entry.has_title, entry.folder, entry.is_pinned) == ("A lease", True, "Home", True)
    stored = history.open(7)
    assert stored.settings == ChatSettings(model="gpt-oss-20b", temperature=0.5)
    assert stored.leaf == 2
    assert stored.nodes[0].content == Question("What is the rent?", "D1 says 900.", ("lease.pdf",))
    assert isinstance(stored.nodes[1].content, Answer)
    assert stored.nodes[1].content.text == "It is 900."
    assert stored.nodes[1].content.origin is not None
    assert stored.nodes[1].content.origin.effort is Effort.LOW
    assert [(hit.entry.id, hit.node) for hit in history.search("rent")] == [(7, 1)]
    assert [hit.node for hit in history.search("lease")] == [None, 1]
    assert [prompt.name for prompt in history.prompts()] == ["Letter"]
    assert (history.documents(7), stored.file_names) == ((), ())
    history.keep_document(7, KeptDocument("D1", document("lease.pdf", "The rent is 900.")))
    assert history.open(7).file_names == (("D1", "lease.pdf"),)
    history.remove(7)
    assert history.documents(7) == ()
    assert history.search("rent") == ()
    history.close()


_VERSION_1 = """
PRAGMA application_id = 0x43686F72;
PRAGMA user_version = 1;
CREATE TABLE conversations(
    id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL DEFAULT '', opening TEXT NOT NULL DEFAULT '',
    folder TEXT NOT NULL DEFAULT '', is_pinned INTEGER NOT NULL DEFAULT 0, created REAL NOT NULL,
    changed REAL NOT NULL, leaf INTEGER);
CREATE TABLE settings(conversation INTEGER PRIMARY KEY, content TEXT NOT NULL);
CREATE TABLE nodes(
    row INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, node INTEGER NOT NULL, parent INTEGER,
    created REAL NOT NULL, is_answer INTEGER NOT NULL, content TEXT NOT NULL, origin INTEGER,
    documents TEXT NOT NULL DEFAULT '');
CREATE TABLE origins(id INTEGER PRIMARY KEY, content TEXT NOT NULL UNIQUE);
CREATE INDEX nodes_by_origin ON nodes(origin) WHERE origin IS NOT NULL;
CREATE UNIQUE INDEX nodes_by_place ON nodes(conversation, node);
CREATE TABLE prompts(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, text TEXT NOT NULL);
CREATE VIRTUAL TABLE said USING fts5(
    words, content='', detail=none, prefix='2', columnsize=0, tokenize="ascii tokenchars '_'");
CREATE VIRTUAL TABLE titles USING fts5(
    words, content='', detail=none, prefix='2', columnsize=0, tokenize="ascii tokenchars '_'");
INSERT INTO said(said, rank) VALUES ('secure-delete', 1), ('pgsz', 4000);
INSERT INTO titles(titles, rank) VALUES ('secure-delete', 1), ('pgsz', 4000);
INSERT INTO conversations VALUES (7, 'A lease', 'What is the rent?', 'Home', 1, 1000.0, 2000.0, 2);
INSERT INTO settings VALUES (7, '{"model":"gpt-oss-20b","temperature":0.5}');
INSERT INTO nodes VALUES (
    1, 7, 1, NULL, 1000.0, 0, '{"text":"What is the rent?","files":["lease.pdf"]}', NULL, 'D1 says 900.');
INSERT INTO nodes VALUES (2, 7, 2, 1, 2000.0, 1,
    '{"messages":[{"role":"assistant","content":"It is 900.","channel":"final"}],"rounds":[]}', 3, '');
INSERT INTO origins VALUES (3,
    '{"model":"gpt-oss-20b","model_hash":"","device":"cpu","device_name":"","kernel":"avx2","context_length":8192,
      "effort":"low","sampling":{},"date":null,"instructions":null,"tools":[],"version":"0.1.0"}');
INSERT INTO said(rowid, words) VALUES (1, 'what is the rent lease pdf'), (2, 'it is 900');
INSERT INTO titles(rowid, words) VALUES (7, 'a lease');
INSERT INTO prompts VALUES (1, 'Letter', 'Write to {{name}}');
"""
