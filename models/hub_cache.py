"""Files that other programs on `huggingface_hub` downloaded already, found by their hash.

Its cache keeps every file once, as `models--OWNER--NAME/blobs/HASH`, where HASH is the SHA-256 of a large file
and git's id of a small one. So a file of a plan is found by name alone, whatever commit it was downloaded for,
and is given a second name instead of being downloaded. It is hashed all the same. Read next: `sources`.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from models.manifest import FileRecord, Plan
from models.progress import Stage
from models.sources import FileBody
from models.transfer import Body


class HubCache:
    """A `transfer.Source` of what lies in the Hugging Face cache `folder`."""

    stage = Stage.COPYING
    workers = 1

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def local(self, plan: Plan, file: FileRecord) -> Path | None:
        """The blob of `file`, if it is there and whole."""
        blobs = self._folder / ("models--" + plan.repository.replace("/", "--")) / "blobs"
        for digest in (file.sha256, file.git_oid):
            if plan.repository and digest:
                place = blobs / digest
                try:
                    if place.stat().st_size == file.size:
                        return place
                except OSError:
                    continue
        return None

    def open(self, plan: Plan, file: FileRecord, start: int) -> AbstractContextManager[Body]:
        """The blob's bytes; only asked for where `local` found it. Raises `OSError`."""
        place = self.local(plan, file)
        if place is None:
            raise FileNotFoundError(f"{file.name} has left the Hugging Face cache")
        return FileBody(place, start)
