"""How files of KV caches are named and deleted; without numpy, for the window deletes them too."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

SUFFIX = ".kv"
_PIECE = 1 << 20


def destroy(path: Path) -> None:
    """Overwrite a file and delete it, with what SQLite keeps beside it. Does what it can: somebody may have it open."""
    for each in (path, path.with_name(path.name + "-journal")):
        with suppress(OSError), each.open("r+b", buffering=0) as file:
            left = os.fstat(file.fileno()).st_size
            while left > 0:
                left -= file.write(bytes(min(_PIECE, left)))
        with suppress(OSError):
            each.unlink()
