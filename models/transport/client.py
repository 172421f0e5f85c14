"""The libraries that speak HTTP, as Chorale wants them: no telemetry, no other hosts, bounded answers.

Imported when a download begins, not before: that takes half a second. Read next: `hub`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies

from models.errors import NetworkError
from models.transport.addresses import host_of, redirected

if TYPE_CHECKING:
    import httpx2

_LARGEST_LISTING = 16 << 20  # bytes


def has_proxy() -> bool:
    """Whether the environment or the system names a proxy for downloads."""
    return any(getproxies().get(kind) for kind in ("https", "all"))


def hub_cache_folder() -> Path:
    """Where programs on huggingface_hub keep what they downloaded, for this user."""
    huggingface_hub_library()
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def huggingface_hub_library() -> Any:
    """The library, with its telemetry and its own way of downloading switched off before it is imported."""
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["HF_HUB_DISABLE_XET"] = "1"
    os.environ["HF_HUB_DISABLE_IMPLICIT_TOKEN"] = "1"
    try:
        import huggingface_hub
        from huggingface_hub import constants, errors, utils  # noqa: F401 (the package loads them when asked)

        _ = huggingface_hub.HfApi
    except ModuleNotFoundError as error:
        # PyYAML has no wheel for Windows on ARM with Python 3.11.
        raise NetworkError(
            "This Python lacks a package that downloading needs. Use Python 3.12 or later, or import the model "
            "from a folder.",
            repr(error),
        ) from error
    return huggingface_hub


def online() -> Any:
    """`huggingface_hub_library`, unless the user has told it to stay offline."""
    hub = huggingface_hub_library()
    if hub.constants.is_offline_mode():
        raise NetworkError("HF_HUB_OFFLINE is set, so nothing is downloaded. Unset it to download.")
    return hub


def new_client(timeouts: tuple[float, float], *, proxy: str | None = None, **options: Any) -> httpx2.Client:
    """A client that follows no redirects.

    Args:
        timeouts: seconds for connecting and for each read.
        proxy: its address; empty for none; None for that of the environment or the system.
    """
    import httpx2

    if proxy:
        options["proxy"] = proxy
    elif proxy is not None:
        # Not `trust_env`, which certificates of the environment would go with.
        options["mounts"] = {"all://": None, "https://": None, "http://": None}

    _read_large_pieces()
    connect, read = timeouts
    timeout = httpx2.Timeout(read, connect=connect)
    try:
        return httpx2.Client(timeout=timeout, follow_redirects=False, **options)
    except (httpx2.InvalidURL, ValueError):
        # Without the library's words: they hold parts of the proxy's address, which may hold a password.
        raise NetworkError(
            "The proxy that HTTPS_PROXY, the system or a policy names is no address that Chorale can use. Write it as "
            "http://NAME:PORT, and special characters of a password as %23 and the like; ask IT for it."
        ) from None


def new_listing_client(timeouts: tuple[float, float], proxy: str | None = None) -> httpx2.Client:
    """A client for huggingface_hub, which does not bound what it reads."""

    def bound(response: httpx2.Response) -> None:
        url = str(response.request.url)
        if response.has_redirect_location:
            redirected(url, response.headers["location"])
        response.stream = _bounded(response.stream, host_of(url))

    client = new_client(timeouts, proxy=proxy, event_hooks={"response": [bound]})
    client.follow_redirects = True
    return client


def _bounded(stream: Any, host: str) -> Any:
    """A response's stream that ends with an error when it is longer than any listing."""
    import httpx2

    class Bounded(httpx2.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            left = _LARGEST_LISTING
            for chunk in stream:
                left -= len(chunk)
                if left < 0:
                    raise NetworkError(f"{host} sends a list of files without an end. Check the endpoint.")
                yield chunk

        def close(self) -> None:
            stream.close()

    return Bounded()


def _read_large_pieces() -> None:
    """Let the client take a megabyte at a time where it takes 64 KiB: that saves a third of its time.

    There is no public setting for it; where the attribute is gone, downloads are slower and nothing else.
    """
    with suppress(ImportError):
        from httpcore2._sync.http11 import HTTP11Connection

        if hasattr(HTTP11Connection, "READ_NUM_BYTES"):
            HTTP11Connection.READ_NUM_BYTES = 1 << 20
