"""The way back: token ids, one at a time, into messages.

`Parser` is a state machine over ids. It never raises and never loses text, whatever the model writes:

    BETWEEN ── any id ──────────────────────────► HEADER ── <|message|> ──────► CONTENT
       ▲       (<|start|>, or a forgotten one)      │ ▲                            │
       │                                            │ └────────── <|start|> ───────┤
       └──── <|end|> <|return|> <|call|> <|endoftext|> ────────────────────────────┘

Rules of recovery, beside those for what a header says (`header.py`):

- `<|start|>` in a header or in content ends that message and begins the next.
- A header without `<|message|>`: recognised words are its header, the rest is its content. A header longer
  than any real one (128 ids) is taken to be content from there on, so that it streams.
- A header that ends without `<|message|>` and without text is a message only if it names a channel, a type or
  a recipient (a call without arguments), and none if the stream was cut in it.
- An end token between messages is ignored. Ids after `finish` begin a new message.
- In content, `<|message|>`, `<|channel|>`, `<|constrain|>` and reserved special tokens are text, as written;
  so they are in the wrong place of a header, `<|message|>` excepted.
- A character may be spread over several ids: it is held back until complete. Invalid UTF-8 becomes U+FFFD.
  An id outside the vocabulary has no text, and is counted.

The texts of a message's deltas, joined, are the content of that message, by construction: nothing else is
ever put there.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from runtime.conversation import Channel, Message, Role
from runtime.harmony.header import Header, HeaderEnd, Marker, read_header

if TYPE_CHECKING:
    from runtime.tokenizer import Tokenizer

HEADER_LIMIT = 128  # ids; a header with a tool name of 64 letters, each its own id, has fewer


@dataclass(frozen=True, slots=True)
class Delta:
    """Text for the `message_index`-th message of the stream, from 0.

    Every message has at least one delta; the first says that it has begun and may have no text. The header
    fields do not change within a message. `tokens` is the number of ids since the delta before, so that a
    message's deltas add up to its `token_counts`.
    """

    message_index: int
    role: Role
    name: str | None
    channel: Channel | None
    recipient: str | None
    content_type: str | None
    text: str
    tokens: int


@dataclass(frozen=True, slots=True)
class ParseResult:
    """Messages of a whole stream; `complete` is false if it stopped inside of one."""

    messages: tuple[Message, ...]
    complete: bool


class _State(Enum):
    BETWEEN = auto()
    HEADER = auto()
    CONTENT = auto()


class Parser:
    """Turns a stream of ids into deltas and messages."""

    def __init__(
        self, tokenizer: Tokenizer, role: Role | None = Role.ASSISTANT, inside: Message | None = None
    ) -> None:
        """Start before the first id.

        Args:
            tokenizer: whose ids they are.
            role: the role of a header that the prompt has already begun (`<|start|>assistant`); None if
                the ids begin with `<|start|>`.
            inside: the message that the prompt has already begun, header and text; the ids go on inside it. Its
                deltas bring what is new.
        """
        self._tokenizer = tokenizer
        special = tokenizer.special
        self._start, self._message = special.start, special.message
        self._ends = frozenset((special.end, special.return_, special.call, special.endoftext))
        self._markers = {special.channel: Marker.CHANNEL, special.constrain: Marker.CONSTRAIN}
        self._finished: list[Message] = []
        self._counts: list[int] = []
        self._state = _State.BETWEEN
        self._was_cut = False
        self._role: Role | None = None
        self._sections: list[tuple[Marker, bytearray]] = []
        self._header_ids = 0
        self._header: Header | None = None
        self._texts: list[str] = []
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._count = 0  # ids of the open message, and of what was no message before it
        self._unreported = 0  # of these, ids in no delta yet
        if inside is not None:
            self._state, self._texts = _State.CONTENT, [inside.content]
            self._header = Header(
                inside.role, inside.name, inside.channel, inside.recipient, inside.content_type, ""
            )
        elif role is not None:
            self._open_header(role)

    @property
    def messages(self) -> tuple[Message, ...]:
        """All messages so far, the unfinished one included."""
        if self._header is None:
            return tuple(self._finished)
        return (*self._finished, self._as_message(self._header))

    @property
    def token_counts(self) -> tuple[int, ...]:
        """Parallel to `messages`: ids of each, header and end token included."""
        return tuple(self._counts) if self._header is None else (*self._counts, self._count)

    @property
    def message_index(self) -> int:
        """Index in `messages` that the next id belongs to."""
        return len(self._finished)

    @property
    def complete(self) -> bool:
        """Whether no message is open, nor was when the stream finished."""
        return self._state is _State.BETWEEN and not self._was_cut

    def feed(self, token: int) -> tuple[Delta, ...]:
        """Take one id; the deltas it brings: often one, sometimes none or two."""
        if self._state is _State.CONTENT:
            return self._feed_content(token)
        if self._state is _State.HEADER:
            return self._feed_header(token)
        self._took_one()
        if token in self._ends:
            return ()
        self._open_header(None)
        return () if token == self._start else self._read_on(token)

    def finish(self) -> tuple[Delta, ...]:
        """The stream is over: what was held back. `complete` still says whether a message was open."""
        if self._state is _State.BETWEEN:
            return ()
        deltas: tuple[Delta, ...] = ()
        if self._state is _State.HEADER:
            header = self._read_header(HeaderEnd.CUT)
            if header.content:
                deltas = self._open_content(header)
        if self._header is not None:
            deltas += self._close()
        self._state, self._was_cut = _State.BETWEEN, True
        return deltas

    def _took_one(self) -> None:
        self._count += 1
        self._unreported += 1

    def _open_header(self, role: Role | None) -> None:
        self._state, self._role = _State.HEADER, role
        self._sections = [(Marker.ROLE, bytearray())]
        self._header_ids = 0
        self._was_cut = False

    def _feed_header(self, token: int) -> tuple[Delta, ...]:
        deltas: tuple[Delta, ...] = ()
        if token == self._start or token in self._ends:
            header = self._read_header(HeaderEnd.MISSING)
            if header.content or header.channel or header.recipient or header.content_type:
                deltas = self._open_content(header)
                return deltas + self._feed_content(token)
            self._took_one()
            if token == self._start:
                self._open_header(None)
            else:
                self._state = _State.BETWEEN
            return ()
        self._took_one()
        return self._read_on(token)

    def _read_on(self, token: int) -> tuple[Delta, ...]:
        """Take an id that belongs to the header, or ends it as it should."""
        if token == self._message:
            return self._open_content(self._read_header(HeaderEnd.MESSAGE))
        marker = self._markers.get(token)
        if marker:
            self._sections.append((marker, bytearray()))
        else:
            self._sections[-1][1].extend(self._tokenizer.token_bytes(token))
        self._header_ids += 1
        if self._header_ids <= HEADER_LIMIT:
            return ()
        return self._open_content(self._read_header(HeaderEnd.MISSING, is_last=False))

    def _read_header(self, end: HeaderEnd, is_last: bool = True) -> Header:
        """The header so far. Unless `is_last`, a character that it ends inside of is left to the content."""
        *sections, (marker, data) = self._sections
        texts = [(other, bytes(part).decode("utf-8", "replace")) for other, part in sections]
        self._decoder.reset()
        return read_header([*texts, (marker, self._decoder.decode(bytes(data), is_last))], self._role, end)

    def _open_content(self, header: Header) -> tuple[Delta, ...]:
        self._state, self._header = _State.CONTENT, header
        self._texts = [header.content]
        return (self._delta(header, header.content),)

    def _feed_content(self, token: int) -> tuple[Delta, ...]:
        if token == self._start:
            deltas = self._close()
            self._took_one()
            self._open_header(None)
            return deltas
        self._took_one()
        if token in self._ends:
            return self._close()
        text = self._decoder.decode(self._tokenizer.token_bytes(token))
        if not text or self._header is None:
            return ()
        self._texts.append(text)
        return (self._delta(self._header, text),)

    def _close(self) -> tuple[Delta, ...]:
        """End the open message."""
        if self._header is None:
            return ()
        header = self._header
        text = self._decoder.decode(b"", True)
        self._texts.append(text)
        deltas = (self._delta(header, text),) if text or self._unreported else ()
        self._finished.append(self._as_message(header))
        self._counts.append(self._count)
        self._state, self._header, self._count = _State.BETWEEN, None, 0
        return deltas

    def _delta(self, header: Header, text: str) -> Delta:
        tokens, self._unreported = self._unreported, 0
        return Delta(
            message_index=len(self._finished),
            role=header.role,
            name=header.name,
            channel=header.channel,
            recipient=header.recipient,
            content_type=header.content_type,
            text=text,
            tokens=tokens,
        )

    def _as_message(self, header: Header) -> Message:
        return Message(
            role=header.role,
            content="".join(self._texts),
            channel=header.channel,
            recipient=header.recipient,
            content_type=header.content_type,
            name=header.name,
        )


def parse(ids: Iterable[int], tokenizer: Tokenizer, role: Role | None = Role.ASSISTANT) -> ParseResult:
    """Parse a whole stream; `role` as for `Parser`."""
    parser = Parser(tokenizer, role)
    for token in ids:
        parser.feed(token)
    parser.finish()
    return ParseResult(parser.messages, parser.complete)
