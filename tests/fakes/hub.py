"""A Hugging Face hub on this machine, saying what the real one says to `huggingface_hub`, with faults on order.

It serves the model listing with sizes, git ids and LFS hashes (`/api/models/…/revision/…?blobs=true`), files
(`/{repository}/resolve/{commit}/{name}`, small ones at once, large ones by a redirect to a signed address on
another host, as the hub's storage is), ranges, ETags and HEAD.

    with FakeHub(files) as hub:
        hub.faults.append(Fault(kind="cut", after=1000, times=2))

Read next: `tests/models/test_download.py`.
"""

from __future__ import annotations

import hashlib
import json
import ssl
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

REPOSITORY = "openai/gpt-oss-20b"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
_LFS_FROM = 8192  # bytes; the real hub goes by the ending of the name


@dataclass
class Fault:
    """What goes wrong, with the next responses it fits.

    Attributes:
        kind: `cut` (the line drops), `status`, `wrong` (a byte of the file differs), `other` (a sign-in page
            instead), `no_range` (200 and all of it), `drip` (a byte, then silence until the client leaves),
            `long` (more bytes than the file has), `redirect`, `gzip`.
        path: part of the path it is for.
        every: with every Nth response of those only.
        times: how often; None for ever.
        after: bytes sent before a cut.
        status, headers: for `status` and `redirect`.
    """

    kind: str
    path: str = "/"
    every: int = 1
    times: int | None = 1
    after: int = 1000
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    seen: int = 0

    def strikes(self, path: str) -> bool:
        if self.path not in path or self.times == 0:
            return False
        self.seen += 1
        if self.seen % self.every:
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass(frozen=True)
class Request:
    """What was asked, for the test to look at."""

    method: str
    host: str
    path: str
    headers: dict[str, str]


class FakeHub:
    """A hub with one repository.

    Attributes:
        files: name → content, bytes or a file on the disk; may be changed at any time.
        commit: what every branch points at.
        faults: to strike, in order.
        requests: everything asked so far.
        listing: changes the listing before it is sent.
        lists_hashes: false for a mirror whose listing has names only.
    """

    def __init__(
        self,
        files: Mapping[str, bytes | Path],
        *,
        repository: str = REPOSITORY,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.files: Mapping[str, bytes | Path] = files
        self.repository = repository
        self.commit = COMMIT
        self.faults: list[Fault] = []
        self.requests: list[Request] = []
        self.listing: Any = lambda listing: listing
        self.lists_hashes = True
        self._lock = threading.Lock()
        self._hashes: dict[Path, tuple[str, str]] = {}
        handler = type("Handler", (_Handler,), {"hub": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        scheme = "https" if tls else "http"
        self.port = self._server.server_address[1]
        self.address = f"{scheme}://127.0.0.1:{self.port}"
        self.storage = f"{scheme}://localhost:{self.port}"  # another host, as the hub's storage is
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> FakeHub:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.drop_all()
        self._server.server_close()
        self._thread.join()

    def size(self, name: str) -> int:
        content = self.files[name]
        return content.stat().st_size if isinstance(content, Path) else len(content)

    def is_large(self, name: str) -> bool:
        return self.size(name) >= _LFS_FROM

    def digests(self, name: str) -> tuple[str, str]:
        """SHA-256 and git id of a file."""
        content = self.files[name]
        if isinstance(content, bytes):
            oid = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
            return hashlib.sha256(content).hexdigest(), oid
        if content not in self._hashes:
            with content.open("rb") as file:
                self._hashes[content] = hashlib.file_digest(file, "sha256").hexdigest(), "0" * 40
        return self._hashes[content]

    def listed(self) -> dict[str, Any]:
        siblings: list[dict[str, Any]] = []
        for name in [*self.files, "original/model.safetensors", "metal/model.bin", ".gitattributes"]:
            entry: dict[str, Any] = {"rfilename": name}
            if self.lists_hashes:
                if name not in self.files:
                    entry |= {"size": 10, "blobId": "1" * 40}
                elif self.is_large(name):
                    size = self.size(name)
                    lfs = {"size": size, "sha256": self.digests(name)[0], "pointerSize": 134}
                    entry |= {"size": size, "blobId": "2" * 40, "lfs": lfs}
                else:
                    entry |= {"size": self.size(name), "blobId": self.digests(name)[1]}
            siblings.append(entry)
        listing = {"id": self.repository, "sha": self.commit, "siblings": siblings, "private": False}
        result: dict[str, Any] = self.listing(listing)
        return result

    def fault(self, path: str) -> Fault | None:
        with self._lock:
            return next((fault for fault in self.faults if fault.strikes(path)), None)

    def asked(self, part: str) -> list[Request]:
        """The requests whose path has `part` in it."""
        return [request for request in self.requests if part in request.path]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.connections: set[Any] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.add(request)
        super().process_request(request, client_address)

    def drop_all(self) -> None:
        for connection in list(self.connections):
            with suppress(OSError):
                connection.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients leave as they like; anything else is a bug of this fake."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    hub: FakeHub
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        host = self.headers.get("Host", "")
        self.hub.requests.append(Request(self.command, host, self.path, dict(self.headers.items())))
        fault = self.hub.fault(parts.path)
        if fault is not None and fault.kind in ("status", "redirect"):
            self._plain(fault.status, b"no", fault.headers)
        elif fault is not None and fault.kind == "other":
            self._plain(200, b"<html>Please sign in</html>", {"Content-Type": "text/html"})
        elif parts.path.startswith(f"/api/models/{self.hub.repository}/revision/"):
            self._list(parse_qs(parts.query), fault)
        elif parts.path.startswith(f"/{self.hub.repository}/resolve/"):
            commit, _, name = parts.path.split("/resolve/", 1)[1].partition("/")
            self._resolve(commit, unquote(name), fault)
        elif parts.path.startswith("/storage/") and "Signature=" in parts.query:
            self._send(unquote(parts.path.removeprefix("/storage/")), fault, {})
        else:
            self._plain(404, b"Repository not found", {"X-Error-Code": "RepoNotFound"})

    def _list(self, query: dict[str, list[str]], fault: Fault | None) -> None:
        assert query["blobs"] == ["true"]
        body = json.dumps(self.hub.listed()).encode()
        if fault is not None and fault.kind == "cut":
            body = body[:100]
            self._head(200, {"Content-Length": str(len(body) + 100)})
            self.wfile.write(body)
            self._drop()
        else:
            self._plain(200, body, {"Content-Type": "application/json"})

    def _resolve(self, commit: str, name: str, fault: Fault | None) -> None:
        if commit != self.hub.commit:
            self._plain(404, b"no", {"X-Error-Code": "RevisionNotFound"})
        elif name not in self.hub.files:
            self._plain(404, b"no", {"X-Error-Code": "EntryNotFound"})
        else:
            sha256, oid = self.hub.digests(name)
            headers = {"X-Repo-Commit": commit}
            if not self.hub.is_large(name):
                self._send(name, fault, headers | {"ETag": f'"{oid}"'})
                return
            headers |= {"X-Linked-Etag": f'"{sha256}"', "X-Linked-Size": str(self.hub.size(name))}
            target = f"{self.hub.storage}/storage/{name}?Signature=x&Expires=1"
            self._plain(302, b"", headers | {"Location": target})

    def _send(self, name: str, fault: Fault | None, headers: dict[str, str]) -> None:
        kind = fault.kind if fault is not None else ""
        content = self.hub.files[name]
        size = self.hub.size(name)
        start = 0
        range_ = self.headers.get("Range")
        if range_ and kind != "no_range":
            start = int(range_.removeprefix("bytes=").rstrip("-"))
            if start >= size:
                self._plain(416, b"", {"Content-Range": f"bytes */{size}"})
                return
            headers = headers | {"Content-Range": f"bytes {start}-{size - 1}/{size}"}
        extra = 10 if kind == "long" else 0
        if kind == "gzip":
            headers = headers | {"Content-Encoding": "gzip"}
        if not extra:
            headers = headers | {"Content-Length": str(size - start)}
        else:
            self.close_connection = True
        self._head(206 if "Content-Range" in headers else 200, headers | {"Accept-Ranges": "bytes"})
        if self.command == "HEAD":
            return
        if isinstance(content, Path):
            with content.open("rb") as file:
                self.wfile.flush()
                self.connection.sendfile(file, start)
            return
        body = content[start:] + b"x" * extra
        if kind == "wrong":
            at = len(body) // 2
            body = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        if kind == "cut":
            assert fault is not None
            self.wfile.write(body[: fault.after])
            self._drop()
        elif kind == "drip":
            self.wfile.write(body[:1])
            self.wfile.flush()
            with suppress(OSError):
                self.connection.recv(1)  # until the client gives up
            self.close_connection = True
        else:
            self.wfile.write(body)

    def _plain(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self._head(status, {"Content-Length": str(len(body)), **headers})
        if self.command != "HEAD":
            self.wfile.write(body)

    def _head(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _drop(self) -> None:
        self.wfile.flush()
        self.close_connection = True
