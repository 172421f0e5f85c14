"""Addresses: which may be asked, which are led to, and what of them may be shown. Read next: `failures`."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from models.catalog import HUB
from models.errors import InputError, NetworkError


def check_endpoint(text: str) -> str:
    """`text` as an endpoint. Raises `InputError`."""
    parts = urlsplit(text.strip().rstrip("/"))
    try:
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fits = False
    if not fits or parts.query or parts.fragment:
        raise InputError(f"{without_secrets(text)!r} is not an endpoint. Give an address such as {HUB}.")
    if parts.username is not None or parts.password is not None:
        raise InputError("The endpoint has a password in it. Leave it out, and set HF_TOKEN instead.")
    return parts.geturl()


def redirected(url: str, location: str) -> str:
    """The address that a redirect from `url` leads to. Raises `NetworkError` if it is not to be followed."""
    try:
        target = urljoin(url, location)
        parts = urlsplit(target)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_address = False
    if not is_address:
        raise NetworkError(f"{host_of(url)} leads to something that is no address; it is not followed.")
    if url.startswith("https://") and parts.scheme != "https":
        raise NetworkError(
            f"{host_of(url)} leads to {host_of(target)} without encryption, which is not followed. Ask IT whether a "
            "proxy asks for a sign-in there."
        )
    return target


def without_secrets(text: str) -> str:
    return " ".join("…" if "@" in word and ":" in word else word for word in text.split())


def host_of(url: str) -> str:
    parts = urlsplit(url)
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return (parts.hostname or "the server") + port


def origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port
