"""`chorale ask --attach` and `chorale summarize`: files in, an answer with its pages out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runtime.events import TurnRequest
from tests.fakes.engine import FakeEngine, ScriptedTurn, call, final, turn
from tests.support.command_line import Cli
from tests.support.documents.pdf_file import PdfFile

pytestmark = pytest.mark.slow  # every file is read by a process of its own


def pdf(folder: Path, name: str = "report.pdf", pages: int = 3, words: int = 5) -> str:
    made = PdfFile()
    for number in range(1, pages + 1):
        made.page(
            [(72, 700 - 12 * row, f"marker{number:04d} row {row} {'word ' * 8}") for row in range(words)]
        )
    made.page(picture=True)
    path = folder / name
    path.write_bytes(made.file())
    return str(path)


def honest(request: TurnRequest) -> ScriptedTurn:
    text = request.conversation.messages[-1].content
    pages = re.findall(r"<<<(D\d) page (\d+)>>>\n(marker\d+)", text)
    if pages:
        return turn(
            final("\n".join(f"- {marker} [{name} p. {page}]" for name, page, marker in (pages[0], pages[-1])))
        )
    lines = re.findall(r"^- .*$", text, re.M)
    return turn(final("\n".join(dict.fromkeys((lines[0], lines[-1])))))


def test_an_attached_file_stands_whole_before_the_question(chorale: Cli, tmp_path: Path) -> None:
    chorale.engine = FakeEngine([turn(final("It says so [D1 p. 2], and [p. 4]."))])
    assert chorale("ask", "--model", "demo", "What?", "--json", "--attach", pdf(tmp_path)) == 0
    documents, question = chorale.engine.requests[0].conversation.messages
    assert "<<<D1 page 2>>>\nmarker0002" in documents.content
    assert question.content == "What?"
    assert "search_documents" not in [tool.name for tool in chorale.engine.requests[0].conversation.tools]
    end = chorale.json()[-1]
    assert end["citations"] == [
        {"file": "report.pdf", "page": 2, "shown": True},
        {"file": "report.pdf", "page": 4, "shown": True},
    ]
    assert end["unread"] == ["Page 4 of report.pdf holds only pictures."]


def test_a_question_after_the_files_is_a_question(chorale: Cli, tmp_path: Path) -> None:
    chorale.engine = FakeEngine([turn(final("So."))])
    assert chorale("ask", "--model", "demo", "--attach", pdf(tmp_path), "What is this?") == 0
    documents, question = chorale.engine.requests[0].conversation.messages
    assert "marker0002" in documents.content
    assert question.content == "What is this?"


def test_a_long_file_is_searched_by_the_model_and_made_up_pages_are_told(
    chorale: Cli, tmp_path: Path
) -> None:
    path = pdf(tmp_path, pages=60, words=20)
    chorale.engine = FakeEngine(
        [
            turn(call("search_documents", '{"query": "marker0042"}')),
            turn(final("Found [D1 p. 42]; also [D1 p. 50].")),
        ]
    )
    assert chorale("ask", "--model", "demo", "Where is 42?", "--attach", path) == 0
    first, second = chorale.engine.requests
    assert "marker0042" not in first.conversation.messages[0].content
    assert "[D1 p. 42]" in second.conversation.messages[-1].content
    assert chorale.out == "Found [D1 p. 42]; also [D1 p. 50].\n"
    assert "The answer names page 50 of report.pdf, which the model was not shown." in chorale.err
    assert "Page 61 of report.pdf holds only pictures." in chorale.err


def test_a_file_that_cannot_be_read_fails_before_a_model_is_loaded(chorale: Cli, tmp_path: Path) -> None:
    (tmp_path / "photo.pdf").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert chorale("ask", "--model", "demo", "Hi", "--attach", str(tmp_path / "photo.pdf")) == 1
    assert chorale.err.startswith("chorale: photo.pdf is a picture.")
    assert chorale.engine.loads == []


def test_a_summary_goes_to_standard_output_with_what_was_covered(chorale: Cli, tmp_path: Path) -> None:
    chorale.engine = FakeEngine(honest)
    assert chorale("summarize", "--model", "demo", pdf(tmp_path)) == 0
    assert chorale.out.splitlines() == [
        "- marker0001 [p. 1]",
        "- marker0003 [p. 3]",
        "",
        "Read 3 of 4 pages; page 4 holds only pictures.",
    ]


def test_scripts_get_progress_and_the_summary_with_pages_and_coverage(chorale: Cli, tmp_path: Path) -> None:
    chorale.engine = FakeEngine(honest)
    path = pdf(tmp_path, pages=40, words=20)
    assert (
        chorale("summarize", "--model", "demo", "--json", "--style", "actions", "--reader", "a nurse", path)
        == 0
    )
    *progress, summary = chorale.json()
    assert {line["type"] for line in progress} == {"progress"}
    assert summary["type"] == "summary"
    assert summary["citations"][0] == {"file": "report.pdf", "page": 1, "shown": True}
    coverage = summary["coverage"]
    assert (coverage["pages_read"], coverage["pages_total"]) == (40, 41)
    instructions = chorale.engine.requests[0].conversation.instructions
    assert instructions is not None and "for this reader: a nurse" in instructions


def test_several_files_are_listed_under_their_summary(chorale: Cli, tmp_path: Path) -> None:
    chorale.engine = FakeEngine(honest)
    paths = [pdf(tmp_path, "a.pdf"), pdf(tmp_path, "b.pdf")]
    assert chorale("summarize", "--model", "demo", *paths) == 0
    assert "D1: a.pdf\nD2: b.pdf\n" in chorale.out


def test_a_summary_that_fails_is_one_line_and_exit_code_1(chorale: Cli, tmp_path: Path) -> None:
    chorale.engine = FakeEngine(lambda request: turn(crash="The engine stopped."))
    assert chorale("summarize", "--model", "demo", pdf(tmp_path)) == 1
    assert chorale.err.splitlines()[-1] == "chorale: The engine stopped."


def test_a_scan_cannot_be_summarised_and_says_what_to_do(chorale: Cli, tmp_path: Path) -> None:
    path = pdf(tmp_path, pages=0)
    assert chorale("summarize", "--model", "demo", path) == 1
    assert "text recognition (OCR)" in chorale.err
