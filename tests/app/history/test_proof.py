"""Whoever knows the passphrase of a damaged file is not told that it is another."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import pytest

from app.history.key import Header, Lock, new_key
from app.history.proof import chacha20_block, is_key_of, poly1305
from app.history.schema import PAGE_BYTES
from app.history.store import History
from app.history.tree import Question, Tree
from app.history.values import ChatSettings
from tests.fakes.keychain import FakeKeychain


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Path, Lock]:
    """A file, and its lock."""
    file, keychain = tmp_path / "conversations.db", FakeKeychain()
    history = History(file, keychain)
    entry = history.create(ChatSettings())
    history.put(entry, Tree().add(None, Question("words " * 20_000)), 1)
    history.close()
    header = Header.read(file)
    assert header is not None
    return file, Lock(header, keychain.keys[header.key_name])


def test_the_cipher_gives_the_numbers_of_its_standard() -> None:
    block = chacha20_block(
        bytes(range(32)), 1, struct.unpack("<3I", bytes.fromhex("000000090000004a00000000"))
    )
    assert block.hex().startswith("10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e")
    key = bytes.fromhex("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b")
    assert poly1305(key, b"Cryptographic Forum Research Group").hex() == "a8061dc1305136c6c22b8baf0c0127a9"


@pytest.mark.slow
def test_a_key_is_known_by_each_page_alone(kept: tuple[Path, Lock]) -> None:
    file, lock = kept
    data = file.read_bytes()
    pages = len(data) // PAGE_BYTES
    assert 15 < pages < 64
    for page in range(pages):
        alone = bytearray(len(data))
        alone[page * PAGE_BYTES : (page + 1) * PAGE_BYTES] = data[page * PAGE_BYTES : (page + 1) * PAGE_BYTES]
        file.write_bytes(alone)
        assert is_key_of(file, lock), page
        alone[page * PAGE_BYTES + 3000] ^= 1
        file.write_bytes(alone)
        assert not is_key_of(file, lock), page


def test_another_key_fits_no_page_and_a_page_no_other_place(kept: tuple[Path, Lock]) -> None:
    file, lock = kept
    data = file.read_bytes()
    assert is_key_of(file, lock)
    assert not is_key_of(file, replace(lock, key=new_key()))
    assert not is_key_of(file, replace(lock, key=None))
    file.write_bytes(bytes(PAGE_BYTES) + data[:-PAGE_BYTES])
    assert not is_key_of(file, lock)
    for size in (0, 100, PAGE_BYTES - 1):
        file.write_bytes(data[:size])
        assert not is_key_of(file, lock)
