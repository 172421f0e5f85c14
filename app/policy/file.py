"""Policies in a JSON file, where there is no registry: `{"AllowDownloads": false, …}`.

Only an administrator may write that folder, which is what makes it a policy.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

POLICY_FILE = Path("/etc/chorale/policy.json")
_LARGEST_FILE = 1 << 20  # bytes


class FileSource:
    """See `reading.PolicySource`."""

    def __init__(self, path: Path = POLICY_FILE) -> None:
        self._path = path

    @property
    def name(self) -> str:
        return str(self._path)

    def read(self) -> Mapping[str, object]:
        try:
            with self._path.open("rb") as file:
                data = file.read(_LARGEST_FILE + 1)
        except (FileNotFoundError, NotADirectoryError):
            return {}
        try:
            found = json.loads(data.decode("utf-8-sig")) if len(data) <= _LARGEST_FILE else None
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise ValueError("it is no JSON object")
        return found
