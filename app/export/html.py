"""A conversation as one HTML file that refers to nothing outside of itself.

No scripts, no addresses that a browser would open or load: links and images are shown with their address as text,
and a policy in the file forbids the rest to browsers. Every text is escaped, in an element of its own whose
direction of writing ends with it. Voices besides the answer are folded (`<details>`). Light and dark follow the
reader's system. Read next: `blocks`, `inline`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape

from app.export.blocks import Block, CodeBlock, Heading, ListBlock, Paragraph, Quote, Rule, Table, blocks
from app.export.inline import Kind as SpanKind
from app.export.inline import Span, spans
from app.export.selection import Kind, Part, Turn, Words, clean, turns
from app.export.values import ExportOptions
from app.history.values import Stored

_STYLE = """\
:root { color-scheme: light dark; --page: #faf9f7; --text: #23221f; --quiet: #68645d; --line: #dfdcd5;
  --sunken: #f0eeea; }
@media (prefers-color-scheme: dark) { :root { --page: #1b1b1a; --text: #e9e7e2; --quiet: #a6a29a; --line: #3b3a37;
  --sunken: #292927; } }
body { margin: 0 auto; padding: 2rem 1rem 4rem; max-width: 46rem; background: var(--page); color: var(--text);
  font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; }
h2 { font-size: 0.85rem; color: var(--quiet); margin: 2rem 0 0.4rem; font-weight: 600; }
h3, h4, h5, h6 { margin: 1.3rem 0 0.4rem; line-height: 1.3; font-size: 1.1rem; }
.about, .note, summary, .address, .files { color: var(--quiet); font-size: 0.9rem; }
.said { white-space: pre-wrap; }
.question .said { background: var(--sunken); border-radius: 10px; padding: 0.7rem 1rem; }
details { border-left: 3px solid var(--line); padding: 0.1rem 0 0.1rem 0.9rem; margin: 0.6rem 0; }
summary { cursor: pointer; }
details .said { color: var(--quiet); margin: 0.4rem 0; }
pre { background: var(--sunken); border-radius: 8px; padding: 0.8rem 1rem; overflow-x: auto; white-space: pre; }
code, pre, .formula { font-family: ui-monospace, Consolas, Menlo, monospace; font-size: 0.9em; }
blockquote { margin: 0.8rem 0; padding-left: 1rem; border-left: 3px solid var(--line); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { border-bottom: 1px solid var(--line); padding: 0.35rem 0.8rem 0.35rem 0; text-align: left; }
th.right, td.right { text-align: right; } th.center, td.center { text-align: center; }
hr { border: 0; border-top: 1px solid var(--line); }
@media print { body { max-width: none; } details { display: block; } }
"""
# For a PDF: the style sheets that QTextDocument knows.
_PAPER = """\
h1 { font-size: 16pt; }
.who { font-size: 9pt; font-weight: 600; color: #68645d; margin-top: 18px; margin-bottom: 4px; }
h3, h4, h5, h6 { font-size: 11pt; margin-top: 8pt; }
.about, .note, .address, .files { color: #68645d; font-size: 8pt; }
.voice { color: #68645d; font-size: 8pt; font-weight: 600; margin-top: 10px; margin-bottom: 2px; }
.said { white-space: pre-wrap; }
.quiet { color: #68645d; }
th, td { padding-top: 3px; padding-bottom: 3px; padding-right: 14px; }
.asked { background-color: #f0eeea; padding-top: 7px; padding-bottom: 7px; padding-left: 10px; }
pre { background-color: #f0eeea; white-space: pre-wrap; font-family: monospace; font-size: 8.5pt; }
code, .formula { font-family: monospace; font-size: 8.5pt; }
blockquote { margin-left: 12pt; color: #4a4741; }
th { text-align: left; }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_ELEMENTS = {SpanKind.STRONG: "strong", SpanKind.EMPHASIS: "em", SpanKind.STRUCK: "s"}


def html(stored: Stored, options: ExportOptions, words: Words, *, paper: bool = False) -> str:
    """The file; `paper` makes one for `ui.pdf_export`, with every voice open."""
    title = escape(" ".join(clean(stored.entry.title).split()))
    date = datetime.fromtimestamp(stored.entry.created, UTC).strftime("%Y-%m-%d %H:%M")
    body = "".join(_turn(turn, words, paper) for turn in turns(stored, options, words))
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(words.language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>\n{_PAPER if paper else _STYLE}</style>\n</head>\n<body>\n"
        f'<h1 dir="auto">{title}</h1>\n<p class="about">{escape(words.said_with.format(date=date))}</p>\n'
        f"{body}</body>\n</html>\n"
    )


def _turn(turn: Turn, words: Words, paper: bool) -> str:
    kind = "question" if turn.is_question else "answer"
    parts = "".join(_part(part, words, paper) for part in turn.parts)
    by = (
        f'<p class="note">{escape(words.made_by.format(model=turn.made_with))}</p>\n'
        if turn.made_with
        else ""
    )
    name = words.you if turn.is_question else words.answer
    who = f'<p class="who">{escape(name)}</p>' if paper else f"<h2>{escape(name)}</h2>"
    return f'<section class="{kind}">\n{who}\n{parts}{by}</section>\n'


def _part(part: Part, words: Words, paper: bool) -> str:
    plain = f'<div class="said" dir="auto">{escape(part.text)}</div>\n'
    tool = f"\u2068{part.tool}\u2069"  # its name keeps its direction to itself
    match part.kind:
        case Kind.QUESTION:
            return _asked(part.text) if paper else plain
        case Kind.FILES:
            names = "".join(f'<li dir="auto">{escape(name)}</li>' for name in part.text.split("\n"))
            return f'<div class="files">{escape(words.files)}<ul>{names}</ul></div>\n'
        case Kind.ANSWER:
            return f'<div class="markdown" dir="auto">\n{blocks_html(blocks(part.text))}</div>\n'
        case Kind.NOTE:
            return f'<p class="note" dir="auto">{escape(part.text)}</p>\n'
    names_of = {
        Kind.DOCUMENTS: words.documents,
        Kind.REASONING: words.reasoning,
        Kind.PREAMBLE: words.preamble,
        Kind.CALL: words.call.format(tool=tool),
        Kind.RESULT: words.result.format(tool=tool),
    }
    name = escape(names_of[part.kind])
    if paper:
        return f'<p class="voice">{name}</p>\n<div class="said quiet" dir="auto">{escape(part.text)}</div>\n'
    return f"<details><summary>{name}</summary>\n{plain}</details>\n"


def _asked(text: str) -> str:
    """A question on paper: QTextDocument gives a cell its colour, and no other box."""
    said = f'<div class="said" dir="auto">{escape(text)}</div>'
    return f'<table width="100%" cellpadding="6"><tr><td class="asked">{said}</td></tr></table>\n'


def blocks_html(found: tuple[Block, ...]) -> str:
    """Blocks as HTML; headings of an answer are smaller than those of the file."""
    return "".join(_block(block) for block in found)


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            return f'<p dir="auto">{_line(text)}</p>\n'
        case Heading(level, text):
            level = min(level + 2, 6)
            return f'<h{level} dir="auto">{_line(text)}</h{level}>\n'
        case CodeBlock(_, text):
            return f'<pre dir="ltr"><code>{escape(text)}</code></pre>\n'
        case Rule():
            return "<hr>\n"
        case Quote(inner):
            return f"<blockquote>\n{blocks_html(inner)}</blockquote>\n"
        case ListBlock(start, items):
            name = "ul" if start is None else "ol"
            first = f' start="{start}"' if start not in (None, 1) else ""
            inside = "".join(f'<li dir="auto">{_item(item)}</li>\n' for item in items)
            return f"<{name}{first}>\n{inside}</{name}>\n"
        case Table():
            return _table(block)


def _item(item: tuple[Block, ...]) -> str:
    """A list's item; one paragraph stands there without space around it."""
    if item and isinstance(item[0], Paragraph):
        return _line(item[0].text) + blocks_html(item[1:])
    return blocks_html(item)


def _table(table: Table) -> str:
    def row(cells: tuple[str, ...], name: str) -> Iterator[str]:
        for side, cell in zip(table.sides, cells, strict=True):
            kind = f' class="{side}"' if side in ("right", "center") else ""
            yield f'<{name}{kind} dir="auto">{_line(cell)}</{name}>'

    head = "".join(row(table.rows[0], "th"))
    body = "".join(f"<tr>{''.join(row(cells, 'td'))}</tr>\n" for cells in table.rows[1:])
    return (
        f'<div class="wide"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table></div>\n'
    )


def _line(text: str) -> str:
    return "".join(_span(span) for span in spans(text))


def _span(span: Span) -> str:
    if span.kind in _ELEMENTS:
        name = _ELEMENTS[span.kind]
        return f"<{name}>{''.join(_span(each) for each in span.spans)}</{name}>"
    match span.kind:
        case SpanKind.BREAK:
            return "<br>\n"
        case SpanKind.CODE:
            return f"<code>{escape(span.text)}</code>"
        case SpanKind.FORMULA:
            return f'<span class="formula" dir="ltr">{escape(span.text)}</span>'
        case SpanKind.ADDRESS:
            return f'<bdi class="address">{escape(span.text)}</bdi>'
    return escape(span.text)
