"""An answer without Markdown's signs, for pasting into mail or notes.

The words stay as they are, line for line: headings lose their number signs, emphasis its stars, links show their
address behind their words, cells of a table stand apart by tabs (so that a spreadsheet takes them). Code and
formulas stay as the model wrote them. Read next: `ui.answers.formula_spans`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from ui.answers.formula_spans import Spans, find

_UNDERLINE = re.compile(r"^[ ]{0,3}(?:=+|-{2,})[ \t]*$")
_TABLE_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_FENCE = re.compile(r"^[ \t>]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)*(?:`{3,}|~{3,})")
_HEADING = re.compile(r"[ ]{0,3}#{1,6}(?:[ \t]+|$)")
_CELL_END = re.compile(r"(?<!\\)\|")
_LINK = re.compile(
    r"(?P<picture>!?)\[(?P<words>(?:[^\[\]\\]|\\.|\[[^\[\]]{0,200}\]){0,500})\]"
    r"\((?:<(?P<angled>[^<>\n]{0,4000})>|(?P<bare>[^\s()<>]{0,4000}(?:\([^\s()]{0,400}\)[^\s()<>]{0,400})?))"
    r"(?:[ \t]+(?:\"[^\"\n]{0,1000}\"|'[^'\n]{0,1000}'))?\)"
)
_AUTO = re.compile(r"<((?:https?|mailto):[^<>\s]{1,4000})>")
_RUN = re.compile(r"\*+|_+|~~")  # what may be emphasis
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_KEPT = "\ue000"  # stands for what is kept as it is, by number; of Unicode's private letters
_KEPT_NUMBER = re.compile("\ue000(\\d+)\ue000")


def plain_text(markdown: str) -> str:
    """`markdown` as plain text; never longer than it by more than a few signs a link."""
    spans = find(markdown.replace(_KEPT, ""))
    source = markdown.replace(_KEPT, "")
    kept: list[str] = []
    text = _set_aside(source, spans, kept)
    lines = _lines(text.split("\n"))
    whole = "\n".join(lines)
    return _KEPT_NUMBER.sub(lambda match: kept[int(match[1])], whole).strip("\n")


def _set_aside(source: str, spans: Spans, kept: list[str]) -> str:
    """`source` with numbers in place of code and formulas, which go into `kept` as they are to be read."""
    places = [(start, end, _code(source[start:end])) for start, end in spans.code]
    places += [(each.start, each.end, source[each.start : each.end]) for each in spans.formulas]
    parts: list[str] = []
    at = 0
    for start, end, text in sorted(places):
        parts += [source[at:start], f"{_KEPT}{len(kept)}{_KEPT}"]
        kept.append(text)
        at = end
    return "".join([*parts, source[at:]])


def _code(text: str) -> str:
    if _FENCE.match(text):
        first, *lines = text.split("\n")
        if lines and _FENCE.match(lines[-1]):
            lines.pop()
        indent = len(first) - len(first.lstrip(" "))
        return "\n".join(line[indent:] if not line[:indent].strip() else line for line in lines)
    ticks = len(text) - len(text.lstrip("`"))
    inner = text[ticks:-ticks].replace("\n", " ")
    return inner[1:-1] if inner[:1] == inner[-1:] == " " and inner.strip() else inner


def _lines(lines: list[str]) -> list[str]:
    result: list[str] = []
    in_table = False
    for i, line in enumerate(lines):
        following = lines[i + 1] if i + 1 < len(lines) else ""
        if not in_table and "|" in line and "|" in following and _TABLE_RULE.match(following):
            in_table = True
            result.append(_row(line))
        elif in_table and _TABLE_RULE.match(line):
            continue
        elif in_table and "|" in line:
            result.append(_row(line))
        else:
            in_table = False
            underlines = _UNDERLINE.match(line) and i > 0 and lines[i - 1].strip()
            if underlines and not lines[i - 1].lstrip().startswith(("#", ">", "-", "*", "+")):
                continue
            result.append(_line(line))
    return result


def _row(line: str) -> str:
    inner = line.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return "\t".join(_words(cell.strip()) for cell in _CELL_END.split(inner))


def _line(line: str) -> str:
    heading = _HEADING.match(line)
    line = line.rstrip()
    if heading:
        line = line[heading.end() :]
        if line.endswith("#") and line.rstrip("#").endswith((" ", "\t")):
            line = line.rstrip("#").rstrip()
    if line.endswith("\\") and not line.endswith("\\\\"):  # a hard break
        line = line[:-1]
    return _words(line)


def _words(text: str) -> str:
    """Without the signs that stand inside a line."""
    aside: list[str] = []

    def keep(words: str) -> str:
        aside.append(words)
        return f"\ue001{len(aside) - 1}\ue001"

    text = _ESCAPE.sub(lambda match: keep(match[1]), text.replace("\ue001", ""))
    # Addresses are set aside: their underlines are no emphasis.
    text = _LINK.sub(lambda match: _link(match, keep), text)
    text = _AUTO.sub(lambda match: keep(match[1]), text)
    text = html.unescape(_without_emphasis(text))
    while "\ue001" in text:
        text = re.sub("\ue001(\\d+)\ue001", lambda match: aside[int(match[1])], text)
    return text


def _without_emphasis(text: str) -> str:
    """Without the stars, underlines and waves that come in pairs around words."""
    left: dict[int, int] = {}  # start of a run → signs of it that stay
    open_runs: dict[str, list[int]] = {"*": [], "_": [], "~": []}
    for match in _RUN.finditer(text):
        start, end, sign = match.start(), match.end(), match[0][0]
        before, after = text[start - 1 : start], text[end : end + 1]
        left[start] = end - start
        within = before.isalnum() and after.isalnum() and sign == "_"
        if before.strip() and not within:
            while left[start] and open_runs[sign]:
                opening = open_runs[sign][-1]
                pairs = min(left[opening], left[start])
                left[opening] -= pairs
                left[start] -= pairs
                if not left[opening]:
                    open_runs[sign].pop()
        if left[start] and after.strip() and not within and not (sign == "_" and before.isalnum()):
            open_runs[sign].append(start)
    return _RUN.sub(lambda match: match[0][: left[match.start()]], text)


def _link(match: re.Match[str], keep: Callable[[str], str]) -> str:
    address = match["angled"] if match["angled"] is not None else match["bare"]
    words = match["words"].strip()
    if not address or words in (address, address.removeprefix("mailto:")):
        return words
    return f"{words} ({keep(address)})" if words else keep(address)
