"""Mail with attachments, Outlook messages, web pages, rich text, and plain text in any encoding."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from runtime.documents.readers.outlook import unpack_rtf
from runtime.documents.values import Heading, Limits
from tests.support.documents.msg_file import compound_file, message
from tests.support.documents.office_files import docx, paragraph
from tests.support.documents.pdf_file import PdfFile
from tests.support.documents.reading import read


def mail(subject: str, text: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Ada <ada@example.org>", "Grüße <g@example.org>", subject
    made.set_content(text)
    return made


def pdf_bytes(text: str) -> bytes:
    pdf = PdfFile()
    pdf.page([(72, 700, text)])
    return pdf.file()


def test_a_mail_is_its_headers_and_its_plain_text_rather_than_the_html_beside_it() -> None:
    made = mail("Über Äpfel", "Plain wörds")
    made.add_alternative("<p>The same as HTML</p>", subtype="html")
    (page,) = read("a.eml", made.as_bytes()).pages
    assert page.text.splitlines() == [
        "From: Ada <ada@example.org>",
        "To: Grüße <g@example.org>",
        "Subject: Über Äpfel",
        "Plain wörds",
    ]


def test_a_mail_with_nothing_but_html_is_read() -> None:
    made = mail("x", "y")
    made.set_content("<h1>Title</h1><p>one<br>two</p><style>p {}</style>", subtype="html")
    assert read("a.eml", made.as_bytes()).text.splitlines()[3:] == ["# Title", "one", "two"]


def test_attachments_are_read_after_the_letter_and_named_on_their_pages() -> None:
    made = mail("x", "letter")
    inner = mail("Inner", "inner letter")
    inner.add_attachment(pdf_bytes("deep"), maintype="application", subtype="pdf", filename="deep.pdf")
    made.add_attachment(inner)
    made.add_attachment(docx(paragraph("a word")), maintype="application", subtype="x", filename="w.docx")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="p.png")
    made.add_attachment(b"MZ\0\0", maintype="application", subtype="x", filename="setup.exe")
    reading = read("a.eml", made.as_bytes())
    assert [page.label for page in reading.pages] == [
        "message",
        "Inner.eml: message",
        "Inner.eml: deep.pdf: page 1",
        "w.docx: part 1",
    ]
    assert reading.pages[2].text == "deep"
    assert any("setup.exe is a program" in sentence for sentence in reading.troubles)
    assert any("1 picture attached" in sentence for sentence in reading.troubles)


def test_mail_within_mail_ends_somewhere_and_that_is_said() -> None:
    made = mail("0", "letter 0")
    for number in range(1, 9):
        outer = mail(str(number), f"letter {number}")
        outer.add_attachment(made)
        made = outer
    reading = read("a.eml", made.as_bytes(), Limits(depth=3))
    assert len(reading.pages) == 4
    assert any("too deep" in sentence for sentence in reading.troubles)


def test_a_mail_whose_headers_are_broken_is_still_read() -> None:
    data = b"From: =?utf-8?q?=ff?= <\nTo: \xff\xfe\nSubject: x\nContent-Type: text/plain; charset=nonsense\n\nbody \xe9\n"
    assert "body é" in read("a.eml", data).text


def test_an_outlook_message_is_read_with_its_attachments() -> None:
    inner = message("Inner", "inner body " * 500, inner=True)
    data = compound_file(
        message("Plan", "Hello\r\nWorld", attachments=(("n.txt", b"note"), ("f.msg", inner)))
    )
    first, second, third, *_ = read("a.msg", data).pages
    assert first.text.splitlines() == [
        "From: Ada",
        "To: Grace",
        "Date: 2022-06-18 04:26 UTC",
        "Subject: Plan",
        "Hello",
        "World",
    ]
    assert (second.label, second.text) == ("n.txt: part 1", "note")
    assert third.label == "f.msg: message"


def test_an_outlook_message_with_nothing_but_html_is_read() -> None:
    data = compound_file(message("x", "", html=b"<p>caf\xc3\xa9</p>"))
    assert read("a.msg", data).text.endswith("café")


def test_packed_rich_text_is_unpacked_as_its_specification_shows() -> None:
    # The example of [MS-OXRTFCP], section 4.1.1.
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a0072637067313235423532209e"
        "0020060220b80368656c09002062770563206c647d0a800fa0".replace("09002062770563", "09002062770563")
    )
    assert unpack_rtf(packed, 1000).startswith(b"{\\rtf1\\ansi\\ansicpg125")


def test_a_web_page_is_its_visible_text() -> None:
    page = """<!doctype html><html><head><title>t</title><script>evil()</script></head><body>
    <nav>Menu</nav><h2>Head</h2><p>One   <b>bold</b> word.</p><table><tr><th>a<td>b</table>
    <ol><li>x<li>y</ol><pre>  code
  two</pre><p>last</body></html>"""
    (read_page,) = read("a.html", page.encode()).pages
    assert read_page.text.splitlines() == [
        "Menu",
        "## Head",
        "One bold word.",
        "a | b",
        "1. x",
        "2. y",
        "  code",
        "  two",
        "last",
    ]
    assert read_page.headings == (Heading(2, 5, "Head"),)


def test_a_web_page_says_its_own_encoding() -> None:
    page = '<html><meta charset="windows-1251"><p>Привет</p></html>'
    assert read("a.html", page.encode("cp1251")).text == "Привет"


def test_html_that_never_closes_anything_is_read() -> None:
    assert read("a.html", b"<html>" + b"<div><select>" * 3000 + b"<p>x").pages == []
    assert read("a.html", b"<html>" + b"<div><b>" * 3000 + b"<p>x").text == "x"


def test_rich_text_keeps_its_letters() -> None:
    data = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}Hello \b bold\b0  caf\'e9 \u8364?\par Second}"
    assert read("a.rtf", data).text.splitlines() == ["Hello bold café €", "Second"]


def test_rich_text_that_ends_in_the_middle_says_so() -> None:
    reading = read("a.rtf", rb"{\rtf1\ansi Hello \par Sec")
    assert reading.text.startswith("Hello")
    assert "ends in the middle" in reading.troubles[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_text_in_any_unicode_encoding_is_read_without_a_word(encoding: str) -> None:
    reading = read("a.txt", "Grüße, plain and simple".encode(encoding))
    assert (reading.text, reading.troubles) == ("Grüße, plain and simple", [])


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Übergröße und Straßenbäume für alle Fälle.", "cp1252"),
        ("日本語テキスト、これはシフトJISで書かれた文章です。", "shift_jis"),
        ("Привет, это обычный русский текст для проверки.", "cp1251"),
        ("这是一个简体中文的文本文件，用于测试编码检测。", "gb18030"),
    ],
)
def test_text_in_an_old_encoding_is_guessed_and_the_guess_is_told(text: str, encoding: str) -> None:
    reading = read("a.txt", text.encode(encoding))
    assert reading.text == text
    assert "does not say how its letters are encoded" in reading.troubles[0]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_of_values_is_read_whatever_separates_them(separator: str) -> None:
    rows = [["Name", "City"], ["Ada", "London"], ['says "hi"', "a b"]]
    text = "\n".join(separator.join(f'"{c.replace(chr(34), chr(34) * 2)}"' for c in row) for row in rows)
    assert read("a.csv", text.encode()).text.splitlines() == [
        "Name | City",
        "Ada | London",
        'says "hi" | a b',
    ]


def test_markdown_headings_are_known_but_not_those_in_code() -> None:
    (page,) = read("a.md", b"# One\n\ntext\n```\n# no heading\n```\n## Two\nmore").pages
    assert [(heading.level, heading.title) for heading in page.headings] == [(1, "One"), (2, "Two")]
    assert all(page.text[heading.offset :].startswith("#") for heading in page.headings)


def test_a_long_text_becomes_parts_and_loses_nothing() -> None:
    words = [f"word{number}" for number in range(5000)]
    reading = read("a.txt", " ".join(words).encode())
    assert reading.text.split() == words
    assert max(map(len, reading.texts)) <= 3000
