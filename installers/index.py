"""One file of the package index, by its name and hash, without running any of its code.

`pip download` builds a source package to learn its name, which runs its code. So the project's page is read
here, on the index that pip uses.
"""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import urllib.parse
import urllib.request
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path

import dev
from runtime.kernels.build import BuildError


def fetch(project: str, name: str, sha256: str, folder: Path) -> Path:
    """The file `name` of a project of the index, downloaded into `folder` unless it is there.

    Raises:
        BuildError: it is not there, is another file than the hash says, or cannot be fetched.
    """
    path = folder / name
    if path.exists() and _sha256(path.read_bytes()) == sha256:
        return path
    address = f"{_index().rstrip('/')}/{project}/"
    page = _Links()
    page.feed(_get(address).decode())
    if name not in page.found:
        raise BuildError(f"The package index of pip does not have {name}.")
    content = _get(urllib.parse.urljoin(address, page.found[name]))
    if _sha256(content) != sha256:
        raise BuildError(f"{name} from the package index is not the file that was tested.")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


class _Links(HTMLParser):
    """Collects a project's page: file name -> address, which may be relative."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        address = dict(attributes).get("href")
        if tag == "a" and address:
            name = urllib.parse.unquote(urllib.parse.urlsplit(address).path.rpartition("/")[2])
            self.found[name] = address


def _index() -> str:
    """The index that pip is set to use, else the one that it says is its default."""
    if index := dev.index_of_pip().get("UV_DEFAULT_INDEX"):
        return index
    for pip in ([dev.venv_program("python"), "-m", "pip"], ["pip3"]):
        with suppress(OSError):
            done = subprocess.run([*pip, "install", "--help"], capture_output=True, text=True, check=False)
            if found := re.search(r"\(default\s+(https:\S+?)\)", done.stdout):
                return found[1]
    raise BuildError("pip does not say which package index it uses; set PIP_INDEX_URL.")


def _get(address: str) -> bytes:
    """The content behind an address, which may carry a name and a password."""
    parts = urllib.parse.urlsplit(address)
    user, at, host = parts.netloc.rpartition("@")
    request = urllib.request.Request(parts._replace(netloc=host, fragment="").geturl())
    if at:
        login = urllib.parse.unquote(user).encode()
        request.add_header("Authorization", f"Basic {base64.b64encode(login).decode()}")
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            content: bytes = answer.read()
    except OSError as error:
        raise BuildError(f"The package index cannot be reached: {error}") from error
    return content


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
