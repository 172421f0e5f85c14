"""What a model consists of, as values and as JSON: its files, a plan to bring them, what is installed.

Both files that Chorale puts into a model's folder, and the manifest of an export, are the JSON of a `Plan`. What
is read from one is checked here before anything is done with it: every name is a plain one, so that nothing is
ever written outside the folder. Read next: `store`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.disk import is_plain_name

INSTALLATION = "installation.json"
PLAN = "download.json"
PARTIAL = ".partial"
_FORMAT = 1
_HEX = {40: re.compile(r"[0-9a-f]{40}"), 64: re.compile(r"[0-9a-f]{64}")}
_MOST_FILES = 1000
_LARGEST_FILE = 1 << 44  # bytes; no file system of a PC has more


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file of a model.

    Attributes:
        name: plain, without folders.
        size: in bytes.
        sha256: of its bytes, in hexadecimal; None where only git's id is known.
        git_oid: id of the file as git computes it; None where only the SHA-256 is known.
    """

    name: str
    size: int
    sha256: str | None = None
    git_oid: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a folder is to become.

    Attributes:
        model: its name.
        repository, revision: on the hub, and the commit; empty if it came from neither.
        source: where from, for people: an address or a folder.
        licence: SPDX identifier; empty if unknown.
        files: all of them.
        recheck: names of files that lie there under their own name and must be hashed before they are trusted.
        is_removal: whether the folder is being removed.
    """

    model: str
    repository: str
    revision: str
    source: str
    licence: str
    files: tuple[FileRecord, ...]
    recheck: tuple[str, ...] = ()
    is_removal: bool = False

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True)
class ModelInstallation:
    """A complete model in the models folder. Attributes as in `Plan`; every file has its SHA-256."""

    model: str
    folder: Path
    repository: str
    revision: str
    source: str
    licence: str
    files: tuple[FileRecord, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    def plan(self, recheck: Iterable[str] = ()) -> Plan:
        """What would make this installation again."""
        return Plan(
            self.model,
            self.repository,
            self.revision,
            self.source,
            self.licence,
            self.files,
            tuple(recheck),
        )


def records(entries: Any) -> tuple[FileRecord, ...]:
    """The file list of a JSON file of ours or of a manifest. Raises `ValueError` for anything unsafe."""
    if not isinstance(entries, list) or not 0 < len(entries) <= _MOST_FILES:
        raise ValueError("no list of files")
    found = []
    for entry in entries:
        if not isinstance(entry, dict) or not is_plain_name(entry.get("name")):
            raise ValueError("a file's name is not a plain one")
        size = entry.get("size")
        if type(size) is not int or not 0 <= size <= _LARGEST_FILE:
            raise ValueError("a file's size is not a number")
        record = FileRecord(entry["name"], size, entry.get("sha256"), entry.get("git_oid"))
        for digest, length in ((record.sha256, 64), (record.git_oid, 40)):
            if digest is not None and not (isinstance(digest, str) and _HEX[length].fullmatch(digest)):
                raise ValueError("a file's hash is not one")
        if _is_ours(record.name):
            raise ValueError("a file has the name of one of Chorale's own")
        found.append(record)
    if len({record.name.casefold() for record in found}) != len(found):
        raise ValueError("two files have the same name")
    return tuple(found)


def as_entries(files: Iterable[FileRecord]) -> list[dict[str, Any]]:
    """A file list for JSON."""
    return [
        {"name": file.name, "size": file.size}
        | ({"sha256": file.sha256} if file.sha256 else {})
        | ({"git_oid": file.git_oid} if file.git_oid else {})
        for file in files
    ]


def _is_ours(name: str) -> bool:
    return name.casefold() in (INSTALLATION, PLAN) or name.casefold().endswith((PARTIAL, ".new"))


def plan_from(raw: Mapping[str, Any], name: str) -> Plan:
    """What a JSON object of ours says. Raises `ValueError`."""
    if raw.get("format") != _FORMAT:
        raise ValueError(f"format {raw.get('format')!r} is not {_FORMAT}")
    texts = [raw.get(key) for key in ("repository", "revision", "source", "licence")]
    recheck = raw.get("recheck", [])
    if not all(isinstance(text, str) for text in texts) or not isinstance(recheck, list):
        raise ValueError("a field is not text")
    repository, revision, source, licence = (str(text) for text in texts)
    return Plan(
        name,
        repository,
        revision,
        source,
        licence,
        files_from(raw),
        tuple(str(entry) for entry in recheck),
        raw.get("is_removal") is True,
    )


def as_json(plan: Plan) -> dict[str, Any]:
    """`plan` for JSON; `plan_from` reads it."""
    return (
        {
            "format": _FORMAT,
            "model": plan.model,
            "repository": plan.repository,
            "revision": plan.revision,
            "source": plan.source,
            "licence": plan.licence,
            "files": as_entries(plan.files),
        }
        | ({"recheck": list(plan.recheck)} if plan.recheck else {})
        | ({"is_removal": True} if plan.is_removal else {})
    )


def files_from(raw: Mapping[str, Any]) -> tuple[FileRecord, ...]:
    """The files of a JSON object of ours. Raises `ValueError`."""
    return records(raw.get("files"))
