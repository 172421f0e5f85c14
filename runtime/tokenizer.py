"""A model's vocabulary: text to ids and ids to bytes.

It reads the `tokenizer.json` that OpenAI published (or the demo model's own) through the `tokenizers`
library, and adds two promises that library does not make by itself:

- **Text is text.** Whatever a user types, `encode` never gives the id of a special token, so nobody can
  forge a message by typing `<|start|>`. The special tokens are taken out of the vocabulary before the
  library sees it, rather than switched off, so there is no path left that leads to them.
- **An id is bytes.** `token_bytes` is total: it knows every id, special or not, and answers `b""` for one
  that the vocabulary lacks (gpt-oss has 201,088 rows of logits and fewer tokens), so that the streaming
  parser never has to fail.

Read `runtime/harmony/render.py` and `runtime/harmony/parse.py` next.
"""

from __future__ import annotations

import json
import threading
from array import array
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tokenizers

from models.errors import ModelError

FILE_NAME = "tokenizer.json"

# Ids kept by `encode_cached`: four times gpt-oss's context, 2 MB of ids and about as much text.
_CACHED_IDS = 4 * 131_072


@dataclass(frozen=True, slots=True)
class SpecialIds:
    """Ids of Harmony's special tokens in one vocabulary, looked up by name."""

    start: int
    end: int
    message: int
    channel: int
    constrain: int
    return_: int
    call: int
    endoftext: int


def _byte_alphabet() -> dict[str, int]:
    """The characters that byte-level BPE writes bytes with, each with its byte.

    GPT-2's table: printable Latin-1 stands for itself, the other 68 bytes are the characters from U+0100
    on, in order. `bytes_to_unicode` of openai/gpt-2.
    """
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = (byte for byte in range(256) if byte not in printable)
    alphabet = {chr(byte): byte for byte in printable}
    alphabet.update((chr(0x100 + position), byte) for position, byte in enumerate(others))
    return alphabet


_BYTES = _byte_alphabet()


class Tokenizer:
    """One vocabulary.

    Attributes:
        special: ids of Harmony's special tokens.
        stop_ids: the ids that end a turn: `<|return|>`, `<|call|>` and `<|endoftext|>`.
        vocabulary_size: one more than the largest id.
    """

    def __init__(
        self, encoder: tokenizers.Tokenizer, vocabulary: dict[str, int], specials: dict[str, int]
    ) -> None:
        """Use `Tokenizer.load`. `vocabulary` is the model's, `specials` literal texts; both name to id."""
        self.special = SpecialIds(
            **{name: specials[_literal(name)] for name in SpecialIds.__dataclass_fields__}
        )
        self.stop_ids = frozenset((self.special.return_, self.special.call, self.special.endoftext))
        self.vocabulary_size = 1 + max(max(vocabulary.values(), default=0), max(specials.values()))
        self._encoder = encoder
        self._pieces: list[str | None] = [None] * self.vocabulary_size
        for piece, token in vocabulary.items():
            self._pieces[token] = piece
        self._bytes: dict[int, bytes] = {token: text.encode() for text, token in specials.items()}
        self._cache: OrderedDict[str, array[int]] = OrderedDict()
        self._cached_ids = 0
        self._lock = threading.Lock()

    @classmethod
    def load(cls, folder: Path) -> Tokenizer:
        """Read `tokenizer.json` in `folder`.

        Raises:
            ModelError: it is missing or damaged, is not byte-level BPE, or lacks one of Harmony's tokens.
        """
        path = folder / FILE_NAME
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise ModelError(
                f"The model folder {folder} has no {FILE_NAME}. Download the model again."
            ) from None
        except OSError as error:
            raise ModelError(f"{path} cannot be read: {error.strerror}.") from error
        except (ValueError, RecursionError) as error:
            raise _damaged(path, str(error)) from error
        return cls._from_data(data, path)

    @classmethod
    def _from_data(cls, data: Any, path: Path) -> Tokenizer:
        try:
            vocabulary, specials = _split_vocabulary(data)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise _damaged(path, f"{type(error).__name__}: {error}") from error
        for name in SpecialIds.__dataclass_fields__:
            if _literal(name) not in specials:
                raise ModelError(
                    f"{path} has no token {_literal(name)}, so it is not the tokenizer of a gpt-oss model. "
                    "Use the tokenizer.json that came with the model."
                )
        if not vocabulary.keys() >= _BYTES.keys():
            raise ModelError(f"{path} is not a byte-level tokenizer, so it is not that of a gpt-oss model.")
        data["model"]["vocab"] = vocabulary
        data |= {"added_tokens": [], "truncation": None, "padding": None, "post_processor": None}
        try:
            encoder = tokenizers.Tokenizer.from_str(json.dumps(data))
        except Exception as error:  # the library raises bare Exception
            raise _damaged(path, str(error)) from error
        return cls(encoder, vocabulary, specials)

    def encode(self, text: str) -> list[int]:
        """Ids of `text`, every character of it as text; a lone surrogate counts as U+FFFD."""
        # The library cannot take surrogates; a pair of them is one character, as in JSON.
        try:
            text.encode()
        except UnicodeEncodeError:
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        # Not the faster batch call: that one starts a thread for each processor, to stay.
        return list(self._encoder.encode(text, add_special_tokens=False).ids)

    def encode_cached(self, text: str) -> array[int]:
        """`encode`, remembering the last texts: a long history is encoded once, not once a turn.

        The result is shared: do not change it.
        """
        with self._lock:
            ids = self._cache.get(text)
            if ids is not None:
                self._cache.move_to_end(text)
                return ids
        ids = array("I", self.encode(text))
        if len(ids) <= _CACHED_IDS // 2:
            with self._lock:
                if text not in self._cache:
                    self._cache[text] = ids
                    self._cached_ids += len(ids) + 1
                while self._cached_ids > _CACHED_IDS:
                    self._cached_ids -= len(self._cache.popitem(last=False)[1]) + 1
        return ids

    def token_bytes(self, token: int) -> bytes:
        """The bytes that id `token` stands for; `b""` if it is not in the vocabulary."""
        known = self._bytes.get(token)
        if known is not None:
            return known
        piece = self._pieces[token] if 0 <= token < self.vocabulary_size else None
        if piece is None:
            return b""
        # A character outside the byte alphabet cannot come from byte-level BPE; it stands for itself.
        data = b"".join(bytes((_BYTES[c],)) if c in _BYTES else c.encode() for c in piece)
        self._bytes[token] = data
        return data

    def decode(self, ids: Iterable[int]) -> str:
        """Text of `ids`, special tokens as written; invalid UTF-8 becomes U+FFFD."""
        return b"".join(self.token_bytes(token) for token in ids).decode("utf-8", "replace")


def _literal(name: str) -> str:
    """`<|return|>` for `return_`."""
    return f"<|{name.rstrip('_')}|>"


def _damaged(path: Path, detail: str) -> ModelError:
    return ModelError(f"{path} is damaged: it is not a tokenizer. Download the model again.", detail)


def _split_vocabulary(data: Any) -> tuple[dict[str, int], dict[str, int]]:
    """The vocabulary of ordinary pieces and that of added tokens, the latter taken out of the former.

    Raises AttributeError, KeyError, TypeError or ValueError if `data` is not a BPE tokenizer.
    """
    model = data["model"]
    if model["type"] != "BPE":
        raise ValueError(f"a {model['type']} tokenizer")
    vocabulary = dict(model["vocab"])
    added = {str(token["content"]): token["id"] for token in data["added_tokens"]}
    for token in (*vocabulary.values(), *added.values()):
        # An absurd id would make the table of pieces as large as memory.
        if type(token) is not int or not 0 <= token < 1 << 24:
            raise ValueError(f"id {token!r}")
    for name in SpecialIds.__dataclass_fields__:
        if _literal(name) in vocabulary:
            added.setdefault(_literal(name), vocabulary[_literal(name)])
    # A lone character may be listed as added too; without its byte, text that holds it would be lost.
    return {
        piece: token for piece, token in vocabulary.items() if piece in _BYTES or piece not in added
    }, added
