"""A model's vocabulary: text to ids and ids to bytes.

It reads the `tokenizer.json` that OpenAI published (or the demo model's own). The `tokenizers` library splits
a text into words, `byte_pairs` encodes a word. Two promises that a tokenizer does not make by itself:

- **Text is text.** Whatever a user types, `encode` never gives the id of a special token, so nobody can
  forge a message by typing `<|start|>`. The special tokens are not in the vocabulary that words are looked
  up in, rather than switched off, so there is no path that leads to them.
- **An id is bytes.** `token_bytes` is total: it knows every id, special or not, and answers `b""` for one
  that the vocabulary lacks (gpt-oss has 201,088 rows of logits and fewer tokens), so that the streaming
  parser never has to fail.

Read `runtime/harmony/render.py` and `runtime/harmony/parse.py` next.
"""

from __future__ import annotations

import threading
from array import array
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import tokenizers

from models.errors import ModelError
from runtime.byte_pairs import BytePairs
from runtime.vocabulary import BYTES, Vocabulary, damaged, open_vocabulary

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


class Tokenizer:
    """One vocabulary.

    Attributes:
        special: ids of Harmony's special tokens.
        stop_ids: the ids that end a turn: `<|return|>`, `<|call|>` and `<|endoftext|>`.
        vocabulary_size: one more than the largest id.
    """

    def __init__(self, vocabulary: Vocabulary, splitter: tokenizers.Tokenizer) -> None:
        """Use `Tokenizer.load`."""
        pieces, specials = vocabulary.pieces, vocabulary.added
        self.special = SpecialIds(
            **{name: specials[_literal(name)] for name in SpecialIds.__dataclass_fields__}
        )
        self.stop_ids = frozenset((self.special.return_, self.special.call, self.special.endoftext))
        self.vocabulary_size = 1 + max(max(pieces.values(), default=0), max(specials.values()))
        self._splitter = splitter
        self._byte_pairs = BytePairs(vocabulary)
        self._pieces: list[str | None] = [None] * self.vocabulary_size
        for piece, token in pieces.items():
            self._pieces[token] = piece
        self._bytes: dict[int, bytes] = {token: text.encode() for text, token in specials.items()}
        self._cache: OrderedDict[str, array[int]] = OrderedDict()
        self._cached_ids = 0
        self._lock = threading.Lock()

    @classmethod
    def load(cls, folder: Path, cache: Path | None = None) -> Tokenizer:
        """Read `tokenizer.json` in `folder`; from the second time on faster, if there is a folder `cache`.

        Raises:
            ModelError: it is missing or damaged, is not byte-level BPE, or lacks one of Harmony's tokens.
        """
        path = folder / FILE_NAME
        literals = [_literal(name) for name in SpecialIds.__dataclass_fields__]
        vocabulary = open_vocabulary(path, cache, literals)
        for literal in literals:
            if literal not in vocabulary.added:
                raise ModelError(
                    f"{path} has no token {literal}, so it is not the tokenizer of a gpt-oss model. "
                    "Use the tokenizer.json that came with the model."
                )
        if not vocabulary.pieces.keys() >= BYTES.keys():
            raise ModelError(f"{path} is not a byte-level tokenizer, so it is not that of a gpt-oss model.")
        try:
            splitter = tokenizers.Tokenizer.from_str(vocabulary.splitter)
        except Exception as error:  # the library raises bare Exception
            raise damaged(path, str(error)) from error
        if splitter.pre_tokenizer is None:
            raise damaged(path, "no pre-tokenizer")
        return cls(vocabulary, splitter)

    def encode(self, text: str) -> list[int]:
        """Ids of `text`, every character of it as text; a lone surrogate counts as U+FFFD."""
        # The library cannot take surrogates; a pair of them is one character, as in JSON.
        try:
            text.encode()
        except UnicodeEncodeError:
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        if self._splitter.normalizer is not None:
            text = self._splitter.normalizer.normalize_str(text)
        encode = self._byte_pairs.encode
        return [
            token for word, _ in self._splitter.pre_tokenizer.pre_tokenize_str(text) for token in encode(word)
        ]

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
        data = b"".join(bytes((BYTES[c],)) if c in BYTES else c.encode() for c in piece)
        self._bytes[token] = data
        return data

    def decode(self, ids: Iterable[int]) -> str:
        """Text of `ids`, special tokens as written; invalid UTF-8 becomes U+FFFD."""
        return b"".join(self.token_bytes(token) for token in ids).decode("utf-8", "replace")


def _literal(name: str) -> str:
    """`<|return|>` for `return_`."""
    return f"<|{name.rstrip('_')}|>"
