"""One value of a policy: from what the registry or a JSON file holds to what Chorale uses.

Each function raises `ValueError`, whose words complete the sentence "<name> is …". Nothing is guessed: what is
not exactly one of the forms written here cannot be understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

Reader = Callable[[object], object]

DEVICE_KINDS = ("cpu", "gpu", "npu")
DIRECT = "none"  # of a proxy: connect without one
_MOST_CHARACTERS = 2000
_HASH = re.compile(r"[0-9a-f]{64}")
_DRIVE_OR_SHARE = re.compile(r"[A-Za-z]:[\\/].*|\\\\[^\\/]+[\\/][^\\/]+.*", re.DOTALL)


def switch(raw: object) -> bool:
    """1 or true, 0 or false; the registry's numbers may also be written as text."""
    if isinstance(raw, bool):
        return raw
    if raw in (0, 1) and isinstance(raw, int):
        return raw == 1
    if raw in ("0", "1"):
        return raw == "1"
    raise ValueError("neither 0 nor 1")


def number(least: int, most: int) -> Callable[[object], int]:
    """A whole number."""

    def read(raw: object) -> int:
        if isinstance(raw, str) and re.fullmatch(r"[0-9]{1,9}", raw.strip()):
            raw = int(raw)
        if isinstance(raw, bool) or not isinstance(raw, int) or not least <= raw <= most:
            raise ValueError(f"no whole number from {least} to {most}")
        return raw

    return read


def choice(*allowed: str) -> Callable[[object], str]:
    """One of some words."""

    def read(raw: object) -> str:
        if not isinstance(raw, str) or raw.strip().lower() not in allowed:
            raise ValueError(f"none of {', '.join(allowed)}")
        return raw.strip().lower()

    return read


def address(raw: object) -> str:
    """An https or http address without a password in it."""
    text = _text(raw)
    parts = urlsplit(text.rstrip("/"))
    try:
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fits = False
    if not fits or "@" in parts.netloc or parts.query or parts.fragment or re.search(r"\s", text):
        raise ValueError("no address such as https://mirror.example.org")
    return parts.geturl()


def proxy(raw: object) -> str:
    """`none`, or the address of a proxy."""
    text = _text(raw)
    if text.lower() == DIRECT:
        return DIRECT
    try:
        return address(text)
    except ValueError:
        raise ValueError("neither none nor an address such as http://proxy.example.org:8080") from None


def folder(raw: object) -> str:
    """A whole path: of a drive, of a share, or from the root."""
    text = _text(raw)
    if not (_DRIVE_OR_SHARE.fullmatch(text) or text.startswith("/")) or "\0" in text:
        raise ValueError("no whole path such as D:\\Models or \\\\server\\share\\models")
    return text


def hashes(raw: object) -> frozenset[str]:
    """SHA-256 hashes in hexadecimal."""
    found = [text.lower() for text in _texts(raw)]
    if not all(_HASH.fullmatch(text) for text in found):
        raise ValueError("no list of SHA-256 hashes of 64 hexadecimal digits")
    return frozenset(found)


def device_kinds(raw: object) -> frozenset[str]:
    """Some of cpu, gpu, npu."""
    found = {text.lower() for text in _texts(raw)}
    if not found <= set(DEVICE_KINDS):
        raise ValueError("no list of cpu, gpu and npu")
    return frozenset(found)


def _text(raw: object) -> str:
    if not isinstance(raw, str) or not raw.strip() or len(raw) > _MOST_CHARACTERS:
        raise ValueError("no text")
    return raw.strip()


def _texts(raw: object) -> list[str]:
    """A list of texts; in one text they are parted by commas, semicolons or lines."""
    if isinstance(raw, str):
        raw = re.split(r"[,;\r\n]", raw)
    if not isinstance(raw, (list, tuple)) or not all(isinstance(text, str) for text in raw):
        raise ValueError("no list")
    found = [text.strip() for text in raw if text.strip()]
    if not found:
        raise ValueError("an empty list")
    return found
