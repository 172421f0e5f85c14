"""The second start is fast, and never with the tables of another file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from runtime import vocabulary
from runtime.tokenizer import Tokenizer
from runtime.vocabulary import TABLES_FILE, open_vocabulary
from tests.support.harmony_goldens import golden, tokenizer

TEXTS = ["Hello, world!\n", "  x = 1\n", "\u6771\u4eac \u00fcber", "<|start|>", "a" * 100]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tokenizer.json").write_text(json.dumps(golden("tokenizer")), encoding="utf-8")
    return tmp_path


def forbid_json(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> None:
        raise AssertionError("the JSON was read")

    monkeypatch.setattr(vocabulary, "_read", read)


def test_the_second_start_does_not_read_the_large_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Tokenizer.load(folder, folder / "cache")
    tokenizer()  # what it is compared with is read from JSON, if no other test did so
    forbid_json(monkeypatch)
    again = Tokenizer.load(folder, folder / "cache")
    assert again.special == tokenizer().special
    assert again.vocabulary_size == tokenizer().vocabulary_size
    for text in TEXTS:
        assert again.encode(text) == tokenizer().encode(text)
    for token in range(again.vocabulary_size):
        assert again.token_bytes(token) == tokenizer().token_bytes(token)


def test_without_a_cache_folder_nothing_is_written(folder: Path) -> None:
    Tokenizer.load(folder)
    assert [path.name for path in folder.iterdir()] == ["tokenizer.json"]


def test_a_file_that_was_replaced_is_read_again(folder: Path) -> None:
    Tokenizer.load(folder, folder)
    data = golden("tokenizer")
    data["added_tokens"].append({**data["added_tokens"][0], "id": 250_000, "content": "<|new|>"})
    (folder / "tokenizer.json").write_text(json.dumps(data), encoding="utf-8")
    assert Tokenizer.load(folder, folder).vocabulary_size == 250_001


def test_a_file_of_the_same_size_that_was_replaced_is_read_again(folder: Path) -> None:
    Tokenizer.load(folder, folder)
    path = folder / "tokenizer.json"
    path.write_text(path.read_text("utf-8").replace("<|call|>", "<|cell|>"), encoding="utf-8")
    os.utime(path, ns=(1, 1))
    with pytest.raises(Exception, match="call"):
        Tokenizer.load(folder, folder)


def test_a_file_of_the_same_size_and_time_that_was_replaced_is_read_again(folder: Path) -> None:
    Tokenizer.load(folder, folder)
    path = folder / "tokenizer.json"
    time = path.stat().st_mtime_ns
    path.write_text(path.read_text("utf-8").replace("<|call|>", "<|cell|>"), encoding="utf-8")
    os.utime(path, ns=(time, time))
    with pytest.raises(Exception, match="call"):
        Tokenizer.load(folder, folder)


DAMAGE: list[Callable[[bytes], bytes]] = [
    lambda _: b"",
    lambda data: data[: len(data) // 2],
    lambda data: data[:-30],
    lambda data: data[: len(data) // 2] + bytes(64) + data[len(data) // 2 + 64 :],
    lambda _: b"PK\x05\x06" + bytes(18),
    lambda _: b"{}",
    lambda data: bytes(
        byte | (data[at - 8 : at - 4] == b"PK\x01\x02") for at, byte in enumerate(data)
    ),  # encrypted
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_tables_are_made_again(folder: Path, damage: Callable[[bytes], bytes]) -> None:
    tables = folder / TABLES_FILE
    Tokenizer.load(folder, folder)
    tables.write_bytes(damage(tables.read_bytes()))
    assert Tokenizer.load(folder, folder).encode(TEXTS[0]) == tokenizer().encode(TEXTS[0])
    with np.load(tables) as stored:
        assert "pairs" in stored


def test_tables_are_never_code(folder: Path) -> None:
    # An array of Python objects would be unpickled, and a pickle can run anything.
    Tokenizer.load(folder, folder)
    with np.load(folder / TABLES_FILE) as stored:
        arrays = dict(stored)
    arrays["ids"] = np.array([print], dtype=object)
    np.savez(folder / TABLES_FILE, allow_pickle=True, **arrays)
    assert Tokenizer.load(folder, folder).encode(TEXTS[0]) == tokenizer().encode(TEXTS[0])


def test_a_full_disk_only_costs_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    assert open_vocabulary(folder / "tokenizer.json", folder, []).pieces
    assert [path.name for path in folder.iterdir()] == ["tokenizer.json"]
