"""`chorale replay`: an audit is checked, said again, and the first difference is named; also with the real engine."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.chat import Chat
from app.export.audit import audit_lines
from app.export.values import ExportOptions
from app.history.origin import Maker, model_hash
from app.history.tree import Answer, Question
from app.history.values import ChatSettings, Entry, Stored
from app.installs import demo_folder
from app.tools import built_in_tools
from runtime.engine import Engine
from runtime.events import EngineReady, LoadRequest, Sampling, StopReason
from tests.fakes.engine import FakeEngine, final, turn
from tests.support.command_line import Cli
from tests.support.stored_conversations import ORIGIN, round_of, stored

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DEMO = replace(ORIGIN, model="demo", model_hash=model_hash(demo_folder()))
HELLO = stored(Question("Hello"), Answer((final("Hello, you."),), (round_of(1, seed=5),), DEMO))


def audit(folder: Path, conversation: Stored = HELLO) -> str:
    path = folder / "talk.audit.jsonl"
    lines = audit_lines(conversation, ExportOptions(documents=True), NOW)
    path.write_text("".join(lines), encoding="utf-8", newline="")
    return str(path)


def test_the_same_answer_ends_with_0(chorale: Cli, tmp_path: Path) -> None:
    chorale.engine = FakeEngine([turn(final("Hello, you."))])
    assert chorale("replay", audit(tmp_path)) == 0
    assert chorale.out == "same: all answers, 1 of 1, to the letter\n"
    (loaded,) = chorale.engine.loads
    assert (loaded.device, loaded.insist, loaded.context_length) == ("cpu", True, 4096)
    assert chorale.engine.requests[0].sampling.seed == 5
    assert chorale.engine.closed


def test_another_answer_ends_with_1_and_says_where(chorale: Cli, tmp_path: Path) -> None:
    chorale.engine = FakeEngine([turn(final("Hello, me."))])
    assert chorale("replay", audit(tmp_path)) == 1
    assert chorale.out == (
        "different: answer 1 of 1, message 1, character 8 (text)\n  recorded: Hello, you.\n  replayed: Hello, me.\n"
    )


def test_scripts_get_a_line_an_answer_and_the_end(chorale: Cli, tmp_path: Path) -> None:
    chorale.engine = FakeEngine([turn(final("Hello, me."))])
    assert chorale("replay", audit(tmp_path), "--json") == 1
    answer, end = chorale.json()
    assert answer == {"type": "answer", "answer": 1, "of": 1, "node": 2, "same": False, "skipped": None}
    assert (end["result"], end["answers"], end["same"], end["error"]) == ("different", 1, 0, None)
    assert end["difference"]["character"] == 8
    assert len(end["head"]) == 64


def test_an_answer_that_cannot_be_run_again_is_incomplete(chorale: Cli, tmp_path: Path) -> None:
    broken = stored(Question("Hello"), Answer((final("Hel"),), (), DEMO))
    assert chorale("replay", audit(tmp_path, broken)) == 1
    assert "incomplete: 0 of 1 answers are the same, 1 cannot be run again" in chorale.out
    assert "Chorale was ended in the middle" in chorale.err


def test_a_changed_file_is_refused_before_a_model_is_loaded(chorale: Cli, tmp_path: Path) -> None:
    path = Path(audit(tmp_path))
    path.write_text(path.read_text("utf-8").replace("Hello, you.", "Hello, You."), encoding="utf-8")
    assert chorale("replay", str(path), "--json") == 1
    assert chorale.json()[-1]["result"] == "failed"
    assert "Record 7 was changed" in chorale.err
    assert chorale.engine.loads == []


def test_a_file_can_be_verified_without_running_it(chorale: Cli, tmp_path: Path) -> None:
    path = audit(tmp_path)
    head = json.loads(Path(path).read_text("utf-8").splitlines()[-1])["head"]
    assert chorale("replay", path, "--only-verify", "--head", head) == 0
    assert chorale.out == f"whole: 7 records, head {head}\n"
    assert chorale("replay", path, "--only-verify", "--head", "0" * 64) == 1
    assert "not the file whose hash was kept" in chorale.err
    assert chorale("replay", path, "--head", "nonsense") == 2
    assert chorale.engine.loads == []


def test_another_model_is_refused_unless_it_is_allowed(chorale: Cli, tmp_path: Path) -> None:
    other = stored(
        Question("Hello"),
        Answer((final("Hello, you."),), (round_of(1),), replace(DEMO, model_hash="cd" * 32)),
    )
    path = audit(tmp_path, other)
    assert chorale("replay", path) == 1
    assert "is not the one that answered" in chorale.err
    assert chorale.engine.requests == []
    chorale.engine = FakeEngine([turn(final("Hello, you."))])
    assert chorale("replay", path, "--any-model") == 0
    assert "not known to be the model that answered" in chorale.err


def test_a_model_that_is_not_here_says_so(chorale: Cli, tmp_path: Path) -> None:
    gone = stored(Question("q"), Answer((final("x"),), (round_of(1),), replace(DEMO, model="gpt-oss-20b")))
    assert chorale("replay", audit(tmp_path, gone)) == 1
    assert "gpt-oss-20b is not on this PC" in chorale.err


# -- with the real engine ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, EngineReady]]:
    engine = Engine()
    cache = str(tmp_path_factory.mktemp("cache"))
    *_, ready = engine.load(LoadRequest(str(demo_folder()), cache, device="cpu", threads=1))
    assert isinstance(ready, EngineReady)
    yield engine, ready
    engine.close()


def talk(engine: Engine, ready: EngineReady) -> Stored:
    """Three questions to the demo, one answered with a tool, one answered twice, one cut and gone on with."""
    chat = Chat(
        engine,
        tools=built_in_tools(lambda: date(2026, 11, 21), ("get_current_date",)),
        today=lambda: date(2026, 11, 21),
        sampling=Sampling(temperature=1.3, seed=3),  # so that the seed decides what is said
    )
    chat.maker = Maker(ready, model_hash(demo_folder()))
    list(chat.send("Hello"))
    chat.sampling = Sampling(temperature=0.0)
    list(chat.send("What day is it today?"))
    chat.sampling = Sampling(temperature=1.3, seed=4)
    list(chat.retry())
    chat.max_tokens = 12
    list(chat.send("What is Chorale?"))
    chat.max_tokens = None
    if chat.can_go_on:
        list(chat.go_on())
    entry = Entry(1, "A talk", True, "", False, 1.0, 2.0)
    return Stored(entry, ChatSettings(), chat.tree.nodes, chat.tree.leaf)


def replay_in_a_fresh_process(path: str) -> tuple[int, list[dict[str, object]], str]:
    line = [sys.executable, "-m", "app", "replay", path, "--threads", "3", "--json"]
    found = subprocess.run(line, capture_output=True, check=False, timeout=120)
    lines = [json.loads(each) for each in found.stdout.decode("utf-8").splitlines()]
    return found.returncode, lines, found.stderr.decode("utf-8")


@pytest.mark.slow
def test_a_talk_with_the_demo_is_said_again_to_the_letter_by_a_fresh_process(
    real: tuple[Engine, EngineReady], tmp_path: Path
) -> None:
    """Other threads, another cache, other chunks, another process: the same text."""
    conversation = talk(*real)
    answers = [node.content for node in conversation.nodes if isinstance(node.content, Answer)]
    reasons = [each.reason for answer in answers for each in answer.rounds]
    assert StopReason.TOOL_CALL in reasons
    assert any(each.goes_on for answer in answers for each in answer.rounds)
    assert len(answers) == 4
    code, lines, error = replay_in_a_fresh_process(audit(tmp_path, conversation))
    assert (code, error) == (0, ""), lines
    assert [(line["type"], line.get("same")) for line in lines] == [
        *[("answer", True)] * 4,
        ("end", 4),
    ]


@pytest.mark.slow
def test_another_seed_is_found_to_be_another_answer(real: tuple[Engine, EngineReady], tmp_path: Path) -> None:
    """The proof that the seed decides, and that a replay looks."""
    conversation = talk(*real)
    first = conversation.nodes[1]
    assert isinstance(first.content, Answer)
    (made,) = first.content.rounds
    assert made.seed is not None
    other = replace(first, content=replace(first.content, rounds=(replace(made, seed=made.seed + 1),)))
    changed = replace(conversation, nodes=(conversation.nodes[0], other))
    code, lines, _ = replay_in_a_fresh_process(audit(tmp_path, replace(changed, leaf=2)))
    assert code == 1
    assert lines[-1]["result"] == "different"
