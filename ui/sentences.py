"""What the layers below the window say in English, in the language of the window.

Errors, notices and reports are made where they are known: below the window, in English, which logs and the
command line keep. The window translates a sentence when it shows it, by the template it was made from: the fixed
words tell which one that was; what stands between them is carried over, translated in its turn where it is known
(`{1} stopped. {2}; what is there is kept.`). Templates and German are the context `Sentences` of the translation,
which `tools/translations.py` keeps in step with the sources. A sentence that no template fits is shown as it is.
Read next: `ui.language`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from app.policy.items import ITEMS
from ui.language import FOLDER
from ui.words import language

CONTEXT = "Sentences"
_LONGEST = 4000  # characters; nothing of ours is as long
# Read so and not as XML, because that takes ten times as long when the first sentence is to be said.
_MESSAGE = re.compile(r"<source>([^<]+)</source>\s*<translation>([^<]+)</translation>")
_FIELD = re.compile(r"\{(\w+)\}")
_END = re.compile(r"(?<=[.!?…])\s+(?=\S)")
_NEXT = re.compile(r"[.!?…]\s+[A-Z]")
_CLEAR = 12  # letters; a part as long is not taken for the end of a path
_NAME = re.compile(r"\w\.\w{1,5}$")
_FIGURE = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?: ?(?:[kMGT]i?B|%|s))?")
_SWAPPED = str.maketrans(".,", ",.")


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence, or a part of one, with fields.

    Attributes:
        literals: the fixed words before, between and behind the fields; one more than `fields`.
        fields: their names.
        said: the same in another language, with the same fields.
        is_part: whether it is no sentence of its own; then it may stand anywhere in a field.
    """

    literals: tuple[str, ...]
    fields: tuple[str, ...]
    said: str
    is_part: bool

    @property
    def weight(self) -> int:
        """Its fixed letters."""
        return sum(map(len, self.literals))

    @classmethod
    def of(cls, source: str, said: str) -> Template:
        """From the source's text, such as `{1} is empty.`."""
        pieces = _FIELD.split(source)
        is_part = not source.rstrip(" )").endswith((".", "!", "?", "…"))
        return cls(tuple(pieces[::2]), tuple(pieces[1::2]), said, is_part)

    def match(self, text: str) -> dict[str, str] | None:
        """What stands in the fields if `text` was made from this; else None. Time is linear in the text."""
        first, last = self.literals[0], self.literals[-1]
        if not self.fields:
            return {} if text == first else None
        end = len(text) - len(last)
        if not text.startswith(first) or not text.endswith(last) or end < len(first):
            return None
        return self._between(text, len(first), end)

    def find(self, text: str) -> tuple[int, int, dict[str, str]] | None:
        """Where it stands in `text` as words of their own, and what is in its fields; None if it does not."""
        first, last = self.literals[0], self.literals[-1]
        start = text.find(first) if first and (last or not self.fields) else -1
        while start >= 0:
            after = start + len(first)
            end = text.find(last, after) if self.fields else after
            stop = end + len(last) if self.fields else after
            found = self._between(text, after, end) if self.fields and end >= 0 else {}
            if end >= 0 and found is not None and _is_apart(text, start, stop):
                return start, stop, found
            start = text.find(first, start + 1)
        return None

    def _between(self, text: str, start: int, end: int) -> dict[str, str] | None:
        found: dict[str, str] = {}
        for name, literal in zip(self.fields, self.literals[1:-1], strict=False):
            at = text.find(literal, start, end)
            if at < 0:
                return None
            found[name] = text[start:at]
            start = at + len(literal)
        found[self.fields[-1]] = text[start:end]
        return found


def translated(sentence: str) -> str:
    """A sentence of the layers below, several joined by spaces, or lines of them, as the window says it."""
    spoken = language()
    return sentence if spoken == "en" or not sentence else _translated(spoken, sentence)


@lru_cache(maxsize=512)
def _translated(spoken: str, text: str) -> str:
    if "\n" in text:
        return "\n".join(_translated(spoken, line) for line in text.split("\n"))
    if len(text) > _LONGEST:
        return text
    said = _as_a_whole(spoken, text) or _by_pieces(spoken, text) or _as_a_whole(spoken, text, strictly=False)
    return said or _inside(spoken, text)


def _as_a_whole(spoken: str, text: str, *, strictly: bool = True) -> str | None:
    """By the one template that fits. Strictly: no field but one at the start holds several sentences."""
    for template in templates(spoken):
        found = template.match(text)
        if found is not None and not (strictly and _holds_sentences(template, found)):
            return _filled(spoken, template, found)
    if text[:1].isupper():  # a part that begins a sentence: `Downloading gpt-oss-20b`
        lowered = text[0].lower() + text[1:]
        for template in templates(spoken):
            found = template.match(lowered) if template.is_part and template.literals[0] else None
            if found is not None:
                said = _filled(spoken, template, found)
                return said[:1].upper() + said[1:]
    return None


def _holds_sentences(template: Template, found: dict[str, str]) -> bool:
    leading = template.fields[0] if template.fields and not template.literals[0] else ""
    return any(_NEXT.search(text) for name, text in found.items() if name != leading)


def _by_pieces(spoken: str, text: str) -> str | None:
    """Sentence by sentence, as many at once as one template fits; None if none of them is known."""
    ends = [(match.start(), match.end()) for match in _END.finditer(text)]
    for end, start in reversed(ends):
        said = _as_a_whole(spoken, text[:end])
        if said is not None:
            return said + text[end:start] + _translated(spoken, text[start:])
    for end, start in ends:
        said = _as_a_whole(spoken, text[start:])
        if said is not None:
            return _translated(spoken, text[:end]) + text[end:start] + said
    return None


def _inside(spoken: str, text: str) -> str:
    """What is known of `text`, the rest as it is. Names of files are left alone; what is said of them stands behind."""
    if _NAME.search(text):
        return text
    has_path = "/" in text or "\\" in text
    for template in templates(spoken):
        found = template.find(text) if template.is_part else None
        if found is not None and not (has_path and (found[1] < len(text) or template.weight < _CLEAR)):
            start, end, fields = found
            said = _filled(spoken, template, fields)
            return _inside(spoken, text[:start]) + said + _inside(spoken, text[end:])
    return text


def _filled(spoken: str, template: Template, found: dict[str, str]) -> str:
    said = {name: _of_field(spoken, text) for name, text in found.items()}
    return _FIELD.sub(lambda match: said.get(match[1], match[0]), template.said)


def _of_field(spoken: str, text: str) -> str:
    if _FIGURE.fullmatch(text):
        return text.translate(_SWAPPED)
    return _translated(spoken, text) if text.strip() else text


def _is_apart(text: str, start: int, end: int) -> bool:
    begins = start == 0 or text[start] in " ;," or text[start - 1] in " ("
    return begins and (end == len(text) or re.match(r"[ ,;:)]|[.!?]($| )", text[end:]) is not None)


@lru_cache(maxsize=4)
def templates(spoken: str) -> tuple[Template, ...]:
    """All there are, those with most fixed words first; none if `spoken` has no translation."""
    path = FOLDER / f"chorale_{spoken}.ts"
    if not path.exists():
        return ()
    found = []
    ours = path.read_text("utf-8").partition(f"<name>{CONTEXT}</name>")[2].partition("</context>")[0]
    for source, said in _MESSAGE.findall(ours):
        found.append(Template.of(unescape(source), unescape(said)))
    consequences = (item.then for item in ITEMS)  # they bring their German along
    found.extend(Template.of(words.en, words.said(spoken)) for words in consequences if words.en)
    return tuple(sorted(found, key=lambda template: -template.weight))
