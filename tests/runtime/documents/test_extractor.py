"""The reading process: whatever a file or its reader does, the app gets pages or a sentence, in time."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.errors import Cancelled, InputError
from runtime.documents.extractor import Extractor
from runtime.documents.values import Document, DocumentRead, Limits, PageState, ReadEvent, ReadProgress
from tests.fakes import document_readers
from tests.support.documents.pdf_file import PdfFile

pytestmark = pytest.mark.slow  # each starts a process


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text("Hello", encoding="utf-8")
    return path


def document_of(events: Iterator[ReadEvent]) -> Document:
    *_, last = events
    assert isinstance(last, DocumentRead)
    return last.document


def test_a_pdf_is_read_in_another_process_with_progress(tmp_path: Path) -> None:
    pdf = PdfFile()
    for number in range(1, 4):
        pdf.page([(72, 700, f"Page {number}")])
    pdf.page(picture=True)
    path = tmp_path / "Bericht für Ü.pdf"
    path.write_bytes(pdf.file())
    events = list(Extractor().read(path))
    document = document_of(iter(events))
    assert any(isinstance(event, ReadProgress) and event.total == 4 for event in events)
    assert (document.name, document.kind, document.pages_total) == (path.name, "PDF document", 4)
    assert [page.text for page in document.pages] == ["Page 1", "Page 2", "Page 3", ""]
    assert [page.number for page in document.pages] == [1, 2, 3, 4]
    assert document.pages[3].state is PageState.PICTURES
    assert document.has_real_pages


def test_the_process_needs_neither_qt_nor_the_engine(tmp_path: Path) -> None:
    import subprocess

    program = (
        "import sys, runtime.documents.extract, runtime.documents.extractor;"
        "print([name for name in sys.modules if name.partition('.')[0] in ('PySide6', 'onnxruntime', 'numpy')])"
    )
    root = Path(__file__).resolve().parents[3]
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"


def test_a_refusal_is_a_sentence_that_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "photo.pdf"
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(InputError) as caught:
        list(Extractor().read(path))
    assert caught.value.user_text.startswith("photo.pdf is a picture.")


def test_what_was_read_before_time_ran_out_is_kept_and_said_to_be_not_all(note: Path) -> None:
    extractor = Extractor(Limits(seconds=0.2), document_readers.two_pages_then_hang)
    document = document_of(extractor.read(note))
    assert [page.text for page in document.pages] == ["one", "two"]
    assert document.pages_total == 9
    assert document.problems == (
        "Reading it took more than 0.2 seconds; of 9 pages, 2 were read. What follows page 2 was not read.",
    )


def test_a_reader_that_crashes_costs_the_rest_of_the_file_only(note: Path) -> None:
    document = document_of(Extractor(target=document_readers.two_pages_then_crash).read(note))
    assert [page.text for page in document.pages] == ["one", "two"]
    assert "ended unexpectedly" in document.problems[0]


@pytest.mark.parametrize(
    "target", [document_readers.crash, document_readers.garbage, document_readers.nonsense]
)
def test_a_reader_that_says_nothing_sensible_is_a_sentence(target: object, note: Path) -> None:
    with pytest.raises(InputError, match=r"note\.txt"):
        list(Extractor(target=target).read(note))  # type: ignore[arg-type]


def test_a_reader_that_never_ends_is_ended_by_the_limit_on_text(note: Path) -> None:
    extractor = Extractor(Limits(characters=100_000), document_readers.endless)
    assert len(document_of(extractor.read(note)).pages) == 200


def test_text_is_cleaned_here_too_whatever_the_reader_sends(note: Path) -> None:
    assert (
        document_of(Extractor(target=document_readers.hostile_text).read(note)).pages[0].text
        == "a\n\nb\ufffd"
    )


def test_memory_is_bounded(note: Path) -> None:
    extractor = Extractor(Limits(memory_bytes=64 << 20), document_readers.greedy)
    try:
        assert document_of(extractor.read(note)).pages[0].text == "refused"
    except InputError as error:
        # Wine takes the bound of a job object and does not hold it; then it is held from outside.
        assert sys.platform == "win32" and "memory" in error.user_text


def test_memory_is_bounded_from_outside_where_the_system_does_not_hold_the_bound(note: Path) -> None:
    with pytest.raises(InputError, match=r"note\.txt was not read: it takes more than 1 MB of memory"):
        list(Extractor(Limits(memory_bytes=1 << 20), document_readers.hoard).read(note))


def test_a_reader_can_only_read(note: Path) -> None:
    document = document_of(Extractor(target=document_readers.curious).read(note))
    assert document.pages[0].text == "write delete connect start"
    assert note.read_text(encoding="utf-8") == "Hello"


def test_a_cancel_ends_it_at_once(note: Path) -> None:
    extractor = Extractor(target=document_readers.two_pages_then_hang)
    events = extractor.read(note)
    next(events)
    threading.Thread(target=extractor.cancel).start()
    with pytest.raises(Cancelled):
        list(events)


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "is a folder"), ("missing.pdf", "cannot be read"), ("a\0b.pdf", "no file name has")],
)
def test_what_is_no_file_is_refused_without_a_process(name: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=words):
        next(Extractor(target=None).read(tmp_path / name))  # type: ignore[arg-type]


def test_a_file_beyond_the_limit_is_refused_without_a_process(note: Path) -> None:
    with pytest.raises(InputError, match="Split it"):
        next(Extractor(Limits(file_bytes=4), None).read(note))  # type: ignore[arg-type]
