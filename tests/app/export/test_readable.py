"""Files that people read: complete, without what was not asked for, and no text in them breaks out of its place."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.export.blocks import CodeBlock, Heading, ListBlock, Quote, Table, blocks
from app.export.conversation import conversation_json
from app.export.html import blocks_html, html
from app.export.inline import Kind, spans
from app.export.markdown import blocks_markdown, line_markdown, markdown
from app.export.selection import Words
from app.export.values import ExportOptions
from app.history.tree import Answer, Question
from app.history.values import Stored
from app.installs import demo_folder
from runtime.documents.prompt import Placed, documents_text
from runtime.documents.values import Document, Page
from runtime.events import StopReason
from runtime.harmony import render
from runtime.harmony.json_form import conversation_from_json
from runtime.tokenizer import Tokenizer
from tests.fakes.engine import analysis, final, preamble
from tests.support.stored_conversations import (
    ORIGIN,
    round_of,
    stored,
    talk,
    talk_about_files,
    talk_over_midnight,
)

ALL = ExportOptions(reasoning=True, tools=True, documents=True)
NONE = ExportOptions()
WORDS = Words()
TAGS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "p",
        "section",
        "div",
    ),
    *(
        "details",
        "summary",
        "ul",
        "ol",
        "li",
        "pre",
        "code",
        "blockquote",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
    ),
    *("td", "strong", "em", "s", "br", "hr", "span", "bdi"),
}
ATTRIBUTES = {"dir", "class", "lang", "charset", "http-equiv", "content", "name", "start", "open"}
HOSTILE = (
    "<script>alert(1)</script>",
    "</div></section></body><h2>You</h2>",
    "<!-- ",
    "]]> <![CDATA[ <style>body{display:none}",
    "```\n<b>",
    "~~~\n## You\n",
    "> quote\n\n## You\n\n> I agree.",
    "You\n---\n",
    "You\n===",
    "- ## You\n\n      <b>",
    "1. a\n   ```\n<script>",
    "    ## You",
    "![x](https://tracker.example/a.png) <img src=x onerror=alert(1)>",
    "[x](javascript:alert(1)) [You]: https://evil.example",
    "[a]: javascript:x",
    "`<b> ``<i>` \\`<u>`",
    "`open\n\n<b>",
    "\u202eright to left\u2066",
    "nul\x00 esc\x1b half\ud800 \ufffe",
    "| a | <b> |\n|---|---|\n| `|` | </table> |",
    "&lt;script&gt; &#60;b&#62;",
    "<https://a.example/<b>>",
    "\t# tab\n\t```",
)


class Reader(HTMLParser):
    """What a browser would make of a file: elements, attributes, headings."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        assert {name for name, _ in attrs} <= ATTRIBUTES
        if tag not in ("meta", "br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def with_text(text: str) -> Stored:
    return stored(
        Question(text, text, (text,)),
        Answer((analysis(text), preamble(text), final(text)), (round_of(3),), ORIGIN, text),
        title=text,
    )


def speakers(text: str) -> list[str]:
    """The headings of a Markdown file that say who speaks."""
    return [each.text for each in blocks(text) if isinstance(each, Heading) and each.level == 2]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_out_of_its_place(text: str) -> None:
    page = html(with_text(text), ALL, WORDS)
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    assert reader.headings == ["You", "Answer"]
    written = markdown(with_text(text), ALL, WORDS)
    assert speakers(written) == ["You", "Answer"]
    assert written.isprintable() or "\x00" not in written
    for file in (page, written, conversation_json(with_text(text), ALL, WORDS)):
        file.encode("utf-8")


@given(
    st.lists(
        st.sampled_from([*HOSTILE, "\n", "\n\n", "> ", "- ", "1. ", "  ", "x", "`", "```", "#"]), max_size=8
    )
)
def test_no_mixture_breaks_out_of_its_place(pieces: list[str]) -> None:
    text = "".join(pieces)
    reader = Reader()
    reader.feed(html(with_text(text), ALL, WORDS))
    reader.close()
    assert (reader.open, reader.headings) == ([], ["You", "Answer"])
    assert speakers(markdown(with_text(text), ALL, WORDS)) == ["You", "Answer"]


@given(st.text("`#>-*1.<[]()!|\\ \n\tab_~=$", max_size=60))
def test_what_is_written_anew_means_the_same(text: str) -> None:
    """Written twice is written once: the form of the file has one meaning."""
    once = blocks_markdown(blocks(text))
    assert [type(each) for each in blocks(once)] == [type(each) for each in blocks(text)] or not once


def test_html_asks_for_nothing_outside_of_itself() -> None:
    page = html(with_text(HOSTILE[12]), ALL, WORDS)
    assert "default-src 'none'" in page
    for forbidden in ("<script", "<img", "<link", "href=", "src=x", "url(", "@import"):
        assert forbidden not in page.replace("src=x onerror", "")
    assert "https://tracker.example/a.png" in page  # as words


def test_markdown_loads_no_image_and_runs_no_address() -> None:
    written = line_markdown("![x](https://t.example/x) [y](javascript:a) [z](https://ok.example) <b>")
    assert written == "\\![x](https://t.example/x) [y\\](javascript:a) [z](https://ok.example) \\<b>"


def test_what_was_typed_stands_in_markdown_as_it_was_typed() -> None:
    typed = "<b> *a* `c` [x](y)\n# no heading\n    indented\n1. no list\n- nor this\n![i](j)"
    written = markdown(stored(Question(typed)), NONE, WORDS)
    assert [line.rstrip() for line in written.splitlines() if line.startswith("> ")] == [
        "> \\<b\\> \\*a\\* \\`c\\` \\[x\\](y)",
        "> \\# no heading",
        "> \u00a0\u00a0\u00a0\u00a0indented",
        "> 1\\. no list",
        "> \\- nor this",
        "> !\\[i\\](j)",
    ]


def test_code_keeps_every_character() -> None:
    found = blocks("1. Run:\n\n   ```sh\n   a <b> && `c`\n   ```\n2. Next")
    assert isinstance(found[0], ListBlock)
    assert len(found[0].items) == 2
    assert found[0].items[0][1] == CodeBlock("sh", "a <b> && `c`")
    assert "   a <b> && `c`\n" in blocks_markdown(found)
    assert blocks(blocks_markdown(found)) == found
    assert "<code>a &lt;b&gt; &amp;&amp; `c`</code>" in blocks_html(found)


def test_a_fence_within_code_does_not_end_it() -> None:
    found = blocks("````\n```\nx\n````")
    assert found == (CodeBlock("", "```\nx"),)
    assert blocks(blocks_markdown(found)) == found


def test_tables_quotes_and_emphasis_are_what_they_are() -> None:
    table, quote = blocks("| a | b |\n|:--|--:|\n| **1** | 2 |\n\n> said\n> twice")
    assert isinstance(table, Table)
    assert (table.sides, table.rows) == (("left", "right"), (("a", "b"), ("**1**", "2")))
    assert isinstance(quote, Quote)
    assert '<td class="right" dir="auto">2</td>' in blocks_html((table,))
    assert [span.kind for span in spans("a *b* **c** `d` ~~e~~ \\(x_1\\)")] == [
        *(Kind.TEXT, Kind.EMPHASIS, Kind.TEXT, Kind.STRONG, Kind.TEXT, Kind.CODE, Kind.TEXT, Kind.STRUCK),
        *(Kind.TEXT, Kind.FORMULA),
    ]


def test_reasoning_tools_and_documents_come_only_if_asked_for() -> None:
    for write in (html, markdown, conversation_json):
        plain, whole = write(talk(), NONE, WORDS), write(talk(), ALL, WORDS)
        assert "I need the date" not in plain
        assert plain.count("weekday") < whole.count("weekday")  # JSON describes the tool in any case
        assert "Saturday" in plain
        assert "I need the date" in whole
        assert "I do not know" not in whole  # it stands in a branch that is not shown
        files, everything = (
            write(talk_about_files(), ExportOptions(True, True), WORDS),
            write(talk_about_files(), ALL, WORDS),
        )
        assert "SECRET" not in files
        assert "SECRET DOCUMENT" in everything
        assert "SECRET PAGE" in everything
    assert "report.pdf" in html(talk_about_files(), NONE, WORDS)
    assert "report.pdf" in markdown(talk_about_files(), NONE, WORDS)


def test_the_day_that_the_model_was_told_is_nobodys_words() -> None:
    for write in (html, markdown):
        assert "The date is now" not in write(talk_over_midnight(), ALL, WORDS)
    assert "The date is now" not in conversation_json(talk_over_midnight(), NONE, WORDS)
    told = conversation_from_json(conversation_json(talk_over_midnight(), ALL, WORDS))
    assert told.date == "2026-11-21"
    assert sum(message.content.startswith("The date is now") for message in told.messages) == 2


def test_an_answer_that_was_cut_says_so() -> None:
    cut = stored(Question("q"), Answer((final("One tw"),), (round_of(1, StopReason.LENGTH),), ORIGIN))
    assert WORDS.cut in html(cut, NONE, WORDS)
    assert WORDS.cut in markdown(cut, NONE, WORDS)


def test_json_is_read_back_and_rendered_as_the_model_was_told_it() -> None:
    text = conversation_json(talk(), ALL, WORDS)
    conversation = conversation_from_json(text)
    shown = [
        message
        for node in (talk().nodes[0], talk().nodes[1], talk().nodes[2], talk().nodes[4])
        for message in node.content.messages
    ]
    assert list(conversation.messages) == shown
    assert (conversation.effort, conversation.date, conversation.instructions) == (
        ORIGIN.effort,
        ORIGIN.date,
        ORIGIN.instructions,
    )
    assert [tool.name for tool in conversation.tools] == list(ORIGIN.tools)
    tokenizer = Tokenizer.load(Path(demo_folder()))
    assert "Which day is it?" in tokenizer.decode(render(conversation, tokenizer))
    hostile = conversation_json(with_text("a\ud800\x00\u2028"), ALL, WORDS)
    assert conversation_from_json(hostile).messages[-1].content == "a\ufffd\x00\u2028"
    json.loads(hostile)


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["*a ", "**a ", "`a``", "[a](", "<", "|", "> ", "- ", "\\(", "~~a "])
def test_a_long_hostile_text_does_not_stop_the_window_for_long(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    blocks_html(blocks(text))
    blocks_markdown(blocks(text))


def cited(said: str, *names: tuple[str, str], documents: str = "") -> Stored:
    return replace(stored(Question("And?", documents), Answer((final(said),))), file_names=names)


def test_a_citation_names_file_and_page_in_every_form_that_people_read() -> None:
    talked = cited("It is so [D1 pp. 3-5; D2 p. 9].", ("D1", "report_of_may_.pdf"), ("D2", "b.txt"))
    said = "report_of_may_.pdf, page 3-5; b.txt, page 9"
    assert said.replace("_", "\\_") in markdown(talked, NONE, WORDS)
    for paper in (False, True):
        assert f"It is so [{said}]." in html(talked, NONE, WORDS, paper=paper)
    assert "[D1 pp. 3-5; D2 p. 9]" in conversation_json(talked, NONE, WORDS)


def test_a_citation_names_the_file_of_a_message_that_gave_it_to_the_model() -> None:
    pages = (Page(1, "So it is."), Page(2, "And so."))
    given = documents_text([Placed("D1", Document("a.pdf", "PDF document", pages, 2))])
    assert "It is so [a.pdf, page 2]." in markdown(cited("It is so [p. 2].", documents=given), NONE, WORDS)


@pytest.mark.parametrize(
    "said",
    ["`[D1 p. 3]`", "```\n[D1 p. 3]\n```", "[D9 p. 3]", "[D1 p. 3](https://example.org)", "[1]"],
)
def test_what_is_no_citation_of_a_known_file_stays_as_it_was_written(said: str) -> None:
    talked = cited(said, ("D1", "a.pdf"), ("D2", "b.pdf"))
    assert "a.pdf" not in markdown(talked, NONE, WORDS)
    assert "a.pdf" not in html(talked, NONE, WORDS)


def test_a_file_name_cannot_leave_its_brackets() -> None:
    talked = cited("So [D1 p. 3].", ("D1", "](javascript:x) <b> **.pdf"))
    assert "<b>" not in html(talked, NONE, WORDS)
    assert "<b>" not in markdown(talked, NONE, WORDS).replace("\\<b", "")
    assert "](javascript" not in markdown(talked, NONE, WORDS).replace("\\](", "").replace("\\]\\(", "")
