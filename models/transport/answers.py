"""Whether what a server says can be used: its listing, and the head of an answer with a file's bytes.

Nothing that comes over a line is believed before it went through here. Read next: `hub`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.disk import is_plain_name
from models.errors import NetworkError
from models.manifest import FileRecord
from models.patience import Interrupted
from models.transport.addresses import host_of

if TYPE_CHECKING:
    import httpx2


def checked(address: str, files: list[FileRecord]) -> tuple[FileRecord, ...]:
    """The listing, if every name and number in it is safe to use."""
    names = [file.name.casefold() for file in files]
    for file in files:
        is_sound = (
            is_plain_name(file.name)
            and type(file.size) is int
            and 0 <= file.size < 1 << 44
            and (file.sha256 is None or is_hex(file.sha256, 64))
            and (file.git_oid is None or is_hex(file.git_oid, 40))
            and names.count(file.name.casefold()) == 1
        )
        if not is_sound:
            raise NetworkError(
                f"{address} lists a file that cannot be right ({file.name[:80]!r}). Check the endpoint."
            )
    return tuple(files)


def start_of(response: httpx2.Response, asked: int, file: FileRecord) -> int:
    """Where in the file the response begins, if it is of the file at all."""
    host = host_of(str(response.request.url))
    encoding = response.headers.get("content-encoding", "identity")
    start, total = 0, number(response.headers.get("content-length"))
    if response.status_code == 206:
        unit, _, rest = response.headers.get("content-range", "").partition(" ")
        span, _, whole = rest.partition("/")
        first = number(span.partition("-")[0])
        if unit != "bytes" or first is None or first > asked:
            raise Interrupted(f"{host} sent another part of {file.name} than was asked for.")
        start, total = first, number(whole)
    if encoding != "identity" or (total is not None and total != file.size):
        raise Interrupted(
            f"{host} sent something else than {file.name} ({total if total is not None else encoding} instead of "
            f"{file.size:,} bytes); a sign-in page of this network may be in the way."
        )
    return start


def is_hex(text: object, length: int) -> bool:
    return isinstance(text, str) and len(text) == length and not set(text) - set("0123456789abcdef")


def number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 19 else None
