"""What is sent to whoever helps tells neither who sends it nor from which PC."""

from __future__ import annotations

import pytest

from app.anonymous import Person

ADA = Person("/data/ada", "ada", "ada-laptop")
BERT = Person(r"D:\Data\bert.b", "bert.b", "PC-0815")


@pytest.mark.parametrize(
    ("person", "text", "hidden"),
    [
        (ADA, "/data/ada/models is full.", "~/models is full."),
        (ADA, "The folder is /data/ada.", "The folder is ~."),
        (ADA, "/data/adam/models", "/data/adam/models"),
        (ADA, "/media/ADA/stick on ada-laptop", "/media/user/stick on computer"),
        (ADA, "Canada has a radar.", "Canada has a radar."),
        (BERT, r"d:\data\BERT.B\AppData is locked", r"~\AppData is locked"),
        (BERT, "D:/Data/bert.b/x by bert.b", "~/x by user"),
        (BERT, r"\\pc-0815\models", r"\\computer\models"),
        (Person("/", "", ""), "/etc is a folder", "/etc is a folder"),
        (Person("", "", ""), "Nothing to hide.", "Nothing to hide."),
    ],
)
def test_nobody_is_told_of(person: Person, text: str, hidden: str) -> None:
    assert person.hidden_in(text) == hidden


def test_whoever_runs_this_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/data/cleo")
    monkeypatch.setenv("USERPROFILE", "/data/cleo")
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(variable, "cleo")
    assert Person.here().hidden_in("/data/cleo/x, cleo") == "~/x, user"
