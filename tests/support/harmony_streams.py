"""Random streams of token ids, well-formed and not, and what must hold of a parser whatever it is fed.

`Streams` makes them; `problem` checks one. Content is planted as words that occur once (`Z17.`), so that
losing one shows.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from runtime.conversation import Message, Role
from runtime.harmony import Delta, Parser
from runtime.harmony.parse import HEADER_LIMIT
from runtime.tokenizer import Tokenizer

_PLANTED = re.compile(r"Z\d+\.")
_SPACE = re.compile(r"[ \t\r\n\f\v]+")

_HEADER_TEXTS = (
    *("assistant", "user", "system", "developer", "tool", "functions.get_date", "browser", "assistent"),
    *(" to=functions.get_date", " to=assistant", "to=", " to", " to=all", "=", "t"),
    *("analysis", "commentary", "final", "thoughts", "Final", "fin", "json", " json", " code", "{}"),
    *(" ", "\n", "  ", "é", "👩‍👩‍👧", "\0", "."),
)


class Streams:
    """Makes streams of ids for one vocabulary; the same ones for the same seed."""

    def __init__(self, tokenizer: Tokenizer, seed: int) -> None:
        self._random = random.Random(seed)
        self._tokenizer = tokenizer
        special = tokenizer.special
        self._specials = (
            *(special.start, special.message, special.end, special.channel, special.constrain),
            *(special.return_, special.call, special.endoftext),
        )
        self._texts = tuple(tuple(tokenizer.encode(text)) for text in _HEADER_TEXTS)
        # Ids of lone bytes of longer characters, and of nothing at all.
        pieces = {token: tokenizer.token_bytes(token) for token in range(tokenizer.vocabulary_size)}
        lone_bytes = (token for token, piece in pieces.items() if len(piece) == 1 and piece[0] > 127)
        self._broken = (*lone_bytes, tokenizer.vocabulary_size, 201_087, 1 << 40, -1, -201_088)
        self._any = tuple(token for token, piece in pieces.items() if piece and b"Z" not in piece)
        self._words = tuple(tuple(tokenizer.encode(f"Z{number}.")) for number in range(64))

    def random(self) -> tuple[list[int], Role | None]:
        """Bits of headers, specials, broken characters and planted words in any order."""
        draw = self._random
        ids: list[int] = []
        word = 0
        for _ in range(draw.randrange(1, 12)):
            kind = draw.random()
            if kind < 0.45:
                ids.append(draw.choice(self._specials))
            elif kind < 0.75:
                ids.extend(draw.choice(self._texts))
            elif kind < 0.9:
                ids.extend(self._words[word])
                word += 1
            elif kind < 0.95:
                ids.append(draw.choice(self._broken))
            else:
                ids.append(draw.choice(self._any))
        return ids, draw.choice((Role.ASSISTANT, None))

    def mutated(self, valid: Sequence[int]) -> list[int]:
        """`valid` with one to three ids lost, doubled, swapped, replaced or added, and perhaps cut."""
        draw = self._random
        ids = list(valid)
        for _ in range(draw.randrange(1, 4)):
            position = draw.randrange(len(ids) + 1)
            match draw.randrange(6):
                case 0:
                    del ids[position : position + 1]
                case 1:
                    ids[position:position] = ids[position : position + 1]
                case 2:
                    ids[position : position + 2] = reversed(ids[position : position + 2])
                case 3:
                    ids[position : position + 1] = [draw.choice(self._specials)]
                case 4:
                    ids.insert(position, draw.choice(self._broken + self._specials))
                case _:
                    ids[position:position] = draw.choice(self._texts)
        return ids[: draw.randrange(len(ids) + 1)] if draw.random() < 0.3 else ids


def run(ids: Sequence[int], tokenizer: Tokenizer, role: Role | None) -> tuple[Parser, list[Delta]]:
    """Parse `ids`; the finished parser and all deltas."""
    parser = Parser(tokenizer, role)
    deltas: list[Delta] = []
    for token in ids:
        deltas.extend(parser.feed(token))
    deltas.extend(parser.finish())
    return parser, deltas


def problem(ids: Sequence[int], tokenizer: Tokenizer, role: Role | None) -> str | None:
    """What is wrong with how `ids` are parsed, if anything."""
    parser, deltas = run(ids, tokenizer, role)
    messages = parser.messages
    return _streaming_problem(deltas, parser, len(ids)) or _loss(ids, messages, tokenizer)


def _streaming_problem(deltas: list[Delta], parser: Parser, id_count: int) -> str | None:
    """The deltas must add up to the messages."""
    messages, counts = parser.messages, parser.token_counts
    texts = ["" for _ in messages]
    tokens = [0 for _ in messages]
    last = -1
    for delta in deltas:
        index = delta.message_index
        if index not in (last, last + 1) or index >= len(messages):
            return f"a delta of message {index} after one of {last}"
        last = index
        message = messages[index]
        if (delta.role, delta.name, delta.channel, delta.recipient, delta.content_type) != (
            *(message.role, message.name, message.channel),
            *(message.recipient, message.content_type),
        ):
            return f"header of {delta} is not that of {message}"
        texts[index] += delta.text
        tokens[index] += delta.tokens
    if last + 1 != len(messages):
        return f"{len(messages)} messages, deltas for {last + 1}"
    if texts != [message.content for message in messages]:
        return f"deltas say {texts}, messages {messages}"
    if tuple(tokens) != counts or sum(counts) > id_count:
        return f"deltas count {tokens}, the parser {counts}, of {id_count} ids"
    return None


def _loss(ids: Sequence[int], messages: tuple[Message, ...], tokenizer: Tokenizer) -> str | None:
    """All that follows a `<|message|>` must be a message's end, and all planted text be somewhere.

    Written without a look at how the parser does it: by cutting the stream where messages end.
    """
    special = tokenizer.special
    ends = (special.start, special.end, special.return_, special.call, special.endoftext)
    part: list[int] = []
    parts = [part]
    for token in ids:
        if token in ends:
            part = []
            parts.append(part)
        else:
            part.append(token)
    contents = [message.content for message in messages]
    everything = "\n".join(contents)
    found = 0
    for part in parts:
        header, has_content = part, special.message in part[: HEADER_LIMIT + 1]
        if has_content:
            position = part.index(special.message)
            header = part[:position]
            content = tokenizer.decode(part[position + 1 :])
            while found < len(contents) and not contents[found].endswith(content):
                found += 1
            if found == len(contents):
                return f"no message ends with {content!r}: {contents}"
            found += 1
        if not has_content:
            for word in _free_words(header, tokenizer):
                if word not in everything:
                    return f"{word!r} is in no message: {contents}"
    return None


def _free_words(header: list[int], tokenizer: Tokenizer) -> list[str]:
    """Planted words of a header that no rule can take for a part of it."""
    special = tokenizer.special
    sections: list[tuple[bool, list[int]]] = [(False, [])]
    for token in header:
        if token in (special.channel, special.constrain):
            sections.append((token == special.constrain, []))
        else:
            sections[-1][1].append(token)
    words: list[tuple[str, bool]] = []  # and whether it is a recipient or a content type
    for may_be_type, text in sections:
        before = ""
        for word in filter(None, _SPACE.split(tokenizer.decode(text))):
            is_recipient = before == "to=" or word.startswith("to=")
            words.append((word, may_be_type or is_recipient))
            before, may_be_type = word, may_be_type and is_recipient
    followers = [*(word for word, _ in words), ""][1:]
    return [
        planted
        for (word, is_header), follower in zip(words, followers, strict=True)
        if not is_header and not follower.startswith("to=assistant")
        for planted in _PLANTED.findall(word)
    ]
