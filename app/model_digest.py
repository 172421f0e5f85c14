"""One hash that stands for a model: of all its files, whatever the folder is called.

It is the SHA-256 of the lines `<sha256 of the file>  <name>` of every file, sorted by name: what
`sha256sum * | sort -k 2 | sha256sum` prints in the model's folder, Chorale's own file left out. The hashes are
those in `installation.json`, which every download and import compared with the bytes; nothing is hashed again
here. So it is as trustworthy as the folder: an organisation that allows models by hash keeps them where only
administrators write. Used by `history.origin`, which adds small models without an installation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from models.disk import Disk
from models.errors import AppError
from models.manifest import FileRecord
from models.store import State, installation_of, state_of


def model_digest(folder: Path, disk: Disk | None = None) -> str:
    """The hash of the model in `folder`, in hexadecimal; empty if it is not whole, or not known."""
    disk = disk or Disk()
    try:
        if state_of(folder, disk) is not State.INSTALLED:
            return ""
        return digest_of(installation_of(folder, disk).files)
    except (AppError, OSError):
        return ""


def digest_of(files: Iterable[FileRecord]) -> str:
    """The hash of these files; empty if there are none or one's hash is not known."""
    lines = []
    for file in sorted(files, key=lambda file: file.name.encode()):
        if file.sha256 is None:
            return ""
        lines.append(f"{file.sha256}  {file.name}\n")
    return hashlib.sha256("".join(lines).encode()).hexdigest() if lines else ""
