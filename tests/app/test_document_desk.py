"""Files of the window's conversation: what is read, what it costs, what goes with a message, what is looked up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.attachments import FileState
from app.document_desk import DocumentDesk
from app.document_tokens import lazily
from runtime.documents.values import PageState
from tests.fakes.documents import ScriptedReader, desk_with
from tests.support.documents.making import count_words, document, marker_pages

BIG = document("big.pdf", *marker_pages(200, 100))


def test_a_file_is_read_and_says_how_far_it_is() -> None:
    desk = DocumentDesk(lambda: ScriptedReader({"a.pdf": document("a.pdf", "one", "two")}))
    desk.use(count_words, 8000)
    key = desk.add("folder/a.pdf")
    states = [files[0].state for files in desk.read(key)]
    assert states == [FileState.READING, FileState.READING, FileState.READY]
    (file,) = desk.files()
    assert (file.name, file.id, file.pages_total, file.is_whole) == ("a.pdf", "D1", 2, True)
    assert file.tokens


def test_a_file_that_cannot_be_read_says_why_and_keeps_nothing_else_from_going() -> None:
    desk = desk_with(document("a.pdf", "one"))
    list(desk.read(desk.add("locked.pdf")))
    assert desk.files()[1].state is FileState.REFUSED
    assert desk.files()[1].problems[0].startswith("locked.pdf is protected by a password.")
    text, _ = desk.hand_over()
    assert "locked" not in text


def test_a_scan_without_text_is_refused_in_a_sentence() -> None:
    desk = desk_with(document("scan.pdf", PageState.PICTURES))
    (file,) = desk.files()
    assert file.state is FileState.REFUSED
    assert "text recognition" in file.problems[0]


def test_pages_that_hold_only_pictures_are_told() -> None:
    desk = desk_with(document("a.pdf", "one", PageState.PICTURES))
    assert desk.files()[0].problems == ("Page 2 of a.pdf holds only pictures.",)


def test_the_same_file_attached_twice_is_there_once() -> None:
    desk = desk_with(document("a.pdf", "one"))
    assert desk.add("folder/a.pdf") == desk.files()[0].key
    assert len(desk.files()) == 1


def test_what_does_not_fit_will_be_searched_and_the_price_says_so() -> None:
    desk = desk_with(document("a.pdf", "one"), BIG)
    assert [file.is_whole for file in desk.files()] == [True, False]
    price = desk.price("What is this?", 100)
    assert price is not None
    assert (price.whole, price.searched) == (("a.pdf",), ("big.pdf",))
    assert price.total == price.documents + price.message + 100
    assert price.fits


def test_a_message_longer_than_the_context_does_not_fit() -> None:
    desk = desk_with(context=50)
    price = desk.price("word " * 400, 0)
    assert price is not None
    assert not price.fits


def test_files_read_before_there_is_a_model_are_counted_afterwards() -> None:
    desk = desk_with(document("a.pdf", "one"), has_model=False)
    assert desk.files()[0].tokens is None
    assert desk.price("x", 0) is None
    desk.use(count_words, 8000)
    assert desk.weigh()[0].tokens


def test_a_file_that_is_counted_while_another_model_is_loaded_costs_what_that_one_says() -> None:
    desk = desk_with(document("a.pdf", "one"), has_model=False)

    def slow(text: str) -> int:
        desk.use(count_words, 8000)
        return 7000

    desk.use(slow, 8000)
    desk.weigh()
    (file,) = desk.weigh()
    assert file.tokens is not None
    assert file.tokens < 100


def test_a_short_message_alone_is_not_counted() -> None:
    assert desk_with().price("Hello", 0) is None


def test_files_go_with_one_message_and_stay() -> None:
    desk = desk_with(document("a.pdf", "one"))
    text, _ = desk.hand_over()
    assert "<<<D1 page 1>>>" in text
    assert desk.hand_over()[0] == ""
    assert desk.files()[0].is_sent
    desk.remove(desk.files()[0].key)
    assert len(desk.files()) == 1


def test_files_of_a_refused_message_wait_again_and_can_be_removed() -> None:
    desk = desk_with(document("a.pdf", "one"), BIG)
    first, take_back = desk.hand_over()
    take_back()
    assert not any(file.is_sent for file in desk.files())
    assert desk.tools == ()
    second, _ = desk.hand_over()
    assert second == first


def test_a_file_taken_back_is_not_found_by_search_any_more() -> None:
    desk = desk_with(BIG)
    _, take_back = desk.hand_over()
    search = desk.tools[0]
    assert "marker0123" in str(search.run({"query": "marker0123"}))
    take_back()
    assert "marker0123" not in str(search.run({"query": "marker0123"}))


def test_a_message_waits_for_files_that_are_read() -> None:
    desk = desk_with()
    key = desk.add("slow.pdf")
    assert "slow.pdf is still being read" in (desk.why_not_now() or "")
    desk.remove(key)
    assert desk.why_not_now() is None


def test_removing_a_file_ends_its_reading() -> None:
    reader = ScriptedReader({"a.pdf": document("a.pdf", "one")})
    desk = DocumentDesk(lambda: reader)
    key = desk.add("a.pdf")
    reading = desk.read(key)
    next(reading)
    desk.remove(key)
    assert reader.is_cancelled
    assert list(reading) == []
    assert desk.files() == ()


def test_a_page_that_was_not_shown_is_marked_and_one_that_does_not_exist_has_no_file() -> None:
    desk = desk_with(document("a.pdf", "one", "two"), BIG)
    desk.hand_over()
    shown, unseen, missing = desk.mentions("See [D1 p. 2], [D2 p. 9] and [D1 p. 77].")
    assert (shown.file, shown.was_shown) == ("a.pdf", True)
    assert (unseen.file, unseen.was_shown) == ("big.pdf", False)
    assert (missing.file, missing.was_shown) == ("", False)


def test_a_page_is_found_with_the_place_that_is_cited() -> None:
    text = "The sun shone. Revenue rose by 14 percent in March. Nobody asked why."
    desk = desk_with(document("a.pdf", "cover", text))
    page = desk.page("D1", 2, "Revenue grew 14 percent")
    assert page is not None
    assert page.place is not None
    assert page.text[slice(*page.place)] == "Revenue rose by 14 percent in March."
    assert desk.page("D1", 3) is None


def test_a_new_conversation_begins_with_the_first_document_again() -> None:
    desk = desk_with(document("a.pdf", "one"))
    desk.hand_over()
    desk.clear()
    assert desk.files() == ()
    assert desk.page("D1", 1) is None
    list(desk.read(desk.add("a.pdf")))
    assert desk.files()[0].id == "D1"


@pytest.mark.parametrize("answer", ["Nothing cited.", "[1] is a footnote", "See [D1]."])
def test_what_is_no_citation_is_left_alone(answer: str) -> None:
    assert desk_with(document("a.pdf", "one")).mentions(answer) == ()


def test_a_long_text_is_counted_in_pieces_so_that_the_window_can_go_on() -> None:
    counted: list[str] = []

    def count(text: str) -> int:
        counted.append(text)
        return count_words(text)

    desk = desk_with(BIG, has_model=False)
    desk.use(count, 8000)
    (file,) = desk.weigh()
    assert max(map(len, counted)) < 8000
    whole = desk_with(BIG).files()[0].tokens
    assert file.tokens == whole


def test_the_tokenizer_is_loaded_when_the_first_text_is_counted_and_once() -> None:
    loads: list[int] = []

    def make() -> Callable[[str], int]:
        loads.append(1)
        return count_words

    count = lazily(make)
    assert not loads
    assert (count("one two"), count("three")) == (2, 1)
    assert len(loads) == 1
