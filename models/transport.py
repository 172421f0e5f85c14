"""The hub over HTTPS: what files a repository has, and their bytes. The only module that opens a connection.

It is built on `huggingface_hub` where that knows the hub better than we could: the repository's listing with
sizes and hashes, the addresses of files, the headers, what a refusal means. The bytes are read with the HTTP
client that comes with it (httpx2), not with its downloader, because that one
  - cannot hash while it writes, keep to a bandwidth, pause, or be cancelled from another thread;
  - hands large files to `hf-xet`, which talks to other hosts in its own way (left out of our lock file);
  - asks the hub for a list of programming agents to put into its User-Agent, unless telemetry is off.
So HF_HUB_DISABLE_TELEMETRY is set before the import, and no request is made but: the listing (or, where a
mirror has no listing with hashes, one HEAD for each file) and the files.

Proxies come from the environment or the system, certificates from the operating system (truststore).
A token (`HF_TOKEN`) is sent to the endpoint alone, over HTTPS alone, and is in no message.
Read next: `transfer`, which decides when to try again.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies

from models.catalog import HUB, HUB_HOSTS, is_wanted
from models.disk import is_plain_name
from models.errors import InputError, NetworkError
from models.progress import Stage
from models.store import FileRecord, Plan
from models.transfer import Interrupted

if TYPE_CHECKING:
    import httpx2

_MOST_REDIRECTS = 8
_LARGEST_LISTING = 16 << 20  # bytes
_BUSY = (408, 425, 429, 500, 502, 503, 504)
_HUB_LOCK = threading.Lock()  # huggingface_hub has one client for the whole process


class HubTransport:
    """The hub, or a mirror of it; a `download.Hub`.

    Attributes:
        address: of the endpoint, without a slash at its end.
    """

    stage = Stage.DOWNLOADING
    workers = 4

    def __init__(
        self,
        endpoint: str | None = None,
        *,
        version: str,
        token: str | None = None,
        connect_s: float = 15.0,
        read_s: float = 30.0,
    ) -> None:
        """Nothing is asked yet.

        Args:
            endpoint: `https://…`; None is the public hub.
            version: of Chorale, for the User-Agent.
            token: of the hub; None sends none.
            connect_s, read_s: how long a server may be silent.

        Raises:
            InputError: this cannot be an endpoint.
        """
        self.address = check_endpoint(endpoint or HUB)
        self._version = version
        self._token = token if token and self.address.startswith("https://") else None
        self._timeouts = (connect_s, read_s)
        self._client: httpx2.Client | None = None
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def look_up(self, repository: str, revision: str) -> tuple[str, tuple[FileRecord, ...]]:
        """The commit that `revision` is, and the files there that Chorale takes.

        Raises:
            NetworkError: it cannot be had; names the address and what to do.
            Interrupted: trying again may help.
        """
        hub = _online()
        with _HUB_LOCK:
            hub.set_client_factory(self._new_listing_client)
            try:
                with self._failures(self.address):
                    api = hub.HfApi(endpoint=self.address, **self._identity())
                    info = api.model_info(
                        repository, revision=revision, files_metadata=True, timeout=self._timeouts[1]
                    )
                    commit = str(info.sha)
                    if not _is_hex(commit, 40):
                        raise NetworkError(f"{self.address} names no commit for {repository} at {revision}.")
                    files = [self._record(hub, repository, commit, file) for file in info.siblings or ()]
            finally:
                hub.close_session()
        return commit, _checked(self.address, [file for file in files if file is not None])

    def local(self, plan: Plan, file: FileRecord) -> Path | None:
        """Nothing of the hub lies on this PC; see `hub_cache` for what was downloaded by others."""
        return None

    @contextmanager
    def open(self, plan: Plan, file: FileRecord, start: int) -> Iterator[HubBody]:
        """The bytes of `file` at the plan's commit. Raises `NetworkError`, `Interrupted`."""
        hub = _online()
        url = hub.hf_hub_url(plan.repository, file.name, revision=plan.revision, endpoint=self.address)
        headers = hub.utils.build_hf_headers(**self._identity())
        headers["accept-encoding"] = "identity"  # a position in compressed bytes would mean nothing
        if start:
            headers["range"] = f"bytes={start}-"
        response = self._get(url, headers, file)
        try:
            yield HubBody(response, _start(response, start, file), self._failures)
        finally:
            response.close()

    def _get(self, url: str, headers: dict[str, str], file: FileRecord) -> httpx2.Response:
        """Ask for `url`, following redirects; the token goes to the endpoint only."""
        client = self._open_client()
        for _ in range(_MOST_REDIRECTS):
            request = client.build_request("GET", url, headers=headers)
            if _origin(url) != _origin(self.address):
                request.headers.pop("authorization", None)
            with self._failures(url):
                response = client.send(request, stream=True)
            try:
                if response.has_redirect_location:
                    self._check_unchanged(response, file)
                    url = _redirected(url, response.headers["location"])
                    response.close()
                    continue
                if response.status_code == 416:
                    raise Interrupted(f"{_host(url)} does not have {file.name} from there on.")
                if response.status_code not in (200, 206):
                    raise _refusal(url, response.status_code, response.headers)
                self._check_unchanged(response, file)
            except BaseException:
                response.close()
                raise
            return response
        raise NetworkError(f"{url} leads from one address to the next without an end. Tell whoever runs it.")

    def _check_unchanged(self, response: httpx2.Response, file: FileRecord) -> None:
        """Raise if the endpoint says that the file is not the one of the plan, before it is downloaded."""
        tag = response.headers.get("x-linked-etag")
        if tag is None:
            return
        tag = tag.removeprefix("W/").strip('"')
        for digest in (file.sha256, file.git_oid):
            if digest and len(tag) == len(digest) and _is_hex(tag, len(digest)) and tag != digest:
                raise NetworkError(
                    f"{file.name} at {self.address} is no longer the file that was announced when the download "
                    "began. Start the download again with --revision main, or tell whoever runs that endpoint."
                )

    def _record(self, hub: Any, repository: str, commit: str, sibling: Any) -> FileRecord | None:
        """A line of the listing; None for a file that is not needed."""
        name, size = sibling.rfilename, sibling.size
        if not isinstance(name, str) or not is_wanted(name):
            return None
        sha256 = sibling.lfs.sha256 if sibling.lfs is not None else None
        size = sibling.lfs.size if sibling.lfs is not None else size
        oid = None if sha256 else sibling.blob_id
        if size is None or not (sha256 or oid):
            # A mirror without metadata in its listing: what the hub's own client asks before each download.
            url = hub.hf_hub_url(repository, name, revision=commit, endpoint=self.address)
            identity = self._identity()
            found = hub.get_hf_file_metadata(
                url,
                token=identity["token"],
                timeout=self._timeouts[1],
                library_name=identity["library_name"],
                library_version=identity["library_version"],
                endpoint=self.address,
            )
            size = found.size
            sha256 = found.etag if _is_hex(found.etag, 64) else None
            oid = found.etag if _is_hex(found.etag, 40) else None
        return FileRecord(name, size, sha256, oid)

    def _identity(self) -> dict[str, Any]:
        # False: no token that another program of this user left on the disk.
        return {
            "token": self._token or False,
            "library_name": "chorale",
            "library_version": self._version,
        }

    def _open_client(self) -> httpx2.Client:
        with self._lock:
            if self._client is None:
                with self._failures(self.address):
                    self._client = self._new_client()
            return self._client

    def _new_client(self, **options: Any) -> httpx2.Client:
        import httpx2

        _read_large_pieces()
        connect, read = self._timeouts
        timeout = httpx2.Timeout(read, connect=connect)
        return httpx2.Client(timeout=timeout, follow_redirects=False, **options)

    def _new_listing_client(self) -> httpx2.Client:
        """A client for huggingface_hub, which does not bound what it reads."""

        def bound(response: httpx2.Response) -> None:
            url = str(response.request.url)
            if response.has_redirect_location:
                _redirected(url, response.headers["location"])
            response.stream = _bounded(response.stream, _host(url))

        client = self._new_client(event_hooks={"response": [bound]})
        client.follow_redirects = True
        return client

    @contextmanager
    def _failures(self, url: str) -> Iterator[None]:
        """Turn what HTTP libraries raise into `Interrupted` or `NetworkError`, naming the host of `url`."""
        import httpx2
        from huggingface_hub import errors

        host = _host(url)
        try:
            yield
        except errors.OfflineModeIsEnabled:
            raise NetworkError(
                "HF_HUB_OFFLINE is set, so nothing is downloaded. Unset it to download."
            ) from None
        except (errors.GatedRepoError, errors.DisabledRepoError, errors.RepositoryNotFoundError) as error:
            raise NetworkError(
                f"{host} has no such model, or not for everyone. Check the endpoint; a private mirror needs a "
                "token in HF_TOKEN.",
                type(error).__name__,
            ) from None
        except errors.RevisionNotFoundError:
            raise NetworkError(f"{host} has no such revision of this model. Check --revision.") from None
        except errors.HfHubHTTPError as error:
            response = error.response
            raise _refusal(url, response.status_code, response.headers) from None
        except errors.FileMetadataError as error:
            raise NetworkError(
                f"{host} does not answer as the hub does. Check the endpoint.", repr(error)
            ) from None
        except httpx2.ProxyError as error:
            raise NetworkError(
                f"The proxy on the way to {host} refuses ({_brief(error)}). Ask IT how programs sign in to the "
                f"proxy, and to allow {_hosts_for(url)}."
            ) from None
        except httpx2.UnsupportedProtocol as error:
            raise NetworkError(
                f"{host} or its proxy has an address of an unknown kind: {_brief(error)}"
            ) from None
        except httpx2.ConnectError as error:
            if _is_certificate(error):
                raise NetworkError(
                    f"The certificate of {host} is not trusted by this PC ({_brief(error)}). If a proxy "
                    "inspects connections here, ask IT to install its certificate in the system's store, or to "
                    f"leave {_hosts_for(url)} alone."
                ) from None
            raise Interrupted(
                f"{host} cannot be reached ({_brief(error)}). If this lasts, ask IT to allow {_hosts_for(url)}."
            ) from None
        except httpx2.TimeoutException:
            raise Interrupted(
                f"{host} does not answer. If this lasts, ask IT to allow {_hosts_for(url)}."
            ) from None
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise Interrupted(f"The line to {host} broke ({type(error).__name__}).") from None
        except (httpx2.InvalidURL, UnicodeError) as error:
            raise NetworkError(f"{host} leads to an address that is none.", repr(error)) from None
        except ImportError as error:
            raise NetworkError(
                "A SOCKS proxy is set for this PC, and Chorale speaks to HTTP proxies only. Set HTTPS_PROXY to one.",
                repr(error),
            ) from None
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            # What huggingface_hub raises at an answer that is not the hub's: a sign-in page, for one.
            raise NetworkError(
                f"{host} does not answer as the hub does; a sign-in page of this network may be in the way. Open "
                "any page in a browser, or check the endpoint.",
                repr(error),
            ) from None


class HubBody:
    """A file's bytes as they come in; a `transfer.Body`."""

    def __init__(self, response: httpx2.Response, start: int, failures: Any) -> None:
        self.start = start
        self._response = response
        self._failures = failures

    def chunks(self) -> Iterator[bytes]:
        """The bytes, in the pieces in which they arrive. Raises `Interrupted`."""
        with self._failures(str(self._response.request.url)):
            yield from self._response.iter_raw()

    def abort(self) -> None:
        """End a read that waits; from any thread."""
        stream = self._response.extensions.get("network_stream")
        connection = stream.get_extra_info("socket") if stream is not None else None
        if isinstance(connection, socket.socket):
            with suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)  # also of a TLS connection


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


def check_endpoint(text: str) -> str:
    """`text` as an endpoint. Raises `InputError`."""
    parts = urlsplit(text.strip().rstrip("/"))
    try:
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fits = False
    if not fits or parts.query or parts.fragment:
        raise InputError(f"{_without_secrets(text)!r} is not an endpoint. Give an address such as {HUB}.")
    if parts.username is not None or parts.password is not None:
        raise InputError("The endpoint has a password in it. Leave it out, and set HF_TOKEN instead.")
    return parts.geturl()


def has_proxy() -> bool:
    """Whether the environment or the system names a proxy for downloads."""
    return any(getproxies().get(kind) for kind in ("https", "all"))


def hub_cache_folder() -> Path:
    """Where programs on huggingface_hub keep what they downloaded, for this user."""
    _huggingface_hub()
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def _huggingface_hub() -> Any:
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


def _read_large_pieces() -> None:
    """Let the client take a megabyte at a time where it takes 64 KiB: that saves a third of its time.

    There is no public setting for it; where the attribute is gone, downloads are slower and nothing else.
    """
    with suppress(ImportError):
        from httpcore2._sync.http11 import HTTP11Connection

        if hasattr(HTTP11Connection, "READ_NUM_BYTES"):
            HTTP11Connection.READ_NUM_BYTES = 1 << 20


def _online() -> Any:
    """`_huggingface_hub`, unless the user has told it to stay offline."""
    hub = _huggingface_hub()
    if hub.constants.is_offline_mode():
        raise NetworkError("HF_HUB_OFFLINE is set, so nothing is downloaded. Unset it to download.")
    return hub


def _checked(address: str, files: list[FileRecord]) -> tuple[FileRecord, ...]:
    """The listing, if every name and number in it is safe to use."""
    names = [file.name.casefold() for file in files]
    for file in files:
        is_sound = (
            is_plain_name(file.name)
            and type(file.size) is int
            and 0 <= file.size < 1 << 44
            and (file.sha256 is None or _is_hex(file.sha256, 64))
            and (file.git_oid is None or _is_hex(file.git_oid, 40))
            and names.count(file.name.casefold()) == 1
        )
        if not is_sound:
            raise NetworkError(
                f"{address} lists a file that cannot be right ({file.name[:80]!r}). Check the endpoint."
            )
    return tuple(files)


def _redirected(url: str, location: str) -> str:
    """The address that a redirect from `url` leads to. Raises `NetworkError` if it is not to be followed."""
    try:
        target = urljoin(url, location)
        parts = urlsplit(target)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_address = False
    if not is_address:
        raise NetworkError(f"{_host(url)} leads to something that is no address; it is not followed.")
    if url.startswith("https://") and parts.scheme != "https":
        raise NetworkError(
            f"{_host(url)} leads to {_host(target)} without encryption, which is not followed. Ask IT whether a "
            "proxy asks for a sign-in there."
        )
    return target


def _start(response: httpx2.Response, asked: int, file: FileRecord) -> int:
    """Where in the file the response begins, if it is of the file at all."""
    host = _host(str(response.request.url))
    encoding = response.headers.get("content-encoding", "identity")
    start, total = 0, _number(response.headers.get("content-length"))
    if response.status_code == 206:
        unit, _, rest = response.headers.get("content-range", "").partition(" ")
        span, _, whole = rest.partition("/")
        first = _number(span.partition("-")[0])
        if unit != "bytes" or first is None or first > asked:
            raise Interrupted(f"{host} sent another part of {file.name} than was asked for.")
        start, total = first, _number(whole)
    if encoding != "identity" or (total is not None and total != file.size):
        raise Interrupted(
            f"{host} sent something else than {file.name} ({total if total is not None else encoding} instead of "
            f"{file.size:,} bytes); a sign-in page of this network may be in the way."
        )
    return start


def _refusal(url: str, status: int, headers: Mapping[str, str]) -> Exception:
    host = _host(url)
    if status in _BUSY:
        what = "asks for patience" if status == 429 else "has a problem of its own"
        return Interrupted(f"{host} {what} (status {status}).", _retry_after(headers))
    if status in (401, 403, 407, 451):
        advice = f"Ask IT to allow {_hosts_for(url)}; a private mirror needs a token in HF_TOKEN."
        return NetworkError(f"{host} refuses the download (status {status}). {advice}")
    if status in (404, 410):
        return NetworkError(
            f"{host} does not have {urlsplit(url).path.rsplit('/', 1)[-1]} (status {status}). Check the endpoint "
            "and the revision."
        )
    return NetworkError(f"{host} answered with status {status}. Check the endpoint, or ask who runs it.")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    text = headers.get("retry-after", "")
    if (seconds := _number(text)) is not None:
        return float(seconds)
    with suppress(ValueError, TypeError):
        from datetime import UTC, datetime

        return max((parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds(), 0.0)
    return None


def _hosts_for(url: str) -> str:
    """What IT is to let through for `url`."""
    host = urlsplit(url).hostname or ""
    is_hub = host.endswith(("huggingface.co", ".hf.co"))
    return ", ".join(HUB_HOSTS) if is_hub else f"{urlsplit(url).scheme}://{_host(url)}"


def _is_certificate(error: BaseException | None) -> bool:
    import ssl

    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _brief(error: BaseException) -> str:
    """An error's own words, without any address in it: proxies' addresses hold passwords."""
    words = " ".join(str(error).split())
    return _without_secrets(words)[:160] or type(error).__name__


def _without_secrets(text: str) -> str:
    return " ".join("…" if "@" in word and ":" in word else word for word in text.split())


def _host(url: str) -> str:
    parts = urlsplit(url)
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return (parts.hostname or "the server") + port


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port


def _is_hex(text: object, length: int) -> bool:
    return isinstance(text, str) and len(text) == length and not set(text) - set("0123456789abcdef")


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 19 else None
