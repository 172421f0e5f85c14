"""What an answer was made with, noted with each, so that it can be made again and shown to be the same.

Read next: `tree.Origin`, the value; `app.export`, which uses it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import app
from app.history.tree import Origin
from models.errors import AppError
from models.store import State, installation_of, state_of
from runtime.conversation import Conversation
from runtime.events import EngineReady, Sampling

_SMALL = 64 << 20  # bytes
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Maker:
    """The model and the device that answer now. `model_hash` as in `Origin`."""

    ready: EngineReady
    model_hash: str

    def is_of(self, origin: Origin) -> bool:
        """Whether the same model made it, as far as is known."""
        hashes = {origin.model_hash, self.model_hash} - {""}
        return origin.model == self.ready.model_name and len(hashes) < 2

    def origin(self, conversation: Conversation, sampling: Sampling) -> Origin:
        """What the next answer is made with."""
        ready = self.ready
        return Origin(
            model=ready.model_name,
            model_hash=self.model_hash,
            device=ready.device.kind.value,
            device_name=ready.device.name,
            kernel=ready.kernel,
            context_length=ready.context_length,
            effort=conversation.effort,
            sampling=sampling,
            date=conversation.date,
            instructions=conversation.instructions,
            tools=tuple(tool.name for tool in conversation.tools),
            version=app.__version__,
        )


def model_hash(folder: Path) -> str:
    """SHA-256 that stands for a model: of the lines `<sha256 of the file>  <name>` of all its files, by name.

    It is what `sha256sum * | sort -k 2 | sha256sum` prints in its folder, Chorale's own file left out. Each file's
    hash is the one in `installation.json`, which every download and import compared with the bytes. A small folder
    without one, as the demo's, is read; of a large one nothing is known, and the answer is empty.
    """
    try:
        if state_of(folder) is State.INSTALLED:
            files = {record.name: record.sha256 or "" for record in installation_of(folder).files}
        else:
            files = _hashes(folder)
    except (AppError, OSError):
        return ""
    if not files or not all(files.values()):
        return ""
    lines = "".join(f"{files[name]}  {name}\n" for name in sorted(files, key=str.encode))
    return hashlib.sha256(lines.encode()).hexdigest()


def _hashes(folder: Path) -> dict[str, str]:
    """Of every file directly in a small folder; nothing of a large one. Raises `OSError`."""
    files = [path for path in folder.iterdir() if path.is_file()]
    if sum(path.stat().st_size for path in files) > _SMALL:
        return {}
    return {path.name: _hash(path) for path in files}


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
