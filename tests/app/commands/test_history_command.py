"""`chorale history`: what scripts and people get of the conversations that are kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.export.audit import verify
from app.history.store import History
from app.history.values import Access, ChatSettings, KeptDocument, Protection
from runtime.documents.values import Document, Page
from runtime.harmony.json_form import conversation_from_json
from tests.fakes.history import FakeHistory
from tests.fakes.keychain import FakeKeychain
from tests.support.command_line import Cli, Screen
from tests.support.stored_conversations import talk, talk_about_files

WORDS = "a passphrase of mine"


def kept(history: FakeHistory) -> FakeHistory:
    """A history of two conversations: 1 is a talk, 2 is about files and has a title."""
    for conversation in (talk(), talk_about_files()):
        entry = history.create(ChatSettings())
        for node in conversation.nodes:
            history.put(entry, node, node.id)
    history.rename(2, "The report")
    return history


@pytest.fixture
def history(chorale: Cli) -> FakeHistory:
    made = kept(FakeHistory(clock=lambda: 1_795_000_000.0))
    chorale.history = made
    return made


def test_the_list_names_every_conversation(chorale: Cli, history: FakeHistory) -> None:
    assert chorale("history", "list") == 0
    assert [line.split()[0] for line in chorale.out.splitlines()] == ["2", "1"]
    assert "The report" in chorale.out
    assert chorale("history", "list", "--json") == 0
    assert chorale.json()[0] == {
        "type": "conversation",
        "id": 2,
        "title": "The report",
        "has_title": True,
        "folder": None,
        "pinned": False,
        "created": "2026-11-18T11:06:40Z",
        "changed": "2026-11-18T11:06:40Z",
    }


def test_a_search_says_where(chorale: Cli, history: FakeHistory) -> None:
    assert chorale("history", "search", "which", "day", "--json") == 0
    (hit,) = chorale.json()
    assert (hit["type"], hit["id"], hit["node"]) == ("hit", 1, 3)
    start, end = hit["marks"][0]
    assert hit["snippet"][start:end] == "Which"
    assert chorale("history", "search", "nowhere") == 0
    assert chorale.out == ""


def test_a_shown_conversation_names_file_and_page(chorale: Cli, history: FakeHistory) -> None:
    pages = (Page(1, "So it is."),)
    history.keep_document(2, KeptDocument("D1", Document("report.pdf", "PDF document", pages, 1)))
    assert chorale("history", "show", "2") == 0
    assert "It says so [report.pdf, page 1]." in chorale.out
    assert chorale("history", "show", "2", "--json") == 0
    assert "[D1 p. 1]" in chorale.out  # as it was said


def test_a_conversation_is_shown_without_what_was_not_asked_for(chorale: Cli, history: FakeHistory) -> None:
    assert chorale("history", "show", "1") == 0
    assert "It is **Saturday**." in chorale.out
    assert "I need the date" not in chorale.out
    assert chorale("history", "show", "1", "--with-reasoning") == 0
    assert "I need the date" in chorale.out
    assert chorale("history", "show", "1", "--json") == 0
    entry, *said = chorale.json()
    assert entry["type"] == "conversation"
    assert [(each["node"], each["role"]) for each in said[:3]] == [
        (1, "user"),
        (2, "assistant"),
        (2, "assistant"),
    ]


@pytest.mark.parametrize("name", ["a.md", "a.html", "a.json", "a.audit.jsonl"])
def test_the_files_name_says_the_form(chorale: Cli, history: FakeHistory, tmp_path: Path, name: str) -> None:
    path = tmp_path / "new" / name
    assert chorale("history", "export", "1", str(path), "--json") == 0
    (done,) = chorale.json()
    text = path.read_text("utf-8")
    assert "Saturday" in text
    assert (done["type"], done["path"]) == ("exported", str(path))
    if name.endswith(".jsonl"):
        assert verify(path).head == done["head"]
        assert done["records"] == verify(path).records
        assert "I do not know" in text  # of another branch
    else:
        assert done["head"] is None
    if name.endswith(".json"):
        assert conversation_from_json(text).messages[0].content == "Hello"


def test_an_audit_can_be_of_the_shown_path_and_with_documents(
    chorale: Cli, history: FakeHistory, tmp_path: Path
) -> None:
    path = tmp_path / "a"
    line = ("history", "export", "1", str(path), "--format", "audit", "--shown-path")
    assert chorale(*line) == 0
    assert "I do not know" not in path.read_text("utf-8")
    assert verify(path).head in chorale.out
    assert (
        chorale("history", "export", "2", str(path), "--format", "audit", "--force", "--with-documents") == 0
    )
    assert "SECRET DOCUMENT" in path.read_text("utf-8")


def test_a_file_that_is_there_is_not_written_over(chorale: Cli, history: FakeHistory, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("mine", encoding="utf-8")
    assert chorale("history", "export", "1", str(path)) == 1
    assert "--force" in chorale.err
    assert path.read_text("utf-8") == "mine"
    assert chorale("history", "export", "1", str(path), "--force") == 0
    assert chorale("history", "export", "1", str(tmp_path)) == 1
    assert "is a folder" in chorale.err
    assert chorale("history", "export", "1", str(tmp_path / "a.docx")) == 1
    assert "--format" in chorale.err
    assert chorale("history", "export", "1", str(path / "below" / "b.md")) == 1
    assert "cannot be written" in chorale.err


def test_deleting_is_all_or_nothing(chorale: Cli, history: FakeHistory) -> None:
    assert chorale("history", "delete", "1", "9") == 1
    assert "There is no conversation 9" in chorale.err
    assert len(history.entries()) == 2
    assert chorale("history", "delete", "1", "1", "2", "--json") == 0
    assert [line["id"] for line in chorale.json()] == [1, 2]
    assert history.entries() == ()
    assert chorale("history", "delete", "one") == 2


def test_a_passphrase_comes_from_a_file_and_never_from_the_command_line(chorale: Cli, tmp_path: Path) -> None:
    chorale.history = locked = FakeHistory(access=Access.LOCKED, passphrase=WORDS)
    assert chorale("history", "list") == 1
    assert "--passphrase-file FILE" in chorale.err
    secret = tmp_path / "secret"
    secret.write_text("wrong\n", encoding="utf-8")
    assert chorale("history", "list", "--passphrase-file", str(secret)) == 1
    assert "not the passphrase" in chorale.err
    secret.write_bytes(f"\ufeff{WORDS}\r\nanother line\n".encode())
    assert chorale("history", "list", "--passphrase-file", str(secret)) == 0
    assert locked.access is Access.OPEN
    assert chorale("history", "list", "--passphrase-file", str(tmp_path / "none")) == 0  # it is open now


def test_on_a_terminal_the_passphrase_is_asked_for_and_not_shown(
    chorale: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    chorale.history = FakeHistory(access=Access.LOCKED, passphrase=WORDS)
    asked: list[tuple[str, bool]] = []

    def typed(prompt: str, stream: object) -> str:
        asked.append((prompt, isinstance(stream, Screen)))
        return WORDS

    monkeypatch.setattr("getpass.getpass", typed)
    assert chorale("history", "list", screen=True) == 0
    assert asked == [("Passphrase of the conversations: ", True)]
    assert WORDS not in chorale.out + chorale.err


@pytest.mark.parametrize(
    ("access", "code"),
    [(Access.FORBIDDEN, 3), (Access.KEY_LOST, 1), (Access.BROKEN, 1), (Access.NO_KEYCHAIN, 1)],
)
def test_conversations_that_cannot_be_opened_say_why(chorale: Cli, access: Access, code: int) -> None:
    chorale.history = FakeHistory(access=access, reason="It is so.")
    assert chorale("history", "list") == code
    assert chorale.err == "chorale: It is so.\n"


@pytest.mark.slow
def test_the_real_history_is_listed_and_exported(chorale: Cli, tmp_path: Path) -> None:
    keychain = FakeKeychain()
    history = History(tmp_path / "history.db", keychain, scrypt_cost=4)
    history.protect(Protection.PASSPHRASE, WORDS)
    entry = history.create(ChatSettings())
    for node in talk().nodes:
        history.put(entry, node, node.id)
    history.close()
    chorale.history = History(tmp_path / "history.db", keychain, scrypt_cost=4)
    secret = tmp_path / "secret"
    secret.write_text(WORDS, encoding="utf-8")
    path = tmp_path / "a.jsonl"
    assert chorale("history", "export", str(entry), str(path), "--passphrase-file", str(secret)) == 0, (
        chorale.err
    )
    assert verify(path).is_whole
    assert json.loads(path.read_text("utf-8").splitlines()[0])["title"] == "Hello"
