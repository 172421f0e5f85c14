"""What a file is, by its content: extensions that lie, and files that are no documents."""

from __future__ import annotations

import pytest

from runtime.documents.detect import Kind, detect
from runtime.documents.source import Source, UnreadableError
from runtime.documents.values import Limits
from tests.support.documents.msg_file import compound_file
from tests.support.documents.office_files import docx, packed, paragraph
from tests.support.documents.reading import read


def kind(name: str, data: bytes) -> Kind:
    return detect(Source(name, data, Limits()))


def test_a_word_document_named_pdf_is_read_and_the_lie_is_told() -> None:
    reading = read("a.pdf", docx(paragraph("truth")))
    assert reading.text == "truth"
    assert reading.troubles == [
        "a.pdf is named like a PDF document, but is a Word document; it was read as that."
    ]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.pdf", b"", "is empty"),
        ("a.pdf", b"\x89PNG\r\n\x1a\n", "is a picture"),
        ("a.docx", b"MZ\x90\0\x03", "is a program"),
        ("a.txt", bytes(range(256)) * 9, "not a document"),
        ("a.docx", packed({"notes.txt": "x"}), "is an archive"),
        ("a.docx", b"PK\x03\x04" + bytes(100), "is damaged"),
        ("a.doc", compound_file({"WordDocument": bytes(5000)}), "before 2007"),
        ("a.ppt", compound_file({"PowerPoint Document": bytes(50)}), "before 2007"),
        ("a.xlsx", compound_file({"EncryptedPackage": bytes(50)}), "protected by a password"),
        ("a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "is damaged"),
        ("a.bin", compound_file({"Strange": b"x"}), "does not know"),
    ],
)
def test_what_is_no_document_is_refused_with_the_reason(name: str, data: bytes, words: str) -> None:
    with pytest.raises(UnreadableError, match=words) as caught:
        kind(name, data)
    assert caught.value.user_text.startswith(name)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.txt", b"From: me\nTo: you\n\nnot a mail, a note about one", Kind.TEXT),
        ("a", b"From: me\nTo: you\nSubject: x\n\nbody", Kind.EML),
        ("a.txt", b"<!doctype html><p>x", Kind.HTML),
        ("BM.txt", b"BMW builds cars", Kind.TEXT),
        ("a.csv", b"a,b", Kind.CSV),
        ("a.py", b"print(1)", Kind.TEXT),
    ],
)
def test_texts_are_told_apart_by_content_then_by_name(name: str, data: bytes, expected: Kind) -> None:
    assert kind(name, data) is expected
