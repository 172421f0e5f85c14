"""A conversation as a Markdown file in which no text can pretend to be another's.

Headings say who speaks: `##` a question or an answer, `###` a voice. What was said cannot make such headings, nor
leave its place: questions and voices stand in quotes, answers are read as blocks and written anew, one blank line
apart, their headings deeper, their fences longer than any within. HTML is escaped, images become links, and links
that are no web or mail addresses become text. Read next: `blocks`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from app.export.blocks import Block, CodeBlock, Heading, ListBlock, Paragraph, Quote, Rule, Table, blocks
from app.export.selection import Kind, Part, Turn, Words, clean, turns
from app.export.values import ExportOptions
from app.history.values import Stored

_DEEPER = 3  # an answer's first heading is `####`
_TICKS = re.compile(r"`+")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_ADDRESS = re.compile(r"\]\((?!<?(?:https?://|mailto:))")
_ESCAPED = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
# What begins a block at the start of a line; also a link's definition, which would count for the whole file.
_BEGINNING = re.compile(r"^(?=[#>~=|:]|[-+*](?:\s|$|[-*])|\[[^\]]*\]:)")
_NUMBERED = re.compile(r"^(\d{1,9})(?=[.)](?:\s|$))")
_ALL = re.compile(r"([\\`*_{}\[\]<>#|~])")


def markdown(stored: Stored, options: ExportOptions, words: Words) -> str:
    """The file."""
    date = datetime.fromtimestamp(stored.entry.created, UTC).strftime("%Y-%m-%d %H:%M")
    title = _escaped(" ".join(clean(stored.entry.title).split()))
    parts = [f"# {title}", _escaped(words.said_with.format(date=date))]
    for turn in turns(stored, options, words):
        parts.append(f"## {_escaped(words.you if turn.is_question else words.answer)}")
        parts += [text for part in turn.parts if (text := _part(part, turn, words))]
        if turn.made_with:
            parts.append(f"*{_escaped(words.made_by.format(model=turn.made_with))}*")
    return "\n\n".join(parts) + "\n"


def _part(part: Part, turn: Turn, words: Words) -> str:
    match part.kind:
        case Kind.QUESTION:
            return _quoted(part.text)
        case Kind.FILES:
            names = "\n".join(f"- {_escaped(name)}" for name in part.text.split("\n"))
            return f"{_escaped(words.files)}\n\n{names}"
        case Kind.NOTE:
            return f"*{_escaped(part.text)}*"
        case Kind.ANSWER:
            return blocks_markdown(blocks(part.text))
        case Kind.CALL:
            name = words.call.format(tool=part.tool)
            return f"### {_escaped(name)}\n\n{fenced(part.text, 'json')}"
        case Kind.RESULT:
            name = words.result.format(tool=part.tool)
            return f"### {_escaped(name)}\n\n{fenced(part.text, 'json')}"
    names_of = {
        Kind.DOCUMENTS: words.documents,
        Kind.REASONING: words.reasoning,
        Kind.PREAMBLE: words.preamble,
    }
    return f"### {_escaped(names_of[part.kind])}\n\n{_quoted(part.text)}"


def _quoted(text: str) -> str:
    """Plain text as a quote, line by line as it was typed."""
    lines = [_escaped_line(line) for line in text.strip("\n").split("\n")]
    return "\n".join(f"> {line}  " if line else ">" for line in lines).rstrip(" ")


def _escaped_line(line: str) -> str:
    """A line of plain text; spaces at its beginning stay, and make no code of it."""
    text = line.expandtabs(4).rstrip(" ")
    inner = text.lstrip(" ")
    return "\u00a0" * (len(text) - len(inner)) + _kept_from_beginning(_escaped(inner))


def _escaped(text: str) -> str:
    """Plain text of one line that stays what it is."""
    return _ALL.sub(r"\\\1", text)


def fenced(text: str, language: str = "") -> str:
    """A block of code whose fence is longer than any run of ticks in it."""
    longest = max((len(run) for run in _TICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    word = re.sub(r"[^\w+#.-]", "", language.split(" ")[0])
    return f"{fence}{word}\n{text}\n{fence}"


def blocks_markdown(found: tuple[Block, ...]) -> str:
    """Blocks, one blank line apart."""
    return "\n\n".join(text for block in found if (text := _block(block)))


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            lines = line_markdown(text).split("\n")
            return "\n".join(_kept_from_beginning(line.lstrip(" ")) for line in lines)
        case Heading(level, text):
            return f"{'#' * min(level + _DEEPER, 6)} {line_markdown(text)}".replace("\n", " ")
        case CodeBlock(language, text):
            return fenced(text, language)
        case Rule():
            return "* * *"
        case Quote(inner):
            return "\n".join(f"> {line}".rstrip(" ") for line in blocks_markdown(inner).split("\n"))
        case ListBlock(start, items):
            return _list(start, items)
        case Table():
            return _table(block)


def _list(start: int | None, items: tuple[tuple[Block, ...], ...]) -> str:
    is_tight = all(
        len(item) <= 1 or all(not isinstance(each, Paragraph) for each in item[1:]) for item in items
    )
    written = []
    for number, item in enumerate(items, start or 0):
        marker = "- " if start is None else f"{min(number, 999_999_999)}. "
        inner = blocks_markdown(item)
        indent = " " * len(marker)
        lines = inner.split("\n")
        written.append(marker + "\n".join([lines[0], *(indent + line if line else "" for line in lines[1:])]))
    return ("\n" if is_tight else "\n\n").join(written)


def _table(table: Table) -> str:
    marks = {"left": ":--", "right": "--:", "center": ":-:", "": "---"}

    def row(cells: tuple[str, ...]) -> str:
        return (
            "| "
            + " | ".join(line_markdown(cell).replace("\n", " ").replace("|", "\\|") for cell in cells)
            + " |"
        )

    head, *body = table.rows
    rule = "| " + " | ".join(marks[side] for side in table.sides) + " |"
    return "\n".join([row(head), rule, *(row(cells) for cells in body)])


def _kept_from_beginning(line: str) -> str:
    """A line of a paragraph, which begins nothing else."""
    return _NUMBERED.sub(r"\1\\", _BEGINNING.sub(r"\\", line))


def line_markdown(text: str) -> str:
    """The Markdown of a paragraph as it was written, without HTML and images, and without a tick left open."""
    written, at = [], 0
    while match := re.compile(r"`+|\\[!-/:-@\[-`{-~]").search(text, at):
        written.append(_outside_code(text[at : match.start()]))
        run = match[0]
        at = match.end()
        if run[0] == "\\":
            written.append(run)
            continue
        end = re.compile(rf"(?<!`){run}(?!`)").search(text, at)
        if end is None:
            written.append("\\`" * len(run))
        else:
            written.append(text[match.start() : end.end()])
            at = end.end()
    written.append(_outside_code(text[at:]))
    return "".join(written)


def _outside_code(text: str) -> str:
    text = _TAG.sub(r"\\<", text).replace("![", "\\![")
    return _ADDRESS.sub(r"\\](", text)
