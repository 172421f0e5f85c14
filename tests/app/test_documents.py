"""The documents of a chat: whole or searched, tools that cut nothing silently, pages that were shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.documents import DocumentShelf, unread_sentences
from app.tools import Tool, ToolRegistry
from models.errors import InputError
from runtime.conversation import ToolSpec
from runtime.documents.values import PageState
from tests.fakes.engine import call
from tests.support.documents.making import count_words, document, marker_pages

BIG = document("big.pdf", *marker_pages(200, 100), PageState.PICTURES, "long " * 3000)


def shelf_with(*documents: Any, context: int = 8000) -> DocumentShelf:
    shelf = DocumentShelf(count_words, context)
    for each in documents:
        shelf.add(each)
    return shelf


def ask(shelf: DocumentShelf, tool: str, **arguments: Any) -> Any:
    return json.loads(ToolRegistry(shelf.tools).answer(call(tool, json.dumps(arguments))).content)


def test_a_small_document_goes_whole_into_the_prompt_and_needs_no_tools() -> None:
    shelf = shelf_with(document("a.pdf", "one", "two"))
    assert shelf.tools == ()
    text = shelf.take_text()
    assert "<<<D1 page 2>>>\ntwo" in text
    assert shelf.attached[0].tokens == count_words(text)


def test_a_large_document_is_described_and_searched() -> None:
    shelf = shelf_with(document("a.pdf", "one"), BIG)
    text = shelf.take_text()
    assert "marker0001" not in text
    assert "search_documents" in text
    assert [tool.spec.name for tool in shelf.tools] == ["search_documents", "read_pages"]
    assert all(tool.only_reads for tool in shelf.tools)
    found = ask(shelf, "search_documents", query="marker0123")
    assert found["results"][0]["cite"] == "[D2 p. 123]"
    assert "marker0123" in found["results"][0]["excerpt"]


def test_documents_attached_later_are_told_once_and_change_nothing_before() -> None:
    shelf = shelf_with(document("a.pdf", "one"))
    first = shelf.take_text()
    assert shelf.take_text() == ""
    shelf.add(document("b.pdf", "two"))
    second = shelf.take_text()
    assert "D1" not in second.split("\n\n", 1)[1]
    assert "document D2" in second
    assert "D2" not in first


def test_whole_documents_stop_at_the_budget_and_none_is_cut() -> None:
    texts = [document(f"{n}.pdf", "word " * 1500) for n in range(4)]
    shelf = shelf_with(*texts, context=8000)
    assert [each.placed.is_whole for each in shelf.attached] == [True, True, False, False]
    assert shelf.take_text().count("word") == 3000


def test_pages_that_do_not_fit_a_result_are_named_not_dropped() -> None:
    shelf = shelf_with(BIG)
    found = ask(shelf, "read_pages", document="D1", first_page=10, last_page=60)
    shown = len(found["pages"])
    assert 1 < shown < 51
    assert found["note"] == f"Pages {10 + shown}-60 did not fit. Call again for them."


def test_a_page_longer_than_a_result_is_given_in_pieces_that_join_up() -> None:
    shelf = shelf_with(BIG)
    pieces: list[str] = []
    for number in range(1, 99):
        found = ask(shelf, "read_pages", document="D1", first_page=202, piece=number)
        if "error" in found:
            break
        pieces.append(found["pages"][0]["text"])
    assert len(pieces) > 2
    assert " ".join(pieces).split() == ["long"] * 3000


def test_a_page_without_text_says_what_it_is() -> None:
    assert ask(shelf_with(BIG), "read_pages", document="D1", first_page=201)["pages"] == [
        {"cite": "[D1 p. 201]", "note": "this page holds only pictures"}
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"document": "D9", "first_page": 1}, "There is no document D9. Documents: D1."),
        ({"document": "D1", "first_page": 0}, "pages 1 to 202"),
        ({"document": "D1", "first_page": 999}, "pages 1 to 202"),
        ({"document": "D1", "first_page": 5, "last_page": 2}, "pages 1 to 202"),
        ({"document": "D1"}, "first_page is missing"),
    ],
)
def test_a_wrong_call_is_told_how_to_do_better(arguments: dict[str, Any], words: str) -> None:
    assert words in ask(shelf_with(BIG), "read_pages", **arguments)["error"]


def test_nothing_found_is_said() -> None:
    assert "Try others" in ask(shelf_with(BIG), "search_documents", query="nowhere")["note"]


def test_a_citation_is_right_only_if_its_page_was_shown() -> None:
    shelf = shelf_with(document("a.pdf", "one"), BIG)
    shelf.take_text()
    ask(shelf, "read_pages", document="D2", first_page=7)
    citations = shelf.citations("a [D1 p. 1] b [D2 p. 7] c [D2 p. 8] d [D3 p. 1]")
    assert [citation.was_shown for citation in citations] == [True, True, False, False]
    assert [shelf.file_of(citation) for citation in citations] == ["a.pdf", "big.pdf", "big.pdf", None]
    page = shelf.page(citations[1])
    assert page is not None and "marker0007" in page.text
    assert shelf.page(citations[3]) is None


def test_a_scan_is_refused_with_what_to_do() -> None:
    with pytest.raises(InputError, match="OCR"):
        shelf_with(document("scan.pdf", PageState.PICTURES))
    with pytest.raises(InputError, match="no text"):
        shelf_with(document("blank.pdf", PageState.BLANK))


def test_what_was_not_read_is_told_by_page() -> None:
    made = document("a.pdf", "x", PageState.PICTURES, PageState.PICTURES, PageState.DAMAGED)
    assert unread_sentences([made]) == [
        "Pages 2-3 of a.pdf hold only pictures.",
        "Page 4 of a.pdf could not be read.",
    ]


def test_where_untrusted_text_is_read_only_tools_that_read_are_left() -> None:
    writes = Tool(ToolSpec("send_mail", "Sends."), lambda arguments: {}, only_reads=False)
    tools = ToolRegistry([writes]).plus(*shelf_with(BIG).tools).for_untrusted_text()
    assert [spec.name for spec in tools.specs] == ["search_documents", "read_pages"]
    assert "no tool" in tools.answer(call("send_mail")).content
