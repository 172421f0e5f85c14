"""How one file of conversations is encrypted: 16 bytes at its beginning say it, so that the file stands alone.

SQLite3 Multiple Ciphers puts a salt where SQLite has its magic words. Keys given to it raw need no salt, so the
bytes are ours:

    "Choral" · K or P · cost · 8 random bytes

K: the keychain has the key, under a name made of the random bytes, so that two files never share one. P: the key
is made from a passphrase by scrypt, with these 16 bytes as salt and 2**cost rounds of 1 KiB. A file that begins
with SQLite's own words is not encrypted. The cipher is ChaCha20 with a Poly1305 tag for each page.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from app.history.values import Protection

HEADER_BYTES = 16
KEY_BYTES = 32
SCRYPT_COST = 17  # 128 MiB for some tenths of a second

_PLAIN = b"SQLite format 3\0"
_OURS = b"Choral"
_LETTERS = {Protection.KEYCHAIN: b"K", Protection.PASSPHRASE: b"P"}
_SCRYPT_BLOCK = 8
_COSTS = range(4, 22)  # what is outside was not written by us and could take all memory


@dataclass(frozen=True, slots=True)
class Header:
    """The first bytes of a file.

    Attributes:
        data: 16 bytes.
    """

    protection: Protection
    data: bytes

    @staticmethod
    def new(protection: Protection, cost: int = SCRYPT_COST) -> Header:
        """A header like no other."""
        if protection is Protection.NONE:
            return Header(protection, _PLAIN)
        return Header(protection, _OURS + _LETTERS[protection] + bytes([cost]) + os.urandom(8))

    @staticmethod
    def read(file: Path) -> Header | None:
        """The header of a file; None if it is not one that Chorale writes. Raises `OSError`."""
        with file.open("rb") as opened:
            data = opened.read(HEADER_BYTES)
        if data == _PLAIN:
            return Header(Protection.NONE, data)
        for protection, letter in _LETTERS.items():
            if len(data) == HEADER_BYTES and data.startswith(_OURS + letter) and data[7] in _COSTS:
                return Header(protection, data)
        return None

    @property
    def key_name(self) -> str:
        """What the keychain calls the key."""
        return f"conversations {self.data[8:].hex()}"

    def key_of(self, passphrase: str) -> bytes:
        """The key that a passphrase makes: 32 bytes, after some tenths of a second."""
        rounds = 1 << self.data[7]
        return hashlib.scrypt(
            # The same letters, whatever keyboard they were typed on.
            unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass"),
            salt=self.data,
            n=rounds,
            r=_SCRYPT_BLOCK,
            p=1,
            maxmem=rounds * _SCRYPT_BLOCK * 128 * 2,
            dklen=KEY_BYTES,
        )


@dataclass(frozen=True, slots=True)
class Lock:
    """What opens or makes a file: its header, and the key unless it is not encrypted."""

    header: Header
    key: bytes | None

    @property
    def pragma(self) -> str | None:
        """What SQLite3 Multiple Ciphers takes as a key; None for a file that is not encrypted."""
        return None if self.key is None else f"raw:{self.key.hex()}{self.header.data.hex()}"


def new_key() -> bytes:
    """32 random bytes."""
    return os.urandom(KEY_BYTES)
