"""A vocabulary as tables: read from `tokenizer.json`, and kept in a file that opens at once.

The published file is JSON, and reading it takes longer than loading the model. So what comes out of
it is stored in the cache folder as plain arrays, made again whenever it is missing, damaged or made from
another file, and never needed: without a cache folder the JSON is read each time.

Read next: `byte_pairs`, which encodes with it; `tokenizer`, which is what the others use.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from models.errors import ModelError

TABLES_FILE = "tokenizer-tables.npz"
_FORMAT = 1  # raise it when the tables change, so that older files are made again
JOIN_BITS = 24
_MOST_IDS = 1 << JOIN_BITS  # an absurd id would make tables as large as memory


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


BYTES = _byte_alphabet()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Byte-level BPE.

    Attributes:
        pieces: text in the byte alphabet → id; no special tokens among them.
        joins: `pair_key` of two ids → rank << JOIN_BITS | id of both together; lower ranks go first.
        added: the special tokens' texts → ids.
        ignore_merges: a word that is a piece is that piece, however its joins would go.
        splitter: a tokenizer.json that splits text into words as this one does, and holds no vocabulary.
    """

    pieces: Mapping[str, int]
    joins: Mapping[int, int]
    added: Mapping[str, int]
    ignore_merges: bool
    splitter: str


def pair_key(left: int, right: int) -> int:
    """The key of a pair of ids in `Vocabulary.joins`."""
    return left << JOIN_BITS | right


def open_vocabulary(path: Path, cache: Path | None, specials: Sequence[str]) -> Vocabulary:
    """The vocabulary of the tokenizer.json at `path`, by way of the tables in the folder `cache` if given.

    `specials` are texts of tokens that are special even where the file lists them as ordinary.

    Raises:
        ModelError: the file is missing or damaged, or is not byte-level BPE.
    """
    source = _identity(path, specials)
    if cache is not None and (stored := _load(cache / TABLES_FILE, source)) is not None:
        return stored
    vocabulary = _read(path, specials)
    if cache is not None:
        with suppress(OSError):  # a full disk: the next start reads the JSON again
            _store(cache / TABLES_FILE, source, vocabulary)
    return vocabulary


def _identity(path: Path, specials: Sequence[str]) -> str:
    """Changes when the file does, or what is made of it.

    Size and time alone do not tell: what comes out of an archive may have the time of another version.
    The sum takes milliseconds.
    """
    try:
        stat, summed = path.stat(), 0
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                summed = zlib.crc32(piece, summed)
    except FileNotFoundError:
        raise ModelError(
            f"The model folder {path.parent} has no {path.name}. Download the model again."
        ) from None
    except OSError as error:
        raise _unreadable(path, error) from error
    return json.dumps([_FORMAT, list(specials), stat.st_size, stat.st_mtime_ns, summed])


def _read(path: Path, specials: Sequence[str]) -> Vocabulary:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _unreadable(path, error) from error
    except (ValueError, RecursionError) as error:
        raise damaged(path, str(error)) from error
    try:
        return _vocabulary(data, specials)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise damaged(path, f"{type(error).__name__}: {error}") from error


def _vocabulary(data: Any, specials: Sequence[str]) -> Vocabulary:
    """Raises AttributeError, KeyError, TypeError or ValueError if `data` is not a BPE tokenizer."""
    model = data["model"]
    if model["type"] != "BPE":
        raise ValueError(f"a {model['type']} tokenizer")
    unusual = [
        name
        for name in ("dropout", "continuing_subword_prefix", "end_of_word_suffix", "byte_fallback")
        if model.get(name)
    ]
    if unusual:
        raise ValueError(f"BPE with {', '.join(unusual)}")
    pieces = dict(model["vocab"])
    added = {str(token["content"]): token["id"] for token in data["added_tokens"]}
    for token in (*pieces.values(), *added.values()):
        if type(token) is not int or not 0 <= token < _MOST_IDS:
            raise ValueError(f"id {token!r}")
    joins: dict[int, int] = {}
    for rank, merge in enumerate(model["merges"]):
        left, right = merge.split(" ") if isinstance(merge, str) else merge
        key = pair_key(pieces[left], pieces[right])
        joins.setdefault(key, rank << JOIN_BITS | pieces[left + right])
    for text in specials:
        if text in pieces:
            added.setdefault(text, pieces[text])
    # A lone character may be listed as added too; without its byte, text that holds it would be lost.
    pieces = {text: token for text, token in pieces.items() if text in BYTES or text not in added}
    splitter = {
        **data,
        "model": {**model, "vocab": {}, "merges": []},
        "added_tokens": [],
        "truncation": None,
        "padding": None,
        "post_processor": None,
    }
    return Vocabulary(pieces, joins, added, bool(model.get("ignore_merges")), json.dumps(splitter))


def _store(path: Path, source: str, vocabulary: Vocabulary) -> None:
    pieces = "\n".join(vocabulary.pieces)
    if pieces.count("\n") != len(vocabulary.pieces) - 1:
        return  # a piece with a line break: not in the byte alphabet, and not worth another format
    rest = {"added": dict(vocabulary.added), "ignore": vocabulary.ignore_merges, "split": vocabulary.splitter}
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        with scratch.open("wb") as file:
            np.savez(
                file,
                source=_bytes(source),
                pieces=_bytes(pieces),
                ids=np.fromiter(vocabulary.pieces.values(), np.int32),
                pairs=np.fromiter(vocabulary.joins.keys(), np.int64),
                joins=np.fromiter(vocabulary.joins.values(), np.int64),
                rest=_bytes(json.dumps(rest)),
            )
        scratch.replace(path)  # whole or not at all: another process may be reading it
    finally:
        scratch.unlink(missing_ok=True)


def _load(path: Path, source: str) -> Vocabulary | None:
    """The stored tables, or None if they are absent, damaged or made from another file."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            if _text(stored["source"]) != source:
                return None
            pieces = _text(stored["pieces"]).split("\n")
            ids = stored["ids"].tolist()
            pairs, joins = stored["pairs"].tolist(), stored["joins"].tolist()
            rest = json.loads(_text(stored["rest"]))
        return Vocabulary(
            dict(zip(pieces, ids, strict=True)),
            dict(zip(pairs, joins, strict=True)),
            rest["added"],
            rest["ignore"],
            rest["split"],
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError, RuntimeError, zipfile.BadZipFile):
        return None


def _bytes(text: str) -> Any:
    return np.frombuffer(text.encode(), np.uint8)


def _text(array: Any) -> str:
    return str(array.tobytes().decode())


def damaged(path: Path, detail: str) -> ModelError:
    """What to say of a tokenizer.json that is none; `detail` is for the log."""
    return ModelError(f"{path} is damaged: it is not a tokenizer. Download the model again.", detail)


def _unreadable(path: Path, error: OSError) -> ModelError:
    return ModelError(f"{path} cannot be read: {error.strerror}.")
