"""What a message's header says, however badly it is written.

A header is what stands between `<|start|>` and `<|message|>`: a role, perhaps ` to=recipient`, perhaps
`<|channel|>` and a channel, perhaps `<|constrain|>` and a content type. `read_header` takes it as sections
(the text up to the first marker, then the text after each) and never fails. Its rules:

1. `to=NAME` is the recipient, in whichever section it stands (also with a space after `to=`). The first one
   counts. `to=all` means everybody, that is no recipient.
2. The first word of the first section is the role, or `role:name`. If the role is known already (the prompt
   ended in `<|start|>assistant`), that role may be repeated. A name with a dot (`functions.get_date`), or
   any name in front of `to=assistant`, is a tool's.
3. The first word after `<|channel|>` is the channel, in capitals or not. An unknown one counts as
   `commentary`, never as `final`, which people take for the answer. Of several, the last that is not `final`.
4. The first word after `<|constrain|>` is the content type, written `<|constrain|>word`. The first counts.
5. If `<|message|>` follows, then of the words left over a name with a dot is the recipient (models forget
   the `to=`), `json`, `code` and the like are content types, and a lone name in `analysis` or `commentary`
   is a recipient as well.
6. What is left now is text: the beginning of the content. If there is any, or if `<|message|>` never came,
   unknown roles and channels and second content types are text too; else they are dropped.
7. A last word that the end of the stream cut short of a role or channel is header, not text.

`parse.py` uses this; nobody else should need to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from runtime.conversation import Channel, Role
from runtime.harmony.render import CONSTRAIN


class Marker(Enum):
    """What opens a section of a header."""

    ROLE = auto()  # `<|start|>`, or nothing
    CHANNEL = auto()  # `<|channel|>`
    CONSTRAIN = auto()  # `<|constrain|>`


class HeaderEnd(Enum):
    """What ended a header."""

    MESSAGE = auto()  # `<|message|>`, as it should
    MISSING = auto()  # anything else
    CUT = auto()  # the end of the stream


@dataclass(frozen=True, slots=True)
class Header:
    """What a header said.

    Attributes:
        role, name, channel, recipient, content_type: as in `runtime.conversation.Message`.
        content: text that stood in the header and is not header: the content begins with it.
    """

    role: Role
    name: str | None
    channel: Channel | None
    recipient: str | None
    content_type: str | None
    content: str


# ASCII spaces only: a no-break space may be part of a name.
_WORD = re.compile(r"[^ \t\r\n\f\v]+")
_NAME = re.compile(r"[\w.:/+-]*")
_PLAIN_NAME = re.compile(r"[^\W\d][\w-]*")
_DOTTED_NAME = re.compile(r"[^\W\d][\w-]*(\.[\w-]+)+")
_CONTENT_TYPES = frozenset({"json", "code", "text", "markdown", "html", "xml", "yaml"})
_ROLES = {role.value: role for role in Role}
_CHANNELS = {channel.value: channel for channel in Channel}


def read_header(sections: list[tuple[Marker, str]], role: Role | None, end: HeaderEnd) -> Header:
    """Read `sections`, of which the first is the role's; `role` is that of a header already begun."""
    return _Reader(sections, role, end).read()


@dataclass(slots=True)
class _Word:
    """A word of a header.

    `gap` is the space before it, `section` counts from 0, `header` says how many of its characters are
    header. A `doubtful` word is header if all the others are.
    """

    text: str
    gap: str
    section: int
    header: int = 0
    doubtful: bool = False

    @property
    def left(self) -> bool:
        return self.header == 0 and not self.doubtful

    def take(self) -> str:
        self.header = len(self.text)
        return self.text


class _Reader:
    """Reads one header; the numbers in the comments are those of the module's rules."""

    def __init__(self, sections: list[tuple[Marker, str]], role: Role | None, end: HeaderEnd) -> None:
        self._markers = [marker for marker, _ in sections]
        self._words: list[_Word] = []
        self._trailing_gap = ""
        for section, (_, text) in enumerate(sections):
            position = 0
            for match in _WORD.finditer(text):
                self._words.append(_Word(match.group(), text[position : match.start()], section))
                position = match.end()
            self._trailing_gap = text[position:]
        self._role, self._end = role, end
        # The word that the end of the stream may have cut in two.
        is_cut = end is HeaderEnd.CUT and self._words and not self._trailing_gap
        self._cut = self._words[-1] if is_cut else None
        self._name: str | None = None
        self._recipient: str | None = None
        self._content_type: str | None = None
        self._channel: Channel | None = None

    def read(self) -> Header:
        self._read_recipients()
        for section, marker in enumerate(self._markers):
            word = next((w for w in self._words if w.section == section and not w.header), None)
            if marker is Marker.CONSTRAIN:
                self._read_constraint(word)
            elif word and marker is Marker.CHANNEL:
                self._read_channel(word)
            elif word:
                self._read_role(word)
        if self._end is HeaderEnd.MESSAGE:
            self._read_left_over()
        recipient = None if self._recipient == "all" else self._recipient
        role = self._role or Role.ASSISTANT
        return Header(role, self._name, self._channel, recipient, self._content_type, self._content())

    def _read_recipients(self) -> None:  # 1
        bare: _Word | None = None  # a `to=` whose name is the next word of its section
        for word in self._words:
            if bare and bare.section == word.section:
                self._take_recipient(word, 0)
                bare = None
            elif word.text == "to=":
                word.take()
                bare = word
            elif word.text.startswith("to="):
                self._take_recipient(word, len("to="))
            elif word is self._cut and word.text in ("t", "to") and len(self._words) > 1:  # 7
                word.take()

    def _take_recipient(self, word: _Word, start: int) -> None:
        value = self._name_in(word.text[start:])
        if value and self._recipient in (None, value):
            self._recipient = value
            word.header = start + len(value)

    def _name_in(self, text: str) -> str:
        """`text`, or the part of it that looks like a name where content may follow without `<|message|>`."""
        match = None if self._end is HeaderEnd.MESSAGE else _NAME.match(text)
        return match.group() if match else text

    def _read_role(self, word: _Word) -> None:  # 2
        if self._role is not None:
            if word.text == self._role.value:
                word.take()
            return
        role, colon, name = word.text.partition(":")
        # `assistant:Hello` without <|message|> is more likely an answer than an author's name.
        named = bool(name) and self._end is HeaderEnd.MESSAGE
        if role in _ROLES and (named or not colon):
            self._role, self._name = _ROLES[role], name or None
            word.take()
            if self._role is Role.TOOL:
                self._name = name or role
        elif self._is_tool(word):
            self._role, self._name = Role.TOOL, word.take()
        else:
            self._doubt(word, _ROLES)

    def _is_tool(self, word: _Word) -> bool:
        after = self._words[self._words.index(word) + 1 :]
        if after and after[0].header and after[0].text.startswith("to=assistant"):
            return True
        return self._end is HeaderEnd.MESSAGE and bool(_DOTTED_NAME.fullmatch(word.text))

    def _read_channel(self, word: _Word) -> None:  # 3
        match = _PLAIN_NAME.match(word.text)
        name = match.group() if match else ""
        channel = _CHANNELS.get(name.casefold())
        if channel:
            word.header = len(name)
            if self._end is HeaderEnd.MESSAGE and not re.search(r"\w", word.text[len(name) :]):
                word.take()  # `final:`
        else:
            channel = Channel.COMMENTARY
            self._doubt(word, _CHANNELS)
        if self._channel is None or channel is not Channel.FINAL:
            self._channel = channel

    def _read_constraint(self, word: _Word | None) -> None:  # 4
        if self._content_type is not None:
            if word:
                word.doubtful = True
            return
        value = self._name_in(word.text) if word else ""
        self._content_type = CONSTRAIN + value
        if word:
            word.header = len(value)

    def _doubt(self, word: _Word, names: Iterable[str]) -> None:
        """Not a known name, but perhaps a misspelt one, or the beginning of one."""
        if word is self._cut and any(name.startswith(word.text.casefold()) for name in names):  # 7
            word.take()
        else:
            word.doubtful = True

    def _read_left_over(self) -> None:  # 5
        for word in self._words:
            if word.left and self._content_type is None and word.text in _CONTENT_TYPES:
                self._content_type = word.take()
        left = [word for word in self._words if word.left]
        thinks = self._channel not in (None, Channel.FINAL)
        for word in left:
            plain = _PLAIN_NAME.fullmatch(word.text) and word.text not in _CONTENT_TYPES
            lone = thinks and len(left) == 1 and plain
            if self._recipient is None and (lone or _DOTTED_NAME.fullmatch(word.text)):
                self._recipient = word.take()

    def _content(self) -> str:  # 6
        well_formed = self._end is HeaderEnd.MESSAGE and not any(
            word.header < len(word.text) and not word.doubtful for word in self._words
        )
        if well_formed:
            return ""
        content: list[str] = []
        for position, word in enumerate(self._words):
            text = word.text[word.header :]
            if not text:
                continue
            # The space around header words is header; words of two sections do not grow together.
            if content:
                content.append(word.gap or " ")
            elif position == 0 and not word.header:
                content.append(word.gap)
            content.append(text)
            if word is self._words[-1]:
                content.append(self._trailing_gap)
        if self._end is HeaderEnd.MESSAGE and not self._trailing_gap:
            content.append("\n")
        return "".join(content)
