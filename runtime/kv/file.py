"""One conversation's KV cache in a file of its own, encrypted as the conversations are (ChaCha20, Poly1305).

A file for each, so that deleting one is deleting a file. Chunks are written one by one, the state that names them
last; a state whose chunks do not all match it is none. It can all be computed again, so nothing is forced onto the
disk, and whatever is damaged is thrown away.

    chunks   number · digest of the ids up to its end · digest of the data · data
    state    tag · ids · least · rate · digest of the tail · digest of them all · tail
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import apsw
import numpy as np

from runtime.kv.layout import CHUNK_ROWS

_PAGE_BYTES = 65_536  # a chunk has megabytes: read 3 times as fast as by pages of 4 kB
_CACHE_KIB = 4 * 1024
_SCHEMA = """
    CREATE TABLE IF NOT EXISTS chunks(number INTEGER PRIMARY KEY, prefix BLOB, digest BLOB, data BLOB);
    CREATE TABLE IF NOT EXISTS state(
        id INTEGER PRIMARY KEY, tag BLOB, ids BLOB, least INTEGER, rate REAL, tail_digest BLOB, digest BLOB, tail BLOB);
"""


class DamagedError(Exception):
    """What is in the file is not what was written."""


@dataclass(frozen=True, slots=True)
class KvState:
    """What was kept last.

    Attributes:
        tag: the `Layout`'s.
        ids: the tokens, one a row.
        least: the shortest length that can be gone on from.
        rate: tokens a second at which they were read by the model.
        tail_digest: of the bytes that `Layout.pack_tail` made.
    """

    tag: bytes
    ids: tuple[int, ...]
    least: int
    rate: float
    tail_digest: bytes

    @property
    def digest(self) -> bytes:
        head = f"{self.tag.hex()} {self.least} {self.rate!r} {len(self.ids)} ".encode()
        return digest_of(head, _ids_bytes(self.ids), self.tail_digest)


class KvFile:
    """An open file. Raises `apsw.Error`, `OSError`, and `DamagedError` where it is read.

    Args:
        is_new: whether it may be made.
    """

    def __init__(self, path: Path, key: bytes, *, is_new: bool = False) -> None:
        if is_new:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            self._connection.pragma("cipher", "chacha20")
            self._connection.pragma("key", f"raw:{key.hex()}")
            self._connection.pragma("page_size", _PAGE_BYTES)
            self._connection.pragma("synchronous", "OFF")
            self._connection.pragma("temp_store", "MEMORY")
            self._connection.pragma("cache_size", -_CACHE_KIB)
            self._connection.execute(_SCHEMA)
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        self._connection.close()

    def state(self) -> KvState | None:
        """What was kept last, without a look at its chunks and its tail."""
        row = self._connection.execute(
            "SELECT tag, ids, least, rate, tail_digest, digest FROM state"
        ).fetchone()
        if row is None:
            return None
        tag, ids, least, rate, tail_digest, digest = row
        state = KvState(tag, tuple(np.frombuffer(ids, "<u4").tolist()), least, rate, tail_digest)
        if state.digest != digest:
            raise DamagedError
        return state

    def tail(self, state: KvState) -> bytes:
        """The tail of `state`."""
        row = self._connection.execute("SELECT tail FROM state").fetchone()
        if row is None or digest_of(row[0]) != state.tail_digest:
            raise DamagedError
        data: bytes = row[0]
        return data

    def prefixes(self) -> dict[int, bytes]:
        """Of each chunk the digest of the ids it belongs to."""
        return dict(self._connection.execute("SELECT number, prefix FROM chunks"))

    def chunk(self, number: int, prefix: bytes) -> bytes:
        """The data of a chunk that belongs to ids with this digest."""
        row = self._connection.execute(
            "SELECT prefix, digest, data FROM chunks WHERE number = ?", (number,)
        ).fetchone()
        if row is None or row[0] != prefix or row[1] != digest_of(row[2]):
            raise DamagedError
        data: bytes = row[2]
        return data

    def put_chunk(self, number: int, prefix: bytes, data: bytes) -> None:
        with self._connection:
            self._connection.execute(
                "INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?)", (number, prefix, digest_of(data), data)
            )

    def put_state(self, state: KvState, tail: bytes) -> None:
        """From now on this is what is kept; its chunks are there."""
        with self._connection:
            self._connection.execute("DELETE FROM chunks WHERE number >= ?", (len(state.ids) // CHUNK_ROWS,))
            told = (state.tag, _ids_bytes(state.ids), state.least, state.rate)
            self._connection.execute(
                "INSERT OR REPLACE INTO state VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
                (*told, state.tail_digest, state.digest, tail),
            )


def prefix_digests(tag: bytes, ids: Sequence[int]) -> list[bytes]:
    """For each whole chunk the digest of all ids up to its end, and of what their rows mean."""
    digest = hashlib.blake2b(tag, digest_size=16)
    data, size = _ids_bytes(ids), 4 * CHUNK_ROWS
    digests = []
    for number in range(len(ids) // CHUNK_ROWS):
        digest.update(data[number * size : (number + 1) * size])
        digests.append(digest.digest())
    return digests


def _ids_bytes(ids: Sequence[int]) -> bytes:
    return np.asarray(ids, "<u4").tobytes()


def digest_of(*parts: bytes) -> bytes:
    """16 bytes."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(part)
    return digest.digest()
