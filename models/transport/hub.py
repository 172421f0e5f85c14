"""The hub, or a mirror of it: its listing of a model, and the bytes of the files. Read next: `answers`."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.catalog import HUB, is_wanted
from models.errors import NetworkError
from models.manifest import FileRecord, Plan
from models.patience import Interrupted
from models.progress import Stage
from models.transport.addresses import check_endpoint, host_of, origin, redirected
from models.transport.answers import checked, is_hex, start_of
from models.transport.client import new_client, new_listing_client, online
from models.transport.failures import failures, refusal

if TYPE_CHECKING:
    import httpx2

_MOST_REDIRECTS = 8
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
        proxy: str | None = None,
        connect_s: float = 15.0,
        read_s: float = 30.0,
    ) -> None:
        """Nothing is asked yet.

        Args:
            endpoint: `https://…`; None is the public hub.
            version: of Chorale, for the User-Agent.
            token: of the hub; None sends none.
            proxy: its address; empty for none; None for that of the environment or the system.
            connect_s, read_s: how long a server may be silent.

        Raises:
            InputError: this cannot be an endpoint.
        """
        self.address = check_endpoint(endpoint or HUB)
        self._version = version
        self._token = token if token and self.address.startswith("https://") else None
        self._proxy = proxy
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
        hub = online()
        with _HUB_LOCK:
            hub.set_client_factory(lambda: new_listing_client(self._timeouts, self._proxy))
            try:
                with failures(self.address):
                    api = hub.HfApi(endpoint=self.address, **self._identity())
                    info = api.model_info(
                        repository, revision=revision, files_metadata=True, timeout=self._timeouts[1]
                    )
                    commit = str(info.sha)
                    if not is_hex(commit, 40):
                        raise NetworkError(f"{self.address} names no commit for {repository} at {revision}.")
                    files = [self._record(hub, repository, commit, file) for file in info.siblings or ()]
            finally:
                hub.close_session()
        return commit, checked(self.address, [file for file in files if file is not None])

    def local(self, plan: Plan, file: FileRecord) -> Path | None:
        """Nothing of the hub lies on this PC; see `hub_cache` for what was downloaded by others."""
        return None

    @contextmanager
    def open(self, plan: Plan, file: FileRecord, start: int) -> Iterator[HubBody]:
        """The bytes of `file` at the plan's commit. Raises `NetworkError`, `Interrupted`."""
        hub = online()
        url = hub.hf_hub_url(plan.repository, file.name, revision=plan.revision, endpoint=self.address)
        headers = hub.utils.build_hf_headers(**self._identity())
        headers["accept-encoding"] = "identity"  # a position in compressed bytes would mean nothing
        if start:
            headers["range"] = f"bytes={start}-"
        response = self._get(url, headers, file)
        try:
            yield HubBody(response, start_of(response, start, file))
        finally:
            response.close()

    def _get(self, url: str, headers: dict[str, str], file: FileRecord) -> httpx2.Response:
        """Ask for `url`, following redirects; the token goes to the endpoint only."""
        client = self._open_client()
        for _ in range(_MOST_REDIRECTS):
            request = client.build_request("GET", url, headers=headers)
            if origin(url) != origin(self.address):
                request.headers.pop("authorization", None)
            with failures(url):
                response = client.send(request, stream=True)
            try:
                if response.has_redirect_location:
                    self._check_unchanged(response, file)
                    url = redirected(url, response.headers["location"])
                    response.close()
                    continue
                if response.status_code == 416:
                    raise Interrupted(f"{host_of(url)} does not have {file.name} from there on.")
                if response.status_code not in (200, 206):
                    raise refusal(url, response.status_code, response.headers)
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
            if digest and len(tag) == len(digest) and is_hex(tag, len(digest)) and tag != digest:
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
            sha256 = found.etag if is_hex(found.etag, 64) else None
            oid = found.etag if is_hex(found.etag, 40) else None
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
                with failures(self.address):
                    self._client = new_client(self._timeouts, proxy=self._proxy)
            return self._client


class HubBody:
    """A file's bytes as they come in; a `transfer.Body`."""

    def __init__(self, response: httpx2.Response, start: int) -> None:
        self.start = start
        self._response = response

    def chunks(self) -> Iterator[bytes]:
        """The bytes, in the pieces in which they arrive. Raises `Interrupted`."""
        with failures(str(self._response.request.url)):
            yield from self._response.iter_raw()

    def abort(self) -> None:
        """End a read that waits; from any thread."""
        stream = self._response.extensions.get("network_stream")
        connection = stream.get_extra_info("socket") if stream is not None else None
        if isinstance(connection, socket.socket):
            with suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)  # also of a TLS connection
