"""Whether a key is the key of a file, also of one whose first page is damaged.

SQLite reads the first page first, and says the same whether that is damaged or the key is another. But each page
of an encrypted file ends with a number used once and a Poly1305 tag (RFC 8439), which nobody can make without the
key. So one page that fits its tag proves the key, and what is looked at is what has always been in the file: it
gives who guesses a passphrase nothing that the first page does not give. Used by `vault`; see `key`.

    page of 8 KiB: what is encrypted · 16 bytes used once · 16 bytes of tag
    key of the tag: the first 32 bytes of a ChaCha20 block; its counter is the page's number, xored with the last 4
    bytes used once, its nonce is the other 12
"""

from __future__ import annotations

import hmac
import struct
from pathlib import Path

from app.history.key import Lock
from app.history.schema import PAGE_BYTES

_ONCE = 16  # bytes
_TAG = 16  # bytes
_MOST_PAGES = 64  # that are looked at: some tenths of a millisecond each
_PRIME = (1 << 130) - 5
_CLAMP = 0x0FFFFFFC_0FFFFFFC_0FFFFFFC_0FFFFFFF
_WORD = 0xFFFFFFFF
_CONSTANTS = struct.unpack("<4I", b"expand 32-byte k")
_QUARTERS = (
    *((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15)),
    *((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)),
)


def is_key_of(file: Path, lock: Lock) -> bool:
    """Whether at least one of the pages that are looked at was written with this key. Raises `OSError`."""
    if lock.key is None:
        return False
    with file.open("rb") as opened:
        pages = file.stat().st_size // PAGE_BYTES
        for index in range(0, pages, max(1, -(-pages // _MOST_PAGES))):
            opened.seek(index * PAGE_BYTES)
            if _fits(opened.read(PAGE_BYTES), index + 1, lock.key):
                return True
    return False


def _fits(page: bytes, number: int, key: bytes) -> bool:
    """Whether a page ends with the tag that this key gives it; its number counts from 1."""
    told, tag = page[:-_TAG], page[-_TAG:]
    *nonce, last = struct.unpack("<4I", told[-_ONCE:])
    return hmac.compare_digest(poly1305(chacha20_block(key, last ^ number, tuple(nonce))[:32], told), tag)


def chacha20_block(key: bytes, counter: int, nonce: tuple[int, ...]) -> bytes:
    """64 bytes of key stream; `nonce` is three words of 32 bits. RFC 8439, 2.3."""
    begin = (*_CONSTANTS, *struct.unpack("<8I", key), counter, *nonce)
    words = list(begin)
    for a, b, c, d in _QUARTERS * 10:
        for to, by, target, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            words[to] = (words[to] + words[by]) & _WORD
            mixed = words[target] ^ words[to]
            words[target] = (mixed << bits | mixed >> (32 - bits)) & _WORD
    return struct.pack("<16I", *((word + first) & _WORD for word, first in zip(words, begin, strict=True)))


def poly1305(key: bytes, text: bytes) -> bytes:
    """A tag of 16 bytes under a key of 32 that is used once. RFC 8439, 2.5."""
    factor = int.from_bytes(key[:16], "little") & _CLAMP
    total = 0
    for at in range(0, len(text), 16):
        total = (total + int.from_bytes(text[at : at + 16] + b"\1", "little")) * factor % _PRIME
    return ((total + int.from_bytes(key[16:], "little")) % (1 << 128)).to_bytes(16, "little")
