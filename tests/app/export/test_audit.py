"""An audit holds everything that was said and what it was said with, and can be read back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.export.audit import audit_lines, read_audit, verify
from app.export.values import ExportOptions
from app.history.tree import Answer, Question, Tree
from app.history.values import Stored
from models.errors import InputError
from runtime.conversation import Message, Role
from runtime.events import StopReason
from tests.fakes.engine import final
from tests.support.stored_conversations import (
    ORIGIN,
    PLAIN,
    round_of,
    stored,
    talk,
    talk_about_files,
    talk_over_midnight,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WHOLE = ExportOptions(documents=True)


def written(folder: Path, conversation: Stored, options: ExportOptions = WHOLE) -> Path:
    path = folder / "talk.audit.jsonl"
    path.write_text("".join(audit_lines(conversation, options, NOW)), encoding="utf-8", newline="")
    return path


def records(path: Path, kind: str) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [record for record in found if record["type"] == kind]


@pytest.mark.parametrize(
    "conversation", [talk(), talk_about_files(), stored()], ids=["talk", "files", "empty"]
)
def test_what_is_read_back_is_the_whole_tree(tmp_path: Path, conversation: Stored) -> None:
    found = read_audit(written(tmp_path, conversation))
    assert found.tree.nodes == Tree.of(conversation.nodes, conversation.leaf).nodes
    assert (found.tree.leaf, found.title) == (conversation.leaf, "A talk")
    assert not found.left_out


def test_every_message_of_every_branch_is_a_record_of_its_own(tmp_path: Path) -> None:
    path = written(tmp_path, talk())
    said = [message for node in talk().nodes for message in node.content.messages]
    assert [record["text"] for record in records(path, "message")] == [message.content for message in said]
    of_answer = [record for record in records(path, "message") if record["node"] == 5]
    assert [(each["index"], each["round"], each["role"]) for each in of_answer] == [
        (0, 1, "assistant"),
        (1, 1, "assistant"),
        (2, 1, "assistant"),
        (3, None, "tool"),
        (4, 2, "assistant"),
    ]
    assert of_answer[2]["recipient"] == "functions.get_current_date"
    assert of_answer[0]["parent"] == 3
    assert of_answer[0]["created"] == "2026-11-18T11:06:45.250000Z"


def test_only_the_shown_path_is_there_if_that_was_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path, talk(), replace(WHOLE, all_branches=False))
    assert "I do not know" not in path.read_text("utf-8")
    assert [record["node"] for record in records(path, "answer")] == [2, 5]
    assert verify(path).is_whole


def test_an_answer_says_what_it_was_made_with(tmp_path: Path) -> None:
    answer = records(written(tmp_path, talk()), "answer")[-1]
    assert answer["origin"]["model_hash"] == ORIGIN.model_hash
    assert answer["origin"]["kernel"] == "scalar"
    assert answer["origin"]["sampling"] == {"temperature": "0.7", "top_p": "0.95", "top_k": 0, "seed": None}
    assert [(each["seed"], each["reason"]) for each in answer["rounds"]] == [(11, "tool_call"), (12, "stop")]
    assert answer["rounds"][0]["usage"] == {"prompt_tokens": 40, "completion_tokens": 3, "cached_tokens": 0}


def test_the_tools_are_described_in_the_order_of_their_keys_because_the_prompt_is(tmp_path: Path) -> None:
    path = written(tmp_path, talk())
    assert [record["name"] for record in records(path, "tool")] == ["get_current_date", "calculate"]
    parameters = read_audit(path).tools["calculate"].parameters
    assert parameters is not None
    assert list(parameters) == ["type", "properties", "required"]


def test_text_of_documents_stays_out_unless_it_is_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path, talk_about_files(), ExportOptions())
    assert "SECRET" not in path.read_text("utf-8")
    assert "report.pdf" in path.read_text("utf-8")
    left_out = [record["left_out"] for record in records(path, "message")]
    assert left_out[0] == {"characters": 15, "sha256": hashlib.sha256(b"SECRET DOCUMENT").hexdigest()}
    assert [bool(each) for each in left_out] == [True, False, False, True, False]
    assert read_audit(path).left_out == {1, 2}
    assert verify(path).is_whole


def test_any_text_comes_back_as_it_was(tmp_path: Path) -> None:
    hostile = 'a\x00b \ud800 \u202e \u2028 "\\ \r\n \x7f \U0001f600 {"type":"end"}'
    conversation = stored(
        Question(hostile, files=(hostile,)), Answer((final(hostile),), (round_of(1),), ORIGIN)
    )
    path = written(tmp_path, conversation)
    assert read_audit(path).tree.nodes == Tree.of(conversation.nodes, 2).nodes
    assert path.read_bytes().isascii()


def test_an_answer_broken_off_with_chorale_is_there_without_rounds(tmp_path: Path) -> None:
    conversation = stored(Question("Hi"), Answer((final("cut sho"),)))
    found = read_audit(written(tmp_path, conversation)).tree.nodes[2].content
    assert found == Answer((final("cut sho"),))


def test_a_summary_of_what_came_before_and_an_answer_gone_on_with_come_back(tmp_path: Path) -> None:
    cut = Answer(
        (final("One two three."),),
        (round_of(1, StopReason.LENGTH, 3), round_of(0, seed=4, goes_on=True)),
        ORIGIN,
        "It was cut.",
    )
    conversation = stored(Question("Go on", earlier="They spoke of days."), cut)
    assert read_audit(written(tmp_path, conversation)).tree.nodes == Tree.of(conversation.nodes, 2).nodes


def test_the_day_that_the_model_was_told_comes_back_and_is_no_document(tmp_path: Path) -> None:
    conversation = talk_over_midnight()
    path = written(tmp_path, conversation)
    assert read_audit(path).tree.nodes == Tree.of(conversation.nodes, 6).nodes
    assert [record["today"] for record in records(path, "question")] == [None, "2026-11-22", "2026-11-23"]
    path = written(tmp_path, conversation, ExportOptions())
    said = [(each["text"], bool(each["left_out"])) for each in records(path, "message") if each["node"] == 3]
    assert said == [(None, True), ("The date is now 2026-11-22.", False), ("And this?", False)]
    assert read_audit(path).left_out == {1, 3}


def test_an_audit_of_a_chorale_that_noted_no_dates_is_read(tmp_path: Path) -> None:
    from app.export import chain

    path = written(tmp_path, talk())
    older = [json.loads(line) for line in path.read_text("utf-8").splitlines()[:-1]]
    for record in older:
        for name in ("n", "hash", "date", "today"):
            record.pop(name, None)
    path.write_text("".join(chain.lines(older)), encoding="utf-8", newline="")
    assert read_audit(path).tree.nodes == Tree.of(talk().nodes, 5).nodes


def test_a_changed_file_is_not_read(tmp_path: Path) -> None:
    path = written(tmp_path, talk())
    path.write_text(path.read_text("utf-8").replace("A greeting.", "A threat.  "), encoding="utf-8")
    number = next(n for n, line in enumerate(path.read_text("utf-8").splitlines(), 1) if "threat" in line)
    assert f"Record {number} was changed" in verify(path).problem
    with pytest.raises(InputError, match=f"is not the file that was exported. Record {number} was changed"):
        read_audit(path)


@pytest.mark.parametrize("content", ["", "# A talk\n\nHello.\n", '{"form": "chorale"}\n'])
def test_an_export_of_another_form_is_not_called_a_changed_audit(tmp_path: Path, content: str) -> None:
    path = tmp_path / "talk.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="is no audit"):
        read_audit(path)


def test_a_whole_chain_of_something_else_is_refused_in_a_sentence(tmp_path: Path) -> None:
    from app.export import chain

    path = tmp_path / "x"
    for content in ([], [{"type": "audit", "format": 2}], [{"type": "note"}], [{"a": None}]):
        path.write_text("".join(chain.lines(content)), encoding="utf-8", newline="")
        with pytest.raises(InputError, match="no audit of a conversation"):
            read_audit(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_audit(tmp_path / "nothing")


def test_a_message_that_claims_to_be_the_users_is_a_record_of_the_answer(tmp_path: Path) -> None:
    """Roles come from the tree, also for text that looks like a record."""
    spoof = replace(PLAIN, messages=(Message(Role.ASSISTANT, '{"role":"user"}'), final("x")))
    said = records(written(tmp_path, stored(Question("q"), spoof)), "message")
    assert [each["role"] for each in said] == ["user", "assistant", "assistant"]
